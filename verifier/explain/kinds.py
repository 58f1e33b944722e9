"""Types in words: which values a fact, status or parameter may have.

Takes types; gives noun phrases.
"""

from __future__ import annotations

from typing import assert_never

from verifier.core.program import Program
from verifier.core.types import (
    WEEKDAY,
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
    YesNoType,
)
from verifier.explain.words import listed, money_text, say_member, spaced


def say_kind(type_: Type, program: Program) -> str:
    """What kind of thing a value is, with its declared limits."""
    match type_:
        case YesNoType():
            return "yes or no"
        case IntType(low, high):
            return f"a whole number{_limits(low, high)}"
        case DecimalType(percent):
            return "a percentage" if percent else "a number"
        case MoneyType(low, high):
            ends = [None if end is None else money_text(end) for end in (low, high)]
            return f"an amount of money{_limits(*ends)}"
        case DateType():
            return "a date"
        case DaysType():
            return "a number of days"
        case MonthsType():
            return "a number of months"
        case EnumType():
            return "a day of the week" if type_ == WEEKDAY else f"one of: {_members(type_, program)}"
        case EntityType(name):
            return f"one particular {spaced(name).lower()}"
        case OptionType(inner):
            return f"{say_kind(inner, program)}, or none"
        case SetType(element):
            return f"any selection of: {_members(element, program)}"
        case RecordType(name):
            return f"what is known of one {spaced(name).lower()}"
        case ListType(element, limit):
            return f"a list of at most {limit}, each of them a {spaced(element.name).lower()}"
    assert_never(type_)


def _members(type_: EnumType, program: Program) -> str:
    return listed([say_member(member, type_, program) for member in type_.members], "or")


def type_words(name: str) -> str:
    """The name of a type as words, quoted: ``LegalStatus`` is “legal status”."""
    words = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in spaced(name))
    return f"“{' '.join(words.split())}”"


def _limits(low: object, high: object) -> str:
    if low is not None and high is not None:
        return f" from {low} to {high}"
    if low is not None:
        return f", at least {low}"
    return "" if high is None else f", at most {high}"
