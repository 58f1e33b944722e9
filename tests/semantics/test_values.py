"""Values of types."""

from __future__ import annotations

from fractions import Fraction

import pytest

from verifier.core.types import (
    DATE,
    DAYS,
    DECIMAL,
    INT,
    MONEY,
    YES_NO,
    EntityType,
    EnumType,
    IntType,
    ListType,
    MoneyType,
    OptionType,
    RecordType,
    SetType,
    Type,
    Value,
    finite_values,
)
from verifier.semantics.values import default_value, in_range, is_input, less, whole_cents

STAGE = EnumType("Stage", ("early", "late"))
CHILD = RecordType("Child", (("age", IntType(0, 9)), ("support", MoneyType(Fraction(0), None))))
PERSON = EntityType("Person")
TYPES: list[Type] = [
    YES_NO,
    INT,
    IntType(2, None),
    IntType(None, -2),
    IntType(3, 4),
    DECIMAL,
    MONEY,
    MoneyType(Fraction(5), None),
    DATE,
    DAYS,
    STAGE,
    PERSON,
    OptionType(INT),
    SetType(STAGE),
    CHILD,
    ListType(CHILD, 2),
]


@pytest.mark.parametrize("type_", TYPES, ids=str)
def test_defaults_are_inputs(type_: Type) -> None:
    assert is_input(type_, default_value(type_))


FINITE: list[tuple[Type, tuple[Value, ...]]] = [
    (YES_NO, (False, True)),
    (STAGE, ("early", "late")),
    (IntType(-1, 1), (-1, 0, 1)),
    (OptionType(STAGE), (None, "early", "late")),
    (SetType(STAGE), (frozenset(), frozenset({"early"}), frozenset({"late"}), frozenset({"early", "late"}))),
]


@pytest.mark.parametrize(("type_", "expected"), FINITE)
def test_values_of_finite_types(type_: Type, expected: tuple[Value, ...]) -> None:
    assert finite_values(type_) == expected


@pytest.mark.parametrize("type_", [INT, IntType(0, None), MONEY, DATE, PERSON, OptionType(INT), ListType(CHILD, 1)])
def test_infinite_types_have_no_list_of_values(type_: Type) -> None:
    with pytest.raises(ValueError, match="values"):
        finite_values(type_)


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        (IntType(1, 3), 1, True),
        (IntType(1, 3), 3, True),
        (IntType(1, 3), 0, False),
        (IntType(1, 3), 4, False),
        (MoneyType(Fraction(0), Fraction(1)), Fraction(101, 100), False),
        (MoneyType(Fraction(0), Fraction(1)), Fraction(1), True),
        (OptionType(IntType(1, 3)), None, True),
        (OptionType(IntType(1, 3)), 4, False),
        (CHILD, (10, Fraction(0)), False),
        (ListType(CHILD, 1), ((1, Fraction(0)), (1, Fraction(0))), False),
        (ListType(CHILD, 1), ((1, Fraction(-1)),), False),
    ],
)
def test_ranges(type_: Type, value: Value, expected: bool) -> None:
    assert in_range(type_, value) is expected


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        (MONEY, Fraction(1, 100), True),
        (MONEY, Fraction(1, 200), False),
        (DECIMAL, Fraction(1, 200), True),
        (OptionType(MONEY), None, True),
        (OptionType(MONEY), Fraction(1, 3), False),
        (CHILD, (1, Fraction(1, 3)), False),
        (ListType(CHILD, 1), ((1, Fraction(1, 3)),), False),
    ],
)
def test_whole_cents(type_: Type, value: Value, expected: bool) -> None:
    assert whole_cents(type_, value) is expected


def test_order() -> None:
    assert less(YES_NO, False, True)
    assert not less(YES_NO, True, True)
    assert less(EnumType("E", ("z", "a")), "z", "a")
    assert less(DECIMAL, Fraction(1, 3), Fraction(1, 2))
    with pytest.raises(TypeError, match="order"):
        less(PERSON, 1, 2)
