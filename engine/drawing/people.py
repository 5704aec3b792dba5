"""Who is meant, in words: what stands at a step or an action for people who do not read declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from engine.errors import Message, in_language
from engine.frozen import frozen
from engine.metadata import Entity, Metadata, Who, Workflow

PLAIN = {
    "submitter": "who submits it",
    "system": "the application itself",
    "anybody": "anybody",
    "assignee": "whom the record is assigned to",
}
Words = Message | str


@frozen(slots=False)
class Naming:
    """The words of a definition for people, in one language: those of records of `entity`, at the steps of `workflow`."""

    metadata: Metadata
    language: str
    entity: Entity | None
    workflow: Workflow | None = None

    def people(self, found: Iterable[Who]) -> str:
        """All that are meant, one after the other."""
        return ", ".join(words if isinstance(words, str) else words.render(self.language) for words in map(self._words, found))

    def _words(self, who: Who) -> Words:
        if who.kind in PLAIN:
            return Message(PLAIN[who.kind])
        if who.kind == "heads":
            words = "all heads above {person}" if who.up_to is None else "the {count} nearest heads above {person}"
            return Message(words, {"person": self.person(who.name), "count": who.up_to})
        if who.picking is not None:
            among = self.people(who.picking.among)
            return Message("whom {person} chooses ({among})", {"person": self._picker(who.name), "among": among})
        if who.formula is not None:
            return " ".join(who.formula.text.split())
        find = _WORDS.get(who.kind)
        return find(self, who.name) if find is not None else str(who)

    def person(self, name: str) -> Words:
        """Somebody whose head is meant, or who chooses."""
        return Message(PLAIN[name]) if name in PLAIN else self.path(name)

    def _picker(self, name: str) -> Words:
        return self.actor(name.partition(":")[2]) if name.startswith("actor:") else self.person(name)

    def role(self, name: str) -> Words:
        """The label of a role."""
        role = self.metadata.roles.get(name)
        return (in_language(role.label, self.language) if role is not None else "") or name

    def actor(self, name: str) -> Words:
        """Whoever acted at a step."""
        labels = {step.name: step.label for step in self.workflow.all_steps} if self.workflow is not None else {}
        return Message("who acted at “{step}”", {"step": labels.get(name, name)})

    def decided(self, name: str) -> Words:
        """Whoever a decision names."""
        table = self.metadata.decisions.get(name)
        return Message("by the table “{table}”", {"table": table.label if table is not None and table.label else name})

    def path(self, path: str) -> str:
        """The labels along a path of fields; a name that leads nowhere stands as it is."""
        here, labels = self.entity, []
        for name in path.split("."):
            field = here.fields.get(name) if here is not None else None
            labels.append((in_language(field.label, self.language) if field is not None else "") or name)
            here = self.metadata.entities.get(field.link.entity) if field is not None and field.link is not None else None
        return " / ".join(labels)


_WORDS: Mapping[str, Callable[[Naming, str], Words]] = {
    "role": Naming.role,
    "field": Naming.path,
    "actor": Naming.actor,
    "decide": Naming.decided,
    "user": lambda naming, name: name,
    "dept": lambda naming, name: Message("department {name}", {"name": name}),
    "group": lambda naming, name: Message("group {name}", {"name": name}),
    "head": lambda naming, name: Message("head above {person}", {"person": naming.person(name)}),
}
