"""The command `loom`: a table of commands, each in a module of its own that is imported when it is called."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module

import click

from engine.errors import BadDefinition, ObjectloomError
from engine.garbage import permanent

from .issues import print_issues

__all__ = ["COMMANDS", "loom", "main"]

COMMANDS: Mapping[str, str] = {
    "access": "engine.cli.access",
    "apply": "engine.cli.apply",
    "backup": "engine.cli.backup",
    "check": "engine.cli.check",
    "demo": "engine.cli.demo",
    "docs": "engine.cli.docs",
    "eval": "engine.cli.eval",
    "explain": "engine.cli.explain",
    "export": "engine.cli.export",
    "import": "engine.cli.importing",
    "new": "engine.cli.new",
    "plan": "engine.cli.plan",
    "restore": "engine.cli.restore",
    "run": "engine.cli.run",
    "schema": "engine.cli.schema",
    "test": "engine.cli.test",
    "token": "engine.cli.token",
    "user": "engine.cli.user",
    "verify": "engine.cli.verify",
    "worker": "engine.cli.worker",
}
"""Command to module; the module has a click command named `command`."""


class Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """A command by name; None makes click say that there is none."""
        if name not in COMMANDS:
            return None
        with permanent():
            command: click.Command = import_module(COMMANDS[name]).command
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="objectloom", prog_name="loom")
def loom() -> None:
    """Business systems declared in YAML."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 fine, 1 findings or refusal, 2 wrong usage."""
    try:
        code = loom.main(arguments, prog_name="loom", standalone_mode=False)  # click gives the code of an Exit back
        sys.exit(code if isinstance(code, int) else 0)
    except click.UsageError as wrong:
        wrong.show()
        sys.exit(2)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(1)
    except click.Abort:
        sys.exit(130)
    except BadDefinition as wrong:
        print_issues(wrong.issues)
        sys.exit(1)
    except ObjectloomError as refused:
        click.echo(f"loom: {refused}", err=True)
        sys.exit(1)
    except Exception as failed:
        if (words := _of_the_database(failed)) is None:
            raise
        click.echo(f"loom: The database cannot be used. {words}", err=True)
        sys.exit(1)


def _of_the_database(failed: Exception) -> str | None:
    """What is wrong with the place of the database; None where that is not the fault, or no database was needed."""
    if "engine.storage" not in sys.modules:
        return None
    words: str | None = import_module("engine.storage").fault_of_place(failed)
    return words
