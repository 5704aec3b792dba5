"""The bundled application with its demonstration, served for a browser."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
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
WRONG_ONLY = {"resultTypes": ["violations"]}
"""What axe is to tell: describing all that is right takes a third of its time."""
QUIET = re.compile(r"status of 4(09|22|04|03)|htmx:(sendAbort|afterRequest)")
"""What a browser calls an error and we call an answer, and a live request that ended because the form was sent."""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demonstration lies: the database, the keys, the log."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def served(folder: Path) -> Iterator[str]:
    """`loom run` on an empty database with the demonstration; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database = f"sqlite:///{folder / 'demo.db'}"
    command = [
        sys.executable,
        "-c",
        "from engine.cli import main; main()",
        "run",
        str(ROOT),
        "--db",
        database,
        "--demo",
        "--port",
        str(port),
    ]
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
        await new Promise(again => setTimeout(again, 100));
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
        self.page.evaluate(_UNTIL, [path, text])
        self.open(path)

    def assert_quiet(self) -> None:
        """The browser had nothing to complain about: no error of a script, nothing that the content security policy refused."""
        assert self.complaints == []

    def assert_accessible(self) -> None:
        """axe finds nothing wrong with the page as it is now."""
        found = Axe().run(self.page, options=WRONG_ONLY).response["violations"]
        assert [(violation["id"], [node["html"] for node in violation["nodes"]][:3]) for violation in found] == []

    def assert_fits(self) -> None:
        """The page does not scroll sideways."""
        assert self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0

    def assert_menus_in_sight(self) -> None:
        """No menu opens beyond an edge of the window."""
        assert self.page.evaluate(_OUT_OF_SIGHT) == []


Enter = Callable[..., Seen]


@pytest.fixture(scope="session")
def sessions() -> dict[str, str]:
    """The cookies of those who came through the door; nobody needs to come through it twice."""
    return {}


@pytest.fixture
def enter(browser: Browser, served: str, sessions: dict[str, str]) -> Iterator[Enter]:
    """`enter("legal", "zh", width=390)`: a person of the demonstration, signed in with a browser of their own."""
    contexts = []

    def sign_in(name: str, language: str = "en", *, width: int = 1280, theme: str = "light", script: bool = True) -> Seen:
        context = browser.new_context(viewport={"width": width, "height": 860}, java_script_enabled=script)
        contexts.append(context)
        for cookie, value in (("language", language), ("theme", theme)):
            context.add_cookies([{"name": cookie, "value": value, "url": served}])
        page = context.new_page()
        seen = Seen(page, served)
        page.on("console", lambda said: _note(seen, said.type, said.text))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        if name in sessions:
            context.add_cookies([{"name": "session", "value": sessions[name], "url": served}])
            seen.open("/")
            return seen
        seen.open("/login")
        page.fill("#email", f"{name}@demo.example")
        page.fill("#password", "objectloom")
        page.click("button[name=submit]")
        page.wait_for_url(re.compile(r"/(suppliers/?)?$"))  # people from outside begin in their portal
        sessions[name] = next(str(cookie["value"]) for cookie in context.cookies() if cookie["name"] == "session")
        return seen

    yield sign_in
    for context in contexts:
        context.close()


def _note(seen: Seen, kind: str, text: str) -> None:
    if kind in ("error", "warning") and not QUIET.search(text):
        seen.complaints.append(text)
