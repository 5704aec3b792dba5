"""What any company register is asked, and what it answers."""

from typing import Literal

from engine.plugins import Payload

Status = Literal["存续", "吊销", "注销", "查无"]
"""In business, licence revoked, closed, unknown: the words of the Chinese register, into which the answers of others are put."""


class Lookup(Payload):
    """A company by its registration number (in China the unified social credit code)."""

    tax_id: str


class Company(Payload):
    """What the register knows; with 查无 there is no name."""

    status: Status
    name: str | None = None
    address: str | None = None


NOT_FOUND = Company(status="查无")
