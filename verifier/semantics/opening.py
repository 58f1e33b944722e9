"""The initial state of a case: ranges, ``starts`` and assumptions.

Takes a program and a case; gives a run without events, or says why the case has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from verifier.core.expressions import Expr
from verifier.core.program import Program, Status
from verifier.core.types import Type, Value
from verifier.records import dataclass
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate, holds
from verifier.semantics.model import Case, Run, State
from verifier.semantics.values import in_range, is_input


@dataclass(frozen=True, slots=True)
class CaseFault:
    """Why there is no run of a case.

    ``input``: the value of ``name`` is out of range or not in whole cents. ``assumption``: the assumption ``name`` (or,
    with an empty name, a further condition) does not hold: not a case of this policy. ``error``: a ``starts``, an
    assumption or a further condition has no value.
    """

    kind: Literal["input", "assumption", "error"]
    name: str
    error: EvaluationError | None = None


class _Statuses(dict[str, Value]):
    """Statuses at the start; reading one whose ``starts`` erred errs the same way."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: dict[str, EvaluationError] = {}

    def __missing__(self, name: str) -> Value:
        raise self.errors[name]


def initial_state(program: Program, case: Case, given: Iterable[Expr] = ()) -> Run | CaseFault:
    """The run that has just begun.

    Assumptions, then the ``given`` conditions, are tried in order up to the first that does not hold. They come before
    the errors of ``starts``: a case that an assumption excludes has no errors. A value outside its range counts as a
    value here.
    """
    for name in _inputs_out_of_range(program, case):
        return CaseFault("input", name)
    statuses = _Statuses()
    run = Run(case, (State(statuses, case.start),))
    for status in program.statuses:
        _start(program, run, status, statuses)
    conditions = [(item.name, item.condition) for item in program.assumptions] + [("", item) for item in given]
    for name, condition in conditions:
        try:
            if not holds(program, condition, run):
                return CaseFault("assumption", name)
        except EvaluationError as error:
            return CaseFault("error", name, error)
    for name, unset in statuses.errors.items():
        return CaseFault("error", name, unset)
    return Run(case, (State(dict(statuses), case.start),))


def _inputs_out_of_range(program: Program, case: Case) -> Iterator[str]:
    for name, type_, value in _inputs(program, case):
        if not is_input(type_, value):
            yield name


def _inputs(program: Program, case: Case) -> Iterator[tuple[str, Type, Value]]:
    for fact in program.facts:
        yield fact.name, fact.type, case.facts[fact.name]
    for status in program.statuses:
        if status.starts is None:
            yield status.name, status.type, case.initial[status.name]


def _start(program: Program, run: Run, status: Status, statuses: _Statuses) -> None:
    """Enter the initial value of a status, or the error that it has none (or one out of range)."""
    if status.starts is None:
        statuses[status.name] = run.case.initial[status.name]
        return
    try:
        value = evaluate(program, status.starts, run)
    except EvaluationError as error:
        statuses.errors[status.name] = error
        return
    statuses[status.name] = value
    if not in_range(status.type, value):
        message = f"`{status.name}` starts outside its range"
        statuses.errors[status.name] = EvaluationError("range", status.name, message, status.starts.span)
