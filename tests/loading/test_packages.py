"""Packages: what they lay over an application, in which order, and what two of them cannot agree on."""

import pytest

from engine.loading import Report, Sources, check_sources, load_sources, origins
from engine.metadata import Metadata

APP = "app: shop\npackages: [srm, crm]\nroles: {buyer: {}, seller: {}}\n"
FILES = {
    "models/srm/supplier.yaml": "entity: supplier\nlabel: Supplier\nfields:\n  name: {type: text}\n  city: {type: text}\naccess: {buyer: {read: true, update: true}}\n",
    "workflows/srm/supplier.yaml": "lifecycle: supplier\nfor: supplier\nstates: {new: {}, known: {}}\nactions:\n  admit: {from: new, to: known, who: role:buyer}\n",
    "models/crm/supplier.yaml": (
        "extend: supplier\nlabel: Partner\nnumber: {pattern: 'P-{0000}'}\nfields:\n  tier: {type: text}\n"
        "sections:\n  - {label: Sales, fields: [tier], columns: 1}\n"
        "actions:\n  forget: {from: known, to: new, who: role:seller}\naccess: {seller: {read: true}}\n"
    ),
}
FORM = {"forms/srm/supplier.form.yaml": "form: supplier\nsections:\n  - {fields: [name, city]}\n"}


def sources(**more: str) -> Sources:
    texts = {"app.yaml": APP, **FILES, **{path.replace("__", "/") + ".yaml": text for path, text in more.items()}}
    return Sources({path: text.encode() for path, text in texts.items()})


def loaded(texts: dict[str, str], app: str = APP) -> Metadata:
    return load_sources(Sources({path: text.encode() for path, text in {"app.yaml": app, **texts}.items()}))


def told(report: Report) -> list[tuple[str, str, int, str]]:
    return [(issue.code, issue.file, issue.line, str(issue.message)) for issue in report.issues]


def test_a_package_lays_words_sections_and_actions_over_what_is_there() -> None:
    found = loaded({**FILES, **FORM})
    supplier = found.entities["supplier"]
    assert (supplier.label["en"], supplier.number is not None, list(supplier.fields)) == (
        "Partner",
        True,
        ["number", "name", "city", "tier"],
    )
    assert supplier.lifecycle is not None
    assert list(supplier.lifecycle.actions) == ["admit", "forget"]
    sections = found.forms["supplier"].sections
    assert [[field.name for field in section.fields] for section in sections] == [["name", "city"], ["tier"]]
    assert sections[1].label == {"en": "Sales"}
    without_file = loaded(FILES).forms["supplier"].sections
    assert [[field.name for field in section.fields] for section in without_file] == [["name", "city"], ["tier"]]


def test_a_package_that_is_not_named_is_left_out() -> None:
    found = loaded(FILES, APP.replace("[srm, crm]", "[srm]"))
    assert (found.entities["supplier"].label["en"], "tier" in found.entities["supplier"].fields) == ("Supplier", False)
    assert "tier" in loaded(FILES, APP.replace("packages: [srm, crm]\n", "")).entities["supplier"].fields


def test_the_application_itself_comes_last() -> None:
    own = {"models/supplier.yaml": "extend: supplier\nfields: {remark: {type: text}}\n"}
    assert list(loaded({**own, **FILES}).entities["supplier"].fields) == ["number", "name", "city", "tier", "remark"]


MISTAKES = {
    "fields: {tier: {type: integer}}": ("N303", 'There is a field "tier" already, in models/crm/supplier.yaml.'),
    "label: Vendor": ("N303", "supplier has another label from models/crm/supplier.yaml:2 already."),
    "number: {pattern: 'X-{0000}'}": ("N303", "supplier has another number from models/crm/supplier.yaml:3 already."),
    "actions: {forget: {from: known, to: new, who: role:buyer}}": (
        "N303",
        'There is an action "forget" already, in models/crm/supplier.yaml:9.',
    ),
    "actions: {admit: {from: known, to: new, who: role:buyer}}": (
        "N303",
        'There is an action "admit" already, in workflows/srm/supplier.yaml:5.',
    ),
    "actions: {drop: {from: knwon, to: new, who: role:buyer}}": ("N301", 'There is no state "knwon".'),
    "sections: [{fields: [teir]}]": ("N301", 'There is no field of supplier "teir".'),
    "title: nmae": ("FX201", 'supplier has no field "nmae".'),
}


@pytest.mark.parametrize("written", MISTAKES)
def test_a_mistake_in_an_extension_stands_at_its_own_place(written: str) -> None:
    code, message = MISTAKES[written]
    (issue,) = told(check_sources(sources(models__supplier=f"extend: supplier\n{written}\n")))
    assert issue == (code, "models/supplier.yaml", 2, message)


def test_packages_have_folders() -> None:
    report = check_sources(Sources({path: text.encode() for path, text in {"app.yaml": APP.replace("crm]", "cmr]"), **FILES}.items()}))
    (issue,) = [each for each in report.issues if each.level == "error"]
    assert (issue.code, issue.line, str(issue.message), issue.hint) == ("N301", 2, 'There is no package "cmr".', 'did you mean "crm"?')


def test_actions_need_a_lifecycle() -> None:
    files = {path: text for path, text in FILES.items() if "workflows" not in path}
    report = check_sources(Sources({path: text.encode() for path, text in {"app.yaml": APP, **files}.items()}))
    assert [issue[:3] for issue in told(report)] == [("N301", "models/crm/supplier.yaml", 8)]


def test_things_know_their_package() -> None:
    packages = origins(sources(models__own="extend: supplier\nfields: {mine: {type: text}}\n")).packages
    assert packages["entity:supplier"] == packages["field:supplier.name"] == packages["state:supplier.new"] == "srm"
    assert packages["field:supplier.tier"] == "crm"
    assert "field:supplier.mine" not in packages
