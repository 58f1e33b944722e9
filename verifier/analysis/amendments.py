"""Which promises of used policies an amending policy can affect.

Takes a checked program; gives inherited promises. A promise is affected when something that it depends on, directly or
not, has become different by the policy's own text: a rule added to a decision, a step that changes a status, a duty, an
assumption. Looks only at the text and errs towards "affected".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from verifier.core import expressions as core
from verifier.core.program import (
    AfterUntil,
    AlwaysPossible,
    OnlyIf,
    Possible,
    Program,
    Promise,
    Response,
)
from verifier.core.walks import decision_expressions, promise_expressions, step_expressions

Item: TypeAlias = tuple[str, str]
"""A kind and a name: a fact, status, reading, decision, step or duty; or one of the two below."""

TIME: Item = ("time", "")
"""What a promise depends on that speaks of dates, or of what can still happen."""
EACH_STEP: Item = ("each step", "")
"""What a promise depends on that speaks of the state just before."""


def affected_promises(program: Program) -> tuple[Promise, ...]:
    """The promises of used policies on which the policy's own text may have an influence."""
    changed = frozenset(_changed(program))
    inherited = [promise for promise in program.promises if promise.origin not in ("", program.name)]
    return tuple(promise for promise in inherited if changed and not changed.isdisjoint(_depends_on(program, promise)))


def _changed(program: Program) -> Iterator[Item]:
    """What the policy's own text makes different for the policies that it uses."""
    for decision in program.decisions:
        if decision.origin != program.name and any(_is_own(program, part) for part in decision_expressions(decision)):
            yield "decision", decision.name
    for step in program.steps:
        if step.origin == program.name:
            yield EACH_STEP
            yield from (("status", effect.name) for effect in step.effects)
    if any(duty.origin == program.name for duty in program.duties):
        yield TIME
    for assumption in program.assumptions:
        if assumption.origin == program.name:
            yield from (item for item in _read([assumption.condition]) if item[0] in ("fact", "status", "reading"))


def _is_own(program: Program, expression: core.Expr) -> bool:
    return expression.span is not None and expression.span.source is program.source


# ---------------------------------------------------------------- what a promise depends on


def _depends_on(program: Program, promise: Promise) -> set[Item]:
    """Everything that a promise reads, and everything that has an influence on that."""
    found: set[Item] = set()
    work = [*_read(promise_expressions(promise)), *_spoken_of(promise)]
    while work:
        item = work.pop()
        if item not in found:
            found.add(item)
            work += _behind(program, item)
    return found


def _spoken_of(promise: Promise) -> Iterator[Item]:
    """Steps that the form names, and whether it speaks of time or of what can still happen."""
    form = promise.form
    if isinstance(form, OnlyIf | AfterUntil | Response):
        yield "step", form.step
    if isinstance(form, Response):
        yield "step", form.response.step
    if isinstance(form, AfterUntil) and form.until is not None:
        yield "step", form.until.step
    if isinstance(form, Response | Possible | AlwaysPossible):
        yield TIME


def _read(expressions: Iterable[core.Expr]) -> Iterator[Item]:
    """What expressions read."""
    for part in (part for expression in expressions for part in core.subexpressions(expression)):
        match part:
            case core.FactRef(name):
                yield "fact", name
            case core.StatusRef(name):
                yield "status", name
            case core.ReadingRef(name):
                yield "reading", name
            case core.DecisionCall(name):
                yield "decision", name
            case core.Happened(act) | core.CountOf(act):
                yield "step", act.step
            case core.HappenedWithin(act) | core.DateOf(act):
                yield "step", act.step
                yield TIME
            case core.Today():
                yield TIME
            case core.JustBefore():
                yield EACH_STEP
            case _:
                pass


def _behind(program: Program, item: Item) -> Iterator[Item]:
    """What has an influence on an item."""
    kind, name = item
    match kind:
        case "status":
            status = next(status for status in program.statuses if status.name == name)
            yield from _read([status.starts] if status.starts is not None else [])
            yield from (("step", step.name) for step in program.steps if any(e.name == name for e in step.effects))
        case "decision":
            yield from _read(decision_expressions(program.decision(name)))
        case "step":
            yield from _read(step_expressions(program.step(name)))
        case "time":
            for duty in program.duties:
                yield from (("step", step) for step in (duty.trigger, *duty.answers))
                yield from _read([duty.unless] if duty.unless is not None else [])
        case _:
            pass
