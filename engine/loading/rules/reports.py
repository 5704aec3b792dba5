"""Rules on dashboards."""

from __future__ import annotations

from engine.metadata import Metadata, Role, Tile, document_of

from .loaded import Loaded

ADMINISTRATOR = "admin"


def tiles_that_somebody_opens(loaded: Loaded) -> None:
    """A210: of those who may open a dashboard, somebody besides administrators may open each of its tiles."""
    metadata = loaded.metadata
    if loaded.findings.failed:  # a role or a tile may be missing because of what is told already
        return
    for name, source in loaded.declarations.dashboards.items():
        dashboard = metadata.dashboards.get(name)
        if dashboard is None or len(dashboard.tiles) != len(source.declared.tiles):
            continue
        allowed = dashboard.roles or frozenset(metadata.roles)
        readers = [role for role in metadata.roles.values() if role.name != ADMINISTRATOR and role.includes & allowed]
        closed = [at for at, tile in enumerate(dashboard.tiles) if not any(_opens(metadata, role, tile) for role in readers)]
        if readers and closed:
            place = source.place.at("tiles", closed[0])
            loaded.findings.add("A210", "Of those who may open this dashboard, nobody may open this tile.", place)


def _opens(metadata: Metadata, role: Role, tile: Tile) -> bool:
    if tile.kind == "text":
        return True
    if tile.report is None:
        return _reads(metadata, role, tile.entity)
    opened = not tile.report.roles or bool(tile.report.roles & role.includes)
    return opened and any(_reads(metadata, role, source.entity) for source in tile.report.sources)


def _reads(metadata: Metadata, role: Role, name: str) -> bool:
    entity = metadata.entities[name]
    ruled = [document_of(metadata, entity), *([entity] if entity.document and entity.rules else [])]
    return all(any(rule.role in role.includes and rule.verbs.get("read") for rule in each.rules) for each in ruled)
