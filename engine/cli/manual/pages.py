"""The pages: an overview, one for each entity, one about the roles; Markdown, in one language, with pictures beside them as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.access import Rights, rights_of
from engine.drawing import Naming, around, flow_of, standalone, states_of
from engine.errors import Message, Text, in_language, translate
from engine.formula import Formula, Wording
from engine.metadata import FIELD_TYPES, Action, Entity, Field, Metadata, Step

from .relations import relations

_SELF_EVIDENT = ("user", "file", "image", "signature")
"""Kinds of fields that say themselves what they lead to."""

_KEPT = {
    "anonymise": "What is older than {after}, counted from {since}, loses what tells of people.",
    "archive": "What is older than {after}, counted from {since}, is archived: out of the lists, and as it is until it is taken back.",
    "delete": "What is older than {after}, counted from {since}, is deleted for ever.",
}
"""What becomes of records that have been kept long enough."""


def pages(metadata: Metadata, language: str) -> dict[str, str]:
    """Every page of the manual by its file name. What belongs to the engine itself is in the reference of the language."""
    return _Manual(metadata, language).pages()


class _Manual:
    def __init__(self, metadata: Metadata, language: str) -> None:
        self._metadata = metadata
        self._language = language
        self._entities = [entity for entity in metadata.documents if not entity.system and entity.api]
        self._rights = list(rights_of(metadata))

    def pages(self) -> dict[str, str]:
        found = {"index.md": self._index(), "roles.md": self._roles()}
        found |= {f"{entity.name}.md": self._entity(entity) for entity in self._entities}
        for entity in self._entities:
            if (picture := around(entity, self._entities, self._language)) is not None:
                found[f"{entity.name}.relations.svg"] = standalone(picture)
            if entity.lifecycle is not None:
                found[f"{entity.name}.states.svg"] = standalone(states_of(entity.lifecycle, self._language))
            found |= {f"{name}.workflow.svg": self._picture(name) for name in entity.workflows}
        return found

    def _picture(self, workflow: str) -> str:
        return standalone(flow_of(self._metadata.workflows[workflow], self._metadata, self._language))

    def _say(self, label: Text) -> str:
        return in_language(label, self._language)

    def _word(self, text: str) -> str:
        return translate(text, self._language)

    def _index(self) -> str:
        rows = [(f"[{self._say(e.plural)}]({e.name}.md)", f"`{e.name}`", self._say(e.help)) for e in self._entities]
        parts = [
            f"# {self._say(self._metadata.label) or self._metadata.name}\n",
            _table((self._word("What it is about"), self._word("Name"), self._word("Meaning")), rows),
            f"[{self._word('Roles and their rights')}](roles.md)\n",
            f"## {self._word('How it hangs together')}\n",
            relations(self._entities, self._metadata.menu, self._language),
        ]
        return "\n".join(parts)

    def _entity(self, entity: Entity) -> str:
        parts = [f"# {self._say(entity.label)}\n", f"{self._say(entity.help)}\n" if entity.help else "", f"## {self._word('Fields')}\n"]
        parts += [self._fields(entity), self._kept(entity)]
        for table in entity.tables:
            assert table.table is not None
            parts += [f"### {self._say(table.label)} (`{table.name}`)\n", self._fields(table.table), self._checks(table.table, "####")]
        parts += [self._checks(entity), self._relations(entity), self._lifecycle(entity), *self._workflows(entity), self._who(entity)]
        return "\n".join(part for part in parts if part)

    def _fields(self, entity: Entity) -> str:
        headings = (self._word("Field"), self._word("Name"), self._word("Kind"), self._word("Needed"), self._word("Meaning"))
        rows = [
            (self._say(f.label), f"`{f.name}`", self._kind(f), self._needed(f), self._meaning(f))
            for f in entity.fields.values()
            if f.table is None
        ]
        return _table(headings, rows)

    def _kept(self, entity: Entity) -> str:
        """How long its records are kept."""
        rule = entity.retention
        if rule is None:
            return ""
        return f"{Message(_KEPT[rule.do], {'after': rule.span, 'since': f'`{rule.since}`'}).render(self._language)}\n"

    def _kind(self, field: Field) -> str:
        words = next((self._say(row.label) for row in FIELD_TYPES.values() if row.word == field.kind), field.kind)
        if field.link is None or field.kind in _SELF_EVIDENT:
            return words
        target = self._metadata.entities[field.link.entity.split(".", 1)[0]]
        label = self._say(target.label)
        return f"{words}: [{label}]({target.name}.md)" if target in self._entities else f"{words}: {label}"

    def _needed(self, field: Field) -> str:
        if isinstance(field.required, Formula):
            return f"{self._word('where')} {_code(field.required.text)}"
        return self._word("yes") if field.required else ""

    def _meaning(self, field: Field) -> str:
        parts = [self._say(field.help)]
        if field.formula is not None:
            parts.append(f"= {_code(field.formula.text)}")
        if field.choices:
            parts.append(", ".join(f"{self._say(choice.label)} (`{choice.code}`)" for choice in field.choices))
        if field.unique:
            parts.append(self._word("unique"))
        return "; ".join(part for part in parts if part)

    def _checks(self, entity: Entity, level: str = "##") -> str:
        if not entity.checks:
            return ""
        lines = [f"- {_code(check.require.text)}" + (f": {self._said(check.say)}" if check.say else "") for check in entity.checks]
        return "\n".join([f"{level} {self._word('Rules')}\n", *lines, ""])

    def _said(self, words: Wording) -> str:
        return self._say({language: template.text for language, template in words.templates.items()})

    def _relations(self, entity: Entity) -> str:
        if around(entity, self._entities, self._language) is None:
            return ""
        heading = self._word("How it hangs together")
        return f"## {heading}\n\n![{heading}]({entity.name}.relations.svg)\n"

    def _lifecycle(self, entity: Entity) -> str:
        if entity.lifecycle is None:
            return ""
        headings = (self._word("Action"), self._word("From"), self._word("To"), self._word("Who"), self._word("Only where"))
        rows = [self._action(entity, action) for action in entity.lifecycle.actions.values()]
        heading = f"## {self._word('States and actions')}\n"
        picture = f"![{self._word('States and actions')}]({entity.name}.states.svg)\n"
        return "\n".join([heading, picture, _table(headings, rows)])

    def _action(self, entity: Entity, action: Action) -> tuple[str, ...]:
        assert entity.lifecycle is not None
        known = entity.lifecycle.states
        sources = ", ".join(self._say(state.label) for name, state in known.items() if name in action.sources)
        target = self._say(known[action.to].label) if action.to else ""
        guards = "; ".join(_code(guard.require.text) for guard in action.guards)
        return (self._say(action.label), sources, target, Naming(self._metadata, self._language, entity).people(action.who), guards)

    def _workflows(self, entity: Entity) -> Iterator[str]:
        for name in entity.workflows:
            workflow = self._metadata.workflows[name]
            naming = Naming(self._metadata, self._language, entity, workflow)
            yield f"## {self._word('Workflow')}: {self._say(workflow.label)}\n"
            yield f"![{self._say(workflow.label)}]({name}.workflow.svg)\n"
            headings = (self._word("Step"), self._word("Who"), self._word("Fields"))
            yield _table(headings, [self._step(naming, step) for step in workflow.all_steps])

    def _step(self, naming: Naming, step: Step) -> tuple[str, ...]:
        fields = ", ".join(f"`{field}`" for field in sorted(step.edit | step.must))
        return self._say(step.label), naming.people(step.who), fields

    def _who(self, entity: Entity) -> str:
        headings = (self._word("Role"), self._word("May"), self._word("Does not see"))
        parts = [f"## {self._word('Who may do what')}\n", _table(headings, self._roles_with(entity))]
        for table in (field.table for field in entity.ruled if field.table is not None):
            parts += [f"### {self._say(table.label)}\n", _table(headings, self._roles_with(table))]
        return "\n".join(parts)

    def _roles_with(self, entity: Entity) -> list[tuple[str, str, str]]:
        return [(self._role(each.role), *self._right(each)) for each in self._rights if each.entity == entity.name]

    def _roles(self) -> str:
        parts = [f"# {self._word('Roles and their rights')}\n"]
        for role in self._metadata.roles.values():
            known = {owned.name for entity in self._entities for owned in (entity, *(field.table for field in entity.ruled)) if owned}
            rights = [each for each in self._rights if each.role == role.name and each.entity in known]
            parts.append(f"## {self._say(role.label) or role.name} (`{role.name}`)\n")
            if len(role.includes) > 1:
                parts.append(f"{self._word('Includes')}: {', '.join(sorted(role.includes - {role.name}))}\n")
            rows = [(f"[{self._called(each.entity)}]({each.entity.partition('.')[0]}.md)", *self._right(each)) for each in rights]
            headings = (self._word("What it is about"), self._word("May"), self._word("Does not see"))
            parts.append(_table(headings, rows) if rows else f"{self._word('Nothing of its own.')}\n")
        return "\n".join(parts)

    def _called(self, entity: str) -> str:
        document, inside, _ = entity.partition(".")
        names = [document, entity] if inside else [document]
        return " · ".join(self._say(self._metadata.entities[name].plural) for name in names)

    def _role(self, name: str) -> str:
        return self._say(self._metadata.roles[name].label) or name

    def _right(self, rights: Rights) -> tuple[str, str]:
        may = "; ".join(self._verb(verb, where) for verb, where in rights.told.items())
        if rights.edit is not None:
            may += f" ({self._word('only')} {', '.join(f'`{name}`' for name in sorted(rights.edit))})"
        hidden = [f"`{name}`" for name in sorted(rights.sight.hidden)]
        masked = [f"`{name}` ({self._word('in part')})" for name in sorted(rights.sight.masked)]
        partly = [f"`{name}` ({self._word('in some records')})" for name in sorted(rights.partly)]
        return may, ", ".join([*hidden, *masked, *partly])

    def _verb(self, verb: str, where: Iterable[str]) -> str:
        conditions = f" {self._word('or')} ".join(_code(text) for text in where)
        return f"{self._word(verb)} {self._word('where')} {conditions}" if conditions else self._word(verb)


def _code(text: str) -> str:
    plain = " ".join(text.split())
    return f"`{plain}`" if "`" not in plain else plain


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
