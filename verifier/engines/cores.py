"""Unsatisfiable cores: which assumptions an impossible term needs.

Takes terms that are impossible under assumptions (lemmas, and yes/no variables that switch something on); gives for
each a small set of assumptions that suffices. One solver for all of them, so that they are written and parsed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import z3

from verifier.engines.exact import PATIENCE, Calendar, check
from verifier.symbolic.calendar import axioms, months_terms
from verifier.symbolic.emit import Script, quoted
from verifier.symbolic.terms import Term, Terms


class Cores:
    """Terms ``asked`` about, each on its own, under any of the ``lemmas`` and ``switches``.

    ``budget``: resource units for one question. Answers depend on nothing but the questions asked before.
    """

    def __init__(
        self, terms: Terms, asked: Sequence[Term], lemmas: Sequence[Term], switches: Sequence[Term], budget: int
    ) -> None:
        script = Script()
        script.declare(switches)
        months = months_terms([*lemmas, *asked])
        for application in months:
            script.lines.append(f"(assert (= {script.text(application)} 0))")
        for fact in axioms(terms, months):
            script.claim(fact)
        for name, term in [*_named("lemma", lemmas), *_named("asked", asked)]:
            script.lines.append(f"(declare-const {quoted(name)} Bool)")
            script.lines.append(f"(assert (=> {quoted(name)} {script.text(term)}))")
        context = z3.Context()
        self._solver = z3.SolverFor("ALL", ctx=context)
        self._solver.set("random_seed", 0)
        self._solver.set("rlimit", budget)
        self._solver.set("core.minimize", True)
        parsed = list(z3.parse_smt2_string(str(script), ctx=context))
        self._solver.add(*parsed[len(months) :])
        self._calendar = Calendar()
        self._calendar.learn([(term, equation.arg(0)) for term, equation in zip(months, parsed, strict=False)])
        self._asked = [z3.Bool(name, context) for name, _ in _named("asked", asked)]
        self._literals = {lemma: z3.Bool(f"lemma {index}", context) for index, lemma in enumerate(lemmas)}
        self._literals |= {variable: z3.Bool(str(variable.payload), context) for variable in switches}
        self._meant = {literal.get_id(): term for term, literal in self._literals.items()}

    def core(self, index: int, assumed: Iterable[Term], patience: int = PATIENCE) -> frozenset[Term] | None:
        """Some of the assumed lemmas and switches under which the asked term is impossible, as few as the solver finds;
        ``None`` where that is not shown. ``patience``: models that may be wrong about the calendar.
        """
        literals = [self._literals[term] for term in assumed]
        if check(self._solver, self._calendar, [self._asked[index], *literals], patience) != z3.unsat:
            return None
        core = self._solver.unsat_core()
        return frozenset(self._meant[literal.get_id()] for literal in core if literal.get_id() in self._meant)


def _named(kind: str, items: Sequence[Term]) -> list[tuple[str, Term]]:
    return [(f"{kind} {index}", item) for index, item in enumerate(items)]
