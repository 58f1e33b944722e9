"""What can be named in a policy: symbols with their kinds, types and places.

A scope holds the names that one policy sees: its own and those of every policy that it uses. Scopes are built by
``declare`` from trees and by ``reopen`` from a checked program; everything else only looks names up here.
A type of ``None`` means that the declaration itself was in error and has been reported: uses of it stay silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from verifier.core.types import EntityType, EnumType, RecordType, Type
from verifier.records import dataclass
from verifier.source import Span

ValueKind: TypeAlias = Literal["fact", "status", "definition", "decision", "reading"]
TypeKind: TypeAlias = Literal["enum", "entity", "record"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter of a step, definition or decision."""

    name: str
    type: Type | None
    span: Span


@dataclass(frozen=True, slots=True)
class ValueSymbol:
    """Anything that stands for a value. The type of a definition is found when it is elaborated, not here."""

    kind: ValueKind
    name: str
    span: Span
    origin: str
    type: Type | None
    params: tuple[Parameter, ...] = ()
    starts: bool = False


@dataclass(frozen=True, slots=True)
class TypeSymbol:
    """A declared type. Records in error have no type."""

    kind: TypeKind
    name: str
    span: Span
    origin: str
    type: EnumType | EntityType | RecordType | None


@dataclass(frozen=True, slots=True)
class StepSymbol:
    """A step with its parameters and the bare names of its requirements, in order."""

    name: str
    span: Span
    origin: str
    params: tuple[Parameter, ...]
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlainSymbol:
    """A name that carries nothing else: an actor or a source."""

    name: str
    span: Span
    origin: str


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that the policy ``policy`` sees.

    ``others``: promises, scenarios, assumptions and duties under keys such as ``duty answer``, to keep names apart.
    ``policies``: itself and all policies that it uses. ``lost``: names that the text declares but that could not be
    read. ``complete`` is false when a used policy could not be loaded; unknown names are not complained about then.
    """

    policy: str
    policies: frozenset[str]
    values: Mapping[str, ValueSymbol]
    types: Mapping[str, TypeSymbol]
    steps: Mapping[str, StepSymbol]
    actors: Mapping[str, PlainSymbol]
    sources: Mapping[str, PlainSymbol]
    others: Mapping[str, PlainSymbol]
    lost: frozenset[str] = frozenset()
    complete: bool = True

    def excuses(self, name: str) -> bool:
        """Whether an unknown name is the echo of an error that has been reported elsewhere."""
        return not self.complete or name in self.lost

    def enums_with(self, member: str) -> tuple[EnumType, ...]:
        """The visible enums and readings that have a member of this name."""
        declared = [symbol.type for symbol in self.types.values()]
        readings = [symbol.type for symbol in self.values.values() if symbol.kind == "reading"]
        return tuple(t for t in (*declared, *readings) if isinstance(t, EnumType) and member in t.members)

    def owner(self, name: str) -> EnumType | None:
        """The enum or reading of this name, as in ``Offer.final``."""
        declared = self.types.get(name)
        if declared is not None and isinstance(declared.type, EnumType):
            return declared.type
        value = self.values.get(name)
        if value is not None and value.kind == "reading" and isinstance(value.type, EnumType):
            return value.type
        return None

    def kind_of(self, name: str) -> tuple[str, Span] | None:
        """The kind of whatever has this name (``a step``) and where it is declared."""
        for noun, table in (("step", self.steps), ("actor", self.actors), ("source", self.sources)):
            if (found := table.get(name)) is not None:
                return with_article(noun), found.span
        if (value := self.values.get(name)) is not None:
            return with_article(value.kind), value.span
        if (type_ := self.types.get(name)) is not None:
            return with_article(type_.kind), type_.span
        return None


def with_article(noun: str) -> str:
    """``a step``, ``an enum``."""
    return f"{'an' if noun[:1] in 'aeio' else 'a'} {noun}"
