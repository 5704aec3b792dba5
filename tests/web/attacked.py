"""An application with something to steal: customers of other people, closed fields, a copy and a message that read behind a link."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from engine.access import AUTH
from engine.web import set_password
from engine.web.api import create_token
from tests.applications import World
from tests.copies import Copies, Place
from tests.web.small import HASH, PASSWORD, pages_of
from tests.web.without_script import Person

YAML = """
    app: attacked
    label: {en: Sales, zh: 销售}
    languages: [en, zh]
    currency: CNY
    timezone: Asia/Shanghai
    roles:
      seller: {label: {en: Seller, zh: 销售员}}
      boss: {label: {en: Boss, zh: 主管}}
      partner: {label: {en: Partner, zh: 伙伴}, external: true}
    menu:
      - {module: sales, label: {en: Sales, zh: 销售}, items: [customer, deal]}
    ---
    entity: customer
    label: {en: Customer, zh: 客户}
    title: name
    fields:
      name: {type: text, required: true}
      owner: {type: user, default: =user}
      limit: {type: integer}
      secret: {type: text}
      site: {type: url}
    access:
      seller: {read: owner = user, create: true, update: owner = user}
      boss: {read: true, create: true, update: true, delete: true}
      partner: {read: this = user.customer, hide: [limit, secret]}
    ---
    extend: user
    fields:
      customer: {type: link, to: customer, inverse: people}
    ---
    entity: deal
    label: {en: Deal, zh: 交易}
    title: subject
    fields:
      subject: {type: text, required: true}
      note: {type: text}
      customer: {type: link, to: customer, inverse: deals, fill: {note: =customer.secret}}
      limit: {type: integer, formula: customer.limit, discloses: true}
      amount: {type: integer}
      due: {type: datetime}
      other: {type: link, to: customer, inverse: others, where: 'ISBLANK(customer) OR other.limit <= customer.limit'}
      lines: {type: table, fields: {what: {type: text, required: true}}}
    checks:
      - require: (amount = null OR customer = null) OR amount <= customer.limit
        field: amount
        say: {en: 'The limit of {customer.name} is {customer.limit}', zh: '{customer.name}：{customer.limit}'}
    access:
      seller: {read: created_by = user, create: true, update: created_by = user}
      boss: {read: true, create: true, update: true, delete: true}
"""
SECRETS = ("Acme Hidden", "4711", "4,711", "top-secret")


@dataclass
class Attacked:
    """The application, its pages, and the customer that only Bob may see."""

    world: World
    flask: Flask
    theirs: int
    tokens: dict[Person, str] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        """Somebody signed in."""
        person = Person(self.flask)
        person.sign_in(name, PASSWORD)
        return person

    def send(self, person: Person, address: str, **values: str) -> TestResponse:
        """A POST with the token of the person's form for new deals."""
        if person not in self.tokens:
            person.open("/account")
            self.tokens[person] = next(value for form in person.page.forms for name, value in form.fields if name == "csrf_token")
        return person.client.post(address, data={"csrf_token": self.tokens[person], **values})

    def api(self, name: str, method: str, path: str, **more: Any) -> TestResponse:
        """A call of the API with a new token of a person."""
        token = self.world.app.run(AUTH, lambda uow: create_token(uow, self.world.people[name], "attack"))
        return self.flask.test_client().open(f"/api/v1{path}", method=method, headers={"Authorization": f"Bearer {token}"}, **more)


def everybody(world: World) -> None:
    """Sue sells, Bob is the boss, Pam comes from a customer."""
    world.person("bob", roles=["boss"])
    theirs = world.save("bob", "customer", name="Acme Hidden", limit=4711, secret="top-secret")["id"]
    world.person("sue", roles=["seller"])
    world.person("pam", roles=["partner"], customer=theirs)
    for number in world.people.values():
        world.app.run(AUTH, lambda uow, number=number: set_password(uow, number, HASH))  # type: ignore[misc]


@contextmanager
def attacked(copies: Copies, place: Place) -> Iterator[Attacked]:
    """A copy of the application as `everybody` finds it."""
    with copies.open(place) as world:
        yield Attacked(world, pages_of(world.app), world.find("bob", "customer", 'name = "Acme Hidden"')[0])
