"""The cases of a group of ``who can``, as a condition.

Takes a program and a group, gives the condition that a case is one of the group. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from verifier.core import expressions as core
from verifier.core.program import Program
from verifier.core.types import DATE, YES_NO, EntityType, ListType, OptionType, Type, Value
from verifier.counsel.given import TODAY
from verifier.counsel.model import Group
from verifier.explain.model import Binding


def within(program: Program, group: Group) -> core.Expr | None:
    """That a case is one of a group; ``None`` where every case is."""
    limits = {bound.name: bound for bound in group.bounds}
    references: Mapping[str, core.Expr] = {
        **{f.name: core.FactRef(f.name, type=f.type) for f in program.facts},
        **{r.name: core.ReadingRef(r.name, type=r.type) for r in program.readings},
        **{s.name: core.StatusRef(s.name, type=s.type) for s in program.statuses},
    }
    listed = any(isinstance(item.type, ListType) for item in group.facts)
    people = [item for item in group.facts if _is_someone(item) and not listed]
    parts = _who_is_who(people, references)
    for item in group.facts:
        reference = references[item.name]
        if item in people:
            continue
        if item.name not in limits:
            parts.append(core.Equal(reference, core.Const(item.value, type=item.type), type=YES_NO))
            continue
        bound, inner = limits[item.name], item.type
        if isinstance(item.type, OptionType):
            parts.append(core.Not(core.Equal(reference, core.Const(None, type=item.type), type=YES_NO), type=YES_NO))
            inner = item.type.inner
            reference = core.Unwrap(reference, type=inner)
        parts += _between(reference, inner, bound.low, bound.high)
    if group.story.start is not None and TODAY in group.story.needed:
        day = core.Const(group.story.start, type=DATE)
        parts.append(core.Equal(core.Today(type=DATE), day, type=YES_NO))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else core.And(tuple(parts), type=YES_NO)


def _is_someone(item: Binding) -> bool:
    return isinstance(item.type, EntityType) or (
        isinstance(item.type, OptionType) and isinstance(item.type.inner, EntityType) and item.value is not None
    )


def _who_is_who(people: Sequence[Binding], references: Mapping[str, core.Expr]) -> list[core.Expr]:
    """Which of them are the same one. Nobody has a name, and nobody can be given: others in their place do as well."""
    parts: list[core.Expr] = []
    someone: list[tuple[Binding, Type, core.Expr]] = []
    for item in people:
        inner, reference = item.type, references[item.name]
        if isinstance(inner, OptionType):
            absent = core.Equal(reference, core.Const(None, type=inner), type=YES_NO)
            parts.append(core.Not(absent, type=YES_NO))
            inner = inner.inner
            reference = core.Unwrap(reference, type=inner)
        someone.append((item, inner, reference))
    for (one, type_, first), (other, also, second) in combinations(someone, 2):
        if type_ == also:
            same = core.Equal(first, second, type=YES_NO)
            parts.append(same if one.value == other.value else core.Not(same, type=YES_NO))
    return parts


def _between(reference: core.Expr, type_: Type, low: Value, high: Value) -> list[core.Expr]:
    found: list[core.Expr] = []
    if low is not None:
        found.append(core.Compare(">=", reference, core.Const(low, type=type_), type=YES_NO))
    if high is not None:
        found.append(core.Compare("<=", reference, core.Const(high, type=type_), type=YES_NO))
    return found
