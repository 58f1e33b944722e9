"""Values of types: membership, defaults and order.

Takes types and values as ``core.types`` represents them. Never evaluates an expression.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeVar, assert_never

from verifier.core.types import (
    DateType,
    DaysType,
    DecimalType,
    EntityType,
    EnumType,
    IntType,
    ListType,
    MoneyType,
    MonthsType,
    OptionType,
    RecordType,
    SetType,
    Type,
    Value,
    YesNoType,
)

_FIRST_OF_2000 = 730120

_Number = TypeVar("_Number", int, Fraction)


def in_range(type_: Type, value: Value) -> bool:
    """Whether a value of the right kind lies within the declared ranges (of ``int`` and ``money``, at any depth)."""
    match type_:
        case IntType(low, high):
            return isinstance(value, int) and (low is None or low <= value) and (high is None or value <= high)
        case MoneyType(money_low, money_high):
            amount = rational(value)
            return (money_low is None or money_low <= amount) and (money_high is None or amount <= money_high)
        case OptionType(inner):
            return value is None or in_range(inner, value)
        case RecordType(fields=fields):
            return all(in_range(field, part) for (_, field), part in zip(fields, parts(value), strict=True))
        case ListType(element, limit):
            return len(parts(value)) <= limit and all(in_range(element, part) for part in parts(value))
        case (
            YesNoType() | DecimalType() | DateType() | DaysType() | MonthsType() | EnumType() | EntityType() | SetType()
        ):
            return True
        case _:
            assert_never(type_)


def whole_cents(type_: Type, value: Value) -> bool:
    """Whether all money in a value is in whole cents, as everything that enters from outside is."""
    match type_:
        case MoneyType():
            return (rational(value) * 100).denominator == 1
        case OptionType(inner):
            return value is None or whole_cents(inner, value)
        case RecordType(fields=fields):
            return all(whole_cents(field, part) for (_, field), part in zip(fields, parts(value), strict=True))
        case ListType(element):
            return all(whole_cents(element, part) for part in parts(value))
        case _:
            return True


def is_input(type_: Type, value: Value) -> bool:
    """Whether a value may be a fact, a step's argument or the value of a status without ``starts``."""
    return in_range(type_, value) and whole_cents(type_, value)


def default_value(type_: Type) -> Value:
    """A plain value of a type, in range: no, zero (or the bound nearest to it), the first member, none, empty."""
    match type_:
        case YesNoType():
            return False
        case IntType(low, high):
            return _nearest_zero(low, high, 0)
        case MoneyType(money_low, money_high):
            return _nearest_zero(money_low, money_high, Fraction(0))
        case DecimalType():
            return Fraction(0)
        case DateType():
            return _FIRST_OF_2000
        case DaysType() | MonthsType() | EntityType():
            return 0
        case EnumType(members=members):
            return members[0]
        case OptionType():
            return None
        case SetType():
            return frozenset()
        case RecordType(fields=fields):
            return tuple(default_value(field) for _, field in fields)
        case ListType():
            return ()
        case _:
            assert_never(type_)


def _nearest_zero(low: _Number | None, high: _Number | None, zero: _Number) -> _Number:
    if low is not None and low > zero:
        return low
    if high is not None and high < zero:
        return high
    return zero


def less(type_: Type, left: Value, right: Value) -> bool:
    """Strict order of two values of one type: numbers, dates, durations, enums as written, no before yes.

    ``TypeError`` for a type without an order.
    """
    match type_:
        case EnumType(members=members):
            return members.index(str(left)) < members.index(str(right))
        case YesNoType() | IntType() | DecimalType() | MoneyType() | DateType() | DaysType() | MonthsType():
            return rational(left) < rational(right)
        case _:
            raise TypeError(f"values of `{type_}` have no order")


def rational(value: Value) -> Fraction:
    """A number, date or duration as an exact rational."""
    if isinstance(value, int | Fraction):
        return Fraction(value)
    raise TypeError(f"{value!r} is not a number")


def whole(value: Value) -> int:
    """An integer, date, duration or identity."""
    if isinstance(value, int):
        return value
    raise TypeError(f"{value!r} is not an integer")


def truth(value: Value) -> bool:
    """A yes/no."""
    if isinstance(value, bool):
        return value
    raise TypeError(f"{value!r} is not yes or no")


def parts(value: Value) -> tuple[Value, ...]:
    """The elements of a list or the fields of a record."""
    if isinstance(value, tuple):
        return value
    raise TypeError(f"{value!r} is not a list or a record")


def members(value: Value) -> frozenset[str]:
    """The members of a set."""
    if isinstance(value, frozenset):
        return value
    raise TypeError(f"{value!r} is not a set")
