"""Packages: folders below `models/` and the others, of which `app.yaml` may name those that belong to the application, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .findings import Findings, Place
from .folder import FOLDERS


def package_of(file: str) -> str:
    """The package of a file; empty for the application's own files, which stand in no folder of their own."""
    parts = file.split("/")
    return parts[1] if len(parts) > 2 and parts[0] in FOLDERS else ""


def belongs(file: str, packages: Sequence[str]) -> bool:
    """Whether a file is part of an application with these packages; without a list all are."""
    package = package_of(file)
    return not packages or not package or package in packages


def rank(file: str, packages: Sequence[str]) -> tuple[bool, int]:
    """Where a file stands among those that extend the same thing: packages in their order, last the application itself."""
    package = package_of(file)
    return not package, packages.index(package) if package in packages else 0


def check_packages(packages: Sequence[str], files: Iterable[str], place: Place, findings: Findings) -> None:
    """N301 for a package without a folder."""
    known = dict.fromkeys(filter(None, map(package_of, files)))
    for index, name in enumerate(packages):
        if name not in known:
            findings.unknown("package", name, known, place.at("packages", index))
