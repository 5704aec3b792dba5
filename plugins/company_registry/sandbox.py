"""A register in a file, for demonstrations and tests: `options: {file: …}`, relative to the application."""

from engine.plugins import Call, CallFailed, FailureKind, Payload, Provider, kept

from .contract import NOT_FOUND, Company, Lookup, Status


class Entry(Payload):
    """A company of the file; `fails` lets a call fail in this way, to see what an application does then."""

    tax_id: str
    status: Status = "存续"
    name: str | None = None
    address: str | None = None
    fails: FailureKind | None = None


class Book(Payload):
    """The file."""

    companies: list[Entry]


class Sandbox(Provider):
    """Answers from the file."""

    class Options(Payload):
        """Where the file is."""

        file: str

    def lookup(self, question: Lookup, _call: Call) -> Company:
        """The company of the file with this number. Raises CallFailed when the file says so or cannot be read."""
        entry = next((e for e in kept(self.setting, self.options.file, Book).companies if e.tax_id == question.tax_id), None)
        if entry is None:
            return NOT_FOUND
        if entry.fails:
            raise CallFailed(entry.fails, "The sandbox plays a failure")
        return Company(status=entry.status, name=entry.name, address=entry.address)
