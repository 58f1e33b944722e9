"""The surface tree: what the author wrote, before names and types are known.

One class per form of ``grammar/policy.lark``. Spans do not take part in comparison, so that two trees are
equal exactly when they mean the same text, wherever it stood (the formatter's round trip relies on it).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from verifier.source import SourceFile, Span


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


# ---------------------------------------------------------------- items


@dataclass(frozen=True, slots=True)
class Item(Node):
    """Any top-level item."""


@dataclass(frozen=True, slots=True)
class Source(Item):
    """``source NAME "title" [from "path"] [sha256 "…"]``."""

    name: Name
    title: Text
    path: Text | None
    sha256: Text | None


@dataclass(frozen=True, slots=True)
class Use(Item):
    """``use NAME``."""

    name: Name


@dataclass(frozen=True, slots=True)
class Actor(Item):
    """``actor NAME "phrase"``."""

    name: Name
    phrase: Text | None
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class EnumValue(Node):
    """One value of an enum or reading."""

    name: Name
    phrase: Text | None


@dataclass(frozen=True, slots=True)
class Enum(Item):
    """``enum E = a | b``."""

    name: Name
    values: tuple[EnumValue, ...]
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity(Item):
    """``entity E``."""

    name: Name
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Field(Node):
    """One field of a record."""

    name: Name
    type: TypeExpr
    reads: Reads | None
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Record(Item):
    """``record R field a : int``."""

    name: Name
    fields: tuple[Field, ...]
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact(Item):
    """``fact NAME : type [reads …] [cites]``."""

    name: Name
    type: TypeExpr
    reads: Reads | None
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Status(Item):
    """``status NAME : type [starts e] [reads …] [cites]``."""

    name: Name
    type: TypeExpr
    starts: Expr | None
    reads: Reads | None
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Reading(Item):
    """``reading NAME "question" = a | b``."""

    name: Name
    question: Text
    cites: tuple[Cite, ...]
    values: tuple[EnumValue, ...]


@dataclass(frozen=True, slots=True)
class Assume(Item):
    """``assume [NAME:] e because "…"``."""

    name: Name | None
    condition: Expr
    because: Text | None
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Param(Node):
    """A parameter of a define, decide, table or step."""

    name: Name
    type: TypeExpr


@dataclass(frozen=True, slots=True)
class Define(Item):
    """``define NAME[(params)] means e``."""

    name: Name
    params: tuple[Param, ...]
    body: Expr
    reads: Reads | None
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Rule(Node):
    """``rule NAME gives e if e`` (``targets`` is ``None``) or ``exception NAME to … gives e if e``.

    ``targets`` of an exception: the names it defeats, or ``"all"``.
    """

    name: Name
    targets: tuple[Name, ...] | Literal["all"] | None
    value: Expr
    condition: Expr
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Otherwise(Node):
    """``otherwise e``."""

    value: Expr
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Decide(Item):
    """``decide NAME[(params)] : type`` with rules, exceptions and an optional otherwise."""

    name: Name
    params: tuple[Param, ...]
    type: TypeExpr
    reads: Reads | None
    cites: tuple[Cite, ...]
    rules: tuple[Rule, ...]
    otherwise: Otherwise | None


@dataclass(frozen=True, slots=True)
class Cell(Node):
    """One alternative of a pattern: ``>= e`` (operator set), ``a to b`` (high set) or a value."""

    low: Expr
    high: Expr | None = None
    operator: Literal["<", "<=", ">", ">=", "="] | None = None


@dataclass(frozen=True, slots=True)
class Pattern(Node):
    """``any`` (no cells) or ``cell | cell``."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Row(Node):
    """``row p, p gives e``."""

    patterns: tuple[Pattern, ...]
    value: Expr
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Table(Item):
    """``table NAME(params) : type row …``."""

    name: Name
    params: tuple[Param, ...]
    type: TypeExpr
    reads: Reads | None
    cites: tuple[Cite, ...]
    rows: tuple[Row, ...]
    otherwise: Otherwise | None


@dataclass(frozen=True, slots=True)
class Requires(Node):
    """``requires [NAME:] e``."""

    label: Name | None
    condition: Expr
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Assignment(Node):
    """``x becomes e``."""

    target: Name
    value: Expr
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Then(Node):
    """``then x becomes e, y becomes f [cites]``."""

    assignments: tuple[Assignment, ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Step(Item):
    """``step NAME[(params)] [by …] [reads …] requires… then…``; ``clauses`` keeps the written order."""

    name: Name
    params: tuple[Param, ...]
    actors: tuple[Name, ...]
    reads: Reads | None
    cites: tuple[Cite, ...]
    clauses: tuple[Requires | Then, ...]


@dataclass(frozen=True, slots=True)
class Duty(Item):
    """``duty [NAME:] A or B [by …] within D [rounding] of S [unless e]``."""

    name: Name | None
    answers: tuple[Name, ...]
    actors: tuple[Name, ...]
    duration: Duration
    rounding: Rounding | None
    trigger: Name
    unless: Expr | None
    cites: tuple[Cite, ...]


# ---------------------------------------------------------------- promises


@dataclass(frozen=True, slots=True)
class Form(Node):
    """Any promise form."""


@dataclass(frozen=True, slots=True)
class Always(Form):
    """``always e [while f]``; ``never e [while f]`` with ``negated``."""

    body: Expr
    scope: Expr | None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class NeverChanges(Form):
    """``never e changes while f``."""

    body: Expr
    scope: Expr


@dataclass(frozen=True, slots=True)
class Possible(Form):
    """``possible e``; ``always possible e`` with ``always``."""

    goal: Expr
    always: bool = False


@dataclass(frozen=True, slots=True)
class OnlyIf(Form):
    """``S only if e``."""

    act: Act
    condition: Expr


@dataclass(frozen=True, slots=True)
class OnlyAfter(Form):
    """``S only after T [within D] [unless e]``."""

    act: Act
    earlier: Act
    duration: Duration | None
    rounding: Rounding | None
    unless: Expr | None


@dataclass(frozen=True, slots=True)
class NeverAfter(Form):
    """``never S after T [unless e]``."""

    act: Act
    earlier: Act
    unless: Expr | None


@dataclass(frozen=True, slots=True)
class AfterUntil(Form):
    """``after S, e [until T]``."""

    act: Act
    body: Expr
    until: Act | None


@dataclass(frozen=True, slots=True)
class Response(Form):
    """``after S, T within D``."""

    act: Act
    response: Act
    duration: Duration
    rounding: Rounding | None


@dataclass(frozen=True, slots=True)
class DependsOnly(Form):
    """``D depends only on f, g``."""

    subject: Name
    on: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class More(Form):
    """``more f never lowers D`` or ``never raises D``."""

    item: Name
    direction: Literal["lowers", "raises"]
    subject: Name


@dataclass(frozen=True, slots=True)
class Equals(Form):
    """``e equals f``."""

    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class NeverBoth(Form):
    """``e never both f``."""

    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Prove(Item):
    """``prove NAME "title" form [cites]``."""

    name: Name
    title: Text | None
    cites: tuple[Cite, ...]
    form: Form


# ---------------------------------------------------------------- scenarios


@dataclass(frozen=True, slots=True)
class Clause(Node):
    """Any clause of a scenario."""


@dataclass(frozen=True, slots=True)
class Given(Clause):
    """``given e, f``."""

    conditions: tuple[Expr, ...]
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class When(Clause):
    """``when S, T(x)``."""

    acts: tuple[Act, ...]
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class On(Clause):
    """``on 2012-04-25 [S, T]``."""

    date: DateLiteral
    acts: tuple[Act, ...]
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class After(Clause):
    """``after 3 days[, S, T]``."""

    duration: Duration
    acts: tuple[Act, ...]
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Cannot(Node):
    """``cannot S [because label]``; ``label`` holds the dotted parts."""

    act: Act
    label: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Expect(Clause):
    """``expect e, cannot S``."""

    outcomes: tuple[Expr | Cannot, ...]
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario(Item):
    """``scenario NAME "title" clause…``."""

    name: Name
    title: Text | None
    cites: tuple[Cite, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Waive(Item):
    """``waive CODE [on NAME] because "…"``."""

    code: Name
    target: Name | None
    because: Text


# ---------------------------------------------------------------- the whole


@dataclass(frozen=True, slots=True)
class Comment(Node):
    """``# …`` to the end of the line, with its mark."""

    text: str


@dataclass(frozen=True, slots=True)
class PolicyTree(Node):
    """A whole file. ``comments`` stand in text order and do not take part in comparison."""

    name: Name
    title: Text | None
    items: tuple[Item, ...]
    comments: tuple[Comment, ...] = field(default=(), compare=False)
    source: SourceFile | None = field(default=None, compare=False, repr=False)
