"""Runs: steps taken, days passed.

Takes a program and a run; gives the longer run, or says as a value why there is none. The rest of the verifier replays
its counterexamples through this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import TypeAlias

from verifier.core.program import Duty, Program, Step
from verifier.core.types import Type, Value, finite_values, is_finite
from verifier.records import dataclass
from verifier.semantics.duties import forbidding, pending_duties
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate, holds
from verifier.semantics.model import Case, Event, Run, State, StepEvent, WaitEvent
from verifier.semantics.opening import CaseFault, initial_state
from verifier.semantics.values import in_range, is_input

__all__ = [
    "Case",
    "CaseFault",
    "Erred",
    "Event",
    "Forbidden",
    "NotAnArgument",
    "Outcome",
    "Refused",
    "Run",
    "State",
    "StepEvent",
    "Taken",
    "WaitEvent",
    "attempt",
    "enabled_steps",
    "initial_state",
    "try_step",
    "wait",
]


@dataclass(frozen=True, slots=True)
class Taken:
    """The event took place."""

    run: Run


@dataclass(frozen=True, slots=True)
class Refused:
    """A requirement is false: the one at ``index`` (from 0), with this bare ``name``.

    Those before it held, those after it were not tried.
    """

    index: int
    name: str


@dataclass(frozen=True, slots=True)
class NotAnArgument:
    """An argument is outside its parameter's range or not in whole cents: there is no such step."""

    parameter: str


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A duty forbids the day to pass; ``passed`` is the run up to that day."""

    duty: Duty
    passed: Run


@dataclass(frozen=True, slots=True)
class Erred:
    """A guard, an effect or an ``unless`` has no value. The event does not take place, and this is a finding."""

    error: EvaluationError


Outcome: TypeAlias = Taken | Refused | NotAnArgument | Erred


def try_step(program: Program, run: Run, step: str, arguments: tuple[Value, ...] = ()) -> Outcome:
    """Take a step, if it is possible: every requirement holds, tried in order; all effects read the old state.

    Requirements and effects see the history up to now, without the step itself.
    """
    declared = program.step(step)
    for param, value in zip(declared.params, arguments, strict=True):
        if not is_input(param.type, value):
            return NotAnArgument(param.name)
    try:
        refusal = _first_false(program, run, declared, arguments)
        if refusal is not None:
            return refusal
        statuses = {**run.last.statuses, **_effects(program, run, declared, arguments)}
    except EvaluationError as error:
        return Erred(error)
    return Taken(run.then(StepEvent(step, arguments, run.last.today), State(statuses, run.last.today)))


def bindings(step: Step, arguments: tuple[Value, ...]) -> dict[str, Value]:
    """The parameters of a step with their values."""
    return {param.name: value for param, value in zip(step.params, arguments, strict=True)}


def _first_false(program: Program, run: Run, step: Step, arguments: tuple[Value, ...]) -> Refused | None:
    for index, requirement in enumerate(step.requires):
        if not holds(program, requirement.condition, run, locals=bindings(step, arguments)):
            return Refused(index, requirement.name)
    return None


def _effects(program: Program, run: Run, step: Step, arguments: tuple[Value, ...]) -> dict[str, Value]:
    types = {status.name: status.type for status in program.statuses}
    changes: dict[str, Value] = {}
    for effect in step.effects:
        value = evaluate(program, effect.value, run, locals=bindings(step, arguments))
        if not in_range(types[effect.name], value):
            message = f"`{step.name}` takes `{effect.name}` outside its range"
            raise EvaluationError("range", effect.full_name, message, effect.span)
        changes[effect.name] = value
    return changes


def wait(program: Program, run: Run, days: int = 1, duties: bool = True) -> Taken | Forbidden | Erred:
    """Let days pass, one by one; each may pass iff every pending duty has its deadline ahead or is suspended now.

    ``duties`` false: the world of ``--without-duties``, where nothing forbids a day to pass.
    """
    states, events = list(run.states), list(run.events)
    alarm = min((item.deadline for item in pending_duties(program, run)), default=None) if duties else None
    for _ in range(days):
        today = states[-1].today
        if alarm is not None and today >= alarm:
            so_far = Run(run.case, tuple(states), tuple(events))
            try:
                duty = forbidding(program, so_far)
            except EvaluationError as error:
                return Erred(error)
            if duty is not None:
                return Forbidden(duty, so_far)
        states.append(State(states[-1].statuses, today + 1))
        events.append(WaitEvent())
    return Taken(Run(run.case, tuple(states), tuple(events)))


def attempt(program: Program, run: Run, event: Event, duties: bool = True) -> Outcome | Forbidden:
    """Take a step (its ``day`` plays no part) or let one day pass."""
    if isinstance(event, StepEvent):
        return try_step(program, run, event.step, event.arguments)
    return wait(program, run, 1, duties)


Samples: TypeAlias = Callable[[Type], Iterable[Value]]
"""Values to try for a type that has infinitely many."""


def enabled_steps(program: Program, run: Run, samples: Samples = lambda _: ()) -> Iterator[StepEvent]:
    """The steps that are possible now, over all arguments of finite types and the ``samples`` of the others."""
    for step in program.steps:
        for arguments in step_arguments(step, samples):
            if isinstance(try_step(program, run, step.name, arguments), Taken):
                yield StepEvent(step.name, arguments, run.last.today)


def step_arguments(step: Step, samples: Samples = lambda _: ()) -> Iterator[tuple[Value, ...]]:
    """All combinations of arguments of a step, in order."""
    choices = (
        finite_values(param.type) if is_finite(param.type) else tuple(samples(param.type)) for param in step.params
    )
    return product(*choices)
