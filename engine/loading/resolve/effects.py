"""Effects: what an action, an end or an automation does besides moving its record, each part resolved and typed (LANGUAGE 5.3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field, replace

from engine.errors import Sentence
from engine.formula import Context, Formula, Kind, Names, Type
from engine.frozen import frozen
from engine.loading.findings import Place
from engine.metadata import Assign, CallAction, Create, Effects, Given, LinksField, LiteralOrFormula, Notify, Source
from engine.metadata import declared as d

from .bench import Bench
from .mailing import linked_form, mail_addresses
from .people import people
from .prints import print_named
from .several import given_links
from .shells import FieldShell, Shell
from .through import by_making, through_of

USER = "user"


@frozen(slots=False)
class Acting:
    """Where effects stand: the record they act on, the steps whose people may be named, what their action asks for by itself.

    `message` is what the message carried that they follow.
    """

    bench: Bench
    shells: Mapping[str, Shell]
    shell: Shell
    steps: Collection[str] = ()
    old: bool = False
    asked: Mapping[str, Type] = field(default_factory=dict)
    message: Mapping[str, Type] = field(default_factory=dict)

    @property
    def names(self) -> Names:
        """What their conditions see."""
        return Names(this=self.shell.name, old=self.old, extra=self.asked, message=self.message)

    def row(self, source: Source | None) -> Names:
        """What formulas of a row see: the row, the acting record as its parent, and what was asked for that is no name of the row."""
        if source is None:
            return self.names
        members = self.bench.catalog.members(source.entity)
        extra = {name: type_ for name, type_ in self.asked.items() if name not in members}
        return Names(this=source.entity, parent=self.shell.name, extra=extra, message=self.message)


def effects(acting: Acting, declared: d.Effects, place: Place) -> Effects:
    """All effects at a place."""
    bench = acting.bench
    _refuse_of_rows(acting, declared, place)
    if declared.start is not None and declared.start not in bench.declarations.workflows:
        bench.findings.unknown("workflow", declared.start, bench.declarations.workflows, place.at("start"))
    made = (_create(acting, c, place.item("create", i)) for i, c in enumerate(items(declared.create)))
    called = (_call(acting, c, place.item("call", i)) for i, c in enumerate(items(declared.call)))
    return Effects(
        assigned(bench, declared.set, place.at("set"), acting.shell, acting.names),
        _assign(acting, declared.assign, place.at("assign")) if declared.assign is not None else None,
        tuple(one for one in made if one is not None),
        tuple(one for one in called if one is not None),
        declared.start,
        tuple(notices(acting, declared.notify, place)),
        print=print_named(bench, declared.print, acting.shell.name, place.at("print")),
    )


def _refuse_of_rows(acting: Acting, declared: d.Effects, place: Place) -> None:
    """W446: work runs over a record, and a print is about one; a row has an action of its document do it."""
    document = acting.shell.document
    for key, what in (("start", "work runs over the whole record"), ("print", "a print is about the whole record")):
        if document is not None and getattr(declared, key) is not None:
            message = Sentence("A row of {document} cannot do this: {what}.", document=document, what=Sentence(what))
            acting.bench.findings.add("W446", message, place.at(key), key=True, hint=by_document(document))


def by_document(document: str) -> str:
    """How an effect of a row reaches what only its document can do."""
    return Sentence("call: {{action: ACTION, record: {document}}}, an action of {document} that does it", document=document)


def assigned(bench: Bench, written: Mapping[str, LiteralOrFormula], place: Place, shell: Shell, names: Names) -> dict[str, Given]:
    """The right sides of `set`, each of its field's type; nobody sets `state`, and computed fields are computed."""
    found = {}
    for name, value in written.items():
        here, field = place.at(name), shell.fields.get(name)
        if field is None and name != "state":
            bench.findings.unknown(Sentence("field of {name}", name=shell.name), name, shell.fields, here, key=True)
        elif wrong := _unsettable(bench, shell, name):
            code, words, hint = wrong
            bench.findings.add(code, words, here, key=True, hint=hint)
        elif given := _right_side(bench, shell.fields[name], value, here, names):
            found[name] = given
    return found


def _unsettable(bench: Bench, shell: Shell, name: str) -> tuple[str, str, str] | None:
    """Code, words and hint for what nobody sets."""
    if name == "state":
        return "W401", "Nobody sets the state: an action goes `to` it.", ""
    if (through := through_of(bench, shell.name, shell.fields[name].declared)) and not through.chosen:
        words = Sentence("{name} leads over records of {entity}, and cannot be set.", name=name, entity=through.entity)
        return "W402", words, by_making(through)
    computed = through is None and bench.catalog.members(shell.name)[name].computed
    return ("W402", Sentence("{name} is computed and cannot be set.", name=name), "") if computed else None


def _right_side(bench: Bench, field: FieldShell, written: LiteralOrFormula, here: Place, names: Names) -> Given | None:
    if isinstance(field.declared, LinksField):
        return given_links(bench, field.declared, written, (here, names, Context.VALUE))
    return bench.given(written, here, names, (Context.VALUE, field.type))


def source(acting: Acting, written: str | d.Rows | None, where: object, place: Place) -> Source | None:
    """The rows that an effect runs over; None where it has no `from`, or one that is wrong."""
    if written is None:
        return None
    if isinstance(written, str):
        path = _path(acting, written, place.at("from"))
        return replace(path, where=_where(acting, path, where, place.at("where"))) if path is not None else None
    if written.entity not in acting.shells:
        acting.bench.findings.unknown("entity", written.entity, acting.shells, place.at("from", "entity"))
        return None
    found = Source(written.entity, sort=written.sort)
    for index, name in enumerate(written.sort):
        if name.removeprefix("-") not in acting.bench.catalog.members(written.entity):
            known = acting.bench.catalog.members(written.entity)
            acting.bench.findings.unknown(
                Sentence("field of {name}", name=written.entity), name, known, place.at("from").item("sort", index)
            )
    return replace(found, where=_where(acting, found, written.where, place.at("from", "where")))


def _where(acting: Acting, found: Source, written: object, place: Place) -> Formula | None:
    return acting.bench.condition(written, place, acting.row(found), Context.WHEN)  # type: ignore[arg-type] # as it was read


def _path(acting: Acting, written: str, place: Place) -> Source | None:
    """The rows behind a path."""
    found = acting.bench.rows_behind(written, acting.names)
    if found is not None:
        return Source(found[0].hops[-1].target, found[0])
    known = [n for n, m in acting.bench.catalog.members(acting.shell.name).items() if m.type.kind is Kind.COLLECTION]
    acting.bench.findings.unknown(Sentence("collection of {name}", name=acting.shell.name), written, known, place)
    return None


def items(written: object) -> tuple[object, ...]:
    """What is written once or as a list, as a tuple."""
    return written if isinstance(written, tuple) else (written,)


def _when(acting: Acting, written: object, place: Place) -> Formula | None:
    return acting.bench.condition(written, place.at("when"), acting.names, Context.WHEN)  # type: ignore[arg-type] # as it was read


def _create(acting: Acting, declared: object, place: Place) -> Create | None:
    assert isinstance(declared, d.Create)
    bench, target = acting.bench, acting.shells.get(declared.entity)
    owners = (None, acting.shell.document or acting.shell.name)
    if target is None or target.document not in owners:
        known = [name for name, shell in acting.shells.items() if shell.document in owners]
        bench.findings.unknown("entity", declared.entity, known, place.at("entity"))
        return None
    rows = source(acting, declared.from_, declared.where, place)
    if declared.from_ is not None and rows is None:
        return None
    _check_alike(bench, target, declared, place)
    table = target.name.removeprefix(f"{target.document}.") if target.document is not None else None
    _check_into(acting, declared, place)
    if table is not None and declared.unless_open:
        message = Sentence("A row of {name} is never open.", name=acting.shell.name)
        bench.findings.add("W427", message, place.at("unless_open"), key=True, hint="say with `where` which rows are missing")
    values = assigned(bench, declared.set, place.at("set"), target, acting.row(rows))
    return Create(target.name, values, _when(acting, declared.when, place), rows, declared.into, declared.unless_open, table)


def _check_alike(bench: Bench, target: Shell, declared: d.Create, place: Place) -> None:
    """`unless_open` names fields whose values can be compared: those that a record keeps, open, one value each."""
    for index, name in enumerate(declared.unless_open):
        here, field = place.item("unless_open", index), target.fields.get(name)
        if field is None:
            bench.findings.unknown(Sentence("field of {name}", name=target.name), name, target.fields, here)
        elif field.type.kind is Kind.COLLECTION or getattr(field.declared, "formula", None) or getattr(field.declared, "sealed", None):
            message = Sentence("{field} cannot be compared: it holds several records, is computed or is sealed.", field=name)
            bench.findings.add("W427", message, here)


def _check_into(acting: Acting, declared: d.Create, place: Place) -> None:
    if declared.into is None:
        return
    members = acting.bench.catalog.members(acting.shell.name)
    if declared.into not in acting.shell.fields:
        acting.bench.findings.unknown(
            Sentence("field of {name}", name=acting.shell.name), declared.into, acting.shell.fields, place.at("into")
        )
    elif members[declared.into].type != replace(members[declared.into].type, kind=Kind.REF, entity=declared.entity):
        acting.bench.findings.add(
            "W427", Sentence("{into} is no link to {entity}.", into=declared.into, entity=declared.entity), place.at("into")
        )


def _call(acting: Acting, declared: object, place: Place) -> CallAction | None:
    bench = acting.bench
    if isinstance(declared, str):
        declared = d.CallAction(action=declared)
        here = place
    else:
        here = place.at("action")
    assert isinstance(declared, d.CallAction)
    rows = source(acting, declared.from_, declared.where, place)
    if declared.from_ is not None and rows is None:
        return None
    record = None
    entity = rows.entity if rows else acting.shell.name
    if declared.record is not None:
        record = bench.formula(declared.record, place.at("record"), acting.row(rows), (Context.VALUE, None))
        if record is None:
            return None
        entity = record.type.entity or ""
    written = bench.lifecycle_of(entity)
    actions = written.declared.actions if written is not None else {}
    if declared.action not in actions:
        bench.findings.unknown(Sentence("action of {name}", name=entity), declared.action, actions, here)
        return None
    who = actions[declared.action].who
    if "system" not in (who if isinstance(who, tuple) else (who,)):
        hint = Sentence("add system to `who` of {action}", action=declared.action)
        bench.findings.add("W403", Sentence("{action} may not be fired by a workflow.", action=declared.action), here, hint=hint)
    return CallAction(entity, declared.action, _when(acting, declared.when, place), rows, record)


def notices(acting: Acting, written: object, place: Place) -> list[Notify]:
    """Each `notify`; names of people beside each other are told one thing together."""
    names = tuple(item for item in items(written) if isinstance(item, str))
    found = []
    if names:
        found.append(Notify(acting.shell.name, people(acting.bench, names, place, "notify", (acting.shell.name, acting.steps))))
    for index, item in enumerate(items(written)):
        if isinstance(item, d.Notify) and (one := notice(acting, item, place.item("notify", index))):
            found.append(one)
    return found


def notice(acting: Acting, declared: d.Notify, place: Place) -> Notify | None:
    """One `notify` with words of its own; people and words are those of the row where it runs over rows."""
    rows = source(acting, declared.from_, declared.where, place)
    if declared.from_ is not None and rows is None:
        return None
    entity = rows.entity if rows else acting.shell.name
    addresses = tuple(mail_addresses(acting.bench, acting.shells[entity], declared.who, place)) if declared.link is not None else ()
    named = tuple(one for one in items(declared.who) if one not in {written for written, _ in addresses})
    who = people(acting.bench, named, place, "who", (entity, acting.steps))  # type: ignore[arg-type] # as it was read
    words = acting.bench.wording(declared.message, place.at("message"), acting.row(rows))
    by = declared.by if isinstance(declared.by, tuple) else (declared.by,)
    link = linked_form(acting.bench, entity, declared, place)
    formulas = tuple(formula for _, formula in addresses)
    return Notify(entity, who, words, by, _when(acting, declared.when, place), rows, link, formulas)


def _assign(acting: Acting, declared: d.Assign, place: Place) -> Assign | None:
    bench, field = acting.bench, acting.shell.fields.get(declared.field)
    if field is None:
        bench.findings.unknown(Sentence("field of {name}", name=acting.shell.name), declared.field, acting.shell.fields, place.at("field"))
        return None
    if field.type != replace(field.type, kind=Kind.REF, entity=USER):
        bench.findings.add(
            "W427", Sentence("{field} holds no person.", field=declared.field), place.at("field"), hint="name a field of type user"
        )
        return None
    among = people(bench, declared.among, place, "among", (acting.shell.name, acting.steps))
    names = replace(acting.names, candidate=USER)
    return Assign(declared.field, among, declared.by, bench.condition(declared.where, place.at("where"), names, Context.WHERE))
