"""Faults of the encoder: what a program means to the solver, made wrong in one place each.

No solver can notice them, since every solver is asked about the wrong system; the comparison of the encoding with the
reference interpreter, on the random policies of every ordinary test run, must.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from planting import Fault, Plant, replacing, wrapping

from verifier.core import expressions as core
from verifier.symbolic import calendar, evaluate, history, transitions, values
from verifier.symbolic.evaluator import Evaluator, Result
from verifier.symbolic.history import History
from verifier.symbolic.values import Number

TRUE_RULES = dict(evaluate.RULES)


def rule(node: type, wrong: Callable[..., Result]) -> Plant:
    """Evaluate a kind of expression wrongly."""
    return lambda patch: patch.setitem(evaluate.RULES, node, wrong)


def rewritten(node: type, change: Callable[[Any], Any]) -> Plant:
    """Evaluate another expression in place of each of a kind."""
    return rule(node, lambda ev, e, scope: TRUE_RULES[node](ev, change(e), scope))


def without_errors(node: type) -> Plant:
    """Evaluate a kind of expression as if it never erred."""

    def wrong(ev: Evaluator, e: Any, scope: Any) -> Result:
        return replace(TRUE_RULES[node](ev, e, scope), error=ev.terms.false)

    return rule(node, wrong)


# ---------------------------------------------------------------- expressions


def _not_short(ev: Evaluator, e: core.And, scope: Any) -> Result:
    parts = [ev.evaluate(operand, scope) for operand in e.operands]
    return ev.yes_no(ev.terms.and_(*(part.holds for part in parts)), *(part.error for part in parts))


def _past_the_end(true: Callable[..., Any]) -> Callable[..., Any]:
    def wrong(ev: Evaluator, *rest: Any) -> Any:
        collection, elements = true(ev, *rest)
        return collection, [(ev.terms.true, result) for _, result in elements]

    return wrong


def _other_operator(pairs: dict[str, str]) -> Callable[[Any], Any]:
    return lambda e: replace(e, operator=pairs.get(e.operator, e.operator))


def _half_open(ev: Evaluator, e: core.Between, scope: Any) -> Result:
    item, low, high = (ev.evaluate(part, scope) for part in (e.item, e.low, e.high))
    inside = ev.terms.and_(
        evaluate.ordered(ev, "<=", low.value, item.value, e.item.type),
        evaluate.ordered(ev, "<", item.value, high.value, e.item.type),
    )
    return ev.yes_no(inside, item.error, low.error, high.error)


def _unlike_denominators(true: Callable[..., Any]) -> Callable[..., Any]:
    def wrong(terms: Any, left: Number, right: Number) -> Any:
        if left.denominator != right.denominator and left.term.sort == right.term.sort:
            return left.term, right.term, left.denominator
        return true(terms, left, right)

    return wrong


def _money_turned(true: Callable[..., Any]) -> Callable[..., Any]:
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}

    def wrong(terms: Any, operator: str, left: Number, right: Number) -> Any:
        about_money = values.CENTS in (left.denominator, right.denominator)
        return true(terms, turned[operator] if about_money else operator, left, right)

    return wrong


def _nothing_is_alike(terms: Any, left: Any, right: Any) -> Any:
    """Two absent values are different, as in SQL."""
    if isinstance(left, values.Optional):
        return terms.and_(left.present, right.present, values.equal(terms, left.value, right.value))
    return TRUE_EQUAL(terms, left, right)


TRUE_EQUAL = values.equal

EXPRESSIONS = [
    Fault(
        "branches of if swapped",
        rewritten(core.If, lambda e: replace(e, then=e.otherwise, otherwise=e.then)),
        "twins",
    ),
    Fault(
        "implies the other way round",
        rewritten(core.Implies, lambda e: replace(e, premise=e.conclusion, conclusion=e.premise)),
        "twins",
    ),
    Fault("and asks every operand for errors", rule(core.And, _not_short), "twins"),
    Fault("absent value read without an error", without_errors(core.Unwrap), "twins"),
    Fault("date of what never happened without an error", without_errors(core.DateOf), "twins"),
    Fault("greater or equal taken for greater", rewritten(core.Compare, _other_operator({">=": ">"})), "twins"),
    Fault("less taken for less or equal", rewritten(core.Compare, _other_operator({"<": "<="})), "twins"),
    Fault("between leaves its upper end out", rule(core.Between, _half_open), "twins"),
    Fault("sign of a difference", rewritten(core.Arithmetic, _other_operator({"-": "+"})), "twins"),
    Fault("minus forgotten", rule(core.Negative, lambda ev, e, scope: ev.evaluate(e.operand, scope)), "twins"),
    Fault(
        "lesser of taken for greater of",
        rewritten(core.Extreme, _other_operator({"lesser": "greater", "greater": "lesser"})),
        "twins",
    ),
    Fault(
        "with taken for without",
        rewritten(core.SetChange, _other_operator({"with": "without", "without": "with"})),
        "twins",
    ),
    Fault(
        "some taken for every",
        rewritten(core.Quantified, lambda e: replace(e, quantifier="every" if e.quantifier == "some" else "some")),
        "twins",
    ),
    Fault("list elements past the end counted", wrapping(evaluate, "_elements", _past_the_end), "twins"),
    Fault("money comparison turned round", wrapping(values, "compare", _money_turned), "twins"),
    Fault("dollars compared with cents", wrapping(values, "aligned", _unlike_denominators), "twins"),
    Fault("two absent values differ", replacing(values, "equal", _nothing_is_alike), "twins"),
    Fault(
        "enumeration ranked from the end",
        wrapping(values, "rank", lambda true: lambda terms, v, sort: terms.scale(-1, true(terms, v, sort))),
        "twins",
    ),
    Fault(
        "month rounding swapped",
        rewritten(core.AddMonths, lambda e: replace(e, rounding="up" if e.rounding == "down" else "down")),
        "twins",
    ),
    Fault("months subtracted are added", rewritten(core.AddMonths, lambda e: replace(e, sign=1)), "twins"),
    Fault(
        "weekday a day late",
        wrapping(calendar, "weekday", lambda true: lambda terms, day: true(terms, terms.add(day, terms.integer(1)))),
        "twins",
    ),
]

# ---------------------------------------------------------------- decisions


def _inverted(true: Callable[..., Any]) -> Callable[..., Any]:
    """A rule with an exception defeats it, instead of being defeated."""

    def wrong(self: Evaluator, decision: Any, holds: Any) -> Any:
        targets = {name for item in decision.rules for name in item.targets or ()}
        named = {name: [r.name for r in decision.rules if r.targets and name in r.targets] for name in targets}
        return {
            item.name: self.terms.and_(holds[item.name], *(self.terms.not_(holds[n]) for n in item.targets or ()))
            if item.name not in named
            else holds[item.name]
            for item in decision.rules
        }

    return wrong


def _outcome(**wrong: Callable[[Any, Any], Any]) -> Plant:
    def change(true: Callable[..., Any]) -> Callable[..., Any]:
        def decide(self: Evaluator, *rest: Any) -> Any:
            found = true(self, *rest)
            return replace(found, **{name: new(self, found) for name, new in wrong.items()})

        return decide

    return wrapping(Evaluator, "_decide", change)


def _otherwise_first(true: Callable[..., Any]) -> Callable[..., Any]:
    def wrong(self: Evaluator, decision: Any, scope: Any, call: int) -> Any:
        found = true(self, decision, scope, call)
        if decision.otherwise is None:
            return found
        return replace(found, value=self.evaluate(decision.otherwise, scope).value)

    return wrong


DECISIONS = [
    Fault("otherwise before the rules", wrapping(Evaluator, "_decide", _otherwise_first), "twins"),
    Fault("exception priority inverted", wrapping(Evaluator, "_undefeated", _inverted), "twins"),
    Fault(
        "exceptions ignored",
        wrapping(Evaluator, "_undefeated", lambda true: lambda self, decision, holds: dict(holds)),
        "twins",
    ),
    Fault("gap without an error", _outcome(gap=lambda ev, found: ev.terms.false), "twins"),
    Fault("conflict without an error", _outcome(conflict=lambda ev, found: ev.terms.false), "twins"),
]

# ---------------------------------------------------------------- history


def _occurrence(kind: str, wrong: Callable[..., Any]) -> Plant:
    """Update memories of a kind wrongly."""

    def change(true: Callable[..., Any]) -> Callable[..., Any]:
        def update(terms: Any, memory: Any, arguments: Any, today: Any) -> Any:
            if memory.kind != kind or memory.variable.sort.kind == "array":
                return true(terms, memory, arguments, today)
            return {memory.variable: wrong(terms, memory, today)}

        return update

    return wrapping(transitions, "occurrence_update", change)


def _recurrence(kind: str, wrong: Callable[..., Any]) -> Plant:
    """Update recurrences of a kind wrongly."""

    def change(true: Callable[..., Any]) -> Callable[..., Any]:
        def update(terms: Any, memory: Any, after: Any, before: Any) -> Any:
            found = true(terms, memory, after, before)
            return {**found, memory.variable: wrong(terms, memory, after)} if memory.kind == kind else found

        return update

    return wrapping(transitions, "recurrence_update", change)


def _counting_from_one(true: Callable[..., Any]) -> Callable[..., Any]:
    def wrong(terms: Any, memory: Any, today: Any) -> Any:
        if isinstance(memory, history.Occurrences) and memory.kind == "count" and memory.variable.sort.kind != "array":
            return {memory.variable: terms.eq(memory.variable, terms.integer(1))}
        return true(terms, memory, today)

    return wrong


def a_day_longer(true: Callable[..., Any]) -> Callable[..., Any]:
    return lambda ev, day, duration, rounding: ev.terms.add(true(ev, day, duration, rounding), ev.terms.integer(1))


HISTORY = [
    Fault(
        "last and first mixed up",
        wrapping(History, "date_of", lambda true: lambda self, act, first, *rest: true(self, act, not first, *rest)),
        "twins",
    ),
    Fault("first overwritten by every occurrence", _occurrence("first", lambda terms, m, today: today), "twins"),
    Fault(
        "happened without looking at the arguments", _occurrence("happened", lambda terms, m, _: terms.true), "twins"
    ),
    Fault("count starts at one", wrapping(transitions, "initial", _counting_from_one), "twins"),
    Fault(
        "count goes up by two",
        _occurrence("count", lambda terms, m, _: terms.add(m.variable, terms.integer(2))),
        "twins",
    ),
    Fault(
        "ever forgets",
        _recurrence("ever", lambda terms, m, after: terms.substitute(m.operand.holds, after)),
        "twins",
    ),
    Fault(
        "just before looks at the present",
        _recurrence("before", lambda terms, m, after: terms.substitute(m.operand.holds, after)),
        "twins",
    ),
    Fault("ever since goes on for good", _recurrence("since", lambda terms, m, after: m.variable), "twins"),
    Fault("happened within a day longer", wrapping(evaluate, "later", a_day_longer), "twins"),
]


FAULTS: Sequence[Fault] = [*EXPRESSIONS, *DECISIONS, *HISTORY]
