"""Where the browser of the `ui` tests is."""

import os
import shutil
from functools import cache

NAMES = ("chromium", "chromium-browser", "google-chrome")


@cache
def chromium() -> str | None:
    """The path of Chromium: LOOM_CHROMIUM, else the first one in PATH, else None."""
    return os.environ.get("LOOM_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
