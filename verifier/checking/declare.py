"""The names that a policy declares, before any expression is looked at.

Takes a policy and the scopes of the policies that it uses; gives its own scope and the items whose names it owns.
Reports names declared twice. Types, parameters and ranges are settled here; values, conditions and effects are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from verifier.checking.scope import (
    Parameter,
    PlainSymbol,
    Scope,
    StepSymbol,
    TypeSymbol,
    ValueKind,
    ValueSymbol,
)
from verifier.checking.uses import Unit
from verifier.checking.written_types import Place, type_of
from verifier.core.types import EntityType, EnumType, RecordType, Type
from verifier.diagnostics.model import Collector, Label
from verifier.records import dataclass
from verifier.source import Span
from verifier.syntax import tree

_Symbol = TypeVar("_Symbol", PlainSymbol, ValueSymbol, TypeSymbol, StepSymbol)


@dataclass(frozen=True, slots=True)
class Declared:
    """A policy whose names are known. ``items``: those whose name is theirs; ``amendments`` add to a used decision."""

    unit: Unit
    scope: Scope
    items: tuple[tree.Item, ...]
    amendments: tuple[tree.Decide, ...]


@dataclass(frozen=True, slots=True)
class _Tables:
    """A scope under construction."""

    policy: str
    scope: Scope
    values: dict[str, ValueSymbol]
    types: dict[str, TypeSymbol]
    steps: dict[str, StepSymbol]
    actors: dict[str, PlainSymbol]
    sources: dict[str, PlainSymbol]
    others: dict[str, PlainSymbol]
    collector: Collector

    def claim(self, table: dict[str, _Symbol], symbol: _Symbol, noun: str, key: str | None = None) -> bool:
        """Enter a symbol; reports and answers no when the name is taken."""
        found = table.get(key or symbol.name)
        if found is None:
            table[key or symbol.name] = symbol
            return True
        self.taken(symbol.name, symbol.span, noun, found.span, found.origin)
        return False

    def taken(self, name: str, span: Span, noun: str, earlier: Span, origin: str) -> None:
        """Report a name declared twice."""
        elsewhere = "" if origin == self.policy else f" in `{origin}`, which this policy uses"
        advice = "give one of the two another name" if not elsewhere else "remove one of the two, or rename it"
        label = Label(earlier, f"`{name}` is declared here{elsewhere}")
        self.collector.error("E0201", f"the name `{name}` of this {noun} is taken", span, labels=[label], help=advice)


def declare(unit: Unit, used: Mapping[str, Declared], lost: frozenset[str], collector: Collector) -> Declared:
    """Enter all names of a policy; ``used`` holds the policies declared before it."""
    tables = _open(unit, used, lost, collector)
    kept = {id(item) for item in unit.tree.items if _enter_type(item, tables)}
    kept |= {id(item) for item in unit.tree.items if isinstance(item, tree.Record) and _enter_record(item, tables)}
    amendments = [item for item in unit.tree.items if isinstance(item, tree.Decide) and _amends(item, tables)]
    changed = {id(item) for item in amendments}
    rest = [item for item in unit.tree.items if id(item) not in kept and id(item) not in changed]
    kept |= {id(item) for item in rest if _enter(item, tables)}
    return Declared(unit, tables.scope, tuple(i for i in unit.tree.items if id(i) in kept), tuple(amendments))


def _open(unit: Unit, used: Mapping[str, Declared], lost: frozenset[str], collector: Collector) -> _Tables:
    scopes = [(use, used[use.name.text].scope) for use in unit.uses]
    policies = frozenset({unit.name}).union(*(scope.policies for _, scope in scopes))
    complete = unit.complete and all(scope.complete for _, scope in scopes)
    merged = _Merge(collector)
    values = merged.join([(use, scope.values) for use, scope in scopes])
    types = merged.join([(use, scope.types) for use, scope in scopes])
    steps = merged.join([(use, scope.steps) for use, scope in scopes])
    actors = merged.join([(use, scope.actors) for use, scope in scopes])
    sources = merged.join([(use, scope.sources) for use, scope in scopes])
    others = merged.join([(use, scope.others) for use, scope in scopes])
    scope = Scope(unit.name, policies, values, types, steps, actors, sources, others, lost, complete)
    return _Tables(unit.name, scope, values, types, steps, actors, sources, others, collector)


@dataclass(frozen=True, slots=True)
class _Merge:
    """Joins what several used policies bring in, and reports names that two of them declare differently."""

    collector: Collector

    def join(self, parts: list[tuple[tree.Use, Mapping[str, _Symbol]]]) -> dict[str, _Symbol]:
        """One table out of several."""
        joined: dict[str, _Symbol] = {}
        for use, table in parts:
            for key, symbol in table.items():
                found = joined.setdefault(key, symbol)
                if found.origin != symbol.origin:
                    self._clash(use, found, symbol)
        return joined

    def _clash(self, use: tree.Use, first: _Symbol, second: _Symbol) -> None:
        labels = [Label(s.span, f"`{s.name}` of `{s.origin}` is declared here") for s in (first, second)]
        message = f"`{first.origin}` and `{second.origin}` both declare `{first.name}`"
        advice = "rename one of the two, or move the common one into a policy that both use"
        self.collector.error("E0213", message, use.name.span, labels=labels, help=advice)


# ---------------------------------------------------------------- types


def _enter_type(item: tree.Item, tables: _Tables) -> bool:
    match item:
        case tree.Enum(name, values):
            members = _members(values, tables)
            symbol = TypeSymbol("enum", name.text, name.span, tables.policy, EnumType(name.text, members))
            return tables.claim(tables.types, symbol, "enum")
        case tree.Entity(name):
            symbol = TypeSymbol("entity", name.text, name.span, tables.policy, EntityType(name.text))
            return tables.claim(tables.types, symbol, "entity")
        case _:
            return False


def _members(values: tuple[tree.EnumValue, ...], tables: _Tables) -> tuple[str, ...]:
    return tuple(name.text for name in _distinct([value.name for value in values], "value", tables))


def _distinct(names: list[tree.Name], noun: str, tables: _Tables) -> list[tree.Name]:
    """The names, each once; reports repetitions."""
    first: dict[str, tree.Name] = {}
    for name in names:
        found = first.setdefault(name.text, name)
        if found is not name:
            tables.taken(name.text, name.span, noun, found.span, tables.policy)
    return list(first.values())


def _enter_record(item: tree.Record, tables: _Tables) -> bool:
    _distinct([field.name for field in item.fields], "field", tables)
    fields = [
        (field.name.text, type_of(field.type, "a field", tables.scope, tables.collector)) for field in item.fields
    ]
    known = tuple((name, type_) for name, type_ in dict(fields).items() if type_ is not None)
    type_ = RecordType(item.name.text, known) if len(known) == len(dict(fields)) else None
    symbol = TypeSymbol("record", item.name.text, item.name.span, tables.policy, type_)
    return tables.claim(tables.types, symbol, "record")


# ---------------------------------------------------------------- everything else


def _amends(item: tree.Decide, tables: _Tables) -> bool:
    found = tables.values.get(item.name.text)
    return found is not None and found.kind == "decision" and found.origin != tables.policy


def _enter(item: tree.Item, tables: _Tables) -> bool:
    match item:
        case tree.Enum() | tree.Entity() | tree.Record() | tree.Use():
            return False
        case tree.Source(name):
            return tables.claim(tables.sources, PlainSymbol(name.text, name.span, tables.policy), "source")
        case tree.Actor(name):
            return tables.claim(tables.actors, PlainSymbol(name.text, name.span, tables.policy), "actor")
        case tree.Fact() | tree.Status() | tree.Reading() | tree.Define() | tree.Decide() | tree.Table():
            return _enter_value(item, tables)
        case tree.Step():
            return _enter_step(item, tables)
        case tree.Prove(name):
            return _enter_other(name, "promise", tables)
        case tree.Scenario(name):
            return _enter_other(name, "scenario", tables)
        case tree.Assume(name):
            return name is None or _enter_other(name, "assumption", tables)
        case tree.Duty(name):
            return name is None or _enter_other(name, "duty", tables)
        case _:
            return True


def _enter_other(name: tree.Name, noun: str, tables: _Tables) -> bool:
    symbol = PlainSymbol(name.text, name.span, tables.policy)
    return tables.claim(tables.others, symbol, noun, f"{noun} {name.text}")


def _enter_value(
    item: tree.Fact | tree.Status | tree.Reading | tree.Define | tree.Decide | tree.Table, tables: _Tables
) -> bool:
    def symbol(
        kind: ValueKind, type_: Type | None, params: tuple[Parameter, ...] = (), starts: bool = False
    ) -> ValueSymbol:
        return ValueSymbol(kind, item.name.text, item.name.span, tables.policy, type_, params, starts)

    def typed(written: tree.TypeExpr, place: Place) -> Type | None:
        return type_of(written, place, tables.scope, tables.collector)

    match item:
        case tree.Fact():
            found = symbol("fact", typed(item.type, "a fact"))
        case tree.Status():
            found = symbol("status", typed(item.type, "a status"), starts=item.starts is not None)
        case tree.Reading():
            found = symbol("reading", EnumType(item.name.text, _members(item.values, tables)))
        case tree.Define():
            found = symbol("definition", None, _parameters(item.params, "a parameter", tables))
        case tree.Decide() | tree.Table():
            params = _parameters(item.params, "a parameter", tables)
            found = symbol("decision", typed(item.type, "a decision"), params)
    if found.kind == "reading" and (enum := tables.types.get(found.name)) is not None:
        tables.taken(found.name, found.span, "reading", enum.span, enum.origin)
        return False
    if tables.claim(tables.values, found, found.kind):
        return True
    earlier = tables.values[found.name]
    if earlier.type != found.type:
        tables.values[found.name] = replace(earlier, type=None)
    return False


def _parameters(params: tuple[tree.Param, ...], place: Place, tables: _Tables) -> tuple[Parameter, ...]:
    _distinct([param.name for param in params], "parameter", tables)
    return tuple(
        Parameter(p.name.text, type_of(p.type, place, tables.scope, tables.collector), p.name.span) for p in params
    )


def requirement_names(step: tree.Step) -> list[tuple[str, tree.Requires]]:
    """The requirements of a step with their bare names: the label, or ``requires.N`` counted from 1."""
    clauses = [clause for clause in step.clauses if isinstance(clause, tree.Requires)]
    return [(c.label.text if c.label else f"requires.{n}", c) for n, c in enumerate(clauses, 1)]


def _enter_step(item: tree.Step, tables: _Tables) -> bool:
    named = requirement_names(item)
    _distinct([clause.label for _, clause in named if clause.label is not None], "requirement", tables)
    params = _parameters(item.params, "a step's parameter", tables)
    requirements = tuple(name for name, _ in named)
    symbol = StepSymbol(item.name.text, item.name.span, tables.policy, params, requirements)
    return tables.claim(tables.steps, symbol, "step")
