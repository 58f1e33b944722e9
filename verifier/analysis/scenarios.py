"""Scenarios as proofs: does a worked example come out as written in every case that it leaves open?

Takes a scenario and the transition system; follows its clauses with symbolic values and asks a solver, at each clause,
for a case that breaks it. Twin of ``semantics.scenario``, which replays every breaking case.
"""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction

from verifier.analysis.plain import plain_wishes
from verifier.core.dates import add_months
from verifier.core.expressions import Expr
from verifier.core.program import (
    ExpectCannot,
    ExpectHolds,
    Given,
    MoveTo,
    Occurrence,
    Scenario,
    ScenarioClause,
    Take,
    Wait,
)
from verifier.core.types import MonthsType
from verifier.engines.answers import Plain
from verifier.engines.query import GaveUp, Model, NoModel, Question, preferred_model
from verifier.records import dataclass
from verifier.symbolic import calendar, values
from verifier.symbolic.encoding import Encoding
from verifier.symbolic.opening import errs_at_the_start
from verifier.symbolic.system import WAIT, System, Transition, days_input, single_days
from verifier.symbolic.terms import INT, REAL, Term
from verifier.symbolic.transitions import fitted


@dataclass(frozen=True, slots=True)
class Holds:
    """Every case passes."""


@dataclass(frozen=True, slots=True)
class Unsatisfiable:
    """No case satisfies the givens (and the assumptions)."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A case that breaks the scenario, as values of the state variables at the start."""

    start: dict[Term, Plain]


@dataclass(frozen=True, slots=True)
class Unsettled:
    """The solver gave up."""

    reason: str


@dataclass(slots=True)
class _Walk:
    """Where a symbolic play has got to: each variable as a term over the start; ``bad`` collects what breaks, in
    order; ``defined`` what is true of variables that stand for whole amounts, ``unsure`` where it cannot tell.
    """

    encoding: Encoding
    system: System
    state: dict[Term, Term]
    bad: list[Term] = field(default_factory=list)
    defined: list[Term] = field(default_factory=list)
    unsure: list[Term] = field(default_factory=list)

    def now(self, term: Term, inputs: dict[Term, Term] | None = None) -> Term:
        """A term of the present state, over the start."""
        return self.encoding.terms.substitute(term, {**self.state, **(inputs or {})})

    def breaks(self, term: Term) -> None:
        """Note a condition over the start under which the scenario breaks here."""
        self.bad.append(term)


def settle(
    encoding: Encoding, system: System, scenario: Scenario, budget: int
) -> Holds | Unsatisfiable | Broken | Unsettled:
    """Prove a scenario, or find a case that breaks it; one whose start or ``given`` has no value breaks it."""
    terms = encoding.terms
    walk = _Walk(encoding, system, {})
    given = [clause.condition for clause in scenario.clauses if isinstance(clause, Given)]
    dated = []
    first = next((clause for clause in scenario.clauses if isinstance(clause, MoveTo)), None)
    if first is not None:
        dated.append(terms.eq(encoding.today, terms.integer(first.day)))
        walk.state[encoding.today] = terms.integer(first.day)
    variables = [variable.term for variable in system.variables if variable.term.sort.kind != "array"]
    erring = _ask([*dated, errs_at_the_start(encoding, given)], variables, encoding, budget)
    if not isinstance(erring, Holds):
        return erring
    path = [*dated, *(constraint.term for constraint in system.initial), *_all_hold(encoding, given)]
    if isinstance(Question(terms, path, (), (), budget).ask(), NoModel):
        return Unsatisfiable()
    for clause in scenario.clauses:
        if clause is not first:
            _follow(walk, clause)
    found = _ask([*path, *walk.defined, terms.or_(*walk.bad)], variables, encoding, budget)
    if not isinstance(found, Holds):
        return found
    unsure = _ask([*path, *walk.defined, terms.or_(*walk.unsure)], variables, encoding, budget)
    return found if isinstance(unsure, Holds) else Unsettled("a requirement is asked about a fraction of a cent")


def _ask(asserted: list[Term], variables: list[Term], encoding: Encoding, budget: int) -> Holds | Broken | Unsettled:
    if encoding.terms.false in asserted:
        return Holds()
    wishes = list(plain_wishes(encoding))
    match preferred_model(Question(encoding.terms, asserted, variables, wishes, budget), range(len(wishes))):
        case Model(found):
            return Broken(dict(found))
        case NoModel():
            return Holds()
        case GaveUp(reason):
            return Unsettled(reason)


def _all_hold(encoding: Encoding, given: list[Expr]) -> list[Term]:
    results = [encoding.evaluator.evaluate(condition) for condition in given]
    return [encoding.terms.and_(result.holds, encoding.terms.not_(result.error)) for result in results]


def _follow(walk: _Walk, clause: ScenarioClause) -> None:
    terms = walk.encoding.terms
    match clause:
        case Given():
            pass
        case Take(occurrences):
            for occurrence in occurrences:
                _take(walk, occurrence)
        case MoveTo(day):
            _pass_known_days(walk, terms.sub(terms.integer(day), walk.now(walk.encoding.today)))
        case Wait():
            _wait(walk, clause)
        case ExpectHolds(condition):
            result = walk.encoding.evaluator.evaluate(condition)
            walk.breaks(walk.now(terms.or_(terms.not_(result.holds), result.error)))
        case ExpectCannot():
            _cannot(walk, clause)


def _arguments(walk: _Walk, occurrence: Occurrence) -> tuple[dict[Term, Term], Term, Term]:
    """The inputs of a step for the arguments written, over the start, the error of evaluating them, and whether they
    can be inputs at all (an amount that is no whole number of cents cannot).
    """
    inputs: dict[Term, Term] = {}
    errors, suitable = [], []
    layouts = walk.encoding.parameters[occurrence.step]
    for argument, layout in zip(occurrence.arguments, layouts, strict=True):
        result = walk.encoding.evaluator.evaluate(argument)
        errors.append(walk.now(result.error))
        value, fits = _as_input(walk, result.value, layout)
        suitable.append(walk.now(fits))
        for variable, term in zip(values.flatten(layout), values.flatten(value), strict=True):
            inputs[variable] = walk.now(term)
    return inputs, walk.encoding.terms.or_(*errors), walk.encoding.terms.and_(*suitable)


def _as_input(
    walk: _Walk, value: values.SymbolicValue, layout: values.SymbolicValue
) -> tuple[values.SymbolicValue, Term]:
    """A value in the layout of a parameter, and whether it fits there (an amount in whole cents)."""
    terms = walk.encoding.terms
    match value, layout:
        case values.Optional(present, content), values.Optional(_, inner):
            placed, fits = _as_input(walk, content, inner)
            return values.Optional(present, placed), terms.implies(present, fits)
        case values.Number(term, _), values.Number(place, unit) if place.sort == INT and term.sort == REAL:
            return _cents(walk, terms.scale(unit, term), unit)
        case values.Number(term, divisor), values.Number(place, unit) if place.sort == INT and unit % divisor:
            scaled = terms.scale(unit, term)
            whole = terms.eq(terms.mod(scaled, divisor), terms.integer(0))
            return values.Number(terms.div(scaled, divisor), unit), whole
        case _:
            return fitted(terms, value, layout), terms.true


def _cents(walk: _Walk, amount: Term, unit: int) -> tuple[values.Number, Term]:
    """A real amount of cents as an integer: the whole part, which is the amount where it has no other."""
    terms = walk.encoding.terms
    whole = terms.var(f"cents {len(walk.defined)}", INT)
    as_real, now = terms.to_real(whole), walk.now(amount)
    after = terms.lt(now, terms.add(as_real, terms.rational(Fraction(1))))
    walk.defined.append(terms.and_(terms.le(as_real, now), after))
    return values.Number(whole, unit), terms.eq(as_real, now)


def _take(walk: _Walk, occurrence: Occurrence) -> None:
    terms = walk.encoding.terms
    transition = walk.system.transition(occurrence.step)
    inputs, error, fits = _arguments(walk, occurrence)
    walk.breaks(terms.or_(error, terms.not_(fits), terms.not_(walk.now(transition.enabled, inputs))))
    _apply(walk, transition, inputs)


def _apply(walk: _Walk, transition: Transition, inputs: dict[Term, Term]) -> None:
    mapping, memo = {**walk.state, **inputs}, dict[Term, Term]()
    new = {v: walk.encoding.terms.substitute(t, mapping, memo) for v, t in transition.updates.items()}
    walk.state.update(new)


def _pass_days(walk: _Walk, days: Term, most: int) -> None:
    """Let days pass, ``most`` at most; fewer than none is a date in the past, which breaks the scenario."""
    terms = walk.encoding.terms
    wait = walk.system.transition(WAIT)
    if wait.single_day & {variable.term for variable in walk.system.variables}:
        _pass_single_days(walk, single_days(walk.system, wait), days, most)
        return
    variable = days_input(terms).variable
    none = terms.eq(days, terms.integer(0))
    walk.breaks(terms.and_(terms.not_(none), terms.not_(walk.now(wait.enabled, {variable: days}))))
    before = dict(walk.state)
    _apply(walk, wait, {variable: days})
    for changed in wait.updates:
        old = before.get(changed, changed)
        walk.state[changed] = terms.ite(none, old, walk.state[changed])


def _pass_known_days(walk: _Walk, days: Term) -> None:
    """Let a number of days pass that is known, as it is once a date fixes the start."""
    assert days.op == "const"
    _pass_days(walk, days, int(days.number))


def _pass_single_days(walk: _Walk, wait: Transition, days: Term, most: int) -> None:
    """Day by day, as many as there are in each case."""
    terms = walk.encoding.terms
    walk.breaks(terms.lt(days, terms.integer(0)))
    for number in range(most):
        goes_on = terms.lt(terms.integer(number), days)
        walk.breaks(terms.and_(goes_on, terms.not_(walk.now(wait.enabled))))
        before = dict(walk.state)
        _apply(walk, wait, {})
        for changed in wait.updates:
            walk.state[changed] = terms.ite(goes_on, walk.state[changed], before.get(changed, changed))


def _wait(walk: _Walk, clause: Wait) -> None:
    terms = walk.encoding.terms
    amount = int(clause.duration.value)  # type: ignore[arg-type]
    if not isinstance(clause.duration.type, MonthsType):
        _pass_known_days(walk, terms.integer(amount))
        return
    today = walk.now(walk.encoding.today)
    if today.op == "const":
        day = int(today.payload)  # type: ignore[arg-type]
        until = add_months(day, amount, clause.rounding)
        if until is None:
            walk.breaks(terms.true)
        else:
            _pass_known_days(walk, terms.integer(until - day))
        return
    if clause.rounding is None:
        up, down = (calendar.add_months(terms, today, terms.integer(amount), way) for way in ("up", "down"))
        walk.breaks(terms.not_(terms.eq(up, down)))
    rounding = clause.rounding or "up"
    until_then = calendar.add_months(terms, today, terms.integer(amount), rounding)
    _pass_days(walk, terms.sub(until_then, today), calendar.shift_bounds(amount, rounding)[1])


def _cannot(walk: _Walk, clause: ExpectCannot) -> None:
    """Broken where the step is possible or errs; with ``because``, where that requirement holds or errs."""
    terms = walk.encoding.terms
    transition = walk.system.transition(clause.occurrence.step)
    inputs, error, fits = _arguments(walk, clause.occurrence)
    if clause.because is None:
        possible = terms.or_(transition.enabled, transition.error)
    else:
        result = dict(transition.requirements)[clause.because]
        possible = terms.or_(result.holds, result.error)
        walk.unsure.append(terms.and_(terms.not_(error), terms.not_(fits)))
    walk.breaks(terms.or_(error, terms.and_(fits, walk.now(possible, inputs))))
