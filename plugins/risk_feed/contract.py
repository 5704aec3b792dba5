"""What any risk feed is asked, and what it answers: how many entries of each kind stand against a company today."""

from engine.plugins import Payload


class Screen(Payload):
    """A company by its unified social credit code."""

    tax_id: str


class Risks(Payload):
    """Entries that still stand; a company that nothing is said about has zeros."""

    lawsuits: int = 0
    dishonest: int = 0
    penalties: int = 0
    abnormal: int = 0
    tax_arrears: int = 0
