"""What the ERP system is asked, and what it answers."""

from engine.plugins import Payload


class Vendor(Payload):
    """A supplier that may be ordered from; `number` is that of the supplier here, by which the ERP knows it again."""

    number: str
    name: str
    tax_id: str


class Created(Payload):
    """The vendor in the ERP: its number there."""

    vendor_number: str
