"""The databases that the table of cases runs through."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import sqlalchemy as sa

from engine.formula import Formula, Frame, Value
from engine.storage.expressions import Functions
from engine.storage.expressions.evaluate import CASE, ITEM, Variables, calculated, spread
from tests.formula.cases import Case, Catalog, rows


@dataclass(frozen=True)
class Engine:
    """A database to calculate in."""

    engine: sa.Engine
    functions: Functions

    def value(self, formula: Formula, variables: Variables, frame: Frame) -> Value:
        with self.engine.connect() as connection:
            opened = replace(formula, tree=spread(formula.tree, variables.fields))
            return calculated(connection, self.functions, opened, variables, frame)


@contextmanager
def engine_at(url: str) -> Iterator[Engine]:
    engine, functions = sa.create_engine(url), Functions()
    functions.attach(engine)
    yield Engine(engine, functions)
    engine.dispose()


def variables(case: Case) -> Variables:
    """The one row of a case, and the rows behind it."""
    members = Catalog(case.types)
    lists = {name: found for name, found in case.values.items() if isinstance(found, tuple)}
    tables: dict[str, Sequence[Mapping[str, Value]]] = {name: [{ITEM: item} for item in found] for name, found in lists.items()}
    types = {CASE: {name: type_ for name, type_ in case.types.items() if name not in lists}}
    types |= {f"{CASE}.{name}": {ITEM: case.types[name].element or case.types[name]} for name in lists}
    if case.rows is not None:
        tables["lines"] = [{key: value for key, value in row.items() if key != "id"} for row in rows(case.rows)]
        types["case.lines"] = {name: member.type for name, member in members.members("case.lines").items()}
    return Variables(types, {name: value for name, value in case.values.items() if name not in lists}, tables)
