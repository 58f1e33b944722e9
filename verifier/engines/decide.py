"""The portfolio: goals of one system, each answered by a shortest run, a checked invariant, or "undecided" with the
reason.

Takes the whole system and goals; slices, searches and proves. Order, fixed so that every run gives the same answer:

1. bounded search to a small depth for all goals at once; in a system that is large for what is asked, lemmas are first
   searched backwards from the goals that the first steps do not reach (``needed``);
2. lemmas mined for all goals left, one certificate for all that they exclude;
3. all states of the slices of the goals left, where they are finite or what is not can be left open;
4. for each goal left, Spacer in two modes on the goal's own slice, helped by the lemmas;
5. deeper search for what is still open, all of it within the budget of one question; before that, a little of it for
   runs that are shorter than those which were found by 3.

Every invariant is checked on the whole system before it counts.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from verifier.engines import bmc, certificate, exhaust, houdini, spacer
from verifier.engines.abstract import without_months
from verifier.engines.answers import Answer, Reached, Trace, Undecided, Unreachable
from verifier.engines.lemmas import conjuncts
from verifier.engines.memory import Memory, Proofs
from verifier.engines.query import NoModel, Question
from verifier.engines.simulate import State, reachable, states_of
from verifier.explain.model import DEEPER, OUT_OF_TIME
from verifier.properties.goals import Goal, is_impossible, slice_for
from verifier.records import dataclass
from verifier.symbolic.calendar import months_terms
from verifier.symbolic.concrete import untouched
from verifier.symbolic.system import WAIT, System, by_single_days
from verifier.symbolic.terms import Term

SHALLOW, FIRST_DEPTH = 2, 8
VARIABLES_A_GOAL = 10
"""How many variables a system has for each goal, at least, where lemmas are searched backwards from the goals."""
SHORT_DEPTH = 4
SHORT_BUDGET = 2_000_000
SHORTER_BUDGET = 4_000_000
CHECK_BUDGET = 50_000_000
SAMPLES = 200
LARGE = 100
"""From how many variables on goals that have nothing to do with each other are searched and proved apart."""


@dataclass(slots=True)
class Clock:
    """Whether the wall clock has ``ended`` some work: what was found may then differ on another machine."""

    ended: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """``budget``: solver resource units for one question; ``deadline``: on ``time.monotonic``; ``max_steps``: depth of
    the search; ``clock`` learns where the wall clock ended work before that; ``memory`` holds proofs of earlier runs;
    ``hasty``: what lemmas do not prove stays open.
    """

    budget: int
    deadline: float
    max_steps: int
    clock: Clock = field(default_factory=Clock, compare=False)
    memory: Memory | None = None
    hasty: bool = False

    def milliseconds(self, most: float = 20.0) -> int:
        """What is left of the wall clock, at most ``most`` seconds."""
        return max(1, int(min(most, self.deadline - time.monotonic()) * 1000))


def decide(
    system: System,
    goals: Sequence[Goal],
    limits: Limits,
    wishes: Sequence[Term] = (),
    refined: frozenset[str] = frozenset(),
    modest: frozenset[str] = frozenset(),
) -> dict[str, Answer]:
    """Answer every goal; runs for the ``refined`` ones start as the ``wishes`` ask, as far as possible (see
    ``bmc.start``). The ``modest`` ones are given up after a short search of their own and the lemmas, so that they
    cost little whatever they ask.
    """
    answers: dict[str, Answer] = {}
    open_goals = []
    for goal in goals:
        if is_impossible(system.terms, goal):
            answers[goal.name] = Unreachable(system.terms.true, "simplification")
        else:
            open_goals.append(goal)
    if open_goals and has_no_start(system):
        answers.update((goal.name, Unreachable(system.terms.false, "no case")) for goal in open_goals)
    else:
        for group in _apart(system, open_goals):
            answers.update(_decide_together(system, group, limits, wishes, refined, modest))
    return answers


def _apart(system: System, goals: list[Goal]) -> list[list[Goal]]:
    """The goals in groups, such that in a large system those in different groups depend on nothing that changes in
    common: what one group needs does not burden the others.
    """
    if len(system.variables) < LARGE:
        return [goals] if goals else []
    groups: list[tuple[set[Term], set[str]]] = []
    for goal in goals:
        changing = {variable for transition in slice_for(system, [goal]).transitions for variable in transition.updates}
        names = {goal.name}
        near = [group for group in groups if not changing.isdisjoint(group[0])]
        groups = [group for group in groups if group not in near]
        groups.append((changing.union(*(group[0] for group in near)), names.union(*(group[1] for group in near))))
    order = {goal.name: place for place, goal in enumerate(goals)}
    groups.sort(key=lambda group: min(order[name] for name in group[1]))
    return [[goal for goal in goals if goal.name in names] for _, names in groups]


def _decide_together(
    system: System,
    goals: list[Goal],
    limits: Limits,
    wishes: Sequence[Term],
    refined: frozenset[str],
    modest: frozenset[str],
) -> dict[str, Answer]:
    firm = [goal for goal in goals if goal.name not in modest]
    brief = [goal for goal in goals if goal.name in modest]
    search = bmc.start(slice_for(system, firm), firm, wishes, refined)
    short = bmc.start(slice_for(system, brief), brief, wishes, refined) if brief else None
    case = _Case(system, slice_for(system, goals), limits, tuple(wishes), refined)
    return _decide_group(case, search, short)


def has_no_start(system: System) -> bool:
    """Whether no state satisfies all initial constraints: a slice may leave out those that exclude each other."""
    asserted = [constraint.term for constraint in system.initial]
    return isinstance(Question(system.terms, asserted, (), (), CHECK_BUDGET).ask(), NoModel)


@dataclass(frozen=True, slots=True)
class _Case:
    """The whole system, the slice of a group of goals, the limits, and which runs are wished for."""

    system: System
    sliced: System
    limits: Limits
    wishes: tuple[Term, ...] = ()
    refined: frozenset[str] = frozenset()

    @property
    def whole(self) -> System:
        """The whole system, waiting as the slice does: what certificates are checked on."""
        daily = any(t.name == WAIT and not t.inputs for t in self.sliced.transitions)
        return by_single_days(self.system) if daily else self.system


def _decide_group(case: _Case, search: bmc.Search, short: bmc.Search | None) -> dict[str, Answer]:
    limits = case.limits
    bmc.deepen(search, min(SHALLOW, limits.max_steps), limits.deadline, limits.budget)
    answers: dict[str, Answer] = dict(_at_once(case, list(search.pending.values())))
    for name in answers:
        del search.pending[name]
    bmc.deepen(search, min(FIRST_DEPTH, limits.max_steps), limits.deadline, limits.budget)
    answers.update(search.found)
    brief: list[Goal] = []
    if short is not None:
        bmc.deepen(short, min(SHORT_DEPTH, limits.max_steps), limits.deadline, min(SHORT_BUDGET, limits.budget))
        answers.update(short.found)
        brief = list(short.pending.values())
        answers.update((goal.name, Undecided(short.depth, "it was not looked further")) for goal in brief)
    traces = [answer.trace for answer in answers.values() if isinstance(answer, Reached)]
    proofs, runs, reasons = _proofs(case, list(search.pending.values()), brief, traces)
    answers.update(proofs)
    for name in proofs.keys() & search.pending.keys():
        del search.pending[name]
    answers.update(_shortened(search, runs, limits))
    half = (time.monotonic() + limits.deadline) / 2  # the rest is for what is asked after these goals
    bmc.deepen(search, limits.max_steps, half, limits.budget, total=limits.budget)
    answers.update(search.found)
    for name in search.pending:
        answers[name] = Undecided(search.depth, search.stopped or reasons[name])
    return answers


def _shortened(search: bmc.Search, runs: Mapping[str, Reached], limits: Limits) -> dict[str, Reached]:
    """Runs that were found, or shorter ones: those that are not known to be shortest are searched for a little."""
    for name in [name for name, run in runs.items() if run.shortest]:
        del search.pending[name]
    longer = {name: len(run.trace.steps) for name, run in runs.items() if not run.shortest}
    kept, search.pending = search.pending, {name: search.pending[name] for name in longer}
    if longer and search.stopped is None:
        budget = min(SHORTER_BUDGET, limits.budget)
        depth = min(limits.max_steps, max(longer.values()) - 1)
        bmc.deepen(search, depth, limits.deadline, budget, total=budget)
        if search.stopped != OUT_OF_TIME:
            search.stopped = None
    search.pending = {name: goal for name, goal in kept.items() if name not in longer}
    found = {name: search.found.get(name, run) for name, run in runs.items()}
    return {
        name: replace(run, shortest=run.shortest or search.depth >= len(run.trace.steps) - 1)
        for name, run in found.items()
    }


def _proofs(
    case: _Case, firm: list[Goal], brief: list[Goal], traces: Sequence[Trace]
) -> tuple[dict[str, Unreachable], dict[str, Reached], dict[str, str]]:
    """Proofs of goals, from the memory where it has them, runs to ``firm`` goals that were found on the way, and why
    there is neither for the others of these.

    What is new is first tried by itself, on its own slice. Where that is not enough, everything is done as without a
    memory, but for the proofs by Spacer that it has: whether a promise is proved must not depend on what was
    remembered.
    """
    goals, kept, reasons, runs = [*firm, *brief], None, dict[str, str](), dict[str, Reached]()
    proofs, hopeless = dict[str, Unreachable](), frozenset[str]()
    if case.limits.memory is not None:
        kept = Proofs(case.limits.memory, case.system, case.sliced, case.whole, CHECK_BUDGET, case.limits.budget)
        proofs, hopeless = kept.recall(goals)
    recalled = proofs.keys() | (hopeless & {goal.name for goal in brief})
    fresh = [goal for goal in goals if goal.name not in recalled]
    if recalled and fresh and hopeless.isdisjoint(goal.name for goal in fresh):
        alone = _Case(case.system, slice_for(case.system, fresh), case.limits)
        proofs |= _by_lemmas(alone, fresh, ())[0]  # the runs that were found may leave this slice
    if any(goal.name not in proofs for goal in fresh):
        found, known = _by_lemmas(case, goals, traces)
        proofs |= found
        open_goals = [goal for goal in firm if goal.name not in proofs]
        for name, answer in _by_all_states(case, open_goals).items():
            if isinstance(answer, Reached):
                runs[name] = answer
            elif isinstance(answer, Unreachable):
                proofs[name] = answer
        for goal in [goal for goal in firm if goal.name not in runs]:
            proof = proofs.get(goal.name) or _by_itself(case, goal, known) or _by_spacer(case, goal, known)
            if isinstance(proof, Unreachable):
                proofs[goal.name] = proof
            else:
                reasons[goal.name] = proof.reason
    if kept is not None and time.monotonic() < case.limits.deadline:
        for goal in fresh:
            kept.keep(goal, proofs.get(goal.name))
    return proofs, runs, reasons


# ---------------------------------------------------------------- lemmas


def _by_lemmas(case: _Case, goals: list[Goal], traces: Sequence[Trace]) -> tuple[dict[str, Unreachable], Term]:
    """Proofs of the goals that mined lemmas exclude, and the lemmas, as far as the independent check accepts them."""
    states = reachable(case.sliced, _along(case.sliced, traces), SAMPLES)
    return _certified(case, goals, houdini.mine(case.sliced, goals, states, case.limits.budget, case.limits.deadline))


def _at_once(case: _Case, goals: list[Goal]) -> dict[str, Unreachable]:
    """Proofs that need few of many lemmas. Worth its time before a deep search only in a system that is large for what
    is asked of it.
    """
    if not goals or VARIABLES_A_GOAL * len(goals) > len(case.sliced.variables):
        return {}
    mined = houdini.quick(case.sliced, goals, case.limits.budget, case.limits.deadline)
    return _certified(case, goals, mined)[0]


def _certified(case: _Case, goals: list[Goal], mined: houdini.Mined) -> tuple[dict[str, Unreachable], Term]:
    terms = case.system.terms
    invariant = terms.and_(*mined.lemmas)
    whole = case.whole
    if not certificate.check_inductive(whole, invariant, CHECK_BUDGET).accepted:
        return {}, terms.true
    proofs = {
        goal.name: Unreachable(invariant, "induction")
        for goal in goals
        if goal.name in mined.excluded and certificate.check_excluded(whole, goal, invariant, CHECK_BUDGET).accepted
    }
    return proofs, invariant


def _along(sliced: System, traces: Sequence[Trace]) -> list[State]:
    """The states of runs that were found; arrays start as what they hold before any step."""
    empty = {v.term: untouched(v.term.sort) for v in sliced.variables if v.term.sort.kind == "array"}
    known = [variable.term for variable in sliced.variables if variable.term not in empty]
    found: list[State] = []
    for trace in traces:
        if all(variable in trace.start for variable in known):
            found += states_of(sliced, {**trace.start, **empty}, trace.steps)
    return found


def _by_itself(case: _Case, goal: Goal, known: Term) -> Unreachable | None:
    """A goal over months whose absence every transition keeps, by the exact calendar that Spacer and the search for
    lemmas know only in part.
    """
    if not months_terms(goal.terms()):
        return None
    invariant = case.system.terms.and_(known, case.system.terms.not_(goal.state))
    accepted = certificate.check(case.whole, goal, invariant, CHECK_BUDGET).accepted
    return Unreachable(invariant, "induction") if accepted else None


def _by_all_states(case: _Case, goals: list[Goal]) -> dict[str, Answer]:
    return exhaust.settle(case.system, case.whole, goals, case.limits, case.wishes, case.refined)


# ---------------------------------------------------------------- Spacer


def _by_spacer(case: _Case, goal: Goal, known: Term) -> Unreachable | Undecided:
    """A proof by Spacer that the independent check accepts, or why there is none."""
    if case.limits.hasty:
        return Undecided(-1, "no lemma excludes it")
    reasons = []
    for method, invariant, reason in _attempts(case, goal, known):
        if invariant is None:
            reasons.append(f"{method}: {reason}")
            continue
        verdict = certificate.check(case.whole, goal, invariant, CHECK_BUDGET)
        if verdict.accepted:
            return Unreachable(invariant, method)
        reasons.append(f"{method}: its invariant was refused ({verdict.failed})")
    return Undecided(-1, "; ".join(reasons))


def _attempts(case: _Case, goal: Goal, known: Term) -> Iterator[tuple[str, Term | None, str]]:
    """Candidate invariants, in the fixed order of the portfolio."""
    terms, limits = case.system.terms, case.limits
    sliced = slice_for(case.system, [goal])
    abstract = without_months(sliced, goal)
    own = {variable.term for variable in sliced.variables}
    helpful = terms.and_(
        *(lemma for lemma in conjuncts(known) if terms.free(lemma) <= own and not months_terms([lemma]))
    )
    if not certificate.check_inductive(case.whole, helpful, CHECK_BUDGET).accepted:
        helpful = terms.true
    for globally in (False, True):
        method = "spacer-global" if globally else "spacer"
        most, begun = limits.milliseconds(), time.monotonic()
        answer = spacer.solve(abstract.system, abstract.goal, helpful, most, limits.budget, globally)
        # Spacer does not say which limit ended it, so any gap near the time limit counts as the clock's doing.
        limits.clock.ended |= answer.verdict == "unknown" and (time.monotonic() - begun) * 1000 > most * 0.9
        if answer.verdict == "reachable":
            yield method, None, DEEPER
            return
        invariant = answer.invariant and terms.substitute(answer.invariant, abstract.back)
        yield method, invariant, answer.reason
