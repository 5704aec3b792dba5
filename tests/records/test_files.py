"""Files of records: whose they are, what a field takes, where they may be read, and when they go."""

import io
import os
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.access import SYSTEM
from engine.errors import Invalid, Invisible
from engine.files import Store, TooLarge, sniff
from engine.records import Row, as_of, delete, deleted, fetch, load, purge, readable_file, save, uploaded
from tests.applications import World, opened

DEALS = """
app: deals
languages: [en, zh]
roles: {seller: {}, guest: {}}
---
entity: contract
title: name
fields:
  name: {type: text}
  open: {type: boolean, default: true}
  scan: {type: file, accept: [pdf, image], max_size: 2 KB}
  secret: {type: file}
  photos: {type: image, many: true, max: 2}
  signed: {type: signature}
  heavy: {type: boolean, formula: 'scan.size > 1000', discloses: true}
  pictures: {type: integer, formula: COUNT(photos), discloses: true}
  parts:
    type: table
    fields:
      what: {type: text}
      proof: {type: file}
access:
  seller: {read: true, create: true, update: true, delete: true}
  guest: {read: open, update: open, hide: [secret, parts.proof]}
---
entity: annex
title: name
fields:
  name: {type: text}
  contract: {type: link, to: contract, fill: {copy: =contract.scan}}
  copy: {type: file}
access:
  seller: {read: true, create: true, update: true}
---
entity: other
title: name
fields: {name: {type: text}, paper: {type: file}}
access: {guest: {read: true, create: true, update: true}}
"""
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"x" * 1500


def png(width: int = 3, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height)) if width < 100 else b""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


@pytest.fixture
def deals(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("LOOM_FILES", str(tmp_path / "files"))
    with opened(DEALS, database_url) as world:
        world.person("sue", roles=["seller"])
        world.person("sam", roles=["seller"])
        world.person("gus", roles=["guest"])
        yield world


def upload(world: World, who: str, content: bytes, name: str = "a.pdf") -> int:
    kept = world.app.files.put(io.BytesIO(content), name, 10**6)
    return world.app.run(world.actor(who), lambda uow: uploaded(uow, name, kept))


def key(row: Row) -> int:
    return int(str(row["id"]))


def reads(world: World, who: str, number: int) -> bool:
    with world.look(who) as view:
        try:
            file, _ = readable_file(view, number)
        except Invisible:
            return False
        return world.app.files.path(str(file["hash"])).exists()


def refused(world: World, who: str, entity: str, number: int | None = None, /, **values: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as found:
        world.save(who, entity, number, **values)
    return [(p.path, p.code) for p in found.value.problems]


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (PDF, "x.exe", "pdf"), (png(), "x.pdf", "png"), (b"\xff\xd8\xff\xe0rest", "", "jpg"), (b"GIF89a\1\0\1\0", "", "gif"),
        (b"<svg onload=alert(1)>", "a.svg", "txt"), (b"<html>", "a.png", "txt"), (b"a,b\n1,2", "a.csv", "csv"), ("项目,数量".encode(), "a.csv", "csv"),
        (b"\0\1\2", "a.txt", ""), (b"MZ\x90\0\3\0", "a.pdf", ""), (b"", "a.txt", ""), (b"PK\x03\x04.......", "a.docx", "zip"),
        (b"PK\x03\x04....[Content_Types].xml..word/document.xml", "a.zip", "docx"), (b"{}", "a.json", "json"), (b"{}", "a.js", "txt"),
    ],
)  # fmt: skip
def test_a_file_is_what_it_holds_whatever_it_is_called(head: bytes, name: str, kind: str) -> None:
    assert sniff(head, name).kind == kind


def test_pictures_say_how_large_they_are() -> None:
    assert sniff(png(640, 480)).pixels == (640, 480)
    assert sniff(b"GIF89a\x40\x01\xf0\0").pixels == (320, 240)
    jpeg = b"\xff\xd8\xff\xe0\0\x04ab" + b"\xff\xc0\0\x0b\x08" + struct.pack(">HH", 240, 320) + b"\3"
    assert sniff(jpeg).pixels == (320, 240)
    assert sniff(b"\xff\xd8\xff\xe0").pixels is None


def test_a_content_lies_there_once_and_whole(tmp_path: Path) -> None:
    store = Store(tmp_path)
    one, two = store.put(io.BytesIO(PDF), "a", 10**6), store.put(io.BytesIO(PDF), "b", 10**6)
    assert one == two
    assert store.path(one.hash).read_bytes() == PDF
    with pytest.raises(TooLarge):
        store.put(io.BytesIO(PDF), "a", 100)
    assert list((tmp_path / "coming").iterdir()) == [], "nothing half is left"


def test_a_content_that_came_again_is_not_removed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept = store.put(io.BytesIO(PDF), "a", 10**6)
    assert not store.remove(kept.hash, lambda: True), "its row may not be there yet"
    long_ago = time.time() - 7200
    os.utime(store.path(kept.hash), (long_ago, long_ago))
    assert not store.remove(kept.hash, lambda: False)
    store.put(io.BytesIO(PDF), "a", 10**6)
    assert not store.remove(kept.hash, lambda: True)
    os.utime(store.path(kept.hash), (long_ago, long_ago))
    assert store.remove(kept.hash, lambda: True)
    assert not store.path(kept.hash).exists()


def test_many_at_once_put_the_same(tmp_path: Path) -> None:
    store, found = Store(tmp_path), set()
    threads = [threading.Thread(target=lambda: found.add(store.put(io.BytesIO(PDF), "a", 10**6).hash)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [store.path(digest).read_bytes() for digest in found] == [PDF]


def test_a_file_belongs_to_the_field_that_it_was_saved_in(deals: World) -> None:
    scan = upload(deals, "sue", PDF)
    assert (reads(deals, "sue", scan), reads(deals, "sam", scan), reads(deals, "gus", scan)) == (True, False, False), "until it is saved"
    assert refused(deals, "sam", "contract", scan=scan) == [("scan", "no_such_record")], "nobody takes what somebody else uploaded"
    assert refused(deals, "sam", "contract", scan=scan) == refused(deals, "sam", "contract", scan=4711)
    number = key(deals.save("sue", "contract", name="Rent", scan=scan))
    assert (reads(deals, "sue", scan), reads(deals, "sam", scan), reads(deals, "gus", scan)) == (True, True, True), "as its record is"
    with deals.look("sam") as view:
        record = load(view, "contract", number)
    assert (record.values["scan"], record.titles["file", scan], record.values["heavy"]) == (scan, "a.pdf", True)
    assert refused(deals, "gus", "other", paper=scan) == [("paper", "no_such_record")], "not out of its record"
    deals.save("sue", "contract", number, open=False)
    assert not reads(deals, "gus", scan)


def test_a_hidden_field_hides_its_files(deals: World) -> None:
    secret, proof = upload(deals, "sue", PDF), upload(deals, "sue", b"proof", "p.txt")
    number = key(deals.save("sue", "contract", name="Rent", secret=secret, parts=[{"what": "a", "proof": proof}]))
    assert (reads(deals, "sam", secret), reads(deals, "sam", proof)) == (True, True)
    assert (reads(deals, "gus", secret), reads(deals, "gus", proof)) == (False, False)
    assert refused(deals, "gus", "contract", number, scan=secret) == [("scan", "no_such_record")], (
        "not by way of another field of its record"
    )
    assert refused(deals, "gus", "contract", number, photos=[secret]) == [("photos", "no_such_record")]


def test_a_field_takes_what_it_says(deals: World) -> None:
    assert refused(deals, "sue", "contract", scan=upload(deals, "sue", b"text", "a.pdf")) == [("scan", "value")]
    assert refused(deals, "sue", "contract", scan=upload(deals, "sue", PDF + b"x" * 1000)) == [("scan", "value")]
    assert refused(deals, "sue", "contract", signed=upload(deals, "sue", PDF)) == [("signed", "value")]
    assert refused(deals, "sue", "contract", photos=[upload(deals, "sue", png(30000, 30000), "a.png")]) == [("photos", "value")], "a bomb"
    three = [upload(deals, "sue", png(), "a.png") for _ in range(3)]
    assert refused(deals, "sue", "contract", photos=three) == [("photos", "too_many")]
    row = deals.save("sue", "contract", photos=three[:2], signed=upload(deals, "sue", png(), "s.png"))
    with deals.look("sue") as view:
        assert load(view, "contract", key(row)).values["photos"] == tuple(three[:2])
        assert load(view, "contract", key(row)).values["pictures"] == 2


def test_what_was_replaced_is_still_read_in_the_past(deals: World) -> None:
    first, second = upload(deals, "sue", PDF), upload(deals, "sue", PDF + b"2")
    number = key(deals.save("sue", "contract", scan=first))
    before = deals.clock.now()
    deals.clock.move_to(before + timedelta(days=2))
    deals.save("sue", "contract", number, scan=second)
    deals.app.jobs.run_due(deals.clock.now())
    with deals.look("sam") as view:
        assert as_of(view, "contract", number, before).values["scan"] == first
    assert reads(deals, "sam", first)
    deals.save("sam", "contract", number, scan=first)


def test_a_copied_value_is_a_file_of_its_own(deals: World) -> None:
    scan = upload(deals, "sue", PDF)
    contract = key(deals.save("sue", "contract", scan=scan))
    copy = deals.save("sue", "annex", contract=contract)["copy"]
    assert copy != scan
    with deals.look("system") as view:
        one, other = fetch(view, "file", scan), fetch(view, "file", int(str(copy)))
    assert (one["hash"], one["name"]) == (other["hash"], other["name"])
    assert one["record_number"] == contract
    assert other["entity_number"] != one["entity_number"]


def test_what_no_record_took_goes_after_a_day(deals: World) -> None:
    left, taken = upload(deals, "sue", b"left", "l.txt"), upload(deals, "sue", PDF)
    deals.save("sue", "contract", secret=taken)
    with deals.look("system") as view:
        path = deals.app.files.path(str(fetch(view, "file", left)["hash"]))
    long_ago = time.time() - 7200
    os.utime(path, (long_ago, long_ago))
    deals.clock.move_to(deals.clock.now() + timedelta(hours=25))
    deals.app.jobs.run_due(deals.clock.now())
    assert not reads(deals, "sue", left)
    assert not path.exists()
    assert reads(deals, "sue", taken)


def test_what_is_purged_takes_its_files_along(deals: World) -> None:
    scan = upload(deals, "sue", PDF)
    number = key(deals.save("sue", "contract", scan=scan))
    with deals.look("system") as view:
        path = deals.app.files.path(str(fetch(view, "file", scan)["hash"]))
    os.utime(path, (1, 1))
    deals.app.run(deals.actor("sue"), lambda uow: delete(uow, "contract", number))
    assert not reads(deals, "sam", scan), "a record in the bin shows nothing"
    assert path.exists()
    with deals.look("system") as view:
        bin_number = deleted(view)[0].number
    deals.app.run(SYSTEM, lambda uow: purge(uow, bin_number))
    deals.app.jobs.run_due(deals.clock.now())
    assert not path.exists()


def test_a_refused_save_leaves_the_upload_to_its_owner(deals: World) -> None:
    scan = upload(deals, "sue", PDF)

    def fails(uow: object) -> None:
        save(uow, "contract", None, {"scan": scan})  # type: ignore[arg-type]
        raise Invisible

    with pytest.raises(Invisible):
        deals.app.run(deals.actor("sue"), fails)
    assert key(deals.save("sue", "contract", scan=scan))
