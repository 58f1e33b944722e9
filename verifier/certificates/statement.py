"""What a certificate must show: a promise of a policy as systems and what no run of them may reach.

Takes a checked program and one of its promises; gives the sections of its certificate. Everything is made from the
policy's text alone, the same for the one who saves a proof as for the one who checks it, so that a certificate need not
be believed about what it proves. Systems are whole (unsliced) and wait day by day. Solves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from verifier.analysis.questions import Questions, pose
from verifier.core.program import Program, Promise
from verifier.explain.judge import errors_behind
from verifier.properties.goals import Goal, anywhere, is_impossible
from verifier.records import dataclass
from verifier.symbolic.system import WAIT, System, by_single_days, cone
from verifier.symbolic.terms import Term


@dataclass(frozen=True, slots=True)
class Section:
    """One system, what no run of it may reach (each with a label), and, for promises that a way remains, to where.

    ``never``: facts about first states that have no model (each with a label).
    """

    title: str
    system: System
    goals: tuple[tuple[str, Term], ...]
    way: Term | None = None
    never: tuple[tuple[str, Term], ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """The promise, and the sections that together say that it holds. ``questions`` is what they are made of."""

    program: Program
    promise: Promise
    questions: Questions
    sections: tuple[Section, ...]


class NotCertifiable(Exception):
    """No certificate can be made for such a promise; the message says why."""


ONE_CASE, TWO_CASES, A_WAY = "one case", "two cases that follow each other", "a way that remains"


def statement(program: Program, promise: Promise, duties: bool, without: Collection[str] = ()) -> Statement:
    """What must be shown for a promise to hold.

    ``duties=False`` leaves out all duties, ``without`` some of them by name: then days pass on which they are broken,
    so that more runs are spoken of.

    Raises:
        NotCertifiable: the promise speaks of no set of runs that an invariant could exclude.
        verifier.symbolic.evaluator.NotTrackable: the program's past cannot be followed.
    """
    kept = tuple(duty for duty in program.duties if duty.name not in without)
    program = replace(program, duties=kept)
    questions = pose(program, (promise,), duties=duties, probing=False)
    if promise.name in questions.refused:
        raise NotCertifiable(questions.refused[promise.name])
    if promise.name in questions.pairs:
        sections = _two_cases(questions, promise)
    elif promise.name in questions.ways:
        sections = _way(questions, promise)
    elif promise.name in questions.claims:
        sections = (_one_case(questions, promise),)
    else:
        raise NotCertifiable("promises of this form are not proved by an invariant")
    return Statement(program, promise, questions, sections)


def _labelled(questions: Questions, goals: Sequence[Goal]) -> tuple[tuple[str, Term], ...]:
    terms = questions.system.terms
    named = {goal.name: goal for goal in goals}
    return tuple((name, anywhere(terms, goal)) for name, goal in named.items() if not is_impossible(terms, goal))


def _one_case(questions: Questions, promise: Promise) -> Section:
    claim = questions.claims[promise.name]
    if claim.polarity == "some":
        raise NotCertifiable("it is proved by a run, which the interpreter has replayed, not by an invariant")
    goals = _labelled(questions, [claim.goal, *errors_behind(questions, promise.name)])
    return Section(ONE_CASE, by_single_days(questions.system), goals)


def _way(questions: Questions, promise: Promise) -> tuple[Section, ...]:
    """The way, on which time may pass many days at once where that equals so many single days; then the errors."""
    goal = questions.ways[promise.name].goal
    daily = any(t.name == WAIT and not t.inputs for t in cone(questions.system, [goal]).transitions)
    along = by_single_days(questions.system) if daily else questions.system
    errors = _labelled(questions, errors_behind(questions, promise.name))
    way = Section(A_WAY, along, (), way=goal)
    return (way, Section(ONE_CASE, by_single_days(questions.system), errors)) if errors else (way,)


def _two_cases(questions: Questions, promise: Promise) -> tuple[Section, ...]:
    pair = questions.pairs[promise.name]
    terms = pair.system.terms
    never: tuple[tuple[str, Term], ...] = ()
    if pair.start_error is not terms.false:
        never = (("an item has no value at the start", terms.and_(*pair.start, pair.start_error)),)
    both = Section(TWO_CASES, by_single_days(pair.system), _labelled(questions, [pair.goal]), never=never)
    errors = _labelled(questions, errors_behind(questions, promise.name))
    return (both, Section(ONE_CASE, by_single_days(questions.system), errors)) if errors else (both,)
