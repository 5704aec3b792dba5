"""Random formulas over the world of orders, typed by construction: every text that comes out compiles."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from hypothesis import strategies as st


@dataclass(frozen=True)
class Place:
    """Where a part of a formula stands: how deep, and whether inside an aggregate over `lines` or `customer.orders`."""

    depth: int
    inside: str = ""

    def deeper(self) -> "Place":
        return replace(self, depth=self.depth - 1)


FIELDS: dict[str, dict[str, list[str]]] = {
    "": {
        "number": ["qty", "price", "tiny", "big", "customer.credit", "customer.region.level", "before.price", "user.limit"],
        "text": ["note", "code", "customer.name", "customer.region.code", "before.note", "user.department"],
        "boolean": ["flag", "done", "customer.vip", "user.active"],
        "date": ["due", "made", "customer.since", "user.since"],
        "datetime": ["at", "seen", "before.at"],
        "duration": ["span"],
    },
    "lines": {
        "number": ["amount", "part", "parent.price", "maker.credit"],
        "text": ["item", "parent.note", "maker.name"],
        "boolean": ["ok", "parent.flag"],
        "date": ["due", "parent.due"],
        "datetime": ["parent.at"],
        "duration": ["parent.span"],
    },
    "customer.orders": {
        "number": ["price", "qty", "parent.price"],
        "text": ["code", "note"],
        "boolean": ["done"],
        "date": ["made", "parent.due"],
        "datetime": ["seen"],
        "duration": ["span"],
    },
}
LITERALS = {
    "number": ["0", "1", "2", "-1", "0.5", "10", "100.25", "3%", "7"],
    "text": ['""', '"a"', '"采"', '"ab"', '"-"', '" "'],
    "boolean": ["TRUE", "FALSE"],
    "date": ["DATE(2024,2,29)", "today()", "DATE(2023,12,31)"],
    "datetime": ["now()"],
    "duration": ['DURATION(90,"minutes")', 'DURATION(2,"days")'],
}
# What makes each kind: {n} number, {t} text, {b} boolean, {d} date, {m} datetime, {l} duration, each a formula of its own.
MADE = {
    "number": [
        "({n} + {n})", "({n} - {n})", "({n} * {n})", "({n} / {n})", "({n} / 7)", "({n} / 8)", "-({n})", "ABS({n})", "SIGN({n})", "INT({n})", "ROUND({n}, 1)",
        "ROUND({n})", "ROUND({n}, -1)", "ROUNDUP({n}, 1)", "ROUNDDOWN({n}, 1)", "ROUNDEVEN({n}, 1)", "FLOOR({n}, 0.3)", "CEILING({n}, 2)", "MROUND({n}, {n})",
        "MOD({n}, {n})", "QUOTIENT({n}, {n})", "POWER({n}, 2)", "POWER({n}, -1)", "SQRT({n})", "SUM({n}, {n})", "MIN({n}, {n})", "MAX({n}, {n})",
        "AVERAGE({n}, {n})", "COALESCE({n}, {n})", "NULLIF({n}, {n})", "IF({b}, {n}, {n})", "IFS({b}, {n}, {b}, {n})", 'SWITCH({t}, "a", {n}, "采购", {n}, {n})',
        "LEN({t})", "FIND({t}, {t})", 'SEARCH("A", {t})', "VALUE({t})", "UNICODE({t})", "YEAR({d})", "MONTH({d})", "DAY({m})", "WEEKDAY({d}, 2)", "ISOWEEKNUM({d})",
        "HOUR({m})", "({d} - {d})", "DAYS({d}, {d})", 'DATEDIF({d}, {d}, "M")', 'DATEDIF({d}, {d}, "MD")', "NETWORKDAYS({d}, {d})",
        'DURATIONIN({l}, "hours")', "LOG(ABS({n}) + 1)",
    ],
    "text": [
        "({t} & {t})", '({n} & "")', "({d} & {t})", '({m} & "")', "LEFT({t}, 2)", "RIGHT({t}, {n})", "MID({t}, 2, {n})", "UPPER({t})", "LOWER({t})", "TRIM({t})",
        "CONCAT({t}, {n})", 'TEXTJOIN(",", TRUE, {t}, {t})', 'TEXTJOIN("-", FALSE, {t}, {n})', "SUBSTITUTE({t}, {t}, {t})", "REPLACE({t}, 2, 1, {t})",
        "REPT({t}, 2)", "LPAD({t}, 4)", 'TEXT({n}, "#,##0.00")', 'TEXT({n}, "0%")', 'TEXT({d}, "dd/mm/yyyy")', 'TEXT({m}, "yyyy-mm-dd hh:mm:ss")',
        "IF({b}, {t}, {t})", "COALESCE({t}, {t})", "MIN({t}, {t})", "MAX({t}, {t})", "NULLIF({t}, {t})",
    ],
    "boolean": [
        "({n} = {n})", "({n} <> {n})", "({n} < {n})", "({n} >= {n})", "({t} = {t})", "({t} <> {t})", "({t} < {t})", "({d} = {d})", "({d} <= {d})", "({m} > {m})",
        "({l} < {l})", "({b} and {b})", "({b} or {b})", "(not ({b}))", "XOR({b}, {b})", "({n} = null)", "({t} <> null)", "ISBLANK({t})", "ISBLANK({n})",
        "BETWEEN({n}, {n}, {n})", "ONEOF({n}, {n}, 1)", '({t} in ("a", {t}))', "({n} not in (1, 2))", "CONTAINS({t}, {t})", "STARTSWITH({t}, {t})", "ENDSWITH({t}, {t})",
        'LIKE({t}, "a*")', 'MATCHES({t}, "^[a-z]+$")', "IF({b}, {b}, {b})", "COALESCE({b}, {b})", "({b} = {b})", "EXACT({t}, {t})",
    ],
    "date": [
        "({d} + {n})", "({d} - {n})", "EDATE({d}, {n})", "EOMONTH({d}, {n})", 'DATEADD({d}, 1, "months")', 'DATEADD({d}, {n}, "weeks")', "DATE({n}, {n}, {n})",
        "DATEVALUE({m})", "IF({b}, {d}, {d})", "COALESCE({d}, {d})", "MIN({d}, {d})", "MAX({d}, {d})",
    ],
    "datetime": ["({m} + {l})", "({m} - {l})", 'DATEADD({m}, {n}, "hours")', 'DATEADD({m}, 1, "months")', "IF({b}, {m}, {m})", "COALESCE({m}, {m})"],
    "duration": ["({m} - {m})", 'DURATION({n}, "minutes")', "({l} + {l})", "({l} - {l})", "({l} * 2)"],
}  # fmt: skip
OWN = {
    "boolean": [
        '(status = "sent")',
        '(status <> "draft")',
        'CONTAINS(tags, "vip")',
        "(customer = null)",
        "(customer = user.customer)",
        'HASROLE("boss")',
    ],
    "text": ["LABEL(status)", "(status & code)"],
}
ROWS = {
    "number": [
        "SUM({r}, {n})",
        "SUM({r}, {n}, {b})",
        "AVERAGE({r}, {n})",
        "MIN({r}, {n})",
        "MAX({r}, {n}, {b})",
        "COUNT({r})",
        "COUNT({r}, {b})",
        "COUNTDISTINCT({r}, {n})",
    ],
    "text": ["MIN({r}, {t})", "MAX({r}, {t})", "FIRST({r}, {t}, {n})", "LAST({r}, {t}, {d})"],
    "boolean": ["ANY({r}, {b})", "ALL({r}, {b})", "(not (ANY({r}, {b})))"],
    "date": ["MIN({r}, {d})", "MAX({r}, {d})", "FIRST({r}, {d}, {d})"],
}
SHORT = {"n": "number", "t": "text", "b": "boolean", "d": "date", "m": "datetime", "l": "duration"}


@st.composite
def formulas(draw: st.DrawFn, kind: str, depth: int = 3) -> str:
    """A formula of a kind, of at most some depth."""
    return _formula(draw, kind, Place(depth))


def _formula(draw: st.DrawFn, kind: str, place: Place) -> str:
    ways: list[Callable[[], str]] = [
        lambda: draw(st.sampled_from(FIELDS[place.inside][kind])),
        lambda: draw(st.sampled_from(LITERALS[kind])),
    ]
    if place.depth > 0:
        ways += [lambda: _filled(draw, draw(st.sampled_from(MADE[kind])), place)] * 4
        if not place.inside:
            ways += [lambda: draw(st.sampled_from(OWN[kind]))] if kind in OWN else []
            ways += [lambda: _collected(draw, kind, place)] if kind in ROWS else []
    return draw(st.sampled_from(ways))()


def _collected(draw: st.DrawFn, kind: str, place: Place) -> str:
    path = draw(st.sampled_from(["lines", "customer.orders"]))
    template = draw(st.sampled_from(ROWS[kind])).replace("{r}", path)
    return _filled(draw, template, replace(place, inside=path))


def _filled(draw: st.DrawFn, template: str, place: Place) -> str:
    parts = template.split("{")
    out = parts[0]
    for part in parts[1:]:
        out += _formula(draw, SHORT[part[0]], place.deeper()) + part[2:]
    return out
