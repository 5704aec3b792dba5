"""The words of a print as a PDF, by typst: they come in as data, and nothing in them is read as markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

TEMPLATE = Path(__file__).parent / "sheet.typ"


def pdf_of(content: Mapping[str, object], digest: str, at: datetime) -> bytes:
    """The sheet; `digest` stands at its foot where it is not blank. Of the same words it is the same bytes.

    It is PDF/UA-1 unless somebody typed a sign that the font has not, which that standard forbids.
    """
    import typst  # noqa: PLC0415 - a heavy library that most processes never need

    inputs = {"content": json.dumps(content, ensure_ascii=False), "digest": digest}
    try:
        return _compiled(inputs, at, "ua-1")
    except typst.TypstError:
        return _compiled(inputs, at, "1.7")


def _compiled(inputs: dict[str, str], at: datetime, standard: Literal["ua-1", "1.7"]) -> bytes:
    import typst  # noqa: PLC0415 - as above

    made: bytes = typst.compile(
        TEMPLATE,
        sys_inputs=inputs,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=standard,
        timestamp=int(at.timestamp()),
    )
    return made


@lru_cache
def _fonts() -> list[Path]:
    """The folders of the fonts: one that knows Chinese."""
    import pylopdf_fonts_zh_cn as chinese  # noqa: PLC0415 - as above

    return [Path(chinese.sans_path()).parent]
