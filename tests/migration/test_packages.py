"""What a package brought is its own: another one that says the same name begins with nothing, and the first finds its data again."""

from engine import migration, records
from engine.loading import Sources, load_sources
from engine.metadata import Metadata
from tests.applications import START, World, opened

SUPPLIER = "entity: supplier\nfields: {name: {type: text}}\naccess: {buyer: {read: true}}\n"
APP = "app: shop\nroles: {buyer: {}}\n"
TIER = "extend: supplier\nfields: {tier: {type: text}}\n"


def definition(packages: str) -> Sources:
    texts = {"app.yaml": f"{APP}packages: [{packages}]\n", "models/supplier.yaml": SUPPLIER}
    texts |= {"models/crm/tier.yaml": TIER, "models/srm/tier.yaml": TIER, "models/none/none.yaml": "choices: none\nvalues: {a: {}}\n"}
    return Sources({path: text.encode() for path, text in texts.items()})


def test_what_a_package_brought_is_its_own(database_url: str) -> None:
    """Both bring `tier`. What is handed from one to the other in one apply stays what it is."""
    with opened(f"{APP}---\n{SUPPLIER}", database_url) as world:
        number = int(str(world.save("system", "supplier", name="Acme")["id"]))
        for package, found in (("crm", None), ("none", None), ("srm", None), ("none", None), ("crm", "crm"), ("srm", "crm")):
            metadata = apply(world, package)
            if package == "none":
                assert "tier" not in metadata.entities["supplier"].fields
                continue
            with world.look("system") as view:
                assert records.fetch(view, "supplier", number)["tier"] == found
            world.save("system", "supplier", number, tier=found or package)


def apply(world: World, package: str) -> Metadata:
    sources = definition(package)
    migration.apply(world.app.database, sources, load_sources(sources), "Li Na", START)
    world.app.serving.reload()
    return world.metadata
