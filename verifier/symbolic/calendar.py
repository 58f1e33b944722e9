"""Calendar arithmetic on terms: twin of ``core.dates``, checked against it by the differential tests.

A constant number of months later is one ``months`` term, which solvers see as an unknown function that satisfies
``axioms``: a proof from them is a proof, because the calendar satisfies them (a test goes through a whole cycle of 400
years); a model may be wrong about the function, and is corrected by ``lesson`` until it is right. Anything else is
exact division and remainder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from typing import Literal

from verifier.core import dates
from verifier.core.types import WEEKDAY
from verifier.symbolic.terms import Term, Terms, exact_months
from verifier.symbolic.values import sort_of_enum

_EPOCH_SHIFT = 306


def weekday(terms: Terms, day: Term) -> Term:
    """The weekday of a day number, as a member of ``weekday``."""
    sort = sort_of_enum(WEEKDAY)
    remainder = terms.mod(terms.add(day, terms.integer(6)), 7)
    result = terms.member(sort, sort.members[-1])
    for index in range(5, -1, -1):
        result = terms.ite(terms.eq(remainder, terms.integer(index)), terms.member(sort, sort.members[index]), result)
    return result


def civil(terms: Terms, day: Term) -> tuple[Term, Term, Term]:
    """Year, month and day of a day number."""
    t, n = terms, terms.integer
    shifted = t.add(day, n(_EPOCH_SHIFT - 1))
    era, of_era = t.div(shifted, 146097), t.mod(shifted, 146097)
    leaps = t.add(t.div(of_era, 36524), t.scale(-1, t.div(of_era, 1460)), t.scale(-1, t.div(of_era, 146096)))
    year_of_era = t.div(t.add(of_era, leaps), 365)
    before = t.add(t.scale(365, year_of_era), t.div(year_of_era, 4), t.scale(-1, t.div(year_of_era, 100)))
    of_year = t.sub(of_era, before)
    shifted_month = t.div(t.add(t.scale(5, of_year), n(2)), 153)
    day_of_month = t.add(of_year, t.scale(-1, t.div(t.add(t.scale(153, shifted_month), n(2)), 5)), n(1))
    month = t.add(shifted_month, t.ite(t.lt(shifted_month, n(10)), n(3), n(-9)))
    year = t.add(year_of_era, t.scale(400, era), t.ite(t.le(month, n(2)), n(1), n(0)))
    return year, month, day_of_month


def day_number(terms: Terms, year: Term, month: Term, day: Term) -> Term:
    """The day number of a civil date that exists."""
    t, n = terms, terms.integer
    early = t.le(month, n(2))
    shifted = t.add(year, t.ite(early, n(-1), n(0)))
    era, year_of_era = t.div(shifted, 400), t.mod(shifted, 400)
    months = t.add(month, t.ite(early, n(9), n(-3)))
    of_year = t.add(t.div(t.add(t.scale(153, months), n(2)), 5), day, n(-1))
    return t.add(
        t.scale(146097, era),
        t.scale(365, year_of_era),
        t.div(year_of_era, 4),
        t.scale(-1, t.div(year_of_era, 100)),
        of_year,
        n(1 - _EPOCH_SHIFT),
    )


def _divisible(terms: Terms, value: Term, divisor: int) -> Term:
    return terms.eq(terms.mod(value, divisor), terms.integer(0))


def month_length(terms: Terms, year: Term, month: Term) -> Term:
    """Days of a month."""
    t, n = terms, terms.integer
    leap = t.and_(_divisible(t, year, 4), t.or_(t.not_(_divisible(t, year, 100)), _divisible(t, year, 400)))
    short = t.or_(*(t.eq(month, n(m)) for m in (4, 6, 9, 11)))
    return t.ite(t.eq(month, n(2)), t.ite(leap, n(29), n(28)), t.ite(short, n(30), n(31)))


def add_months(terms: Terms, day: Term, months: Term, rounding: Literal["up", "down"]) -> Term:
    """The same day some months later; a day that the month lacks is rounded as ``core.dates.add_months`` says."""
    if months.op == "const":
        return terms.months(day, int(months.number), rounding)
    t, n = terms, terms.integer
    year, month, of_month = civil(t, day)
    index = t.add(month, n(-1), months)
    year, month = t.add(year, t.div(index, 12)), t.add(t.mod(index, 12), n(1))
    length = month_length(t, year, month)
    last = day_number(t, year, month, length)
    lacking = t.add(last, n(1)) if rounding == "up" else last
    return t.ite(t.le(of_month, length), t.add(day_number(t, year, month, n(1)), of_month, n(-1)), lacking)


# ---------------------------------------------------------------- what solvers know about months

CYCLE_MONTHS = 4800
"""The calendar repeats after 400 years."""


@cache
def shift_bounds(months: int, rounding: Literal["up", "down"]) -> tuple[int, int]:
    """The fewest and the most days that this many months can be, over a whole cycle."""
    return gap_bounds((0, "down"), (months, rounding))


@cache
def gap_bounds(one: tuple[int, Literal["up", "down"]], other: tuple[int, Literal["up", "down"]]) -> tuple[int, int]:
    """The fewest and the most days from one shift (months, rounding) of a day to another, over a whole cycle."""
    near, far = _shifted(*one), _shifted(*other)
    gaps = {later - earlier for earlier, later in zip(near, far, strict=True)}
    return min(gaps), max(gaps)


@cache
def _shifted(months: int, rounding: Literal["up", "down"]) -> tuple[int, ...]:
    """Where a shift leads from the days of a whole cycle that may differ from others of their month."""
    found: list[int] = []
    for index in range(CYCLE_MONTHS):
        first = exact_months(dates.day_number(2000 + index // 12, index % 12 + 1, 1), months, rounding)
        year, month, _ = dates.civil(first)
        there, lacking = dates.month_length(year, month), first + dates.month_length(year, month)
        last = lacking if rounding == "up" else lacking - 1
        here = dates.month_length(2000 + index // 12, index % 12 + 1)
        found.extend(first + day if day < there else last for day in (0, *range(27, here)))
    return tuple(found)


def months_terms(terms: Iterable[Term]) -> list[Term]:
    """Every ``months`` term in these terms, inner ones first."""
    found: dict[Term, None] = {}
    seen: set[Term] = set()
    stack = list(terms)
    while stack:
        item = stack.pop()
        if item in seen:
            continue
        seen.add(item)
        if item.op == "months":
            found[item] = None
        stack.extend(item.args)
    return sorted(found, key=lambda term: term.key)


def axioms(terms: Terms, applications: Sequence[Term]) -> list[Term]:
    """What is true of the calendar, for these ``months`` terms: bounds, order in the day, the months and the rounding,
    and how far two of them are apart on one day.
    """
    facts: list[Term] = []
    for index, later in enumerate(applications):
        facts += terms.remember((later,), partial(_bounded, terms, later))
        for other in applications[:index]:
            facts += terms.remember((later, other), partial(_related, terms, later, other))
    return facts


def _bounded(terms: Terms, shifted: Term) -> Iterator[Term]:
    day, (months, rounding) = shifted.args[0], shifted.shift
    low, high = shift_bounds(int(months), rounding)
    yield terms.le(terms.add(day, terms.integer(low)), shifted)
    yield terms.le(shifted, terms.add(day, terms.integer(high)))


def _related(terms: Terms, one: Term, other: Term) -> Iterator[Term]:
    yield from _ordered(terms, one, other)
    yield from _ordered(terms, other, one)
    yield from _apart(terms, one, other)


def _ordered(terms: Terms, a: Term, b: Term) -> list[Term]:
    """A shift by no more months goes no further from an earlier day, except that rounding up may add a day to the same
    number of months.
    """
    (months, rounding), (others, other_rounding) = a.shift, b.shift
    if months > others:
        return []
    more = int(months == others and (rounding, other_rounding) == ("up", "down"))
    return [terms.implies(terms.le(a.args[0], b.args[0]), terms.le(a, terms.add(b, terms.integer(more))))]


def _apart(terms: Terms, a: Term, b: Term) -> list[Term]:
    """How many days lie between two shifts of one day by different numbers of months."""
    if a.args[0] is not b.args[0] or a.shift[0] == b.shift[0]:
        return []
    low, high = gap_bounds(a.shift, b.shift)
    return [terms.le(terms.add(a, terms.integer(low)), b), terms.le(b, terms.add(a, terms.integer(high)))]


WINDOW = 800
"""Days for which a lesson is given at once."""


@cache
def lesson(window: int, months: int, rounding: Literal["up", "down"]) -> str:
    """What ``shifts`` tells of a window, as an SMT-LIB script over the integers ``day`` and ``there``."""
    runs = shifts(window, months, rounding)
    said = [
        f"(=> (and (<= {_whole(low)} day) (<= day {_whole(high)})) (= there (+ day {_whole(by)})))"
        for low, high, by in runs
    ]
    return f"(declare-const day Int)(declare-const there Int)(assert (and true {' '.join(said)}))"


def _whole(number: int) -> str:
    return str(number) if number >= 0 else f"(- {-number})"


@cache
def shifts(window: int, months: int, rounding: Literal["up", "down"]) -> tuple[tuple[int, int, int], ...]:
    """By how many days a number of months shifts each day of a window: (first day, last day, shift), in order.

    The window with number n holds the days from ``n * WINDOW`` on.
    """
    runs: list[tuple[int, int, int]] = []
    day, end = window * WINDOW, (window + 1) * WINDOW
    while day < end:
        _, _, of_month = dates.civil(day)
        shift = exact_months(day, months, rounding) - day
        # Every month has the days up to its 28th, so that they are all shifted alike.
        last = min(day + max(28 - of_month, 0), end - 1)
        if runs and runs[-1][2] == shift:
            runs[-1] = (runs[-1][0], last, shift)
        else:
            runs.append((day, last, shift))
        day = last + 1
    return tuple(runs)
