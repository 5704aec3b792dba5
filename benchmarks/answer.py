"""A process that serves an application until its first answer: `python -m benchmarks.answer FOLDER DATABASE TOKEN`.

Prints its memory in kB. It imports what serving needs and nothing else, as `loom run` does: without looking for garbage meanwhile, and not
the client of Flask for tests, which loads a debugger.
For benchmarks.cold.
"""

from __future__ import annotations

import gc
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from wsgiref.util import setup_testing_defaults

from engine.garbage import permanent

sys.modules["rich"] = None  # type: ignore[assignment] # tools for tests bring it, and structlog loads it where it finds it; who serves has none
with permanent():
    from engine.app import open_app
    from engine.web.api import make_api


def main(root: str, url: str, token: str) -> None:
    """One record, read by its holder of a token."""
    asked = {"PATH_INFO": "/api/v1/records/e0/1", "HTTP_AUTHORIZATION": f"Bearer {token}"}
    setup_testing_defaults(asked)
    with permanent():
        b"".join(make_api(open_app(Path(root), url)).wsgi_app(asked, _start))
        gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    print(pages * resource.getpagesize() // 1024, flush=True)
    os._exit(0)


def _start(status: str, *_: object) -> Callable[[bytes], object]:
    assert status == "200 OK", status
    return len  # nobody writes this way


if __name__ == "__main__":
    main(*sys.argv[1:])
