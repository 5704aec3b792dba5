"""Who may do what: the rules of each role, with the fields they hide, mask or open for writing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.errors import Sentence
from engine.formula import Context, Formula, Names, compile
from engine.loading.findings import Place
from engine.metadata import ABOVE, HISTORY, VERBS, Access, Grant, Name, OneOrMore, RowAccess, Rule

from .bench import Bench
from .shells import Shell

Written = Mapping[Name, OneOrMore[Access]] | Mapping[Name, OneOrMore[RowAccess]]


def rules(bench: Bench, shell: Shell) -> tuple[Rule, ...]:
    """The rules of a document, those of extensions after its own; or those that a table has for its rows."""
    return tuple(rule for written, place in written_rules(shell) for rule in _of_roles(bench, shell, written, place))


def written_rules(shell: Shell) -> Iterator[tuple[Written, Place]]:
    """The rules as they are written, with where."""
    if shell.table is not None:
        yield shell.table.access, shell.place.at("access")
    if shell.parts is not None:
        for part in shell.parts.parts():
            yield part.declared.access, part.place.at("access")


def _of_roles(bench: Bench, shell: Shell, written: Written, place: Place) -> Iterator[Rule]:
    for role, one_or_more in written.items():
        if role not in bench.roles:
            bench.findings.unknown("role", role, bench.roles, place.at(role), key=True)
            continue
        listed = one_or_more if isinstance(one_or_more, tuple) else (one_or_more,)
        for index, access in enumerate(listed):
            yield _rule(bench, shell, role, (access, place.item(role, index)))


def _rule(bench: Bench, shell: Shell, role: str, written: tuple[Access | RowAccess, Place]) -> Rule:
    access, place = written
    verbs = {verb: grant for verb in VERBS if (grant := _grant(bench, shell, verb, written)) is not None}
    if isinstance(access, Access) and access.print is None and "read" in verbs:
        verbs["print"] = verbs["read"]
    for key, names in (("hide", access.hide), ("edit", access.edit or ())):
        for index, name in enumerate(names):
            check_field(bench, shell, name, place.at(key, index))
    for name in access.mask:
        check_field(bench, shell, name, place.at("mask", name), key=True)
    edit = None if access.edit is None else frozenset(access.edit)
    telling = _telling(bench, shell, frozenset((*access.hide, *access.mask)))
    return Rule(role, verbs, frozenset(access.hide) | telling | _cells(shell, access.hide), access.mask, edit)


def _telling(bench: Bench, shell: Shell, unread: frozenset[str]) -> frozenset[str]:
    """What would tell what is hidden: the places above in a tree, and the history of states."""
    tree = shell.parts.base.declared.tree if shell.parts is not None else None
    counted = HISTORY not in shell.tables and bench.catalog.document(f"{shell.name}.{HISTORY}") is not None
    told = {ABOVE: tree in unread, HISTORY: "state" in unread and counted}
    return frozenset(name for name, tells in told.items() if tells)


def _grant(bench: Bench, shell: Shell, verb: str, written: tuple[Access | RowAccess, Place]) -> Grant | None:
    """On which records a rule grants a verb; None where it says nothing of it."""
    said = getattr(written[0], verb, None)  # rows are neither shared nor exported by themselves
    if said is None:
        return None
    grant = (
        said if isinstance(said, bool) else bench.condition(said, written[1].at(verb), Names(this=shell.name), Context.ROW_RULE) or False
    )
    return _within_company(bench, shell, grant) if grant and _by_company(shell) else grant


def _cells(shell: Shell, hidden: Iterable[str]) -> frozenset[str]:
    """The cells of the tables that are hidden, so that a rule that shows a table opens no cell that it hides itself."""
    return frozenset(f"{table}.{cell}" for table in hidden if table in shell.tables for cell in shell.tables[table].fields)


def _by_company(shell: Shell) -> bool:
    return shell.parts is not None and shell.parts.base.declared.company


def _within_company(bench: Bench, shell: Shell, grant: Grant) -> Formula:
    """The grant, only for records of the acting person's company: null never grants, so who has none sees none."""
    own = "company = user.company"
    text = own if grant is True else f"({grant.text}) AND {own}"  # type: ignore[union-attr]
    return compile(text, Names(this=shell.name), bench.catalog, Context.ROW_RULE)


def check_field(bench: Bench, shell: Shell, name: str, place: Place, *, key: bool = False) -> bool:
    """N301 unless `name` is a field of the entity, or a cell of one of its tables (`lines.price`)."""
    table, dot, cell = name.partition(".")
    owner = shell.tables.get(table) if dot else shell
    if owner is None or (cell or name) not in bench.catalog.members(owner.name):
        known = [*shell.fields, *(f"{t}.{f}" for t, s in shell.tables.items() for f in s.fields)]
        bench.findings.unknown(Sentence("field of {name}", name=shell.name), name, known, place, key=key)
        return False
    return True
