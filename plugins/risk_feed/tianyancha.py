"""天眼查: one call for each kind of entry about a company; that there is none is good news."""

from engine.plugins import Call, Payload

from .. import tianyancha
from .contract import Risks, Screen

PATHS = {
    "lawsuits": "/services/open/jr/lawSuit/3.0",
    "dishonest": "/services/open/jr/dishonest/2.0",
    "penalties": "/services/open/mr/punishmentInfo/3.0",
    "abnormal": "/services/open/mr/abnormal/2.0",
    "tax_arrears": "/services/open/mr/ownTax/2.0",
}


class Total(Payload):
    """A page of entries, of which only the number matters."""

    total: int = 0


class Tianyancha(tianyancha.Tianyancha):
    """Asks 天眼查 for risks."""

    def screen(self, question: Screen, _call: Call) -> Risks:
        """The number of entries of each kind. Raises CallFailed."""
        return Risks(**{kind: self._total(path, question.tax_id) for kind, path in PATHS.items()})

    def _total(self, path: str, tax_id: str) -> int:
        found = self.ask(path, {"keyword": tax_id, "pageNum": "1", "pageSize": "1"}, Total)
        return 0 if found is None else found.total
