"""The step `fill`: an answer to a public form, as somebody without an account gives it."""

from __future__ import annotations

from engine.access import Actor
from engine.errors import Message, Refusal
from engine.forms import answer, opened_by, public_layout, standing, states_of, stranger
from engine.metadata import PublicForm
from engine.records import finished, preview
from engine.unit_of_work import UnitOfWork

from .model import Step
from .values import raw_values
from .world import World


def form_of(world: World, step: Step) -> PublicForm:
    """The form that a step fills in; it was looked for before anything ran."""
    return world.metadata.publics[str(step.target)]


def filler(world: World, step: Step) -> Actor:
    """Who fills it in: nobody in particular."""
    return stranger(world.metadata, form_of(world, step), world.metadata.languages[0])


def fill_in_form(world: World, uow: UnitOfWork, step: Step) -> None:
    """Send the form with the values of the step. Raises Refusal where it is not open now, and what the form raises."""
    form = form_of(world, step)
    entity = uow.metadata.entities[form.entity]
    values = raw_values(world, uow, entity, step.values)
    draft = preview(uow, entity, None, values, opened_by(entity, form))
    when = standing(uow, form, draft.new)
    if when != "open":
        raise Refusal(Message("This form is not open yet." if when == "early" else "This form is closed."))
    layout = public_layout(entity, form)
    states = states_of(uow, layout, draft)
    must = frozenset(placed.name for placed in layout.placed() if states[placed.name].shown and states[placed.name].required)
    row = finished(uow, entity, answer(uow, form, None, values, must))
    if "name" in step.keys:
        world.name(str(step.keys["name"]), entity.name, int(str(row["id"])))
