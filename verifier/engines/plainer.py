"""Models made plainer: of all that answer a question, one in which little is remarkable.

Takes a solver with a model, and wishes in order of importance. A yes/no wish is granted where that goes together with
what was granted before; one that counts something (of sort Int, never negative) is made as small as that allows.
Method: greedy, with widening steps and then bisection for the counts. However long the list, the number of questions
about counts and the effort for each are bounded, so that a story costs little; what is then not asked stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import z3

from verifier.engines.exact import PATIENCE, Calendar, check
from verifier.records import dataclass

MOST_QUESTIONS = 120
"""How many questions may be asked about the counts of one story; two dates that depend on each other take forty."""

EFFORT = 1_000_000
"""Solver resource units for one question about a count."""

FEW = 20
"""How often a model for a count may be wrong about the calendar before the question is left."""

WIDENING = 4
"""By how much each bound that is tried is larger than the one before."""


@dataclass(slots=True)
class _Wishing:
    """What is granted so far, the best model, and how many questions about counts are left."""

    solver: z3.Solver
    calendar: Calendar
    granted: list[z3.ExprRef]
    model: z3.ModelRef
    left: int = MOST_QUESTIONS

    def holds(self, term: z3.ExprRef) -> bool:
        return bool(z3.is_true(self.model.eval(term, model_completion=True)))

    def number(self, count: z3.ExprRef) -> int:
        return int(self.model.eval(count, model_completion=True).as_long())

    def grant(self, term: z3.ExprRef, patience: int = PATIENCE) -> bool:
        """Whether a term goes together with what is granted; it is granted then. Hard questions cost more than one."""
        if self.holds(term):
            self.granted.append(term if z3.is_const(term) else self._named(term))
            return True
        literal = self._named(term)
        answer = check(self.solver, self.calendar, [*self.granted, literal], patience)
        if answer == z3.unknown:
            self.left //= 2
        if answer != z3.sat:
            return False
        self.model = self.solver.model()
        self.granted.append(literal)
        return True

    def _named(self, term: z3.ExprRef) -> z3.ExprRef:
        literal = z3.FreshConst(z3.BoolSort(self.solver.ctx), "wish")
        self.solver.add(z3.Implies(literal, term))
        return literal


def plainer(
    solver: z3.Solver,
    calendar: Calendar,
    model: z3.ModelRef,
    assumed: Sequence[z3.ExprRef],
    wishes: Iterable[z3.ExprRef],
    budget: int,
) -> z3.ModelRef:
    """The plainest model found under the ``assumed`` literals, to begin with the ``model`` that the solver gave.

    ``budget``: the resource units that the solver is left with afterwards, and for yes/no wishes.
    """
    wishing = _Wishing(solver, calendar, list(assumed), model)
    for wish in wishes:
        if z3.is_bool(wish):
            wishing.grant(wish)
        elif wishing.left > 0:
            solver.set("rlimit", min(EFFORT, budget))
            _diminish(wishing, wish)
            solver.set("rlimit", budget)
    return wishing.model


def _diminish(wishing: _Wishing, count: z3.ExprRef) -> None:
    """Make a count as small as possible; the smallest value found is granted."""
    too_small, bound = -1, 0
    while too_small + 1 < (found := wishing.number(count)) and wishing.left > 0:
        tried = min(bound, (too_small + found) // 2)
        wishing.left -= 1
        if wishing.grant(count <= tried, FEW):
            bound = found
        else:
            too_small, bound = tried, max(1, tried * WIDENING)
    wishing.grant(count <= wishing.number(count))
