"""What the YAML means: declarations as written, and the compiled application as frozen objects."""

from . import declared
from .application import Connector, MenuEntry, Metadata, Role
from .currencies import WIDEST, minor_units
from .derived import BACKWARDS, Derivations, is_rollup, leaves_document
from .identity import Identity
from .model import (
    VERBS,
    Action,
    Check,
    Choice,
    Entity,
    Field,
    Given,
    Guard,
    Lifecycle,
    Link,
    NumberPattern,
    Rule,
    State,
    Value,
)
from .people import Who
from .process import OUTCOMES, Call, End, Route, Step, Workflow
from .views import Form, FormField, ListTab, ListView, Section, SortKey

__all__ = [
    "BACKWARDS",
    "OUTCOMES",
    "VERBS",
    "WIDEST",
    "Action",
    "Call",
    "Check",
    "Choice",
    "Connector",
    "Derivations",
    "End",
    "Entity",
    "Field",
    "Form",
    "FormField",
    "Given",
    "Guard",
    "Identity",
    "Lifecycle",
    "Link",
    "ListTab",
    "ListView",
    "MenuEntry",
    "Metadata",
    "NumberPattern",
    "Role",
    "Route",
    "Rule",
    "Section",
    "SortKey",
    "State",
    "Step",
    "Value",
    "Who",
    "Workflow",
    "declared",
    "is_rollup",
    "leaves_document",
    "minor_units",
]  # fmt: skip
