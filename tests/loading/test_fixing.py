"""`loom check --fix`: quotes where YAML ended a text, and nothing else."""

from pathlib import Path

import pytest

from engine.loading import fix
from engine.loading.reader import read


@pytest.mark.parametrize(
    ("written", "corrected"),
    [
        ("f: {formula: ROUND(a, 2)}", "f: {formula: 'ROUND(a, 2)'}"),
        ("f: {formula: IF(a, b, c), label: X}  # why", "f: {formula: 'IF(a, b, c)', label: X}  # why"),
        ("f: {say: It's late, sorry, level: warn}", "f: {say: 'It''s late, sorry', level: warn}"),
        ('f: {formula: "A" & b, label: X}', "f: {formula: '\"A\" & b', label: X}"),
        ('when: "a" & b = c', "when: '\"a\" & b = c'"),
        ('when: a = "x: y"', "when: 'a = \"x: y\"'"),
        ("f: {where: x in (1, 2), to: y}\ng: {where: MAX(a, b) > 1}", "f: {where: 'x in (1, 2)', to: y}\ng: {where: 'MAX(a, b) > 1'}"),
    ],
)
def test_fix(tmp_path: Path, written: str, corrected: str) -> None:
    file = tmp_path / "models" / "x.yaml"
    file.parent.mkdir()
    file.write_text(written, "utf-8")
    assert fix(tmp_path) == ["models/x.yaml"]
    assert file.read_text("utf-8") == corrected
    assert read("x.yaml", corrected.encode()).issues == ()


def test_a_good_file_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text("app: x\nlabel: {en: 'A, b'}\n", "utf-8")
    assert fix(tmp_path) == []


def test_a_word_without_a_value_is_not_joined() -> None:
    """`{required: true, unique}` lacks a value; nothing was a text there."""
    document = read("x.yaml", b"f: {required: true, unique}")
    assert document.fixes == ()
    assert [i.message for i in document.issues] == ['"unique" has no value: the comma ended the text before it.']
