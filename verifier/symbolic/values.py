"""Symbolic values: how a value of each core type is laid out in terms.

Twin of ``semantics.values``. Takes core types and values; gives trees of terms. A yes/no, enum, date, duration or
entity is one ``Scalar``; a number is an integer term over a constant denominator (money facts count cents, ``Number(c,
100)``) or a real term, so that comparisons of money stay in integer arithmetic; ``T or none`` is a flag and a value; a
set is one flag for each member; a list is its size and ``limit`` elements, those at and past the size being
meaningless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from math import lcm
from typing import TypeAlias, assert_never, cast

from verifier.core.dates import ORDINARY_DAY
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
from verifier.records import dataclass
from verifier.symbolic.terms import BOOL, INT, REAL, Sort, Term, Terms, enum_sort

CENTS = 100


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single term."""

    term: Term


@dataclass(frozen=True, slots=True)
class Number:
    """``term / denominator``; the denominator is 1 where the term is real."""

    term: Term
    denominator: int = 1


@dataclass(frozen=True, slots=True)
class Optional:
    """A value where ``present`` is true; elsewhere ``value`` is meaningless."""

    present: Term
    value: SymbolicValue


@dataclass(frozen=True, slots=True)
class Flags:
    """A set: one flag for each member, in the enum's order."""

    members: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A record: one value for each field."""

    fields: tuple[SymbolicValue, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """A list: the first ``size`` of ``elements``."""

    size: Term
    elements: tuple[Row, ...]


SymbolicValue: TypeAlias = Scalar | Number | Optional | Flags | Row | Rows


def sort_of_enum(type_: EnumType) -> Sort:
    """The sort of an enum type; the name keeps enums apart from everything else."""
    return enum_sort(type_.name, type_.members)


def scalar_sort(type_: Type) -> Sort:
    """The sort of a type that one ``Scalar`` holds."""
    match type_:
        case YesNoType():
            return BOOL
        case EnumType():
            return sort_of_enum(type_)
        case _:
            return INT


@dataclass(frozen=True, slots=True)
class Part:
    """One variable of a layout: its name, sort, and the constraint that makes it a value (``true`` where there is
    none).
    """

    variable: Term
    domain: Term


def variables(terms: Terms, name: str, type_: Type, real_money: bool = False) -> tuple[SymbolicValue, list[Part]]:
    """Fresh variables for a value of a type, and their domains. What is not there (the content of an absent value, the
    elements past a list's size) may be anything.

    ``real_money`` lays money out as a real instead of cents (a status that may hold fractions of a cent).
    """
    parts: list[Part] = []

    def leaf(suffix: str, sort: Sort, here: Term, domain: Callable[[Term], Term] = lambda _: terms.true) -> Term:
        variable = terms.var(name + suffix, sort)
        parts.append(Part(variable, terms.implies(here, domain(variable))))
        return variable

    def lay(suffix: str, inner: Type, here: Term) -> SymbolicValue:
        match inner:
            case YesNoType() | EnumType() | DateType() | DaysType() | MonthsType() | EntityType():
                return Scalar(leaf(suffix, scalar_sort(inner), here))
            case IntType(low, high):
                return Number(leaf(suffix, INT, here, lambda v: _bounded(terms, Number(v), low, high)))
            case DecimalType():
                return Number(leaf(suffix, REAL, here))
            case MoneyType(low, high):
                sort, unit = (REAL, 1) if real_money else (INT, CENTS)
                return Number(leaf(suffix, sort, here, lambda v: _bounded(terms, Number(v, unit), low, high)), unit)
            case OptionType(content):
                present = leaf(f"{suffix} present", BOOL, here)
                return Optional(present, lay(suffix, content, terms.and_(here, present)))
            case SetType(element):
                return Flags(tuple(leaf(f"{suffix}.{m}", BOOL, here) for m in element.members))
            case RecordType(_, fields):
                return Row(tuple(lay(f"{suffix}.{field}", kind, here) for field, kind in fields))
            case ListType(element, limit):
                size = leaf(f"{suffix} size", INT, here, lambda v: _bounded(terms, Number(v), 0, limit))
                there = [terms.and_(here, terms.lt(terms.integer(index), size)) for index in range(limit)]
                rows = tuple(lay(f"{suffix}.{index}", element, exists) for index, exists in enumerate(there))
                return Rows(size, rows)  # type: ignore[arg-type]
            case _:
                assert_never(inner)

    return lay("", type_, terms.true), parts


def _bounded(terms: Terms, value: Number, low: Fraction | int | None, high: Fraction | int | None) -> Term:
    bounds = []
    if low is not None:
        bounds.append(compare(terms, "<=", constant_number(terms, Fraction(low)), value))
    if high is not None:
        bounds.append(compare(terms, "<=", value, constant_number(terms, Fraction(high))))
    return terms.and_(*bounds)


def in_range(terms: Terms, value: SymbolicValue, type_: Type) -> Term:
    """Whether a value lies in the declared range of its type."""
    match type_, value:
        case ((IntType(low, high) | MoneyType(low, high)), Number()):
            return _bounded(terms, value, low, high)
        case OptionType(inner), Optional(present, content):
            return terms.implies(present, in_range(terms, content, inner))
        case _:
            return terms.true


def constant_number(terms: Terms, value: Fraction) -> Number:
    """An exact number."""
    return Number(terms.integer(value.numerator), value.denominator)


def constant(terms: Terms, value: Value, type_: Type) -> SymbolicValue:
    """A core value as terms."""
    match type_:
        case YesNoType():
            return Scalar(terms.boolean(bool(value)))
        case EnumType():
            return Scalar(terms.member(sort_of_enum(type_), str(value)))
        case DateType() | DaysType() | MonthsType() | EntityType():
            return Scalar(terms.integer(int(value)))  # type: ignore[arg-type]
        case IntType() | DecimalType() | MoneyType():
            return constant_number(terms, Fraction(value))  # type: ignore[arg-type]
        case OptionType(inner):
            if value is None:
                return Optional(terms.false, default(terms, inner))
            return Optional(terms.true, constant(terms, value, inner))
        case SetType(element):
            return Flags(tuple(terms.boolean(member in value) for member in element.members))  # type: ignore[operator]
        case RecordType(_, fields):
            return Row(tuple(constant(terms, v, t) for v, (_, t) in zip(value, fields, strict=True)))  # type: ignore[arg-type]
        case ListType(element, limit):
            assert isinstance(value, tuple)
            rows = [constant(terms, row, element) for row in value]
            rows += [default(terms, element)] * (limit - len(rows))
            return Rows(terms.integer(len(value)), tuple(rows))  # type: ignore[arg-type]
        case _:
            assert_never(type_)


def default(terms: Terms, type_: Type) -> SymbolicValue:
    """Some value of a type, for places whose value means nothing."""
    match type_:
        case YesNoType():
            return Scalar(terms.false)
        case EnumType():
            return Scalar(terms.member(sort_of_enum(type_), type_.members[0]))
        case RecordType(_, fields):
            return Row(tuple(default(terms, kind) for _, kind in fields))
        case OptionType():
            return constant(terms, None, type_)
        case SetType():
            return constant(terms, frozenset(), type_)
        case ListType():
            return constant(terms, (), type_)
        case _:
            return constant(terms, 0, type_)


def plainest(terms: Terms, type_: Type) -> SymbolicValue:
    """The least remarkable input of a type: no, the first member, nothing, the number in range that is nearest to
    zero, or an ordinary day.
    """
    match type_:
        case IntType(low, high) | MoneyType(low, high):
            nearest = Fraction(low) if low is not None and low > 0 else Fraction(0)
            if high is not None and high < 0:
                nearest = Fraction(high)
            return constant(terms, nearest, type_)
        case DateType():
            return constant(terms, ORDINARY_DAY, type_)
        case RecordType(_, fields):
            return Row(tuple(plainest(terms, kind) for _, kind in fields))
        case _:
            return default(terms, type_)


def flatten(value: SymbolicValue) -> Iterator[Term]:
    """The terms of a value, in the order of :func:`variables`."""
    match value:
        case Scalar(term) | Number(term, _):
            yield term
        case Optional(present, inner):
            yield present
            yield from flatten(inner)
        case Flags(members):
            yield from members
        case Row(fields):
            for field in fields:
                yield from flatten(field)
        case Rows(size, elements):
            yield size
            for element in elements:
                yield from flatten(element)
        case _:
            assert_never(value)


def mapped(value: SymbolicValue, change: Callable[[Term], Term]) -> SymbolicValue:
    """The value with every term replaced by another of its sort."""
    match value:
        case Scalar(term):
            return Scalar(change(term))
        case Number(term, denominator):
            return Number(change(term), denominator)
        case Optional(present, inner):
            return Optional(change(present), mapped(inner, change))
        case Flags(members):
            return Flags(tuple(change(member) for member in members))
        case Row(fields):
            return Row(tuple(mapped(field, change) for field in fields))
        case Rows(size, elements):
            rows = tuple(Row(tuple(mapped(field, change) for field in element.fields)) for element in elements)
            return Rows(change(size), rows)
        case _:
            assert_never(value)


def over(terms: Terms, value: Number, denominator: int) -> Term:
    """The numerator of a number over a multiple of its denominator (a real term when the number is one)."""
    return terms.scale(denominator // value.denominator, value.term)


def as_real(terms: Terms, value: Number) -> Term:
    """A number as a real term."""
    if value.term.sort == REAL:
        return value.term
    return terms.scale(Fraction(1, value.denominator), terms.to_real(value.term))


def aligned(terms: Terms, left: Number, right: Number) -> tuple[Term, Term, int]:
    """Two numbers as terms of one sort over a common denominator."""
    if REAL in (left.term.sort, right.term.sort):
        return as_real(terms, left), as_real(terms, right), 1
    denominator = lcm(left.denominator, right.denominator)
    return over(terms, left, denominator), over(terms, right, denominator), denominator


def compare(terms: Terms, operator: str, left: Number, right: Number) -> Term:
    """``<``, ``<=``, ``>`` or ``>=`` of two numbers."""
    a, b, _ = aligned(terms, left, right)
    match operator:
        case "<":
            return terms.lt(a, b)
        case "<=":
            return terms.le(a, b)
        case ">":
            return terms.lt(b, a)
        case _:
            return terms.le(b, a)


def equal(terms: Terms, left: SymbolicValue, right: SymbolicValue) -> Term:
    """Equality of two values of one type; absent equals only absent, lists compare element by element."""
    match left, right:
        case Scalar(a), Scalar(b):
            return terms.eq(a, b)
        case Number(), Number():
            a, b, _ = aligned(terms, left, right)
            return terms.eq(a, b)
        case Optional(here, a_value), Optional(there, b_value):
            return terms.and_(terms.eq(here, there), terms.implies(here, equal(terms, a_value, b_value)))
        case Flags(some), Flags(others):
            return terms.and_(*(terms.eq(a, b) for a, b in zip(some, others, strict=True)))
        case Row(some_fields), Row(other_fields):
            return terms.and_(*(equal(terms, a, b) for a, b in zip(some_fields, other_fields, strict=True)))
        case Rows(size, elements), Rows(other_size, others_):
            pairs = [
                terms.implies(terms.lt(terms.integer(i), size), equal(terms, a, b))
                for i, (a, b) in enumerate(zip(elements, others_, strict=True))
            ]
            return terms.and_(terms.eq(size, other_size), *pairs)
        case _:
            raise AssertionError("values of different types are compared")


def choose(terms: Terms, condition: Term, then: SymbolicValue, otherwise: SymbolicValue) -> SymbolicValue:
    """``if condition then … else …`` on values of one type."""
    match then, otherwise:
        case Scalar(a), Scalar(b):
            return Scalar(terms.ite(condition, a, b))
        case Number(), Number():
            if condition is terms.true:
                return then
            if condition is terms.false:
                return otherwise
            a, b, denominator = aligned(terms, then, otherwise)
            return Number(terms.ite(condition, a, b), denominator)
        case Optional(here, a_value), Optional(there, b_value):
            return Optional(terms.ite(condition, here, there), choose(terms, condition, a_value, b_value))
        case Flags(some), Flags(others):
            return Flags(tuple(terms.ite(condition, a, b) for a, b in zip(some, others, strict=True)))
        case Row(some_fields), Row(other_fields):
            pairs = zip(some_fields, other_fields, strict=True)
            return Row(tuple(choose(terms, condition, a, b) for a, b in pairs))
        case Rows(size, elements), Rows(other_size, others_):
            rows = tuple(choose(terms, condition, a, b) for a, b in zip(elements, others_, strict=True))
            return Rows(terms.ite(condition, size, other_size), rows)  # type: ignore[arg-type]
        case _:
            raise AssertionError("values of different types are chosen from")


def rank(terms: Terms, value: Term, sort: Sort) -> Term:
    """The position of an enum value in the order written, as an integer term."""
    result = terms.integer(len(sort.members) - 1)
    for index in range(len(sort.members) - 2, -1, -1):
        result = terms.ite(terms.eq(value, terms.member(sort, sort.members[index])), terms.integer(index), result)
    return result


def is_number(type_: Type) -> bool:
    """Whether values of the type are laid out as ``Number``."""
    return isinstance(type_, IntType | DecimalType | MoneyType)


def arithmetic(terms: Terms, operator: str, left: Number, right: Number) -> Number:
    """``+``, ``-``, ``*``, or ``/`` (by a constant that is not zero), exactly."""
    if operator in ("+", "-"):
        a, b, denominator = aligned(terms, left, right)
        return Number(terms.add(a, b) if operator == "+" else terms.sub(a, b), denominator)
    if operator == "/":
        divisor = Fraction(right.term.payload) / right.denominator  # type: ignore[arg-type]
        right = constant_number(terms, 1 / divisor)
    for factor, other in ((left, right), (right, left)):
        if factor.term.op == "const":
            exact = Fraction(factor.term.payload) / factor.denominator  # type: ignore[arg-type]
            return _scaled(terms, exact, other)
    if left.term.sort == right.term.sort:
        return Number(terms.times(left.term, right.term), left.denominator * right.denominator)
    return Number(terms.times(as_real(terms, left), as_real(terms, right)))


def _scaled(terms: Terms, factor: Fraction, number: Number) -> Number:
    if number.term.sort == REAL:
        return Number(terms.scale(factor, number.term))
    return Number(terms.scale(factor.numerator, number.term), number.denominator * factor.denominator)


def read(value: SymbolicValue, type_: Type, assigned: Mapping[Term, object]) -> Value:
    """The core value that an assignment of terms to plain values gives to a layout of variables.

    Raises ``KeyError`` for a variable without a value. An absent value and the elements past a list's size are not
    looked at.
    """
    match type_, value:
        case OptionType(inner), Optional(present, content):
            return read(content, inner, assigned) if assigned[present] else None
        case SetType(element), Flags(members):
            return frozenset(m for m, flag in zip(element.members, members, strict=True) if assigned[flag])
        case RecordType(_, fields), Row(parts):
            return tuple(read(part, kind, assigned) for part, (_, kind) in zip(parts, fields, strict=True))
        case ListType(element, _), Rows(size, elements):
            count = int(assigned[size])  # type: ignore[call-overload]
            return tuple(read(row, element, assigned) for row in elements[:count])
        case ((DecimalType() | MoneyType()), Number(term, denominator)):
            return Fraction(cast("int | Fraction", assigned[term])) / denominator
        case _, (Number(term, _) | Scalar(term)):
            return assigned[term]  # type: ignore[return-value]
        case _:
            raise AssertionError("a value is read at another type than it was laid out for")
