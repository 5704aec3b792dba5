"""Whatever is done to the files of an application, a check answers with issues."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.loading import Sources, check_sources, read_sources
from engine.plugins import Plugins

SHOP = Path(__file__).parent / "shop"
FILES = read_sources(SHOP).files
PLUGINS = Plugins.discover(SHOP)
SCRAPS = st.sampled_from(
    [
        "",
        " ",
        "\n",
        "  ",
        ":",
        ": ",
        ", ",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "null",
        "true",
        "7",
        "=",
        "a",
        "name",
        "fields",
        "order",
        "- ",
        "采",
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> Sources:
    """The shop with some pieces of text in one or two files left out, doubled, or replaced by something else."""
    files = dict(FILES)
    for file in draw(st.lists(st.sampled_from(sorted(files)), min_size=1, max_size=2, unique=True)):
        text = files[file].decode()
        for _ in range(draw(st.integers(1, 3))):
            start = draw(st.integers(0, len(text)))
            end = min(len(text), start + draw(st.sampled_from([0, 1, 2, 5, 20])))
            text = text[:start] + draw(st.one_of(SCRAPS, st.just(text[start:end] * 2))) + text[end:]
        files[file] = text.encode()
    if draw(st.booleans()):
        files.pop(draw(st.sampled_from(sorted(files))))
    return Sources(files)


@given(damaged())
def test_damaged_files(sources: Sources) -> None:
    report = check_sources(sources, plugins=PLUGINS)
    assert (report.metadata is None) == bool(report.errors)
    assert all(issue.line >= 1 and issue.column >= 1 and issue.code and issue.message for issue in report.issues)


@given(st.data())
def test_swapped_values(data: st.DataObject) -> None:
    """Two lines of a file change places."""
    file = data.draw(st.sampled_from(sorted(FILES)))
    lines = FILES[file].decode().split("\n")
    one, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    lines[one], lines[other] = lines[other], lines[one]
    report = check_sources(Sources({**FILES, file: "\n".join(lines).encode()}), plugins=PLUGINS)
    assert (report.metadata is None) == bool(report.errors)
