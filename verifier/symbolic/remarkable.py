"""How remarkable a value is, as a whole number: what a story should have as little of as possible.

Takes layouts of inputs with their types; gives integer terms, 0 exactly at the plainest value of the type.
"""

from __future__ import annotations

from collections.abc import Iterable

from verifier.core.types import (
    DateType,
    DaysType,
    EntityType,
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
from verifier.symbolic.terms import INT, Term, Terms
from verifier.symbolic.values import Flags, Number, Optional, Row, Rows, Scalar, SymbolicValue, equal, over, plainest


def remarkable(terms: Terms, value: SymbolicValue, type_: Type) -> Term:
    """How far a value is from the plainest of its type: the distance of a number, date or entity, the members of a set,
    the length of a list with what is remarkable in its elements; of anything else, whether it is another value.
    """
    match type_, value:
        case YesNoType(), Scalar(term):
            return _one_if(terms, term)
        case ((IntType() | MoneyType()), Number(term, unit)) if term.sort == INT:
            plain = plainest(terms, type_)
            assert isinstance(plain, Number)
            return distance(terms, term, over(terms, plain, unit))
        case ((DateType() | DaysType() | MonthsType() | EntityType()), Scalar(term)):
            plain = plainest(terms, type_)
            assert isinstance(plain, Scalar)
            return distance(terms, term, plain.term)
        case OptionType(inner), Optional(present, content):
            there = terms.add(terms.integer(1), remarkable(terms, content, inner))
            return terms.ite(present, there, terms.integer(0))
        case SetType(), Flags(members):
            return _total(terms, (_one_if(terms, member) for member in members))
        case RecordType(_, fields), Row(parts):
            return _total(terms, (remarkable(terms, p, kind) for p, (_, kind) in zip(parts, fields, strict=True)))
        case ListType(element), Rows(size, rows):
            elements = (
                terms.ite(terms.lt(terms.integer(index), size), remarkable(terms, row, element), terms.integer(0))
                for index, row in enumerate(rows)
            )
            return _total(terms, (size, *elements))
        case _:
            return _one_if(terms, terms.not_(equal(terms, value, plainest(terms, type_))))


def distance(terms: Terms, one: Term, other: Term) -> Term:
    """How far two integers are apart."""
    return terms.ite(terms.le(other, one), terms.sub(one, other), terms.sub(other, one))


def _one_if(terms: Terms, condition: Term) -> Term:
    return terms.ite(condition, terms.integer(1), terms.integer(0))


def _total(terms: Terms, counts: Iterable[Term]) -> Term:
    return terms.add(terms.integer(0), *counts)
