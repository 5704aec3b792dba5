"""Functions of numbers: signs, rounding, remainders, powers."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    InvalidOperation,
    Overflow,
)

from engine.formula.numbers import EXACT, ONE, PLACES, ZERO, exact, out_of_range, rounded
from engine.formula.types import NUMBER, Type

from .results import as_divisor, like_first, places, small, unsized, whole
from .row import Function, doc, number

_IRRATIONAL = Context(prec=60, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999)
_TEN_PLACES = 10
_EXPONENT = 1000
X, N = number("x"), number("n", "0")


def _absolute(x: Decimal) -> Decimal:
    return x.copy_abs()


def _sign(x: Decimal) -> Decimal:
    return Decimal((x > 0) - (x < 0))


def _floor(x: Decimal) -> Decimal:
    return rounded(x, 0, ROUND_FLOOR)


def _round(x: Decimal, n: Decimal) -> Decimal:
    return rounded(x, int(n), ROUND_HALF_UP)


def _round_down(x: Decimal, n: Decimal) -> Decimal:
    return rounded(x, int(n), ROUND_DOWN)


def _round_up(x: Decimal, n: Decimal) -> Decimal:
    return rounded(x, int(n), ROUND_UP)


def _round_even(x: Decimal, n: Decimal) -> Decimal:
    return rounded(x, int(n), ROUND_HALF_EVEN)


def _steps(x: Decimal, step: Decimal, mode: str) -> Decimal | None:
    if step <= 0:
        return None
    whole_steps = EXACT.divide_int(x, step)
    left = EXACT.subtract(x, EXACT.multiply(whole_steps, step))
    if left:
        whole_steps = EXACT.add(whole_steps, _further(left, step, mode))
    return exact(EXACT.multiply(whole_steps, step))


def _further(left: Decimal, step: Decimal, mode: str) -> Decimal:
    if mode == ROUND_FLOOR:
        return ZERO if left > 0 else -ONE
    if mode == ROUND_CEILING:
        return ONE if left > 0 else ZERO
    return _sign(left) if EXACT.multiply(left.copy_abs(), Decimal(2)) >= step else ZERO


def _floor_to(x: Decimal, step: Decimal) -> Decimal | None:
    return _steps(x, step, ROUND_FLOOR)


def _ceiling_to(x: Decimal, step: Decimal) -> Decimal | None:
    return _steps(x, step, ROUND_CEILING)


def _round_to(x: Decimal, step: Decimal) -> Decimal | None:
    return _steps(x, step, ROUND_HALF_UP)


def _modulo(a: Decimal, b: Decimal) -> Decimal | None:
    if not b:
        return None
    left = EXACT.remainder(a, b)
    return exact(EXACT.add(left, b) if left and (left < 0) != (b < 0) else left)


def _quotient(a: Decimal, b: Decimal) -> Decimal | None:
    return exact(EXACT.divide_int(a, b)) if b else None


def power(base: Decimal, exponent: Decimal) -> Decimal | None:
    """base^exponent: whole exponents exactly (20 places), others at 10 places; None outside the domain."""
    if not base:
        return ZERO if exponent > 0 else None
    if abs(exponent) > _EXPONENT:
        raise out_of_range()
    try:
        if exponent == exponent.to_integral_value():
            return _whole_power(base, int(exponent))
        return _ten(_IRRATIONAL.power(base, exponent)) if base > 0 else None
    except (InvalidOperation, Overflow):
        raise out_of_range() from None


def _whole_power(base: Decimal, exponent: int) -> Decimal | None:
    wide = Context(prec=2000, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999)
    raised = wide.power(base, abs(exponent))
    if exponent >= 0:
        return exact(raised.quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_UP, wide) if -raised.as_tuple().exponent > PLACES else raised)  # type: ignore[operator]
    inverse = Context(prec=2000, rounding="ROUND_05UP", Emin=-999_999, Emax=999_999).divide(ONE, raised)
    return exact(inverse.quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_UP, wide))


def _ten(value: Decimal) -> Decimal:
    return rounded(value, _TEN_PLACES, ROUND_HALF_UP)


def _sqrt(x: Decimal) -> Decimal | None:
    return _ten(_IRRATIONAL.sqrt(x)) if x >= 0 else None


def _exp(x: Decimal) -> Decimal:
    if x > 65:
        raise out_of_range()
    return _ten(_IRRATIONAL.exp(x)) if x > -60 else ZERO


def _ln(x: Decimal) -> Decimal | None:
    return _ten(_IRRATIONAL.ln(x)) if x > 0 else None


def _log(x: Decimal, base: Decimal) -> Decimal | None:
    if x <= 0 or base <= 0 or base == 1:
        return None
    return _ten(_IRRATIONAL.divide(_IRRATIONAL.ln(x), _IRRATIONAL.ln(base)))


def _plain(types: tuple[Type, ...], values: tuple[object, ...]) -> Type:
    return NUMBER


_STEP = number("step", "1")
_NULL = "W902"
ARITHMETIC = (
    Function("ABS", (X,), like_first, _absolute, doc("The number without its sign.", "绝对值。"), (("ABS(-5.5)", "5.5"),)),
    Function("SIGN", (X,), small(1), _sign, doc("-1, 0 or 1.", "符号：-1、0 或 1。"), (("SIGN(-3)", "-1"),)),
    Function("INT", (X,), whole, _floor, doc("The next whole number below.", "向下取整。"), (("INT(-2.5)", "-3"),)),
    Function(
        "ROUND", (X, N), places, _round,
        doc("Rounded to n places, half away from zero; n may be negative.", "四舍五入到 n 位小数，n 可为负。"),
        (("ROUND(2.345, 2)", "2.35"), ("ROUND(1250, -2)", "1300")),
    ),
    Function("ROUNDDOWN", (X, N), places, _round_down, doc("Rounded toward zero.", "向零舍入。"), (("ROUNDDOWN(-2.349, 2)", "-2.34"),)),
    Function("TRUNC", (X, N), places, _round_down, doc("Cut off after n places.", "截断到 n 位小数。"), (("TRUNC(-7.9)", "-7"),)),
    Function("ROUNDUP", (X, N), places, _round_up, doc("Rounded away from zero.", "远离零舍入。"), (("ROUNDUP(2.341, 2)", "2.35"),)),
    Function(
        "ROUNDEVEN", (X, N), places, _round_even, doc("Rounded, ties to the even digit.", "四舍六入五成双。"),
        (("ROUNDEVEN(2.5)", "2"), ("ROUNDEVEN(3.5)", "4")),
    ),
    Function(
        "FLOOR", (X, _STEP), unsized, _floor_to, doc("The next multiple of step below; null unless step > 0.", "向下取 step 的倍数。"),
        (("FLOOR(7, 0.3)", "6.9"),), warning=_NULL,
    ),
    Function(
        "CEILING", (X, _STEP), unsized, _ceiling_to, doc("The next multiple of step above; null unless step > 0.", "向上取 step 的倍数。"),
        (("CEILING(7, 2)", "8"),), warning=_NULL,
    ),
    Function(
        "MROUND", (X, number("step")), unsized, _round_to,
        doc("The nearest multiple of step, half away from zero; null unless step > 0.", "取最接近的 step 的倍数。"),
        (("MROUND(7.5, 3)", "9"),), warning=_NULL,
    ),
    Function(
        "MOD", (number("a"), number("b")), as_divisor, _modulo,
        doc("The remainder, with the sign of b; null for b = 0.", "余数，符号同 b；b 为 0 时为空。"),
        (("MOD(-7, 3)", "2"),), warning="W901",
    ),
    Function(
        "QUOTIENT", (number("a"), number("b")), unsized, _quotient, doc("The whole part of a / b; null for b = 0.", "商的整数部分。"),
        (("QUOTIENT(-7, 2)", "-3"),), warning="W901",
    ),
    Function(
        "POWER", (number("b"), number("e")), _plain, power,
        doc("b to the power of e, also written b^e; null for 0^0, 0^-n and roots of negative numbers.", "乘方，也可写作 b^e。"),
        (("POWER(2, 10)", "1024"), ("POWER(2, 0.5)", "1.4142135624")), warning=_NULL, cost=5,
    ),
    Function(
        "SQRT", (X,), _plain, _sqrt, doc("The square root, 10 places.", "平方根，保留 10 位小数。"),
        (("SQRT(2)", "1.4142135624"),), warning=_NULL, cost=5,
    ),
    Function("EXP", (X,), _plain, _exp, doc("e to the power of x, 10 places.", "e 的 x 次方。"), (("EXP(1)", "2.7182818285"),), cost=5),
    Function(
        "LN", (X,), _plain, _ln, doc("The natural logarithm, 10 places.", "自然对数。"),
        (("LN(10)", "2.302585093"),), warning=_NULL, cost=5,
    ),
    Function(
        "LOG", (X, number("base", "10")), _plain, _log, doc("The logarithm, 10 places.", "对数，默认以 10 为底。"),
        (("LOG(8, 2)", "3"),), warning=_NULL, cost=5,
    ),
)  # fmt: skip
