"""Conditions under which a transition can be taken into a region, with its inputs as terms over the state.

Takes the condition over state and inputs, and one state with inputs that satisfy it; gives inputs as terms for which it
still holds there, so that the condition with these inputs holds in many more states. Method: virtual substitution (Loos
and Weispfenning, 1993): of an input in linear comparisons only the values at their bounds need to be tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from verifier.symbolic.terms import INT, Term, Terms

MOST_POINTS = 64


def choose(
    terms: Terms, condition: Term, inputs: Sequence[Term], state: Mapping[Term, Term], taken: Mapping[Term, Term]
) -> tuple[Term, dict[Term, Term]]:
    """The condition without inputs, and the inputs chosen, as terms over the state.

    ``state`` and ``taken`` map the variables of a state, and the inputs there, to constants.
    """
    chosen: dict[Term, Term] = {}
    for index, variable in enumerate(inputs):
        later = {other: taken[other] for other in inputs[index + 1 :]}
        here = {**state, **later}
        for point in (*_points(terms, condition, variable), taken[variable]):
            narrowed = terms.substitute(condition, {variable: point})
            if terms.substitute(narrowed, here) is terms.true:
                break
        else:
            narrowed, point = terms.substitute(condition, {variable: taken[variable]}), taken[variable]
        condition = narrowed
        chosen = {earlier: terms.substitute(term, {variable: point}) for earlier, term in chosen.items()}
        chosen[variable] = point
    return condition, chosen


def _points(terms: Terms, condition: Term, variable: Term) -> list[Term]:
    """Values of an input at which comparisons turn; those that depend on the state first."""
    if variable.sort.kind not in ("Int", "Real"):
        return []
    found: dict[Term, None] = {}
    for atom in _atoms(condition, variable):
        for point in _bounds(terms, atom, variable):
            found[point] = None
            if len(found) >= MOST_POINTS:
                break
    return sorted(found, key=lambda point: point.op == "const")


def _atoms(condition: Term, variable: Term) -> Iterator[Term]:
    """The linear comparisons that speak of a variable, in order of occurrence."""
    seen: set[Term] = set()
    stack = [condition]
    while stack:
        item = stack.pop()
        if item in seen:
            continue
        seen.add(item)
        if item.op in ("=", "<=", "<") and item.payload is not None and variable in item.args:
            yield item
        stack.extend(reversed(item.args))


def _bounds(terms: Terms, atom: Term, variable: Term) -> Iterator[Term]:
    """Where the comparison Σ cᵢ·aᵢ ⋈ k turns: the last value on one side, and the first on the other."""
    coefficients, limit = atom.linear
    factor = Fraction(1)
    rest = terms.integer(int(limit)) if variable.sort == INT else terms.rational(limit)
    for coefficient, arg in zip(coefficients, atom.args, strict=True):
        if arg is variable:
            factor = coefficient
        else:
            rest = terms.sub(rest, terms.scale(coefficient, arg))
    if variable.sort != INT:
        bound = terms.scale(1 / factor, rest)
        yield from (bound, terms.add(bound, terms.rational(Fraction(1))), terms.sub(bound, terms.rational(Fraction(1))))
        return
    one = terms.integer(1)
    quotient = terms.div(rest, abs(int(factor)))
    last = quotient if factor > 0 else terms.scale(-1, quotient)
    following, preceding = terms.add(last, one), terms.sub(last, one)
    yield from (following, last, preceding) if factor > 0 else (last, preceding, following)
