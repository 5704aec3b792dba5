"""Files that come in: what was exported comes back unchanged, what is wrong is told at its cell, and nothing is half done."""

from __future__ import annotations

import csv
import io
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine import storage
from engine.errors import Forbidden
from engine.records import as_of, fetch, load
from engine.transfer import Import, Options, begin, cancel, change, failed_file, load_import, stage, work_through
from tests.applications import World, opened
from tests.transfer.test_export import LINES, file_of
from tests.transfer.works import YAML as WORKS


def staged(world: World, who: str, path: Path, entity: str = "order", **options: Any) -> int:
    actor = world.actor(who)
    number = stage(world.ground, actor, entity, (path, path.name))
    if options:
        doing = of(world, who, number)
        world.app.run(actor, lambda uow: change(uow, number, doing.meanings, replace(doing.options, **options)))
    return number


def of(world: World, who: str, number: int) -> Import:
    with world.look(who) as view:
        return load_import(view, number)


def done(world: World, who: str, number: int, *, rehearse: bool = False) -> Import:
    world.app.run(world.actor(who), lambda uow: begin(uow, number, rehearse=rehearse))
    world.app.jobs.run_due()
    return of(world, who, number)


def wrong(world: World, number: int) -> list[tuple[int, str, str, str]]:
    with world.look("system") as view:
        problems = storage.staged_problems(view.connection, number, 500)
    return [(p["line"], p["path"], p["words"], p["suggest"]) for p in problems]


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.fixture(params=["csv", "xlsx"])
def ending(request: pytest.FixtureRequest) -> str:
    return str(request.param)


FULL = {
    "urgency": "high", "tags": ["a", "c"], "discount": "12.5%", "wanted_on": "2026-03-02", "called_at": "2026-03-02T09:30:05.250000",
    "lasts": "90 minutes", "urgent": True, "weight": "1.250", "pieces": 3, "favourite": 1, "others": [1, 2], "lines": LINES,
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_was_exported_comes_back_unchanged(world: World, tmp_path: Path, ending: str, language: str) -> None:
    for number, text in enumerate(("=1+1", "'=x", "-5", "007", "a\nb", '"', "1;2", "TRUE", "2026-03-02", "x #2")):
        world.save("cleo", "order", subject=f"{text} {number}", code=text, secret=text, **FULL)
    world.save("cleo", "order", subject="blank", urgency=None)
    path = file_of(world, "cleo", tmp_path / f"x.{ending}", language=language)
    number = staged(world, "cleo", path)
    found = done(world, "cleo", number)
    assert (dict(found.counts), wrong(world, number)) == ({"same": 11}, [])
    with world.look("system") as view:
        assert {fetch(view, "order", each)["version"] for each in world.find("cleo", "order")} == {1}


def test_where_links_lead_need_not_be_seen_to_come_back(world: World, tmp_path: Path, ending: str) -> None:
    world.save("system", "order", subject="one", favourite=3, others=[1, 3])
    path = file_of(world, "cleo", tmp_path / f"x.{ending}")
    number = staged(world, "cleo", path)
    assert (dict(done(world, "cleo", number).counts), wrong(world, number)) == ({"same": 1}, [])


def test_what_was_edited_is_changed_and_nothing_else(world: World, tmp_path: Path) -> None:
    first = world.save("cleo", "order", subject="one", lines=LINES)
    world.save("cleo", "order", subject="two", lines=LINES[1:])
    path = file_of(world, "cleo", tmp_path / "x.csv")
    text = path.read_bytes().decode("utf-8-sig").replace("one", "uno", 1).replace("2.00,2.50", "5.00,2.50", 1)
    found = done(world, "cleo", staged(world, "cleo", written(path, text)))
    assert dict(found.counts) == {"same": 1, "done": 1}
    with world.look("system") as view:
        row = fetch(view, "order", int(str(first["id"])))
        assert (row["subject"], str(row["total"]), row["version"], row["lines"][0]["id"]) == ("uno", "15.80", 2, first["lines"][0]["id"])  # type: ignore[index]
        assert len(row["lines"]) == 2  # type: ignore[arg-type]
        assert (
            str(next(entry.cause for entry in storage.entries(view.connection, _number(world, "order"), int(str(first["id"])))))
            == f"import:{found.id}"
        )
        before = as_of(view, "order", int(str(first["id"])), world.clock.now())
        assert before is not None


def _number(world: World, entity: str) -> int:
    number = world.metadata.identity.number(f"entity:{entity}")
    assert number is not None
    return number


NEW = """Code,Subject,Urgency,Wanted on,Favourite,Lines: Product,Lines: Quantity,Lines: Price
X1,First,High,2026-03-02,Bolt,Bolt,2,2.50
,,,,,Nut,3,1.10
X2,Second,low,2026/3/4,N1,B1,1,"1,000.00"
"""


def test_new_records_come_with_their_rows_and_are_found_again_by_their_key(world: World, tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", NEW)
    number = staged(world, "cleo", path)
    assert of(world, "cleo", number).options.key == ("code",)
    assert dict(done(world, "cleo", number, rehearse=True).counts) == {"good": 2}
    assert world.find("cleo", "order") == []
    assert dict(done(world, "cleo", number).counts) == {"done": 2}
    with world.look("system") as view:
        first, second = (fetch(view, "order", each) for each in sorted(world.find("cleo", "order")))
    assert [(first["number"], first["urgency"], str(first["total"]), first["favourite"]) for first in (first, second)] == [
        ("O-0001", "high", "8.30", 1),
        ("O-0002", "low", "1000.00", 2),
    ]
    assert world.find("cleo", "order", search="Second") == [second["id"]]
    again = written(tmp_path / "y.csv", "Code,Subject\nX1,Erste\nX3,Third\n")
    assert dict(done(world, "cleo", staged(world, "cleo", again)).counts) == {"done": 2}
    assert len(world.find("cleo", "order")) == 3


def test_what_is_wrong_is_told_at_its_cell_with_what_may_have_been_meant(world: World, tmp_path: Path) -> None:
    text = "Code,Subject,Urgency,Wanted on,Favourite,Weight,Lines: Product,Lines: Quantity\n"
    text += 'X1,Good,low,2026-03-02,Bolt,1.5,Bolt,2\nX2,Bad,hihg,31.03.2026,Bolr,"1.250,5",Nut,0\n,,,,,,Nutt,1\n'
    number = staged(world, "cleo", written(tmp_path / "x.csv", text), habits=replace(Options().habits, days="ymd", decimals="point"))
    found = done(world, "cleo", number, rehearse=True)
    assert dict(found.counts) == {"good": 1, "failed": 1}
    told = {(line, path): suggest for line, path, _, suggest in wrong(world, number)}
    assert told == {
        (3, "urgency"): "High",
        (3, "wanted_on"): "2026-03-31",
        (3, "favourite"): "Bolt #1",
        (3, "weight"): "1250.5",
        (4, "lines.product"): "Nut #2",
    }
    instead = {"urgency": {"hihg": "High"}, "wanted_on": {"31.03.2026": "2026-03-31"}, "favourite": {"Bolr": "Bolt #1"}}
    instead |= {"weight": {"1.250,5": "1250.5"}, "lines.product": {"Nutt": "Nut #2"}}
    doing = of(world, "cleo", number)
    world.app.run(world.actor("cleo"), lambda uow: change(uow, number, doing.meanings, replace(doing.options, instead=instead)))
    done(world, "cleo", number, rehearse=True)
    assert wrong(world, number) == [(3, "lines.qty", "The quantity must be positive", "")]


def test_row_by_row_the_good_ones_come_in_and_the_failed_ones_are_a_file(world: World, tmp_path: Path) -> None:
    text = "Code,Subject,Wanted on,Lines: Product,Lines: Quantity\nX1,Good,2026-03-02,Bolt,1\nX2,,2026-03-02,Bolt,1\n,,,Nut,2\nX3,Good too,,,\n"
    number = staged(world, "cleo", written(tmp_path / "x.csv", text))
    assert dict(done(world, "cleo", number).counts) == {"done": 2, "failed": 1}
    stream = io.BytesIO()
    with world.look("cleo") as view:
        assert failed_file(view, load_import(view, number), "csv", stream) == 1
    lines = list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"))))
    assert lines[0][-1] == "What is wrong"
    assert lines[1] == ["X2", "", "2026-03-02", "Bolt", "1", "subject: Subject is needed."]
    corrected = io.StringIO()
    csv.writer(corrected).writerows([lines[0], ["X2", "Better", *lines[1][2:]], *lines[2:]])
    again = staged(world, "cleo", written(tmp_path / "y.csv", corrected.getvalue()))
    assert dict(done(world, "cleo", again).counts) == {"done": 1}
    with world.look("system") as view:
        assert len(fetch(view, "order", world.find("cleo", "order", 'code = "X2"')[0])["lines"]) == 2  # type: ignore[arg-type]


def test_all_or_none(world: World, tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "Code,Subject\nX1,Good\nX2,\nX3,Good\n")
    number = staged(world, "cleo", path, whole=True)
    found = done(world, "cleo", number)
    assert (found.error, found.state, world.find("cleo", "order")) == (
        "Nothing was imported, because not all rows could be.",
        "checked",
        [],
    )
    assert wrong(world, number) == [(3, "subject", "Subject is needed.", "")]
    good = staged(world, "cleo", written(path, "Code,Subject\nX1,Good\nX3,Good\n"), whole=True)
    assert dict(done(world, "cleo", good).counts) == {"done": 2}


def test_two_rows_that_exclude_each_other(world: World, tmp_path: Path) -> None:
    rows = "".join(f"{code},{name}\n" for code, name in (("X1", "a"), ("X2", "b"), ("X2", "c"), ("X3", "d")))
    number = staged(world, "cleo", written(tmp_path / "x.csv", "Code,Subject\n" + rows), key=())
    assert dict(done(world, "cleo", number).counts) == {"done": 3, "failed": 1}
    assert wrong(world, number) == [(4, "code", "There is already a record with this value: Code.", "")]


def test_a_record_that_somebody_changed_meanwhile_is_not_overwritten(world: World, tmp_path: Path) -> None:
    number = int(str(world.save("cleo", "order", subject="one")["id"]))
    path = file_of(world, "cleo", tmp_path / "x.csv")
    world.save("bea", "order", number, subject="another's")
    text = path.read_bytes().decode("utf-8-sig").replace("one", "uno")
    imported = staged(world, "cleo", written(path, text))
    assert dict(done(world, "cleo", imported).counts) == {"failed": 1}
    assert wrong(world, imported)[0][2] == "Bea changed this record in the meantime."


def test_rights_are_those_of_the_person(world: World, tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "Subject,Secret\nGood,s\n")
    with pytest.raises(Forbidden):
        staged(world, "gus", path)
    number = staged(world, "bea", path)
    assert dict(done(world, "bea", number).counts) == {"failed": 1}
    assert wrong(world, number)[0][1:3] == ("secret", "Secret may not be changed here.")


def test_an_import_is_cancelled_and_goes_on_later(world: World, tmp_path: Path) -> None:
    rows = "".join(f"X{number},Order {number}\n" for number in range(120))
    number = staged(world, "cleo", written(tmp_path / "x.csv", "Code,Subject\n" + rows))
    actor = world.actor("cleo")
    world.app.run(actor, lambda uow: begin(uow, number, rehearse=False))
    world.app.run(actor, lambda uow: cancel(uow, number))
    world.app.jobs.run_due()
    assert (of(world, "cleo", number).state, world.find("cleo", "order")) == ("cancelled", [])
    assert dict(done(world, "cleo", number).counts) == {"done": 120}


def test_files_from_china_are_read(world: World, tmp_path: Path) -> None:
    number = staged(world, "cleo", written(tmp_path / "x.csv", "主题;紧急程度;加急;需求日期\n螺栓;高;是;2026年3月2日\n", "gb18030"))
    assert of(world, "cleo", number).described == "CSV, GB18030"
    assert dict(done(world, "cleo", number).counts) == {"done": 1}
    with world.look("system") as view:
        row = fetch(view, "order", world.find("cleo", "order")[0])
    assert (row["subject"], row["urgency"], row["urgent"], str(row["wanted_on"])) == ("螺栓", "high", True, "2026-03-02")


def test_lines_that_lie_together_are_taken_apart_where_they_fare_differently(world: World, tmp_path: Path) -> None:
    rows = "".join(f"X{number},Order {number}\n" for number in range(storage.PIECE + 20))
    number = staged(world, "cleo", written(tmp_path / "x.csv", "Code,Subject\n" + rows))
    with world.app.database.write() as connection:
        first, second = storage.staged_pieces(connection, number, storage.WAITING, storage.PIECE + 1)
        assert [(piece.line, piece.size) for piece in (first, second)] == [(2, storage.PIECE), (storage.PIECE + 2, 20)]
        done, failed = storage.Fate(storage.DONE), storage.Fate(storage.FAILED, [{"line": 4}])
        fates = {2: done, 3: done, 4: failed, 5: failed, 6: done, **dict.fromkeys(range(second.line, second.line + 20), done)}
        for _ in range(2):  # whoever marks them once more, because they had been slow, changes nothing
            storage.mark_staged(connection, number, [first, second], fates)
        assert storage.staged_counts(connection, number) == {"done": 23, "failed": 2, "waiting": storage.PIECE - 5}
        kept = storage.staged_pieces(connection, number, storage.FAILED, 1) + storage.staged_pieces(
            connection, number, storage.FAILED, 9, 4
        )
        assert [(piece.line, piece.size, piece.problems) for piece in kept] == [(4, 1, [{"line": 4}]), (5, 1, [{"line": 4}])]
        assert [piece.line for piece in storage.staged_pieces(connection, number, storage.WAITING, 500)] == [7]
        storage.wait_again(connection, number)
        found = storage.staged_pieces(connection, number, storage.WAITING, 500)
        assert [line[0] for piece in found for line in piece.lines] == [4, 5, *range(7, storage.PIECE + 2)]


def test_two_workers_on_one_import_do_each_row_once(world: World, tmp_path: Path) -> None:
    rows = "".join(f"Order {number}\n" for number in range(150))
    number = staged(world, "cleo", written(tmp_path / "x.csv", "Subject\n" + rows))
    actor = world.actor("cleo")
    world.app.run(actor, lambda uow: begin(uow, number, rehearse=False))
    workers = [threading.Thread(target=work_through, args=(world.ground, lambda: actor, number)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert dict(of(world, "cleo", number).counts) == {"done": 150}
    assert len(world.find("cleo", "order", limit=500)) == 150


def test_links_through_an_entity_and_states_go_out_and_come_in(database_url: str, tmp_path: Path) -> None:
    with opened(WORKS, database_url) as world:
        world.person("lea", roles=["lead"])
        for name in ("Ann", "Ben", "Cyd"):
            world.save("lea", "person", name=name)
        world.save("lea", "project", code="Bridge", people=[2, 1], parts=[{"name": "Arch"}])
        for ending in ("csv", "xlsx"):
            path = file_of(world, "lea", tmp_path / f"x.{ending}", entity="project")
            number = staged(world, "lea", path, "project")
            assert (dict(done(world, "lea", number).counts), wrong(world, number)) == ({"same": 1}, [])
        text = "id,Code,People,State,Parts: Row,Parts: Name,Parts: State\n"
        good = "1,Bridge,Ben; Cyd,Planned,1,Arch,open\n,Tower,Ann,Planned,,Foot,Open\n,Wall,Ben; Ann,,,Stone,\n"
        number = staged(world, "lea", written(tmp_path / "y.csv", text + good), "project")
        assert (dict(done(world, "lea", number).counts), wrong(world, number)) == ({"done": 3}, [])
        with world.look("lea") as view:
            assert [load(view, "project", each).values["people"] for each in (1, 2, 3)] == [(2, 3), (1,), (2, 1)]
        bad = "1,Bridge,Ben; Cyd,over,1,Arch,shut\n,,,,,Roof,shut\n,Gate,Ann,Over,,Door,Shut\n"
        number = staged(world, "lea", written(tmp_path / "z.csv", text + bad), "project")
        assert dict(done(world, "lea", number).counts) == {"failed": 2}
        begins = "What is new begins as {}; the state is changed by actions, not by a file."
        there = "The state is changed by actions, not by a file."
        assert [(line, path, words) for line, path, words, _ in wrong(world, number)] == [
            (2, "state", there), (2, "parts.state", there), (3, "parts.state", begins.format("Open")),
            (4, "state", begins.format("Planned")), (4, "parts.state", begins.format("Open")),
        ]  # fmt: skip
