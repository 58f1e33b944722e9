"""Traps: reachable states from which no steps lead to one where a day may pass, and the proofs that they spoil.

Takes the questions and answers of one program with duties; gives the finding, and which duties a proof must not need. A
duty that cannot be met stops time, so that every promise about later days would hold for want of later days: such a
proof does not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from verifier.analysis.plain import plain_runs
from verifier.core.program import Possible, Program, Promise
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.engines.answers import Reached, Undecided, Unreachable
from verifier.engines.decide import FIRST_DEPTH, Limits, decide
from verifier.engines.liveness import Quest, Trapped, always_possible
from verifier.explain.judge import Judge, confirmed_run, told
from verifier.explain.liveness import invariants
from verifier.explain.model import Finding, PropertyResult
from verifier.explain.replay import Replayed
from verifier.explain.words import listed
from verifier.properties.goals import slice_for, state_goal
from verifier.semantics.duties import pending_duties, suspended
from verifier.semantics.model import Run
from verifier.semantics.ways import way_to_a_day
from verifier.symbolic.system import WAIT, System, by_single_days, cone
from verifier.symbolic.terms import Term

TRAP = "F0301"
NAME = "a day may pass"
BRIEF_BUDGET = 5_000_000


@dataclass(frozen=True, slots=True)
class Traps:
    """``finding``: the trap found. ``duties``: names of the duties that no proof may need; all of them where it is not
    known whether there is a trap (``reason`` says why).
    """

    finding: Finding | None
    duties: tuple[str, ...]
    reason: str | None = None


def look_for_traps(court: Judge, limits: Limits) -> Traps:
    """Whether in some reachable state time stops, because a duty is due that no permitted steps meet."""
    questions = court.questions
    every = tuple(duty.duty.name for duty in questions.encoding.duties)
    if not every:
        return Traps(None, ())
    quest = day_may_pass(questions.system, invariants(court), tuple(plain_runs(questions.encoding)))
    answer = always_possible(questions.system, quest, limits)
    match answer:
        case Undecided(_, reason):
            return Traps(None, every, reason)
        case Trapped():
            return _found(court, answer, every, limits)
        case _:
            return Traps(None, ())


def day_may_pass(system: System, known: tuple[Term, ...] = (), wishes: tuple[Term, ...] = ()) -> Quest:
    """Whether steps alone always lead to a state in which a day may pass."""
    steps = frozenset(t.name for t in system.transitions if t.name != WAIT)
    return Quest(NAME, by_single_days(system).transition(WAIT).enabled, steps, known, wishes)


def _found(court: Judge, answer: Trapped, every: tuple[str, ...], limits: Limits) -> Traps:
    program, goal = court.questions.program, state_goal(NAME, answer.forever)

    def is_trap(replayed: Replayed) -> bool:
        return replayed.error is None and way_to_a_day(program, replayed.run) is None

    confirmed = confirmed_run(court, goal, Reached(answer.trace, answer.shortest, answer.method), is_trap)
    if confirmed is None:
        return Traps(None, every, "a trap was found that the reference interpreter does not confirm")
    run = told(court, goal, *confirmed, answer.shortest)
    last = confirmed[1].run
    finding = Finding(_diagnostic(program, last), run)
    pending = frozenset(item.duty.name for item in pending_duties(program, last))
    return Traps(finding, _pending_in_traps(court, answer, pending, limits) if answer.exact else every)


def _diagnostic(program: Program, run: Run) -> Diagnostic:
    now = run.last.today
    due = [p.duty for p in pending_duties(program, run) if now >= p.deadline and not suspended(program, p.duty, run)]
    names = listed([f"`{duty.name}`" for duty in due])
    subject = f"the duty {names} is due" if len(due) == 1 else f"the duties {names} are due"
    message = f"time stops in some case: {subject}, and no step that is then possible lets another day pass"
    advice = "make the step that meets the duty possible whenever it is due, give the duty an `unless`, or require its"
    return Diagnostic(TRAP, Severity.ERROR, message, due[0].span, help=f"{advice} trigger to leave time for it")


def _pending_in_traps(court: Judge, answer: Trapped, here: frozenset[str], limits: Limits) -> tuple[str, ...]:
    """The duties that are, or may be, pending in some trap. ``here`` are those pending in the trap found; of the others
    one counts unless a proof that comes soon shows that it never is: a deep search could only confirm it.
    """
    terms = court.questions.system.terms
    duties = {duty.duty.name: duty.pending for duty in court.questions.encoding.duties}
    goals = [
        state_goal(name, terms.and_(answer.forever, pending)) for name, pending in duties.items() if name not in here
    ]
    brief = replace(limits, budget=min(limits.budget, BRIEF_BUDGET), max_steps=min(limits.max_steps, FIRST_DEPTH))
    answers = decide(court.questions.system, goals, brief)
    return tuple(name for name in duties if not isinstance(answers.get(name), Unreachable))


# ---------------------------------------------------------------- proofs that need duties


def depending_on_time(court: Judge, promises: Iterable[Promise], results: Iterable[PropertyResult]) -> list[Promise]:
    """The proved promises whose proof may need that a duty stops time: those about runs in which days pass.

    A ``possible`` is proved by a run of the compliant world, which takes place without the duties too.
    """
    return [
        promise
        for promise, result in zip(promises, results, strict=True)
        if result.verdict == "proved"
        and not isinstance(promise.form, Possible)
        and any(transition.name == WAIT for transition in slice_of_promise(court, promise.name).transitions)
    ]


def slice_of_promise(court: Judge, name: str) -> System:
    """The part of the system that a verdict on a promise is about."""
    questions = court.questions
    if name in questions.pairs:
        pair = questions.pairs[name]
        return slice_for(pair.system, [pair.goal])
    if name in questions.ways:
        return cone(questions.system, [questions.ways[name].goal])
    return slice_for(questions.system, [questions.claims[name].goal])


def why_not_proved(traps: Traps) -> str:
    """The reason for a promise whose proof needs such a duty."""
    if traps.finding is not None:
        names = listed([f"`{name}`" for name in traps.duties])
        duties = f"the duty {names}" if len(traps.duties) == 1 else f"the duties {names}"
        return f"it holds only because {duties} would stop time in some case (see the finding {TRAP})"
    return f"it holds only because of duties, and it is not known whether they can always be met: {traps.reason}"
