"""The manual of an application: everything that it declares is in it, in every language, and every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.cli.docs import command
from engine.errors import in_language
from engine.loading import load

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\(([^)#]+\.(?:md|svg))\)")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("manual")
    result = CliRunner().invoke(command, [str(ROOT), "--manual", str(target)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return target


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_is_in_it(folder: Path, language: str) -> None:
    metadata = load(ROOT)
    for entity in metadata.documents:
        if entity.system:
            continue
        text = (folder / language / f"{entity.name}.md").read_text("utf-8")
        assert text.startswith(f"# {in_language(entity.label, language)}\n")
        for field in entity.fields.values():
            assert f"`{field.name}`" in text
            if field.formula is not None and "`" not in field.formula.text:
                assert " ".join(field.formula.text.split()).replace("|", "\\|") in text
        for state in entity.lifecycle.states.values() if entity.lifecycle else ():
            assert in_language(state.label, language) in (folder / language / f"{entity.name}.states.svg").read_text("utf-8")
        for name in entity.workflows:
            assert f"({name}.workflow.svg)" in text
            picture = (folder / language / f"{name}.workflow.svg").read_text("utf-8")
            assert all(f"<title>{in_language(step.label, language)}" in picture for step in metadata.workflows[name].steps.values())
        assert any((folder / language).glob(f"{entity.name}.relations.svg")) is (f"({entity.name}.relations.svg)" in text)
    roles = (folder / language / "roles.md").read_text("utf-8")
    assert all(f"(`{role}`)" in roles for role in metadata.roles)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_its_links_lead_somewhere(folder: Path, language: str) -> None:
    pages = list((folder / language).glob("*.md"))
    assert pages
    assert [
        (page.name, link) for page in pages for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()
    ] == []


def test_the_words_of_the_manual_are_those_of_its_language(folder: Path) -> None:
    lead, submitter = "| Purchasing lead |", "| who submits it |"
    assert lead in (folder / "en" / "evaluation.md").read_text("utf-8")
    assert submitter in (folder / "en" / "supplier.md").read_text("utf-8")
    assert "关联: [供应商](supplier.md)" in (folder / "zh" / "purchase_order.md").read_text("utf-8")
    assert "## 谁可以做什么" in (folder / "zh" / "supplier.md").read_text("utf-8")
    assert "## Who may do what" in (folder / "en" / "supplier.md").read_text("utf-8")
