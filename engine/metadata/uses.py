"""Where a definition names a thing: which formulas, rules, screens and steps would have to change with it.

The compiled objects are walked as they are, so that a new kind of declaration is found without a line here: every formula says what
it reads, and the plain names stand under keys that are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from engine.errors import Message
from engine.formula import Formula

from .application import Metadata
from .lifecycles import Lifecycle
from .model import Entity, Field
from .pages import Page
from .people import Who
from .views import FormField

_NAMES = frozenset(
    {"hide", "mask", "edit", "must", "columns", "totals", "filters", "search", "unique", "index", "path", "field", "save", "set"}
)
"""Keys whose values are names or paths of fields."""
_ELSEWHERE = (Entity, Field, Lifecycle, Metadata)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something stands, in words, and whose fields bare names there are."""

    words: Message
    entity: str


def uses(metadata: Metadata) -> Mapping[str, tuple[Message, ...]]:
    """Key of a field (`field:order.total`) or a role (`role:buyer`) to the places that name it, each once."""
    found: dict[str, dict[str, Message]] = {}
    for place, thing in _places(metadata):
        for key in _named(metadata, place.entity, thing, ""):
            found.setdefault(key, {}).setdefault(str(place.words), place.words)
    return {key: tuple(words.values()) for key, words in found.items()}


def _places(metadata: Metadata) -> Iterator[tuple[_Place, object]]:
    for entity in metadata.entities.values():
        yield from _of_entity(entity)
    for form in metadata.forms.values():
        yield _Place(Message("form {name}", {"name": form.name}), form.entity), form.sections
    for listed in metadata.lists.values():
        yield _Place(Message("list {name}", {"name": listed.name}), listed.entity), listed
    for page in metadata.pages.values():
        yield from _of_page(page)
    for workflow in metadata.workflows.values():
        yield _Place(Message("workflow {name}", {"name": workflow.name}), workflow.entity), (workflow.starters, workflow.admin)
        for step in workflow.steps.values():
            params = {"step": step.name, "workflow": workflow.name}
            yield _Place(Message("step {step} of workflow {workflow}", params), workflow.entity), step


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
        yield _Place(Message("field {field}", {"field": f"{name}.{field.name}"}), name), parts
    for check in entity.checks:
        yield _Place(Message("check of {entity}: {rule}", {"entity": name, "rule": check.require.text}), name), check
    for names in entity.unique:
        yield _Place(Message("unique values of {entity}", {"entity": name}), name), _Names(names)
    for rule in entity.rules:
        yield _Place(Message("access of {role} to {entity}", {"role": rule.role, "entity": name}), name), (rule, Who("role", rule.role))
    if entity.lifecycle is not None:
        for action in entity.lifecycle.actions.values():
            yield _Place(Message("action {action} of {entity}", {"action": action.name, "entity": name}), name), action


@dataclass(frozen=True, slots=True)
class _Names:
    """Plain names of fields."""

    path: tuple[str, ...]


def _named(metadata: Metadata, entity: str, thing: object, key: str) -> Iterator[str]:
    """The keys of everything that `thing` names, which stands under `key`."""
    if isinstance(thing, Formula):
        yield from (f"field:{each.entity}.{each.field}" for each in thing.references)
    elif isinstance(thing, Who):
        yield from (f"role:{thing.name}",) if thing.kind == "role" else _path(metadata, entity, thing.name)
    elif isinstance(thing, str):
        yield from _path(metadata, entity, thing) if key in _NAMES else ()
    else:
        for inside, part in _parts(thing, key):
            yield from _named(metadata, entity, inside, part)


def _parts(thing: object, key: str) -> Iterator[tuple[object, str]]:
    """What `thing` is made of, each part with the key that it stands under."""
    if isinstance(thing, Mapping):
        for name, value in thing.items():
            yield str(name), key
            yield value, key
    elif isinstance(thing, tuple | list | frozenset):
        yield from ((each, key) for each in thing)
    elif is_dataclass(thing) and not isinstance(thing, (*_ELSEWHERE, type)):
        for part in fields(thing):
            on_form = part.name == "name" and isinstance(thing, FormField)
            yield getattr(thing, part.name), "field" if on_form else part.name


def _path(metadata: Metadata, entity: str, path: str) -> Iterator[str]:
    """The fields of a path of names: `lines.price`, `supplier.name`."""
    current = metadata.entities.get(entity)
    for name in path.split("."):
        field = current.fields.get(name) if current is not None else None
        if current is None or field is None:
            return
        yield f"field:{current.name}.{name}"
        current = field.table or (metadata.entities.get(field.link.entity) if field.link else None)
