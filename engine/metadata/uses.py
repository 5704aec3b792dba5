"""Where a definition names a thing: which formulas, rules, screens and steps would have to change with it.

The compiled objects are walked as they are, so that a new kind of declaration is found without a line here: every formula says what
it reads, and the plain names stand under keys that are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache

from engine.errors import Message
from engine.formula import Constant, Formula
from engine.frozen import frozen

from .application import Metadata
from .fields import Field
from .lifecycles import Lifecycle
from .model import Entity
from .pages import Page
from .people import Who
from .reports import ReportSource
from .views import FormField

_NAMES = frozenset(
    {"hide", "mask", "edit", "must", "columns", "totals", "filters", "search", "unique", "index", "path", "field", "save", "set"}
)
"""Keys whose values are names or paths of fields."""
_ELSEWHERE = (Entity, Field, Lifecycle, Metadata)


@frozen
class _Place:
    """Where something stands, in words, and whose fields bare names there are."""

    words: Message
    entity: str


def uses(metadata: Metadata) -> Mapping[str, tuple[Message, ...]]:
    """Key of a thing (`field:order.total`, `role:buyer`, `choice:risk.high`, `entity:order` …) to the places that name it, each once."""
    found: dict[str, dict[str, Message]] = {}
    for place, thing in _places(metadata):
        words = str(place.words)
        for key in _named(metadata, place.entity, thing, ""):
            found.setdefault(key, {}).setdefault(words, place.words)
    for place, _ in (*_screens(metadata), *_counted(metadata), *_at_work(metadata)):
        found.setdefault(f"entity:{place.entity}", {}).setdefault(str(place.words), place.words)
    return {key: tuple(words.values()) for key, words in found.items()}


def _places(metadata: Metadata) -> Iterator[tuple[_Place, object]]:
    for entity in metadata.entities.values():
        yield from _of_entity(entity)
    yield from _screens(metadata)
    yield from _counted(metadata)
    yield from _at_work(metadata)
    for portal in metadata.portals.values():
        yield _Place(Message("portal {name}", {"name": portal.name}), ""), _roles(portal.roles)


def _screens(metadata: Metadata) -> Iterator[tuple[_Place, object]]:
    for form in metadata.forms.values():
        yield _Place(Message("form {name}", {"name": form.name}), form.entity), (form.sections, form.when, _roles(form.access))
    for listed in metadata.lists.values():
        yield _Place(Message("list {name}", {"name": listed.name}), listed.entity), (listed, _roles(listed.access))
    for page in metadata.pages.values():
        yield from _of_page(page)
    for public in metadata.publics.values():
        asked = (public.form.sections, public.shown, public.set, public.opens, public.closes, public.thanks, _Names(tuple(public.lookup)))
        yield _Place(Message("public form {name}", {"name": public.name}), public.entity), asked


def _counted(metadata: Metadata) -> Iterator[tuple[_Place, object]]:
    for report in metadata.reports.values():
        words, shared = Message("report {name}", {"name": report.name}), (report.measures, report.having, _roles(report.roles))
        for source in report.sources:
            yield _Place(words, source.entity), (*_counts(source), *shared)
    for dashboard in metadata.dashboards.values():
        words = Message("dashboard {name}", {"name": dashboard.name})
        for tile in dashboard.tiles:
            parts = _counts(tile.report.sources[0]) if tile.kind == "number" and tile.report is not None else ()
            entity = tile.report.entity if tile.report is not None else tile.entity
            yield _Place(words, entity), (*parts, tile.where, _Names(tile.columns), _roles(dashboard.roles))


def _counts(source: ReportSource) -> tuple[object, ...]:
    return source.where, source.keys, source.measures, _Names(source.drill)


def _at_work(metadata: Metadata) -> Iterator[tuple[_Place, object]]:
    for workflow in metadata.workflows.values():
        yield (
            _Place(Message("workflow {name}", {"name": workflow.name}), workflow.entity),
            (workflow.starters, workflow.admin, workflow.ends),
        )
        for step in workflow.steps.values():
            params = {"step": step.name, "workflow": workflow.name}
            yield _Place(Message("step {step} of workflow {workflow}", params), workflow.entity), step
    for automation in metadata.automations.values():
        trigger = automation.trigger
        changed = _Names(trigger.names) if trigger.kind == "changed" else None
        parts = (changed, automation.when, automation.source, automation.do)
        yield _Place(Message("automation {name}", {"name": automation.name}), automation.entity), parts


def _roles(names: frozenset[str]) -> tuple[Who, ...]:
    return tuple(Who("role", name) for name in sorted(names))


def _of_page(page: Page) -> Iterator[tuple[_Place, object]]:
    words = Message("page {name}", {"name": page.name})
    yield _Place(words, page.entity), _Names(page.header)
    for panel in (panel for tab in page.tabs for panel in tab.panels):
        yield _Place(words, page.entity), (panel.fields, panel.text, panel.show, panel.report.given if panel.report else None)
        if panel.related is not None:
            yield _Place(words, panel.related.entity), panel.related


def _of_entity(entity: Entity) -> Iterator[tuple[_Place, object]]:
    name = entity.name
    yield _Place(Message("title of {entity}", {"entity": name}), name), entity.title
    for field in entity.fields.values():
        parts = (field.required, field.show, field.readonly, field.default, field.least, field.most, field.formula, field.link)
        leads: tuple[str, ...] = (f"entity:{field.link.entity}",) if field.link is not None else ()
        leads += (f"entity:{field.through.entity}",) if field.through is not None else ()
        default = field.default.literal if field.default is not None and field.choices else None
        code = (f"choice:{field.type.choice_set}.{default}",) if default else ()
        yield _Place(Message("field {field}", {"field": f"{name}.{field.name}"}), name), (*parts, _Keys((*leads, *code)))
    for check in entity.checks:
        yield _Place(Message("check of {entity}: {rule}", {"entity": name, "rule": check.require.text}), name), check
    for names in entity.unique:
        yield _Place(Message("unique values of {entity}", {"entity": name}), name), _Names(names)
    for rule in entity.rules:
        yield _Place(Message("access of {role} to {entity}", {"role": rule.role, "entity": name}), name), (rule, Who("role", rule.role))
    if entity.lifecycle is not None:
        for action in entity.lifecycle.actions.values():
            states = [f"state:{entity.lifecycle.name}.{state}" for state in (*action.sources, *([action.to] if action.to else []))]
            yield (
                _Place(Message("action {action} of {entity}", {"action": action.name, "entity": name}), name),
                (action, _Keys(tuple(states))),
            )


@frozen
class _Names:
    """Plain names of fields."""

    path: tuple[str, ...]


@frozen
class _Keys:
    """Keys of things as they are."""

    keys: tuple[str, ...]


def _named(metadata: Metadata, entity: str, thing: object, key: str) -> Iterator[str]:
    """The keys of everything that `thing` names, which stands under `key`."""
    if isinstance(thing, Formula):
        yield from (f"field:{each.entity}.{each.field}" for each in thing.references)
        yield from (code for node in thing.tree.walk() if isinstance(node, Constant) for code in _codes(metadata, node))
    elif isinstance(thing, _Keys):
        yield from thing.keys
    elif isinstance(thing, Who):
        yield from (f"role:{thing.name}",) if thing.kind == "role" else _path(metadata, entity, thing.name)
    elif isinstance(thing, str):
        yield from _path(metadata, entity, thing) if key in _NAMES else ()
    else:
        for inside, part in _parts(thing, key):
            yield from _named(metadata, entity, inside, part)


def _codes(metadata: Metadata, node: Constant) -> Iterator[str]:
    """The keys of the choices, states and roles that a constant stands for."""
    listed = node.type.choice_set
    for code in node.value if isinstance(node.value, tuple) else (node.value,) if listed else ():
        entity = metadata.entities.get(listed.removeprefix("state of ")) if listed.startswith("state of ") else None
        if entity is not None and entity.lifecycle is not None:
            yield f"state:{entity.lifecycle.name}.{code}"
        else:
            yield f"role:{code}" if listed == "role" else f"choice:{listed}.{code}"


def _parts(thing: object, key: str) -> Iterator[tuple[object, str]]:
    """What `thing` is made of, each part with the key that it stands under."""
    attributes = _attributes(thing.__class__)  # type: ignore[arg-type]  # the class is hashed, not its instances
    if attributes:
        yield from ((getattr(thing, name), called) for name, called in attributes)
    elif isinstance(thing, tuple | list | frozenset):
        yield from ((each, key) for each in thing)
    elif isinstance(thing, Mapping):
        for name, value in thing.items():
            yield str(name), key
            yield value, key


@cache
def _attributes(kind: type) -> tuple[tuple[str, str], ...]:
    """The attributes of a declaration that are looked through, each with the key that it stands under; none of other objects."""
    if not is_dataclass(kind) or issubclass(kind, _ELSEWHERE):
        return ()
    return tuple((part.name, "field" if part.name == "name" and issubclass(kind, FormField) else part.name) for part in fields(kind))


def _path(metadata: Metadata, entity: str, path: str) -> Iterator[str]:
    """The fields of a path of names: `lines.price`, `supplier.name`."""
    current = metadata.entities.get(entity)
    for name in path.split("."):
        field = current.fields.get(name) if current is not None else None
        if current is None or field is None:
            return
        yield f"field:{current.name}.{name}"
        current = field.table or (metadata.entities.get(field.link.entity) if field.link else None)
