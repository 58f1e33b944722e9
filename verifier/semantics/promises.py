"""What it means for a run to break a promise, form by form.

Takes a program, a promise and a run; gives the breach at the last position, or nothing. Raises ``EvaluationError``
where a term of the promise has no value: such a run decides nothing. Searches for nothing. Two-case promises are in
``pairs``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar, assert_never

from verifier.core.expressions import Act, Expr
from verifier.core.program import (
    AfterUntil,
    Always,
    AlwaysPossible,
    DependsOnly,
    Equals,
    More,
    NeverBoth,
    NeverChanges,
    OnlyIf,
    Param,
    Possible,
    Program,
    Promise,
    Response,
)
from verifier.core.types import Value
from verifier.core.walks import promise_expressions
from verifier.records import dataclass
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import Frame, act_arguments, evaluate, holds
from verifier.semantics.model import Run, StepEvent
from verifier.semantics.operators import day_after


@dataclass(frozen=True, slots=True)
class Breach:
    """A promise broken at a position of a run.

    ``values``: what was compared and found (before and after, left and right, one case and the other). ``arguments``:
    those of the step that the promise is about. ``since``: for ``within``, the day (number) of the unanswered step.
    """

    position: int
    values: tuple[Value, ...] = ()
    arguments: tuple[Value, ...] = ()
    since: int | None = None


def reaches(program: Program, goal: Expr, run: Run) -> bool:
    """Whether the goal of a ``possible`` holds at the end of the run."""
    return holds(program, goal, run)


def breach_anywhere(program: Program, promise: Promise, run: Run) -> Breach | None:
    """The first breach in a run, at whatever position."""
    for position in range(run.length + 1):
        breach = broken(program, promise, run.prefix(position))
        if breach is not None:
            return breach
    return None


def broken(program: Program, promise: Promise, run: Run) -> Breach | None:
    """The breach at the end of the run: of its last state, or of its last event for promises about steps.

    ``possible`` and ``always possible`` are broken by no single run, and two-case promises (``broken_pair``) by no
    single case: they give ``None``.
    """
    match promise.form:
        case Always(body, scope, negated):
            return _always(program, run, body, scope, negated)
        case Equals(left, right):
            values = evaluate(program, left, run), evaluate(program, right, run)
            return Breach(run.length, values) if values[0] != values[1] else None
        case NeverBoth(left, right):
            both = holds(program, left, run) and holds(program, right, run)
            return Breach(run.length) if both else None
        case NeverChanges(body, scope):
            return _changed(program, run, body, scope)
        case OnlyIf() as form:
            return _only_if(program, run, form)
        case AfterUntil() as form:
            return _after_until(program, run, form)
        case Response() as form:
            return _late(program, run, form)
        case Possible() | AlwaysPossible() | DependsOnly() | More():
            return None
        case _:
            assert_never(promise.form)


def error_in(program: Program, promise: Promise, run: Run) -> EvaluationError | None:
    """The error that a promise meets at the end of the run, if it does; of forms that no run breaks, in any part."""
    try:
        broken(program, promise, run)
        if isinstance(promise.form, Possible | AlwaysPossible | DependsOnly | More):
            for part in promise_expressions(promise):
                evaluate(program, part, run)
    except EvaluationError as error:
        return error
    return None


def _always(program: Program, run: Run, body: Expr, scope: Expr | None, negated: bool) -> Breach | None:
    if scope is not None and not holds(program, scope, run):
        return None
    return Breach(run.length) if holds(program, body, run) == negated else None


def _changed(program: Program, run: Run, body: Expr, scope: Expr) -> Breach | None:
    """The last step or wait changed ``body``, and ``scope`` held before or after it."""
    if run.length == 0:
        return None
    before, after = run.length - 1, run.length
    if not (holds(program, scope, run, before) or holds(program, scope, run, after)):
        return None
    values = evaluate(program, body, run, before), evaluate(program, body, run, after)
    return Breach(run.length, values) if values[0] != values[1] else None


def _only_if(program: Program, run: Run, form: OnlyIf) -> Breach | None:
    """The last event was the step, and the condition did not hold in the state before it."""
    event = run.events[-1] if run.events else None
    if not (isinstance(event, StepEvent) and event.step == form.step):
        return None
    if holds(program, form.condition, run, run.length - 1, bound(form.binders, event)):
        return None
    return Breach(run.length, arguments=event.arguments)


def _after_until(program: Program, run: Run, form: AfterUntil) -> Breach | None:
    """``body`` fails in the last state, which lies in the window of some earlier ``step``.

    Each value of the binders is a promise of its own: an error in one window hides no breach in another.
    """
    errors = _Errors()
    for arguments, window in open_windows(program, run, form).items():
        with errors.kept():
            _value_of(window)
            if not holds(program, form.body, run, locals=_named(form.binders, arguments)):
                return Breach(run.length, arguments=arguments)
    errors.tell()
    return None


def open_windows(program: Program, run: Run, form: AfterUntil) -> dict[tuple[Value, ...], EvaluationError | None]:
    """The binder values of the steps so far that no ``until`` has followed, in order of time.

    An event in both roles closes, then opens. The arguments of ``until`` are read in the state before it; where they
    had no value, that window holds the error from then on.
    """
    windows: dict[tuple[Value, ...], EvaluationError | None] = {}
    for position, event in enumerate(run.events):
        _answer(program, run, position, form.until, form.binders, windows)
        if isinstance(event, StepEvent) and event.step == form.step:
            windows.setdefault(_key(form.binders, event))
    return windows


def _late(program: Program, run: Run, form: Response) -> Breach | None:
    """The deadline of an unanswered step lies before today; for errors see ``_after_until``."""
    errors = _Errors()
    for arguments, waiting in unanswered(program, run, form).items():
        with errors.kept():
            since = _value_of(waiting)
            if run.last.today > day_after(since, form.duration, form.rounding):
                return Breach(run.length, arguments=arguments, since=since)
    errors.tell()
    return None


def unanswered(program: Program, run: Run, form: Response) -> dict[tuple[Value, ...], int | EvaluationError]:
    """For each binder value, the day of the earliest step that no response has followed.

    A step in both roles answers, then triggers. The arguments of the response are read in the state before it; where
    they had no value, the error stands for the day from then on.
    """
    waiting: dict[tuple[Value, ...], int | EvaluationError] = {}
    for position, event in enumerate(run.events):
        _answer(program, run, position, form.response, form.binders, waiting)
        if isinstance(event, StepEvent) and event.step == form.step:
            waiting.setdefault(_key(form.binders, event), event.day)
    return waiting


def _answer(
    program: Program,
    run: Run,
    position: int,
    act: Act | None,
    binders: tuple[Param, ...],
    waiting: dict[tuple[Value, ...], Any],
) -> None:
    """Take out those whom the event at a position answers; an error stays with whom it concerns."""
    for key, value in list(waiting.items()):
        if isinstance(value, EvaluationError):
            continue
        try:
            if _is_act(program, run, position, act, _named(binders, key)):
                del waiting[key]
        except EvaluationError as error:
            waiting[key] = error


_T = TypeVar("_T")


def _value_of(found: _T | EvaluationError) -> _T:
    if isinstance(found, EvaluationError):
        raise found
    return found


@dataclass(slots=True)
class _Errors:
    """The first error met while there may still be a breach elsewhere; local to one question."""

    first: EvaluationError | None = None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep an error and go on."""
        try:
            yield
        except EvaluationError as error:
            self.first = self.first or error

    def tell(self) -> None:
        """Raise the error that was kept, if any."""
        if self.first is not None:
            raise self.first


def bound(binders: tuple[Param, ...], event: StepEvent) -> dict[str, Value]:
    """The binders with the values that the step's arguments give them."""
    return _named(binders, _key(binders, event))


def _key(binders: tuple[Param, ...], event: StepEvent) -> tuple[Value, ...]:
    return event.arguments if binders else ()


def _named(binders: tuple[Param, ...], values: tuple[Value, ...]) -> dict[str, Value]:
    return {binder.name: value for binder, value in zip(binders, values, strict=True)}


def _is_act(program: Program, run: Run, position: int, act: Act | None, binders: Mapping[str, Value]) -> bool:
    """Whether the event at a position is the act, whose arguments may use the binders."""
    event = run.events[position]
    if act is None or not (isinstance(event, StepEvent) and event.step == act.step):
        return False
    return act_arguments(Frame(program, run, position, binders), act) in (None, event.arguments)
