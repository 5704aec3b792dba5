"""Which values are sealed: those that say so, all of a table that says so, and what is computed from them in the same document."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.formula import Context, Formula, Kind, Names, Root, Type, Via
from engine.loading.findings import Place
from engine.metadata import FieldBase, Seal, TableField
from engine.metadata import declared as d

from .bench import Bench
from .matched import Key
from .shells import Shell

_INSTANT = Type(Kind.DATETIME)


class Seals:
    """The seals of one load; `formula_of` gives the formula of a computed field."""

    def __init__(self, bench: Bench, shells: Mapping[str, Shell], formula_of: Callable[[Key], Formula | None]) -> None:
        self._bench = bench
        self._shells = shells
        self._formula_of = formula_of
        self._found: dict[Key, Seal | None] = {}
        self._of_tables: dict[str, Seal | None] = {}

    def of(self, key: Key) -> Seal | None:
        """The seal of a field; None where its value is never sealed."""
        if key not in self._found:
            self._found[key] = None
            self._found[key] = self._written(key) or self._inherited(key)
        return self._found[key]

    def _written(self, key: Key) -> Seal | None:
        shell = self._shells[key[0]]
        field = shell.fields.get(key[1])
        if field is None:
            return None
        own = _sealed(field.declared)
        if own is not None:
            return self._compiled(own, field.place.at("sealed"), shell)
        return self._of_table(shell) if shell.table is not None and shell.table.sealed is not None else None

    def _of_table(self, shell: Shell) -> Seal | None:
        """The seal of a whole table, written for its document."""
        if shell.name not in self._of_tables:
            assert shell.table is not None
            assert shell.table.sealed is not None
            assert shell.document is not None
            owner = self._shells[shell.document]
            self._of_tables[shell.name] = self._compiled(shell.table.sealed, shell.place.at("sealed"), owner)
        return self._of_tables[shell.name]

    def _compiled(self, written: d.Sealed, place: Place, shell: Shell) -> Seal | None:
        names, bench = Names(this=shell.name), self._bench
        until = bench.formula(written.until, place.at("until"), names, (Context.STORED, _INSTANT))
        when = bench.formula(written.when, place.at("when"), names, (Context.STORED, Type(Kind.BOOLEAN)))
        readers = bench.condition(written.except_, place.at("except"), names, Context.ROW_RULE)
        return None if until is None or readers is None else Seal(until, when, readers, inner=shell.document is not None)

    def _inherited(self, key: Key) -> Seal | None:
        formula = self._formula_of(key)
        for reference in sorted(formula.references, key=lambda r: (r.entity, r.field)) if formula is not None else ():
            inside = reference.root is Root.ROW and all(hop.via in (Via.TABLE, Via.DOCUMENT) for hop in reference.hops)
            if inside and reference.entity in self._shells and (seal := self.of((reference.entity, reference.field))) is not None:
                return seal
        return None


def _sealed(declared: FieldBase) -> d.Sealed | None:
    return None if isinstance(declared, TableField) else getattr(declared, "sealed", None)
