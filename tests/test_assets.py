"""The built assets are complete, load nothing from elsewhere and stay small."""

import gzip
import json
import os
import re
from pathlib import Path

import pytest

import build_assets

pytestmark = pytest.mark.skipif(os.environ.get("SKIP_UI") == "1", reason="SKIP_UI leaves the assets out")


@pytest.fixture(scope="module")
def names() -> dict[str, str]:
    build_assets.build()
    found: dict[str, str] = json.loads((build_assets.STATIC / "manifest.json").read_text())
    return found


def test_every_asset_is_there_under_a_hashed_name(names: dict[str, str]) -> None:
    assert set(names) == {"app.js", "app.css", "icons.svg", "licences.txt"}
    for plain, hashed in names.items():
        assert re.fullmatch(rf"{Path(plain).stem}-[0-9A-Z]{{8}}{Path(plain).suffix}", hashed)
        assert (build_assets.STATIC / hashed).stat().st_size > 0


def test_a_second_build_does_nothing(names: dict[str, str]) -> None:
    assert not build_assets.build()


def test_styles_and_icons_load_nothing_from_elsewhere(names: dict[str, str]) -> None:
    css = (build_assets.STATIC / names["app.css"]).read_text()
    svg = (build_assets.STATIC / names["icons.svg"]).read_text()
    assert re.findall(r"url\((?![\"']?(?:data:|#))[^)]{0,60}", css) == []
    assert re.findall(r"href=", svg) == []


def test_every_listed_icon_is_a_symbol(names: dict[str, str]) -> None:
    listed = {re.sub(r"^filled/(.*)", r"\1-filled", name) for name in build_assets.ICONS.read_text().split()}
    svg = (build_assets.STATIC / names["icons.svg"]).read_text()
    assert set(re.findall(r'<symbol id="([^"]+)"', svg)) == listed


def test_an_unknown_icon_is_named_with_its_neighbours() -> None:
    with pytest.raises(build_assets.AssetsError, match=r"'calender'; near: .*calendar"):
        build_assets.sprite(["calender"])


def test_a_first_visit_stays_within_the_limit(names: dict[str, str]) -> None:
    shown = [name for plain, name in names.items() if plain != "licences.txt"]
    assert sum(len(gzip.compress((build_assets.STATIC / name).read_bytes())) for name in shown) <= build_assets.GZIP_LIMIT


def test_licences_name_every_bundled_package(names: dict[str, str]) -> None:
    text = (build_assets.STATIC / names["licences.txt"]).read_text()
    declared = json.loads((build_assets.SOURCES / "package.json").read_text())["devDependencies"]
    assert [package for package in declared if package != "esbuild" and f"{package} " not in text] == []
