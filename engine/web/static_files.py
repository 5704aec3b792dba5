"""The built assets: the names that carry a hash, and whitenoise in front of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

FOLDER = Path(__file__).parent / "static"
PREFIX = "static/"


@lru_cache
def _names() -> Mapping[str, str]:
    manifest = FOLDER / "manifest.json"
    return json.loads(manifest.read_text()) if manifest.is_file() else {}


@lru_cache
def _icons() -> frozenset[str]:
    sprite = FOLDER / _names().get("icons.svg", "none")
    return frozenset(re.findall(r'<symbol[^>]* id="([^"]+)"', sprite.read_text())) if sprite.is_file() else frozenset()


def icon_name(wanted: str | None) -> str:
    """An icon that the sprite holds: the wanted one, else a sheet of paper."""
    return wanted if wanted in _icons() else "file-text"


def asset(name: str) -> str:
    """The address of a built file; blank where none was built (pages then work without script and style)."""
    found = _names().get(name)
    return f"/{PREFIX}{found}" if found else ""


def serve_static(flask: Flask) -> None:
    """Let whitenoise answer for the built files; their names change with their content, so they may be kept for ever."""
    _names.cache_clear()
    _icons.cache_clear()
    hashed = frozenset(f"/{PREFIX}{name}" for name in _names().values())
    noise = WhiteNoise(flask.wsgi_app, immutable_file_test=lambda path, url: url in hashed)
    if FOLDER.is_dir():
        noise.add_files(str(FOLDER), PREFIX)
    flask.wsgi_app = noise  # type: ignore[method-assign]
    flask.jinja_env.globals["asset"] = asset
