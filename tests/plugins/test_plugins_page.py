"""The page for authors of connectors is a program: its blocks, put together, are the connector that it builds."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from engine.plugins import Connector, FailureKind, Unfit
from engine.plugins.field_types import wrong_type
from engine.plugins.testing import opened_for_test

PAGE = Path(__file__).parents[2] / "docs" / "plugins.md"
USCC = "91320594MA1WX3K70R"


def program() -> dict[str, object]:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    names: dict[str, object] = {"__name__": "page"}
    exec(compile("\n".join(blocks), str(PAGE), "exec"), names)  # noqa: S102 - our own documentation
    return names


def test_sandbox_of_the_page_answers(tmp_path: Path) -> None:
    connector = program()["COMPANY_REGISTRY"]
    assert isinstance(connector, Connector)
    (tmp_path / "book.json").write_text(json.dumps({"companies": [{"tax_id": USCC, "name": "宏达"}]}), encoding="utf-8")
    opened = opened_for_test(connector, "sandbox", {"file": "book.json"}, tmp_path)
    assert opened.call("lookup", {"tax_id": USCC}, "key") == {"status": "存续", "name": "宏达", "address": None}
    assert opened.call("lookup", {"tax_id": "other"}, "key")["status"] == "查无"


def test_test_of_the_page_passes() -> None:
    test = program()["test_a_company_is_found"]
    assert callable(test)
    test()


def test_every_kind_of_failure_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [kind for kind in get_args(FailureKind) if f"`{kind}`" not in page] == []


def test_field_type_of_the_page_is_one() -> None:
    found = program()
    offered = found["field_types"]
    assert callable(offered)
    (color,) = offered()
    assert wrong_type(color, ()) == ""
    assert color().kept("7016") == "RAL 7016"
    with pytest.raises(Unfit, match="RAL 7016"):
        color().kept("blue")
