"""What every part of resolving works with: the declarations, the issues, the catalog, and the compiling of words and formulas."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TypeVar

from engine.errors import Message, Sentence, Text
from engine.formula import (
    Aggregate,
    Catalog,
    CollectionPath,
    Context,
    Decision,
    Formula,
    FormulaErrors,
    FormulaIssue,
    Names,
    Type,
    Wording,
    advice,
    compile,
    compile_text,
)
from engine.loading.declarations import Declarations
from engine.loading.findings import Findings, Place
from engine.loading.folder import SYSTEM_FOLDER
from engine.loading.nearest import did_you_mean
from engine.loading.sourced import Sourced
from engine.metadata import BADGES, Choice, FormulaText, Given, Label, LiteralOrFormula, Role, Workflow
from engine.metadata import declared as d
from engine.plugins import Connector

from .icons import icons
from .literals import NotOfType, literal

Made = TypeVar("Made")
EVERYWHERE = frozenset({"id", "version", "created_at", "created_by", "updated_at", "updated_by"})
"""What every record has, so that nobody needs to be told."""
NO_WORDS: Text = {}
"""Where nothing is said: one for all, which is met and written once."""


@dataclass
class Bench:
    """The state of one load. `calls` collects the work of effects that call a connector.

    `catalog` grows in `names.py` before anything is compiled that needs it.

    `offered` are the connectors of the plugins; None when nothing is known of them, so that they are not checked.
    """

    declarations: Declarations
    findings: Findings
    languages: tuple[str, ...]
    currency: str
    offered: Mapping[str, Connector] | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)
    choices: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    tables: Mapping[str, Decision] = field(default_factory=dict)
    calls: dict[str, Workflow] = field(default_factory=dict)
    catalog: Catalog = None  # type: ignore[assignment] # set once the names are known, before any formula is compiled

    def label(self, written: Label | None, place: Place, fallback: str) -> Text:
        """The words of a label, or words made from a name; N301 for a language the application does not speak, N305 for one left out."""
        if written is None:
            return _one(self.languages[0], fallback.replace("_", " ").capitalize())
        if isinstance(written, str):
            return _one(self.languages[0], written)
        if place.document.file.startswith(SYSTEM_FOLDER) or place.path not in place.document.values:  # the engine's own words
            return {language: words for language, words in written.items() if language in self.languages} or written
        for language in written:
            if language not in self.languages and "languages" not in self.findings.broken:
                self.findings.unknown("language", language, self.languages, place.at(language), key=True)
        if missing := [language for language in self.languages if language not in written]:
            words = Sentence("There are no words in {languages}: readers of that language see another.", languages=", ".join(missing))
            self.findings.warn("N305", words, place, hint="a text without languages is meant for all")
        return written

    def words(self, written: Label | None, place: Place) -> Text:
        """Words that may be missing."""
        return NO_WORDS if written is None else self.label(written, place, "")

    def icon(self, written: str | None, place: Place) -> str | None:
        """The name of an icon; N301 for one that is not among those that pages can show."""
        if written is not None and written not in icons():
            self.findings.unknown("icon", written, icons(), place)
        return written

    def color(self, written: str | None, place: Place) -> str:
        """The color of a badge; N301 (a warning: the badge is gray) for one that there is none of."""
        if written is not None and written not in BADGES:
            hint = did_you_mean(written, BADGES) or Sentence("there is: {known}", known=", ".join(BADGES))
            self.findings.warn("N301", Sentence('There is no {what} "{name}".', what=Sentence("color"), name=written), place, hint=hint)
        return written or "secondary"

    def roles_named(self, written: Sequence[str], place: Place) -> frozenset[str]:
        """The roles of a list of names; N301 for one that does not exist."""
        for index, name in enumerate(written):
            if name not in self.roles:
                self.findings.unknown("role", name, self.roles, place.at(index))
        return frozenset(written)

    def lifecycle_of(self, entity: str) -> Sourced[d.Lifecycle] | None:
        """The lifecycle of an entity, or of the rows of a table, as it is written."""
        return next((each for each in self.declarations.lifecycles.values() if each.declared.for_ == entity), None)

    def formula(self, written: FormulaText | None, place: Place, names: Names, kind: tuple[Context, Type | None]) -> Formula | None:
        """The formula at a place, for a context and the type it must give; None when there is none or it is wrong."""
        if written is None:
            return None
        context, expected = kind
        text = source_text(written)
        formula = self._compiled(partial(compile, text, names, self.catalog, context, expected), text, place)
        if formula is not None:
            self.advise(formula, place)
        return formula

    def advise(self, formula: Formula, place: Place) -> None:
        """Warn of what is allowed and most likely not meant."""
        for issue in advice(formula):
            if issue.code != "FX711":
                self._report(issue, formula.text, place)

    def blanks(self, formula: Formula, place: Place, required: Collection[str]) -> None:
        """FX711 for a check that passes while a field is blank that need not be filled in."""
        for issue in advice(formula):
            field_name = issue.message.params.get("field")
            if issue.code == "FX711" and field_name not in required:
                self._report(issue, formula.text, place)

    def condition(self, written: FormulaText | None, place: Place, names: Names, context: Context) -> Formula | None:
        """The same for a formula that says yes or no."""
        return self.formula(written, place, names, (context, None))

    def wording(self, written: Label | None, place: Place, names: Names) -> Wording | None:
        """Words with `{formula}` holes, in every language they are written in."""
        if written is None:
            return None
        self.words(written, place)
        texts = {self.languages[0]: written} if isinstance(written, str) else written
        found = {}
        for language, text in texts.items():
            here = place if isinstance(written, str) else place.at(language)
            template = self._compiled(partial(compile_text, text, names, self.catalog), text, here)
            if template is not None:
                found[language] = template
        return Wording(found) if len(found) == len(texts) else None

    def given(self, written: LiteralOrFormula, place: Place, names: Names, kind: tuple[Context, Type]) -> Given | None:
        """A literal of a type, or, after `=`, a formula that gives it; None when it is wrong."""
        context, type_ = kind
        if isinstance(written, str) and written.startswith("="):
            formula = self.formula(written, place, names, (context, type_))
            return Given(formula=formula) if formula else None
        try:
            return Given(literal(written, type_))
        except NotOfType as wrong:
            members = self.catalog.members(names.this) if names.this else {}
            field_name = isinstance(written, str) and written.split(".", 1)[0] in members
            hint = Sentence("={formula} is the value of that field", formula=written) if field_name else wrong.hint
            if isinstance(written, str) and "(" in written:
                hint = Sentence("a formula begins with an equals sign: ={formula}", formula=written)
            self.findings.add("S207", wrong.words, place, hint=hint)
            return None

    def rows_behind(self, written: str, names: Names) -> tuple[CollectionPath, Formula] | None:
        """The rows behind a path, which is read as COUNT reads it, and that formula; None for anything else."""
        try:
            counted = compile(f"COUNT({written})", names, self.catalog, Context.VALUE)
        except FormulaErrors:
            return None
        tree = counted.tree
        return (tree.source, counted) if isinstance(tree, Aggregate) and isinstance(tree.source, CollectionPath) else None

    def _compiled(self, make: Callable[[], Made], text: str, place: Place) -> Made | None:
        try:
            return make()
        except FormulaErrors as errors:
            for issue in errors.issues:
                self._report(issue, text, place)
            return None

    def _report(self, issue: FormulaIssue, text: str, place: Place) -> None:
        if issue.kind == "name" and text[issue.start : issue.end].rsplit(".", maxsplit=1)[-1] in self.findings.broken:
            return
        words = text[issue.start : issue.end]
        now = self.findings.called_now(words.strip('"').rsplit(".", maxsplit=1)[-1], issue.expected)
        hint = now or (Sentence("{advice}", advice=issue.hint) if issue.hint else self._code_hint(issue, words) or _listed(issue))
        self.findings.inside(issue.code, _sentence(issue.message), place, (issue.start, issue.end), hint)

    def _code_hint(self, issue: FormulaIssue, name: str) -> str:
        """For an unknown name that is a code of some list: codes are texts."""
        types = (m.type for entity in self.catalog.entities() for m in self.catalog.members(entity).values())
        listed_in = next((t.choice_set for t in types if name in t.choices), "") if issue.kind == "name" else ""
        if listed_in.startswith("state of "):
            listed_in = Sentence("state of {name}", name=listed_in.removeprefix("state of "))
        return Sentence('"{name}" in double quotes is a code of {listed_in}', name=name, listed_in=listed_in) if listed_in else ""


def source_text(written: FormulaText) -> str:
    """The text of a formula key: `true` and `10` are formulas too."""
    return str(written).lower() if isinstance(written, bool) else str(written)


def _listed(issue: FormulaIssue) -> str:
    """All names there are, where none is near and they are few."""
    names = [name for name in issue.expected if name not in EVERYWHERE]
    return Sentence("there is: {known}", known=", ".join(names)) if issue.kind == "name" and 0 < len(names) <= 12 else ""


def _sentence(message: Message) -> Sentence:
    """The words of a formula's mistake, which end with a stop here."""
    return Sentence("{words}" if message.render().endswith((".", "?", "!")) else "{words}.", words=message)


def listed(names: Sequence[str] | str) -> tuple[str, ...]:
    """One name or several, as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)


@lru_cache(maxsize=10_000)
def _one(language: str, words: str) -> Text:
    """Words in one language; fields of one name share them."""
    return {language: words}
