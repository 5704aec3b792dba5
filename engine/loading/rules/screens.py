"""Rules on forms and lists, and on what is made beside them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Sentence
from engine.loading.findings import Place
from engine.metadata import Field, LinkField, LinksField

from .loaded import Loaded


def required_fields_are_shown(loaded: Loaded) -> None:
    """V501: the form of an entity shows every required field that has no default."""
    for name, source in loaded.declarations.forms.items():
        form = loaded.metadata.forms.get(name)
        if form is None or name != form.entity:
            continue
        shown = {field.name for section in form.sections for field in section.fields}
        for field in loaded.metadata.entities[form.entity].fields.values():
            if field.required is True and field.default is None and field.name not in shown and field.name not in loaded.findings.broken:
                message = Sentence("{name} is required, but no section shows it.", name=field.name)
                loaded.findings.add("V501", message, source.place.at("sections"), key=True)


def made_beside_a_form(loaded: Loaded) -> None:
    """V502: what a link lets people make is a document, of which `quick` asks all that is needed; `quick` needs `create`."""
    for field, written in loaded.fields:
        declared, place = written.declared, written.place
        if not isinstance(declared, LinkField | LinksField):
            continue
        target = loaded.metadata.entities.get(declared.to)
        if declared.quick and not declared.create:
            hint = "create: true"
            loaded.findings.add("V502", '"quick" says what is asked where something is made.', place.at("quick"), hint=hint, key=True)
        elif declared.create and field.match is not None:
            message = "Nobody chooses a link that is found by key, so nothing is made for it."
            loaded.findings.add("V502", message, place.at("create"), key=True)
        elif declared.create and (target is None or target.document is not None or not target.api):
            loaded.findings.add("V502", Sentence("A {to} is not made by itself.", to=declared.to), place.at("create"), key=True)
        elif declared.create and target is not None:
            _check_quick(loaded, declared.quick, (target.name, target.fields), place)


def _check_quick(loaded: Loaded, quick: tuple[str, ...], target: tuple[str, Mapping[str, Field]], place: Place) -> None:
    name, fields = target
    open_ = {each.name for each in fields.values() if each.table is None and not each.computed and each.name != "number"}
    for index, each in enumerate(quick):
        if each not in open_:
            loaded.findings.unknown(Sentence("field of {name} that can be typed", name=name), each, open_, place.at("quick", index))
    left_out = [each.name for each in fields.values() if each.required is True and each.default is None and each.name not in quick]
    if quick and left_out:
        message = Sentence("{left_out} is required in {name}, and nobody is asked for it.", left_out=left_out[0], name=name)
        loaded.findings.add("V502", message, place.at("quick"), key=True)
