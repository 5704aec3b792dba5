"""天眼查开放平台, https://open.tianyancha.com, as both connectors ask it; the token of the account is the secret.

An answer says in `error_code` how it went, under HTTP status 200; 300000 is "nothing found".
"""

from collections.abc import Mapping
from typing import Generic, TypeVar

from engine.plugins import CallFailed, FailureKind, Payload, Provider, Web

NOTHING_FOUND = 300000
FAILURES: dict[int, FailureKind] = {0: "bad_answer", 300001: "server_error", 300004: "rate_limited"}
"""The others (expired account, no rights, no credit left) are refusals: they need somebody to act."""
Found = TypeVar("Found", bound=Payload)


class Reply(Payload, Generic[Found]):
    """What each call answers."""

    error_code: int
    reason: str = ""
    result: Found | None = None


class Tianyancha(Provider):
    """Asks 天眼查."""

    class Options(Payload):
        """Another address (`private` if it is in the own network), and the patience in seconds."""

        url: str = "https://open.api.tianyancha.com"
        seconds: int = 10
        private: bool = False

    def ask(self, path: str, words: Mapping[str, str], kind: type[Found]) -> Found | None:
        """What one of its calls answers, None where it finds nothing. Raises CallFailed."""
        options = self.options
        web = Web(options.url, options.seconds, options.private, {"Authorization": self.setting.secret or ""})
        answer: type[Reply[Found]] = Reply[kind]  # type: ignore[valid-type] # msgspec reads a generic struct of any kind
        reply = web.get(path, words).read(answer)
        if reply.error_code == NOTHING_FOUND:
            return None
        if reply.error_code or reply.result is None:
            raise CallFailed(FAILURES.get(reply.error_code, "refused"), f"{reply.error_code} {reply.reason}")
        return reply.result
