"""The cases of a group of ``who can``, as a condition.

Takes a program and a group, gives the condition that a case is one of the group. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from verifier.core import expressions as core
from verifier.core.building import absent, all_of, given_with_a_case, negation
from verifier.core.program import Program
from verifier.core.types import DATE, YES_NO, EntityType, ListType, OptionType, Type, Value
from verifier.counsel.given import TODAY
from verifier.counsel.model import Group
from verifier.explain.model import Binding


def within(program: Program, group: Group) -> core.Expr | None:
    """That a case is one of a group; ``None`` where every case is."""
    limits = {bound.name: bound for bound in group.bounds}
    references = given_with_a_case(program)
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
            parts.append(negation(absent(reference)))
            inner = item.type.inner
            reference = core.Unwrap(reference, type=inner)
        parts += _between(reference, inner, bound.low, bound.high)
    if group.story.start is not None and TODAY in group.story.needed:
        day = core.Const(group.story.start, type=DATE)
        parts.append(core.Equal(core.Today(type=DATE), day, type=YES_NO))
    return all_of(parts) if parts else None


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
            parts.append(negation(absent(reference)))
            inner = inner.inner
            reference = core.Unwrap(reference, type=inner)
        someone.append((item, inner, reference))
    for (one, type_, first), (other, also, second) in combinations(someone, 2):
        if type_ == also:
            same = core.Equal(first, second, type=YES_NO)
            parts.append(same if one.value == other.value else negation(same))
    return parts


def _between(reference: core.Expr, type_: Type, low: Value, high: Value) -> list[core.Expr]:
    found: list[core.Expr] = []
    if low is not None:
        found.append(core.Compare(">=", reference, core.Const(low, type=type_), type=YES_NO))
    if high is not None:
        found.append(core.Compare("<=", reference, core.Const(high, type=type_), type=YES_NO))
    return found
