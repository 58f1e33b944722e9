"""The types of the core language, and how a value of each is represented.

========================  =====================================================================
type                      value in the interpreter, in constants and in decoded counterexamples
========================  =====================================================================
``YesNoType``             ``bool``
``IntType``               ``int``
``DecimalType``           ``Fraction`` (also ``percent``: 5 % is ``Fraction(1, 20)``)
``MoneyType``             ``Fraction``, in dollars
``DateType``              ``int``, the day number of ``core.dates`` (1 is 0001-01-01)
``DaysType``              ``int``, days
``MonthsType``            ``int``, months (a year is 12)
``EnumType``              ``str``, the member's name (readings and weekdays too)
``EntityType``            ``int``, an identity that means nothing but itself
``OptionType``            ``None`` or a value of the inner type
``SetType``               ``frozenset[str]`` of members
``RecordType``            ``tuple`` of field values, in the order of the fields
``ListType``              ``tuple`` of at most ``limit`` records
========================  =====================================================================
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

from verifier.records import dataclass

Value: TypeAlias = "bool | int | Fraction | str | frozenset[str] | tuple[Value, ...] | None"


@dataclass(frozen=True, slots=True)
class YesNoType:
    """yes or no."""

    def __str__(self) -> str:
        return "yes/no"


@dataclass(frozen=True, slots=True)
class IntType:
    """Integers, within an optional inclusive range."""

    low: int | None = None
    high: int | None = None

    def __str__(self) -> str:
        if self.low is None and self.high is None:
            return "int"
        return f"int {'' if self.low is None else self.low}..{'' if self.high is None else self.high}"


@dataclass(frozen=True, slots=True)
class DecimalType:
    """Exact rationals; ``percent`` only changes how a value is shown."""

    percent: bool = False

    def __str__(self) -> str:
        return "percent" if self.percent else "decimal"


@dataclass(frozen=True, slots=True)
class MoneyType:
    """Exact dollars, within an optional inclusive range."""

    low: Fraction | None = None
    high: Fraction | None = None

    def __str__(self) -> str:
        return "money"


@dataclass(frozen=True, slots=True)
class DateType:
    """A day of the proleptic Gregorian calendar, unbounded."""

    def __str__(self) -> str:
        return "date"


@dataclass(frozen=True, slots=True)
class DaysType:
    """A duration in days (and weeks)."""

    def __str__(self) -> str:
        return "duration in days"


@dataclass(frozen=True, slots=True)
class MonthsType:
    """A duration in months (and years)."""

    def __str__(self) -> str:
        return "duration in months"


@dataclass(frozen=True, slots=True)
class EnumType:
    """A closed, ordered list of members. ``name`` identifies the type."""

    name: str
    members: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class EntityType:
    """An open, infinite set compared only by equality."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class OptionType:
    """``T or none``."""

    inner: Type

    def __str__(self) -> str:
        return f"{self.inner} or none"


@dataclass(frozen=True, slots=True)
class SetType:
    """``set of E``."""

    element: EnumType

    def __str__(self) -> str:
        return f"set of {self.element}"


@dataclass(frozen=True, slots=True)
class RecordType:
    """An element type of lists; ``fields`` are (name, type) in the order written."""

    name: str
    fields: tuple[tuple[str, Type], ...]

    def __str__(self) -> str:
        return self.name

    def index(self, field: str) -> int:
        """Position of a field; ``ValueError`` when there is none."""
        return [name for name, _ in self.fields].index(field)


@dataclass(frozen=True, slots=True)
class ListType:
    """``list of R up to N``: 0 to ``limit`` elements, duplicates allowed."""

    element: RecordType
    limit: int

    def __str__(self) -> str:
        return f"list of {self.element} up to {self.limit}"


Type: TypeAlias = (
    YesNoType
    | IntType
    | DecimalType
    | MoneyType
    | DateType
    | DaysType
    | MonthsType
    | EnumType
    | EntityType
    | OptionType
    | SetType
    | RecordType
    | ListType
)

YES_NO = YesNoType()
INT = IntType()
DECIMAL = DecimalType()
PERCENT = DecimalType(percent=True)
MONEY = MoneyType()
DATE = DateType()
DAYS = DaysType()
MONTHS = MonthsType()
WEEKDAY = EnumType("weekday", ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))


def unranged(type_: Type) -> Type:
    """The type without its declared range: two types are compatible when these are equal."""
    match type_:
        case IntType():
            return INT
        case MoneyType():
            return MONEY
        case DecimalType():
            return DECIMAL
        case OptionType(inner):
            return OptionType(unranged(inner))
        case _:
            return type_


def is_finite(type_: Type) -> bool:
    """Whether a type has finitely many values."""
    match type_:
        case YesNoType() | EnumType() | SetType():
            return True
        case IntType(low, high):
            return low is not None and high is not None
        case OptionType(inner):
            return is_finite(inner)
        case _:
            return False


def finite_values(type_: Type) -> tuple[Value, ...]:
    """Every value of a finite type (see :func:`is_finite`), in order; ``none`` first for ``T or none``."""
    match type_:
        case YesNoType():
            return (False, True)
        case EnumType(_, members):
            return members
        case IntType(low, high) if low is not None and high is not None:
            return tuple(range(low, high + 1))
        case OptionType(inner):
            return (None, *finite_values(inner))
        case SetType(element):
            sizes = range(len(element.members) + 1)
            return tuple(frozenset(chosen) for size in sizes for chosen in combinations(element.members, size))
        case _:
            raise ValueError(f"{type_} has infinitely many values")
