"""A scenario as it was written: people, records, and what is done and expected, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from engine.frozen import frozen
from engine.loading import Path

Values = Mapping[str, object]


@frozen
class Person:
    """Somebody who acts: roles, and fields of the entity `user`."""

    name: str
    roles: tuple[str, ...]
    values: Values
    path: Path
    file: str


@frozen
class Given:
    """A record that exists before the first step."""

    name: str
    entity: str
    values: Values
    path: Path
    file: str


@frozen
class Expectation:
    """What must be true: its kind (`record`, `tasks`, …) is the first key, `target` its value, `keys` the rest."""

    kind: str
    target: object
    keys: Values
    path: Path

    def named(self, key: str) -> tuple[str, ...]:
        """The names under a key: one, or a list of them."""
        return _names(self.keys.get(key))


def _names(written: object) -> tuple[str, ...]:
    listed = written if isinstance(written, list) else [] if written is None else [written]
    return tuple(str(name) for name in listed)


@frozen
class Step:
    """One step: `verb` is None where it only waits or expects. `keys` are all other keys of the step."""

    path: Path
    verb: str | None
    target: object
    keys: Values
    expect: tuple[Expectation, ...] = ()
    together: tuple[Step, ...] = ()

    @property
    def actor(self) -> str:
        """Who acts."""
        return str(self.keys.get("as", ""))

    @property
    def values(self) -> Values:
        """The values given with the step."""
        found = self.keys.get("with")
        return found if isinstance(found, Mapping) else {}

    def without(self, name: str) -> tuple[Values, str]:
        """The values given with the step without the words called `name`, and these words, which may also stand beside `with`."""
        values = dict(self.values)
        inside = values.pop(name, None)
        said = self.keys.get(name, inside)
        return values, "" if said is None else str(said)

    def named(self, key: str) -> tuple[str, ...]:
        """The names under a key: one, or a list of them."""
        return _names(self.keys.get(key))


@frozen(slots=False)
class Scenario:
    """One run of one scenario file: `case` is the row of its table, empty where there is none."""

    name: str
    file: str
    clock: str
    people: Mapping[str, Person]
    given: Mapping[str, Given]
    steps: tuple[Step, ...]
    connectors: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    covers: tuple[str, ...] = ()
    case: str = ""

    @property
    def title(self) -> str:
        """What a result is called."""
        return f"{self.name} [{self.case}]" if self.case else self.name
