"""The list of an entity; the whole view stands in its address, so that it can be shared."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request

from engine import settings
from engine.access import row_rule
from engine.errors import Invalid, Message
from engine.formula import FormulaErrors
from engine.metadata import Entity, ListTab, ListView, SortKey
from engine.records import Page, Query, SavedView, count, find, may_export, saved_views
from engine.storage import NotPushable
from engine.transfer import may_import
from engine.unit_of_work import View
from engine.web.frame import shell
from engine.web.lists import Asked, Condition, ask, asked_in, asked_in_saved, described_of, formula_of, list_page, query_of, read_conditions
from engine.web.views import Crumb
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, entity_of, pages


@pages.get("/records/<name>")
def list_records(name: str) -> Answer:
    """A list, or the way to it where a filter was just made by clicking."""
    with visit().look() as view:
        entity = entity_of(view, name)
        asked = asked_in(entity, request.args)
        if "field" in request.args:
            return _with_condition(entity, asked)
        views = saved_views(view, entity.name)
        asked = _arranged(entity, asked, views)
        described = described_of(view, entity, asked)
        asked, result = ask(view, entity, described, asked)
        page = list_page(view, entity, described, asked, replace(result, views=views))
        return render_template("list.html", page=page, shell=shell(view, Crumb(page.label)))


def question_in_address(view: View, entity: Entity) -> tuple[Asked, ListView, Query]:
    """What the address asks for, the list that it means, and its question: for whoever shows the same records in another way."""
    asked = _arranged(entity, asked_in(entity, request.args), saved_views(view, entity.name) if "view" in request.args else [])
    described = described_of(view, entity, asked)
    return asked, described, query_of(view.metadata, entity, described, asked)


def _arranged(entity: Entity, asked: Asked, views: list[SavedView]) -> Asked:
    """What a saved view says, where the address says nothing but its name; a bare address is the view that opens first."""
    bare = not replace(asked, view="", open=None, at="").parts()
    wanted = next((each for each in views if str(each.id) == asked.view or (not asked.view and each.first)), None)
    if wanted is None or not bare:
        return asked
    return replace(asked_in_saved(entity, wanted.id, wanted.address), open=asked.open, after=asked.after, at=asked.at)


def _with_condition(entity: Entity, asked: Asked) -> Answer:
    made = Condition(request.args["field"], request.args.get("operator", "is"), request.args.get("value", ""))
    condition = next(read_conditions(entity, [made.address()]), None)
    if condition is None or formula_of(entity.fields.get(condition.field), condition) is None:
        flash(_("This field cannot be compared in this way."), "warn")
        return redirect(asked.link(), 303)
    return redirect(asked.turned(conditions=(*asked.conditions, condition)).link(), 303)
    return redirect(replace(asked, conditions=(*asked.conditions, condition)).link(), 303)


def _list_page(view: View, entity: Entity, asked: Asked) -> ListPage:
    described = view.metadata.list_of(entity.name)
    tab = next((t for t in described.tabs if t.name == asked.tab), None)
    query = _query(described, entity, asked, tab)
    question = Question(view.actor.id, view.metadata.number, (entity.name, *map("=".join, asked.parts())))
    try:
        page, number = _find(view, query, question, asked), _count(view, query)
    except (FormulaErrors, Invalid, NotPushable) as wrong:
        mended = replace(asked, mend=_wrong(wrong), after="")
        query = _query(described, entity, replace(asked, formula="", sort="", conditions=()), tab)
        return _compose(view, entity, mended, Result(find(view, query), _count(view, query)))
    following = "" if page.next is None else _cursors().write(question, page.next)
    return _compose(view, entity, asked, Result(page, number, following))


def _query(described: ListView, entity: Entity, asked: Asked, tab: ListTab | None) -> Query:
    where = tuple(formula for formula in (described.where, tab.where if tab else None) if formula is not None)
    clicked = (formula_of(entity.fields.get(c.field), c) for c in asked.conditions)
    typed = tuple(text for text in (*clicked, asked.formula) if text)
    path = asked.sort.lstrip("-")
    sort = (SortKey(path, asked.sort.startswith("-")),) if path in described.columns else described.sort
    return Query(entity.name, where=where, typed=typed, search=asked.search, sort=sort)


def _find(view: View, query: Query, question: Question, asked: Asked) -> Page:
    if asked.after:
        try:
            query = replace(query, after=_cursors().read(question, asked.after))
        except RequestProblem:
            flash(_("The list has changed; this is its first page."), "warn")
    return find(view, query)


def _count(view: View, query: Query) -> str:
    number = count(view, query, COUNTED)
    if number > COUNTED:
        return f"{COUNTED:,}+"
    return ngettext("%(num)s record", "%(num)s records", number)


def _wrong(wrong: FormulaErrors | Invalid | NotPushable) -> str:
    here = visit()
    if isinstance(wrong, FormulaErrors):
        return " ".join(here.words(issue.message) for issue in wrong.issues)
    if isinstance(wrong, Invalid):
        return " ".join(here.words(problem.message) for problem in wrong.problems)
    return here.words(Message("This cannot be asked of a list."))


def _cursors() -> Cursors:
    return Cursors(settings.key(application().root, "cursor"))


def _compose(view: View, entity: Entity, asked: Asked, result: Result) -> ListPage:
    described, page = view.metadata.list_of(entity.name), result.page
    here = visit()
    filtered = bool(asked.search or asked.formula or asked.conditions)
    may_create = not row_rule(entity, "create", view.actor).nothing
    empty, why = _empty(here.words(entity.plural), filtered or bool(asked.tab), may_create)
    return ListPage(
        label=here.words(described.label) or here.words(entity.plural),
        help=here.words(entity.help),
        count=result.count,
        tabs=_tabs(described, asked),
        headings=tuple(_heading(entity, described, column, asked) for column in described.columns),
        rows=list_rows(entity, described.columns, page.records, here.display(view, page.records[0].titles if page.records else {})),
        address=asked.address,
        kept=tuple(asked.parts()),
        chips=_chips(entity, asked),
        filters=filter_fields(view, entity, described.filters),
        operators=operators(),
        search=asked.search,
        search_hint=_search_hint(entity, described),
        formula=asked.formula,
        formula_problem=asked.mend,
        new=f"{asked.address}/new" if may_create else "",
        new_label=_("New: %(kind)s", kind=here.words(entity.label)),
        bring=f"{asked.address}/import" if may_import(view, entity) and not entity.system else "",
        exports=_exports(asked) if page.records and may_export(view, entity) else (),
        next=_following(asked, result.following),
        first=asked.link() if asked.after else "",
        empty=empty,
        empty_why=why,
        clear=replace(asked, search="", formula="", conditions=()).link() if filtered else "",
        icon=icon_name(entity.icon),
    )


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


def _search_hint(entity: Entity, described: ListView) -> str:
    names = [column_label(entity, name) for name in described.search]
    return ", ".join(names) or _("Search")


def _empty(plural: str, filtered: bool, may_create: bool) -> tuple[str, str]:
    if filtered:
        return _("Nothing fits"), _("There may be records, but none that you can see fits the tab, the search and the filters above.")
    if may_create:
        return _("No %(kind)s yet", kind=plural), _("Make the first one; it appears here as soon as it is saved.")
    return _("Nothing to see here"), _("Either there are no records yet, or none that your roles let you see.")


def _tabs(described: ListView, asked: Asked) -> tuple[Tab, ...]:
    plain = replace(asked, tab="")
    named = (Tab(visit().words(t.label), replace(asked, tab=t.name).link(), asked.tab == t.name) for t in described.tabs)
    return (Tab(_("All"), plain.link(), asked.tab not in {t.name for t in described.tabs}), *named)


def _heading(entity: Entity, described: ListView, column: str, asked: Asked) -> Heading:
    field = entity.fields.get(column)
    now = asked.sort or _declared_order(described)
    order = "" if now.lstrip("-") != column else "down" if now.startswith("-") else "up"
    wanted = column if order != "up" else f"-{column}"
    sortable = field is None or (
        field.table is None and field.kind not in ("long_text", "rich_text", "multi_choice", "links", "json", "location")
    )
    return Heading(column_label(entity, column), is_numeric(entity, column), replace(asked, sort=wanted).link() if sortable else "", order)


def _declared_order(described: ListView) -> str:
    first = described.sort[0] if described.sort else None
    return ("-" if first.descending else "") + first.path if first else ""


def _chips(entity: Entity, asked: Asked) -> tuple[Chip, ...]:
    made = []
    for condition in asked.conditions:
        label, words = words_of(entity, condition)
        rest = tuple(c for c in asked.conditions if c is not condition)
        made.append(Chip(label, words, replace(asked, conditions=rest).link()))
    if asked.formula and not asked.mend:
        made.append(Chip("", asked.formula, replace(asked, formula="").link(), True))
    return tuple(made)
