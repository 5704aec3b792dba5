"""What columns of a file were said to mean follows the things it names, whatever they are called when the file comes in."""

from io import BytesIO
from pathlib import Path

from engine import migration
from engine.loading import load_sources
from engine.records import load
from engine.transfer import begin, failed_file, stage, work_through
from tests.applications import World, opened, sources
from tests.transfer.test_import import done, of, staged, written, wrong
from tests.transfer.works import YAML as WORKS

FILE = "Code,People,Parts: Name,Parts: Hours\nBridge,Anne,Deck,3\n,,Rail,4\n"
RENAMED = (
    WORKS.replace("people: {type: links", "team: {type: links, was: people")
    .replace("code: {type: text, unique", "key: {was: code, type: text, unique")
    .replace("title: code", "title: key")
    .replace("parts:\n", "pieces:\n        was: parts\n")
    .replace("name: {type: text, required: true}, hours", "called: {was: name, type: text, required: true}, hours")
    .replace("parts.hours", "pieces.hours")
    .replace("entity: project", "entity: venture\n    was: project")
    .replace("for: project", "for: venture")
    .replace("to: project", "to: venture")
)
NO_TEAM = WORKS.replace("      people: {type: links, to: person, through: membership}\n", "")
MEANT = ("code", "people", "parts.name", "parts.hours")
CALLED = ("key", "team", "pieces.called", "pieces.hours")


def applied(world: World, text: str) -> None:
    wanted = sources(text)
    migration.apply(world.app.database, wanted, load_sources(wanted), "ana", world.clock.now())
    world.app.serving.reload()


def waiting(world: World, folder: Path) -> tuple[int, Path]:
    """A file that is to come in, and has not."""
    world.person("lea", roles=["lead"])
    world.save("lea", "person", name="Ann")
    path = written(folder / "x.csv", FILE)
    number = staged(world, "lea", path, "project", instead={"people": {"Anne": "Ann"}})
    assert [meaning.paths for meaning in of(world, "lea", number).meanings] == [MEANT]
    world.app.run(world.actor("lea"), lambda uow: begin(uow, number, rehearse=False))
    return number, path


def test_a_file_that_waits_follows(database_url: str, tmp_path: Path) -> None:
    """Fields, a table, its cells and the entity are called otherwise before the worker comes to it."""
    with opened(WORKS, database_url) as world:
        number, path = waiting(world, tmp_path)
        applied(world, RENAMED)
        world.app.jobs.run_due()
        found = of(world, "lea", number)
        assert ([meaning.paths for meaning in found.meanings], found.options.key) == ([CALLED], ("key",))
        assert (found.state, found.error, dict(found.counts)) == ("done", "", {"done": 1})
        with world.look("lea") as view:
            row = load(view, "venture", 1).values
        lines: list[dict[str, object]] = row["pieces"]  # type: ignore[assignment]
        assert (row["key"], row["team"], [(line["called"], line["hours"]) for line in lines]) == (
            "Bridge",
            (1,),
            [("Deck", 3), ("Rail", 4)],
        )
        again = of(world, "lea", staged(world, "lea", path, "venture"))
        assert ([meaning.paths for meaning in again.meanings], dict(again.options.instead)) == ([CALLED], {"team": {"Anne": "Ann"}})


def test_what_is_wrong_stands_at_the_column_of_today(database_url: str, tmp_path: Path) -> None:
    """A file was checked before; what is told of its lines, and the file of those that failed, name the fields as they are called now."""
    file = FILE.replace("Deck,3", "Deck,many").replace("Anne", "Zoe")
    with opened(WORKS, database_url) as world:
        world.person("lea", roles=["lead"])
        number = staged(world, "lea", written(tmp_path / "x.csv", file), "project")
        done(world, "lea", number, rehearse=True)
        assert {path for _, path, _, _ in wrong(world, number)} == {"people", "parts.hours"}
        applied(world, RENAMED)
        assert {path for _, path, _, _ in wrong(world, number)} == {"team", "pieces.hours"}
        stream = BytesIO()
        with world.look("lea") as view:
            failed_file(view, of(world, "lea", number), "csv", stream)
        assert "pieces.hours: " in stream.getvalue().decode("utf-8-sig")


def test_what_is_gone_ends_in_words(database_url: str, tmp_path: Path) -> None:
    with opened(WORKS, database_url) as world:
        number, path = waiting(world, tmp_path)
        applied(world, NO_TEAM)
        world.app.jobs.run_due()
        found = of(world, "lea", number)
        words = "The application has changed meanwhile: There is no field people. Please say again what the columns mean."
        assert (found.state, found.error, dict(found.counts)) == ("checked", words, {"waiting": 1})
        again = of(world, "lea", staged(world, "lea", path, "project"))
        assert [meaning.paths for meaning in again.meanings] == [("code", "", "parts.name", "parts.hours")]


def test_another_thing_under_the_same_name_is_not_what_was_meant(database_url: str, tmp_path: Path) -> None:
    """`name` of a part goes, and what was its remark is called so."""
    remark = WORKS.replace("hours: {type: integer}}", "hours: {type: integer}, remark: {type: text}}")
    taken = WORKS.replace("name: {type: text, required: true}, hours", "name: {type: text, was: remark}, hours")
    with opened(remark, database_url) as world:
        number, _ = waiting(world, tmp_path)
        applied(world, remark.replace("name: {type: text, required: true}, hours", "hours"))
        applied(world, taken)
        world.app.jobs.run_due()
        found = of(world, "lea", number)
        assert (found.state, dict(found.counts)) == ("checked", {"waiting": 1})
        assert "There is no field project.parts.name." in found.error


def test_one_that_is_half_in_goes_on(database_url: str, tmp_path: Path) -> None:
    """The worker takes the next batch under the names of today."""
    with opened(WORKS, database_url) as world:
        world.person("lea", roles=["lead"])
        path = written(tmp_path / "x.csv", "Code\n" + "".join(f"C{n}\n" for n in range(120)))
        actor = world.actor("lea")
        number = stage(world.ground, actor, "project", (path, path.name))
        world.app.run(actor, lambda uow: begin(uow, number, rehearse=False))
        asked: list[int] = []

        def who() -> object:
            asked.append(1)
            if len(asked) == 4:
                applied(world, RENAMED)
            return world.actor("lea")

        work_through(world.ground, who, number)  # type: ignore[arg-type]
        found = of(world, "lea", number)
        assert (found.state, dict(found.counts), found.options.key) == ("done", {"done": 120}, ("key",))
