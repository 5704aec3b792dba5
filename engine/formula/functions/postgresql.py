"""The functions in SQL: one template per row of the table, constant text with a hole per parameter.

A key is the function's name, followed by the kind of its first parameter where several rows share a name. Each template was
written to give what the Python of its row gives, null for null included, for every value the types allow. {name!how} is the
argument as something else: `t` its canonical text, `o` a text ordered by code point, `a` a list of texts; the others turn a
constant into PostgreSQL's terms. {zone} is the zone of the application, {zero} the sum of nothing, {casing} the collation of
capital and small letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .row import Function

_PLACES = "(CASE WHEN {n} > 20 THEN 20 WHEN {n} < -29 THEN -29 ELSE trunc({n}) END)::int"
_UNIT = f"('1e' || -{_PLACES})::numeric"
_FINE = "1.00000000000000000000"
_FINER = "1.000000000000000000000000000000"
_SCALED = "1e48"
"""A number that no result may have: the range check behind it fails with FX605."""

_FIRST, _LAST = "DATE '0001-01-01'", "DATE '9999-12-31'"
_BEGIN, _END = "-62135596800", "253402300800"
"""The first second of year 1, and that after year 9999; PostgreSQL's own calendar fails beyond others."""
_WALL = "{m} AT TIME ZONE {zone}"


def _count(name: str) -> str:
    return f"LEAST(trunc({{{name}}}), 1000000000)::int"


def _held(number: str, most: int) -> str:
    """A whole number within bounds that are wider than those tested: constants are calculated before any CASE is looked at."""
    return f"LEAST(GREATEST({number}, -{most}), {most})::int"


def _later(day: str, days: str) -> str:
    """A date some whole days later, null outside the years 1 to 9999."""
    return f"CASE WHEN {days} BETWEEN {_FIRST} - {day} AND {_LAST} - {day} THEN {day} + {_held(days, 4_000_000)} END"


def _reaches(day: str, months: str) -> str:
    """Whether a date some months later lies in the years 1 to 9999."""
    return f"extract(year FROM {day}) * 12 + extract(month FROM {day}) - 1 + {months} BETWEEN 12 AND 119999"


def _once(calculation: str, name: str, part: str) -> str:
    """A calculation over a part that is calculated once, under a name."""
    return f"(SELECT {calculation} FROM (SELECT {part} AS v OFFSET 0) AS {name})"  # noqa: S608 - texts of ours only


def _part(part: str) -> dict[str, str]:
    return {
        f"{part.upper()} date": f"extract({part} FROM {{d}})::numeric",
        f"{part.upper()} datetime": f"extract({part} FROM {_WALL})::numeric",
    }


_WEEKDAY = (
    "CASE trunc({{kind}}) WHEN 1 THEN extract(dow FROM {0}) + 1 WHEN 2 THEN extract(isodow FROM {0})"
    " WHEN 3 THEN extract(isodow FROM {0}) - 1 END::numeric"
)
_START = f"make_date(LEAST(GREATEST(trunc({{y}}), 1), 9999)::int, 1, 1) + make_interval(months => {_held('trunc({m})', 200_000)} - 1)"
_NEAR = "trunc({y}) BETWEEN 1 AND 9999 AND trunc({y}) * 12 + trunc({m}) - 1 BETWEEN 12 AND 119999"
_DATE = _once(_later("s.v", "trunc({d}) - 1"), "s", f"CASE WHEN {_NEAR} THEN ({_START})::date END")
_TICKS = "(trunc({hour}) * 3600 + trunc({minute}) * 60 + trunc({second}))"
_MOMENT = (
    f"CASE WHEN extract(epoch FROM c.v) + {_TICKS} >= {_BEGIN} AND extract(epoch FROM c.v) + {_TICKS} < {_END}"
    f" THEN (c.v + make_interval(secs => LEAST(GREATEST({_TICKS}, -1e12), 1e12)::float8)) AT TIME ZONE {{zone}} END"
)
_SPAN = "(12 * (extract(year FROM {b}) - extract(year FROM {a})) + extract(month FROM {b}) - extract(month FROM {a})"
_WHOLE_MONTHS = f"{_SPAN} - CASE WHEN extract(day FROM {{b}}) < extract(day FROM {{a}}) THEN 1 ELSE 0 END)::int"
_MONTHS, _DAYS, _SECONDS = "(trunc({n}) * {unit!months})", "(trunc({n}) * {unit!days})", "(trunc({n}) * {unit!seconds})"
_STEP = f"make_interval(months => {_held(_MONTHS, 200_000)}, days => {_held(_DAYS, 4_000_000)})"
_BY_SECONDS = (
    f"CASE WHEN extract(epoch FROM {{m}}) + {_SECONDS} >= {_BEGIN} AND extract(epoch FROM {{m}}) + {_SECONDS} < {_END}"
    f" THEN ({{m}} AT TIME ZONE 'UTC' + make_interval(secs => LEAST(GREATEST({_SECONDS}, -1e12), 1e12)::float8)) AT TIME ZONE 'UTC' END"
)


def _stepped(day: str, start: str) -> str:
    within = f"{_reaches(day, _MONTHS)} AND {_DAYS} BETWEEN {_FIRST} - {day} AND {_LAST} - {day}"
    return f"CASE WHEN {within} THEN {start} + {_STEP} END"


_MICROSECONDS = "round((extract(epoch FROM {x}) * 1000000)::numeric)"
_LENGTH = (
    "CASE WHEN abs({m}) < 316224000000000000 THEN make_interval(days => div({m}, 86400000000)::int)"
    " + mod({m}, 86400000000)::float8 * INTERVAL '1 microsecond' END"
)
_DIVIDE = "sign({a}) * sign({b}) * div(abs({a}) * 200000000000000000000 + abs({b}), NULLIF(2 * abs({b}), 0)) * 0.00000000000000000001"
_MONDAYS = "(SELECT ({0} / 7) * 5 + LEAST({0} % 7{1}, 5))"
_WORKING = (
    _MONDAYS.format(f"(GREATEST({{a}}, {{b}}) - {_FIRST})", " + 1") + " - " + _MONDAYS.format(f"(LEAST({{a}}, {{b}}) - {_FIRST})", "")
)
_FREE = (
    "(SELECT count(DISTINCT h.d) FROM unnest({holidays!dates}) AS h(d)"
    " WHERE h.d BETWEEN LEAST({a}, {b}) AND GREATEST({a}, {b}) AND extract(isodow FROM h.d) < 6)"
)
_FOUND = "strpos(substr({0}, {2}), {1})"
_FIND = (
    "CASE WHEN {{start}} >= 1 AND {{s}} IS NOT NULL THEN (CASE WHEN {2} > char_length({{t}}) + 1 OR " + _FOUND + " = 0 THEN 0"
    " ELSE " + _FOUND + " + {2} - 1 END)::numeric END"
)
_TOO_LONG = "('FX606' || left({t}, 0))::numeric::text"
"""Fails in a way that can be told from other failures, and only for the row at hand."""
_FOUND_OFTEN = (
    "(char_length({t}) - char_length(replace({t}, {old}, '')))::numeric / NULLIF(char_length({old}), 0)"
    " * (char_length({new}) - char_length({old}))"
)
"""By how much a text grows; asked before it is made, since it could be of a gigabyte."""
_VALUE = r"'^[+-]?([0-9]+|[0-9]{1,3}(,[0-9][0-9][0-9])+)([.][0-9]+)?$'"


_MEAN = (
    f"(SELECT {_DIVIDE.format(a='n.s', b='n.c')}"  # noqa: S608 - texts of ours only
    " FROM (SELECT sum(v) AS s, count(v)::numeric AS c FROM unnest(ARRAY[{a}{more:, }]) AS v) AS n)"
)


_LISTED = "unnest(ARRAY[]::text[]{items!a: || }) WITH ORDINALITY AS i(v, n)"
_JOINED = (
    "CASE WHEN {sep} IS NOT NULL AND {skip} IS NOT NULL THEN (SELECT COALESCE(string_agg(COALESCE(i.v, ''), {sep} ORDER BY i.n), '')"  # noqa: S608 - texts of ours only
    f" FROM {_LISTED} WHERE NOT ({{skip}} AND COALESCE(i.v, '') = '')) END"
)


_SHORT = 500
"""No number, day or code has so many bytes."""


def _limited(text: str) -> str:
    """A text that fails where it is longer than the language allows."""
    return _once(f"CASE WHEN char_length(t.v) > 32767 THEN {_TOO_LONG.replace('{t}', 't.v')} ELSE t.v END", "t", text)


def joined_texts(names: Sequence[str], long: Sequence[str]) -> str:
    """The template of `&` for texts of these names.

    Those that may be `long` are measured by their bytes first, which costs nothing; numbers, days and codes would be made twice for it.
    """
    text = " || ".join(f"COALESCE({{{name}}}, '')" for name in names)
    if not long:
        return text
    octets = " + ".join(f"COALESCE(octet_length({{{name}}}), 0)" for name in long)
    room = 32767 - _SHORT * (len(names) - len(long))
    return f"CASE WHEN {octets} > {room} AND char_length({text}) > 32767 THEN {_TOO_LONG.replace('{t}', text)} ELSE {text} END"


def _cased(how: str, name: str) -> str:
    return f'({how}({{{name}}} COLLATE {{casing}}) COLLATE "C")'


TEMPLATES: dict[str, str] = {
    # conditions
    "XOR": "{a} <> {b}",
    "NULLIF": "NULLIF({a}, {b})",
    "ISBLANK": "{x} IS NULL OR {x} = ''",
    "BETWEEN": "{x!o} >= {lo} AND {x!o} <= {hi}",
    # numbers
    "ABS": "abs({x})",
    "SIGN": "sign({x})",
    "INT": "floor({x})",
    "ROUND": f"round({{x}}, {_PLACES})",
    "ROUNDDOWN": f"trunc({{x}}, {_PLACES})",
    "TRUNC": f"trunc({{x}}, {_PLACES})",
    "ROUNDUP": f"trunc({{x}}, {_PLACES}) + CASE WHEN trunc({{x}}, {_PLACES}) = {{x}} THEN 0 ELSE sign({{x}}) * {_UNIT} END",
    "ROUNDEVEN": f"CASE WHEN abs({{x}} - trunc({{x}}, {_PLACES})) * 2 = {_UNIT} THEN trunc({{x}}, {_PLACES})"
    f" + CASE WHEN mod(trunc({{x}}, {_PLACES}), 2 * {_UNIT}) = 0 THEN 0 ELSE sign({{x}}) * {_UNIT} END ELSE round({{x}}, {_PLACES}) END",
    "FLOOR": "CASE WHEN {step} > 0 THEN {x} - mod(mod({x}, {step}) + {step}, {step}) END",
    "CEILING": "CASE WHEN {step} > 0 THEN {x} + mod(mod(-{x}, {step}) + {step}, {step}) END",
    "MROUND": "CASE WHEN {step} > 0 THEN sign({x}) * {step} * div(abs({x}) * 2 + {step}, 2 * {step}) END",
    "MOD": "CASE WHEN {b} <> 0 THEN mod(mod({a}, {b}) + {b}, {b}) END",
    "QUOTIENT": "div({a}, NULLIF({b}, 0))",
    "POWER": f"CASE WHEN {{b}} = 0 THEN CASE WHEN {{e}} > 0 THEN 0 END WHEN abs({{e}}) > 1000 THEN {_SCALED}"
    f" WHEN {{e}} = trunc({{e}}) THEN round(power({{b}} * {_FINE}, {{e}}), 20)"
    f" WHEN {{b}} > 0 THEN round(power({{b}} * {_FINE}, {{e}}), 10) END",
    "SQRT": f"CASE WHEN {{x}} >= 0 THEN round(sqrt({{x}} * {_FINE}), 10) END",
    "EXP": f"CASE WHEN {{x}} > 65 THEN {_SCALED} WHEN {{x}} > -60 THEN round(exp({{x}} * {_FINE}), 10) WHEN {{x}} IS NOT NULL THEN 0 END",
    "LN": f"CASE WHEN {{x}} > 0 THEN round(ln({{x}} * {_FINE}), 10) END",
    "LOG": f"CASE WHEN {{x}} > 0 AND {{base}} > 0 AND {{base}} <> 1 THEN round(ln({{x}} * {_FINER}) / ln({{base}} * {_FINER}), 10) END",
    # single values
    "SUM": "(SELECT COALESCE(sum(v), {zero}) FROM unnest(ARRAY[{a}{more:, }]) AS v)",
    "AVERAGE": _MEAN,
    "MIN": "LEAST({a!o}{more:, })",
    "MAX": "GREATEST({a!o}{more:, })",
    "COUNT": "num_nonnulls({a}{more:, })::numeric",
    # texts
    "LEN": "char_length({t})::numeric",
    "LEFT": f"CASE WHEN {{n}} >= 0 THEN left({{t}}, {_count('n')}) END",
    "RIGHT": f"CASE WHEN {{n}} >= 0 THEN right({{t}}, {_count('n')}) END",
    "MID": f"CASE WHEN {{start}} >= 1 AND {{n}} >= 0 THEN substr({{t}}, {_count('start')}, {_count('n')}) END",
    "UPPER": _cased("upper", "t"),
    "LOWER": _cased("lower", "t"),
    "TRIM": "regexp_replace(btrim({t}, ' '), ' +', ' ', 'g')",
    "TEXTJOIN": _limited(_JOINED),
    "SUBSTITUTE": f"CASE WHEN {{old}} = '' AND {{new}} IS NOT NULL THEN {{t}} WHEN char_length({{t}}) + {_FOUND_OFTEN} > 32767"
    f" THEN {_TOO_LONG.replace('{t}', '{t} || {old} || {new}')}"
    " ELSE replace({t}, {old}, {new}) END",
    "REPLACE": _limited(
        f"CASE WHEN {{start}} >= 1 AND {{n}} >= 0 THEN left({{t}}, {_count('start')} - 1) || {{new}}"
        f" || substr({{t}}, {_count('start')} + {_count('n')}) END"
    ),
    "FIND": _FIND.format("{t}", "{s}", _count("start")),
    "SEARCH": _FIND.format(_cased("lower", "t"), _cased("lower", "s"), _count("start")),
    "CONTAINS text": "strpos({t}, {s}) > 0",
    "CONTAINS choices": "{code} = ANY({choices})",
    "STARTSWITH": "starts_with({t}, {s})",
    "ENDSWITH": "right({t}, char_length({s})) = {s}",
    "LIKE": "{t} LIKE {pattern!like} ESCAPE '!'",
    "MATCHES": "CASE WHEN char_length({t}) <= 1000 THEN {t} ~ {pattern!regex} END",
    # LEAST passes over null: without the first arm a text would be repeated a billion times
    "REPT": f"CASE WHEN {{n}} < 0 OR {{n}} IS NULL THEN NULL WHEN {{t}} = '' THEN ''"
    f" WHEN char_length({{t}}) * trunc({{n}}) > 32767 THEN {_TOO_LONG} ELSE repeat({{t}}, {_count('n')}) END",
    "LPAD": "CASE WHEN {n} < 0 OR {n} IS NULL OR char_length({c}) <> 1 OR {c} IS NULL THEN NULL"
    " WHEN char_length({t}) >= {n} THEN {t}"
    f" WHEN {{n}} > 32767 THEN {_TOO_LONG} ELSE lpad({{t}}, {_count('n')}, {{c}}) END",
    "UNICHAR": "CASE WHEN trunc({n}) BETWEEN 1 AND 55295 OR trunc({n}) BETWEEN 57344 AND 1114111 THEN chr(trunc({n})::int) END",
    "UNICODE": "CASE WHEN {t} <> '' THEN ascii({t})::numeric END",
    "TEXT number": "to_char(round({x} * {fmt!factor}, {fmt!places}), {fmt!number})",
    "TEXT date": "to_char({d}, {fmt!date})",
    "TEXT datetime": f"to_char({_WALL}, {{fmt!date}})",
    "VALUE": f"CASE WHEN char_length({{t}}) <= 60 AND {{t}} ~ {_VALUE} THEN round(replace({{t}}, ',', '')::numeric, 20) END",
    # dates
    "DATE": _DATE,
    "DATETIME": _once(_MOMENT, "c", f"{_DATE}::timestamp"),
    "DATEVALUE datetime": f"({_WALL})::date",
    **_part("year"),
    **_part("quarter"),
    **_part("month"),
    **_part("day"),
    **{
        f"ISOWEEKNUM {kind}": text.replace("isoweeknum", "week")
        for kind, text in (("date", "extract(week FROM {d})::numeric"), ("datetime", f"extract(week FROM {_WALL})::numeric"))
    },
    "HOUR": f"extract(hour FROM {_WALL})::numeric",
    "MINUTE": f"extract(minute FROM {_WALL})::numeric",
    "SECOND": f"trunc(extract(second FROM {_WALL})::numeric)",
    "WEEKDAY date": _WEEKDAY.format("{d}"),
    "WEEKDAY datetime": _WEEKDAY.format(_WALL),
    "EDATE": f"CASE WHEN {_reaches('{d}', 'trunc({n})')} THEN ({{d}} + make_interval(months => {_held('trunc({n})', 200_000)}))::date END",
    "EOMONTH": f"CASE WHEN {_reaches('{d}', 'trunc({n})')}"
    " THEN (date_trunc('month', {d}::timestamp) + make_interval(months => " + _held("trunc({n})", 200_000) + " + 1))::date - 1 END",
    "DATEADD date": f"({_stepped('{d}', '{d}')})::date",
    "DATEADD datetime": f"CASE WHEN {{unit!seconds}} > 0 THEN {_BY_SECONDS}"
    f" ELSE {_once(_stepped('w.v::date', 'w.v'), 'w', _WALL)} AT TIME ZONE {{zone}} END",
    "DAYS": "({end} - {start})::numeric",
    "DATEDIF": f"CASE WHEN {{a}} <= {{b}} THEN CASE upper({{unit}}) WHEN 'D' THEN {{b}} - {{a}} WHEN 'M' THEN {_WHOLE_MONTHS}"
    f" WHEN 'Y' THEN {_WHOLE_MONTHS} / 12 WHEN 'YM' THEN {_WHOLE_MONTHS} % 12"
    f" WHEN 'MD' THEN {{b}} - ({{a}} + make_interval(months => {_WHOLE_MONTHS}))::date END END::numeric",
    "DURATION": _LENGTH.replace("{m}", "round({n} * {unit!microseconds})"),
    "DURATIONIN": _DIVIDE.format(a=_MICROSECONDS, b="{unit!microseconds}"),
    "NETWORKDAYS": "CASE WHEN {a} IS NOT NULL AND {b} IS NOT NULL"
    f" THEN ({_WORKING} - {_FREE}) * CASE WHEN {{a}} <= {{b}} THEN 1 ELSE -1 END END::numeric",
}


def with_template(row: Function) -> Function:
    """A row with its template. A row that brings its own, or may not be pushed, stays as it is."""
    if row.postgresql or not row.push:
        return row
    kinds = row.params[0].kinds if row.params else ()
    template = TEMPLATES.get(f"{row.name} {kinds[0].value}" if kinds else row.name) or TEMPLATES.get(row.name, "")
    return replace(row, postgresql=template)
