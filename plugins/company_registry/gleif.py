"""The public register of legal entity identifiers, https://www.gleif.org/en/lei-data/gleif-api: free, no key, 60 calls a minute.

It knows a company when that company has an LEI; `registeredAs` holds its number in the register of its own country.
"""

from engine.plugins import Call, Payload, Provider, Web

from .contract import NOT_FOUND, Company, Lookup, Status

VOID = frozenset({"ANNULLED", "DUPLICATE"})
"""Registrations that say nothing about a company: made by mistake, or twice."""


class Name(Payload):
    """A name in one language."""

    name: str


class Address(Payload, rename="camel"):
    """Where the company is registered."""

    address_lines: tuple[str, ...] = ()
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None

    def in_words(self) -> str:
        """One line, from small to large."""
        return ", ".join(part for part in (*self.address_lines, self.postal_code, self.city, self.region, self.country) if part)


class Entity(Payload, rename="camel"):
    """The company itself."""

    legal_name: Name
    legal_address: Address = Address()
    registered_as: str | None = None
    status: str | None = None


class Registration(Payload):
    """The state of the identifier, which is not that of the company."""

    status: str | None = None


class Attributes(Payload):
    """The content of a record."""

    entity: Entity
    registration: Registration = Registration()


class Record(Payload):
    """One identifier."""

    attributes: Attributes


class Found(Payload):
    """A page of records."""

    data: list[Record]


class Gleif(Provider):
    """Asks GLEIF."""

    class Options(Payload):
        """Another address (`private` if it is in the own network), the country of the numbers, and the patience in seconds."""

        url: str = "https://api.gleif.org/api/v1"
        country: str = "CN"
        seconds: int = 10
        private: bool = False

    def lookup(self, question: Lookup, _call: Call) -> Company:
        """The company registered under this very number. Raises CallFailed."""
        options = self.options
        web = Web(options.url, options.seconds, options.private, {"Accept": "application/vnd.api+json"})
        params = {
            "filter[entity.registeredAs]": question.tax_id,
            "filter[entity.legalAddress.country]": options.country,
            "page[size]": "10",
        }
        records = web.get("/lei-records", params).read(Found).data
        return next((_company(r.attributes.entity) for r in records if _speaks_of(r, question.tax_id)), NOT_FOUND)


def _speaks_of(record: Record, tax_id: str) -> bool:
    return record.attributes.entity.registered_as == tax_id and record.attributes.registration.status not in VOID


def _company(entity: Entity) -> Company:
    status: Status = "存续" if entity.status == "ACTIVE" else "注销"
    return Company(status=status, name=entity.legal_name.name, address=entity.legal_address.in_words() or None)
