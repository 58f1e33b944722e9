"""The operators of the language on values: arithmetic, comparison, durations.

Takes values that are already evaluated; gives values. Exact throughout: integers and rationals, never floats.
"""

from __future__ import annotations

from typing import Literal, assert_never

from verifier.core.dates import add_months
from verifier.core.expressions import Const, Rounding
from verifier.core.types import MonthsType, Type, Value
from verifier.semantics.values import less, rational, whole


def arithmetic(operator: Literal["+", "-", "*", "/"], left: Value, right: Value) -> Value:
    """Exact arithmetic; a quotient is always a rational, the rest stays an integer where both sides are."""
    if operator == "/":
        return rational(left) / rational(right)
    if isinstance(left, int) and isinstance(right, int):
        return _integer(operator, left, right)
    match operator:
        case "+":
            return rational(left) + rational(right)
        case "-":
            return rational(left) - rational(right)
        case "*":
            return rational(left) * rational(right)
        case _:
            assert_never(operator)


def _integer(operator: Literal["+", "-", "*"], left: int, right: int) -> int:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            assert_never(operator)


def compare(operator: Literal["<", "<=", ">", ">="], type_: Type, left: Value, right: Value) -> bool:
    """Order of two values of one ordered type."""
    match operator:
        case "<":
            return less(type_, left, right)
        case "<=":
            return not less(type_, right, left)
        case ">":
            return less(type_, right, left)
        case ">=":
            return not less(type_, left, right)
        case _:
            assert_never(operator)


def months_later(day: int, months: int, rounding: Rounding) -> int:
    """``core.dates.add_months`` where a rounding is given, so that there is always a result."""
    moved = add_months(day, months, rounding)
    assert moved is not None, "a rounding was given"
    return moved


def day_after(day: int, duration: Const, rounding: Rounding | None) -> int:
    """The day (number) a constant duration later; ``rounding`` is given exactly for months."""
    amount = whole(duration.value)
    if not isinstance(duration.type, MonthsType):
        return day + amount
    assert rounding is not None, "months come with a rounding"
    return months_later(day, amount, rounding)
