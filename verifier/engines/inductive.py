"""The part of an inductive invariant that matters.

Takes an invariant as a conjunction, and what it must exclude; gives few conjuncts that exclude it and keep each other.
Method: unsat cores, from the exclusion backwards through the transitions. Its answer proposes; ``certificate`` judges.
"""

from __future__ import annotations

from collections.abc import Sequence

from verifier.engines.lemmas import conjuncts
from verifier.engines.query import NoModel, Question
from verifier.symbolic.system import Transition
from verifier.symbolic.terms import Term, Terms


def inductive_core(
    terms: Terms, transitions: Sequence[Transition], excluded: Term, invariant: Term, budget: int
) -> Term:
    """The conjuncts of an invariant from which the rest need not follow; all of it where the solver gives up."""
    parts = conjuncts(invariant)
    chosen: dict[int, None] = {}
    work = _core(terms, excluded, parts, budget)
    if work is None:
        return invariant
    while work:
        index = work.pop()
        if index in chosen:
            continue
        chosen[index] = None
        kept_by = _core(terms, _broken(terms, transitions, parts[index]), parts, budget)
        if kept_by is None:
            return invariant
        work += kept_by
    return terms.and_(*(parts[index] for index in sorted(chosen)))


def _core(terms: Terms, unwanted: Term, parts: Sequence[Term], budget: int) -> list[int] | None:
    """Some parts that exclude an unwanted term; ``None`` where the solver does not say."""
    question = Question(terms, [unwanted], (), parts, budget)
    return question.core() if isinstance(question.ask(range(len(parts))), NoModel) else None


def _broken(terms: Terms, transitions: Sequence[Transition], part: Term) -> Term:
    """Some transition leads out of the part."""
    reads = terms.free(part)
    moved = [t for t in transitions if not reads.isdisjoint(t.updates)]
    return terms.or_(*(terms.and_(t.enabled, terms.not_(terms.substitute(part, t.updates))) for t in moved))
