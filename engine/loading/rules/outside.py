"""Rules on public forms and portals: nobody outside sees what is not meant for them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Sentence
from engine.loading.findings import Place
from engine.loading.resolve.outside import links_of
from engine.loading.sourced import Sourced
from engine.metadata import WHITE, Entity, Portal, PublicForm, Rule, color_of, contrast
from engine.metadata import declared as d

from .loaded import Loaded

LINK_ONLY = ("once", "expires")
CONTRAST = 4.5
"""How well white words must be readable on a color (WCAG 1.4.3)."""


def public_forms_ask_what_can_be_given(loaded: Loaded) -> None:
    """V511, V501: a public form asks for nothing that nobody can fill in, and for everything that is needed."""
    for form, source in _publics(loaded):
        entity, asked = loaded.metadata.entities[form.entity], form.form.sections[0].fields
        for index, written in enumerate(source.declared.fields):
            field = entity.fields.get(written if isinstance(written, str) else written.field)
            if field is not None and field.computed:
                loaded.findings.add(
                    "V511",
                    Sentence("{name} is computed, nobody fills it in.", name=field.name),
                    source.place.at("fields", index),
                    hint="show it",
                )
        for path in sorted(set(links_of(entity, asked)) - form.lookup - set(source.declared.lookup)):
            message = Sentence("{path} leads to records that nobody may search here.", path=path)
            loaded.findings.add("V511", message, source.place.at("fields"), key=True, hint=f"lookup: [{path}]")
        given = {item.name for item in asked} | form.set.keys()
        for field in entity.fields.values() if not form.by_link and not _follows(loaded, source.place) else ():
            if field.required is True and field.default is None and field.name not in given:
                message = Sentence("{name} is required, but this form neither asks for it nor sets it.", name=field.name)
                loaded.findings.add("V501", message, source.place.at("fields"), key=True)


def public_keys_act(loaded: Loaded) -> None:
    """V512: keys of a secret address mean something only where there is one."""
    for form, source in _publics(loaded):
        for key in LINK_ONLY:
            if not form.by_link and getattr(source.declared, key) is not None:
                loaded.findings.add("V512", Sentence('"{key}" means nothing without "by: link".', key=key), source.place.at(key), key=True)


def public_forms_show_nobody(loaded: Loaded) -> None:
    """A204: what a public form shows or lets people search is read by everybody; no person, and nothing of the engine, stands there."""
    for form, source in _publics(loaded):
        entities = loaded.metadata.entities
        for path, formula in form.shown:
            told = {hop.target for ref in formula.references for hop in ref.hops} | {form.entity, formula.type.entity or form.entity}
            index = source.declared.show.index(path)
            _refuse_own(loaded, told, path, source.place.at("show", index))
        for index, path in enumerate(source.declared.lookup):
            table, _, cell = path.partition(".")
            field = entities[form.entity].fields.get(table)
            field = field.table.fields.get(cell) if field is not None and field.table is not None else field
            if path in form.lookup and field is not None and field.link is not None:
                _refuse_own(loaded, {field.link.entity}, path, source.place.at("lookup", index))


def _refuse_own(loaded: Loaded, told: set[str], path: str, place: Place) -> None:
    own = sorted(name for name in told if (entity := loaded.metadata.entities.get(name)) is not None and _is_own(entity))
    if own:
        loaded.findings.add("A204", Sentence("{path} tells everybody of {own}, which is nobody's outside.", path=path, own=own[0]), place)


def _is_own(entity: Entity) -> bool:
    """Whether people from outside have no business with it: people, sessions, files of the engine; choices such as currencies are known."""
    return entity.system and entity.name not in ("currency", "language", "company", "department")


def portals_are_for_people_outside(loaded: Loaded) -> None:
    """A205: a portal is for people from outside, who take no files of records away."""
    for portal, source in _portals(loaded):
        for index, name in enumerate(source.declared.roles):
            role = loaded.metadata.roles.get(name)
            if role is not None and not role.external:
                message = Sentence("{name} is a role of staff; the people of a portal come from outside.", name=name)
                loaded.findings.add("A205", message, source.place.at("roles", index), hint="say `external: true` at the role")
        for _, rule, place in loaded.rules():
            if rule.verbs.get("export") and rule.role in _held(loaded, portal) - {"everybody"}:
                message = Sentence("{role} lands in the portal {name}, where nothing is exported.", role=rule.role, name=portal.name)
                loaded.findings.add("A205", message, place.at("export"), key=True)


def portals_show_what_can_be_read(loaded: Loaded) -> None:
    """A206: every page that a portal leads to can be opened by one of its roles."""
    for portal, source in _portals(loaded):
        for index, written in enumerate(source.declared.menu):
            name = written if isinstance(written, str) else written.item
            _refuse_unread(loaded, portal, name, source.place.at("menu", index))
        if portal.home:
            _refuse_unread(loaded, portal, portal.home, source.place.at("home"))


def _refuse_unread(loaded: Loaded, portal: Portal, name: str, place: Place) -> None:
    entity = loaded.metadata.entities.get(name)
    if entity is None or _follows(loaded, place) or not portal.roles <= loaded.metadata.roles.keys():
        return
    if not any(rule.verbs.get("read") for rule in _rules_of(loaded, portal, entity)):
        message = Sentence("None of the roles of this portal may read {name}.", name=name)
        loaded.findings.add(
            "A206",
            message,
            place,
            hint=Sentence("give {roles} a rule in the access of {name}", roles=", ".join(sorted(portal.roles)), name=name),
        )


def portals_are_told_apart(loaded: Loaded) -> None:
    """V514: each portal has an address of its own, and people join by a form that anybody may open; V513: its color can be read on."""
    taken: dict[str, str] = {}
    for portal, source in _portals(loaded):
        if portal.address in taken:
            message = Sentence("{address} is the address of the portal {taken}.", address=portal.address, taken=taken[portal.address])
            loaded.findings.add("V514", message, source.place.at("address"))
        elif portal.address.split("/")[1] in TAKEN and not portal.address.startswith("/portal/"):
            loaded.findings.add("V514", Sentence("{address} is a page of the engine.", address=portal.address), source.place.at("address"))
        taken.setdefault(portal.address, portal.name)
        form = loaded.metadata.publics.get(portal.join)
        if form is not None and form.by_link:
            loaded.findings.add(
                "V514", Sentence("{name} needs a secret address, so nobody joins by it.", name=form.name), source.place.at("join")
            )
        if portal.color and contrast(color_of(portal.color), WHITE) < CONTRAST:
            loaded.findings.add(
                "V513",
                Sentence("White words cannot be read on {color}.", color=portal.color),
                source.place.at("color"),
                hint="take a darker one",
            )


TAKEN = frozenset(
    "account api bin dashboards favicon files forgotten healthz import inbox incidents instances invite issues language letter login logout"
    " look-as metrics models notices page playground portal processes public records reports search static tasks theme".split()
)
"""First parts of addresses that belong to pages of the engine."""


def _follows(loaded: Loaded, place: Place) -> bool:
    """Whether something is wrong in another file, from which what seems to be missing here may follow."""
    return any(issue.level == "error" and issue.file != place.document.file for issue in loaded.findings.issues)


def _held(loaded: Loaded, portal: Portal) -> frozenset[str]:
    return loaded.metadata.held(portal.roles)


def _rules_of(loaded: Loaded, portal: Portal, entity: Entity) -> Iterator[Rule]:
    held = _held(loaded, portal)
    return (rule for rule in entity.rules if rule.role in held)


def _publics(loaded: Loaded) -> Iterator[tuple[PublicForm, Sourced[d.PublicForm]]]:
    for name, form in loaded.metadata.publics.items():
        yield form, loaded.declarations.publics[name]


def _portals(loaded: Loaded) -> Iterator[tuple[Portal, Sourced[d.Portal]]]:
    for name, portal in loaded.metadata.portals.items():
        yield portal, loaded.declarations.portals[name]
