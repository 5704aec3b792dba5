"""What a person makes beside a form because a lookup offers nothing that fits: which links let them, and what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from engine.access import row_rule
from engine.forms import Layout, Placed
from engine.metadata import Entity, Field
from engine.unit_of_work import View

from .views import Making
from .visit import visit
from .words import _


def makings(view: View, layout: Layout, address: str) -> Mapping[str, Making]:
    """For which links of a form and of its rows (`lines.product`) this person may make something; `address` is that of the record."""
    found = {}
    for name, path, placed in _places(layout):
        target = made_for(view, placed.field)
        if target is not None and placed.writable:
            label = _("New: %(kind)s", kind=visit().words(target.label))
            asked = urlencode({"path": path})
            found[name] = Making(label, f"/records/{target.name}/new", f"{address}/quick?{asked}")
    return found


def _places(layout: Layout) -> Iterator[tuple[str, str, Placed]]:
    """The inputs of a form and the cells of its tables (`lines.product`), each with the path of an input."""
    for placed in layout.placed():
        yield placed.name, placed.name, placed
        for cell in placed.columns:
            yield f"{placed.name}.{cell.name}", f"{placed.name}.1.{cell.name}", cell


def made_for(view: View, field: Field) -> Entity | None:
    """What may be made for a link, if this person may."""
    if field.link is None or not field.link.makes:
        return None
    target = view.metadata.entities[field.link.entity]
    return None if row_rule(target, "create", view.actor).nothing else target


def asked_in(field: Field, target: Entity) -> frozenset[str]:
    """What is asked: what the link says, else what is needed and nothing gives, and the first text."""
    assert field.link is not None
    if field.link.quick:
        return frozenset(field.link.quick)
    needed = {each.name for each in target.fields.values() if each.required is not False and each.default is None and not each.computed}
    first = first_text(target, frozenset(target.fields))
    return frozenset(needed - {"number"}) | ({first} if first else frozenset())


def first_text(target: Entity, names: frozenset[str]) -> str:
    """The field that takes what was looked for; blank where there is none."""
    return next((each.name for each in target.fields.values() if each.kind == "text" and each.name in names and not each.computed), "")
