"""What any company register is asked, and what it answers."""

from typing import Literal

from engine.plugins import Payload

Status = Literal["active", "suspended", "closed", "not_found"]


class Lookup(Payload):
    """A company by its registration number (in China the unified social credit code)."""

    tax_id: str


class Company(Payload):
    """What the register knows; with `not_found` there is no name."""

    status: Status
    name: str | None = None
    address: str | None = None


NOT_FOUND = Company(status="not_found")
