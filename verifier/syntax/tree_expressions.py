"""The surface tree: leaves, types and expressions. Data only; see ``verifier.syntax.tree``."""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction
from typing import Literal

from verifier.records import dataclass
from verifier.source import Span


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of the tree with its place."""

    span: Span = field(compare=False, repr=False, kw_only=True)


# ---------------------------------------------------------------- leaves


@dataclass(frozen=True, slots=True)
class Name(Node):
    """An identifier, as a declared name or a reference."""

    text: str


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A quoted string, without its quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Cite(Node):
    """``[source locator]``; the locator may be empty."""

    source: str
    locator: str


@dataclass(frozen=True, slots=True)
class Reads(Node):
    """``reads "positive" / "negative"``; the second is absent for noun phrases."""

    positive: str
    negative: str | None


# ---------------------------------------------------------------- types

Primitive = Literal["yes/no", "int", "decimal", "percent", "money", "date"]


@dataclass(frozen=True, slots=True)
class TypeExpr(Node):
    """A written type.

    ``kind`` is a primitive, ``"name"`` (enum, entity or record called ``name``), ``"list"`` or ``"set"`` (of ``name``).
    ``low``/``high`` are the declared range of ``int`` (integers) or ``money`` (exact dollars);
    ``limit`` is N of ``list of R up to N``; ``optional`` is set by ``or none``.
    """

    kind: Literal["yes/no", "int", "decimal", "percent", "money", "date", "name", "list", "set"]
    name: Name | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    limit: int | None = None
    optional: bool = False


# ---------------------------------------------------------------- expressions

Rounding = Literal["up", "down"]
Unit = Literal["day", "week", "month", "year"]


@dataclass(frozen=True, slots=True)
class Expr(Node):
    """Any expression."""


@dataclass(frozen=True, slots=True)
class Ref(Expr):
    """A bare name: fact, status, reading, definition, decision, parameter, enum value …, or ``none``."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply(Expr):
    """``name(arguments)``."""

    name: Name
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Attr(Expr):
    """``owner.member``: a field of an element, or a value of an enum or reading."""

    owner: Name
    member: Name


@dataclass(frozen=True, slots=True)
class YesNo(Expr):
    """``yes`` or ``no``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Number(Expr):
    """A number literal; ``value`` is exact: dollars for money, 0.05 for ``5%``. ``text`` is as written."""

    kind: Literal["int", "decimal", "percent", "money"]
    value: Fraction
    text: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class DateLiteral(Expr):
    """``2012-04-23``; the checker refuses dates that do not exist."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Duration(Expr):
    """``90 days``."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Today(Expr):
    """``today``."""


@dataclass(frozen=True, slots=True)
class Not(Expr):
    """``not e``."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Junction(Expr):
    """``a and b and c`` or ``a or b or c``; at least two operands."""

    operator: Literal["and", "or"]
    operands: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Implies(Expr):
    """``a implies b`` (right-associative)."""

    premise: Expr
    conclusion: Expr


@dataclass(frozen=True, slots=True)
class Iff(Expr):
    """``a exactly when b`` or ``a iff b``."""

    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class If(Expr):
    """``if c then a else b``."""

    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Is(Expr):
    """``a is b``, ``a is not b``; also ``a = b`` (``symbol`` set)."""

    left: Expr
    right: Expr
    negated: bool = False
    symbol: bool = False


@dataclass(frozen=True, slots=True)
class Compare(Expr):
    """``a < b`` and the like."""

    operator: Literal["<", "<=", ">", ">="]
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class IsIn(Expr):
    """``x is in {a, b}`` or ``x is in s``; ``container`` is a ``SetLiteral`` or a ``Ref``."""

    item: Expr
    container: Expr
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Between(Expr):
    """``x is between a to b``, both ends included."""

    item: Expr
    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class SetLiteral(Expr):
    """``{a, b}`` after ``is in``, or ``{}``."""

    members: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic(Expr):
    """``a + b`` and the like; ``rounding`` only with ``+`` and ``-``."""

    operator: Literal["+", "-", "*", "/"]
    left: Expr
    right: Expr
    rounding: Rounding | None = None


@dataclass(frozen=True, slots=True)
class Negative(Expr):
    """``-e``."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class SetChange(Expr):
    """``s with x`` or ``s without x``."""

    operator: Literal["with", "without"]
    base: Expr
    item: Expr


@dataclass(frozen=True, slots=True)
class Choice(Expr):
    """``lesser of (a, b)`` or ``greater of (a, b)``."""

    operator: Literal["lesser", "greater"]
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Weekday(Expr):
    """``weekday of d``."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Act(Node):
    """A step, as it occurs in history terms and promises; no arguments means any arguments."""

    name: Name
    arguments: tuple[Expr, ...] | None = None


@dataclass(frozen=True, slots=True)
class Happened(Expr):
    """``S has happened`` or ``S has never happened`` (``negated``)."""

    act: Act
    negated: bool = False


@dataclass(frozen=True, slots=True)
class HappenedWithin(Expr):
    """``S happened within 30 days [rounding up]``."""

    act: Act
    duration: Duration
    rounding: Rounding | None = None


@dataclass(frozen=True, slots=True)
class DateOf(Expr):
    """``date of S`` (last) or ``first date of S``."""

    act: Act
    first: bool = False


@dataclass(frozen=True, slots=True)
class CountOf(Expr):
    """``count of S``."""

    act: Act


@dataclass(frozen=True, slots=True)
class Ever(Expr):
    """``ever (e)``."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class JustBefore(Expr):
    """``just before (e)``."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class EverSince(Expr):
    """``e ever since f``."""

    operand: Expr
    since: Expr


@dataclass(frozen=True, slots=True)
class Quantified(Expr):
    """``some child in children has e`` or ``every …``."""

    quantifier: Literal["some", "every"]
    variable: Name
    collection: Name
    condition: Expr


@dataclass(frozen=True, slots=True)
class NumberOf(Expr):
    """``number of child in children with (e)``."""

    variable: Name
    collection: Name
    condition: Expr


@dataclass(frozen=True, slots=True)
class TotalOf(Expr):
    """``total of child.income for child in children``."""

    summand: Expr
    variable: Name
    collection: Name


@dataclass(frozen=True, slots=True)
class SizeOf(Expr):
    """``size of children``."""

    collection: Name
