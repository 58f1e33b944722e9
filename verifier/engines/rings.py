"""All reachable states of a finite slice, nearest first, as functions of bits.

Takes a system, goals and a layout in bits (``finite``); gives for each goal the ring in which it is first met, and the
transitions of a shortest run there, or all that is reachable. Method: breadth-first symbolic reachability (Coudert,
Berthet and Madre, 1989). What ends a search too early is measured on the sets, not on how they are kept.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from verifier.engines.diagrams import Function, Store, TooLarge
from verifier.engines.finite import Bits, Field, Layout, TooWide, lay_out, read_by
from verifier.properties.goals import Goal
from verifier.records import dataclass
from verifier.symbolic.system import System, Transition
from verifier.symbolic.terms import Term

MOST_NODES = 30_000
MOST_RINGS = 400
ROUNDS, FINE = 12, 1 << 20


@dataclass(frozen=True, slots=True)
class Move:
    """A transition: ``relation`` over the bits now, and the next ones of those ``copied``; the others that it changes
    become ``fixed``. ``changed``: all of them. ``beyond``: where a number becomes more than has bits.
    """

    name: str
    relation: Function
    changed: tuple[int, ...]
    copied: tuple[int, ...]
    fixed: Function
    beyond: tuple[tuple[Term, Function], ...]


@dataclass(slots=True)
class Space:
    """A slice in bits. ``bad``: the states in which each goal is met; ``state``: the levels of what is a state;
    ``valid``: where they are codes of values.
    """

    bits: Bits
    initial: Function
    moves: tuple[Move, ...]
    bad: Mapping[str, Function]
    state: tuple[int, ...]
    valid: Function

    @property
    def store(self) -> Store:
        """Where the functions are."""
        return self.bits.store

    def after(self, states: Function, move: Move) -> Function:
        """The states to which a transition leads."""
        store = self.store
        found = store.and_exists(states, move.relation, store.levels(move.changed))
        if move.copied:
            found = store.move(found, [(level + 1, level) for level in move.copied])
        return store.and_(found, move.fixed)

    def before(self, states: Function, move: Move) -> Function:
        """The states from which a transition leads to some of these."""
        store = self.store
        settled = [level for level in move.changed if level not in move.copied]
        found = store.and_exists(states, move.fixed, store.levels(settled))
        if not move.copied:
            return store.and_(found, move.relation)
        found = store.move(found, [(level, level + 1) for level in move.copied])
        return store.and_exists(found, move.relation, store.levels(level + 1 for level in move.copied))


# ---------------------------------------------------------------- a slice in bits


def build(store: Store, system: System, goals: Sequence[Goal], layout: Layout) -> Space:
    """The slice, its transitions and its goals as functions."""
    groups = [read_by(layout, [c.term]) for c in system.initial]
    groups += [read_by(layout, [*t.updates, t.enabled, *t.updates.values()]) for t in system.transitions]
    groups += [read_by(layout, goal.terms()) for goal in goals]
    order = _near(list(dict.fromkeys([v.term for v in system.variables] + [t for g in groups for t in g])), groups)
    inputs = [part.variable for transition in system.transitions for part in transition.inputs]
    order = [*(term for term in order if term not in inputs), *inputs]
    atoms = [term for term in order if term not in layout.values]
    bits = lay_out(store, layout, order, [term for term in atoms if any(term in group for group in groups)])
    valid = store.true
    for item in bits.fields.values():
        valid = valid if item.variable in inputs else store.and_(valid, bits.is_value(item))
    initial = valid
    for constraint in system.initial:
        initial = store.and_(initial, bits.holds(constraint.term))
    moves = [move_of(bits, transition) for transition in system.transitions]
    met = {goal.name: _met(bits, system, goal) for goal in goals}
    lost = _unbound(bits, inputs)
    nothing = store.levels(lost)

    def over_state(function: Function) -> Function:
        return store.and_exists(function, store.true, nothing)

    state = [level for v, item in bits.fields.items() if v not in inputs for level in item.levels]
    return Space(
        bits,
        over_state(initial),
        tuple(_settled(store, nothing, move) for move in moves if move is not None),
        {name: over_state(function) for name, function in met.items()},
        tuple(sorted([*state, *bits.atoms.values()])),
        valid,
    )


def _near(order: list[Term], groups: Sequence[Mapping[Term, None]]) -> list[Term]:
    """An order in which what is read together stands together (Aloul, Markov and Sakallah, 2003)."""
    groups = [group for group in groups if len(group) > 1]
    for _ in range(ROUNDS):
        place = {term: index for index, term in enumerate(order)}
        pulls: dict[Term, list[int]] = {term: [] for term in order}
        for group in groups:
            centre = sum(place[term] for term in group if term in place) * FINE // len(group)
            for term in group:
                if term in place:
                    pulls[term].append(centre)
        middle = {term: sum(found) // len(found) if found else place[term] * FINE for term, found in pulls.items()}
        better = sorted(order, key=lambda term: (middle[term], place[term]))
        if better == order:
            break
        order = better
    return order


def _unbound(bits: Bits, inputs: Sequence[Term]) -> list[int]:
    """The levels that are no part of a state."""
    taken = [level for variable in inputs if variable in bits.fields for level in bits.fields[variable].levels]
    return [*taken, *bits.open_.values()]


def _met(bits: Bits, system: System, goal: Goal) -> Function:
    """Where a goal is met, over state and inputs."""
    store, found = bits.store, bits.holds(goal.state)
    for name, term in goal.on.items():
        there = store.and_(bits.holds(term), _inputs_are_values(bits, system.transition(name)))
        found = store.or_(found, there)
    return found


def _inputs_are_values(bits: Bits, transition: Transition) -> Function:
    found = bits.store.true
    for part in transition.inputs:
        if part.variable in bits.fields:
            found = bits.store.and_(found, bits.is_value(bits.fields[part.variable]))
    return found


def move_of(bits: Bits, transition: Transition) -> Move | None:
    """A transition over state, inputs and what is open; ``None`` where it changes nothing that has bits."""
    store = bits.store
    updates = {bits.fields[v]: new for v, new in transition.updates.items() if v in bits.fields}
    if not updates:
        return None
    guard = store.and_(bits.holds(transition.enabled), _inputs_are_values(bits, transition))
    relation, fixed, changed, copied, beyond = guard, store.true, list[int](), list[int](), list[tuple[Term, Any]]()
    for item, new in updates.items():
        cases = bits.cases(new)
        outside = _any(store, [here for value, here in cases.items() if value not in item.values])
        beyond.append((item.variable, store.and_(guard, outside)))
        for place, level in enumerate(item.levels):
            becomes = _bit(store, item, cases, place)
            changed.append(level)
            allowed = store.and_(guard, becomes)
            if allowed in (store.false, guard):
                bit = store.bit(level)
                fixed = store.and_(fixed, bit if allowed == guard else store.not_(bit))
            else:
                copied.append(level)
                relation = store.and_(relation, _equal(store, store.bit(level + 1), becomes))
    return Move(transition.name, relation, tuple(changed), tuple(copied), fixed, tuple(beyond))


def _settled(store: Store, lost: Any, move: Move) -> Move:
    """The transition, whatever inputs and what is open are."""
    beyond = [(variable, store.and_exists(where, store.true, lost)) for variable, where in move.beyond]
    relation = store.and_exists(move.relation, store.true, lost)
    kept = tuple((variable, where) for variable, where in beyond if where != store.false)
    return Move(move.name, relation, move.changed, move.copied, move.fixed, kept)


def _any(store: Store, parts: Sequence[Function]) -> Function:
    found = store.false
    for part in parts:
        found = store.or_(found, part)
    return found


def _bit(store: Store, item: Field, cases: Mapping[Any, Function], place: int) -> Function:
    """When a bit of the new value is set."""
    codes = {value: index for index, value in enumerate(item.values)}
    return _any(store, [here for value, here in cases.items() if codes.get(value, 0) >> place & 1])


def _equal(store: Store, a: Function, b: Function) -> Function:
    return store.or_(store.and_(a, b), store.and_(store.not_(a), store.not_(b)))


# ---------------------------------------------------------------- reachability


@dataclass(slots=True)
class Reach:
    """The rings of states around the first ones, and for each goal that was met in which ring. Where some goal was
    not, these are all reachable states.
    """

    space: Space
    rings: list[Function]
    states: Function
    met: dict[str, int] = field(default_factory=dict)


def explore(space: Space, start: Function, deadline: float) -> Reach:
    """Take ring after ring until every goal is met or nothing is new."""
    store = space.store
    found = Reach(space, [start], start)
    pending = dict(space.bad)
    while True:
        front = found.rings[-1]
        for name in [name for name, bad in pending.items() if store.and_(front, bad) != store.false]:
            found.met[name] = len(found.rings) - 1
            del pending[name]
        if not pending:
            return found
        new = store.false
        for move in space.moves:
            for variable, where in move.beyond:
                if store.and_(front, where) != store.false:
                    raise TooWide(variable)
            new = store.or_(new, space.after(front, move))
        front = store.and_(new, store.not_(found.states))
        if front == store.false:
            return found
        found.states = store.or_(found.states, front)
        found.rings.append(front)
        if time.monotonic() > deadline:
            raise TooLarge(by_time=True)
        if len(found.rings) > MOST_RINGS or store.size(found.states) > MOST_NODES:
            raise TooLarge


def path(found: Reach, goal: str) -> tuple[list[str], dict[int, bool]]:
    """The transitions of a shortest run to a goal, and the bits of a state in which it starts. The first transition in
    order, and the least bits, wherever there is a choice.
    """
    space, store, last = found.space, found.space.store, found.met[goal]
    state, _ = _least(space, store.and_(found.rings[last], space.bad[goal]))
    names: list[str] = []
    for ring in reversed(found.rings[:last]):
        for move in space.moves:
            before = store.and_(ring, space.before(state, move))
            if before != store.false:
                break
        else:
            raise AssertionError("a state has no way from the ring before")
        state, _ = _least(space, before)
        names.append(move.name)
    return names[::-1], _least(space, state)[1]


def _least(space: Space, states: Function) -> tuple[Function, dict[int, bool]]:
    """One state of some."""
    store, chosen = space.store, dict[int, bool]()
    for level in space.state:
        bit = store.bit(level)
        without = store.and_(states, store.not_(bit))
        chosen[level] = without == store.false
        states = store.and_(states, bit) if chosen[level] else without
    return states, chosen
