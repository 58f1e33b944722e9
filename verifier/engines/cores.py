"""Unsatisfiable cores: which assumptions an impossible term needs.

Takes terms that are impossible under assumptions; gives for each a small set of assumptions that suffices. One solver for all of
them, so that they are written and parsed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import z3

from verifier.symbolic.calendar import axioms, months_terms
from verifier.symbolic.emit import Script, quoted
from verifier.symbolic.terms import Term, Terms


@dataclass(frozen=True, slots=True)
class Asked:
    """A term that should be impossible where all of ``lemmas`` hold."""

    term: Term
    lemmas: Sequence[Term]


def cores(terms: Terms, asked: Sequence[Asked], switches: Sequence[Term], budget: int) -> list[frozenset[Term] | None]:
    """For each term, lemmas and switches (yes/no variables) under which it is impossible; ``None`` where that is not shown.

    The cores are minimised by the solver, each within ``budget`` resource units.
    """
    lemmas = list(dict.fromkeys(lemma for item in asked for lemma in item.lemmas if lemma is not terms.true))
    script = Script()
    script.declare(switches)
    months = months_terms([*lemmas, *(item.term for item in asked)])
    for fact in axioms(terms, months):
        script.claim(fact)
    for name, term in [*_named("lemma", lemmas), *_named("asked", [item.term for item in asked])]:
        script.lines.append(f"(declare-const {quoted(name)} Bool)")
        script.lines.append(f"(assert (=> {quoted(name)} {script.text(term)}))")
    context = z3.Context()
    solver = z3.SolverFor("ALL", ctx=context)
    solver.set("random_seed", 0)
    solver.set("rlimit", budget)
    solver.set("core.minimize", True)
    solver.from_string(str(script))
    lemma_names = {lemma: f"lemma {index}" for index, lemma in enumerate(lemmas)}
    on = {str(variable.payload): variable for variable in switches}
    found = []
    for index, item in enumerate(asked):
        assumed = {lemma_names[lemma]: lemma for lemma in item.lemmas if lemma in lemma_names} | on
        found.append(_core(solver, index, assumed))
    return found


def _named(kind: str, items: Sequence[Term]) -> list[tuple[str, Term]]:
    return [(f"{kind} {index}", item) for index, item in enumerate(items)]


def _core(solver: z3.Solver, index: int, assumed: dict[str, Term]) -> frozenset[Term] | None:
    question, literals = z3.Bool(f"asked {index}", solver.ctx), [z3.Bool(name, solver.ctx) for name in assumed]
    if solver.check(question, *literals) != z3.unsat:
        return None
    names = (literal.decl().name() for literal in solver.unsat_core())
    return frozenset(assumed[name] for name in names if name in assumed)
