"""Fixtures of this room: the docstring of a test is the application under test."""

import inspect
import textwrap

import pytest

from engine.loading import Report, Sources, check_sources

FILES = {"entity": "models", "choices": "models", "extend": "models", "lifecycle": "workflows", "workflow": "workflows"}
APP = "app: test\nlanguages: [en, zh]\nroles: {clerk: {}, boss: {includes: [clerk]}, partner: {external: true}}\n"


def sources_of(text: str) -> Sources:
    """Files divided by `---`; each is put where files of its kind and name stand. Without an app.yaml a small one is added."""
    files = {"app.yaml": APP.encode()}
    for part in textwrap.dedent(text).strip("\n").split("\n---\n"):
        kind, _, name = part.partition("\n")[0].partition(": ")
        path = "app.yaml" if kind == "app" else f"{FILES.get(kind, 'forms')}/{name}.{kind}.yaml"
        files[path] = part.encode()
    return Sources(files)


@pytest.fixture
def checked(request: pytest.FixtureRequest) -> Report:
    """What a check of the application in the docstring of the test finds."""
    return check_sources(sources_of(inspect.cleandoc(request.function.__doc__)))
