"""Every line of the table of cases, calculated by SQLite and by PostgreSQL."""

from collections.abc import Iterator

import pytest

from engine.formula import Context, Formula, FormulaErrors, FormulaFailure, Names, compile
from engine.storage.expressions import NotPushable
from tests.formula.cases import Case, Catalog, cases, frame
from tests.formula.sql import Engine, engine_at, variables

ALL = [case for case in cases() if case.error is None or case.error.startswith("FX6")]


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Engine]:
    with engine_at("sqlite://") as engine:
        yield engine


@pytest.fixture(scope="module")
def postgresql(postgresql_server_url: str) -> Iterator[Engine]:
    with engine_at(postgresql_server_url) as engine:
        yield engine


def compiled(case: Case) -> Formula:
    return compile(case.expr, Names("case", user=None), Catalog(case.types), Context.VIRTUAL)


def check_case(case: Case, engine: Engine) -> None:
    if case.error is not None:
        with pytest.raises((FormulaErrors, FormulaFailure)) as caught:
            engine.value(compiled(case), variables(case), frame())
        error = caught.value
        assert (error.issues[0].code if isinstance(error, FormulaErrors) else error.code) == case.error
        return
    value = engine.value(compiled(case), variables(case), frame())
    assert value == case.value
    assert type(value) is type(case.value)


@pytest.mark.parametrize("case", ALL, ids=str)
def test_sqlite(case: Case, sqlite: Engine) -> None:
    check_case(case, sqlite)


@pytest.mark.postgresql
@pytest.mark.parametrize("case", ALL, ids=str)
def test_postgresql(case: Case, postgresql: Engine) -> None:
    try:
        check_case(case, postgresql)
    except NotPushable:
        assert not compiled(case).pushable
