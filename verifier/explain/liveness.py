"""Verdicts on promises that a way remains: ``always possible``.

Takes the questions and answers of one program and such a promise; decides it and gives a ``PropertyResult``. A run into
a trap counts only after the interpreter confirmed it and found no way on; that no way leads out of the trap is shown by
an invariant.
"""

from __future__ import annotations

from dataclasses import replace

from verifier.analysis.plain import plain_runs
from verifier.core.expressions import Const, Equal, Expr, Not, StatusRef
from verifier.core.program import AlwaysPossible, Promise, Status
from verifier.core.types import YES_NO, Value, YesNoType
from verifier.engines.answers import Reached, Undecided, Unreachable
from verifier.engines.decide import Limits
from verifier.engines.liveness import Quest, Trapped, always_possible
from verifier.engines.query import NoModel, Question
from verifier.explain.conditions import say_condition
from verifier.explain.judge import QUERY_BUDGET, Judge, confirmed_run, doubt_about, errors_behind, nothing_decided, told
from verifier.explain.model import PropertyResult, Story
from verifier.explain.replay import Replayed
from verifier.explain.words import listed
from verifier.properties.goals import anywhere, state_goal
from verifier.semantics.ways import way_out
from verifier.symbolic import values
from verifier.symbolic.terms import Term

MOST_WORDS = 4


def judge_always_possible(court: Judge, promise: Promise, limits: Limits) -> PropertyResult:
    """The verdict on an ``always possible``; ``court.questions.ways`` must have it."""
    questions, result = court.questions, nothing_decided(promise)
    way = questions.ways[promise.name]
    wishes = tuple(plain_runs(questions.encoding))
    quest = Quest(way.name, way.goal, known=invariants(court), wishes=wishes)
    answer = always_possible(questions.system, quest, limits)
    if isinstance(answer, Undecided):
        return replace(result, reason=answer.reason)
    result = replace(result, method=answer.method)
    doubt = doubt_about(court, promise)
    if isinstance(answer, Trapped):
        doubt = None if doubt is None or _errs_nowhere(court, promise, answer.forever) else doubt
        return replace(result, reason=doubt) if doubt is not None else _violated(court, promise, answer, result)
    if doubt is not None:
        return replace(result, reason=doubt)
    court.proofs[promise.name] = answer
    return replace(result, verdict="proved", certificate="checked")


def invariants(court: Judge) -> tuple[Term, ...]:
    """What is known of every reachable state from the proofs of other goals."""
    proofs = (answer for answer in court.answers.values() if isinstance(answer, Unreachable))
    return tuple(dict.fromkeys(proof.invariant for proof in proofs if proof.method == "induction"))


def _errs_nowhere(court: Judge, promise: Promise, forever: Term) -> bool:
    """Whether no error is met from the trap on, so that none hides a way."""
    terms = court.questions.system.terms
    errors = errors_behind(court.questions, promise.name)
    met = terms.and_(forever, terms.or_(*(anywhere(terms, goal) for goal in errors)))
    return isinstance(Question(terms, [met], (), (), QUERY_BUDGET).ask(), NoModel)


def _violated(court: Judge, promise: Promise, answer: Trapped, result: PropertyResult) -> PropertyResult:
    reached = Reached(answer.trace, answer.shortest, answer.method)
    goal, program, form = state_goal(promise.name, answer.forever), court.questions.program, promise.form
    assert isinstance(form, AlwaysPossible)

    def is_trap(replayed: Replayed) -> bool:
        return replayed.error is None and way_out(program, form.goal, replayed.run, court.duties) is None

    confirmed = confirmed_run(court, goal, reached, is_trap)
    if confirmed is None:
        return replace(result, reason="a trap was found that the reference interpreter does not confirm")
    run = told(court, goal, *confirmed, answer.shortest)
    trap = _from_there_on(court, form, confirmed[1], run, answer.forever)
    return replace(result, verdict="violated", counterexample=run, certificate="checked", trap=trap)


def _from_there_on(court: Judge, form: AlwaysPossible, replayed: Replayed, story: Story, forever: Term) -> str:
    """In words: that the goal is never reached, and what stays as it is, named as in the story."""
    program = court.questions.program
    never = f"{say_condition(form.goal, program, positive=False)}, whatever happens"
    ended = replayed.run.last.statuses
    names = {item.name: item.value for item in story.initial}
    names |= {change.name: change.after for event in story.happenings for change in event.changes}
    staying = [
        say_condition(_is(status, names[status.name]), program)
        for status in program.statuses
        if _stays(court, status, ended[status.name], forever)
    ]
    others = [text for text in staying[:MOST_WORDS] if text not in never]
    return f"{never}; {listed(others)}" if others else never


def _is(status: Status, value: Value) -> Expr:
    reference = StatusRef(status.name, type=status.type)
    if isinstance(status.type, YesNoType):
        return reference if value else Not(reference, type=YES_NO)
    return Equal(reference, Const(value, type=status.type), type=YES_NO)


def _stays(court: Judge, status: Status, value: Value, forever: Term) -> bool:
    """Whether a status keeps its value wherever ``forever`` holds."""
    terms, layout = court.questions.system.terms, court.questions.encoding.evaluator.state.statuses[status.name]
    same = values.equal(terms, layout, values.constant(terms, value, status.type))
    changed = Question(terms, [forever, terms.not_(same)], (), (), QUERY_BUDGET)
    return isinstance(changed.ask(), NoModel)
