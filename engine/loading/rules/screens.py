"""Rules on forms and lists."""

from __future__ import annotations

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
                message = f"{field.name} is required, but no section shows it."
                loaded.findings.add("V501", message, source.place.at("sections"), key=True)
