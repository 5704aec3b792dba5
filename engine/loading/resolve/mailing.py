"""Secret addresses of public forms, as an effect sends them: to whom, and of which form."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Sentence
from engine.formula import Context, Formula, Kind, Names, Type
from engine.loading.findings import Place
from engine.metadata import EmailField
from engine.metadata import declared as d

from .bench import Bench
from .shells import Shell

_FIELD = "field:"


def linked_form(bench: Bench, entity: str, declared: d.Notify, place: Place) -> str:
    """The public form whose address is sent: one that is about a record of `entity`, and comes by such an address."""
    if declared.link is None:
        return ""
    forms = {name: source.declared for name, source in bench.declarations.publics.items() if (source.declared.for_ or name) == entity}
    if declared.link not in forms:
        bench.findings.unknown(Sentence("public form for {entity}", entity=entity), declared.link, forms, place.at("link"))
    elif forms[declared.link].by != "link":
        hint = Sentence("say `by: link` in {link}", link=declared.link)
        bench.findings.add(
            "V512", Sentence("{link} is open to everybody, it has no secret address.", link=declared.link), place.at("link"), hint=hint
        )
    return declared.link


def mail_addresses(bench: Bench, shell: Shell, written: d.People, place: Place) -> Iterator[tuple[str, Formula]]:
    """The entries of `who` that name a field with a mail address, each with the formula that reads it."""
    for index, one in enumerate(written if isinstance(written, tuple) else (written,)):
        if isinstance(one, str) and one.startswith(_FIELD) and _is_address(bench, shell.name, one.removeprefix(_FIELD)):
            path = " " * len(_FIELD) + one.removeprefix(_FIELD)  # so that what is wrong in it is pointed at where it stands
            formula = bench.formula(path, place.item("who", index), Names(this=shell.name), (Context.VALUE, Type(Kind.TEXT)))
            if formula is not None:
                yield one, formula


def _is_address(bench: Bench, entity: str, path: str) -> bool:
    """Whether a path over links ends at a field of type `email`."""
    *hops, last = path.split(".")
    for hop in hops:
        members = bench.catalog.members(entity)
        entity = (members[hop].type.entity or "") if hop in members and members[hop].type.kind is Kind.REF else ""
    parts = bench.declarations.entities.get(entity)
    return parts is not None and isinstance(parts.fields.get(last, (None, None))[0], EmailField)
