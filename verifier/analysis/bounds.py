"""How far the needed amounts of a story may go: "at least 3", where the story has 3.

Takes a trace, its goal and the names that matter; gives bounds such that the same steps lead to the goal wherever every
needed amount is within its bounds, other needed things are as in the story, and the rest is anything. Method: bounds
are widened one side after another, each tried by asking for a case within them that does not get there. What a bounded
number of questions does not tell stays as narrow as it is known to hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import field, replace
from fractions import Fraction

from verifier.analysis.needed import inputs_of_case, outcome, same
from verifier.core.types import DateType, DaysType, DecimalType, IntType, MoneyType, MonthsType, OptionType, Type, Value
from verifier.engines.answers import Trace
from verifier.engines.query import GaveUp, NoModel, Question
from verifier.explain.model import Bound
from verifier.properties.goals import Goal
from verifier.records import dataclass
from verifier.symbolic.encoding import Encoding
from verifier.symbolic.system import System
from verifier.symbolic.terms import INT, REAL, Term, Terms
from verifier.symbolic.values import Number, Optional, Scalar, SymbolicValue

MOST_QUESTIONS = 150
"""How many questions may be asked for one story; an amount that is bounded on both sides takes fifty."""

EFFORT = 2_000_000
"""Solver resource units for one of them; after one that takes more, no further one is asked."""

HUNDREDTHS = 100
"""In what real amounts are counted, so that their bounds are found by counting; others are not bounded."""

WIDENING = 4
"""By how much each step outwards is larger than the one before."""


@dataclass(frozen=True, slots=True)
class _Amount:
    """A needed amount: its term, how many of what is counted are one of it, and the variables that stand for its
    bounds. Real ones are counted in hundredths.
    """

    name: str
    type: Type
    term: Term
    unit: int
    least: Term
    most: Term

    def side(self, terms: Terms, *, least: bool) -> Term:
        """That the amount is at least, or at most, what its bound says."""
        end, counted = self.least if least else self.most, self.term
        if self.term.sort == REAL:
            end, counted = terms.to_real(end), terms.scale(self.unit, self.term)
        return terms.le(end, counted) if least else terms.le(counted, end)

    def value(self, number: int | None) -> Value:
        if number is None:
            return None
        return Fraction(number, self.unit) if self.unit > 1 else number


@dataclass(frozen=True, slots=True)
class _Range:
    low: int | None
    high: int | None


@dataclass(slots=True)
class _Search:
    """The bounds known to suffice so far; the question has two assumable terms for each amount, in order."""

    question: Question
    amounts: list[_Amount]
    found: dict[str, _Range] = field(default_factory=dict)
    left: int = MOST_QUESTIONS

    def widen(self, name: str, wider: _Range) -> bool:
        """Whether wider bounds still suffice; they are kept then."""
        if self.left <= 0:
            return False
        self.left -= 1
        tried = {**self.found, name: wider}
        assumed, where = [], {}
        for index, amount in enumerate(self.amounts):
            ends = ((amount.least, tried[amount.name].low), (amount.most, tried[amount.name].high))
            for side, (variable, end) in enumerate(ends):
                if end is not None:
                    assumed.append(2 * index + side)
                    where[variable] = end
        answer = self.question.ask(assumed, where)
        if isinstance(answer, GaveUp):
            self.left = 0
        if not isinstance(answer, NoModel):
            return False
        self.found = tried
        return True


def bounds(encoding: Encoding, system: System, goal: Goal, trace: Trace, names: Collection[str]) -> tuple[Bound, ...]:
    """Bounds for the needed amounts of a trace, in order of declaration."""
    terms = encoding.terms
    amounts = [amount for amount in _amounts(encoding, trace) if amount.name in names]
    if not amounts:
        return ()
    free = {amount.term for amount in amounts}
    fixed = [v for name, parts in inputs_of_case(encoding).items() if name in names for v in parts if v not in free]
    fixed += [v.term for v in system.variables if v.kind == "argument"]
    asserted = [constraint.term for constraint in system.initial]
    asserted += [terms.not_(outcome(encoding, system, goal, trace)), *(same(encoding, v, trace.start) for v in fixed)]
    ends = [end for amount in amounts for end in (amount.least, amount.most)]
    within = [amount.side(terms, least=least) for amount in amounts for least in (True, False)]
    search = _Search(Question(terms, asserted, ends, within, EFFORT), amounts)
    search.found = {amount.name: _at(trace, amount) for amount in amounts}
    for amount in amounts:
        _widen(search, amount.name)
    pairs = [(amount, search.found[amount.name]) for amount in amounts]
    return tuple(Bound(a.name, a.value(r.low), a.value(r.high)) for a, r in pairs if r != _at(trace, a))


def _at(trace: Trace, amount: _Amount) -> _Range:
    number = Fraction(trace.start[amount.term])
    counted = int(number * amount.unit) if amount.term.sort == REAL else int(number)
    return _Range(counted, counted)


def _amounts(encoding: Encoding, trace: Trace) -> Iterator[_Amount]:
    """The amounts and dates that are given with a case and are there."""
    state, program = encoding.evaluator.state, encoding.program
    given = [(f.name, f.type, state.facts[f.name]) for f in program.facts]
    given += [(s.name, s.type, state.statuses[s.name]) for s in program.statuses if s.starts is None]
    for name, type_, layout in given:
        content: SymbolicValue = layout
        kind = type_
        if isinstance(type_, OptionType) and isinstance(layout, Optional):
            if trace.start.get(layout.present) is not True:
                continue
            content, kind = layout.value, type_.inner
        if not isinstance(kind, IntType | DecimalType | MoneyType | DateType | DaysType | MonthsType):
            continue
        assert isinstance(content, Number | Scalar)
        unit = content.denominator if isinstance(content, Number) else 1
        if content.term not in trace.start:
            continue
        if content.term.sort == REAL:
            unit = HUNDREDTHS
            if (Fraction(trace.start[content.term]) * unit).denominator != 1:
                continue
        if content.term.sort in (INT, REAL):
            least, most = (encoding.terms.var(f"{side} {name}", INT) for side in ("least", "most"))
            yield _Amount(name, type_, content.term, unit, least, most)


def _widen(search: _Search, name: str) -> None:
    """Without an end on one side where that suffices; then as far as it goes on the others."""
    here = search.found[name]
    if not search.widen(name, replace(here, high=None)):
        search.widen(name, replace(here, low=None))
    _further(search, name, -1)
    _further(search, name, 1)


def _further(search: _Search, name: str, direction: int) -> None:
    """Move one end outwards as far as the bounds suffice: by widening steps, then by halving the last one."""
    end = search.found[name].low if direction < 0 else search.found[name].high
    if end is None:
        return
    enough, too_far, step = 0, None, 1
    while search.left > 0 and (too_far is None or enough + 1 < too_far):
        tried = step if too_far is None else (enough + too_far) // 2
        moved = end + direction * tried
        here = search.found[name]
        if search.widen(name, replace(here, low=moved) if direction < 0 else replace(here, high=moved)):
            enough, step = tried, tried * WIDENING
        else:
            too_far = tried
