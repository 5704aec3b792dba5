"""The example of docs/changing.md does what the page says."""

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


def test_names_change_and_data_stays(sqlite_url: str) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
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
