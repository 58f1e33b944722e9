"""Values of the policy language out of the JSON record: the inverse of ``json.json_value``.

Takes plain data and the type that it must have; gives the value, or says that it does not fit.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

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
