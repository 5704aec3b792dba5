"""The example of docs/changing.md does what the page says."""

import re
from datetime import UTC, datetime
from pathlib import Path

from engine.loading import Sources, load_sources
from engine.migration import apply
from engine.storage import open_database

PAGE = Path(__file__).parents[2] / "docs" / "changing.md"
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
OTHERS = {
    "app.yaml": b"app: shop\nroles: {buyer: {label: Buyer}}\n",
    "models/risk.yaml": b"choices: risk\nvalues: {low: {label: Low}}\n",
}
BEFORE = b"entity: supplier\nfields: {name: {type: text}, risk: {type: choice, of: risk}}\naccess: {buyer: {read: true}}\n"


def test_names_change_and_data_stays(sqlite_url: str) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    database = open_database(sqlite_url)
    for file, text in (("models/supplier.yaml", BEFORE), ("models/vendor.yaml", block.encode())):
        sources = Sources({**OTHERS, file: text})
        found = apply(database, sources, load_sources(sources), "Li Na", NOW)
    assert [str(step.message) for step in found.steps] == [
        "entity supplier is now called vendor.",
        "field supplier.name is now called vendor.title.",
    ]
    assert found.change.metadata.identity.table("vendor") == "supplier"
    assert found.change.metadata.identity.column("vendor", "title") == "name"
    database.dispose()
