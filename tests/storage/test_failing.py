"""What goes wrong in a formula while a list is read is told as that, on the driver itself too: nobody's filter is an error of the server."""

import pytest

from engine.formula import FormulaFailure
from tests.applications import opened

YAML = """
    app: shop
    languages: [en]
    roles: {seller: {}}
    ---
    entity: lead
    fields:
      n: {type: integer}
      note: {type: long_text}
    access:
      seller: {read: true, create: true}
"""


@pytest.mark.parametrize(("where", "code"), [("n ^ 99999 > 1", "FX605"), ("LEN(REPT(note, 5)) > 1", "FX606")])
def test_a_filter_that_fails_says_why(database_url: str, where: str, code: str) -> None:
    with opened(YAML, database_url) as world:
        world.person("sam", roles=["seller"])
        world.save("sam", "lead", n=7, note="a" * 30_000)
        with pytest.raises(FormulaFailure) as caught:
            world.find("sam", "lead", where)
        assert caught.value.code == code
        assert world.find("sam", "lead", "n = 7") == [1], "what is asked next is answered"
