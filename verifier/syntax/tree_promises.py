"""The surface tree: promises and scenarios. Data only; see ``verifier.syntax.tree``."""

from __future__ import annotations

from typing import Literal

from verifier.records import dataclass
from verifier.syntax.tree_expressions import Act, Cite, DateLiteral, Duration, Expr, Name, Node, Rounding, Text
from verifier.syntax.tree_items import Item


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
    """``after 3 days[, S, T]``, ``after 1 month rounding up[, S, T]``."""

    duration: Duration
    rounding: Rounding | None
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
    """``waive CODE [on NAME] [until DATE] because "…"``."""

    code: Name
    target: Name | None
    until: DateLiteral | None
    because: Text
