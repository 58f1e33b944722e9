"""Verdicts on promises about two cases, each with two confirmed runs or a certificate.

Takes the questions of one program and a ``Pair``; decides it and gives a ``PropertyResult``. A pair of runs counts only
after the interpreter confirmed that they follow each other and break the promise; a verdict over all cases only when no
error is reachable in what it depends on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from verifier.analysis.needed import needed_in_pair
from verifier.analysis.plain import plain_runs, plain_wishes
from verifier.core.program import Program, Promise
from verifier.engines.answers import Reached, Trace, TraceStep, Undecided, Unreachable
from verifier.engines.complete import completed
from verifier.engines.decide import Limits, decide
from verifier.engines.query import NoModel, Question
from verifier.explain.entities import numbered
from verifier.explain.judge import QUERY_BUDGET, Judge, bound_of, doubt_about, nothing_decided, undecided
from verifier.explain.model import PropertyResult, Story
from verifier.explain.replay import ReplayFailure, arguments_of, case_of, days_of
from verifier.explain.stories import story
from verifier.properties.goals import slice_for
from verifier.properties.pairs import Pair
from verifier.semantics.model import Run, StepEvent
from verifier.semantics.opening import initial_state
from verifier.semantics.pairs import broken_pair, follow, may_pair
from verifier.semantics.run import Taken, wait
from verifier.symbolic.encoding import Encoding
from verifier.symbolic.remarkable import distance
from verifier.symbolic.system import WAIT
from verifier.symbolic.terms import INT, Term


def judge_pair(court: Judge, promise: Promise, limits: Limits) -> PropertyResult:
    """The verdict on a promise about two cases; ``court.questions.pairs`` must have it."""
    pair, result = court.questions.pairs[promise.name], nothing_decided(promise)
    wishes = [*_alike(court.questions.encoding, pair), *plain_runs(court.questions.encoding)]
    answer = decide(pair.system, [pair.goal], limits, wishes, frozenset([pair.goal.name]))[pair.goal.name]
    if isinstance(answer, Undecided):
        return replace(result, reason=undecided(answer), method="bmc", bound=bound_of(answer))
    result = replace(result, method=answer.method)
    if isinstance(answer, Reached):
        return _violated(court, promise, answer, result)
    doubt = _doubt(court, promise, pair)
    if doubt is not None:
        return replace(result, reason=doubt)
    court.proofs[promise.name] = answer
    return replace(result, verdict="proved", certificate="checked", vacuous=_vacuous(pair, limits))


def _alike(encoding: Encoding, pair: Pair) -> Iterator[Term]:
    """What makes two cases easy to compare: as much alike as possible, and numbers that differ by one or by little."""
    terms = encoding.terms
    yield from (terms.eq(one, two) for one, two in pair.other.items())
    one_more = terms.integer(1)
    numbers = [(one, two) for one, two in pair.other.items() if one.sort == INT]
    yield from (terms.eq(two, terms.add(one, one_more)) for one, two in numbers)
    yield from (distance(terms, one, two) for one, two in numbers)


# ---------------------------------------------------------------- proved


def _doubt(court: Judge, promise: Promise, pair: Pair) -> str | None:
    """Why a verdict over all cases is not certain: an error that is, or may be, reachable in what it depends on.

    The runs of a pair are runs of single cases, so that it is enough to look at these.
    """
    terms = pair.system.terms
    if pair.start_error is not terms.false:
        asked = Question(terms, [*pair.start, pair.start_error], (), (), QUERY_BUDGET)
        if not isinstance(asked.ask(), NoModel):
            return "some case may give what this promise names no value at the start"
    return doubt_about(court, promise)


def _vacuous(pair: Pair, limits: Limits) -> bool:
    """No two cases differ where the promise says that they may or must, or the subject has one value in all reachable
    states.
    """
    terms = pair.system.terms
    if any(isinstance(Question(terms, start, (), (), QUERY_BUDGET).ask(), NoModel) for start in pair.starts):
        return True
    return isinstance(decide(pair.beside, [pair.varies], limits)[pair.varies.name], Unreachable)


# ---------------------------------------------------------------- violated


def _violated(court: Judge, promise: Promise, answer: Reached, result: PropertyResult) -> PropertyResult:
    questions = court.questions
    pair = questions.pairs[promise.name]
    wishes = [*_alike(questions.encoding, pair), *plain_wishes(questions.encoding)]
    trace = completed(pair.system, answer.trace, wishes, QUERY_BUDGET)
    try:
        if trace is None:
            raise ReplayFailure("no two cases have the facts of the runs")
        runs, orders = replay_pair(questions.encoding, pair, promise, trace, court.duties)
    except ReplayFailure as fault:
        court.faults.append(f"{questions.program.name}: `{promise.name}`: {fault}")
        return replace(result, reason="two runs were found that the reference interpreter does not confirm")
    first, second = numbered(
        *_stories(questions.encoding, pair, trace, zip(runs, orders, strict=True), answer.shortest)
    )
    return replace(result, verdict="violated", counterexample=first, second_case=second)


def _stories(
    encoding: Encoding, pair: Pair, trace: Trace, runs: Iterable[tuple[Run, Sequence[int]]], shortest: bool
) -> Iterator[Story]:
    names = needed_in_pair(encoding, pair, trace, QUERY_BUDGET)
    reads = {variable.term for variable in slice_for(pair.system, [pair.goal]).variables}
    dated = encoding.today in reads
    for run, order in runs:
        yield story(encoding.program, run, names, dated, shortest, order=order)


def replay_pair(
    encoding: Encoding, pair: Pair, promise: Promise, trace: Trace, duties: bool
) -> tuple[tuple[Run, Run], tuple[list[int], list[int]]]:
    """Both cases of a trace, run in the interpreter, and for the events of each the place of what was proposed to both;
    raises ``ReplayFailure`` where they do something else, or break no promise.
    """
    program = encoding.program
    seconds = {variable: trace.start[pair.other.get(variable, variable)] for variable in trace.start}
    openings = [initial_state(program, case_of(encoding, start)) for start in (trace.start, seconds)]
    first, second = openings
    if not isinstance(first, Run) or not isinstance(second, Run):
        raise ReplayFailure("one of the two cases has no initial state")
    if not may_pair(program, promise, first, second):
        raise ReplayFailure("the promise does not compare these two cases")
    orders: tuple[list[int], list[int]] = ([], [])
    place = 0
    for index, step in enumerate(trace.steps):
        # Waits that follow each other are told as one, in both cases.
        place += not (index > 0 and step.transition == trace.steps[index - 1].transition == WAIT)
        moved = _move(encoding, program, (first, second), step, duties)
        if moved is None:
            raise ReplayFailure(f"step {index + 1}, `{step.transition}`, is possible in neither case")
        first, second = moved
        for order, run in zip(orders, moved, strict=True):
            order.extend([place] * (len(run.events) - len(order)))
    if broken_pair(program, promise, first, second) is None:
        raise ReplayFailure("the two runs do not show what they were found for")
    return (first, second), orders


def _move(
    encoding: Encoding, program: Program, runs: tuple[Run, Run], step: TraceStep, duties: bool
) -> tuple[Run, Run] | None:
    """Both runs after a proposed step, or after so many one-day waits; ``None`` where neither moves."""
    first, second = runs
    if step.transition == WAIT:
        waited = [wait(program, run, days_of(encoding, step), duties) for run in runs]
        one, other = waited
        return (one.run, other.run) if isinstance(one, Taken) and isinstance(other, Taken) else None
    event = StepEvent(step.transition, arguments_of(encoding, step), first.last.today)
    moved = follow(program, first, second, event, duties)
    return moved if isinstance(moved, tuple) and moved != runs else None
