"""Functions of dates, datetimes and durations; parts of a datetime are those of the application's zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from engine.formula import dates
from engine.formula.frame import Frame
from engine.formula.numbers import EXACT, divide
from engine.formula.types import DATE, DATETIME, DURATION, NUMBER, Kind

from .results import like_first, small
from .row import Function, doc, number, one, text, word

D, M = one("d", Kind.DATE), one("m", Kind.DATETIME)
_RANGE = "W904"
_LARGE = 10**9


def _whole(n: Decimal) -> int:
    return max(-_LARGE, min(_LARGE, int(n)))


def _date(y: Decimal, m: Decimal, d: Decimal) -> date | None:
    year = _whole(y)
    if not 1 <= year <= 9999:
        return None
    start = dates.plus_months(date(year, 1, 1), _whole(m) - 1)
    return dates.plus_days(start, _whole(d) - 1) if start else None


def _datetime(frame: Frame, y: Decimal, m: Decimal, d: Decimal, *clock: Decimal) -> datetime | None:
    day = _date(y, m, d)
    if day is None:
        return None
    hours, minutes, seconds = (_whole(part) for part in clock)
    at = dates.plus(dates.midnight(day), timedelta(hours=hours, minutes=minutes, seconds=seconds))
    return dates.instant(at, frame.zone) if at else None


def _read_date(t: str) -> date | None:
    return dates.read_date(t)


def _date_of(frame: Frame, m: datetime) -> date:
    return dates.local(m, frame.zone).date()


def _read_datetime(frame: Frame, t: str) -> datetime | None:
    return dates.read_datetime(t, frame.zone)


def _today(frame: Frame) -> date:
    return frame.today


def _now(frame: Frame) -> datetime:
    return frame.now


def _part(name: str) -> tuple[object, object]:
    def of_date(d: date) -> Decimal:
        return Decimal(_PARTS[name](d))

    def of_datetime(frame: Frame, m: datetime) -> Decimal:
        return Decimal(_PARTS[name](dates.local(m, frame.zone)))

    return of_date, of_datetime


_PARTS = {
    "YEAR": lambda d: d.year,
    "QUARTER": lambda d: (d.month + 2) // 3,
    "MONTH": lambda d: d.month,
    "DAY": lambda d: d.day,
    "HOUR": lambda d: d.hour,
    "MINUTE": lambda d: d.minute,
    "SECOND": lambda d: d.second,
    "ISOWEEKNUM": lambda d: d.isocalendar().week,
}


def _weekday(d: date, kind: Decimal) -> Decimal | None:
    return {1: Decimal(d.isoweekday() % 7 + 1), 2: Decimal(d.isoweekday()), 3: Decimal(d.weekday())}.get(int(kind))


def _weekday_at(frame: Frame, m: datetime, kind: Decimal) -> Decimal | None:
    return _weekday(dates.local(m, frame.zone), kind)


def _edate(d: date, n: Decimal) -> date | None:
    return dates.plus_months(d, _whole(n))


def _eomonth(d: date, n: Decimal) -> date | None:
    first = dates.plus_months(d.replace(day=1), _whole(n))
    if first is None:
        return None
    after = dates.plus_months(first, 1)
    return dates.plus_days(after, -1) if after else first.replace(day=31)


def _dateadd(d: date, n: Decimal, unit: str) -> date | None:
    unit = unit.lower()
    if unit in dates.MONTHS:
        return dates.plus_months(d, _whole(n) * dates.MONTHS[unit])
    return dates.plus_days(d, _whole(n) * (7 if unit == "weeks" else 1))


def _dateadd_at(frame: Frame, m: datetime, n: Decimal, unit: str) -> datetime | None:
    unit = unit.lower()
    if unit in ("hours", "minutes", "seconds"):
        length = dates.duration(_whole(n) * dates.SECONDS[unit] * 1_000_000)
        return dates.plus(m, length) if length is not None else None
    at = dates.local(m, frame.zone).replace(tzinfo=None)
    day = _dateadd(at.date(), n, unit)
    return dates.instant(datetime.combine(day, at.time()), frame.zone) if day else None


def _days(end: date, start: date) -> Decimal:
    return Decimal(end.toordinal() - start.toordinal())


def _datedif(a: date, b: date, unit: str) -> Decimal | None:
    if a > b:
        return None
    months = 12 * (b.year - a.year) + b.month - a.month - (b.day < a.day)
    if unit.upper() == "MD":
        at = dates.plus_months(a, months)
        return _days(b, at) if at else None
    return {"D": _days(b, a), "M": Decimal(months), "Y": Decimal(months // 12), "YM": Decimal(months % 12)}[unit.upper()]


def _duration(n: Decimal, unit: str) -> timedelta | None:
    return dates.duration(EXACT.multiply(n, Decimal(dates.SECONDS[unit.lower()] * 1_000_000)).quantize(Decimal(1), ROUND_HALF_UP, EXACT))


def _duration_in(x: timedelta, unit: str) -> Decimal | None:
    return divide(Decimal(dates.microseconds(x)), Decimal(dates.SECONDS[unit.lower()] * 1_000_000))


def _parts_rows(name: str, digits: int, words: dict[str, str], example: tuple[str, str], clock: bool = False) -> tuple[Function, ...]:
    of_date, of_datetime = _part(name)
    at = Function(name, (M,), small(digits), of_datetime, words, (example,), frame=True)  # type: ignore[arg-type]
    if clock:
        return (at,)
    return (Function(name, (D,), small(digits), of_date, words, (example,)), at)  # type: ignore[arg-type]


_UNITS = ("days", "weeks", "months", "quarters", "years")
_LENGTHS = ("seconds", "minutes", "hours", "days", "weeks")
_LENGTH_UNIT = word("unit", *_LENGTHS)
CALENDAR = (
    Function(
        "DATE", (number("y"), number("m"), number("d")), DATE, _date, doc("A date; months and days roll over.", "日期；月、日可溢出进位。"),
        (("DATE(2024, 2, 30)", "2024-03-01"),), warning=_RANGE,
    ),
    Function(
        "DATETIME", tuple(number(n) for n in ("y", "m", "d")) + tuple(number(n, "0") for n in ("hour", "minute", "second")), DATETIME,
        _datetime, doc("A datetime in the zone of the application; parts roll over.", "应用时区的日期时间。"),
        (("DATETIME(2024, 3, 15, 9, 30, 0)", "2024-03-15 09:30:00"),), warning=_RANGE, frame=True,
    ),
    Function(
        "DATEVALUE", (text("t"),), DATE, _read_date, doc("The date a text shows as yyyy-mm-dd; else null.", "把 yyyy-mm-dd 文本读成日期。"),
        (('DATEVALUE("2024-02-29")', "2024-02-29"),), warning="W903", push=False,
    ),
    Function(
        "DATEVALUE", (M,), DATE, _date_of, doc("The date of a datetime.", "日期时间的日期。"),
        (("DATEVALUE(created_at)", "2024-03-15"),), frame=True,
    ),
    Function(
        "DATETIMEVALUE", (text("t"),), DATETIME, _read_datetime, doc("The datetime a text shows; else null.", "把文本读成日期时间。"),
        (('DATETIMEVALUE("2024-02-29T10:30:00")', "2024-02-29 10:30:00"),), warning="W903", frame=True, push=False,
    ),
    Function(
        "TODAY", (), DATE.nullable(False), _today, doc("The date of the transaction.", "今天。"),
        (("TODAY()", "2024-03-15"),), frame=True, clock=True, nulls=True,
    ),
    Function(
        "NOW", (), DATETIME.nullable(False), _now, doc("The instant of the transaction.", "现在。"),
        (("NOW()", "2024-03-15 09:30:00"),), frame=True, clock=True, nulls=True,
    ),
    *_parts_rows("YEAR", 4, doc("The year.", "年。"), ("YEAR(DATE(2024,12,31))", "2024")),
    *_parts_rows("QUARTER", 1, doc("The quarter, 1 to 4.", "季度。"), ("QUARTER(DATE(2024,4,1))", "2")),
    *_parts_rows("MONTH", 2, doc("The month.", "月。"), ("MONTH(DATE(2024,2,29))", "2")),
    *_parts_rows("DAY", 2, doc("The day of the month.", "日。"), ("DAY(DATE(2024,2,29))", "29")),
    *_parts_rows("HOUR", 2, doc("The hour of a datetime.", "时。"), ("HOUR(created_at)", "9"), clock=True),
    *_parts_rows("MINUTE", 2, doc("The minute of a datetime.", "分。"), ("MINUTE(created_at)", "30"), clock=True),
    *_parts_rows("SECOND", 2, doc("The second of a datetime.", "秒。"), ("SECOND(created_at)", "5"), clock=True),
    *_parts_rows("ISOWEEKNUM", 2, doc("The week of the year by ISO 8601.", "ISO 周数。"), ("ISOWEEKNUM(DATE(2024,12,30))", "1")),
    Function(
        "WEEKDAY", (D, number("kind", "1")), small(1), _weekday,
        doc("The day of the week: 1 Sunday = 1, 2 Monday = 1, 3 Monday = 0.", "星期几：1 周日 = 1，2 周一 = 1，3 周一 = 0。"),
        (("WEEKDAY(DATE(2024,3,15), 2)", "5"),), warning="W902",
    ),
    Function(
        "WEEKDAY", (M, number("kind", "1")), small(1), _weekday_at, doc("The day of the week of a datetime.", "日期时间是星期几。"),
        (("WEEKDAY(created_at, 2)", "5"),), frame=True, warning="W902",
    ),
    Function(
        "EDATE", (D, number("n")), DATE, _edate,
        doc("The date n months later, clamped to the end of the month.", "n 个月后的日期，月末对齐。"),
        (("EDATE(DATE(2024,1,31), 1)", "2024-02-29"),), warning=_RANGE,
    ),
    Function(
        "EOMONTH", (D, number("n")), DATE, _eomonth, doc("The last day of the month n months later.", "n 个月后的月末。"),
        (("EOMONTH(DATE(2024,2,10), 0)", "2024-02-29"),), warning=_RANGE,
    ),
    Function(
        "DATEADD", (D, number("n"), word("unit", *_UNITS)), DATE, _dateadd, doc("The date n units later; months clamp.", "加 n 个单位。"),
        (('DATEADD(DATE(2024,1,31), 1, "months")', "2024-02-29"),), warning=_RANGE,
    ),
    Function(
        "DATEADD", (M, number("n"), word("unit", *_UNITS, "hours", "minutes", "seconds")), like_first, _dateadd_at,
        doc("The datetime n units later; days and longer keep the time of day.", "日期时间加 n 个单位。"),
        (('DATEADD(created_at, 90, "minutes")', "2024-03-01 01:00:00"),), warning=_RANGE, frame=True,
    ),
    Function(
        "DAYS", (one("end", Kind.DATE), one("start", Kind.DATE)), small(7), _days, doc("The days from start to end.", "两日期相差天数。"),
        (("DAYS(DATE(2024,3,1), DATE(2024,2,1))", "29"),),
    ),
    Function(
        "DATEDIF", (one("a", Kind.DATE), one("b", Kind.DATE), word("unit", "y", "m", "d", "ym", "md")), small(7), _datedif,
        doc("Whole years Y, months M, days D from a to b, or what is left of them YM, MD; null for a > b.", "a 到 b 的整年、月、日。"),
        (('DATEDIF(DATE(2024,1,31), DATE(2024,2,29), "M")', "0"),), warning="W902",
    ),
    Function(
        "DURATION", (number("n"), _LENGTH_UNIT), DURATION, _duration, doc("An exact length of time.", "时长。"),
        (('DURATION(90, "minutes")', "PT1H30M0S"),), warning=_RANGE,
    ),
    Function(
        "DURATIONIN", (one("x", Kind.DURATION), _LENGTH_UNIT), NUMBER, _duration_in,
        doc("How many units a length has.", "时长折合多少单位。"), (('DURATIONIN(DURATION(90, "minutes"), "hours")', "1.5"),),
    ),
)  # fmt: skip
