"""A connector and a function of formulas, as small as they can be."""

from engine.plugins import Action, Call, Connector, Payload, Provider, hookimpl


class Question(Payload):
    """A company by its number."""

    tax_id: str


class Answer(Payload):
    """What is known of it."""

    name: str
    active: bool = True


class Sandbox(Provider):
    """Knows everybody."""

    class Options(Payload):
        """Where the companies stand."""

        file: str = ""

    def lookup(self, question: Question, call: Call) -> Answer:
        """The company."""
        return Answer(name=question.tax_id)


REGISTER = Connector("register", {"lookup": Action(Question, Answer)}, {"sandbox": Sandbox})


@hookimpl
def connectors() -> tuple[Connector, ...]:
    """The register."""
    return (REGISTER,)
