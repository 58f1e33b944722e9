"""The forms of promises: a closed list of patterns over typed expressions.

Part of ``core.program``, which names them all.
"""

from __future__ import annotations

from dataclasses import field
from typing import Literal, TypeAlias

from verifier.core.expressions import Act, Const, Expr, Rounding
from verifier.core.types import Type
from verifier.records import dataclass
from verifier.source import Span


@dataclass(frozen=True, slots=True)
class Param:
    """A typed parameter; its ``Local`` has the same name."""

    name: str
    type: Type
    span: Span = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Always:
    """``body`` in every reachable state where ``scope`` holds (``None``: everywhere). For ``never`` see ``negated``.

    ``negated`` means the author wrote ``never body``: the body must be false there.
    """

    body: Expr
    scope: Expr | None
    negated: bool


@dataclass(frozen=True, slots=True)
class NeverChanges:
    """No step or wait changes ``body`` where ``scope`` holds before or after it."""

    body: Expr
    scope: Expr


@dataclass(frozen=True, slots=True)
class Possible:
    """Some compliant run reaches ``goal``."""

    goal: Expr


@dataclass(frozen=True, slots=True)
class AlwaysPossible:
    """From every reachable state some compliant run reaches ``goal``."""

    goal: Expr


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """Whenever ``step`` is taken, ``condition`` held before it.

    ``binders`` are fresh names (``Local``) for the step's arguments; empty when the author bound none. ``S only after T
    [within D] [unless E]`` arrives here too, with the condition ``T has happened [within D] or E``, and ``never S after
    T [unless E]`` with ``not T has happened or E``; ``written`` says which form the author used, ``earlier`` names T
    there and ``unless`` is E (a part of ``condition``).
    """

    step: str
    binders: tuple[Param, ...]
    condition: Expr
    written: Literal["only if", "only after", "never after"] = "only if"
    earlier: Act | None = None
    unless: Expr | None = None


@dataclass(frozen=True, slots=True)
class AfterUntil:
    """From the state after each ``step`` up to and including the state before ``until``: ``body``. ``until`` need not
    come.

    ``binders`` as in ``OnlyIf``; ``until`` may use them as arguments.
    """

    step: str
    binders: tuple[Param, ...]
    body: Expr
    until: Act | None


@dataclass(frozen=True, slots=True)
class Response:
    """Each ``step`` is answered by ``response`` within ``duration`` of the earliest unanswered one (per value of
    ``binders``).
    """

    step: str
    binders: tuple[Param, ...]
    response: Act
    duration: Const
    rounding: Rounding | None


@dataclass(frozen=True, slots=True)
class DependsOnly:
    """Two cases that agree on the named items get the same value of ``subject``."""

    subject: Expr
    on: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class More:
    """Two cases alike but for ``item``, the second with more of it: ``subject`` is not lower (``lowers``) or higher
    (``raises``).
    """

    item: Expr
    direction: Literal["lowers", "raises"]
    subject: Expr


@dataclass(frozen=True, slots=True)
class Equals:
    """``left`` and ``right`` are always equal."""

    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class NeverBoth:
    """``left`` and ``right`` never hold together."""

    left: Expr
    right: Expr


Form: TypeAlias = (
    Always
    | NeverChanges
    | Possible
    | AlwaysPossible
    | OnlyIf
    | AfterUntil
    | Response
    | DependsOnly
    | More
    | Equals
    | NeverBoth
)
