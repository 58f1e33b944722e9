"""Unsatisfiable cores: which assumptions an impossible term needs.

Takes terms that are impossible under assumptions; gives for each a small set of assumptions that suffices. One solver
for all of them, so that they are written and parsed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import z3

from verifier.engines.exact import Calendar, check
from verifier.symbolic.calendar import axioms, months_terms
from verifier.symbolic.emit import Script, quoted
from verifier.symbolic.terms import Term, Terms


@dataclass(frozen=True, slots=True)
class Asked:
    """A term that should be impossible where all of ``lemmas`` hold."""

    term: Term
    lemmas: Sequence[Term]


def cores(terms: Terms, asked: Sequence[Asked], switches: Sequence[Term], budget: int) -> list[frozenset[Term] | None]:
    """For each term, lemmas and switches (yes/no variables) under which it is impossible; ``None`` where that is not
    shown.

    The cores are minimised by the solver, each within ``budget`` resource units.
    """
    lemmas = list(dict.fromkeys(lemma for item in asked for lemma in item.lemmas if lemma is not terms.true))
    script = Script()
    script.declare(switches)
    months = months_terms([*lemmas, *(item.term for item in asked)])
    for application in months:
        script.lines.append(f"(assert (= {script.text(application)} 0))")
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
    parsed = list(z3.parse_smt2_string(str(script), ctx=context))
    solver.add(*parsed[len(months) :])
    calendar = Calendar()
    calendar.learn([(term, equation.arg(0)) for term, equation in zip(months, parsed, strict=False)])
    literals = {lemma: z3.Bool(f"lemma {index}", context) for index, lemma in enumerate(lemmas)}
    on = {variable: z3.Bool(str(variable.payload), context) for variable in switches}
    meant = {literal.get_id(): term for term, literal in (*literals.items(), *on.items())}
    found = []
    for index, item in enumerate(asked):
        assumed = [literals[lemma] for lemma in item.lemmas if lemma in literals]
        found.append(_core(solver, calendar, [z3.Bool(f"asked {index}", context), *assumed, *on.values()], meant))
    return found


def _named(kind: str, items: Sequence[Term]) -> list[tuple[str, Term]]:
    return [(f"{kind} {index}", item) for index, item in enumerate(items)]


def _core(
    solver: z3.Solver, calendar: Calendar, assumed: list[z3.BoolRef], meant: dict[int, Term]
) -> frozenset[Term] | None:
    if check(solver, calendar, assumed) != z3.unsat:
        return None
    core = solver.unsat_core()
    return frozenset(meant[literal.get_id()] for literal in core if literal.get_id() in meant)
