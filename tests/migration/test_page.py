"""The examples of docs/changing.md do what the page says."""

import re
from datetime import UTC, datetime
from pathlib import Path

from engine.loading import Sources, load_sources
from engine.migration import Plan, apply
from engine.storage import Database, open_database

PAGE = Path(__file__).parents[2] / "docs" / "changing.md"
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
OTHERS = {
    "app.yaml": b"app: shop\nroles: {buyer: {label: Buyer}}\n",
    "models/risk.yaml": b"choices: risk\nvalues: {low: {label: Low}}\n",
}
BEFORE = b"entity: supplier\nfields: {name: {type: text}, risk: {type: choice, of: risk}}\naccess: {buyer: {read: true}}\n"


def _apply(database: Database, sources: Sources) -> Plan:
    return apply(database, sources, load_sources(sources), "Li Na", NOW)


def blocks() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def test_a_package_lays_something_over_an_entity() -> None:
    _, block, _ = blocks()
    app = "app: shop\nlanguages: [en, zh]\npackages: [srm, crm]\nroles: {buyer: {}, seller: {}}\n"
    lifecycle = (
        "lifecycle: supplier\nfor: supplier\nstates: {new: {}, known: {}}\nactions: {admit: {from: new, to: known, who: role:buyer}}\n"
    )
    files = {"app.yaml": app.encode(), "models/risk.yaml": OTHERS["models/risk.yaml"], "models/srm/supplier.yaml": BEFORE}
    files |= {"workflows/srm/supplier.yaml": lifecycle.encode(), "models/crm/supplier.yaml": block.encode()}
    found = load_sources(Sources(files)).entities["supplier"]
    assert (found.label["zh"], list(found.fields)) == ("合作伙伴", ["number", "name", "risk", "tier"])


def test_a_declaration_begins_with_another() -> None:
    *_, block = blocks()
    files = {"app.yaml": OTHERS["app.yaml"], "models/rush_order.yaml": block.encode()}
    files["models/order.yaml"] = b"entity: order\nfields: {amount: {type: integer}}\naccess: {buyer: {read: true}}\n"
    found = load_sources(Sources(files)).entities
    assert (list(found["order"].fields), list(found["rush_order"].fields)) == (["amount"], ["amount", "due"])


def test_names_change_and_data_stays(sqlite_url: str) -> None:
    block, _, _ = blocks()
    database = open_database(sqlite_url)
    files = (("models/supplier.yaml", BEFORE), ("models/vendor.yaml", block.encode()))
    _, found = (_apply(database, Sources({**OTHERS, file: text})) for file, text in files)
    assert [str(step.message) for step in found.steps] == [
        "entity supplier is now called vendor.",
        "field supplier.name is now called vendor.title.",
    ]
    assert found.change.metadata.identity.table("vendor") == "supplier"
    assert found.change.metadata.identity.column("vendor", "title") == "name"
    database.dispose()
