"""YAML text to plain data with places, from libyaml's stream of events.

The events are iterative, so that no nesting can exhaust the stack; the data is ours to build, so that duplicate keys are seen,
aliases, anchors and tags are refused, and every key and value keeps its place. Nothing here raises on bad text: mistakes are
issues of the document.
"""

from __future__ import annotations

from engine.errors import Issue, Sentence

from .positions import Document

MAX_BYTES = 1_000_000


def read(file: str, content: bytes) -> Document:
    """The document in `content`; its issues say what is wrong with the text, its data is None when nothing can be made of it."""
    if len(content) > MAX_BYTES:
        return Document(
            file,
            "",
            issues=(Issue("Y102", Sentence("The file is larger than {max_bytes} bytes.", max_bytes=f"{MAX_BYTES:,}"), file, 1, 1),),
        )
    try:
        text = content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Document(file, "", issues=(Issue("Y101", "The file is not UTF-8 text.", file, line, 1),))
    from .events import built  # noqa: PLC0415 - libyaml, which who serves what is compiled already does without

    return built(file, text)
