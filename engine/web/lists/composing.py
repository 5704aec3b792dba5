"""From the answer of the records to the page of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from engine.access import Sight, never_readable, row_rule
from engine.metadata import Entity, GroupBy, ListView
from engine.records import SavedView, StillSealed, may_export
from engine.unit_of_work import View
from engine.web.language import chosen_density
from engine.web.portals import portal_here
from engine.web.static_files import icon_name
from engine.web.views import Cell, Chip, Choice, Heading, ListPage, ListRow, Tab
from engine.web.visit import visit
from engine.web.words import _, ngettext

from .address import NO_VIEW, UNGROUPED, Asked
from .asking import COUNTED, Result
from .cells import Column, columns_of, list_rows
from .filters import filter_fields, operators, words_of
from .grouped import list_groups, total_cells
from .looks import ICONS, look_of
from .questions import group_of, groupable, instant
from .ticking import archive_verbs, bulk_verbs

SYSTEM = ("id", "created_at", "created_by", "updated_at", "updated_by")
OFFERED = 60
"""How many columns are offered to choose from."""


def list_page(view: View, entity: Entity, described: ListView, asked: Asked, result: Result) -> ListPage:
    """Everything on the page of a list."""
    here, columns = visit(), columns_of(view.metadata, entity, described.columns)
    filtered = bool(asked.search or asked.formula or asked.conditions)
    may_create = not row_rule(entity, "create", view.actor).nothing
    empty, why = (
        _empty_archive() if asked.archived and not filtered else _empty(here.words(entity.plural), filtered or bool(asked.tab), may_create)
    )
    return replace(
        _frame(view, entity, described, asked, result.views),
        count=_count(result),
        rows=_rows(view, entity, columns, asked, result) if result.look is None else (),
        look=result.look,
        groups=list_groups(view, entity, columns, asked, result.grouped) if result.grouped else (),
        note=_note(view, asked, result),
        sealed=sealed_words(result.sealed) if result.sealed is not None else "",
        totals=_totals(view, columns, result),
        new=f"{asked.address}/new" if may_create else "",
        new_label=_("New: %(kind)s", kind=here.words(entity.label)),
        bring=f"{asked.address}/import" if may_create and not entity.system and portal_here() is None else "",
        exports=_exports(asked) if result.number and may_export(view, entity) else (),
        next=_following(asked, result.following),
        first=replace(asked, after="").link() if asked.after else "",
        empty=empty,
        empty_why=why,
        clear=asked.turned(search="", formula="", conditions=()).link() if filtered else "",
        verbs=_verbs(view, entity, described, asked) if not asked.at and result.look is None else (),
        here=asked.link(),
        density=chosen_density(),
    )


def _frame(view: View, entity: Entity, described: ListView, asked: Asked, views: Sequence[SavedView]) -> ListPage:
    """What stands around the records, whatever they are."""
    here, typed = visit(), _typed(view, entity, described, asked)
    return ListPage(
        label=here.words(described.label) or here.words(entity.plural),
        help=here.words(described.help) or here.words(entity.help),
        count="",
        tabs=_tabs(described, asked, views),
        headings=tuple(_heading(described, column, asked, typed) for column in columns_of(view.metadata, entity, described.columns)),
        rows=(),
        at=asked.at,
        today=asked.turned(at="").link() if asked.at else "",
        archive=asked.turned(archived="" if asked.archived else "true").link() if entity.archives and not asked.at else "",
        archived=bool(asked.archived),
        address=asked.address,
        kept=tuple(asked.turned().parts()),
        chips=_chips(view, entity, asked),
        filters=filter_fields(view, entity, described.filters),
        operators=operators(),
        search=asked.search,
        search_hint=", ".join(column.label for column in columns_of(view.metadata, entity, described.search)) or _("Search"),
        formula=asked.formula,
        formula_problem=asked.mend,
        formula_pointed=asked.pointed,
        columns=_columns(view, entity, described),
        grouping=_grouping(view, entity, described, asked) if look_of(described, asked) is None else (),
        looks=_looks(described, asked),
        view=next((each for each in _views(asked, views) if each.selected), None),
        saved=asked.saved(),
        icon=icon_name(entity.icon),
    )


def _rows(view: View, entity: Entity, columns: Sequence[Column], asked: Asked, result: Result) -> tuple[ListRow, ...]:
    at = instant(asked.at)
    if result.grouped is not None:
        return ()
    records = result.page.records
    rows = list_rows(entity, columns, records, visit().display(view, records[0].titles if records else {}))
    return tuple(replace(row, href=f"{row.href}/past?{urlencode({'at': at.isoformat()})}") for row in rows) if at else rows


def _count(result: Result) -> str:
    if result.number > COUNTED and result.grouped is None:
        return f"{COUNTED:,}+"
    return ngettext("%(num)s record", "%(num)s records", result.number)


def _note(view: View, asked: Asked, result: Result) -> str:
    at = instant(asked.at)
    if at is not None:
        return _("The list as it was on %(day)s.", day=visit().display(view, {}).moment(at))
    if asked.archived:
        return _("These records are archived. They stay as they are, and count in reports as before.")
    if result.cut:
        return _("There are more records than are shown here. A filter leads to the others.")
    found = result.grouped.groups if result.grouped is not None else result.totals
    if found is not None and found.cut:
        return _("Counts and sums are of the newest %(count)s records. A filter makes them exact.", count=f"{found.rows:,}")
    if found is not None and found.number > len(found.groups):
        return _("These are the first %(some)s of %(all)s groups.", some=len(found.groups), all=f"{found.number:,}")
    return ""


def sealed_words(found: StillSealed) -> str:
    """What counts as blank because it is sealed, and in how many records."""
    fields = ", ".join(visit().words(field.label) for field in found.fields)
    many = f"{COUNTED:,}+" if found.records > COUNTED else f"{found.records:,}"
    return _("Sealed, and so blank for filters, order, groups and sums: %(fields)s. Records: %(count)s", fields=fields, count=many)


def _totals(view: View, columns: Sequence[Column], result: Result) -> tuple[Cell | None, ...]:
    if result.totals is None or not result.totals.groups:
        return ()
    return total_cells(columns, result.totals.groups[0], visit().display(view, {}))


def _exports(asked: Asked) -> tuple[Choice, ...]:
    """The files that the list can be taken away as: what is shown, and all fields, which can be imported again."""
    kinds = (("xlsx", "", _("As shown (XLSX)")), ("csv", "", _("As shown (CSV)")), ("xlsx", "all", _("All fields (XLSX)")))
    offered = (*kinds, ("csv", "all", _("All fields (CSV)")))
    return tuple(
        Choice(words, value=f"{asked.address}/export?" + urlencode([*asked.parts(), ("as", kind), ("fields", fields)]))
        for kind, fields, words in offered
    )


def _following(asked: Asked, cursor: str) -> str:
    return asked.address + "?" + urlencode([*asked.parts(), ("after", cursor)]) if cursor else ""


def _empty(plural: str, filtered: bool, may_create: bool) -> tuple[str, str]:
    if filtered:
        return _("Nothing fits"), _("There may be records, but none that you can see fits the tab, the search and the filters above.")
    if may_create:
        return _("No %(kind)s yet", kind=plural), _("Make the first one; it appears here as soon as it is saved.")
    return _("Nothing to see here"), _("Either there are no records yet, or none that your roles let you see.")


def _empty_archive() -> tuple[str, str]:
    return _("Nothing is archived"), _("Either no record is old enough yet, or none that your roles let you see.")


def _verbs(view: View, entity: Entity, described: ListView, asked: Asked) -> tuple[Choice, ...]:
    return archive_verbs(view, entity) if asked.archived else bulk_verbs(view, entity, described)


def _tabs(described: ListView, asked: Asked, views: Sequence[SavedView]) -> tuple[Tab, ...]:
    names, shown = {tab.name for tab in described.tabs}, {str(each.id) for each in views}
    all_of_them = asked.tab not in names and asked.view not in shown
    own = Asked(asked.address, variant=asked.variant)
    begins = any(each.first for each in views)
    plain = replace(own, view=NO_VIEW if begins else "").link()
    named = (Tab(visit().words(t.label), replace(own, tab=t.name).link(), asked.tab == t.name and not asked.view) for t in described.tabs)
    saved = (Tab(each.text, each.value, each.selected, icon="bookmark" if each.hint else "users") for each in _views(asked, views))
    return (Tab(_("All"), plain, all_of_them), *named, *saved)


def _views(asked: Asked, views: Sequence[SavedView]) -> list[Choice]:
    """The saved views of this list: names, addresses, which one this is; `hint` is the id of one's own."""
    return [
        Choice(
            each.name, value=f"{asked.address}?view={each.id}", selected=asked.view == str(each.id), hint=str(each.id) if each.own else ""
        )
        for each in views
    ]


def _looks(described: ListView, asked: Asked) -> tuple[Tab, ...]:
    """The ways to see the list; one alone needs no choice."""
    now = look_of(described, asked)
    own = described.looks if len(described.looks) > 1 and not asked.at else ()
    first = own[0].name if own else ""
    return tuple(
        Tab(
            visit().words(look.label),
            asked.turned(look="" if look.name == first else look.name, month="").link(),
            look is now or (now is None and look.kind == "table"),
            ICONS[look.kind],
        )
        for look in own
    )


def _typed(view: View, entity: Entity, described: ListView, asked: Asked) -> frozenset[str]:
    """The columns that this reader may perhaps type in place; whether they may is found out record by record."""
    return (
        frozenset(described.edit)
        if described.edit and not asked.at and not asked.archived and not row_rule(entity, "update", view.actor).nothing
        else frozenset()
    )


def _heading(described: ListView, column: Column, asked: Asked, typed: frozenset[str]) -> Heading:
    now = asked.sort or _declared_order(described)
    order = "" if now.lstrip("-") != column.path else "down" if now.startswith("-") else "up"
    wanted = column.path if order != "up" else f"-{column.path}"
    href = asked.turned(sort=wanted).link() if column.sortable else ""
    return Heading(column.label, column.numeric, href, order, column.path if column.path in typed else "", column.terse)


def _declared_order(described: ListView) -> str:
    first = described.sort[0] if described.sort else None
    return ("-" if first.descending else "") + first.path if first else ""


def _chips(view: View, entity: Entity, asked: Asked) -> tuple[Chip, ...]:
    made = []
    for condition in asked.conditions:
        label, words = words_of(view, entity, condition)
        rest = tuple(c for c in asked.conditions if c is not condition)
        made.append(Chip(label, words, asked.turned(conditions=rest).link()))
    if asked.formula and not asked.mend:
        made.append(Chip("", asked.formula, asked.turned(formula="").link(), True))
    return tuple(made)


def _columns(view: View, entity: Entity, described: ListView) -> tuple[Choice, ...]:
    """The columns to choose from: those that are shown in their order, then the other fields that may be read."""
    sight = never_readable(entity, view.actor)
    others = [*_readable(entity, sight), *(["state"] if entity.lifecycle else []), *SYSTEM]
    paths = list(dict.fromkeys([*described.columns, *view.metadata.list_of(entity.name).columns, *others]))[:OFFERED]
    shown = frozenset(described.columns)
    return tuple(
        Choice(column.label, value=column.path, selected=column.path in shown) for column in columns_of(view.metadata, entity, paths)
    )


def _readable(entity: Entity, sight: Sight) -> list[str]:
    return [field.name for field in entity.fields.values() if field.table is None and field.name not in sight.hidden]


def _grouping(view: View, entity: Entity, described: ListView, asked: Asked) -> tuple[Choice, ...]:
    """What the list can be grouped by, with the addresses."""
    by = group_of(described, asked)
    sight = never_readable(entity, view.actor)
    own = [name for name in (*_readable(entity, sight), *(["state"] if entity.lifecycle else [])) if sight.readable(name)]
    paths = [*([described.group.path] if described.group else []), *own]
    found = dict.fromkeys(key for path in paths if (key := groupable(view.metadata, entity, path)))
    columns = columns_of(view.metadata, entity, [GroupBy.read(key).path for key in found])
    now = str(by) if by else ""
    choices = [
        Choice(column.label, value=asked.turned(group=key).link(), selected=GroupBy.read(now).path == column.path)
        for key, column in zip(found, columns, strict=True)
    ]
    if by is not None:
        choices.insert(0, Choice(_("No groups"), value=asked.turned(group=UNGROUPED).link()))
    return tuple(choices)
