"""Questions about the first state of a case: does this hold, why, and what would change it.

Takes a program, a yes/no expression about what is given with a case, and the given facts; gives what decides it.
Method: the expression over symbolic facts; unsatisfiable cores give the facts that decide, minimal correction sets
those that would have to change (Liffiton, Sakallah, Journal of Automated Reasoning 40, 2008). Every example is
evaluated by the reference interpreter.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import field
from itertools import combinations

from verifier.analysis.bounds import bounds
from verifier.analysis.needed import needed
from verifier.analysis.plain import plain_wishes
from verifier.analysis.questions import uses_dates
from verifier.core import expressions as core
from verifier.core.program import Program
from verifier.core.types import YES_NO
from verifier.counsel.given import TODAY, Fact
from verifier.engines.answers import Trace
from verifier.engines.query import GaveUp, Model, NoModel, Question, minimal_core, preferred_model
from verifier.explain.entities import numbered
from verifier.explain.model import Story
from verifier.explain.replay import case_of
from verifier.explain.stories import story
from verifier.properties.goals import state_goal
from verifier.records import dataclass
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate
from verifier.semantics.model import Run
from verifier.semantics.opening import initial_state
from verifier.symbolic.encoding import Encoding, encode
from verifier.symbolic.system import Constraint, System
from verifier.symbolic.terms import Term
from verifier.symbolic.transitions import build

BUDGET = 20_000_000
MOST_QUESTIONS = 400
MOST_REMEDIES = 8
LARGEST_REMEDY = 3


class Unanswered(Exception):
    """The solver gave up; the message says why."""


class Unconfirmed(Exception):
    """A case was found that the reference interpreter does not confirm: a fault of the verifier, never an answer."""


@dataclass(slots=True)
class Opening:
    """The first states of a program, in which expressions are asked about. ``given`` are the terms of the given facts,
    in order; ``holds`` and ``fails`` say where the subject is true and where it is false, both without an error.
    """

    program: Program
    encoding: Encoding
    system: System
    facts: tuple[Fact, ...]
    given: tuple[Term, ...]
    subject: core.Expr
    holds: Term
    fails: Term
    others: dict[core.Expr, tuple[Term, Term]] = field(default_factory=dict)

    @property
    def first(self) -> list[Term]:
        """What is true of every first state."""
        return [constraint.term for constraint in self.system.initial]

    def outside(self, condition: core.Expr) -> Term:
        """That a condition about given facts is not so, in the first state."""
        return self.encoding.terms.not_(_sides(self.encoding, condition)[0])


def opening(
    program: Program, subject: core.Expr, facts: tuple[Fact, ...], further: Sequence[core.Expr] = ()
) -> Opening:
    """The first states of a program, with the subject and ``further`` expressions."""
    encoding = encode(program, duties=False)
    terms = encoding.terms
    sides = {expr: _sides(encoding, expr) for expr in (subject, *further)}
    given = tuple(_sides(encoding, fact.condition)[0] for fact in facts)
    system = build(encoding)
    holds, fails = sides[subject]
    assert terms is system.terms
    return Opening(program, encoding, system, facts, given, subject, holds, fails, sides)


def _sides(encoding: Encoding, expr: core.Expr) -> tuple[Term, Term]:
    terms, result = encoding.terms, encoding.evaluator.evaluate(expr)
    sound = terms.not_(result.error)
    return terms.and_(sound, result.holds), terms.and_(sound, terms.not_(result.holds))


def possible(at: Opening, term: Term, given: Sequence[Term]) -> bool:
    """Whether some case with the given facts makes a term true."""
    answer = Question(at.encoding.terms, [*at.first, *given, term], (), (), BUDGET).ask()
    if isinstance(answer, GaveUp):
        raise Unanswered(answer.reason)
    return isinstance(answer, Model)


def example(at: Opening, holds: bool, given: Sequence[Term]) -> Story | None:
    """A plain case with the given facts in which the subject holds (or fails), with what matters in it."""
    term, terms = at.holds if holds else at.fails, at.encoding.terms
    variables = [v.term for v in at.system.variables if v.term.sort.kind != "array"]
    wishes = list(plain_wishes(at.encoding))
    asked = Question(terms, [*at.first, *given, term], variables, wishes, BUDGET)
    answer = preferred_model(asked, range(len(wishes)))
    if isinstance(answer, GaveUp):
        raise Unanswered(answer.reason)
    if isinstance(answer, NoModel):
        return None
    trace = Trace(answer.values, ())
    run = initial_state(at.program, case_of(at.encoding, trace.start))
    if not isinstance(run, Run) or not _confirmed(at, run, holds):
        raise Unconfirmed(f"{at.program.name}: the case found for the question is not what it was found for")
    constraints = (*at.system.initial, *(Constraint("given", item) for item in given))
    within = System(terms, at.system.variables, constraints, at.system.transitions)
    goal = state_goal("subject", term)
    names = needed(at.encoding, within, goal, trace, BUDGET)
    dated = uses_dates(at.program, (at.subject,))
    (found,) = numbered(story(at.program, run, names, dated, shortest=True))
    limits = bounds(at.encoding, within, goal, trace, names)
    return Story(found.facts, found.initial, found.needed, found.start, (), found.replayed, found.shortest, limits)


def _confirmed(at: Opening, run: Run, holds: bool) -> bool:
    try:
        return evaluate(at.program, at.subject, run) is holds
    except EvaluationError:
        return False


def deciding(at: Opening, holds: bool) -> list[Fact] | None:
    """Given facts that decide the subject, none of which can be left out; ``None`` where they do not decide it."""
    terms = at.encoding.terms
    asked = Question(terms, [*at.first, terms.not_(at.holds if holds else at.fails)], (), at.given, BUDGET)
    core_ = minimal_core(asked, range(len(at.given)))
    return None if core_ is None else [at.facts[index] for index in sorted(core_)]


def next_question(at: Opening, names: Collection[str], examples: Sequence[Story]) -> str | None:
    """The fact whose answer most often settles the subject, of those that matter in the examples."""
    best, most = None, -1
    for name in names:
        settled = 0
        for told in examples:
            fixed = _fixed(at, name, told)
            if fixed is not None:
                given = [*at.given, fixed]
                settled += not (possible(at, at.holds, given) and possible(at, at.fails, given))
        if settled > most:
            best, most = name, settled
    return best


def _fixed(at: Opening, name: str, told: Story) -> Term | None:
    """That a fact has the value of a story."""
    items = {item.name: item for item in (*told.facts, *told.initial)}
    if name == TODAY or name not in items:
        return None
    item = items[name]
    kinds = (at.encoding.evaluator.state.facts, at.encoding.evaluator.state.statuses)
    reference: core.Expr
    if name in kinds[0]:
        reference = core.FactRef(name, type=item.type)
    elif name in kinds[1]:
        reference = core.StatusRef(name, type=item.type)
    else:
        reference = core.ReadingRef(name, type=item.type)
    condition = core.Equal(reference, core.Const(item.value, type=item.type), type=YES_NO)
    return _sides(at.encoding, condition)[0]


def remedies(at: Opening, holds: bool, kept: Collection[str]) -> tuple[list[tuple[list[Fact], Story]], bool]:
    """The smallest sets of given facts that would have to be others for the subject to hold (or fail), with a case that
    shows it, and whether these are all up to ``LARGEST_REMEDY`` facts.
    """
    free = [index for index, fact in enumerate(at.facts) if fact.name not in kept]
    wanted = at.holds if holds else at.fails
    asked = Question(at.encoding.terms, [*at.first, wanted], (), at.given, BUDGET)
    found: list[tuple[frozenset[int], Story]] = []
    left = MOST_QUESTIONS
    for size in range(1, min(LARGEST_REMEDY, len(free)) + 1):
        for chosen in map(frozenset, combinations(free, size)):
            if any(smaller <= chosen for smaller, _ in found):
                continue
            if left == 0 or len(found) == MOST_REMEDIES:
                return [([at.facts[i] for i in sorted(s)], told) for s, told in found], False
            left -= 1
            rest = [index for index in range(len(at.facts)) if index not in chosen]
            answer = asked.ask(rest)
            if isinstance(answer, GaveUp):
                raise Unanswered(answer.reason)
            if isinstance(answer, Model):
                told = example(at, holds, [at.given[index] for index in rest])
                assert told is not None
                found.append((chosen, told))
    return [([at.facts[i] for i in sorted(s)], told) for s, told in found], len(free) <= LARGEST_REMEDY
