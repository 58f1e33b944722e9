"""Making models exact about the calendar.

Solvers see ``months`` terms as an unknown function (``symbolic.calendar``). Takes a solver whose answer may rest on a
wrong value of it; teaches it the true values around the day that it asked about, and asks again until the model is
right or patience ends.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import field

import z3

from verifier.records import dataclass
from verifier.symbolic.calendar import WINDOW, lesson
from verifier.symbolic.terms import Term, exact_months

PATIENCE = 200


@dataclass(slots=True)
class Calendar:
    """The months terms that a solver knows (term, as z3 expression), and which windows of days it was taught about
    each. No question is asked again after ``deadline`` (on ``time.monotonic``).
    """

    deadline: float = math.inf
    applications: dict[int, tuple[Term, z3.ExprRef]] = field(default_factory=dict)
    rounds: int = 0
    _taught: set[tuple[int, int]] = field(default_factory=set)

    def learn(self, applications: Sequence[tuple[Term, z3.ExprRef]]) -> None:
        """Add terms whose values models must get right."""
        self.applications |= {expression.get_id(): (term, expression) for term, expression in applications}

    def correct(self, solver: z3.Solver, model: z3.ModelRef) -> bool:
        """Whether the model is right about every term; where it is not, the solver is taught."""
        right = True
        for term, expression in self.applications.values():
            day = model.eval(expression.arg(0), model_completion=True).as_long()
            claimed = model.eval(expression, model_completion=True).as_long()
            if claimed != exact_months(day, *term.shift):
                right = False
                self._explain(solver, term, expression, day)
        self.rounds += not right
        return right

    def nearby(self, solver: z3.Solver, model: z3.ModelRef) -> z3.ExprRef:
        """An assumption that keeps the days of all terms near where a model has them, which the solver is taught."""
        literal = z3.FreshConst(z3.BoolSort(solver.ctx), "nearby")
        for term, expression in self.applications.values():
            argument = expression.arg(0)
            window = model.eval(argument, model_completion=True).as_long() // WINDOW
            self._teach(solver, term, expression, range(window - 1, window + 2))
            inside = z3.And(argument >= (window - 1) * WINDOW, argument < (window + 2) * WINDOW)
            solver.add(z3.Implies(literal, inside))
        return literal

    def lessons(self) -> list[tuple[Term, int]]:
        """Which windows of days were taught about which terms, in a fixed order."""
        found = {(self.applications[number][0], window) for number, window in self._taught}
        return sorted(found, key=lambda pair: (pair[0].key, pair[1]))

    def _explain(self, solver: z3.Solver, term: Term, expression: z3.ExprRef, day: int) -> None:
        """Teach the days around one, or more of them to a solver that moves on from window to window."""
        width = self.rounds // 20
        self._teach(solver, term, expression, range(day // WINDOW - width, day // WINDOW + width + 1))

    def _teach(self, solver: z3.Solver, term: Term, expression: z3.ExprRef, windows: range) -> None:
        for window in windows:
            if (expression.get_id(), window) not in self._taught:
                self._taught.add((expression.get_id(), window))
                _teach(solver, expression, term, window)


def _teach(solver: z3.Solver, application: z3.ExprRef, term: Term, window: int) -> None:
    """Read as text and then put in place: a tenth of the time that building it here takes."""
    (said,) = z3.parse_smt2_string(lesson(window, *term.shift), ctx=solver.ctx)
    day, there = (z3.Int(name, solver.ctx) for name in ("day", "there"))
    solver.add(z3.substitute(said, (day, application.arg(0)), (there, application)))


def check(
    solver: z3.Solver, calendar: Calendar, assumptions: Sequence[z3.ExprRef], patience: int = PATIENCE
) -> z3.CheckSatResult:
    """Like ``solver.check``, but ``sat`` only with a model that is right about the calendar; ``unknown`` when patience
    (the number of models that may be wrong) or time ends.

    After a wrong model the solver is first asked for one nearby, where it knows the calendar: left alone, it would
    often move on to days about which it was taught nothing.
    """
    for _ in range(patience):
        if time.monotonic() > calendar.deadline:
            return z3.unknown
        answer = solver.check(*assumptions)
        if answer != z3.sat:
            return answer
        wrong = solver.model()
        if calendar.correct(solver, wrong):
            return answer
        nearby = calendar.nearby(solver, wrong)
        if solver.check(*assumptions, nearby) == z3.sat and calendar.correct(solver, solver.model()):
            return z3.sat
    return z3.unknown
