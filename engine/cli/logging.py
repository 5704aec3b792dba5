"""What the engine writes down while it works, as plain lines: a failure with its traceback, and nothing of the values in it."""

from __future__ import annotations

import structlog


def plain_log() -> None:
    """Write the log as plain lines from now on."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"), plain])
