"""A feed in a file, for demonstrations and tests: `options: {file: …}`, relative to the application."""

from engine.plugins import Answer, Call, CallFailed, FailureKind, Payload, Provider

from .contract import Risks, Screen


class Entry(Payload):
    """A company of the file; `fails` lets a call fail in this way."""

    tax_id: str
    risks: Risks = Risks()
    fails: FailureKind | None = None


class Book(Payload):
    """The file; about companies that are not in it nothing is said."""

    companies: list[Entry]


class Sandbox(Provider):
    """Answers from the file, which is read at every call so that an edit shows at once."""

    class Options(Payload):
        """Where the file is."""

        file: str

    def screen(self, question: Screen, _call: Call) -> Risks:
        """What the file says of this company. Raises CallFailed when the file says so or cannot be read."""
        entry = next((e for e in self._book().companies if e.tax_id == question.tax_id), None)
        if entry is None:
            return Risks()
        if entry.fails:
            raise CallFailed(entry.fails, "The sandbox plays a failure")
        return entry.risks

    def _book(self) -> Book:
        path = self.setting.root / self.options.file
        try:
            return Answer(200, path.read_bytes()).read(Book)
        except OSError as missing:
            raise CallFailed("refused", f"The sandbox cannot read {self.options.file}") from missing
