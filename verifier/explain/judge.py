"""Answers of the engines as verdicts on promises, each with its story or its certificate.

Takes the questions and answers of one program; gives ``PropertyResult``s. A run counts only after the interpreter
confirmed it; a verdict over all runs counts only when no error is reachable in what it depends on; anything else is
``unknown``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace

from verifier.analysis.bounds import bounds
from verifier.analysis.needed import needed
from verifier.analysis.plain import plain_wishes
from verifier.analysis.questions import Probe, Questions
from verifier.core.dates import iso
from verifier.core.program import Possible, Promise
from verifier.engines.answers import Answer, Reached, Trace, Undecided, Unreachable
from verifier.engines.complete import completed
from verifier.engines.liveness import Escapable
from verifier.explain.entities import numbered
from verifier.explain.model import PropertyResult, Story
from verifier.explain.replay import Replayed, ReplayFailure, replay
from verifier.explain.stories import attempted, story
from verifier.explain.verbalise import say_needed, say_step
from verifier.explain.words import listed, plural
from verifier.properties.goals import Claim, Goal, slice_for, slice_of
from verifier.records import dataclass
from verifier.semantics.promises import broken, error_in, reaches
from verifier.symbolic.system import cone

QUERY_BUDGET = 50_000_000


@dataclass(slots=True)
class Judge:
    """What verdicts are made from. ``faults`` collects traces that the interpreter did not confirm, ``proofs`` what the
    verdicts over all runs stand on, by promise.
    """

    questions: Questions
    answers: Mapping[str, Answer]
    duties: bool
    faults: list[str] = field(default_factory=list)
    proofs: dict[str, Unreachable | Escapable] = field(default_factory=dict)


def judge(court: Judge, promise: Promise) -> PropertyResult:
    """The verdict on a promise about single runs."""
    result = nothing_decided(promise)
    refused = court.questions.refused.get(promise.name)
    if refused is not None:
        return replace(result, reason=f"this promise cannot be followed: {refused}")
    claim = court.questions.claims.get(promise.name)
    if claim is None:
        return replace(result, reason="this form of promise is not yet supported")
    answer = court.answers[claim.goal.name]
    if isinstance(answer, Reached):
        return _reached(court, promise, claim, answer, result)
    if isinstance(answer, Undecided):
        return replace(result, reason=undecided(answer), method="bmc", bound=bound_of(answer))
    return _unreachable(court, promise, claim, answer, result)


def nothing_decided(promise: Promise) -> PropertyResult:
    """The result from which every verdict on a promise starts."""
    return PropertyResult(promise.name, promise.title, promise.keyword, promise.cites, promise.span, "unknown")


def undecided(answer: Undecided) -> str:
    """Why a goal was not decided, and what is known all the same."""
    known = f"holds for up to {plural(answer.bound, 'step')}" if answer.bound >= 0 else "nothing was established"
    return f"{known}; {answer.reason}"


def bound_of(answer: Undecided) -> int | None:
    """Up to how many steps nothing was found; ``None`` where not even the start was looked at."""
    return answer.bound if answer.bound >= 0 else None


def _reached(court: Judge, promise: Promise, claim: Claim, answer: Reached, result: PropertyResult) -> PropertyResult:
    found = confirmed_story(court, claim.goal, answer, promise)
    if found is None:
        return replace(
            result, reason="a run was found that the reference interpreter does not confirm", method=answer.method
        )
    if claim.polarity == "some":
        return replace(result, verdict="proved", witness=found, certificate="checked", method=answer.method)
    return replace(result, verdict="violated", counterexample=found, method=answer.method)


def _unreachable(
    court: Judge, promise: Promise, claim: Claim, answer: Unreachable, result: PropertyResult
) -> PropertyResult:
    result = replace(result, method=answer.method)
    doubt = doubt_about(court, promise)
    if doubt is not None:
        return replace(result, reason=doubt)
    court.proofs[promise.name] = answer
    if claim.polarity == "some":
        return replace(result, verdict="violated", certificate="checked")
    vacuous = any(isinstance(court.answers[t.name], Unreachable) for t in claim.triggers)
    return replace(result, verdict="proved", certificate="checked", vacuous=vacuous)


def doubt_about(court: Judge, promise: Promise) -> str | None:
    """Why a verdict over all runs is not certain: an error that is, or may be, reachable in what it depends on."""
    about, probes = _errors_of(court.questions, promise.name)
    error = court.answers.get(about.name)
    if isinstance(error, Reached):
        return _no_value(court, promise, about, error)
    if isinstance(error, Undecided):
        return "it is not known whether each part of this promise always has a value"
    return _first_error(court, probes)


def _no_value(court: Judge, promise: Promise, about: Goal, answer: Reached) -> str:
    """Which part of a promise has no value in the case that was found, and which case that is."""
    confirmed = confirmed_run(court, about, answer, lambda replayed: replayed.error is None)
    if confirmed is None:
        return "some case gives a part of this promise no value"
    program, (trace, replayed) = court.questions.program, confirmed
    found = told(court, about, trace, replayed, answer.shortest)
    part = error_in(program, promise, replayed.run)
    given = [item for item in (*found.facts, *found.initial) if item.name in found.needed]
    where = listed([say_needed(item, found.bounds, program) for item in given])
    after = "; ".join(say_step(event, program) for event in found.happenings)
    place = f"after this: {after}" if after else "at the very start"
    day = f", on {iso(found.start)}" if found.start is not None and "today" in found.needed and not after else ""
    said = f": {part.message}" if part is not None else ""
    return f"some case gives a part of this promise no value{said} ({f'{where}; ' if where else ''}{place}{day})"


def _first_error(court: Judge, probes: list[Probe]) -> str | None:
    """An error that is, or may be, reachable in a step."""
    for probe in probes:
        answer = court.answers[probe.goal.name]
        if isinstance(answer, Reached):
            return f"`{probe.subject}`, on which this depends, can meet an error (see the finding about it)"
        if isinstance(answer, Undecided):
            return f"it is not known whether `{probe.subject}`, on which this depends, can meet an error"
    return None


def errors_behind(questions: Questions, name: str) -> list[Goal]:
    """The errors that must not be reachable for a verdict over all runs on a promise."""
    about, probes = _errors_of(questions, name)
    return [about, *(probe.goal for probe in probes)]


def _errors_of(questions: Questions, name: str) -> tuple[Goal, list[Probe]]:
    """The error of a promise itself, and those of the steps that it depends on."""
    if name in questions.pairs:
        pair = questions.pairs[name]
        about, sliced = pair.error, slice_for(pair.system, [pair.goal])
    elif name in questions.ways:
        way = questions.ways[name]
        about, sliced = way.error, cone(questions.system, [way.goal])
    else:
        claim = questions.claims[name]
        about, sliced = claim.error, slice_of(questions.system, claim)
    steps = {transition.name for transition in sliced.transitions}
    return about, [probe for probe in questions.probes if probe.kind == "step error" and probe.subject in steps]


def confirmed_story(court: Judge, goal: Goal, answer: Reached, promise: Promise | None) -> Story | None:
    """The story of a run that the interpreter confirmed; otherwise a fault is noted.

    With a promise, the run must break it (or, for ``possible``, reach it).
    """
    questions = court.questions

    def shows(replayed: Replayed) -> bool:
        return promise is None or _shows(questions, promise, replayed)

    confirmed = confirmed_run(court, goal, answer, shows)
    return None if confirmed is None else told(court, goal, *confirmed, answer.shortest)


def confirmed_run(
    court: Judge, goal: Goal, answer: Reached, shows: Callable[[Replayed], bool]
) -> tuple[Trace, Replayed] | None:
    """A run for a goal, completed and replayed, if the interpreter confirms it and it ``shows`` what it was found for;
    otherwise a fault is noted.
    """
    questions = court.questions
    wishes = list(plain_wishes(questions.encoding))
    trace = completed(questions.system, answer.trace, wishes, QUERY_BUDGET)
    try:
        if trace is None:
            raise ReplayFailure("no case has the facts of the run")
        replayed = replay(questions.encoding, trace, court.duties)
        if not shows(replayed):
            raise ReplayFailure("the run does not show what it was found for")
    except ReplayFailure as fault:
        court.faults.append(f"{questions.program.name}: `{goal.name}`: {fault}")
        return None
    return trace, replayed


def _shows(questions: Questions, promise: Promise, replayed: Replayed) -> bool:
    if replayed.error is not None:
        return False
    if isinstance(promise.form, Possible):
        return reaches(questions.program, promise.form.goal, replayed.run)
    return broken(questions.program, promise, replayed.run) is not None


def told(court: Judge, goal: Goal, trace: Trace, replayed: Replayed, shortest: bool) -> Story:
    """The story of a confirmed run, with the facts that matter for its goal."""
    questions = court.questions
    names = needed(questions.encoding, questions.system, goal, trace, QUERY_BUDGET)
    slice_reads = {variable.term for variable in slice_for(questions.system, [goal]).variables}
    dated = questions.encoding.today in slice_reads
    whole = story(questions.program, replayed.run, names, dated, shortest)
    if replayed.error is not None:
        whole = replace(whole, attempt=attempted(questions.program, replayed.run, replayed.attempt, dated))
    (found,) = numbered(whole)
    return replace(found, bounds=bounds(questions.encoding, questions.system, goal, trace, names))
