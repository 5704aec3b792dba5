"""Zero has no sign, however it was sent or computed."""

from engine.records import load
from tests.applications import opened

YAML = """
    app: desk
    languages: [en]
    roles: {agent: {}}
    ---
    entity: ticket
    fields:
      hours: {type: decimal, digits: 2}
      share: {type: percent}
      tenth: {type: decimal, digits: 2, formula: hours / 10}
      shown: {type: decimal, digits: 1, formula: hours / 10, keep: virtual}
    access:
      agent: {read: true, create: true, update: true}
"""


def test_zero_has_no_sign(database_url: str) -> None:
    with opened(YAML, database_url) as world:
        world.person("ann", roles=["agent"])
        made = world.save("ann", "ticket", hours="-0", share="-0%")
        assert [str(made[name]) for name in ("hours", "share", "tenth")] == ["0.00", "0.0000", "0.00"]
        small = world.save("ann", "ticket", hours="-0.04")
        assert (str(small["tenth"]), small["tenth"]) == ("0.00", 0)
        assert len(world.find("ann", "ticket", "tenth = 0")) == 2
        with world.look("ann") as view:
            assert str(load(view, "ticket", int(str(small["id"]))).values["shown"]) == "0.0"
