"""What is allowed in a formula and most likely not meant is a warning at its place; the application loads."""

from engine.loading import Report


def test_advice(checked: Report) -> None:
    """
    entity: e
    fields:
      a: {type: decimal, required: true}
      b: {type: decimal}
      same: {type: boolean, formula: a / 3 = b}
    checks:
      - {require: a > 1}
      - {require: b > 1}
    """
    told = [(issue.code, issue.level, issue.line, issue.hint) for issue in checked.issues]
    assert told == [("FX310", "warning", 5, "compare rounded values"), ("FX711", "warning", 8, "also mark b required?")]
    assert checked.metadata is not None
