"""An import-linter contract: each library is imported by the rooms that own it (DESIGN section 2) and by nobody else.

Unlike the built-in `protected` contract it accepts a library that nothing imports yet, so the table can be complete.
"""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OwnedLibraries(Contract):
    """`owners` holds lines `library: room room`; a room is a module of the root package."""

    type_name = "owned_libraries"
    owners = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        (root,) = self.session_options["root_packages"]
        lines: Any = self.owners  # import-linter puts the parsed value in place of the field
        breaches = [breach for line in lines for breach in _breaches(graph, root, line)]
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for breach in check.metadata["breaches"]:
            output.print_error(f"- {breach}", bold=False)
        output.new_line()


def _breaches(graph: ImportGraph, root: str, line: str) -> list[str]:
    library, _, rooms = line.partition(":")
    owners = {f"{root}.{room}" for room in rooms.split()}
    if library not in graph.modules:
        return []
    strangers = {m for m in graph.find_modules_that_directly_import(library) if ".".join(m.split(".")[:2]) not in owners}
    return [f"{stranger} -> {library} (owned by {rooms.strip()})" for stranger in sorted(strangers)]
