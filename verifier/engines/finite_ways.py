"""Whether a way to a goal always remains, where the slice is finite: by all of its states.

Takes a slice, the transitions that a way may use and a goal; gives regions that cover all reachable states, or a run
into a state without a way and what holds from there on. Says nothing where something is left open (``finite``), since
then a run that the bits allow may be none. What it gives is only proposed, as all of ``liveness``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from verifier.engines import exhaust
from verifier.engines.answers import Trace
from verifier.engines.covers import conditions, covering, excluding, told
from verifier.engines.diagrams import Diagrams, TooLarge
from verifier.engines.exhaust import Group
from verifier.engines.progress import Region
from verifier.engines.query import constant_of
from verifier.engines.retrace import retrace
from verifier.engines.rings import Move, Reach, Space, explore, move_of, path
from verifier.properties.goals import Goal, state_goal
from verifier.records import dataclass
from verifier.symbolic.system import System
from verifier.symbolic.terms import Term

if TYPE_CHECKING:
    from verifier.engines.decide import Limits

MOST_REGIONS = 800
MOST_ARGUMENTS = 64


@dataclass(frozen=True, slots=True)
class Ways:
    """The regions, and an invariant that they cover."""

    regions: tuple[Region, ...]
    invariant: Term


@dataclass(frozen=True, slots=True)
class Trap:
    """A run into a state from which no way leads to the goal, and what holds there and from there on."""

    trace: Trace
    forever: Term
    shortest: bool


def ways(
    system: System, whole: System, goal: Goal, escapes: frozenset[str], wishes: Sequence[Term], limits: Limits
) -> Ways | Trap | None:
    """What is the case for a goal of states, or ``None`` where this method does not tell."""
    group = Group(system, [goal], whole, limits)
    try:
        for _ in range(exhaust.MOST_CORRECTIONS):
            found = _all_states(group, goal)
            if found is None:
                return None
            seen = _Seen(group, found, goal, escapes)
            stuck = seen.stuck()
            if stuck == seen.store.false:
                return seen.ways()
            trap = seen.trap(stuck, wishes)
            if isinstance(trap, Trap):
                return trap
            if not exhaust.correct(group, trap, goal):
                return None
    except TooLarge as stopped:
        limits.clock.ended |= stopped.by_time
    return None


def _all_states(group: Group, goal: Goal) -> Reach | None:
    """Everything that is reachable, in plain diagrams; ``None`` where something is left open."""
    never = Goal(goal.name, group.sliced.terms.false)
    found = exhaust.explored(group, [never], (goal.state,))
    if found is None or found.space.bits.open_:
        return None
    changed = {variable for transition in group.sliced.transitions for variable in transition.updates}
    return exhaust.in_plain(group, found, [never]) if changed <= found.space.bits.fields.keys() else None


@dataclass(slots=True)
class _Seen:
    """All reachable states of a slice."""

    group: Group
    found: Reach
    goal: Goal
    escapes: frozenset[str]
    _cover: list[tuple[Region, int]] = field(default_factory=list)

    @property
    def space(self) -> Space:
        return self.found.space

    @property
    def store(self) -> Diagrams:
        store = self.space.store
        assert isinstance(store, Diagrams)
        return store

    def _moves(self) -> list[Move]:
        return [move for move in self.space.moves if move.name in self.escapes]

    def _outside(self, states: int) -> int:
        return self.store.and_(self.found.states, self.store.not_(states))

    def stuck(self) -> int:
        """The reachable states from which no way leads to the goal."""
        store = self.store
        led = store.and_(self.found.states, self.space.bits.holds(self.goal.state))
        before = -1
        while led != before:
            before = led
            for move in self._moves():
                led = store.or_(led, store.and_(self.found.states, self.space.before(led, move)))
        return self._outside(led)

    # ------------------------------------------------------------ traps

    def trap(self, stuck: int, wishes: Sequence[Term]) -> Trap | Reach:
        """A shortest run into the stuck states; or what was looked at, where no case has the facts that it needs."""
        space, limits = self.space, self.group.limits
        terms = space.bits.layout.terms
        near = replace(space, bad={self.goal.name: stuck})
        reach = explore(near, self.found.rings[0], limits.deadline)
        names, _ = path(reach, self.goal.name)
        away = excluding(space, self.store, self.found.states, self.store.not_(self.found.states))
        boxes = covering(space.bits, self.store, stuck, self._outside(stuck))
        forever = terms.and_(*conditions(space.bits, away), terms.or_(*(told(space.bits, box) for box in boxes)))
        there = state_goal(self.goal.name, forever)
        trace = retrace(self.group.sliced, there, names, wishes, True, limits.deadline, limits.budget)
        return reach if trace is None else Trap(trace, forever, len(trace.steps) <= len(names))

    # ------------------------------------------------------------ ways

    def ways(self) -> Ways | None:
        """Regions that lead to the goal, nearest first, until all reachable states are in one."""
        store, bits = self.store, self.space.bits
        self._cover = [(Region(self.goal.state), store.and_(bits.holds(self.goal.state), self.space.valid))]
        left = self._outside(self._cover[0][1])
        moves = [item for name in sorted(self.escapes) for item in self._given(name)]
        for index in range(MOST_REGIONS):
            if left == store.false or index >= len(self._cover):
                break
            for move, inputs in moves:
                left = self._add(index, move, inputs, left)
        if left != store.false:
            return None
        covered = store.false
        for _, states in self._cover:
            covered = store.or_(covered, states)
        boxes = excluding(self.space, store, self.found.states, store.not_(covered))
        return Ways(tuple(region for region, _ in self._cover), bits.layout.terms.and_(*conditions(bits, boxes)))

    def _add(self, index: int, move: Move, inputs: Mapping[Term, Term], left: int) -> int:
        """Add the region from which a transition leads into another, as far as that is new; gives what is left."""
        store, bits = self.store, self.space.bits
        before = store.and_(self.space.before(self._cover[index][1], move), self.space.valid)
        new = store.and_(before, left)
        if new == store.false:
            return left
        boxes = covering(bits, store, new, store.and_(store.not_(before), self.space.valid))
        term = bits.layout.terms.or_(*(told(bits, box) for box in boxes))
        states = store.and_(bits.holds(term), self.space.valid)
        self._cover.append((Region(term, move.name, inputs, index), states))
        return store.and_(left, store.not_(states))

    def _given(self, name: str) -> Iterator[tuple[Move, Mapping[Term, Term]]]:
        """A transition with each choice of its arguments."""
        transition, layout = self.group.sliced.transition(name), self.space.bits.layout
        variables = [part.variable for part in transition.inputs]
        choices: list[tuple[Any, ...]] = list(product(*(layout.values[v] for v in variables)))
        if len(choices) > MOST_ARGUMENTS:
            return
        for chosen in choices:
            terms, memo = layout.terms, dict[Term, Term]()
            inputs = {v: constant_of(terms, v, value) for v, value in zip(variables, chosen, strict=True)}
            updates = {v: terms.substitute(new, inputs, memo) for v, new in transition.updates.items()}
            enabled = terms.substitute(transition.enabled, inputs, memo)
            move = move_of(self.space.bits, replace(transition, inputs=(), enabled=enabled, updates=updates))
            if move is not None:
                yield move, inputs
