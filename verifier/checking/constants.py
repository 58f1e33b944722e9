"""Which expressions are constant, and their values.

Takes a typed expression; gives its value as a ``Const`` when it depends on no case, state or date. Exact; never errs:
what would err at run time is simply not constant.
"""

from __future__ import annotations

from fractions import Fraction

from verifier.core import expressions as core
from verifier.core.dates import add_months, iso
from verifier.core.types import IntType, MoneyType, OptionType, Type, Value


def constant(expr: core.Expr) -> core.Const | None:
    """The constant that an expression always is, or ``None``."""
    match expr:
        case core.Const():
            return expr
        case core.Defined(body=body):
            return constant(body)
        case core.ToRational(operand):
            inner = constant(operand)
            return None if inner is None else _like(expr, Fraction(_number(inner)))
        case core.Present(operand):
            inner = constant(operand)
            return None if inner is None else _like(expr, inner.value)
        case core.Unwrap(operand):
            inner = constant(operand)
            return None if inner is None or inner.value is None else _like(expr, inner.value)
        case core.Negative(operand):
            inner = constant(operand)
            return None if inner is None else _like(expr, -_number(inner))
        case core.Arithmetic(operator, left, right):
            return _arithmetic(expr, operator, constant(left), constant(right))
        case core.AddMonths(date, months, sign, rounding):
            start, shift = constant(date), constant(months)
            if start is None or shift is None:
                return None
            return _like(expr, add_months(int(_number(start)), sign * int(_number(shift)), rounding))
        case core.Extreme(operator, left, right):
            return _extreme(expr, operator, constant(left), constant(right))
        case _:
            return None


def _like(expr: core.Expr, value: Value) -> core.Const:
    return core.Const(value, type=expr.type, span=expr.span)


def _number(const: core.Const) -> Fraction | int:
    assert isinstance(const.value, int | Fraction)
    return const.value


def _arithmetic(expr: core.Expr, operator: str, left: core.Const | None, right: core.Const | None) -> core.Const | None:
    if left is None or right is None:
        return None
    first, second = _number(left), _number(right)
    match operator:
        case "+":
            return _like(expr, first + second)
        case "-":
            return _like(expr, first - second)
        case "*":
            return _like(expr, first * second)
        case _:
            return None if second == 0 else _like(expr, Fraction(first) / second)


def _extreme(expr: core.Expr, operator: str, left: core.Const | None, right: core.Const | None) -> core.Const | None:
    if left is None or right is None or isinstance(left.value, str):
        return None
    pick = min if operator == "lesser" else max
    return _like(expr, pick(_number(left), _number(right)))


def outside(value: Value, type_: Type) -> str | None:
    """The declared range that a value leaves, in words, or ``None`` when it fits."""
    if isinstance(type_, OptionType):
        return None if value is None else outside(value, type_.inner)
    if not isinstance(type_, IntType | MoneyType) or not isinstance(value, int | Fraction):
        return None
    low, high = type_.low, type_.high
    if (low is None or low <= value) and (high is None or value <= high):
        return None
    sign = "$" if isinstance(type_, MoneyType) else ""
    if high is None:
        return f"{sign}{low} or more"
    return f"at most {sign}{high}" if low is None else f"{sign}{low} to {sign}{high}"


def date_text(day: int) -> str:
    """A day as a policy writes it."""
    return iso(day)
