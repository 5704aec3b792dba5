"""A report on paper: its parameters in words, numbers as they are read, and a table that fits the sheet.

app: sold
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from engine.errors import Refusal
from engine.reports import compute, given_by
from engine.transfer import may_be_set, write_report
from engine.transfer.report_sheets import MOST, fits_sheets, sheet_of
from engine.transfer.report_words import Told
from tests.applications import World, opened

YAML = """
    app: sold
    label: {en: Sales, zh: 销售}
    languages: [en, zh]
    currency: CNY
    timezone: Asia/Shanghai
    roles: {seller: {label: Seller}}
    ---
    entity: buyer
    label: {en: Buyer, zh: 客户}
    title: name
    fields: {name: {type: text}}
    access: {seller: {read: true}}
    ---
    entity: deal
    label: {en: Deal, zh: 交易}
    fields:
      buyer: {type: link, to: buyer, label: {en: Buyer, zh: 客户}}
      kind: {type: choice, of: [rent, sale], label: {en: Kind, zh: 类型}}
      price: {type: money}
      place: {type: integer}
    access: {seller: {read: true, export: true}}
    ---
    report: deals
    label: {en: Deals, zh: 交易统计}
    help: {en: What was agreed, zh: 已签}
    from: deal
    parameters: {of: {type: link, to: buyer, label: {en: Of, zh: 客户}}, least: {type: percent, default: 0.25, label: {en: Least, zh: 至少}}}
    where: 'of = null OR buyer = of'
    rows: [buyer]
    columns: [kind]
    totals: [rows, columns]
    values:
      n: {formula: COUNT(rows), label: {en: Number, zh: 数量}}
      worth: {formula: SUM(rows.price), label: {en: Worth, zh: 金额}}
    ---
    report: places
    from: deal
    rows: [kind]
    columns: [place]
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(YAML, f"sqlite:///{tmp_path_factory.mktemp('sold')}/x.db") as world:
        buyers = [world.save("system", "buyer", name=name)["id"] for name in ("#set page(red)", "华东公司")]
        for at in range(40):
            world.save("system", "deal", buyer=buyers[at % 2], kind=("rent", "sale")[at % 3 == 0], price=1000 * at, place=at)
        yield world


def sheet(world: World, name: str, language: str, **texts: object) -> Any:
    with world.look("system") as view:
        report = view.metadata.reports[name]
        return sheet_of(view, Told(view.metadata, compute(view, report, given_by(view, report.parameters, texts)), language))


def test_a_sheet_says_what_was_asked_and_what_came_of_it(world: World) -> None:
    content = sheet(world, "deals", "zh", of=2)
    assert (content["title"], content["header"], content["landscape"], content["at"]) == ("交易统计", "销售", False, "2026-03-02 09:00")
    about, given, table = content["blocks"]
    assert about["text"] == "已签"
    assert given["rows"] == [["客户", "华东公司"], ["至少", "25 %"]]
    assert table["spreads"] == [["Rent", 2], ["Sale", 2], ["合计", 2]]
    assert table["heads"] == ["客户", *["数量", "金额"] * 3]
    assert table["right"] == [False, *[True] * 6]
    assert [line[0] for line in table["rows"]] == ["华东公司"]
    assert table["total"][0] == "合计"
    assert table["total"][-2:] == ["20", "¥400,000.00"]


def test_a_wide_table_lies_on_its_side_and_goes_on_below(world: World) -> None:
    content = sheet(world, "places", "en")
    assert content["landscape"]
    tables = content["blocks"]
    assert len(tables) > 1
    assert [head for table in tables for head in table["heads"][1:]] == [str(at) for at in range(40)]
    assert all(table["heads"][0] == "Kind" and len(row) == len(table["heads"]) for table in tables for row in table["rows"])


def test_what_is_too_long_for_paper_is_refused(world: World) -> None:
    assert may_be_set()
    with world.look("system") as view:
        report = view.metadata.reports["deals"]
        outcome = compute(view, report, given_by(view, report.parameters, {}))
        stream = BytesIO()
        write_report(view, outcome, "pdf", "en", stream)  # a name that is markup elsewhere is a name here
        assert stream.getvalue().startswith(b"%PDF-")
        long = type(outcome)(**{**vars(outcome), "lines": outcome.lines * MOST})
        assert not fits_sheets(long)
        with pytest.raises(Refusal):
            write_report(view, long, "pdf", "en", BytesIO())
