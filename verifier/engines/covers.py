"""A set of states as few conditions, each of which excludes some states outside of it.

Takes plain diagrams; gives boxes, and conditions as terms over the state. Method: a state that must be excluded is
taken, and generalised as far as no state is met that must not be: its sides are widened one after another. So the boxes
taken for an invariant exclude the goal, and what leads into each is excluded by others. Their conjunction is only
proposed; ``certificate`` judges it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Any

from verifier.engines.diagrams import Diagrams, TooLarge
from verifier.engines.finite import Bits, Field
from verifier.engines.rings import Space
from verifier.records import dataclass
from verifier.symbolic.history import INPUT
from verifier.symbolic.terms import Term

Cube = list[tuple[int, bool]]
"""Bits (by level) with the values that they must have."""

MOST_BOXES = 1_000


# ---------------------------------------------------------------- boxes


@dataclass(frozen=True, slots=True)
class Box:
    """The states in which each variable (or comparison) named has one of the values listed."""

    sides: tuple[tuple[Term, tuple[Any, ...]], ...]


def excluding(space: Space, store: Diagrams, inside: int, goal: int) -> list[Box]:
    """Boxes outside of the reachable states ``inside``, closed backwards, that cover a goal."""
    chosen: dict[Box, None] = {}
    covered, work = store.false, [store.and_(goal, space.valid)]
    while work:
        left = store.and_(work.pop(), store.not_(covered))
        for box, states in _boxes(space.bits, store, left, inside):
            chosen[box] = None
            covered = store.or_(covered, states)
            work += [store.and_(space.before(states, move), space.valid) for move in space.moves]
        if len(chosen) > MOST_BOXES:
            raise TooLarge
    return list(chosen)


def covering(bits: Bits, store: Diagrams, states: int, never: int) -> list[Box]:
    """Boxes that together hold some states, and none of those that they must ``never`` hold."""
    return [box for box, _ in _boxes(bits, store, states, never)]


def _boxes(bits: Bits, store: Diagrams, left: int, never: int) -> Iterator[tuple[Box, int]]:
    count = 0
    while left != store.false:
        box = _widened(bits, store, never, _box(bits, store.shortest(left)))
        states = _states(bits, store, box)
        left = store.and_(left, store.not_(states))
        count += 1
        if count > MOST_BOXES:
            raise TooLarge
        yield box, states


def _literal(store: Diagrams, level: int, value: bool) -> int:
    return store.bit(level) if value else store.not_(store.bit(level))


def _all_of(store: Diagrams, parts: Iterable[int]) -> int:
    return reduce(store.and_, parts, store.true)


def _box(bits: Bits, cube: Cube) -> Box:
    atoms = {level: atom for atom, level in bits.atoms.items()}
    owner = {level: item for item in bits.fields.values() for level in item.levels}
    sides, fields = dict[Term, tuple[Any, ...]](), dict[Term, dict[int, bool]]()
    for level, value in cube:
        if level in atoms:
            sides[atoms[level]] = (value,)
        else:
            fields.setdefault(owner[level].variable, {})[level] = value
    for variable, fixed in fields.items():
        item = bits.fields[variable]
        sides[variable] = tuple(v for place, v in enumerate(item.values) if _fits(item, place, fixed))
    return Box(tuple(sides.items()))


def _fits(item: Field, place: int, fixed: dict[int, bool]) -> bool:
    return all(place >> index & 1 == fixed.get(level, place >> index & 1) for index, level in enumerate(item.levels))


def _states(bits: Bits, store: Diagrams, box: Box) -> int:
    return _all_of(store, [_side(bits, store, *side) for side in box.sides])


def _side(bits: Bits, store: Diagrams, term: Term, values: tuple[Any, ...]) -> int:
    if term in bits.atoms:
        return _literal(store, bits.atoms[term], values == (True,))
    return reduce(store.or_, (bits.equals(bits.fields[term], value) for value in values), store.false)


def _widened(bits: Bits, store: Diagrams, inside: int, box: Box) -> Box:
    """The box with as many values on each side as keep it outside of some states; a side with all of them is left
    out.
    """
    sides = dict(box.sides)
    for term in list(sides):
        rest = _all_of(store, [_side(bits, store, *side) for side in sides.items() if side[0] is not term])
        near = store.and_(rest, inside)
        if near == store.false:
            del sides[term]
        elif term in bits.fields:
            item = bits.fields[term]
            free = [v for v in item.values if store.and_(near, bits.equals(item, v)) == store.false]
            sides[term] = tuple(free)
    return Box(tuple(sorted(sides.items(), key=lambda side: side[0].key)))


# ---------------------------------------------------------------- as terms


def conditions(bits: Bits, boxes: Sequence[Box]) -> Iterator[Term]:
    """For each box that no state is in it, and for each number that it has one of its values."""
    terms = bits.layout.terms
    for box in boxes:
        yield terms.not_(told(bits, box))
    for variable, item in bits.fields.items():
        if variable.sort.kind == "Int" and not str(variable.payload).startswith(INPUT):
            yield terms.le(terms.integer(item.values[0]), variable)
            yield terms.le(variable, terms.integer(item.values[-1]))


def told(bits: Bits, box: Box) -> Term:
    """That a state is in a box."""
    return bits.layout.terms.and_(*(_among(bits, term, values) for term, values in box.sides))


def _among(bits: Bits, term: Term, values: tuple[Any, ...]) -> Term:
    """That a variable (or comparison) has one of these values."""
    terms = bits.layout.terms
    if term.sort.kind == "Bool":
        return term if values == (True,) else terms.not_(term)
    if term.sort.kind != "Int":
        return terms.or_(*(terms.eq(term, terms.member(term.sort, value)) for value in values))
    ends = bits.fields[term].values
    found = []
    for first, last in _runs(values):
        low = terms.true if first == ends[0] else terms.le(terms.integer(first), term)
        high = terms.true if last == ends[-1] else terms.le(term, terms.integer(last))
        found.append(terms.and_(low, high))
    return terms.or_(*found)


def _runs(values: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring numbers together, in order."""
    start = None
    for index, value in enumerate(values):
        start = value if start is None else start
        if index + 1 == len(values) or values[index + 1] != value + 1:
            yield start, value
            start = None
