"""A small application for tests of pages: orders with lines, a product list, one approval."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, session
from jinja2 import FileSystemBytecodeCache

from engine.access import AUTH
from engine.app import App
from engine.web import PasswordCost, WebSettings, create_app, hash_of, set_password
from engine.web.accounts import begin_session
from tests.applications import World
from tests.databases import SCRATCH
from tests.web.without_script import Person

PASSWORD = "correct horse"
CHEAP = PasswordCost(rounds=1, memory=8, lanes=1)
HASH = hash_of(PASSWORD, CHEAP)

YAML = """
    app: shop
    label: {en: Shop, zh: 商店}
    languages: [en, zh]
    currency: CNY
    timezone: Asia/Shanghai
    roles:
      buyer: {label: {en: Buyer, zh: 采购员}}
      lead: {label: {en: Lead, zh: 主管}}
      guest: {label: {en: Guest, zh: 访客}}
    menu:
      - {module: buying, label: {en: Buying, zh: 采购}, items: [order, product]}
    ---
    entity: product
    label: {en: Product, zh: 产品}
    plural: {en: Products, zh: 产品}
    title: name
    fields:
      name: {type: text, required: true, label: {en: Name, zh: 名称}}
      price: {type: money, label: {en: Price, zh: 单价}}
      discontinued: {type: boolean, default: false, label: {en: Discontinued, zh: 停产}}
    access:
      buyer: {read: true, create: true, update: true}
      lead: {read: true}
    ---
    entity: order
    label: {en: Order, zh: 订单}
    plural: {en: Orders, zh: 订单}
    number: {pattern: 'O-{0000}'}
    title: number & " " & subject
    fields:
      subject: {type: text, max: 60, required: true, label: {en: Subject, zh: 主题}}
      urgency: {type: choice, of: [low, high], default: low, label: {en: Urgency, zh: 紧急程度}}
      reason: {type: long_text, show: 'urgency = "high"', required: 'urgency = "high"', label: {en: Reason, zh: 原因}}
      discount: {type: percent, label: {en: Discount, zh: 折扣}}
      wanted_on: {type: date, label: {en: Wanted on, zh: 需求日期}}
      secret: {type: text, label: {en: Secret, zh: 机密}}
      replaces: {type: link, to: order, inverse: replaced_by, label: {en: Replaces, zh: 替代}}
      lines:
        type: table
        label: {en: Lines, zh: 明细}
        fields:
          product: {type: link, to: product, required: true, where: NOT product.discontinued, fill: {price: =product.price}, label: {en: Product, zh: 产品}}
          qty: {type: decimal, digits: 2, required: true, min: 0, label: {en: Quantity, zh: 数量}}
          price: {type: money, label: {en: Price, zh: 单价}}
          amount: {type: money, formula: 'ROUND(qty * price, 2)', label: {en: Amount, zh: 金额}}
      total: {type: money, formula: SUM(lines.amount), label: {en: Total, zh: 合计}}
    access:
      buyer: {read: true, create: true, update: true, delete: true, hide: [secret]}
      lead: {read: true, update: true, share: true}
    ---
    form: order
    sections:
      - {label: {en: Order, zh: 订单}, fields: [subject, urgency, reason, discount, wanted_on, secret, replaces, total]}
      - {label: {en: Lines, zh: 明细}, fields: [{field: lines, columns: [product, qty, price, amount], totals: [amount]}]}
    ---
    list: order
    columns: [number, subject, urgency, total, state]
    sort: -id
    filters: [urgency, state, wanted_on]
    search: [number, subject]
    tabs:
      - {name: urgent, label: {en: Urgent, zh: 紧急}, where: 'urgency = "high"'}
    ---
    lifecycle: order
    for: order
    states:
      draft: {label: {en: Draft, zh: 草稿}}
      waiting: {label: {en: Waiting, zh: 待批}, color: yellow}
      approved: {label: {en: Approved, zh: 已批}, color: green, final: true}
      refused: {label: {en: Refused, zh: 已拒}, color: red}
    actions:
      send:
        label: {en: Send for approval, zh: 提交审批}
        from: draft
        to: waiting
        who: role:buyer
        when: [{require: COUNT(lines) > 0, say: {en: The order has no lines, zh: 订单没有明细}}]
        start: approval
      approve: {from: waiting, to: approved, who: system}
      refuse: {from: waiting, to: refused, who: system}
      rename: {label: {en: Rename, zh: 改名}, from: draft, who: role:buyer, ask: [subject], comment: required}
    ---
    workflow: approval
    label: {en: Approval, zh: 审批}
    for: order
    starters: role:buyer
    admin: role:lead
    steps:
      prepare: {label: {en: Prepare, zh: 准备}, who: submitter, do: fill, edit: [subject]}
      decide: {label: {en: Decide, zh: 决定}, who: role:lead, do: review, must: [secret], then: {return: prepare}}
    ends:
      done: {label: {en: Done, zh: 完成}, call: approve}
      rejected: {label: {en: Rejected, zh: 驳回}, call: refuse}
"""


COMPILED = FileSystemBytecodeCache(str(SCRATCH))
"""Templates that another Flask, process or run has compiled."""


def pages_of(app: App) -> Flask:
    """The pages of an application, with passwords that cost next to nothing."""
    flask = create_app(app, WebSettings("k" * 40, password_cost=CHEAP))
    flask.jinja_env.bytecode_cache = COMPILED
    return flask


def people_and_products(world: World) -> None:
    """Bea (buyer), Leo (lead) and Gus (guest), who can sign in, and two products."""
    for name, role in (("bea", "buyer"), ("leo", "lead"), ("gus", "guest")):
        number = world.person(name, roles=[role], email=f"{name}@example.com")
        world.app.run(AUTH, lambda uow, number=number: set_password(uow, number, HASH))  # type: ignore[misc]
    world.save("bea", "product", name="Bolt", price="2.50")
    world.save("bea", "product", name="Rivet", price="1", discontinued=True)


def at_pages(flask: Flask, world: World) -> Callable[..., Person]:
    """Somebody of `world` who is signed in at its pages: `at("bea", "zh")`. The door itself has tests of its own."""

    def enter(name: str, language: str = "en") -> Person:
        person = Person(flask, language)
        come_in(person, world.people[name])
        return person

    return enter


def come_in(person: Person, number: int) -> None:
    """The browser is signed in as the person of this number, without the door."""
    flask = person.client.application
    with flask.test_request_context():
        begin_session(flask.extensions["objectloom"], number, strong=False)
        key = session["key"]
    with person.client.session_transaction() as kept:
        kept["key"] = key
