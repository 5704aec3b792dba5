"""A feed in a file, for demonstrations and tests: `options: {file: …}`, relative to the application."""

from engine.plugins import Call, CallFailed, FailureKind, Payload, Provider, kept

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
    """Answers from the file."""

    class Options(Payload):
        """Where the file is."""

        file: str

    def screen(self, question: Screen, _call: Call) -> Risks:
        """What the file says of this company. Raises CallFailed when the file says so or cannot be read."""
        entry = next((e for e in kept(self.setting, self.options.file, Book).companies if e.tax_id == question.tax_id), None)
        if entry is None:
            return Risks()
        if entry.fails:
            raise CallFailed(entry.fails, "The sandbox plays a failure")
        return entry.risks
