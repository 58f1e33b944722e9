"""Finite slices, settled by looking at all of their reachable states at once.

Takes a system and goals; gives a shortest run to each goal that is reachable, however deep, and an invariant for each
that is not, as far as the slice of the goal is finite or what is not can be left open (``finite``). An invariant counts
only after the independent check, a run only as far as the search confirms each of its steps. Small sets are kept in
plain Python; from a fixed size on by OxiDD, where it is there: only the time differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from verifier.engines import certificate
from verifier.engines.answers import Answer, Reached, Unreachable
from verifier.engines.covers import conditions, excluding
from verifier.engines.diagrams import Diagrams, Store, TooLarge
from verifier.engines.finite import FIRST_RANGE, MOST_VALUES, Layout, TooWide, plan
from verifier.engines.query import NoModel, Question
from verifier.engines.retrace import retrace
from verifier.engines.rings import Reach, build, explore, path
from verifier.engines.wide_diagrams import NotAvailable, WideDiagrams
from verifier.properties.goals import Goal, slice_for
from verifier.records import dataclass
from verifier.symbolic.system import System
from verifier.symbolic.terms import Term

if TYPE_CHECKING:
    from verifier.engines.decide import Limits

METHOD = "all states"
FEW_NODES = 60_000
MOST_NODES = 1_500_000
MOST_CORRECTIONS = 12
CHECK_BUDGET = 50_000_000


@dataclass(slots=True)
class Group:
    """Goals with one slice. ``whole``: the system on which proofs are checked; ``wide``: how many values numbers need.
    ``excluded``: facts that no case has together, as literals over atoms.
    """

    sliced: System
    goals: list[Goal]
    whole: System
    limits: Limits
    wide: dict[Term, int] = field(default_factory=dict)
    excluded: list[tuple[Term, ...]] = field(default_factory=list)


def settle(
    system: System,
    whole: System,
    goals: Sequence[Goal],
    limits: Limits,
    wishes: Sequence[Term] = (),
    refined: frozenset[str] = frozenset(),
) -> dict[str, Answer]:
    """Answers for goals, as far as this method finds any; ``wishes`` and ``refined`` as in ``bmc.start``."""
    groups: dict[tuple[object, ...], Group] = {}
    for goal in goals:
        sliced = slice_for(system, [goal])
        key = (tuple(v.term for v in sliced.variables), tuple((t.name, len(t.inputs)) for t in sliced.transitions))
        groups.setdefault(key, Group(sliced, [], whole, limits)).goals.append(goal)
    found: dict[str, Answer] = {}
    for group in groups.values():
        try:
            found |= _settle(group, wishes, refined)
        except TooLarge as stopped:
            limits.clock.ended |= stopped.by_time
    return found


def _settle(group: Group, wishes: Sequence[Term], refined: frozenset[str]) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    pending = list(group.goals)
    for _ in range(MOST_CORRECTIONS):
        found = explored(group, pending)
        if found is None:
            break
        absent = [goal for goal in pending if goal.name not in found.met]
        answers.update(_proofs(group, found, absent))
        pending = [goal for goal in pending if goal.name in found.met]
        untold = [goal for goal in pending if not _told(group, found, goal, wishes, refined, answers)]
        pending = [goal for goal in untold if correct(group, found, goal)]
        if not pending:
            break
    return answers


# ---------------------------------------------------------------- all states


def explored(group: Group, goals: Sequence[Goal], beside: Sequence[Term] = ()) -> Reach | None:
    """Everything that is reachable until the goals are met; ``None`` where the slice cannot be laid out. Terms
    ``beside`` those of the goals may then be asked for.
    """
    while True:
        terms = [*beside, *(term for goal in goals for term in goal.terms())]
        layout = plan(group.sliced, terms, group.wide)
        if layout is None:
            return None
        try:
            return _by_size(group, goals, layout)
        except TooWide as found:
            width = 2 * group.wide.get(found.variable, FIRST_RANGE)
            group.wide[found.variable] = width if 0 < width <= MOST_VALUES else 0


def _by_size(group: Group, goals: Sequence[Goal], layout: Layout) -> Reach:
    deadline = group.limits.deadline
    try:
        return _explore(group, goals, layout, Diagrams(FEW_NODES, deadline))
    except TooLarge as stopped:
        if stopped.by_time:
            raise
    try:
        return _explore(group, goals, layout, WideDiagrams(64))
    except NotAvailable:
        return _explore(group, goals, layout, Diagrams(MOST_NODES, deadline))


def _explore(group: Group, goals: Sequence[Goal], layout: Layout, store: Store) -> Reach:
    space = build(store, group.sliced, goals, layout)
    start = space.initial
    for literals in group.excluded:
        together = store.true
        for literal in literals:
            together = store.and_(together, space.bits.holds(literal))
        start = store.and_(start, store.not_(together))
    return explore(space, start, group.limits.deadline)


def in_plain(group: Group, found: Reach, goals: Sequence[Goal]) -> Reach:
    """All states, and the first ones, in plain diagrams."""
    wide = found.space.store
    if not isinstance(wide, WideDiagrams):
        return found
    plain = Diagrams(MOST_NODES, group.limits.deadline)
    space = build(plain, group.sliced, goals, found.space.bits.layout)
    first = wide.copied(found.rings[0], plain)
    return Reach(space, [first], wide.copied(found.states, plain), found.met)


# ---------------------------------------------------------------- proofs


def _proofs(group: Group, found: Reach, goals: Sequence[Goal]) -> dict[str, Answer]:
    """Proofs of goals that no reachable state meets, as far as the independent check accepts them."""
    if not goals:
        return {}
    found = in_plain(group, found, group.goals)
    space, store = found.space, found.space.store
    assert isinstance(store, Diagrams)
    proofs: dict[str, Answer] = {}
    for goal in goals:
        boxes = excluding(space, store, found.states, space.bad[goal.name])
        invariant = space.bits.layout.terms.and_(*conditions(space.bits, boxes))
        if certificate.check(group.whole, goal, invariant, CHECK_BUDGET).accepted:
            proofs[goal.name] = Unreachable(invariant, METHOD)
    return proofs


# ---------------------------------------------------------------- runs


def _told(
    group: Group,
    found: Reach,
    goal: Goal,
    wishes: Sequence[Term],
    refined: frozenset[str],
    answers: dict[str, Answer],
) -> bool:
    """Whether the run to a goal is one of the slice; it is then an answer."""
    names, _ = path(found, goal.name)
    limits = group.limits
    trace = retrace(group.sliced, goal, names, wishes, goal.name in refined, limits.deadline, limits.budget)
    if trace is None:
        return False
    least = len(names) + (1 if len(trace.steps) > len(names) and goal.on else 0)
    answers[goal.name] = Reached(trace, shortest=len(trace.steps) <= least, method=METHOD)
    return True


def correct(group: Group, found: Reach, goal: Goal) -> bool:
    """Whether the run starts with facts that no case has together; they are then excluded."""
    _, chosen = path(found, goal.name)
    terms, bits = group.sliced.terms, found.space.bits
    literals = [atom if chosen[level] else terms.not_(atom) for atom, level in bits.atoms.items()]
    first = [constraint.term for constraint in group.sliced.initial]
    question = Question(terms, first, (), literals, CHECK_BUDGET)
    if not literals or not isinstance(question.ask(range(len(literals))), NoModel):
        return False
    together = tuple(literals[index] for index in question.core())
    group.excluded.append(together)
    return bool(together)
