"""The expressions of a program, wherever they stand.

Takes a program; gives its expressions with the parameters that may occur in them. Evaluates nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, assert_never

from verifier.core.expressions import Act, Expr
from verifier.core.program import (
    AfterUntil,
    Always,
    AlwaysPossible,
    DependsOnly,
    Equals,
    Form,
    More,
    NeverBoth,
    NeverChanges,
    OnlyIf,
    Param,
    Possible,
    Program,
    Response,
)

Written: TypeAlias = tuple[Expr, tuple[Param, ...]]
"""An expression of the program with the parameters that may occur in it."""


def written(program: Program) -> Iterator[Written]:
    """Every expression that is evaluated after the start, with the parameters that may occur in it."""
    for step in program.steps:
        yield from ((item.condition, step.params) for item in step.requires)
        yield from ((item.value, step.params) for item in step.effects)
    for decision in program.decisions:
        yield from ((rule.condition, decision.params) for rule in decision.rules)
        yield from ((rule.value, decision.params) for rule in decision.rules)
        yield from ((item, decision.params) for item in (decision.otherwise,) if item is not None)
    yield from ((duty.unless, ()) for duty in program.duties if duty.unless is not None)
    for promise in program.promises:
        yield from ((item, _binders(promise.form)) for item in form_terms(promise.form))


def _binders(form: Form) -> tuple[Param, ...]:
    return form.binders if isinstance(form, OnlyIf | AfterUntil | Response) else ()


def form_terms(form: Form) -> tuple[Expr, ...]:
    """The expressions of a promise; arguments of its acts included."""
    match form:
        case Always(body, scope):
            return (body,) if scope is None else (body, scope)
        case NeverChanges(body, scope):
            return (body, scope)
        case Possible(goal) | AlwaysPossible(goal):
            return (goal,)
        case OnlyIf(condition=condition):
            return (condition,)
        case AfterUntil(body=body, until=until):
            return (body, *_act_terms(until))
        case Response(response=response):
            return _act_terms(response)
        case DependsOnly(subject, on):
            return (subject, *on)
        case More(item=item, subject=subject):
            return (item, subject)
        case Equals(left, right) | NeverBoth(left, right):
            return (left, right)
        case _:
            assert_never(form)


def _act_terms(act: Act | None) -> tuple[Expr, ...]:
    return () if act is None or act.arguments is None else act.arguments
