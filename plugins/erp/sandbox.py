"""An ERP that is not there, for demonstrations and tests: every supplier gets a number that follows from its own."""

from engine.plugins import Call, Payload, Provider

from .contract import Created, Vendor


class Sandbox(Provider):
    """Numbers vendors as the supplier is numbered here, so that asking twice makes one vendor."""

    class Options(Payload):
        """What the numbers begin with."""

        prefix: str = "V-"

    def create_vendor(self, vendor: Vendor, _call: Call) -> Created:
        """The vendor of a supplier."""
        return Created(vendor_number=f"{self.options.prefix}{vendor.number}")
