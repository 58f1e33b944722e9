"""The independent check of a proof: an inductive invariant, judged by a fresh solver on the whole system.

Takes a system (unsliced), a goal and an invariant; says whether (initial) every first state satisfies it, (step) every
transition keeps it, (safety) no state that satisfies it is in the goal or takes a transition of it. Trusts no engine:
only the emitter, the system and the solver, each in a new context.
"""

from __future__ import annotations

from verifier.engines.query import NoModel, Question
from verifier.properties.goals import Goal, anywhere
from verifier.records import dataclass
from verifier.symbolic.system import System
from verifier.symbolic.terms import Term, Terms


@dataclass(frozen=True, slots=True)
class Check:
    """Whether an invariant is a certificate, and if not, which obligation is not established."""

    accepted: bool
    failed: str | None = None


def broken_by_a_step(terms: Terms, system: System, invariant: Term) -> Term:
    """Some transition leads out of the invariant."""
    broken = []
    reads = terms.free(invariant)
    for transition in system.transitions:
        if reads.isdisjoint(transition.updates):
            continue
        after = terms.substitute(invariant, transition.updates)
        broken.append(terms.and_(transition.enabled, terms.not_(after)))
    return terms.or_(*broken)


def unsatisfiable(terms: Terms, term: Term, budget: int) -> bool:
    """Whether a fresh solver, exact about the calendar, shows a term to have no model."""
    if term.op == "const":
        return term.payload is False
    return isinstance(Question(terms, [term], (), (), budget).ask(), NoModel)


def violations(system: System, goal: Goal, invariant: Term) -> Term:
    """What must be impossible for an invariant to exclude a goal: all obligations in one term, for a question about
    many invariants at once.
    """
    terms = system.terms
    first = terms.and_(*(constraint.term for constraint in system.initial), terms.not_(invariant))
    later = terms.or_(broken_by_a_step(terms, system, invariant), anywhere(terms, goal))
    return terms.or_(first, terms.and_(invariant, later))


def check_inductive(system: System, invariant: Term, budget: int) -> Check:
    """Whether an invariant holds in every first state and is kept by every transition; each asked of a solver of its
    own.
    """
    first = system.terms.and_(*(constraint.term for constraint in system.initial))
    if not unsatisfiable(system.terms, system.terms.and_(first, system.terms.not_(invariant)), budget):
        return Check(False, "initial")
    left = system.terms.and_(invariant, broken_by_a_step(system.terms, system, invariant))
    return Check(True) if unsatisfiable(system.terms, left, budget) else Check(False, "step")


def check_excluded(system: System, goal: Goal, invariant: Term, budget: int) -> Check:
    """Whether no state of an invariant is in the goal or takes a transition of it."""
    inside = system.terms.and_(invariant, anywhere(system.terms, goal))
    return Check(True) if unsatisfiable(system.terms, inside, budget) else Check(False, "safety")


def check(system: System, goal: Goal, invariant: Term, budget: int) -> Check:
    """All three obligations, at most ``budget`` resource units each."""
    inductive = check_inductive(system, invariant, budget)
    return check_excluded(system, goal, invariant, budget) if inductive.accepted else inductive
