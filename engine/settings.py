"""Settings from the environment: each a row with its name, default and help; docs/reference/settings.md lists them (tested)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from engine.frozen import frozen


@frozen
class Setting:
    """One environment variable that Objectloom reads."""

    name: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("LOOM_DB", "", "Address of the database: sqlite:///PATH or postgresql://…; empty: var/objectloom.db of the application"),
    Setting("LOOM_KEYS", "", "Folder of the key files (audit, sessions, seals, cache); empty: var/keys of the application"),
    Setting("LOOM_FILES", "", "Folder of uploaded files, reached by all processes; empty: var/files of the application"),
    Setting(
        "LOOM_CACHE",
        "",
        "Folder of compiled definitions, may be emptied at any time; empty: var/cache/definitions of the application",
    ),
    Setting("LOOM_HOST", "127.0.0.1", "Address that the server listens on"),
    Setting("LOOM_PORT", "8000", "Port that the server listens on"),
    Setting("LOOM_PROXIES", "0", "Number of proxies in front whose X-Forwarded headers are believed"),
    Setting(
        "LOOM_HOSTS",
        "",
        "Host names that the server answers to, separated by commas; empty: on loopback without a proxy those of this machine, else any",
    ),
    Setting("LOOM_URL", "", "Address under which people reach the pages, for links in mails; empty: http://LOOM_HOST:LOOM_PORT"),
    Setting(
        "LOOM_SECOND_FACTOR",
        "",
        "Who needs a second factor: admin, all or nobody; empty: admin, or nobody while serving this machine only",
    ),
    Setting("LOOM_SMTP", "", "Server that takes mail: smtp://[USER@]HOST[:PORT] or smtps://…; empty: no mail is sent"),
    Setting("LOOM_SMTP_PASSWORD", "", "Password of USER at that server"),
    Setting("LOOM_MAIL_FROM", "", "Address that mail comes from; empty: objectloom@HOST of the server"),
    Setting(
        "LOOM_CHAT",
        "",
        "Webhook of a WeCom group robot, with its key: tells people of the group that something waits; empty: nothing is said",
    ),
    Setting("LOOM_API_PER_MINUTE", "6000", "How many requests each token may send to the API in a minute; 0: any number"),
)
_BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}


def setting(name: str) -> str:
    """The value of a setting. Raises KeyError for a name that is no row of SETTINGS."""
    return os.environ.get(name, _BY_NAME[name].default)


def address() -> str:
    """The address under which people reach the pages."""
    return (setting("LOOM_URL") or f"http://{setting('LOOM_HOST')}:{setting('LOOM_PORT')}").rstrip("/")


def database_url(root: Path) -> str:
    """The address of the database of the application in `root`."""
    return setting("LOOM_DB") or f"sqlite:///{root.resolve() / 'var' / 'objectloom.db'}"


def files_folder(root: Path) -> Path:
    """Where the files of the application in `root` lie."""
    return Path(setting("LOOM_FILES") or root.resolve() / "var" / "files")


def cache_folder(root: Path) -> Path:
    """Where compiled definitions of the application in `root` lie."""
    return Path(setting("LOOM_CACHE") or root.resolve() / "var" / "cache" / "definitions")


def key_file(root: Path, name: str) -> Path:
    """Where the secret `name` of the application in `root` lies, or will."""
    return Path(setting("LOOM_KEYS") or root.resolve() / "var" / "keys") / f"{name}.key"


def key(root: Path, name: str) -> bytes:
    """The secret `name` of the application in `root`: 32 random bytes in a file of its own, made when first asked for (mode 0600)."""
    path = key_file(root, name)
    if not path.exists():
        folder = path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = folder / f".{name}.{secrets.token_hex(8)}"
        fresh.touch(mode=0o600, exist_ok=False)
        fresh.write_bytes(secrets.token_bytes(32))
        _keep_first(fresh, path)
    return path.read_bytes()


def key_there(root: Path, name: str) -> bytes | None:
    """The same secret, where it is there: whoever checks makes none."""
    path = key_file(root, name)
    return path.read_bytes() if path.exists() else None


def _keep_first(fresh: Path, path: Path) -> None:
    """Of two processes that make the same key at once, the first one's stays."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
