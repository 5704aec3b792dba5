"""The bundled application with its demonstration, served for a browser."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

expect.set_options(timeout=20_000)  # a machine with more to do than this is slow, not wrong
ROOT = Path(__file__).resolve().parents[2]
WRONG_ONLY: dict[str, list[str]] = {"resultTypes": ["violations"]}
"""What axe is to tell: describing all that is right takes a third of its time."""
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""What of it may be otherwise in another theme."""
QUIET = re.compile(r"status of 4(09|22|04|03)|htmx:(sendAbort|afterRequest)")
"""What a browser calls an error and we call an answer, and a live request that ended because the form was sent."""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demonstration lies: the database, the keys, the log."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def served(folder: Path) -> Iterator[str]:
    """`loom run` on the demonstration, which is loaded by the first process of a run and copied by the others; its address."""
    loaded = Path(os.environ["LOOM_TEST_RUN"]) / "demonstration"
    with loaded.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if loaded.exists():
            shutil.copytree(loaded, folder, dirs_exist_ok=True)
        with _server(folder) as address:
            if not loaded.exists():
                shutil.copytree(folder / "keys", loaded / "keys")
                copy_database(folder / "demo.db", loaded / "demo.db")
            fcntl.flock(lock, fcntl.LOCK_UN)
            yield address


def copy_database(source: Path, target: Path) -> None:
    """A copy of a database that is in use."""
    with sqlite3.connect(source) as used, sqlite3.connect(target) as copy:
        used.backup(copy)


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-c", "from engine.cli import main; main()"]
    database = f"sqlite:///{folder / 'demo.db'}"
    command = [*program, "run", str(ROOT), "--db", database, "--demo", "--port", str(port)]
    environment = {**os.environ, "LOOM_KEYS": str(folder / "keys")}
    with (folder / "log").open("wb") as log, subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log) as server:
        try:
            yield _answering(server, f"http://127.0.0.1:{port}", folder / "log")
        finally:
            server.terminate()


def _answering(server: subprocess.Popen[bytes], address: str, log: Path) -> str:
    """Waits on the server by asking it; it accepts a connection as soon as it can answer."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310 - our own address
                return address
        except urllib.error.HTTPError:
            return address
        except OSError:
            # The port is not open yet: wait on the process for a moment instead of asking again at once.
            try:
                server.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
    raise RuntimeError(log.read_text())


_UNTIL = """async ([path, text]) => {
    const end = Date.now() + 20000;
    while (!(await (await fetch(path)).text()).includes(text)) {
        if (Date.now() > end) throw new Error(`${path} has no ${text}`);
        await new Promise(again => setTimeout(again, 300));
    }
}"""


_OUT_OF_SIGHT = """() => [...document.querySelectorAll("details.menu")].filter(menu => {
    menu.open = true;
    menu.dispatchEvent(new Event("toggle"));
    const panel = menu.querySelector(".menu-panel")?.getBoundingClientRect();
    menu.open = false;
    return panel?.width && (panel.left < -0.5 || panel.right > innerWidth + 0.5);
}).map(menu => menu.querySelector("summary").textContent)"""


@dataclass
class Seen:
    """Somebody at a browser, with everything the browser complained about."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Open a page of the application."""
        self.page.goto(self.address + path)

    def open_when(self, path: str, text: str) -> None:
        """Open a page as soon as it has a text: what other people and jobs do takes a moment."""
        self.open(path)
        if text not in self.page.content():
            self.page.evaluate(_UNTIL, [path, text])
            self.open(path)

    def assert_quiet(self) -> None:
        """The browser had nothing to complain about: no error of a script, nothing that the content security policy refused."""
        assert self.complaints == []

    def assert_accessible(self, theme: str = "") -> None:
        """axe finds nothing wrong with the page as it is now; in another theme, as far as that may depend on colours."""
        if theme:
            self.page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", theme)
        found = Axe().run(self.page, options=WRONG_ONLY | (COLOURS if theme else {})).response["violations"]
        assert [(violation["id"], [node["html"] for node in violation["nodes"]][:3]) for violation in found] == []

    def assert_fits(self) -> None:
        """The page does not scroll sideways."""
        assert self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0

    def assert_menus_in_sight(self) -> None:
        """No menu opens beyond an edge of the window."""
        assert self.page.evaluate(_OUT_OF_SIGHT) == []


Enter = Callable[..., Seen]


class Windows:
    """The windows of the browser: one that is put back is used again, since a new one costs four times as much as a page in it."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._resting: list[Seen] = []
        self._sessions: dict[str, str] = {}

    def take(self, width: int, cookies: Mapping[str, str]) -> Seen:
        """A window of this width that keeps these cookies and nothing else."""
        seen = self._resting.pop() if self._resting else self._made()
        seen.page.set_viewport_size({"width": width, "height": 860})
        _keep(seen, cookies)
        return seen

    def _made(self) -> Seen:
        seen = Seen(self._browser.new_context(reduced_motion="reduce").new_page(), self._address)
        seen.page.on("console", lambda said: _note(seen, said.type, said.text))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        return seen

    def put_back(self, seen: Seen) -> None:
        """Nothing of what was done in it is left. It rests at a picture of ours: coming from elsewhere, a page gets a process of its own."""
        seen.open("/favicon.svg")
        seen.page.evaluate("localStorage.clear(), sessionStorage.clear()")
        seen.page.emulate_media(color_scheme="light")
        seen.page.context.clear_cookies()
        seen.complaints.clear()
        self._resting.append(seen)

    def sign_in(self, seen: Seen, name: str) -> None:
        """As this person of the demonstration, who comes through the door once in a run."""
        if name in self._sessions:
            return _keep(seen, {"session": self._sessions[name]})
        seen.open("/login")
        seen.page.fill("#email", f"{name}@demo.example")
        seen.page.fill("#password", "objectloom")
        seen.page.click("button[name=submit]")
        seen.page.wait_for_url(re.compile(r"/(suppliers/?)?$"))  # people from outside begin in their portal
        self._sessions[name] = next(str(cookie["value"]) for cookie in seen.page.context.cookies() if cookie["name"] == "session")
        return None


def _keep(seen: Seen, cookies: Mapping[str, str]) -> None:
    seen.page.context.add_cookies([{"name": name, "value": value, "url": seen.address} for name, value in cookies.items()])


def _note(seen: Seen, kind: str, text: str) -> None:
    if kind in ("error", "warning") and not QUIET.search(text):
        seen.complaints.append(text)


@pytest.fixture(scope="session")
def windows(browser: Browser, served: str) -> Windows:
    """The windows of this run."""
    return Windows(browser, served)


@pytest.fixture
def enter(windows: Windows) -> Iterator[Enter]:
    """`enter("legal", "zh", width=390)`: a person of the demonstration, signed in, at a window of their own; without a name: anybody."""
    taken: list[Seen] = []

    def come_in(name: str, language: str = "en", *, width: int = 1280, theme: str = "light") -> Seen:
        taken.append(windows.take(width, {"language": language, "theme": theme}))
        if name:
            windows.sign_in(taken[-1], name)
        return taken[-1]

    yield come_in
    for seen in taken:
        windows.put_back(seen)
