"""What a serving process notices by itself: a newly applied revision, and, with `--dev`, a saved YAML file."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import structlog

from engine.app import App
from engine.clock import SystemClock
from engine.errors import Issue, Message, ObjectloomError, Sentence
from engine.loading import check, read_sources
from engine.migration import Blocked, apply

_log = structlog.get_logger(__name__)
SECONDS = 0.5
"""How often a process looks at the database; a new revision is served within a second."""
SAVED = 0.15
"""How often it looks at the folder: who saves a file waits for the page."""


class Watcher:
    """Looks at the database, and at the folder where `folder` is given, until it is stopped."""

    def __init__(self, app: App, folder: Path | None) -> None:
        self._app = app
        self._folder = folder
        self._seen = b"" if folder is None else fingerprint(folder)
        self._issues: Sequence[Issue] = ()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking."""
        self._stop.set()
        self._thread.join()

    def issues(self) -> Sequence[Issue]:
        """What is wrong with the folder now."""
        return self._issues

    def look(self) -> None:
        """Look once: apply what the folder says if it has changed, and serve what is applied."""
        if self._folder is not None and (now := fingerprint(self._folder)) != self._seen:
            self._seen = now
            self._issues = bring_up_to_date(self._app, self._folder)
        self._app.serving.reload()

    def _run(self) -> None:
        while not self._stop.wait(SECONDS if self._folder is None else SAVED):
            try:
                self.look()
            except Exception:  # noqa: BLE001 - one failed look must not end the looking; the old definition serves on
                _log.exception("looking for a new definition failed")


def fingerprint(folder: Path) -> bytes:
    """Changes when a file that declares something is saved, made or removed."""
    digest = blake2b(digest_size=16)
    for path in sorted(_declaring(folder)):
        found = path.stat()
        digest.update(f"{path}\0{found.st_mtime_ns}\0{found.st_size}\n".encode())
    return digest.digest()


def _declaring(folder: Path) -> list[Path]:
    parts = (folder / name for name in ("models", "workflows", "forms", "reports"))
    return [folder / "app.yaml", *(path for part in parts for path in part.rglob("*.yaml"))]


def bring_up_to_date(app: App, folder: Path) -> Sequence[Issue]:
    """Apply what the folder says where that destroys nothing; gives what is wrong with it, and then nothing has changed."""
    report = check(folder)
    errors = [issue for issue in report.issues if issue.level == "error"]
    if report.metadata is None or errors:
        return report.issues
    try:
        sources, now = read_sources(folder), SystemClock().now()
        done = apply(app.database, sources, report.metadata, "loom run --dev", now, app.plugins, revisions=app.serving.revision)
        if not done.nothing:
            app.serving.take(done.change.tables)
    except Blocked as blocked:
        return [_issue("M101", step.message, *step.examples[:1]) for step in blocked.steps]
    except ObjectloomError as error:
        return [_issue("M102", error.message)]
    return ()


def _issue(code: str, message: Message, example: Message | None = None) -> Issue:
    """What keeps a definition without mistakes from being applied; it has no place in a file."""
    return Issue(code, Sentence("{words}", words=message), "app.yaml", hint=Sentence("{words}", words=example) if example else "")
