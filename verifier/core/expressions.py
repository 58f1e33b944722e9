"""Typed expressions of the core language.

Every node has a ``type`` and a ``span`` (the written text it came from; not compared). All coercions are explicit:
operands of one operator have the same type up to declared ranges.

INVARIANT: the tree is finite and closed: a ``Local`` is bound by a step parameter, a promise's binder, a decision's
parameter or an enclosing list operator; binder names are unique in a program (``child#3``; shown up to ``#``).
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Literal, TypeAlias

from verifier.core.history_terms import Act as Act
from verifier.core.history_terms import CountOf as CountOf
from verifier.core.history_terms import DateOf as DateOf
from verifier.core.history_terms import Ever as Ever
from verifier.core.history_terms import EverSince as EverSince
from verifier.core.history_terms import Happened as Happened
from verifier.core.history_terms import HappenedWithin as HappenedWithin
from verifier.core.history_terms import JustBefore as JustBefore
from verifier.core.history_terms import Node as Node
from verifier.core.history_terms import Rounding as Rounding
from verifier.core.types import Value
from verifier.records import dataclass

# ---------------------------------------------------------------- values and references


@dataclass(frozen=True, slots=True)
class Const(Node):
    """A value, represented as ``core.types`` says."""

    value: Value


@dataclass(frozen=True, slots=True)
class FactRef(Node):
    """The value of a fact of the case."""

    name: str


@dataclass(frozen=True, slots=True)
class StatusRef(Node):
    """The present value of a status."""

    name: str


@dataclass(frozen=True, slots=True)
class ReadingRef(Node):
    """The chosen reading; an enum value."""

    name: str


@dataclass(frozen=True, slots=True)
class Local(Node):
    """A bound variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Today(Node):
    """The present date."""


@dataclass(frozen=True, slots=True)
class Defined(Node):
    """A use of a definition: means exactly ``body``, in which the arguments stand already."""

    name: str
    arguments: tuple[Expr, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class DecisionCall(Node):
    """The value of a decision or table; the arguments are evaluated first. Errs on a gap or conflict."""

    name: str
    arguments: tuple[Expr, ...]


# ---------------------------------------------------------------- logic (left to right, short-circuit)


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Negation."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class And(Node):
    """Conjunction, evaluated left to right up to the first false."""

    operands: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Disjunction, evaluated left to right up to the first true."""

    operands: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Implies(Node):
    """Implication; the conclusion is not evaluated where the premise is false."""

    premise: Expr
    conclusion: Expr


@dataclass(frozen=True, slots=True)
class Iff(Node):
    """Equality of two yes/no."""

    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class If(Node):
    """Choice by condition; the other branch is not evaluated."""

    condition: Expr
    then: Expr
    otherwise: Expr


# ---------------------------------------------------------------- comparison


@dataclass(frozen=True, slots=True)
class Equal(Node):
    """Equality of two values of one type (any type; absent equals only absent). ``a is not b`` is ``Not(Equal)``."""

    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """Order of numbers, dates, durations, or enums as written (no < yes for yes/no)."""

    operator: Literal["<", "<=", ">", ">="]
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class OneOf(Node):
    """``x is in {a, b}``: equal to one of the options, tried in order."""

    item: Expr
    options: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Member(Node):
    """``x is in s`` for a set ``s``."""

    item: Expr
    container: Expr


@dataclass(frozen=True, slots=True)
class Between(Node):
    """``low <= item and item <= high``, each evaluated once: item, low, high."""

    item: Expr
    low: Expr
    high: Expr


# ---------------------------------------------------------------- arithmetic


@dataclass(frozen=True, slots=True)
class ToRational(Node):
    """An integer as a decimal."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Present(Node):
    """A value of T as one of ``T or none``."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Unwrap(Node):
    """The value of a ``T or none``; errs where it is absent."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """Exact arithmetic; division is by a non-zero constant.

    Types: number·number of one kind; ``money * decimal``, ``decimal * money``, ``money / decimal``, ``money / money``
    (a decimal); ``date + days``, ``date - days``, ``date - date`` (days); ``days ± days``, ``months ± months``,
    ``int * days``, ``days * int`` and the same for months. Integer division gives a decimal.
    """

    operator: Literal["+", "-", "*", "/"]
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """The negation of a number or duration."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class AddMonths(Node):
    """A date plus (or minus, ``sign`` -1) months, as ``core.dates.add_months``. Rounding is always given here."""

    date: Expr
    months: Expr
    sign: Literal[1, -1]
    rounding: Rounding


@dataclass(frozen=True, slots=True)
class Extreme(Node):
    """``lesser of`` or ``greater of``."""

    operator: Literal["lesser", "greater"]
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class WeekdayOf(Node):
    """The weekday of a date."""

    operand: Expr


# ---------------------------------------------------------------- sets, records, lists


@dataclass(frozen=True, slots=True)
class SetOf(Node):
    """A set literal."""

    members: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class SetChange(Node):
    """``base with item`` or ``base without item``."""

    operator: Literal["with", "without"]
    base: Expr
    item: Expr


@dataclass(frozen=True, slots=True)
class FieldOf(Node):
    """A field of a record."""

    operand: Expr
    field: str


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """``some``/``every`` element has the condition; tried in list order, short-circuit."""

    quantifier: Literal["some", "every"]
    variable: str
    collection: Expr
    condition: Expr


@dataclass(frozen=True, slots=True)
class NumberOf(Node):
    """How many elements have the condition."""

    variable: str
    collection: Expr
    condition: Expr


@dataclass(frozen=True, slots=True)
class TotalOf(Node):
    """The sum of a number over the elements."""

    variable: str
    collection: Expr
    summand: Expr


@dataclass(frozen=True, slots=True)
class SizeOf(Node):
    """How many elements a list or set has."""

    collection: Expr


Expr: TypeAlias = (
    Const
    | FactRef
    | StatusRef
    | ReadingRef
    | Local
    | Today
    | Defined
    | DecisionCall
    | Not
    | And
    | Or
    | Implies
    | Iff
    | If
    | Equal
    | Compare
    | OneOf
    | Member
    | Between
    | ToRational
    | Present
    | Unwrap
    | Arithmetic
    | Negative
    | AddMonths
    | Extreme
    | WeekdayOf
    | SetOf
    | SetChange
    | FieldOf
    | Quantified
    | NumberOf
    | TotalOf
    | SizeOf
    | Happened
    | HappenedWithin
    | DateOf
    | CountOf
    | Ever
    | JustBefore
    | EverSince
)


def children(expr: Expr) -> tuple[Expr, ...]:
    """Direct subexpressions in evaluation order, arguments of acts included."""
    found: list[Expr] = []
    for name in _child_fields(type(expr)):  # type: ignore[arg-type]
        part = getattr(expr, name)
        if isinstance(part, Node):
            found.append(part)  # type: ignore[arg-type]
        elif isinstance(part, Act):
            found.extend(part.arguments or ())
        elif isinstance(part, tuple):
            found.extend(item for item in part if isinstance(item, Node))  # type: ignore[misc]
    return tuple(found)


@cache
def _child_fields(kind: type[Node]) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind) if item.name not in ("type", "span"))


def subexpressions(expr: Expr) -> list[Expr]:
    """The expression and everything in it, parents before children; bodies of definitions included."""
    found: list[Expr] = []
    stack = [expr]
    while stack:
        item = stack.pop()
        found.append(item)
        stack.extend(reversed(children(item)))
    return found
