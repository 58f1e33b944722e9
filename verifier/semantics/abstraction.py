"""Which policies are finite, and when two runs of one have the same future.

Takes a program and runs; gives a key for each run. INVARIANT: two runs of one program with equal keys allow the same
events, which lead to equal keys again, and every term of the program has the same value (or error) at their ends.

The key holds the facts, the readings, the statuses, and of the history exactly this:

* for each step that a history term names: with which arguments it has happened, and for ``happened within`` how many
  days ago last, counted no further than one day past the longest such duration;
* for each ``ever``, ``ever since`` and ``just before`` its present value, and for ``just before`` that of its
  operand, under every value of the parameters that occur in it;
* for each duty and each promise ``after S, T within D``: how long it has waited, counted no further than its deadline
  (for a promise, one day more); for each promise ``after S, E until T``: the windows that are open.

Dates count only relative to each other: a policy that reads ``today``, has dates, counts or months, is not finite here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import product

from verifier.core.expressions import (
    Const,
    CountOf,
    DateOf,
    Ever,
    EverSince,
    Expr,
    Happened,
    HappenedWithin,
    JustBefore,
    Local,
    Today,
    subexpressions,
)
from verifier.core.program import (
    AfterUntil,
    Form,
    Param,
    Program,
    Response,
)
from verifier.core.types import MonthsType, Value, finite_values, is_finite
from verifier.records import dataclass
from verifier.semantics.duties import pending_since
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate
from verifier.semantics.model import Run, StepEvent
from verifier.semantics.promises import open_windows, unanswered
from verifier.semantics.terms import Written, written
from verifier.semantics.values import whole


@dataclass(frozen=True, slots=True)
class Abstraction:
    """What a key keeps of the history: see the module's description. ``horizons``: step → days counted."""

    program: Program
    horizons: dict[str, int]
    tracked: tuple[Written, ...]


def abstraction(program: Program) -> Abstraction | None:
    """The abstraction for a finite policy; ``None`` where this module knows no finite one."""
    terms = list(written(program))
    if not (_finite_types(program) and _finite_terms(program, terms)):
        return None
    tracked = tuple(_tracked(terms))
    if not all(is_finite(param.type) for _, params in tracked for param in params):
        return None
    return Abstraction(program, _horizons(terms), tracked)


def key(kept: Abstraction, run: Run) -> Hashable:
    """The part of a run on which its future depends."""
    program, today = kept.program, run.last.today
    return (
        tuple(run.case.facts[fact.name] for fact in program.facts),
        tuple(run.case.readings[reading.name] for reading in program.readings),
        tuple(run.last.statuses[status.name] for status in program.statuses),
        frozenset(_last_days(kept, run).items()),
        tuple(value for term, params in kept.tracked for value in _values(program, run, term, params)),
        tuple(_age(pending_since(duty, run), today, whole(duty.duration.value)) for duty in program.duties),
        tuple(_monitor(program, run, promise.form) for promise in program.promises),
    )


def _age(since: int | None, today: int, most: int) -> int | None:
    return None if since is None else min(today - since, most)


def _last_days(kept: Abstraction, run: Run) -> dict[tuple[str, tuple[Value, ...]], int]:
    """How long ago each kind of step that matters last happened."""
    return {
        (event.step, event.arguments): min(run.last.today - event.day, kept.horizons[event.step])
        for event in run.events
        if isinstance(event, StepEvent) and event.step in kept.horizons
    }


def _values(program: Program, run: Run, term: Expr, params: tuple[Param, ...]) -> Iterator[Hashable]:
    """The value, or the error, of a term now, under every value of its parameters."""
    for choice in product(*(finite_values(param.type) for param in params)):
        bound = {param.name: value for param, value in zip(params, choice, strict=True)}
        try:
            yield evaluate(program, term, run, locals=bound)
        except EvaluationError as error:
            yield _error(error)


def _error(error: EvaluationError) -> Hashable:
    return ("error", error.kind, error.name)


def _waiting(since: int | EvaluationError, today: int, most: int) -> Hashable:
    return _error(since) if isinstance(since, EvaluationError) else _age(since, today, most)


def _monitor(program: Program, run: Run, form: Form) -> Hashable:
    """What has happened so far that a promise about two steps remembers."""
    match form:
        case AfterUntil():
            windows = open_windows(program, run, form).items()
            return frozenset((arguments, error and _error(error)) for arguments, error in windows)
        case Response(duration=duration):
            most = whole(duration.value) + 1
            waiting = unanswered(program, run, form).items()
            return frozenset((arguments, _waiting(since, run.last.today, most)) for arguments, since in waiting)
        case _:
            return None


# ---------------------------------------------------------------- what is finite, what is kept


def _finite_types(program: Program) -> bool:
    types = [fact.type for fact in program.facts] + [status.type for status in program.statuses]
    types += [param.type for step in program.steps for param in step.params]
    return all(is_finite(type_) for type_ in types)


def _finite_terms(program: Program, terms: list[Written]) -> bool:
    """Nothing reads an absolute date, counts without end or measures in months."""
    roots = [term for term, _ in terms]
    roots += [status.starts for status in program.statuses if status.starts is not None]
    roots += [assumption.condition for assumption in program.assumptions]
    durations: list[Const] = [duty.duration for duty in program.duties]
    durations += [promise.form.duration for promise in program.promises if isinstance(promise.form, Response)]
    for root in roots:
        for term in subexpressions(root):
            if isinstance(term, Today | DateOf | CountOf):
                return False
            if isinstance(term, HappenedWithin):
                durations.append(term.duration)
    return not any(isinstance(duration.type, MonthsType) for duration in durations)


def _horizons(terms: list[Written]) -> dict[str, int]:
    horizons: dict[str, int] = {}
    for root, _ in terms:
        for term in subexpressions(root):
            if isinstance(term, Happened | HappenedWithin):
                days = whole(term.duration.value) + 1 if isinstance(term, HappenedWithin) else 0
                horizons[term.act.step] = max(days, horizons.get(term.act.step, 0))
    return horizons


def _tracked(terms: list[Written]) -> Iterator[Written]:
    for root, params in terms:
        for term in subexpressions(root):
            if isinstance(term, Ever | EverSince | JustBefore):
                yield term, _occurring(term, params)
            if isinstance(term, JustBefore):
                yield term.operand, _occurring(term.operand, params)


def _occurring(term: Expr, params: tuple[Param, ...]) -> tuple[Param, ...]:
    names = {item.name for item in subexpressions(term) if isinstance(item, Local)}
    return tuple(param for param in params if param.name in names)
