"""Promises about two cases as reachability goals over a product of the system with itself: twin of ``semantics.pairs``.

Two stages, as in ``claims``: the expressions are evaluated at once, the product is made when the system is built.
Solves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from verifier.core import expressions as core
from verifier.core.program import DependsOnly, More, Promise
from verifier.core.types import Type
from verifier.properties.goals import Goal, state_goal
from verifier.records import dataclass
from verifier.symbolic import values
from verifier.symbolic.encoding import Encoding
from verifier.symbolic.evaluate import ordered
from verifier.symbolic.evaluator import Result
from verifier.symbolic.product import beside_a_start, following, two_cases
from verifier.symbolic.system import Constraint, Halves, System
from verifier.symbolic.terms import Term

Finish: TypeAlias = Callable[[System], "Pair"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A two-case promise: it holds exactly when ``goal`` is not reachable in ``system``, in which both cases follow
    each other.

    ``other`` maps a variable of the first case to the second's (shared ones are missing). ``error`` is reached by
    the single cases in which evaluating the subject errs; a named item errs at some start where ``start`` and
    ``start_error`` hold. The promise is vacuous when one of ``starts`` (each over the first states of two cases) has no
    model, or ``varies`` is not reachable in ``beside``.
    """

    name: str
    system: System
    other: Mapping[Term, Term]
    goal: Goal
    error: Goal
    start: tuple[Term, ...]
    start_error: Term
    starts: tuple[tuple[Term, ...], ...]
    beside: System
    varies: Goal


@dataclass(frozen=True, slots=True)
class _Compared:
    """The subject and the named items of a promise, in one case."""

    encoding: Encoding
    subject: Result
    type: Type
    named: tuple[tuple[core.Expr, Result], ...]


def prepare_pair(encoding: Encoding, promise: Promise) -> Finish | None:
    """How to make the pair of a promise; ``None`` for promises about single cases."""
    evaluate = encoding.evaluator.evaluate
    match promise.form:
        case DependsOnly(subject, on):
            compared = _Compared(
                encoding, evaluate(subject), subject.type, tuple((item, evaluate(item)) for item in on)
            )
            return lambda system: _depends_only(compared, promise.name, system)
        case More(item, direction, subject):
            compared = _Compared(encoding, evaluate(subject), subject.type, ((item, evaluate(item)),))
            return lambda system: _more(compared, promise.name, direction, system)
        case _:
            return None


def _depends_only(compared: _Compared, name: str, system: System) -> Pair:
    """``D depends only on f, g``: iff two cases that agree on f and g at the start never differ in D while they follow
    each other.

    Vacuous: D has one value in all reachable states of all cases; f (or g) has one value at the start of all cases.
    """
    terms, encoding = system.terms, compared.encoding
    facts = {
        part
        for item, _ in compared.named
        if isinstance(item, core.FactRef)
        for part in values.flatten(encoding.evaluator.state.facts[item.name])
    }
    halves = two_cases(system, _common(encoding) | facts)
    related = [
        Constraint(f"the cases agree on item {number}", terms.and_(same, terms.not_(error)))
        for number, (same, error) in enumerate(_agreement(halves, result) for _, result in compared.named)
    ]
    strangers = _strangers(encoding, system)
    both = tuple(c.term for half in (strangers.first, strangers.second) for c in half.initial)
    differing = [terms.not_(terms.or_(*_agreement(strangers, result))) for _, result in compared.named]
    starts = tuple((*both, differs) for differs in differing)
    return _pair(compared, name, following(halves, related), _differ(compared, halves), starts)


def _more(compared: _Compared, name: str, direction: str, system: System) -> Pair:
    """``more f never lowers D``: iff of two cases alike but for f, the second with more of it, the second never has the
    lower D while they follow each other. ``never raises``: the higher.

    Vacuous: no two such cases; D has one value in all reachable states of all cases.
    """
    encoding = compared.encoding
    ((item, result),) = compared.named
    apart = frozenset(values.flatten(result.value))
    facts = {part for value in encoding.evaluator.state.facts.values() for part in values.flatten(value)}
    halves = two_cases(system, _common(encoding) | (facts - apart))
    more = ordered(encoding.evaluator, "<", result.value, _others(halves, result).value, item.type)
    related = [Constraint("the second case has more", more), *_same_openings(encoding, halves, apart)]
    values_ = compared.subject.value, _others(halves, compared.subject).value
    wrong = ordered(encoding.evaluator, ">" if direction == "lowers" else "<", *values_, compared.type)
    product = following(halves, related)
    return _pair(compared, name, product, wrong, (tuple(constraint.term for constraint in product.initial),))


def _same_openings(encoding: Encoding, halves: Halves, apart: frozenset[Term]) -> Iterator[Constraint]:
    """Statuses without ``starts`` begin alike, but for the item."""
    for status in encoding.program.statuses:
        value = encoding.evaluator.state.statuses[status.name]
        if status.starts is None and apart.isdisjoint(values.flatten(value)):
            same, _ = _agreement(halves, Result(value, encoding.terms.false))
            yield Constraint(f"both cases start with the same {status.name}", same)


def _common(encoding: Encoding) -> frozenset[Term]:
    """What the two cases of a promise share in any case: the readings, the date, and what is not of the case."""
    readings = {v.term for v in encoding.variables if v.kind == "reading"}
    return _outside(encoding) | readings | {encoding.today}


def _outside(encoding: Encoding) -> frozenset[Term]:
    """Constants that belong to no case: arguments of other promises, for example. What stands in for a rule may be
    another in each case, as the rule could read anything.
    """
    return frozenset(v.term for v in encoding.variables if v.static and v.kind not in ("fact", "reading", "stand-in"))


def _strangers(encoding: Encoding, system: System) -> Halves:
    """Two cases that have nothing to do with each other."""
    return two_cases(system, _outside(encoding))


def _others(halves: Halves, result: Result) -> Result:
    """What the second case gets."""
    terms, memo = halves.first.terms, dict[Term, Term]()

    def copied(term: Term) -> Term:
        return terms.substitute(term, halves.other, memo)

    return Result(values.mapped(result.value, copied), copied(result.error))


def _agreement(halves: Halves, result: Result) -> tuple[Term, Term]:
    """Whether both cases get the same, and whether asking errs in either."""
    other = _others(halves, result)
    terms = halves.first.terms
    return values.equal(terms, result.value, other.value), terms.or_(result.error, other.error)


def _differ(compared: _Compared, halves: Halves) -> Term:
    return halves.first.terms.not_(_agreement(halves, compared.subject)[0])


def _pair(compared: _Compared, name: str, product: System, wrong: Term, starts: tuple[tuple[Term, ...], ...]) -> Pair:
    halves = product.halves
    assert halves is not None
    terms, first = product.terms, halves.first
    _, error = _agreement(halves, compared.subject)
    strangers = _strangers(compared.encoding, first)
    _, other_error = _agreement(strangers, compared.subject)
    varies = terms.and_(_differ(compared, strangers), terms.not_(other_error))
    return Pair(
        name,
        product,
        halves.other,
        state_goal(name, terms.and_(wrong, terms.not_(error))),
        state_goal(f"{name}: error", compared.subject.error),
        tuple(constraint.term for constraint in first.initial),
        terms.or_(*(result.error for _, result in compared.named)),
        starts,
        beside_a_start(strangers),
        state_goal(f"{name}: varies", varies),
    )
