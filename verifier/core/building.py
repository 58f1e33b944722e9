"""Expressions made of others, and what refers to the values of a case.

Takes typed expressions; gives typed expressions. Folds nothing and judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from verifier.core import expressions as core
from verifier.core.program import Program
from verifier.core.types import YES_NO
from verifier.core.walks import rebuild


def all_of(conditions: Iterable[core.Expr]) -> core.Expr:
    """The conjunction; true where there is nothing to join."""
    found = tuple(conditions)
    if not found:
        return core.Const(True, type=YES_NO)
    return found[0] if len(found) == 1 else core.And(found, type=YES_NO)


def any_of(conditions: Iterable[core.Expr]) -> core.Expr:
    """The disjunction; false where there is nothing to join."""
    found = tuple(conditions)
    if not found:
        return core.Const(False, type=YES_NO)
    return found[0] if len(found) == 1 else core.Or(found, type=YES_NO)


def negation(condition: core.Expr) -> core.Expr:
    """That a condition is not so."""
    return core.Not(condition, type=YES_NO)


def absent(expr: core.Expr) -> core.Expr:
    """That an optional value is not there."""
    return core.Equal(expr, core.Const(None, type=expr.type), type=YES_NO)


def conjuncts(condition: core.Expr) -> Iterator[core.Expr]:
    """The conditions that a conjunction joins, at any depth; of anything else itself."""
    if isinstance(condition, core.And):
        for operand in condition.operands:
            yield from conjuncts(operand)
    else:
        yield condition


def with_locals(expr: core.Expr, places: Mapping[str, core.Expr]) -> core.Expr:
    """The expression with others in the places of some bound variables; none of those may be bound inside it."""
    if isinstance(expr, core.Local):
        return places.get(expr.name, expr)
    return rebuild(expr, lambda part: with_locals(part, places))


def given_with_a_case(program: Program) -> dict[str, core.Expr]:
    """What refers to each fact, reading and status without ``starts``, by name, in order of declaration."""
    found: dict[str, core.Expr] = {fact.name: core.FactRef(fact.name, type=fact.type) for fact in program.facts}
    found |= {reading.name: core.ReadingRef(reading.name, type=reading.type) for reading in program.readings}
    return found | {s.name: core.StatusRef(s.name, type=s.type) for s in program.statuses if s.starts is None}
