"""The reader: plain data, exact places, and no text that makes it fail."""

import textwrap

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.loading.positions import Document
from engine.loading.reader import MAX_BYTES, read


def document(text: str) -> Document:
    return read("x.yaml", textwrap.dedent(text).strip("\n").encode())


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("null", None),
        ("12", 12),
        ("-3", -3),
        ("012", "012"),
        ("3.10", "3.10"),
        ("1e3", "1e3"),
        ("1:30", "1:30"),
        ("0x1f", "0x1f"),
        ("2026-01-31", "2026-01-31"),
        ("9" * 5000, "9" * 5000),
        ("'12'", "12"),
        ('"true"', "true"),
        ("=today()", "=today()"),
    ],
)
def test_scalar(written: str, value: object) -> None:
    assert document(f"key: {written}").data == {"key": value}


def test_places() -> None:
    read_ = document(
        """
        采购: {a: 1, 供应商: [x, 'it''s']}
        b: |
          line
            two
        """
    )
    assert read_.values["采购", "供应商", 1].column == 20
    assert read_.keys["采购", "供应商"].column == 11
    assert read_.inside(("采购", "供应商", 1), "it's", 3) == (0, 25)
    assert read_.inside(("b",), "line\n  two\n", 7) == (3, 4)


@pytest.mark.parametrize(
    ("written", "value", "offset", "column"),
    [("plain text", "plain text", 6, 11), ("'a''b c'", "a'b c", 4, 11), ('"a\\tb"', "a\tb", 2, 9), ('"\\u0041b"', "Ab", 1, 12)],
)
def test_place_inside_a_scalar(written: str, value: str, offset: int, column: int) -> None:
    read_ = document(f"key: {written}")
    assert read_.data == {"key": value}
    assert read_.inside(("key",), value, offset) == (0, column)


def test_folded_text_is_placed_at_its_start() -> None:
    read_ = document("key: >\n  a\n  b\n")
    assert read_.inside(("key",), "a b\n", 2) == (0, 5)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, "Y103"),
        ("a: " + "[1, " * 59 + "x", "Y100"),
        ("a: 1\na: 2", "Y110"),
        ("- 1\n---\n- 2", "Y104"),
        ("a: &x 1", "Y105"),
        ("a: *x", "Y105"),
        ("*x : 1", "Y105"),
        ("a: !!python/object:os.system x", "Y106"),
        ("? [a]\n: 1", "Y109"),
        ("a: 'x", "Y100"),
        ("a: ~", "Y108"),
    ],
)
def test_refused(text: str, code: str) -> None:
    assert code in [issue.code for issue in read("x.yaml", text.encode()).issues]


def test_aliases_cannot_explode() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert len(read("x.yaml", "\n".join(lines).encode()).values) < 200


def test_size_and_encoding() -> None:
    assert [i.code for i in read("x.yaml", b"a" * (MAX_BYTES + 1)).issues] == ["Y102"]
    (issue,) = read("x.yaml", "a: 1\nb: é".encode("latin-1")).issues
    assert (issue.code, issue.line) == ("Y101", 2)


def test_windows_text_reads_the_same() -> None:
    assert read("x.yaml", b"\xef\xbb\xbfa: 1\r\nb: x\r\n").data == {"a": 1, "b": "x"}


YAML_LIKE = st.text(alphabet=st.sampled_from(list("ab:,-[]{}\"'|>&*!#%@`?=~ \n\t0.1采\x00\ud7ff\u2028")), max_size=80)


@given(
    st.one_of(st.binary(max_size=200), YAML_LIKE.map(lambda text: text.encode("utf-8", "ignore")), st.text(max_size=100).map(str.encode))
)
@example(b"{a: SUM(x, y), b, c: 'd', e}")
@example(b"{? , a}")
@example(b"{[a], *b, {c: d}}")
@example(b'when: "a" & [b: #\n: {')
def test_never_fails(content: bytes) -> None:
    found = read("x.yaml", content)
    lines = max(len(found.lines), content.count(b"\n") + 1)  # nothing is kept of what is not UTF-8
    assert all(issue.file == "x.yaml" and 1 <= issue.line <= lines and issue.column >= 1 for issue in found.issues)
    assert all(0 <= fix.start <= fix.end <= len(found.text) for fix in found.fixes)
