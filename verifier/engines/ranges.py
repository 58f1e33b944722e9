"""Which values each variable can ever have, whatever the others have: enough to see that many a goal is out of reach.

Takes a system and a goal; gives the sets of values as an invariant where they exclude the goal. Asks no solver and
looks at no combination of values. Method: the least fixed point over sets of values, one for each variable (Cousot and
Cousot, POPL 1977); in planning, the relaxation in which nothing is ever deleted. Its result is only proposed;
``certificate`` judges it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, TypeAlias

from verifier.engines.lemmas import conjuncts
from verifier.properties.goals import Goal
from verifier.symbolic.concrete import applied
from verifier.symbolic.system import System
from verifier.symbolic.terms import INT, Term, Terms

Values: TypeAlias = "frozenset[Any] | None"
"""The values that a term may have; ``None`` where it may be anything of its sort."""

MOST_VALUES = 12
MOST_TOGETHER = 200


def excluding(system: System, goal: Goal) -> Term | None:
    """An invariant by which the goal is never reached, if the values that variables can have show that."""
    ranges = _first(system)
    later = [(t, {v: new for v, new in t.updates.items() if v in ranges}) for t in system.transitions]
    while True:
        memo: dict[Term, Values] = {}
        grown = dict(ranges)
        for transition, updates in later:
            if _may_hold(transition.enabled, ranges, memo):
                for variable, new in updates.items():
                    grown[variable] = _joined(grown[variable], _values(new, ranges, memo))
        if grown == ranges:
            break
        ranges = grown
    reached = _may_hold(goal.state, ranges, memo) or any(_may_hold(term, ranges, memo) for term in goal.on.values())
    return None if reached else _as_term(system.terms, ranges)


def _first(system: System) -> dict[Term, Values]:
    """The values in first states, as far as the initial constraints name single ones."""
    known: dict[Term, Values] = {variable.term: None for variable in system.variables}
    for constraint in system.initial:
        for part in conjuncts(constraint.term):
            variable, value = _single(part)
            if variable in known:
                known[variable] = frozenset({value})
    return known


def _single(part: Term) -> tuple[Term | None, Any]:
    """The variable to which a condition leaves one value, and that value."""
    positive, inner = (False, part.args[0]) if part.op == "not" else (True, part)
    if inner.op == "var":
        return inner, positive
    if positive and part.op == "=" and part.payload is None and part.args[1].op == "const":
        return part.args[0], part.args[1].payload
    if positive and part.op == "=" and part.payload is not None and list(part.linear[0]) == [1]:
        return part.args[0], int(part.linear[1]) if part.args[0].sort == INT else part.linear[1]
    return None, None


def _joined(one: Values, two: Values) -> Values:
    if one is None or two is None:
        return None
    both = one | two
    return both if len(both) <= MOST_VALUES else None


def _may_hold(term: Term, ranges: Mapping[Term, Values], memo: dict[Term, Values]) -> bool:
    values = _values(term, ranges, memo)
    return values is None or True in values


def _values(term: Term, ranges: Mapping[Term, Values], memo: dict[Term, Values]) -> Values:
    """The values that a term may have where its variables have any of theirs."""
    if term not in memo:
        memo[term] = _found(term, ranges, memo)
    return memo[term]


def _found(term: Term, ranges: Mapping[Term, Values], memo: dict[Term, Values]) -> Values:
    match term.op:
        case "const":
            return frozenset({term.payload})
        case "var":
            return ranges.get(term)
        case "and":
            return _junction(term.args, False, ranges, memo)
        case "or":
            return _junction(term.args, True, ranges, memo)
        case "ite":
            test, one, two = (_values(arg, ranges, memo) for arg in term.args)
            if test is not None and len(test) == 1:
                return one if True in test else two
            return _joined(one, two)
        case _:
            return _combined(term, [_values(arg, ranges, memo) for arg in term.args])


def _combined(term: Term, args: Sequence[Values]) -> Values:
    """The values of an operator of which every argument counts."""
    known = [values for values in args if values is not None]
    if not known or len(known) < len(args) or prod(map(len, known)) > MOST_TOGETHER:
        return None
    return _joined(frozenset(), frozenset(applied(term, values) for values in product(*known)))


def _junction(args: Iterable[Term], absorbing: bool, ranges: Mapping[Term, Values], memo: dict[Term, Values]) -> Values:
    """A conjunction (``absorbing`` is false) or a disjunction."""
    possible = {not absorbing}
    for arg in args:
        values = _values(arg, ranges, memo)
        if values is not None and values <= {absorbing}:
            return values
        if values is None or absorbing in values:
            possible.add(absorbing)
    return frozenset(possible)


def _as_term(terms: Terms, ranges: Mapping[Term, Values]) -> Term:
    """Each variable has one of its values."""
    kept = []
    for variable, values in ranges.items():
        if values is not None and not (variable.sort.kind == "Bool" and len(values) > 1):
            members = sorted(values, key=str)
            kept.append(terms.or_(*(_is(terms, variable, value) for value in members)))
    return terms.and_(*kept)


def _is(terms: Terms, variable: Term, value: Any) -> Term:
    match variable.sort.kind:
        case "Bool":
            return variable if value else terms.not_(variable)
        case "enum":
            return terms.eq(variable, terms.member(variable.sort, value))
        case "Int":
            return terms.eq(variable, terms.integer(value))
        case _:
            return terms.eq(variable, terms.rational(value))
