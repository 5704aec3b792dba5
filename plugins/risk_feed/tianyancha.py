"""天眼查开放平台, https://open.tianyancha.com: one call for each kind of entry; the token of the account is the secret.

An answer says in `error_code` how it went, under HTTP status 200; 300000 is "nothing found", which here is good news.
"""

from engine.plugins import Call, CallFailed, FailureKind, Payload, Provider, Web

from .contract import Risks, Screen

NOTHING_FOUND = 300000
FAILURES: dict[int, FailureKind] = {300001: "server_error", 300004: "rate_limited"}
"""What passes by itself; the others (expired account, no rights, no credit left) need somebody to act."""

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


class Reply(Payload):
    """What each call answers."""

    error_code: int
    reason: str = ""
    result: Total | None = None


class Tianyancha(Provider):
    """Asks 天眼查."""

    class Options(Payload):
        """Another address (`private` if it is in the own network), and the patience in seconds."""

        url: str = "https://open.api.tianyancha.com"
        seconds: int = 10
        private: bool = False

    def screen(self, question: Screen, _call: Call) -> Risks:
        """The number of entries of each kind. Raises CallFailed."""
        options = self.options
        web = Web(options.url, options.seconds, options.private, {"Authorization": self.setting.secret or ""})
        return Risks(**{kind: _total(web, path, question.tax_id) for kind, path in PATHS.items()})


def _total(web: Web, path: str, tax_id: str) -> int:
    reply = web.get(path, {"keyword": tax_id, "pageNum": "1", "pageSize": "1"}).read(Reply)
    if reply.error_code == NOTHING_FOUND:
        return 0
    if reply.error_code or reply.result is None:
        raise CallFailed(FAILURES.get(reply.error_code, "refused"), f"{reply.error_code} {reply.reason}")
    return reply.result.total
