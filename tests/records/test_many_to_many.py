"""Links to many: pairs that belong to the record, with their history, their rules, and what formulas make of them."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from engine import records, storage
from engine.errors import Invalid, Refusal
from engine.formula import FormulaErrors
from engine.loading import check_sources
from engine.records import Row, as_of, bring_back, delete, deleted, find, load, restore
from engine.records.grants import entity_id
from tests.applications import World, opened, sources

SCHOOL = """
app: school
languages: [en, zh]
roles: {teacher: {}, clerk: {}, guest: {}}
---
entity: course
title: name
fields:
  name: {type: text}
  points: {type: integer}
  open: {type: boolean}
  subject: {type: text}
  guests: {type: integer, formula: COUNT(students), discloses: true}
access:
  teacher: {read: true, create: true, update: true, delete: true}
  clerk: {read: open}
---
entity: student
title: name
fields:
  name: {type: text}
  subject: {type: text}
  friend: {type: link, to: student, inverse: friends}
  courses: {type: links, to: course, inverse: students, where: 'courses.subject = subject OR courses.subject = null', max: 3, default: =friend.courses}
  mentors: {type: links, to: user, default: =user}
  badges: {type: links, to: badge, on_delete: clear}
  points: {type: integer, formula: SUM(courses.points), discloses: true}
  best: {type: text, formula: 'FIRST(courses.name, -points)', discloses: true}
  easy: {type: boolean, formula: 'ALL(courses, points < 5)', keep: virtual, discloses: true}
access:
  teacher: {read: true, create: true, update: true, delete: true}
  clerk: {read: true, update: true}
  guest: {read: true, hide: [courses]}
---
entity: badge
title: name
fields:
  name: {type: text}
access:
  teacher: {read: true, create: true, update: true, delete: true}
  clerk: {read: true}
---
list: student
columns: [name, courses]
"""


@pytest.fixture
def school(database_url: str) -> Iterator[World]:
    with opened(SCHOOL, database_url) as world:
        world.person("tom", roles=["teacher"])
        world.person("cleo", roles=["clerk"])
        world.person("gus", roles=["guest"])
        for name, points in (("Algebra", 3), ("Botany", 5), ("Chess", 1)):
            world.save("system", "course", name=name, points=points, open=name != "Chess")
        yield world


def seen(world: World, who: str, number: int) -> records.Record:
    with world.look(who) as view:
        return load(view, "student", number)


def key(row: Row) -> int:
    return int(str(row["id"]))


def test_links_are_kept_in_the_order_given_and_each_once(school: World) -> None:
    ann = key(school.save("tom", "student", name="Ann", courses=[3, 1, 3]))
    assert seen(school, "tom", ann).values["courses"] == (3, 1)
    pairs = school.save("tom", "student", ann, courses=[1, 2])["courses"]
    assert seen(school, "tom", ann).values["courses"] == (1, 2)
    again = school.save("tom", "student", ann, courses="2,1")["courses"]
    assert {p["id"]: p["courses"] for p in pairs} == {p["id"]: p["courses"] for p in again}, "a pair keeps its identity"  # type: ignore[attr-defined]
    version = seen(school, "tom", ann).version
    school.save("tom", "student", ann, courses=[2, 1])
    assert seen(school, "tom", ann).version == version, "the same links again are no change"
    school.save("tom", "student", ann, courses=[])
    assert seen(school, "tom", ann).values["courses"] is None


def test_a_new_record_begins_with_the_links_of_its_default(school: World) -> None:
    ann = key(school.save("tom", "student", name="Ann", courses=[3, 1]))
    assert seen(school, "tom", ann).values["mentors"] == (school.people["tom"],)
    ben = key(school.save("tom", "student", name="Ben", friend=ann))
    assert seen(school, "tom", ben).values["courses"] == (3, 1)
    for name, said in (("Cas", []), ("Dan", [2])):
        record = seen(school, "tom", key(school.save("tom", "student", name=name, friend=ann, courses=said)))
        assert record.values["courses"] == (tuple(said) or None), "what is said counts, also that there are none"
    school.save("tom", "student", ben, name="Benny")
    school.save("tom", "student", ben, courses=[])
    assert seen(school, "tom", ben).values["courses"] is None


def test_computed_fields_follow_on_both_sides(school: World) -> None:
    ann = key(school.save("tom", "student", name="Ann", courses=[1, 2]))
    ben = key(school.save("tom", "student", name="Ben", courses=[1]))
    assert [seen(school, "tom", ann).values[n] for n in ("points", "best", "easy")] == [Decimal(8), "Botany", False]
    school.save("tom", "course", 1, points=10)
    assert [seen(school, "tom", number).values["points"] for number in (ann, ben)] == [Decimal(15), Decimal(10)]
    assert seen(school, "tom", ann).values["best"] == "Algebra"
    with school.look("tom") as view:
        assert [load(view, "course", n).values["guests"] for n in (1, 2, 3)] == [Decimal(2), Decimal(1), Decimal(0)]
    school.delete("tom", "student", ben)
    with school.look("tom") as view:
        assert load(view, "course", 1).values["guests"] == Decimal(1)


def test_what_a_person_types_may_ask_which_records_are_linked_and_no_more(school: World) -> None:
    ann = key(school.save("tom", "student", name="Ann", courses=[1, 2]))
    ben = key(school.save("tom", "student", name="Ben"))
    assert school.find("tom", "student", "COUNT(courses) = 0") == [ben]
    assert school.find("tom", "student", "ANY(courses, id = 2) AND NOT ANY(courses, id = 3)") == [ann]
    for question in (
        "ANY(courses, points > 4)",
        "COUNT(courses.subject) = 1",
        "ANY(courses, COUNT(students) > 1)",
        'ANY(students, name = "A")',
    ):
        with pytest.raises(FormulaErrors, match="collections"):
            school.find("tom", "student" if "courses" in question else "course", question)


def test_the_past_has_its_links_and_gives_them_back(school: World) -> None:
    ann = key(school.save("tom", "student", name="Ann", courses=[1, 2]))
    before = school.clock.now()
    school.clock.move_to(before + timedelta(days=1))
    school.save("tom", "student", ann, courses=[3])
    with school.look("tom") as view:
        assert as_of(view, "student", ann, before).values["courses"] == (1, 2)
        entries = storage.entries(view.connection, entity_id(view, school.metadata.entities["student"]), ann, 9)
        changes = [e.changes["courses"] for e in entries if "courses" in e.changes]
    assert changes == [([1, 2], [3]), ([], [1, 2])]
    wanted = records.Wanted(before, ["courses"])
    school.app.run(school.actor("tom"), lambda uow: bring_back(uow, "student", ann, wanted))
    assert seen(school, "tom", ann).values["courses"] == (1, 2)


def test_a_record_comes_back_from_the_bin_with_its_links(school: World) -> None:
    ann = key(school.save("tom", "student", name="Ann", courses=[1, 2]))
    school.delete("tom", "student", ann)
    with school.look("tom") as view:
        number = deleted(view)[0].number
    school.app.run(school.actor("tom"), lambda uow: restore(uow, number))
    assert seen(school, "tom", ann).values["courses"] == (1, 2)


def test_where_is_asked_of_each_record_chosen(school: World) -> None:
    school.save("tom", "course", 1, subject="maths")
    with pytest.raises(Invalid) as refused:
        school.save("tom", "student", name="Ann", subject="arts", courses=[1, 2])
    assert [(p.path, p.code) for p in refused.value.problems] == [("courses", "where")]
    ann = key(school.save("tom", "student", name="Ann", subject="maths", courses=[1, 2]))
    with pytest.raises(Invalid):
        school.save("tom", "student", ann, subject="arts")
    with pytest.raises(Invalid) as many:
        school.save("tom", "student", name="Ben", subject="maths", courses=[1, 2, 3, key(school.save("tom", "course", name="D"))])
    assert [(p.path, p.code) for p in many.value.problems] == [("courses", "too_many")]


def test_what_may_not_be_seen_is_like_what_is_not_there(school: World) -> None:
    ann = key(school.save("tom", "student", name="Ann", courses=[1, 3]))
    record = seen(school, "cleo", ann)
    assert record.values["courses"] == (1, 3)
    assert record.titles["course", 1] == "Algebra"
    assert record.titles["course", 3] is None, "a title is for those who may read the record"
    answers = []
    for number in (3, 99):
        with pytest.raises(Invalid) as refused:
            school.save("cleo", "student", key(school.save("tom", "student", name="Ben")), courses=[1, number])
        answers.append([(p.path, p.code, str(p.message)) for p in refused.value.problems])
    assert answers[0] == answers[1]
    assert answers[0][0][:2] == ("courses", "no_such_record")
    school.save("cleo", "student", ann, courses=[1, 3, 2])
    assert seen(school, "tom", ann).values["courses"] == (1, 3, 2), "what was there stays, seen or not"


def test_hidden_links_leave_no_trace(school: World) -> None:
    ann = key(school.save("tom", "student", name="Ann", courses=[1, 2]))
    assert "courses" not in seen(school, "gus", ann).values
    for question in ("COUNT(courses) > 0", "ANY(courses, id = 1)"):
        with pytest.raises(Invalid):
            school.find("gus", "student", question)
    with school.look("gus") as view:
        assert "courses" not in find(view, records.Query("student")).records[0].values


def test_links_that_are_hidden_in_some_rows_are_blank_there(database_url: str) -> None:
    text = SCHOOL.replace(
        "  guest: {read: true, hide: [courses]}", "  guest: [{read: points > 4}, {read: true, hide: [courses, points, best, easy]}]"
    )
    with opened(text, database_url) as world:
        world.person("tom", roles=["teacher"])
        world.person("gus", roles=["guest"])
        for points in (3, 5):
            world.save("system", "course", name=f"Course {points}", points=points)
        ann = key(world.save("tom", "student", name="Ann", courses=[1]))
        ben = key(world.save("tom", "student", name="Ben", courses=[1, 2]))
        questions = ("ANY(courses, id = 1)", "NOT ANY(courses, id = 2)", "COUNT(courses) > 0", "COUNT(courses) = 1")
        before = [world.find("gus", "student", question) for question in questions]
        assert before[0] == before[2] == [ben]
        with world.look("gus") as view:
            rows = {r.id: r.values for r in find(view, records.Query("student")).records}
        assert ("courses" in rows[ann], "courses" in rows[ben]) == (False, True)
        world.save("tom", "student", ann, courses=[])
        assert [world.find("gus", "student", question) for question in questions] == before, "what is hidden changes no answer"


def test_a_target_is_restricted_or_let_go(school: World) -> None:
    gold = key(school.save("tom", "badge", name="Gold"))
    red = key(school.save("tom", "badge", name="Red"))
    ann = key(school.save("tom", "student", name="Ann", courses=[1], badges=[gold, red]))
    with pytest.raises(Refusal) as refused:
        school.app.run(school.actor("tom"), lambda uow: delete(uow, "course", 1))
    assert "Ann" in str(refused.value.message)
    school.delete("tom", "badge", gold)
    assert seen(school, "tom", ann).values["badges"] == (red,)


def test_mistakes() -> None:
    text = SCHOOL.replace(
        "title: name\nfields:\n  name: {type: text}\n  subject",
        "title: name\nfields:\n  name: {type: text}\n  parts: {type: table, fields: {all: {type: links, to: badge}}}\n  subject",
    )
    assert [i.code for i in check_sources(sources(text)).issues] == ["S220"]
    text = SCHOOL.replace("to: badge, on_delete: clear", "to: bagde, on_delete: cascade")
    assert {i.code for i in check_sources(sources(text)).issues} >= {"S204"}
    text = SCHOOL.replace("to: badge, on_delete: clear", "to: bagde")
    assert [(i.code, i.hint) for i in check_sources(sources(text)).issues][:1] == [("N301", 'did you mean "badge"?')]
