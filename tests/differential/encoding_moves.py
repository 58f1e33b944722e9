"""What may be done next, and what promises say of it: the encoding's answers against the interpreter's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from encoding_beside import ERRS, LONGEST_WAIT, Check, constants_of, encoded, meant
from mirror import Assignment, NotRepresentable

from verifier.core.program import (
    Possible,
    Program,
    Promise,
    Step,
)
from verifier.core.types import IntType, Value
from verifier.properties.goals import Goal
from verifier.semantics.evaluate import evaluate as meaning
from verifier.semantics.model import Run, StepEvent
from verifier.semantics.promises import broken, reaches
from verifier.semantics.run import Erred, NotAnArgument, Refused, Taken, bindings, try_step, wait
from verifier.semantics.sample import sample_argument
from verifier.symbolic.concrete import evaluate
from verifier.symbolic.system import WAIT

# ---------------------------------------------------------------- what may be done next


def check_proposals(check: Check, run: Run, state: Assignment) -> None:
    """Steps with many arguments, and waits, from one state."""
    for step in check.program.steps:
        for _ in range(3 if step.params else 1):
            check_step(check, step, _arguments(check, step, run), run, state)
    check_wait(check, 1, run, state)
    if check.random.random() < 0.5:
        days = check.random.choice((*check.pool.days, check.random.randint(2, 20)))
        check_wait(check, max(2, min(days, LONGEST_WAIT)), run, state)


def _arguments(check: Check, step: Step, run: Run) -> tuple[Value, ...]:
    found = []
    for param in step.params:
        value = sample_argument(check.random, check.program, check.pool, run, param.type)
        if isinstance(param.type, IntType) and check.random.random() < 0.1:
            assert isinstance(value, int)
            value += check.random.choice([-1, 1])
        found.append(value)
    return tuple(found)


def check_step(check: Check, step: Step, arguments: tuple[Value, ...], run: Run, state: Assignment) -> None:
    """Whether a step is taken, refused or errs; each requirement; the state after it."""
    transition = check.system.transition(step.name)
    try:
        inputs = check.mirror.inputs(transition, arguments)
    except NotRepresentable:
        return
    assigned, memo = {**state, **inputs}, Assignment()
    outcome = try_step(check.program, run, step.name, arguments)
    what = f"{step.name}{arguments}"
    expected = isinstance(outcome, Taken), isinstance(outcome, Erred)
    check.agree(
        f"step: {what}",
        expected,
        (evaluate(transition.enabled, assigned, memo), evaluate(transition.error, assigned, memo)),
    )
    if isinstance(outcome, NotAnArgument):
        return
    for requirement, (name, result) in zip(step.requires, transition.requirements, strict=True):
        held = meant(
            lambda requirement=requirement: meaning(
                check.program, requirement.condition, run, locals=bindings(step, arguments)
            )
        )
        check.agree(f"requires: {what} {name}", held, encoded(result, requirement.condition.type, assigned, memo))
    if isinstance(outcome, Refused):
        return


def check_wait(check: Check, days: int, run: Run, state: Assignment) -> None:
    """A wait of some days, in one transition where the encoding says that it may be one, else day by day."""
    outcome = wait(check.program, run, days)
    jump = check.system.transition(WAIT)
    daily = days == 1 or bool(jump.single_day)
    expected = isinstance(outcome, Taken), isinstance(outcome, Erred)
    if days == 1:
        check.agree(f"wait a day: {run.last}", expected, _try(check, jump, state, days)[0])
    if check.jumping is not None:
        at_once = check.jumping.transition(WAIT)
        found, after = _try(check, at_once, state, days)
        check.agree(f"wait: {days} days", expected, found)
        if isinstance(outcome, Taken) and found == expected:
            _, stepwise = _day_by_day(check, state, days)
            kept = [variable.term for variable in check.jumping.variables]
            check.agree(f"jump: {days} days", {v: stepwise[v] for v in kept}, {v: after[v] for v in kept})
    if daily:
        check.agree(f"wait daily: {days} days", expected, _day_by_day(check, state, days)[0])


def _try(check: Check, transition: Any, state: Assignment, days: int) -> tuple[tuple[bool, bool], Assignment]:
    assigned = {**state, **check.mirror.days(days)}
    enabled, error = evaluate(transition.enabled, assigned), evaluate(transition.error, assigned)
    return (enabled, error), check.mirror.after(transition, state, check.mirror.days(days))


def _day_by_day(check: Check, state: Assignment, days: int) -> tuple[tuple[bool, bool], Assignment]:
    transition = check.mirror.daily
    for _ in range(days):
        enabled, error = evaluate(transition.enabled, state), evaluate(transition.error, state)
        if not enabled:
            return (False, error), state
        state = check.mirror.after(transition, state, {})
    return (True, False), state


# ---------------------------------------------------------------- promises


def check_breaches(check: Check, run: Run, choices: list[dict[str, tuple[Value, ...]]]) -> None:
    """Every promise at every position: its goals against the interpreter's idea of a breach."""
    states = [_states(check, run, chosen) for chosen in choices]
    for promise in check.program.promises:
        claim = check.claims.get(promise.name)
        if claim is None:
            continue
        for position in range(run.length + 1):
            so_far = run.prefix(position)
            expected = meant(lambda so_far=so_far, promise=promise: _shown(check.program, promise, so_far))
            reached = any(_at(check, claim.goal, run, position, followed) for followed in states)
            erring = any(_at(check, claim.error, run, position, followed) for followed in states)
            found = ERRS if erring and not reached else reached
            check.agree(f"promise: {promise.keyword} at {position}", expected, found)


def _shown(program: Program, promise: Promise, run: Run) -> bool:
    if isinstance(promise.form, Possible):
        return reaches(program, promise.form.goal, run)
    return broken(program, promise, run) is not None


def _states(check: Check, run: Run, chosen: Mapping[str, tuple[Value, ...]]) -> list[Assignment]:
    states = [check.mirror.start(run.prefix(0), constants_of(check, chosen))]
    for event in run.events:
        if isinstance(event, StepEvent):
            transition = check.system.transition(event.step)
            states.append(check.mirror.after(transition, states[-1], check.mirror.inputs(transition, event.arguments)))
        else:
            states.append(check.mirror.after(check.mirror.daily, states[-1], {}))
    return states


def _at(check: Check, goal: Goal, run: Run, position: int, states: list[Assignment]) -> bool:
    """Whether a goal is reached at a position: in its state, or by the event that led there."""
    if evaluate(goal.state, states[position]):
        return True
    if position == 0:
        return False
    event, before = run.events[position - 1], states[position - 1]
    name = event.step if isinstance(event, StepEvent) else WAIT
    if name not in goal.on:
        return False
    inputs = check.mirror.days(1)
    if isinstance(event, StepEvent):
        inputs = check.mirror.inputs(check.system.transition(name), event.arguments)
    return bool(evaluate(goal.on[name], {**before, **inputs}))
