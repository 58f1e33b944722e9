"""The nodes of expressions that speak of the run so far, and what every node has in common.

Part of ``core.expressions``, which names them all.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal, TypeAlias

from verifier.core.types import Type
from verifier.records import dataclass
from verifier.source import Span

if TYPE_CHECKING:
    from verifier.core.expressions import Const, Expr

Rounding: TypeAlias = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Node:
    """Common part of every expression."""

    type: Type = field(kw_only=True)
    span: Span | None = field(kw_only=True, default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Act:
    """A step, with any arguments (``None``) or with these, one for each parameter.

    The arguments are evaluated in the state in which the history term is evaluated.
    """

    step: str
    arguments: tuple[Expr, ...] | None


@dataclass(frozen=True, slots=True)
class Happened(Node):
    """The act occurred in the run so far. ``has never happened`` is ``Not(Happened)``."""

    act: Act


@dataclass(frozen=True, slots=True)
class HappenedWithin(Node):
    """No before any occurrence; otherwise ``today <= date of S + duration`` (``Const`` of days or months).

    ``rounding`` is given exactly for months.
    """

    act: Act
    duration: Const
    rounding: Rounding | None


@dataclass(frozen=True, slots=True)
class DateOf(Node):
    """The date of the last (or first) occurrence; errs before any."""

    act: Act
    first: bool


@dataclass(frozen=True, slots=True)
class CountOf(Node):
    """How often the act occurred."""

    act: Act


@dataclass(frozen=True, slots=True)
class Ever(Node):
    """The operand held in some state so far, the present one included; tried in order of time, up to the first."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class JustBefore(Node):
    """The operand held in the state before the last step or wait; no initially."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class EverSince(Node):
    """``since`` held at some state, possibly now, and ``operand`` at every later state up to now.

    As a recurrence: ``now(n) = since(n) or (operand(n) and now(n-1))``, with ``now(-1) = no``; ``since`` is evaluated
    first in every state, ``operand`` only where ``since`` is false and ``now(n-1)`` is true.
    """

    operand: Expr
    since: Expr
