"""Scenarios, played in one concrete case.

Takes a program, a scenario and a case; says whether the case passes, fails (where, and what was found) or is none of
the scenario's cases. A scenario passes only if no case fails it: trying all of them is not done here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias, assert_never

from verifier.core.dates import add_months, iso
from verifier.core.expressions import Const, Rounding
from verifier.core.program import (
    ExpectCannot,
    ExpectHolds,
    Given,
    MoveTo,
    Occurrence,
    Program,
    Scenario,
    ScenarioClause,
    Take,
    Wait,
)
from verifier.core.types import MonthsType, Value
from verifier.records import dataclass
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate, holds
from verifier.semantics.model import Case, Run
from verifier.semantics.opening import CaseFault, initial_state
from verifier.semantics.run import Erred, Forbidden, NotAnArgument, Outcome, Refused, Taken, bindings, try_step, wait
from verifier.semantics.values import whole


@dataclass(frozen=True, slots=True)
class Passed:
    """Every clause is as written; ``run`` is what happened."""

    run: Run


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The case is not among those of the policy or of the scenario's ``given`` and first date."""


FailureKind: TypeAlias = Literal["refused", "argument", "duty", "expectation", "possible", "error", "date"]


@dataclass(frozen=True, slots=True)
class Failed:
    """The case breaks the scenario at a clause (``None``: at the start, where a ``starts`` or a condition errs).

    ``kind``: ``refused``: a requirement is false; ``argument``: a step has no such argument; ``duty``: a wait is
    forbidden; ``expectation``: a condition is false; ``possible``: a step that should be refused is not, or not for
    that reason; ``error``: something has no value; ``date``: a date lies in the past or does not exist. ``name`` is the
    requirement, parameter, duty or step concerned, ``occurrence`` the step. ``run`` is what happened before.
    """

    clause: ScenarioClause | None
    kind: FailureKind
    name: str
    expected: str
    got: str
    run: Run | None
    occurrence: Occurrence | None = None
    error: EvaluationError | None = None


def play(program: Program, scenario: Scenario, case: Case) -> Passed | Failed | NotApplicable:
    """Play a scenario in a case, in the compliant world.

    ``given`` describes the start wherever it stands. The first ``on`` fixes the start date and moves nothing; later
    ones wait until their date. A case that the ``given`` or an assumption excludes is not applicable.
    """
    first = first_date(scenario)
    if first is not None and case.start != first.day:
        return NotApplicable()
    given = (clause.condition for clause in scenario.clauses if isinstance(clause, Given))
    run = initial_state(program, case, given)
    if isinstance(run, CaseFault):
        return NotApplicable() if run.error is None else _failed_start(run.error)
    for clause, occurrence in _acts(scenario):
        if clause is first:
            continue
        try:
            after = _play(program, run, clause, occurrence)
        except EvaluationError as error:
            return _no_value(run, clause, occurrence, error)
        if isinstance(after, Failed):
            return after
        run = after
    return Passed(run)


def first_date(scenario: Scenario) -> MoveTo | None:
    """The first ``on`` of a scenario, which fixes the date on which its runs start."""
    return next((clause for clause in scenario.clauses if isinstance(clause, MoveTo)), None)


def _acts(scenario: Scenario) -> Iterator[tuple[ScenarioClause, Occurrence | None]]:
    """The clauses in order, one entry for each step to be taken."""
    for clause in scenario.clauses:
        if isinstance(clause, Take):
            yield from ((clause, occurrence) for occurrence in clause.occurrences)
        else:
            yield clause, clause.occurrence if isinstance(clause, ExpectCannot) else None


def _play(program: Program, run: Run, clause: ScenarioClause, occurrence: Occurrence | None) -> Run | Failed:
    match clause:
        case Given():
            return run
        case Take():
            assert occurrence is not None
            return _take(program, run, clause, occurrence)
        case MoveTo(day):
            return _until(program, run, clause, day)
        case Wait(duration, rounding):
            return _until(program, run, clause, _after(run.last.today, duration, rounding))
        case ExpectHolds(condition):
            if holds(program, condition, run):
                return run
            return Failed(clause, "expectation", "", "the condition holds", "it does not hold", run)
        case ExpectCannot():
            return _refusal(program, run, clause)
        case _:
            assert_never(clause)


# ---------------------------------------------------------------- steps and waits


def _take(program: Program, run: Run, clause: Take, occurrence: Occurrence) -> Run | Failed:
    outcome = try_step(program, run, occurrence.step, _arguments(program, run, occurrence))
    expected = f"`{occurrence.step}` is possible"
    match outcome:
        case Taken(after):
            return after
        case Refused(name=name):
            return Failed(clause, "refused", name, expected, f"`{name}` is false", run, occurrence)
        case NotAnArgument(name):
            return Failed(clause, "argument", name, expected, f"`{name}` is out of range", run, occurrence)
        case Erred(error):
            return _no_value(run, clause, occurrence, error)
        case _:
            assert_never(outcome)


def _arguments(program: Program, run: Run, occurrence: Occurrence) -> tuple[Value, ...]:
    """The arguments, evaluated in the state before the step."""
    return tuple(evaluate(program, argument, run) for argument in occurrence.arguments)


def _until(program: Program, run: Run, clause: MoveTo | Wait, day: int | None) -> Run | Failed:
    today = run.last.today
    if day is None:
        return Failed(
            clause, "date", "today", "this day exists", "the month has no such day, and no rounding is written", run
        )
    if day < today:
        return Failed(clause, "date", "today", f"it is not yet after {iso(day)}", f"it is already {iso(today)}", run)
    outcome = wait(program, run, day - today)
    match outcome:
        case Taken(after):
            return after
        case Forbidden(duty, passed):
            got = f"`{duty.name}` forbids that {iso(passed.last.today)} passes"
            return Failed(clause, "duty", duty.name, f"time passes until {iso(day)}", got, passed)
        case Erred(error):
            return _no_value(run, clause, None, error)
        case _:
            assert_never(outcome)


def _after(today: int, duration: Const, rounding: Rounding | None) -> int | None:
    """The day a duration later; ``None`` where its month lacks the day and the scenario says nothing about rounding."""
    if isinstance(duration.type, MonthsType):
        return add_months(today, whole(duration.value), rounding)
    return today + whole(duration.value)


# ---------------------------------------------------------------- expected refusals


def _refusal(program: Program, run: Run, clause: ExpectCannot) -> Run | Failed:
    """The step is refused; with ``because``, that requirement is false, whatever else is."""
    arguments = _arguments(program, run, clause.occurrence)
    if clause.because is not None:
        return _refusal_because(program, run, clause, clause.because, arguments)
    outcome: Outcome = try_step(program, run, clause.occurrence.step, arguments)
    match outcome:
        case Refused() | NotAnArgument():
            return run
        case Taken():
            name = clause.occurrence.step
            expected, got = f"`{name}` is refused", f"`{name}` is possible"
            return Failed(clause, "possible", name, expected, got, run, clause.occurrence)
        case Erred(error):
            return _no_value(run, clause, clause.occurrence, error)
        case _:
            assert_never(outcome)


def _refusal_because(
    program: Program, run: Run, clause: ExpectCannot, because: str, arguments: tuple[Value, ...]
) -> Run | Failed:
    step = program.step(clause.occurrence.step)
    requirement = next(item for item in step.requires if item.name == because)
    if not holds(program, requirement.condition, run, locals=bindings(step, arguments)):
        return run
    expected, got = f"`{step.name}` is refused because `{because}` is false", f"`{because}` holds"
    return Failed(clause, "possible", because, expected, got, run, clause.occurrence)


# ---------------------------------------------------------------- errors


def _failed_start(error: EvaluationError) -> Failed:
    return Failed(None, "error", error.name, "a case that can start", error.message, None, error=error)


def _no_value(run: Run, clause: ScenarioClause, occurrence: Occurrence | None, error: EvaluationError) -> Failed:
    return Failed(clause, "error", error.name, "everything has a value", error.message, run, occurrence, error)
