"""Where an expression stands: the session it belongs to, the names that it sees and the variables bound around it.

A ``Session`` lives for one check of one program and is passed along explicitly; it collects diagnostics, makes fresh
binder names and remembers the definitions elaborated so far. Nothing here decides what an expression means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from enum import Enum
from typing import Literal, TypeAlias

from verifier.checking.scope import Scope
from verifier.core import program as core
from verifier.core.types import Type
from verifier.diagnostics.model import Collector
from verifier.records import dataclass
from verifier.source import Span
from verifier.syntax import tree


class Unknown(Enum):
    """The hint where something should have a type, but its declaration is in error: uses of it stay silent."""

    UNKNOWN = "unknown"


UNKNOWN: Literal[Unknown.UNKNOWN] = Unknown.UNKNOWN

Hint: TypeAlias = Type | Literal[Unknown.UNKNOWN] | None
"""The type that a place asks for; ``None`` where it asks for nothing in particular."""


@dataclass(frozen=True, slots=True)
class Binder:
    """A bound variable: its name in the core, its type (``None``: in error) and what binds it."""

    core_name: str
    type: Type | None
    span: Span
    kind: Literal["parameter", "argument", "element"]


@dataclass(slots=True)
class Session:
    """The state of one check.

    ``waiting`` holds the definitions that can be asked for, ``definitions`` those elaborated so far (``None``: in
    error), and ``needed`` the first that was asked for before its time; ``definitions.settle`` puts them in order.
    ``tag`` keeps fresh names of a later ``check_form`` apart from those of the program.
    """

    collector: Collector
    tag: str = ""
    count: int = 0
    waiting: dict[str, tuple[tree.Define, Scope]] = field(default_factory=dict)
    definitions: dict[str, core.Definition | None] = field(default_factory=dict)
    needed: str | None = None

    def fresh(self, name: str) -> str:
        """A binder name that occurs nowhere else in the program; shown up to its ``#``."""
        self.count += 1
        return f"{name.partition('#')[0]}#{self.tag}{self.count}"


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of an expression. ``of_states``: it is promised of every state that is reached."""

    session: Session
    scope: Scope
    locals: Mapping[str, Binder] = field(default_factory=dict)
    of_states: bool = False

    @property
    def collector(self) -> Collector:
        """Where diagnostics go."""
        return self.session.collector

    def bind(self, binders: Mapping[str, Binder]) -> Context:
        """The same place with more variables bound; inner ones hide outer ones."""
        return replace(self, locals={**self.locals, **binders})
