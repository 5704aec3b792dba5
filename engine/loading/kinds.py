"""What a file declares: its first key is the kind, the value of that key the name, and the file is called like it."""

from __future__ import annotations

from pathlib import PurePosixPath

from engine.errors import Sentence
from engine.metadata import declared as d

from .findings import Findings, Place
from .nearest import did_you_mean, nearest
from .positions import Document
from .unbuilt import KINDS

ELSEWHERE = {"scenario": "tests/cases", "fixture": "tests/cases"}
"""Kinds that are not part of the definition of an application."""


def kind_of(document: Document, findings: Findings) -> str | None:
    """The kind of a document, or None with an issue; a misspelt one is an issue and the nearest kind."""
    data, place = document.data, Place(document)
    if not isinstance(data, dict) or not data:
        if not document.issues:
            findings.add(
                "S206",
                "A declaration is a mapping whose first key is its kind.",
                place,
                hint=Sentence("such as: {kinds}", kinds=", ".join(d.FILE_KINDS)),
            )
        return None
    kind = str(next(iter(data)))
    if kind in d.FILE_KINDS:
        return kind
    if kind in KINDS:
        findings.add("S209", Sentence('Files of kind "{kind}" are not built yet.', kind=kind), place.at(kind), key=True)
        return None
    if kind in ELSEWHERE:
        findings.add(
            "S206", Sentence('A file of kind "{kind}" stands in {folder}.', kind=kind, folder=ELSEWHERE[kind]), place.at(kind), key=True
        )
        return None
    later = next((key for key in data if key in d.FILE_KINDS), None)
    hint = Sentence('put "{later}" first', later=later) if later else did_you_mean(kind, [*d.FILE_KINDS, *KINDS])
    findings.add("S206", Sentence('"{kind}" is no kind of file.', kind=kind), place.at(kind), hint=hint, key=True)
    meant = nearest(kind, d.FILE_KINDS)
    if meant is not None and not later:
        data[meant] = data.pop(kind)
        return meant
    return None


def check_file_name(document: Document, kind: str, findings: Findings) -> None:
    """N302 when the file is not called `NAME.yaml` or `NAME.KIND.yaml`; several packages may extend one entity, in files of any name."""
    name = document.data[kind] if isinstance(document.data, dict) else None
    stem = PurePosixPath(document.file).name.removesuffix(".yaml")
    if kind in ("app", "extend") or not isinstance(name, str) or stem in (name, f"{name}.{kind}"):
        return
    findings.add(
        "N302",
        Sentence('The file of {kind} "{name}" is called {name}.yaml or {name}.{kind}.yaml.', kind=kind, name=name),
        Place(document, (kind,)),
    )
