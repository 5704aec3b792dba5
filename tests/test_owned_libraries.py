"""The contract *One library, one room* finds a stranger and lets the owner and the unused be."""

import pytest
from grimp import ImportGraph

from tests.owned_libraries import OwnedLibraries


@pytest.mark.parametrize(
    ("owners", "breaches"),
    [
        (["lark: formula"], []),
        (["lark: formula", "flask: web"], []),
        (["lark: formula metadata"], []),
        (["lark: metadata"], ["engine.formula.parse -> lark (owned by metadata)"]),
        (["lark: form"], ["engine.formula.parse -> lark (owned by form)"]),
    ],
)
def test_only_the_owner_imports_a_library(owners: list[str], breaches: list[str]) -> None:
    graph = ImportGraph()
    graph.add_module("lark", is_squashed=True)
    graph.add_import(importer="engine.formula.parse", imported="lark")
    contract = OwnedLibraries("owners", {"root_packages": ["engine"]}, {"owners": owners})
    check = contract.check(graph, verbose=False)
    assert check.metadata == {"breaches": breaches}
    assert check.kept == (not breaches)
