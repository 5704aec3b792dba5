"""An application with a side for people from outside: applications by a public form, a survey by a secret address, a portal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.access import AUTH
from engine.web import set_password
from tests.applications import World
from tests.copies import Copies
from tests.web.small import HASH

YAML = """
    app: outside
    label: {en: Purchasing, zh: 采购}
    languages: [en, zh]
    currency: CNY
    timezone: Asia/Shanghai
    roles:
      buyer: {label: {en: Buyer, zh: 采购员}}
      partner: {label: {en: Partner, zh: 伙伴}, external: true}
    menu:
      - {module: partners, items: [company_file, application, paper]}
    ---
    entity: category
    label: {en: Category, zh: 品类}
    title: name
    fields:
      name: {type: text, required: true}
      secret: {type: text}
      closed: {type: boolean, default: false}
    access:
      buyer: {read: true, create: true, update: true}
    ---
    entity: application
    label: {en: Application, zh: 申请}
    number: {pattern: 'A-{0000}'}
    title: company_name
    fields:
      company_name: {type: text, max: 60, required: true, label: {en: Company, zh: 公司}}
      tax_id: {type: text, unique: true, label: {en: Tax number, zh: 税号}}
      foreign: {type: boolean, default: false, label: {en: From abroad, zh: 境外}}
      country: {type: text, show: foreign, required: foreign, label: {en: Country, zh: 国家}}
      category: {type: link, to: category, where: NOT category.closed, label: {en: Category, zh: 品类}}
      email: {type: email, label: {en: E-mail, zh: 邮箱}}
      licence: {type: file, max_size: 1 KB, accept: [pdf], label: {en: Licence, zh: 执照}}
      contacts:
        type: table
        label: {en: Contacts, zh: 联系人}
        fields:
          name: {type: text, required: true, label: {en: Name, zh: 姓名}}
          rating: {type: integer, label: {en: Rating, zh: 评级}}
      source: {type: text}
      note: {type: text, label: {en: Note, zh: 备注}}
      answered_at: {type: datetime}
      score: {type: integer, min: 1, max: 5, label: {en: Score, zh: 评分}}
      partner: {type: link, to: company_file}
    checks:
      - {require: company_name <> "Bad Ltd", field: company_name, say: {en: We do not work with them, zh: 不合作}}
    access:
      buyer: {read: true, create: true, update: true}
    ---
    lifecycle: application
    for: application
    states:
      received: {label: {en: Received, zh: 已收到}}
      asked: {label: {en: Asked, zh: 已询问}}
      accepted: {label: {en: Accepted, zh: 已通过}, final: true, lock: true}
    actions:
      ask:
        from: received
        to: asked
        who: role:buyer
        notify: {who: field:email, link: survey, message: {en: 'How was it, {company_name}?', zh: '{company_name}，感觉如何？'}}
      accept:
        from: [received, asked]
        to: accepted
        who: role:buyer
        create:
          - {entity: company_file, set: {name: =company_name}, into: partner}
          - {entity: user, set: {login: =email, name: =company_name, email: =email, roles: [partner], firm: =partner, active: true}}
    ---
    public: supplier_application
    for: application
    label: {en: Become a supplier, zh: 成为供应商}
    help: {en: Tell us who you are., zh: 请介绍您的公司。}
    fields: [company_name, tax_id, foreign, country, category, {field: email, required: true}, licence, {field: contacts, columns: [name]}]
    lookup: [category]
    set: {source: web, note: '="from " & company_name'}
    limit: 3 per hour
    thanks: {en: 'Thank you, {company_name}.', zh: '谢谢，{company_name}。'}
    ---
    public: survey
    for: application
    label: {en: How was it?, zh: 感觉如何？}
    by: link
    show: [number, category.name]
    fields: [score, country]
    set: {answered_at: =now()}
    expires: 14 days
    ---
    public: fair
    for: application
    label: {en: Fair, zh: 展会}
    fields: [company_name]
    opens: =DATETIME(2026, 3, 3, 9, 0, 0)
    closes: =DATETIME(2026, 3, 4, 9, 0, 0)
    ---
    entity: company_file
    label: {en: Company, zh: 公司}
    plural: {en: Companies, zh: 公司}
    title: name
    fields:
      name: {type: text, required: true, label: {en: Name, zh: 名称}}
      buyer: {type: user, label: {en: Buyer, zh: 采购员}}
    access:
      buyer: {read: true, create: true, update: true}
      partner: {read: this = user.firm, update: this = user.firm, edit: [name]}
    ---
    extend: user
    fields:
      firm: {type: link, to: company_file, inverse: people}
    ---
    entity: paper
    label: {en: Certificate, zh: 证书}
    plural: {en: Certificates, zh: 证书}
    title: name
    fields:
      name: {type: text, required: true, label: {en: Name, zh: 名称}}
      firm: {type: link, to: company_file, default: =user.firm, label: {en: Company, zh: 公司}}
      scan: {type: file, label: {en: Scan, zh: 扫描件}}
    access:
      buyer: {read: true, create: true, update: true, export: true}
      partner: {read: firm = user.firm, create: firm = user.firm, update: firm = user.firm}
    ---
    list: paper
    columns: [name, firm]
    search: [name]
    tabs: [{name: mine, where: created_by = user}]
    ---
    list: papers_of_partner
    for: paper
    access: [partner]
    columns: [name, scan]
    search: [firm.name]
    ---
    portal: partners
    label: {en: Partner portal, zh: 伙伴门户}
    roles: [partner]
    menu: [{item: company_file, label: {en: Our company, zh: 本公司}}, paper]
    address: /partners
    logo: partners.svg
    color: '#0f6e56'
    join: supplier_application
    ---
    picture: forms/partners.svg
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="14" fill="#0f6e56"/></svg>
"""


def people_and_firms(world: World) -> None:
    """Bea buys; Pam and Pia come from two companies; two categories, one closed."""
    world.person("bea", roles=["buyer"], email="bea@example.com")
    for name, firm in (("pam", "Acme"), ("pia", "Rival")):
        number = world.save("bea", "company_file", name=firm, buyer=world.people["bea"])["id"]
        world.person(name, roles=["partner"], firm=number, email=f"{name}@example.com")
        world.save("bea", "paper", name=f"ISO of {firm}", firm=number)
    for number in world.people.values():
        world.app.run(AUTH, lambda uow, number=number: set_password(uow, number, HASH))  # type: ignore[misc]
    world.save("bea", "category", name="Castings", secret="top-secret")
    world.save("bea", "category", name="Closed", closed=True)


@pytest.fixture(scope="module")
def copies() -> Iterator[Copies]:
    with Copies(YAML, people_and_firms) as found:
        yield found


@pytest.fixture
def world(copies: Copies, tmp_path: Path) -> Iterator[World]:
    with copies.open(tmp_path) as found:
        yield found
