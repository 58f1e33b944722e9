"""The independent check of a proof: an inductive invariant, judged by a fresh solver on the whole system.

Takes a system (unsliced), a goal and an invariant; says whether (initial) every first state satisfies it, (step) every transition
keeps it, (safety) no state that satisfies it is in the goal or takes a transition of it. Trusts no engine: only the emitter, the
system and the solver, each in a new context.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import z3

from verifier.properties.goals import Goal, anywhere
from verifier.symbolic.calendar import axioms, months_terms
from verifier.symbolic.emit import Script
from verifier.symbolic.system import System
from verifier.symbolic.terms import Term, Terms


@dataclass(frozen=True, slots=True)
class Check:
    """Whether an invariant is a certificate, and if not, which obligation is not established."""

    accepted: bool
    failed: str | None = None


def obligations(system: System, goal: Goal, invariant: Term) -> dict[str, Term]:
    """The three obligations, each a term that must be unsatisfiable; ``step`` leaves out transitions that touch nothing."""
    terms = system.terms
    first = terms.and_(*(constraint.term for constraint in system.initial))
    return {
        "initial": terms.and_(first, terms.not_(invariant)),
        "step": terms.and_(invariant, broken_by_a_step(terms, system, invariant)),
        "safety": terms.and_(invariant, anywhere(terms, goal)),
    }


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
    """Whether a fresh solver shows a term to have no model."""
    if term.op == "const":
        return term.payload is False
    script = Script()
    script.claim(term)
    for fact in axioms(terms, months_terms([term])):
        script.claim(fact)
    context = z3.Context()
    solver = z3.Solver(ctx=context)
    solver.set("rlimit", budget)
    solver.from_string(str(script))
    return bool(solver.check() == z3.unsat)


def check(system: System, goal: Goal, invariant: Term, budget: int) -> Check:
    """Judge an invariant; each obligation in a solver of its own, at most ``budget`` resource units each."""
    for name, term in obligations(system, goal, invariant).items():
        if not unsatisfiable(system.terms, term, budget):
            return Check(False, name)
    return Check(True)


def conjuncts(invariant: Term) -> Sequence[Term]:
    """The parts of an invariant."""
    return invariant.args if invariant.op == "and" else (invariant,)
