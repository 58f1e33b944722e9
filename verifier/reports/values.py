"""Values out of the JSON record: those of the policy language, the inverse of ``json.json_value``, and plain ones.

Takes plain data and the type that it must have; gives the value, or says that it does not fit: ``UnfitValue`` for
those of the language, ``ValueError`` or ``TypeError`` for plain ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from verifier.core.types import (
    DATE,
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


class UnfitValue(Exception):
    """The data is no value of the type."""


def value_of(data: object, type_: Type) -> Value:
    """The value that a record shows as ``data``.

    Raises:
        UnfitValue: it is none of that type.
    """
    try:
        return _value(data, type_)
    except (ValueError, ZeroDivisionError) as fault:
        raise UnfitValue(repr(data)) from fault


def _value(data: object, type_: Type) -> Value:
    match type_, data:
        case YesNoType(), bool():
            return data
        case ((IntType() | DaysType() | MonthsType()), int()) if not isinstance(data, bool):
            return data
        case EnumType(), str() if data in type_.members:
            return data
        case DecimalType(), int() | str() if not isinstance(data, bool):
            return Fraction(data)
        case MoneyType(), str():
            sign, dollars, amount = data.replace(",", "").partition("$")
            if not dollars or sign not in ("", "-"):
                raise UnfitValue(data)
            return Fraction(amount) if not sign else -Fraction(amount)
        case DateType(), str():
            return date.fromisoformat(data).toordinal()
        case EntityType(name), str() if data.startswith(f"{name}#"):
            return int(data.removeprefix(f"{name}#"))
        case OptionType(inner), _:
            return None if data is None else _value(data, inner)
        case SetType(), list() if all(item in type_.element.members for item in data):
            return frozenset(data)
        case RecordType(), dict() if list(data) == [name for name, _ in type_.fields]:
            return tuple(_value(data[name], inner) for name, inner in type_.fields)
        case ListType(element), list():
            return tuple(_value(item, element) for item in data)
    raise UnfitValue(repr(data))


# ---------------------------------------------------------------- plain data


def day_of(text: object) -> int:
    """The number of a day."""
    day = value_of(text, DATE)
    assert isinstance(day, int), day
    return day


def text_of(value: object) -> str:
    """A text."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def names_of(values: Iterable[object]) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(text_of(value) for value in values)


def optional_text(value: object) -> str | None:
    """A text, or none."""
    return None if value is None else text_of(value)


def yes_no(value: object) -> bool:
    """A truth value."""
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def one_of(value: object, *words: Any) -> Any:
    """One of some words."""
    if value not in words:
        raise ValueError(value)
    return value
