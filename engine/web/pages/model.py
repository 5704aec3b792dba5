"""The model browser for analysts: every entity with its fields, formulas, references both ways, states, rights and YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from flask import abort, render_template

from engine import drawing, storage
from engine.access import Rights, rights_of
from engine.errors import Message
from engine.metadata import Entity, Field, uses
from engine.unit_of_work import View
from engine.web.frame import is_analyst, shell
from engine.web.views import Choice, Crumb, EntityPage, FieldLine, ModelGroup, ModelLine, ModelPage, RoleLine, SourceFile
from engine.web.visit import visit
from engine.web.words import N_, _

from .blueprint import Answer, pages

VERBS = {
    "read": N_("read"),
    "create": N_("create"),
    "update": N_("change"),
    "delete": N_("delete"),
    "share": N_("share"),
    "export": N_("export"),
    "print": N_("print"),
}
Used = Mapping[str, tuple[Message, ...]]


@pages.get("/model")
def model() -> Answer:
    """All entities, module by module."""
    here = visit()
    with here.look() as view:
        _only_for_analysts(view)
        modules: dict[str, list[Entity]] = {}
        for entity in view.metadata.documents:
            modules.setdefault("" if entity.system else entity.module or "-", []).append(entity)
        labels = {entry.module: here.words(entry.label) for entry in view.metadata.menu} | {"": _("Of the engine"), "-": _("Others")}
        if modules.keys() <= {"", "-"}:
            labels["-"] = here.words(view.metadata.label)
        order = sorted(modules, key=lambda name: (name == "", name == "-"))
        groups = tuple(ModelGroup(labels.get(name, name), tuple(_line(view, each) for each in modules[name])) for name in order)
        return render_template("model.html", page=ModelPage(groups), shell=shell(view, Crumb(_("Model"))))


@pages.get("/model/<name>")
def model_of(name: str) -> Answer:
    """One entity as it is defined."""
    here = visit()
    with here.look() as view:
        _only_for_analysts(view)
        entity = view.metadata.entities.get(name)
        if entity is None or entity.document is not None:
            abort(404)
        used = uses(view.metadata)
        page = EntityPage(
            title=here.words(entity.label),
            name=entity.name,
            help=here.words(entity.help),
            records=f"/records/{name}" if entity.api else "",
            fields=tuple(_fields(view, entity, used)),
            roles=tuple(_role(view, each) for each in rights_of(view.metadata) if each.entity.partition(".")[0] == name),
            referring=tuple(_referring(view, entity)),
            workflows=tuple(
                Choice(here.words(view.metadata.workflows[each].label), value=f"/workflows/{each}") for each in entity.workflows
            ),
            picture=drawing.svg(drawing.states_of(entity.lifecycle, here.language)) if entity.lifecycle is not None else "",
            files=_files(view, entity),
        )
        return render_template("entity.html", page=page, shell=shell(view, Crumb(_("Model"), "/model"), Crumb(page.title)))


def _only_for_analysts(view: View) -> None:
    if not is_analyst(view):
        abort(404)


def _line(view: View, entity: Entity) -> ModelLine:
    targets = dict.fromkeys(field.link.entity.split(".", 1)[0] for field in entity.fields.values() if field.link is not None)
    named = tuple(_entity(view, name) for name in targets if name != entity.name and name in view.metadata.entities)
    return ModelLine(visit().words(entity.label), entity.name, f"/model/{entity.name}", len(entity.fields), named)


def _entity(view: View, name: str) -> Choice:
    document = view.metadata.entities[name].document or name
    return Choice(visit().words(view.metadata.entities[name].label), value=f"/model/{document}", hint=name)


def _workflow(view: View, name: str) -> Choice:
    return Choice(visit().words(view.metadata.workflows[name].label), value=f"/workflows/{name}")


def _fields(view: View, entity: Entity, used: Used) -> Iterator[FieldLine]:
    """The fields, those of a table below it."""
    for field in entity.fields.values():
        yield _field(view, field, field.name, used)
        if field.table is not None:
            for cell in field.table.fields.values():
                yield _field(view, cell, f"{field.name}.{cell.name}", used)


def _field(view: View, field: Field, path: str, used: Used) -> FieldLine:
    here = visit()
    marks = [_("required")] if field.required is not False else []
    marks += [_("unique")] if field.unique else []
    marks += [_("shown under a condition")] if field.show is not None else []
    formula = field.formula.text if field.formula is not None else ""
    target = _entity(view, field.link.entity) if field.link is not None and field.link.entity in view.metadata.entities else None
    places = tuple(here.words(words) for words in used.get(f"field:{field.entity}.{field.name}", ()))
    return FieldLine(here.words(field.label), path, field.kind, tuple(marks), " ".join(formula.split()), target, places)


def _role(view: View, rights: Rights) -> RoleLine:
    role = view.metadata.roles[rights.role]
    verbs = tuple((_(VERBS[verb]), " OR ".join(where)) for verb, where in rights.told.items() if verb in VERBS)
    closed = sorted(rights.sight.hidden | rights.sight.masked.keys() | rights.partly)
    rows = [visit().words(view.metadata.entities[rights.entity].label)] if "." in rights.entity else []
    return RoleLine(" · ".join([visit().words(role.label), *rows]), verbs, ", ".join(closed))


def _referring(view: View, entity: Entity) -> Iterator[Choice]:
    """The links that lead here."""
    for source, link in view.metadata.inverse.get(entity.name, ()):
        owner = view.metadata.entities[source]
        field = owner.fields[link]
        words = f"{visit().words(owner.label)} · {visit().words(field.label)}"
        yield Choice(words, value=f"/model/{owner.document or owner.name}", hint=f"{source}.{link}")


def _files(view: View, entity: Entity) -> tuple[SourceFile, ...]:
    """The files of the applied definition that are about the entity: their first key names it, or their `for` does."""
    about = re.compile(rf"\A(#[^\n]*\n)*(\w+: {entity.name}\b|(?s:.)*?^for: {entity.name}$)", re.MULTILINE)
    files = storage.revision_of(view.connection, view.metadata.number).files if view.metadata.number else {}
    texts = ((path, content.decode(errors="replace")) for path, content in sorted(files.items()) if path.endswith(".yaml"))
    return tuple(SourceFile(path, text) for path, text in texts if about.match(text))
