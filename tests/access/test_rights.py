"""Who may do what, from the definition alone: effective rights of roles, how two definitions differ, what people learn beside it."""

from __future__ import annotations

import textwrap

from engine.access import Rights, differences, rights_of
from engine.loading import load_sources
from engine.metadata import Metadata, disclosures
from tests.applications import sources

BEFORE = """
    app: shop
    roles:
      clerk: {label: Clerk}
      boss: {label: Boss, includes: [clerk]}
    ---
    entity: product
    fields:
      code: {type: text, unique: true}
      price: {type: decimal, digits: 2}
    access:
      clerk: {read: code != null, create: true, mask: {price: all}}
      boss: {read: true, update: true}
    ---
    entity: order
    fields:
      owner: {type: user}
      product: {type: link, to: product}
      note: {type: text}
      price: {type: decimal, digits: 2, formula: 'product.price * 2'}
      told: {type: decimal, digits: 2, discloses: true, formula: 'product.price * 2'}
    checks:
      - {require: 'product.price > 3', say: Too cheap, field: product}
    access:
      clerk:
        - {read: owner = user, update: owner = user, edit: [note]}
        - {read: note != null, hide: [note]}
      boss: {read: true, delete: true}
"""
AFTER = (
    textwrap.dedent(BEFORE)
    .replace("mask: {price: all}", "hide: [price]")
    .replace("edit: [note]", "edit: [note, product]")
    .replace("boss: {read: true, delete: true}", "boss: {read: note = null}")
    .replace("create: true,", "create: price > 1, delete: true,")
)


def loaded(text: str) -> Metadata:
    return load_sources(sources(text))


def rights(metadata: Metadata, role: str, entity: str) -> Rights:
    return next(each for each in rights_of(metadata) if (each.role, each.entity) == (role, entity))


def test_rights_are_those_of_all_roles_held() -> None:
    metadata = loaded(BEFORE)
    clerk, boss = (rights(metadata, role, "order") for role in ("clerk", "boss"))
    assert clerk.told == {"read": ("note != null", "owner = user"), "update": ("owner = user",)}
    assert clerk.partly == clerk.edit == frozenset({"note"})
    assert boss.told == {"read": (), "update": ("owner = user",), "delete": ()}
    assert boss.partly == frozenset()
    assert rights(metadata, "clerk", "product").sight.masked == {"price": "all"}
    assert rights(metadata, "boss", "product").sight.clear
    assert not any(each.role == "everybody" and each.entity == "order" for each in rights_of(metadata))


def test_differences_are_told_in_words() -> None:
    found = [str(one) for one in differences(loaded(BEFORE), loaded(AFTER))]
    assert found == [
        "boss may now read order where note != null, or where note = null, or where owner = user, before without condition.",
        "boss may no longer delete order.",
        "boss finds order.note hidden in some records now, before visible.",
        "boss may now write note, product of order, before note.",
        "boss may now create product where price > 1, before without condition.",
        "boss may now delete product.",
        "clerk may now write note, product of order, before note.",
        "clerk may now create product where price > 1, before without condition.",
        "clerk may now delete product.",
        "clerk finds product.price hidden now, before masked.",
    ]
    assert list(differences(loaded(BEFORE), loaded(BEFORE))) == []


def test_what_people_learn_without_being_allowed_to_read_it() -> None:
    found = {(each.kind, each.entity, each.field): (dict(each.told), each.said) for each in disclosures(loaded(BEFORE))}
    assert found["computed", "order", "price"] == ({"clerk": "product.price"}, False)
    assert found["computed", "order", "told"] == ({"clerk": "product.price"}, True)
    assert found["unique", "product", "code"] == ({"clerk": "product"}, False)
    assert found["check", "order", "product"] == ({"clerk": "product.price"}, False)
    assert found["named", "order", ""] == ({"clerk": "order.note"}, False)


ROWS = """
    app: shop
    roles:
      clerk: {label: Clerk}
      boss: {label: Boss}
    ---
    entity: order
    fields:
      note: {type: text}
      lines:
        type: table
        fields:
          by: {type: user}
          price: {type: decimal, digits: 2}
        unique: [[by]]
      total: {type: decimal, digits: 2, formula: SUM(lines.price)}
    access:
      clerk: {read: true, create: true, update: note = null}
      boss: {read: true}
"""
RULED = textwrap.dedent(ROWS).replace(
    "    unique: [[by]]",
    "    unique: [[by]]\n    access: {clerk: [{read: by = user, update: true, edit: [price]}, {read: price > 3, hide: [price]}]}",
)


def test_rights_to_rows_are_told_beside_those_to_their_document() -> None:
    found = {each.role: each for each in rights_of(loaded(RULED)) if each.entity == "order.lines"}
    assert found.keys() == {"clerk"}
    assert found["clerk"].verbs == {"read": ("by = user", "price > 3"), "update": ()}
    assert found["clerk"].partly == found["clerk"].edit == frozenset({"price"})
    assert not any("." in each.entity for each in rights_of(loaded(ROWS)))


def test_rules_of_rows_are_told_as_what_they_take() -> None:
    assert [str(one) for one in differences(loaded(ROWS), loaded(RULED))] == [
        "boss may no longer read order.lines.",
        "clerk may now read order.lines where by = user, or where price > 3, before without condition.",
        "clerk may no longer create order.lines.",
        "clerk may no longer delete order.lines.",
        "clerk finds order.lines.price hidden in some records now, before visible.",
        "clerk may now write price of order.lines, before every field.",
    ]
    assert str(next(differences(loaded(RULED), loaded(ROWS)))) == "boss may now read order.lines."
    assert list(differences(loaded(RULED), loaded(RULED))) == []


def test_what_rows_tell_beside_their_rules() -> None:
    found = {(each.kind, each.entity, each.field): dict(each.told) for each in disclosures(loaded(RULED))}
    assert found["computed", "order", "total"] == {"clerk": "order.lines.price", "boss": "order.lines.price"}
    assert found["unique", "order.lines", "by"] == {"clerk": "order.lines"}
    plain = {(each.kind, each.entity) for each in disclosures(loaded(ROWS))}
    assert ("computed", "order") not in plain
    assert ("unique", "order.lines") not in plain
