"""The examples of docs/reports.md are declarations that load."""

import re
from pathlib import Path

from engine.loading import check_sources
from tests.applications import sources

PAGE = Path(__file__).parents[2] / "docs" / "reports.md"
AROUND = """
    app: buying
    languages: [en, zh]
    roles: {buyer: {label: Buyer}}
    menu: [{module: buying, items: [purchase_order, 'report:spending', 'dashboard:buying']}]
    ---
    entity: supplier
    title: name
    fields: {name: {type: text}, category: {type: choice, of: [steel, paper]}}
    access: {buyer: {read: true}}
    ---
    entity: purchase_order
    number: {pattern: 'PO-{0000}'}
    title: number
    fields:
      supplier: {type: link, to: supplier}
      order_date: {type: date}
      total: {type: money}
      late: {type: boolean}
    access: {buyer: {read: true}}
    ---
    entity: complaint
    fields: {order: {type: link, to: purchase_order}, since: {type: datetime}}
    access: {buyer: {read: true}}
    ---
    lifecycle: purchase_order
    for: purchase_order
    states: {draft: {}, approved: {final: true}}
    actions: {approve: {from: draft, to: approved, who: role:buyer}}
"""


def test_the_examples_load() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 5
    written = sources("\n---\n".join([re.sub(r"^    ", "", AROUND, flags=re.MULTILINE), *blocks]))
    assert [issue for issue in check_sources(written).issues if issue.level == "error"] == []
