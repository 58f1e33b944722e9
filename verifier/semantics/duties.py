"""Duties: which are pending, until when, and whether a day may pass.

Takes a program and a run; gives deadlines and verdicts about waiting. Raises ``EvaluationError`` from an ``unless``.
"""

from __future__ import annotations

from verifier.core.program import Duty, Program
from verifier.records import dataclass
from verifier.semantics.evaluate import holds
from verifier.semantics.model import Run, StepEvent
from verifier.semantics.operators import day_after


@dataclass(frozen=True, slots=True)
class Pending:
    """A duty that waits for an answer: since when, and the last day (number) on which the answer is in time."""

    duty: Duty
    since: int
    deadline: int


def pending_since(duty: Duty, run: Run) -> int | None:
    """The day of the first trigger after the last answer; a step in both roles answers, then triggers."""
    since: int | None = None
    for event in run.events:
        if isinstance(event, StepEvent):
            if event.step in duty.answers:
                since = None
            if event.step == duty.trigger and since is None:
                since = event.day
    return since


def pending_duties(program: Program, run: Run) -> tuple[Pending, ...]:
    """The pending duties, in the order declared; suspended ones included."""
    found = ((duty, pending_since(duty, run)) for duty in program.duties)
    return tuple(
        Pending(duty, since, day_after(since, duty.duration, duty.rounding))
        for duty, since in found
        if since is not None
    )


def forbidding(program: Program, run: Run) -> Duty | None:
    """The first pending duty whose deadline is here and whose ``unless`` does not hold: today may not pass."""
    for pending in pending_duties(program, run):
        if run.last.today >= pending.deadline and not suspended(program, pending.duty, run):
            return pending.duty
    return None


def suspended(program: Program, duty: Duty, run: Run) -> bool:
    """Whether the duty's ``unless`` holds now; it suspends the duty and never discharges it."""
    return duty.unless is not None and holds(program, duty.unless, run)
