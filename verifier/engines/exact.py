"""Making models exact about the calendar.

Solvers see ``months`` terms as an unknown function (``symbolic.calendar``). Takes a solver whose answer may rest on a wrong value of
it; teaches it the true values of the month that it asked about, and asks again until the model is right or patience ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import z3

from verifier.symbolic.calendar import month_shifts
from verifier.symbolic.terms import Term, exact_months

PATIENCE = 400


@dataclass(slots=True)
class Calendar:
    """The months terms that a solver knows (term, as z3 expression), and the lessons given about their functions."""

    applications: list[tuple[Term, z3.ExprRef]] = field(default_factory=list)
    lessons: list[tuple[Term, int]] = field(default_factory=list)

    def learn(self, solver: z3.Solver, applications: Sequence[tuple[Term, z3.ExprRef]]) -> None:
        """Add terms, and tell the solver all that was learnt about their functions."""
        self.applications += applications
        for lesson, day in self.lessons:
            for term, expression in applications:
                if term.payload == lesson.payload:
                    _teach(solver, expression, lesson, day)

    def correct(self, solver: z3.Solver, model: z3.ModelRef) -> bool:
        """Whether the model is right about every term; where it is not, the solver is taught."""
        wrong = {}
        for term, expression in self.applications:
            day = model.eval(expression.arg(0), model_completion=True).as_long()
            claimed = model.eval(expression, model_completion=True).as_long()
            if claimed != exact_months(day, *term.payload):  # type: ignore[misc, arg-type]
                wrong[term.payload, day] = term
        for (_, day), term in wrong.items():
            self.lessons.append((term, day))
            for other, expression in self.applications:
                if other.payload == term.payload:
                    _teach(solver, expression, term, day)
        return not wrong


def _teach(solver: z3.Solver, application: z3.ExprRef, term: Term, day: int) -> None:
    argument = application.arg(0)
    for low, high, shift in month_shifts(day, *term.payload):  # type: ignore[misc, arg-type]
        solver.add(z3.Implies(z3.And(argument >= low, argument <= high), application == argument + shift))


def check(solver: z3.Solver, calendar: Calendar, assumptions: Sequence[z3.ExprRef]) -> z3.CheckSatResult:
    """Like ``solver.check``, but ``sat`` only with a model that is right about the calendar; ``unknown`` when patience ends."""
    for _ in range(PATIENCE):
        answer = solver.check(*assumptions)
        if answer != z3.sat or calendar.correct(solver, solver.model()):
            return answer
    return z3.unknown
