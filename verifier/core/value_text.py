"""Values of the core as policy text.

Takes a value and its type; gives what an author would write for it. Exact: a number without a finite decimal form is
written as a quotient.
"""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from verifier.core.dates import iso
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


def show_value(value: Value, type_: Type) -> str:
    """A value for a reader.

    ``$1,250.00``, ``2012-04-23``, ``5%``, ``{a, b}``, ``none``, ``[(age 3, citizen yes)]``, ``Person#1``.
    """
    match type_:
        case YesNoType():
            return "yes" if value else "no"
        case IntType():
            return str(value)
        case DecimalType(percent):
            return _percent(_fraction(value)) if percent else _decimal(_fraction(value))
        case MoneyType():
            return _money(_fraction(value))
        case DateType():
            return iso(integer(value))
        case DaysType():
            return counted(integer(value), "day")
        case MonthsType():
            return counted(integer(value), "month")
        case EnumType():
            return str(value)
        case EntityType(name):
            return f"{name}#{value}"
        case OptionType(inner):
            return "none" if value is None else show_value(value, inner)
        case SetType(element):
            members = value if isinstance(value, frozenset) else frozenset()
            return "{" + ", ".join(name for name in element.members if name in members) + "}"
        case RecordType(fields=fields):
            values = value if isinstance(value, tuple) else ()
            parts = (f"{name} {show_value(item, of)}" for (name, of), item in zip(fields, values, strict=True))
            return "(" + ", ".join(parts) + ")"
        case ListType(element):
            return "[" + ", ".join(show_value(item, element) for item in _items(value)) + "]"
        case _:
            assert_never(type_)


def _items(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()


def _fraction(value: Value) -> Fraction:
    assert isinstance(value, int | Fraction)
    return Fraction(value)


def integer(value: Value) -> int:
    """A value that is known to be a whole number."""
    assert isinstance(value, int)
    return value


def counted(number: int, unit: str) -> str:
    """``1 day``, ``30 days``."""
    return f"{number} {unit}" if number in (1, -1) else f"{number} {unit}s"


def _terminates(denominator: int) -> bool:
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1


def _digits(value: Fraction) -> str:
    """A terminating decimal, written out exactly with at least one decimal place; ``value`` is not negative."""
    places = 1
    while (value * 10**places).denominator != 1:
        places += 1
    text = str(int(value * 10**places)).rjust(places + 1, "0")
    return f"{text[:-places]}.{text[-places:]}"


def _decimal(value: Fraction) -> str:
    sign, size = ("-" if value < 0 else ""), abs(value)
    if not _terminates(size.denominator):
        return f"{sign}{size.numerator} / {size.denominator}"
    return sign + _digits(size)


def _percent(value: Fraction) -> str:
    if not _terminates(value.denominator):
        return _decimal(value)
    return _decimal(value * 100).removesuffix(".0") + "%"


def _money(value: Fraction) -> str:
    """Dollars and cents; an amount that is no whole number of cents is written as a quotient of one that is."""
    sign, cents = ("-" if value < 0 else ""), abs(value) * 100
    dollars, rest = divmod(cents.numerator, 100)
    text = f"{sign}${dollars:,}.{rest:02d}"
    return text if cents.denominator == 1 else f"{text} / {cents.denominator}"
