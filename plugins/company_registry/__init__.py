"""Company registers: one question, `lookup`, and three providers that answer it."""

from collections.abc import Sequence

from engine.plugins import Action, Connector, hookimpl

from .contract import Company, Lookup
from .gleif import Gleif
from .sandbox import Sandbox
from .tianyancha import Tianyancha

COMPANY_REGISTRY = Connector(
    name="company_registry",
    actions={"lookup": Action(takes=Lookup, gives=Company)},
    providers={"sandbox": Sandbox, "gleif": Gleif, "tianyancha": Tianyancha},
)


@hookimpl
def connectors() -> Sequence[Connector]:
    """The connectors of this plugin."""
    return (COMPANY_REGISTRY,)
