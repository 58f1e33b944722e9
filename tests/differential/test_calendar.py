"""The calendar of the encoding against the calendar of the language, over a whole cycle of 400 years.

Solvers know months only by ``axioms``; a proof from them is a proof because every day of the cycle satisfies them.
"""

from __future__ import annotations

import os
from itertools import pairwise
from random import Random
from typing import Literal, TypeAlias

import pytest

from verifier.core import dates
from verifier.core.types import WEEKDAY
from verifier.symbolic import calendar
from verifier.symbolic.concrete import evaluate
from verifier.symbolic.terms import INT, Term, Terms, exact_months

Rounding: TypeAlias = Literal["up", "down"]

DEEP = os.environ.get("CLAUSEPROOF_DEPTH") == "nightly"
START = dates.day_number(2000, 1, 1)
CYCLE = 146_097
CORNERS = (1, 28, 29, 30, 31)
ROUNDINGS: tuple[Rounding, ...] = ("up", "down")
CONTIGUOUS = tuple(range(-14, 15))
FAR = (-4801, -1200, -25, 24, 36, 120, 372, 1200, 4800)


def days() -> list[int]:
    """Every day of a cycle, or (quicker) those of each month where something can happen."""
    if DEEP:
        return list(range(START, START + CYCLE))
    return [day for day in range(START, START + CYCLE) if dates.civil(day)[2] in CORNERS]


def test_the_cycle_is_one() -> None:
    assert dates.civil(START + CYCLE) == (2400, 1, 1)
    assert CYCLE % 7 == 0
    assert calendar.CYCLE_MONTHS == 4800


def test_parts_of_a_date() -> None:
    terms = Terms()
    day = terms.var("day", INT)
    year, month, of_month = calendar.civil(terms, day)
    back = calendar.day_number(terms, year, month, of_month)
    length, weekday = calendar.month_length(terms, year, month), calendar.weekday(terms, day)
    step = 1 if DEEP else 4
    for number in [*days()[::step], *range(-400, 400), START - 3 * CYCLE, START + 5 * CYCLE]:
        memo: dict[Term, object] = {}
        found = tuple(evaluate(part, {day: number}, memo) for part in (year, month, of_month))
        assert found == dates.civil(number)
        assert evaluate(back, {day: number}, memo) == number
        assert evaluate(length, {day: number}, memo) == dates.month_length(*dates.civil(number)[:2])
        assert evaluate(weekday, {day: number}, memo) == WEEKDAY.members[dates.weekday(number)]


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_a_number_of_months_that_is_not_constant(rounding: Rounding) -> None:
    terms, random = Terms(), Random(0)
    day, months = terms.var("day", INT), terms.var("months", INT)
    later = calendar.add_months(terms, day, months, rounding)
    for number in random.sample(days(), 3_000):
        shift = random.randint(-40, 40)
        assert evaluate(later, {day: number, months: shift}) == exact_months(number, shift, rounding)


# ---------------------------------------------------------------- what solvers are told


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("months", [*CONTIGUOUS[::3], *FAR])
def test_bounds_hold_and_are_met(months: int, rounding: Rounding) -> None:
    low, high = calendar.shift_bounds(months, rounding)
    shifts = {exact_months(day, months, rounding) - day for day in days()}
    assert (min(shifts), max(shifts)) == (low, high)


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("months", [*CONTIGUOUS[::3], *FAR])
def test_a_later_day_is_never_earlier_some_months_on(months: int, rounding: Rounding) -> None:
    found = [exact_months(day, months, rounding) for day in days()]
    assert all(one <= other for one, other in pairwise(found))


def test_more_months_never_lead_less_far() -> None:
    """Pointwise, with either rounding; with the order in the day above, this is all that ``axioms`` claims."""
    for day in days():
        shifted = [(exact_months(day, months, "down"), exact_months(day, months, "up")) for months in CONTIGUOUS]
        assert all(down <= up for down, up in shifted)
        assert all(one[0] <= other[0] and one[1] <= other[1] for one, other in pairwise(shifted))
        assert all(up <= down + 1 for down, up in shifted)
        assert all(one[1] <= other[0] for one, other in pairwise(shifted))


@pytest.mark.parametrize("one", [(0, "down"), (1, "up"), (-3, "down")])
@pytest.mark.parametrize("other", [(1, "down"), (1, "up"), (12, "up"), (-25, "down")])
def test_gaps_between_two_shifts_of_a_day_hold_and_are_met(
    one: tuple[int, Rounding], other: tuple[int, Rounding]
) -> None:
    gaps = {exact_months(day, *other) - exact_months(day, *one) for day in days()}
    assert (min(gaps), max(gaps)) == calendar.gap_bounds(one, other)


def test_the_axioms_are_true() -> None:
    """As they are written, of random days: which ones are claimed at all is tested here."""
    terms, random, everything = Terms(), Random(1), days()
    variables = [terms.var(f"day {number}", INT) for number in range(3)]
    applications = [
        terms.months(variable, months, rounding)
        for variable in variables
        for months in (-13, -1, 1, 2, 12)
        for rounding in ROUNDINGS
    ]
    claimed = calendar.axioms(terms, applications)
    assert len(claimed) > 2 * len(applications)
    for _ in range(400):
        first = random.choice(everything)
        near = [first, first + random.choice([-3, -1, 0, 0, 1, 2]), random.choice(everything)]
        memo: dict[Term, object] = {}
        assert all(evaluate(fact, dict(zip(variables, near, strict=True)), memo) for fact in claimed)


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("months", [-1, 1, 6, 12])
def test_lessons_are_exact(months: int, rounding: Rounding) -> None:
    for window in (-1, 0, 1, START // calendar.WINDOW, START // calendar.WINDOW + 1):
        runs = calendar.shifts(window, months, rounding)
        told = [(day, day + shift) for first, last, shift in runs for day in range(first, last + 1)]
        assert [day for day, _ in told] == list(range(window * calendar.WINDOW, (window + 1) * calendar.WINDOW))
        assert all(later == exact_months(day, months, rounding) for day, later in told)
