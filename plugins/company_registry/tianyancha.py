"""天眼查开放平台, https://open.tianyancha.com/open/1116 (企业基本信息): one call for a company; the token of the account is the secret.

An answer says in `error_code` how it went, under HTTP status 200; 300000 is "nothing found".
"""

from engine.plugins import Call, CallFailed, FailureKind, Payload, Provider, Web

from .contract import NOT_FOUND, Company, Lookup, Status

PATH = "/services/open/ic/baseinfo/normal"
NOTHING_FOUND = 300000
PASSING: dict[int, FailureKind] = {300001: "server_error", 300004: "rate_limited"}
"""What may be gone at the next try; the others (expired account, no rights, no credit left) need somebody to act."""
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


class Reply(Payload):
    """What the call answers."""

    error_code: int
    reason: str = ""
    result: Entry | None = None


class Tianyancha(Provider):
    """Asks 天眼查."""

    class Options(Payload):
        """Another address (`private` if it is in the own network), and the patience in seconds."""

        url: str = "https://open.api.tianyancha.com"
        seconds: int = 10
        private: bool = False

    def lookup(self, question: Lookup, _call: Call) -> Company:
        """The company with this very credit code: the keyword finds names too. Raises CallFailed."""
        options = self.options
        web = Web(options.url, options.seconds, options.private, {"Authorization": self.setting.secret or ""})
        reply = web.get(PATH, {"keyword": question.tax_id}).read(Reply)
        if reply.error_code not in (0, NOTHING_FOUND):
            raise CallFailed(PASSING.get(reply.error_code, "refused"), f"{reply.error_code} {reply.reason}")
        found = reply.result
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
