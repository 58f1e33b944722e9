"""What the policy generator knows about types, and what it may use of the language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

KindName = Literal["yes/no", "int", "money", "decimal", "date", "enum", "entity", "set", "option", "list"]

FINITE = frozenset({"integers", "history", "decisions", "parameters", "duties", "sets", "options", "readings"})
"""Features whose policies stay finite, so that they can be enumerated (``Profile.finite`` bounds the integers)."""

ALL = FINITE | {"dates", "money", "decimals", "entities", "lists", "scenarios"}


@dataclass(frozen=True)
class Profile:
    """What a generated policy may contain.

    ``features``: a subset of ``ALL``. ``size``: 1 (a handful of items) to 4. ``finite``: every type has few values
    and no term needs more history than ``semantics.explore`` keeps. ``errors``: gaps, conflicts, absent values and
    ranges may be met; without it every generated term always has a value. ``promises``: how many.
    """

    features: frozenset[str] = FINITE
    size: int = 2
    finite: bool = True
    errors: bool = False
    promises: int = 6

    def has(self, feature: str) -> bool:
        """Whether a feature may be used."""
        return feature in self.features


@dataclass(frozen=True)
class Kind:
    """A type: ``text`` is how it is written; ``members`` of an enum (or of the enum of a set); ``low``/``high`` of an
    int."""

    name: KindName
    text: str
    members: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    inner: Kind | None = None
    fields: tuple[tuple[str, Kind], ...] = ()

    def like(self, other: Kind) -> bool:
        """Whether values of the two may be compared: the same type, up to a declared range."""
        if self.name in ("int", "money"):
            return self.name == other.name
        if self.name == "option" and other.name == "option":
            assert self.inner is not None
            assert other.inner is not None
            return self.inner.like(other.inner)
        return self.text == other.text

    @property
    def finite(self) -> bool:
        """Whether there are finitely many values."""
        if self.inner is not None and self.name == "option":
            return self.inner.finite
        return self.name in ("yes/no", "enum", "set") or (self.name == "int" and self.high is not None)

    @property
    def ordered(self) -> bool:
        """Whether ``<`` is defined, counting no before yes as ``more`` does."""
        return self.name in ("yes/no", "int", "money", "decimal", "date", "enum")


YES_NO = Kind("yes/no", "yes/no")
INT = Kind("int", "int")
DECIMAL = Kind("decimal", "decimal")
MONEY = Kind("money", "money")
DATE = Kind("date", "date")


def int_between(low: int, high: int) -> Kind:
    """A ranged integer."""
    return Kind("int", f"int {low}..{high}", low=low, high=high)


def option(inner: Kind) -> Kind:
    """``T or none``."""
    return Kind("option", f"{inner.text} or none", inner=inner)


def set_of(element: Kind) -> Kind:
    """``set of E``."""
    return Kind("set", f"set of {element.text}", members=element.members, inner=element)


@dataclass(frozen=True)
class Symbol:
    """Something with a name and a type; ``members`` of readings are choices written bare."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Callee:
    """A decision, table, definition or step with parameters."""

    name: str
    params: tuple[Symbol, ...]
    kind: Kind


@dataclass
class Vocabulary:
    """What has been declared so far."""

    enums: list[Kind] = field(default_factory=list)
    entity: Kind | None = None
    record: Kind | None = None
    facts: list[Symbol] = field(default_factory=list)
    readings: list[Symbol] = field(default_factory=list)
    statuses: list[Symbol] = field(default_factory=list)
    decisions: list[Callee] = field(default_factory=list)
    definitions: list[Callee] = field(default_factory=list)
    steps: list[Callee] = field(default_factory=list)


@dataclass(frozen=True)
class Scope:
    """What an expression may mention: variables, decisions and definitions, and whether history and ``today``."""

    variables: tuple[Symbol, ...]
    calls: tuple[Callee, ...] = ()
    history: bool = False
    today: bool = True

    def plus(self, *more: Symbol) -> Scope:
        """The scope with more variables."""
        return Scope((*self.variables, *more), self.calls, self.history, self.today)
