"""Pictures of an application: SVG files that stand beside the declarations which name them."""

from __future__ import annotations

from pathlib import PurePosixPath
from xml.parsers import expat

from engine.errors import Sentence
from engine.loading.findings import Place

from .bench import Bench

LARGEST = 100_000
"""Bytes: every page of the portal shows it."""
SVG = "http://www.w3.org/2000/svg svg"


def logo(bench: Bench, name: str | None, place: Place) -> str:
    """The picture `name` beside the file that says so; an issue where there is none (N301), or it is none (V517)."""
    if name is None:
        return ""
    folder, pictures = PurePosixPath(place.document.file).parent, bench.declarations.pictures
    content = pictures.get(str(folder / name))
    if content is None:
        beside = [path.name for path in map(PurePosixPath, pictures) if path.parent == folder]
        bench.findings.unknown(Sentence("picture in {folder}", folder=str(folder)), name, beside, place)
        return ""
    wrong = _wrong(content)
    if wrong is not None:
        bench.findings.add("V517", Sentence("{name} cannot be shown: {wrong}.", name=name, wrong=wrong), place)
        return ""
    return content.decode()


def _wrong(content: bytes) -> str | None:
    """Why the bytes are no picture that a page may show; None where they are one."""
    if len(content) > LARGEST:
        return Sentence("it is larger than {largest} bytes", largest=f"{LARGEST:,}")
    try:
        content.decode()
        return _read(content)
    except (UnicodeDecodeError, expat.ExpatError):
        return Sentence("it is no SVG in UTF-8")


def _read(content: bytes) -> str | None:
    """Read it as XML without a document type, so that nothing in it can stand for something else. Raises ExpatError."""
    met: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, _: met.append(name)
    parser.StartDoctypeDeclHandler = lambda *_: met.append("!")
    parser.Parse(content, True)
    if "!" in met:
        return Sentence("it has a document type (<!DOCTYPE …>), which is not read; take that line out")
    return None if met[0] == SVG else Sentence("it is no SVG in UTF-8")
