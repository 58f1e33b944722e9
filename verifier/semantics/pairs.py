"""Two cases side by side: promises that compare what two cases get.

Takes a program, a promise and two runs that have followed each other from the start (``follow``). Raises
``EvaluationError`` where a compared term has no value. Searches for nothing.
"""

from __future__ import annotations

from typing import assert_never

from verifier.core.expressions import Expr, FactRef, StatusRef
from verifier.core.program import DependsOnly, More, Program, Promise
from verifier.semantics.evaluate import evaluate
from verifier.semantics.model import Event, Run, WaitEvent
from verifier.semantics.promises import Breach
from verifier.semantics.run import Erred, Forbidden, Taken, attempt, wait
from verifier.semantics.values import less


def may_pair(program: Program, promise: Promise, first: Run, second: Run) -> bool:
    """Whether a two-case promise speaks about these two runs without events.

    Both share the readings and the start date. ``depends only on``: they agree on the named items, as these are at the
    start. ``more``: they are alike but for the item, of which the second has more.
    """
    if first.case.readings != second.case.readings or first.case.start != second.case.start:
        return False
    match promise.form:
        case DependsOnly(_, on):
            return all(evaluate(program, item, first) == evaluate(program, item, second) for item in on)
        case More(item=item):
            return _has_more(program, item, first, second) and _alike_but(item, first, second)
        case _:
            return False


def _has_more(program: Program, item: Expr, first: Run, second: Run) -> bool:
    return less(item.type, evaluate(program, item, first), evaluate(program, item, second))


def _alike_but(item: Expr, first: Run, second: Run) -> bool:
    """The inputs of the two cases are equal, but for the item."""
    fact = item.name if isinstance(item, FactRef) else None
    status = item.name if isinstance(item, StatusRef) else None
    facts = all(value == second.case.facts[name] for name, value in first.case.facts.items() if name != fact)
    statuses = all(value == second.case.initial[name] for name, value in first.case.initial.items() if name != status)
    return facts and statuses


def broken_pair(program: Program, promise: Promise, first: Run, second: Run) -> Breach | None:
    """The breach at the end of both runs: ``values`` are what the first and the second case get."""
    match promise.form:
        case DependsOnly(subject):
            values = evaluate(program, subject, first), evaluate(program, subject, second)
            wrong = values[0] != values[1]
        case More(_, direction, subject):
            values = evaluate(program, subject, first), evaluate(program, subject, second)
            match direction:
                case "lowers":
                    wrong = less(subject.type, values[1], values[0])
                case "raises":
                    wrong = less(subject.type, values[0], values[1])
                case _:
                    assert_never(direction)
        case _:
            return None
    return Breach(first.length, values) if wrong else None


def follow(
    program: Program, first: Run, second: Run, event: Event, duties: bool = True
) -> tuple[Run, Run] | Forbidden | Erred:
    """One proposed event: whichever case can take a step takes it, the other idles; a day passes if both let it."""
    if isinstance(event, WaitEvent):
        return _both_wait(program, first, second, duties)
    moved: list[Run] = []
    for run in (first, second):
        outcome = attempt(program, run, event)
        if isinstance(outcome, Erred):
            return outcome
        moved.append(outcome.run if isinstance(outcome, Taken) else run)
    return moved[0], moved[1]


def _both_wait(program: Program, first: Run, second: Run, duties: bool) -> tuple[Run, Run] | Forbidden | Erred:
    one = wait(program, first, 1, duties)
    if not isinstance(one, Taken):
        return one
    other = wait(program, second, 1, duties)
    return (one.run, other.run) if isinstance(other, Taken) else other
