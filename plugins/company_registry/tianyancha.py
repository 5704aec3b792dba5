"""天眼查: 企业基本信息, https://open.tianyancha.com/open/1116; one call for a company."""

from engine.plugins import Call, CallFailed, Payload

from .. import tianyancha
from .contract import NOT_FOUND, Company, Lookup, Status

PATH = "/services/open/ic/baseinfo/normal"
WORDS: tuple[tuple[str, Status], ...] = (
    ("注销", "注销"),
    ("撤销", "注销"),
    ("吊销", "吊销"),
    ("存续", "存续"),
    ("在业", "存续"),
    ("开业", "存续"),
    ("在营", "存续"),
    ("在册", "存续"),
    ("迁", "存续"),
)
"""Words of a state of registration, as 吊销，未注销: the first that it has decides, after what it says is not so is taken out."""
DENIED = "未注销"


class Entry(Payload, rename="camel"):
    """A company; of more than forty names of the answer those that are asked for."""

    name: str
    reg_status: str
    credit_code: str | None = None
    reg_location: str | None = None


class Tianyancha(tianyancha.Tianyancha):
    """Asks 天眼查 for a company."""

    def lookup(self, question: Lookup, _call: Call) -> Company:
        """The company with this very credit code: the keyword finds names too. Raises CallFailed."""
        found = self.ask(PATH, {"keyword": question.tax_id}, Entry)
        if found is None or found.credit_code != question.tax_id:
            return NOT_FOUND
        return Company(status=_status(found.reg_status), name=found.name, address=found.reg_location)


def _status(words: str) -> Status:
    """Raises CallFailed for a state that we do not know: it must not pass for one in which a company does business."""
    told = words.replace(DENIED, "")
    status = next((status for word, status in WORDS if word in told), None)
    if status is None:
        raise CallFailed("bad_answer", f"regStatus {words}")
    return status
