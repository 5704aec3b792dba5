"""Home, language and theme, and the small things around them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, make_response, redirect, render_template, request

from engine.access import row_rule
from engine.metadata import Entity, SortKey
from engine.records import Query, find
from engine.reports import may_open_dashboard
from engine.unit_of_work import View
from engine.web.addresses import safe_next
from engine.web.frame import menu_entities, shell
from engine.web.language import remember
from engine.web.portals import portal_here
from engine.web.static_files import icon_name
from engine.web.views import Choice, Crumb, Entry, HomeList, HomePage, HomeTask, KeptTile
from engine.web.visit import visit
from engine.web.words import _
from engine.workflow import Waiting, inbox, stuck, submitted

from .at_home import kept_tiles
from .blueprint import Answer, pages
from .incidents import where_stuck

SHOWN = 6
LOOKED_AT = 4
"""In how many entities home looks for what one changed last."""
FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#2f52c4"/>'
    '<path d="M9 6v20M16 6v20M23 6v20" stroke="#fff" stroke-opacity=".45" stroke-width="2.5"/>'
    '<path d="M5 11h11M23 11h4M5 21h4M16 21h11" stroke="#fff" stroke-width="2.5"/></svg>'
)


@pages.get("/")
def home() -> Answer:
    """What waits, what one submitted, and where to begin."""
    return overview(kept=kept_tiles)


def overview(
    lists: Callable[[View], tuple[HomeList, ...]] = lambda view: (), kept: Callable[[View], tuple[KeptTile, ...]] = lambda view: ()
) -> str:
    """The page that one begins with, and what a portal shows there besides."""
    with visit().look() as view:
        waiting, sent = inbox(view, limit=SHOWN + 1), submitted(view, limit=SHOWN)
        halted = stuck(view, limit=SHOWN)
        page = HomePage(
            greeting=_greeting(view),
            tasks=tuple(_task(view, w) for w in [*halted, *waiting[:SHOWN]]),
            tasks_more=_("All tasks") if len(waiting) > SHOWN else "",
            submitted=tuple(_submission(view, w) for w in sent),
            recent=_recent(view),
            entries=_entries(view),
            lists=lists(view),
            kept=kept(view),
        )
        return render_template("home.html", page=page, shell=shell(view, Crumb(_("Home"))))


def _greeting(view: View) -> str:
    hour = view.now.astimezone(view.zone).hour
    name = view.actor.name
    if hour < 12:
        return _("Good morning, %(name)s", name=name)
    return _("Good afternoon, %(name)s", name=name) if hour < 18 else _("Good evening, %(name)s", name=name)


def _task(view: View, waiting: Waiting) -> HomeTask:
    here = visit()
    kind = here.words(view.metadata.entities[waiting.entity].label)
    about, since = f"{kind} · {here.words(waiting.step)}", here.display(view, {}).ago(waiting.since)
    if waiting.incident:
        return HomeTask(where_stuck(waiting), waiting.title, about, since, Choice(_("Stuck"), "red"))
    return HomeTask(f"/inbox/{waiting.task.id if waiting.task else 0}", waiting.title, about, since)


def _submission(view: View, waiting: Waiting) -> HomeTask:
    here = visit()
    href = f"/records/{waiting.entity}/{waiting.instance.record_id}"
    color = "yellow" if waiting.instance.open else "secondary"
    return HomeTask(
        href,
        waiting.title,
        here.words(waiting.workflow),
        here.display(view, {}).ago(waiting.since),
        Choice(here.words(waiting.step), color),
    )


def _recent(view: View) -> tuple[HomeTask, ...]:
    """What the person changed last, over the first entities of the menu."""
    here, found = visit(), []
    order = (SortKey("updated_at", descending=True),)
    for name in _menu(view)[:LOOKED_AT]:
        entity = view.metadata.entities[name]
        page = find(view, Query(name, typed=("updated_by = user",), sort=order, limit=SHOWN, titles=False))
        found += [(record.values["updated_at"], entity, record) for record in page.records]
    found.sort(key=lambda one: one[0], reverse=True)  # type: ignore[arg-type, return-value]
    display = here.display(view, {})
    return tuple(
        HomeTask(f"/records/{entity.name}/{record.id}", record.title, here.words(entity.label), display.ago(at))  # type: ignore[arg-type]
        for at, entity, record in found[:SHOWN]
    )


def _menu(view: View) -> list[str]:
    return [name for name in menu_entities(view) if not row_rule(view.metadata.entities[name], "read", view.actor).nothing]


def _entries(view: View) -> tuple[Entry, ...]:
    names = menu_entities(view)
    made = [view.metadata.entities[n] for n in names if not row_rule(view.metadata.entities[n], "create", view.actor).nothing]
    return tuple(_entry(entity) for entity in made[:SHOWN]) or _dashboards(view)


def _dashboards(view: View) -> tuple[Entry, ...]:
    """Where those begin who make nothing: with the dashboards of the menu that are theirs."""
    kinds = (name.split(":") for module in view.metadata.menu for name in module.items if name.startswith("dashboard:"))
    named = (view.metadata.dashboards[name] for _kind, name in kinds)
    found = (each for each in named if portal_here() is None and may_open_dashboard(view, each))
    return tuple(Entry(f"/dashboards/{each.name}", visit().words(each.label), icon_name("chart-bar")) for each in found)


def _entry(entity: Entity) -> Entry:
    return Entry(f"/records/{entity.name}/new", _("New: %(kind)s", kind=visit().words(entity.label)), icon_name(entity.icon))


@pages.post("/language")
def set_language() -> Response:
    """Choose the language of this browser."""
    answer = make_response(redirect(safe_next(request.form.get("next", "/")), 303))
    wanted = request.form.get("language", "")
    remember(answer, "language", wanted if wanted in visit().app.metadata.languages else "")
    return answer


@pages.post("/theme")
def set_theme() -> Response:
    """Choose light or dark, or what the system says."""
    answer = make_response(redirect(safe_next(request.form.get("next", "/")), 303))
    wanted = request.form.get("theme", "")
    remember(answer, "theme", wanted if wanted in ("light", "dark") else "")
    return answer


@pages.post("/density")
def set_density() -> Response:
    """Choose how close the lines of lists stand in this browser."""
    answer = make_response(redirect(safe_next(request.form.get("next", "/")), 303))
    remember(answer, "density", "compact" if request.form.get("density") == "compact" else "")
    return answer


@pages.get("/favicon.svg")
def favicon() -> Response:
    """The mark of the engine."""
    return Response(FAVICON, mimetype="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})
