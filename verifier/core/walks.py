"""Where the expressions of a program are, and how one is made from another.

Takes checked items; gives the expressions in them. Reads nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import cast

from verifier.core import expressions as core
from verifier.core.program import (
    Decision,
    ExpectCannot,
    ExpectHolds,
    Given,
    Program,
    Promise,
    Scenario,
    Step,
    Take,
)


def expressions_of(program: Program) -> list[core.Expr]:
    """Every expression that takes part in the behaviour of a program, and in its promises."""
    found: list[core.Expr] = []
    found += [s.starts for s in program.statuses if s.starts is not None]
    found += [a.condition for a in program.assumptions]
    for decision in program.decisions:
        found += decision_expressions(decision)
    for step in program.steps:
        found += step_expressions(step)
    found += [duty.unless for duty in program.duties if duty.unless is not None]
    for promise in program.promises:
        found += promise_expressions(promise)
    return found


def decision_expressions(decision: Decision) -> list[core.Expr]:
    """Conditions and values of all rules, and the `otherwise`."""
    found = [part for rule in decision.rules for part in (rule.condition, rule.value)]
    return found if decision.otherwise is None else [*found, decision.otherwise]


def step_expressions(step: Step) -> list[core.Expr]:
    """What a step requires and what it assigns."""
    return [*(requirement.condition for requirement in step.requires), *(effect.value for effect in step.effects)]


def promise_expressions(promise: Promise) -> list[core.Expr]:
    """The expressions of a promise's form."""
    found: list[core.Expr] = []
    form = promise.form
    for name in form.__slots__:
        part = getattr(form, name)
        if isinstance(part, core.Node):
            found.append(part)  # type: ignore[arg-type]
        elif isinstance(part, core.Act):
            found += part.arguments or ()
        elif isinstance(part, tuple):
            found += [item for item in part if isinstance(item, core.Node)]  # type: ignore[misc]
    return found


def scenario_expressions(scenario: Scenario) -> Iterator[core.Expr]:
    """The expressions of a scenario."""
    for clause in scenario.clauses:
        match clause:
            case Given(condition) | ExpectHolds(condition):
                yield condition
            case Take(occurrences):
                for occurrence in occurrences:
                    yield from occurrence.arguments
            case ExpectCannot(occurrence):
                yield from occurrence.arguments
            case _:
                pass


def rebuild(expr: core.Expr, change: Callable[[core.Expr], core.Expr]) -> core.Expr:
    """The same node over changed children; the node itself when no child changes."""
    changed: dict[str, object] = {}
    for item in fields(expr):
        part = getattr(expr, item.name)
        new = _part(part, change) if item.name not in ("type", "span") else part
        if new is not part:
            changed[item.name] = new
    return replace(expr, **changed) if changed else expr  # type: ignore[arg-type]


def _part(part: object, change: Callable[[core.Expr], core.Expr]) -> object:
    if isinstance(part, core.Node):
        return change(cast("core.Expr", part))
    if isinstance(part, core.Act):
        arguments = _part(part.arguments, change)
        return part if arguments is part.arguments else replace(part, arguments=arguments)  # type: ignore[arg-type]
    if isinstance(part, tuple):
        items = tuple(_part(item, change) for item in part)
        return items if any(new is not old for new, old in zip(items, part, strict=True)) else part
    return part
