"""Ways that repeat one transition as often as is needed.

Takes a transition with its inputs and a region that it should lead into; gives conditions under which repeating it gets
there, because a linear measure falls by a constant each time. Proposes only: ``progress`` judges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from verifier.engines.lemmas import conjuncts, disjuncts
from verifier.records import dataclass
from verifier.symbolic.system import Transition
from verifier.symbolic.terms import INT, Term, Terms


@dataclass(frozen=True, slots=True)
class Loop:
    """Where ``term`` holds, the transition can be taken, and ``measure``, which is not negative there, falls by
    ``fall``.
    """

    term: Term
    measure: Term
    fall: Term


def loops(terms: Terms, transition: Transition, inputs: Mapping[Term, Term], target: Term) -> Iterator[Loop]:
    """Candidates for states from which repeating the transition leads into the target."""
    possible = terms.substitute(transition.enabled, inputs)
    for way in disjuncts(terms, target):
        parts = conjuncts(way)
        for part in parts:
            kept = [p for p in parts if p is not part and terms.free(p).isdisjoint(transition.updates)]
            for measure in _measures(terms, part):
                after = terms.substitute(terms.substitute(measure, transition.updates), inputs)
                fall = terms.sub(measure, after)
                if fall.op == "const" and fall.number > 0:
                    there = terms.le(terms.scale(0, measure), measure)
                    yield Loop(terms.and_(possible, *kept, terms.not_(part), there), measure, fall)


def _measures(terms: Terms, part: Term) -> Iterator[Term]:
    """What is at least zero while a comparison does not hold, and the less, the nearer it is to holding."""
    denied = part.op == "not"
    atom = part.args[0] if denied else part
    if atom.op not in ("<=", "<", "=") or atom.payload is None:
        return
    coefficients, bound = atom.linear
    left = terms.add(*(terms.scale(c, a) for c, a in zip(coefficients, atom.args, strict=True)))
    right = terms.integer(int(bound)) if left.sort == INT else terms.rational(bound)
    if atom.op == "=" or not denied:
        yield terms.sub(left, right)
    if atom.op == "=" or denied:
        yield terms.sub(right, left)
