"""Models made plainer: counts reach their least values, in the order of the wishes, and for a bounded number of
questions.
"""

from __future__ import annotations

import pytest
import z3

from verifier.engines import plainer as room
from verifier.engines.exact import Calendar, check
from verifier.engines.plainer import MOST_QUESTIONS, plainer

BUDGET = 10_000_000


def solved(*claims: z3.BoolRef) -> z3.Solver:
    solver = z3.Solver(ctx=claims[0].ctx)
    solver.add(*claims)
    assert check(solver, Calendar(), []) == z3.sat
    return solver


def made_plainer(solver: z3.Solver, wishes: list[z3.ExprRef]) -> list[str]:
    model = plainer(solver, Calendar(), solver.model(), (), wishes, BUDGET)
    return [str(model.eval(wish, model_completion=True)) for wish in wishes]


@pytest.mark.parametrize("least", [0, 1, 2, 3, 17, 18, 6570, 2_000_001])
def test_a_count_reaches_its_least_value(least: int) -> None:
    x = z3.Int("x", z3.Context())
    assert made_plainer(solved(x >= least, x <= 9_000_000), [x]) == [str(least)]


def test_earlier_wishes_come_first() -> None:
    context = z3.Context()
    x, y = z3.Ints("x y", context)
    assert made_plainer(solved(x >= 0, y >= 0, x + y >= 10, x <= 8), [x, y]) == ["0", "10"]
    assert made_plainer(solved(x >= 0, y >= 0, x + y >= 10, x <= 8), [y, x]) == ["2", "8"]
    assert made_plainer(solved(x >= 0, y >= 0, x + y >= 10, x <= 8), [x > 3, x, y]) == ["True", "4", "6"]


def test_the_questions_for_one_story_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    context = z3.Context()
    many = z3.Ints(" ".join(f"x{n}" for n in range(60)), context)
    solver = solved(*(z3.And(x >= 1000, x <= 10_000_000) for x in many))
    asked = []
    monkeypatch.setattr(room, "check", lambda *given: asked.append(1) or check(*given))
    made_plainer(solver, list(many))
    assert 0 < len(asked) <= MOST_QUESTIONS
