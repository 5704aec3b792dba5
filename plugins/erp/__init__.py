"""The company's own ERP system: a qualified supplier becomes a vendor there."""

from collections.abc import Sequence

from engine.plugins import Action, Connector, hookimpl

from .contract import Created, Vendor
from .sandbox import Sandbox

ERP = Connector(name="erp", actions={"create_vendor": Action(takes=Vendor, gives=Created)}, providers={"sandbox": Sandbox})


@hookimpl
def connectors() -> Sequence[Connector]:
    """The connectors of this plugin."""
    return (ERP,)
