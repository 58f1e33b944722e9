"""From every reachable state, is there a way to the goal?

Takes a system, the goal as a term over its states, and the transitions that a way may use; gives regions that certify
the way (``progress``), or a run into a state from which no way leads to the goal, with an invariant of what follows, or
why neither. Method, each part with its own limit:

1. lemmas: what is known of the reachable states, so that ways from others need not be found;
2. backward saturation (``pursuit``): from the goal, the states that one transition takes into a region already known;
   where that comes to an end, the states outside of all regions are exactly those without a way, and the question is
   one of reachability; where it does not soon, and the slice is finite, all of its states (``finite_ways``);
3. otherwise plans: a state outside of the regions, reachable ones first, is asked for a run into them. Each run adds a
   region for each of its steps; where there is none, what follows from the state is shown never to meet the goal.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import TypeAlias

from verifier.engines import bmc, certificate, houdini, pursuit
from verifier.engines.answers import Reached, Trace, TraceStep, Undecided, Unreachable
from verifier.engines.decide import CHECK_BUDGET, FIRST_DEPTH, SAMPLES, Limits, decide, has_no_start
from verifier.engines.exhaust import METHOD as ALL_STATES
from verifier.engines.finite_ways import Trap, Ways, ways
from verifier.engines.growing import Found
from verifier.engines.inductive import inductive_core
from verifier.engines.lemmas import conjuncts
from verifier.engines.progress import Region, check_progress, needed_regions
from verifier.engines.pursuit import Pursuit
from verifier.engines.query import Model, NoModel, Question, constant_of
from verifier.engines.simulate import reachable
from verifier.explain.model import OUT_OF_TIME
from verifier.properties.goals import state_goal
from verifier.records import dataclass
from verifier.symbolic.concrete import untouched
from verifier.symbolic.system import WAIT, Constraint, System, Transition, by_single_days, cone
from verifier.symbolic.terms import Sort, Term, Terms

PLAN_DEPTH = 12
FEW_REGIONS = 24
MOST_STATES = 60
QUESTION_BUDGET = 20_000_000


@dataclass(frozen=True, slots=True)
class Escapable:
    """From every reachable state a way leads to the goal: the regions cover the invariant (``progress``), as a fresh
    solver has checked on the whole system.
    """

    invariant: Term
    regions: tuple[Region, ...]
    method: str


@dataclass(frozen=True, slots=True)
class Trapped:
    """The run ends in a state from which no way leads to the goal: ``forever`` holds there, is kept by every transition
    that may be used and excludes the goal. ``shortest``: no shorter run ends in such a state. ``exact``: all reachable
    states in which ``forever`` does not hold have a way.
    """

    trace: Trace
    forever: Term
    shortest: bool
    method: str
    exact: bool


Escape: TypeAlias = Escapable | Trapped | Undecided


@dataclass(frozen=True, slots=True)
class Quest:
    """What is asked: ``escapes`` are the names of the transitions that a way may use (all, where it is ``None``);
    ``known`` are invariants of the system that may help; ``wishes`` say how the run of a refutation should start.
    """

    name: str
    goal: Term
    escapes: frozenset[str] | None = None
    known: tuple[Term, ...] = ()
    wishes: tuple[Term, ...] = ()


@dataclass(slots=True)
class _Case:
    """The whole system (waiting as the slice does), the slice, and what is known so far."""

    system: System
    sliced: System
    whole: System
    quest: Quest
    limits: Limits
    invariant: Term
    depth: int = FIRST_DEPTH
    escapes: tuple[Transition, ...] = field(default=())

    @property
    def terms(self) -> Terms:
        return self.system.terms


def always_possible(system: System, quest: Quest, limits: Limits) -> Escape:
    """The answer for one goal."""
    terms = system.terms
    if quest.goal is terms.true:
        return Escapable(terms.true, (Region(quest.goal),), "simplification")
    if has_no_start(system):
        return Escapable(terms.false, (Region(quest.goal),), "no case")
    case = _open(system, quest, limits)
    budget = min(QUESTION_BUDGET, limits.budget)
    found = pursuit.start(case.sliced, case.escapes, quest.goal, case.invariant, budget)
    pursuit.saturate(found, FEW_REGIONS, limits.deadline)
    if not found.closed and (settled := _by_all_states(case)) is not None:
        return settled
    pursuit.saturate(found, pursuit.MOST_REGIONS, limits.deadline)
    for _ in range(MOST_STATES):
        answer = pursuit.state_outside(found)
        if isinstance(answer, NoModel):
            return _certified(case, found)
        if not isinstance(answer, Found):
            return Undecided(-1, f"the solver gave up ({answer.reason})")
        if time.monotonic() > limits.deadline:
            return Undecided(-1, OUT_OF_TIME)
        settled = _by_reachability(case, found) if found.closed else _by_plans(case, found, answer.values)
        if settled is not None:
            return settled
    return Undecided(-1, f"no end was reached after {MOST_STATES} plans")


def _open(system: System, quest: Quest, limits: Limits) -> _Case:
    sliced = cone(system, [quest.goal])
    daily = any(t.name == WAIT and not t.inputs for t in sliced.transitions)
    case = _Case(system, sliced, by_single_days(system) if daily else system, quest, limits, system.terms.true)
    allowed = quest.escapes
    case.escapes = tuple(t for t in sliced.transitions if allowed is None or t.name in allowed)
    case.invariant = _lemmas(case)
    return case


# ---------------------------------------------------------------- lemmas


def _lemmas(case: _Case) -> Term:
    """An inductive invariant: what is known already, else what can be mined."""
    terms = case.terms
    own = {variable.term for variable in case.sliced.variables}
    parts = {part: None for known in case.quest.known for part in conjuncts(known) if terms.free(part) <= own}
    known = terms.and_(*parts)
    if parts and certificate.check_inductive(case.whole, known, CHECK_BUDGET).accepted:
        return known
    states = reachable(case.sliced, _starts(case), SAMPLES)
    wanted = [state_goal(case.quest.name, terms.not_(case.quest.goal))]
    mined = houdini.mine(case.sliced, wanted, states, case.limits.budget, case.limits.deadline)
    invariant = terms.and_(*mined.lemmas)
    accepted = certificate.check_inductive(case.whole, invariant, CHECK_BUDGET).accepted
    return invariant if accepted else terms.true


def _starts(case: _Case) -> list[Mapping[Term, object]]:
    """A first state of the slice."""
    variables = [variable.term for variable in case.sliced.variables]
    plain = [variable for variable in variables if variable.sort.kind != "array"]
    asserted = [constraint.term for constraint in case.sliced.initial]
    answer = Question(case.terms, asserted, plain, (), QUESTION_BUDGET).ask()
    if not isinstance(answer, Model):
        return []
    empty = {v: untouched(v.sort) for v in variables if v.sort.kind == "array"}
    return [{**answer.values, **empty}]


# ---------------------------------------------------------------- proofs


def _certified(case: _Case, found: Pursuit) -> Escape:
    """The regions that are needed, checked."""
    terms = case.terms
    outside = [terms.not_(region.term) for region in found.regions]
    question = Question(terms, [case.invariant], (), outside, QUESTION_BUDGET)
    everything = range(len(outside))
    wanted = question.core() if isinstance(question.ask(everything), NoModel) else everything
    regions = needed_regions(found.regions, wanted)
    check = check_progress(case.whole, case.quest.goal, case.invariant, regions, CHECK_BUDGET)
    if not check.accepted:
        return Undecided(-1, f"a proof was found that the independent check refuses ({check.failed})")
    return Escapable(case.invariant, tuple(regions), "ways back" if len(regions) > 1 else "induction")


def _by_reachability(case: _Case, found: Pursuit) -> Escape | None:
    """No transition leads from outside into the regions: is a state outside of them reachable?"""
    terms, quest = case.terms, case.quest
    stuck = terms.and_(*(terms.not_(region.term) for region in found.regions))
    goal = state_goal(quest.name, stuck)
    answer = decide(case.system, [goal], case.limits, quest.wishes, frozenset([goal.name]))[goal.name]
    match answer:
        case Reached(trace, shortest, method):
            return _trapped(case, Trapped(trace, terms.and_(case.invariant, stuck), shortest, method, exact=True))
        case Unreachable(invariant):
            _learn(case, found, invariant)
            return None
        case Undecided():
            return answer


def _learn(case: _Case, found: Pursuit, invariant: Term) -> None:
    case.invariant = case.terms.and_(case.invariant, invariant)
    found.outside.add(invariant)


def _trapped(case: _Case, trapped: Trapped) -> Escape:
    """The refutation, if the whole system keeps ``forever`` wherever a way may go, and the goal is not in it."""
    allowed = case.quest.escapes
    steps = tuple(t for t in case.whole.transitions if allowed is None or t.name in allowed)
    onwards = replace(case.whole, initial=(Constraint("the trap", trapped.forever),), transitions=steps)
    check = certificate.check(onwards, state_goal(case.quest.name, case.quest.goal), trapped.forever, CHECK_BUDGET)
    if not check.accepted:
        return Undecided(-1, f"a trap was found that the independent check refuses ({check.failed})")
    return trapped


def _by_all_states(case: _Case) -> Escape | None:
    """The answer where the slice is finite and it passes the independent check."""
    quest, goal = case.quest, state_goal(case.quest.name, case.quest.goal)
    names = frozenset(transition.name for transition in case.escapes)
    match ways(case.sliced, case.whole, goal, names, quest.wishes, case.limits):
        case Ways(regions, invariant):
            accepted = check_progress(case.whole, quest.goal, invariant, regions, CHECK_BUDGET).accepted
            return Escapable(invariant, regions, ALL_STATES) if accepted else None
        case Trap(trace, forever, shortest):
            settled = _trapped(case, Trapped(trace, forever, shortest, ALL_STATES, exact=True))
            return settled if isinstance(settled, Trapped) else None
    return None


# ---------------------------------------------------------------- plans


def _by_plans(case: _Case, found: Pursuit, outside: Mapping[Term, Term]) -> Escape | None:
    """Look at one state outside of the regions: the nearest reachable one if a short search finds any."""
    trace = _nearest(case, found)
    state = outside if trace is None else _end(case, trace)
    steps = _plan(case, found, state)
    if isinstance(steps, Undecided):
        return steps
    if isinstance(steps, Unreachable):
        return _by_trap(case, found, trace, steps.invariant)
    if not pursuit.add_plan(found, state, steps):
        return Undecided(-1, "a way was found that does not help in general")
    return None


def _nearest(case: _Case, found: Pursuit) -> Trace | None:
    """A shortest run out of the regions, if there is one of at most ``case.depth`` transitions."""
    stuck = case.terms.and_(*(case.terms.not_(region.term) for region in found.regions))
    return _run_to(case, stuck, case.depth, ())


def _run_to(case: _Case, term: Term, depth: int, wishes: Sequence[Term]) -> Trace | None:
    goal = state_goal(case.quest.name, term)
    search = bmc.start(case.sliced, [goal], wishes, [goal.name])
    bmc.deepen(search, depth, case.limits.deadline, QUESTION_BUDGET)
    reached = search.found.get(goal.name)
    return None if reached is None else reached.trace


def _end(case: _Case, trace: Trace) -> dict[Term, Term]:
    """The state in which a run ends."""
    terms = case.terms
    state = {v.term: _blank(terms, v.term.sort) for v in case.sliced.variables if v.term.sort.kind == "array"}
    state |= {v: constant_of(terms, v, value) for v, value in trace.start.items()}
    for step in trace.steps:
        transition = case.sliced.transition(step.transition)
        taken = {v: constant_of(terms, v, value) for v, value in step.inputs.items()}
        state = pursuit.follow(case.sliced, transition, state, taken)
    return state


def _blank(terms: Terms, sort: Sort) -> Term:
    if sort.kind == "array" and sort.element is not None:
        return terms.fill(_blank(terms, sort.element))
    return terms.false if sort.kind == "Bool" else terms.integer(0)


def _plan(case: _Case, found: Pursuit, state: Mapping[Term, Term]) -> tuple[TraceStep, ...] | Unreachable | Undecided:
    """A run from a state into the regions, or a proof that there is none to the goal."""
    terms, name = case.terms, case.quest.name
    fixed = tuple(Constraint("here", terms.eq(variable, value)) for variable, value in state.items())
    onwards = System(terms, case.sliced.variables, fixed, case.escapes)
    there = state_goal(name, terms.or_(*(region.term for region in found.regions)))
    search = bmc.start(onwards, [there])
    bmc.deepen(search, PLAN_DEPTH, case.limits.deadline, QUESTION_BUDGET)
    if search.found:
        return search.found[name].trace.steps
    answer = decide(onwards, [state_goal(name, case.quest.goal)], case.limits)[name]
    return answer.trace.steps if isinstance(answer, Reached) else answer


def _by_trap(case: _Case, found: Pursuit, trace: Trace | None, invariant: Term) -> Escape | None:
    """``invariant`` keeps the goal away for ever. A run into it refutes; where none exists, that is one more lemma."""
    terms, quest = case.terms, case.quest
    forever = inductive_core(terms, case.escapes, quest.goal, invariant, QUESTION_BUDGET)
    if trace is not None:
        plainest = _run_to(case, forever, len(trace.steps), quest.wishes)
        return _trapped(case, Trapped(plainest or trace, forever, shortest=True, method="bmc", exact=False))
    goal = state_goal(quest.name, terms.and_(forever, *(terms.not_(region.term) for region in found.regions)))
    answer = decide(case.system, [goal], case.limits)[quest.name]
    match answer:
        case Reached(deep):
            case.depth = max(case.depth + 1, len(deep.steps))
            return None
        case Unreachable(lemma):
            _learn(case, found, lemma)
            return None
        case Undecided():
            return answer
