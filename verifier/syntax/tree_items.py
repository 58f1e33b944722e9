"""The surface tree: declarations, decisions, steps and duties. Data only; see ``verifier.syntax.tree``."""

from __future__ import annotations

from typing import Literal

from verifier.records import dataclass
from verifier.syntax.tree_expressions import Cite, Duration, Expr, Name, Node, Reads, Rounding, Text, TypeExpr


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
