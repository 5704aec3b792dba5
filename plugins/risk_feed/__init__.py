"""Risk feeds: one question, `screen`, and two providers that answer it."""

from collections.abc import Sequence

from engine.plugins import Action, Connector, hookimpl

from .contract import Risks, Screen
from .sandbox import Sandbox
from .tianyancha import Tianyancha

RISK_FEED = Connector(
    name="risk_feed",
    actions={"screen": Action(takes=Screen, gives=Risks)},
    providers={"sandbox": Sandbox, "tianyancha": Tianyancha},
)


@hookimpl
def connectors() -> Sequence[Connector]:
    """The connectors of this plugin."""
    return (RISK_FEED,)
