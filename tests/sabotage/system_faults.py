"""Faults of the encoder in what expressions are put together to: transitions, promises, pairs of cases, the calendar.

The rest is in ``encoder_faults``, which also says who notices them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from encoder_faults import a_day_longer
from planting import Fault, Plant, replacing, wrapping

from verifier.properties import claims
from verifier.symbolic import calendar, encoding, monotone, product, transitions, values
from verifier.symbolic.history import INPUT

# ---------------------------------------------------------------- transitions


def _spilling(true: Callable[..., Any]) -> Callable[..., Any]:
    """The frame condition is dropped: a step also sets back a yes/no status that it does not name."""

    def wrong(coding: Any, effects: Any) -> Any:
        updates = true(coding, effects)
        flags = [v.term for v in coding.variables if v.kind == "status" and v.term.sort.kind == "Bool"]
        return {**{flag: coding.terms.false for flag in flags if updates}, **updates}

    return wrong


def _first_only(true: Callable[..., Any]) -> Callable[..., Any]:
    return lambda coding, effects: true(coding, list(effects)[:1])


def _sequential(true: Callable[..., Any]) -> Callable[..., Any]:
    """Effects one after the other instead of all at once."""

    def wrong(coding: Any, effects: Any) -> Any:
        updates: dict[Any, Any] = {}
        for variable, new in true(coding, effects).items():
            updates[variable] = coding.terms.substitute(new, dict(updates))
        return updates

    return wrong


def _no_domains(true: Callable[..., Any]) -> Callable[..., Any]:
    """The declared range of a parameter is dropped."""

    def wrong(terms: Any, name: str, *rest: Any) -> Any:
        value, parts = true(terms, name, *rest)
        free = name.startswith(INPUT)
        return value, [replace(part, domain=terms.true) if free else part for part in parts]

    return wrong


def _no_fact_domains(true: Callable[..., Any]) -> Callable[..., Any]:
    def wrong(terms: Any, name: str, *rest: Any) -> Any:
        value, parts = true(terms, name, *rest)
        free = name.startswith("fact ")
        return value, [replace(part, domain=terms.true) if free else part for part in parts]

    return wrong


def _lossy_guards(true: Callable[..., Any]) -> Callable[..., Any]:
    return lambda coding, step: true(coding, step)[1:]


def _requirement_errors(true: Callable[..., Any]) -> Callable[..., Any]:
    def wrong(coding: Any, step: Any) -> Any:
        return [(item, replace(result, error=coding.terms.false)) for item, result in true(coding, step)]

    return wrong


def _initial_without(label: str) -> Plant:
    def change(true: Callable[..., Any]) -> Callable[..., Any]:
        return lambda coding: [item for item in true(coding) if not item.label.endswith(label)]

    return wrapping(transitions, "_initial", change)


def _no_assumptions(true: Callable[..., Any]) -> Callable[..., Any]:
    def wrong(coding: Any) -> Any:
        names = {assumption.name for assumption in coding.program.assumptions}
        return [item for item in true(coding) if item.label not in names]

    return wrong


def _duty(**changed: Callable[[Any, Any], Any]) -> Plant:
    def change(true: Callable[..., Any]) -> Callable[..., Any]:
        def wrong(coding: Any, duty: Any) -> Any:
            found = true(coding, duty)
            return replace(found, **{name: new(coding, found) for name, new in changed.items()})

        return wrong

    return wrapping(transitions, "_asked", change)


def _day_later(coding: Any, asked: Any) -> Any:
    return coding.terms.add(asked.deadline, coding.terms.integer(1))


def _restarting(true: Callable[..., Any]) -> Callable[..., Any]:
    """A second trigger gives a pending duty a new deadline."""

    def wrong(coding: Any, duty: Any, step: str) -> Any:
        found = true(coding, duty, step)
        return {**found, duty.since: coding.today} if duty.since in found else found

    return wrong


def _unanswered(true: Callable[..., Any]) -> Callable[..., Any]:
    return lambda coding, duty, step: {} if step != duty.duty.trigger else true(coding, duty, step)


def _jumping(true: Callable[..., Any]) -> Callable[..., Any]:
    """Many days pass at once whatever must be asked on each of them."""
    return lambda *args: replace(true(*args), single_day=frozenset())


def _no_recurrence_in_waits(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(transitions, "_stays", lambda *_: True)


def _always_one_turn(terms: Any, term: Any, variable: Any) -> Any:
    return "constant" if variable not in terms.free(term) else "up"


TRANSITIONS = [
    Fault("frame condition dropped", wrapping(transitions, "_assignments", _spilling), "twins"),
    Fault("only the first effect of a step", wrapping(transitions, "_assignments", _first_only), "twins"),
    Fault("effects one after the other", wrapping(transitions, "_assignments", _sequential), "twins"),
    Fault("parameter domain dropped", wrapping(values, "variables", _no_domains), "twins"),
    Fault("fact domain dropped", wrapping(values, "variables", _no_fact_domains), "twins"),
    Fault(
        "range of an assigned status ignored",
        replacing(transitions.values, "in_range", lambda terms, *_: terms.true),
        "twins",
    ),
    Fault("first requirement dropped", wrapping(transitions, "_guards", _lossy_guards), "twins"),
    Fault("errors of requirements ignored", wrapping(transitions, "_guards", _requirement_errors), "twins"),
    Fault("starting values dropped", _initial_without(".starts"), "twins"),
    Fault("assumptions dropped", wrapping(transitions, "_initial", _no_assumptions), "twins"),
    Fault("deadline of a duty a day late", _duty(deadline=_day_later), "twins"),
    Fault("excuse of a duty ignored", _duty(unless=lambda coding, _: coding.terms.false), "twins"),
    Fault("error of an excuse ignored", _duty(error=lambda coding, _: coding.terms.false), "twins"),
    Fault("a new trigger moves the deadline", wrapping(transitions, "_duty_update", _restarting), "twins"),
    Fault("an answer does not end a duty", wrapping(transitions, "_duty_update", _unanswered), "twins"),
    Fault("a wait jumps over days that must be asked", wrapping(transitions, "_wait", _jumping), "twins"),
    Fault("waiting leaves every memory as it is", _no_recurrence_in_waits, "twins"),
    Fault(
        "a condition that turns twice taken for one that turns once",
        replacing(transitions, "course", _always_one_turn),
        "twins",
    ),
    Fault(
        "an interval of days taken for a turn",
        wrapping(
            monotone, "_disjunction", lambda true: lambda found: "interval" if true(found) == "other" else true(found)
        ),
        "twins",
    ),
]

# ---------------------------------------------------------------- promises


def _claim(form: str, change: Callable[[Any, Any], Any]) -> Plant:
    """Change a form of promise before it is made a goal."""

    def wrong(true: Callable[..., Any]) -> Callable[..., Any]:
        return lambda coding, name, promised: true(coding, name, change(coding, promised))

    return wrapping(claims, form, wrong)


def _shorter_errors(true: Callable[..., Any]) -> Callable[..., Any]:
    def wrong(coding: Any, name: str, bad: Any, error: Any, *rest: Any) -> Any:
        return true(coding, name, bad, coding.terms.false, *rest)

    return wrong


def _window_without_end(true: Callable[..., Any]) -> Callable[..., Any]:
    return lambda coding, name, form: true(coding, name, replace(form, until=None))


def _only_after(true: Callable[..., Any]) -> Callable[..., Any]:
    """``never changes while`` asks for the scope before the step only."""

    def wrong(terms: Any, transition: Any, body: Any, scope: Any) -> Any:
        bad, error, inside = true(terms, transition, body, scope)
        return terms.and_(bad, scope.holds), error, inside

    return wrong


PROMISES = [
    Fault("errors of a promise ignored", wrapping(claims, "_never", _shorter_errors), "twins"),
    Fault("until forgotten", wrapping(claims, "_after_until", _window_without_end), "twins"),
    Fault("scope asked before a change only", wrapping(claims, "_change", _only_after), "twins"),
    Fault("deadline of a promise a day late", wrapping(claims, "later", a_day_longer), "twins"),
    Fault(
        "arguments of a promise not compared",
        wrapping(claims, "_arguments_are", lambda true: lambda coding, *_: coding.terms.true),
        "twins",
    ),
    Fault(
        "never both taken for never the first",
        _claim("_never_both", lambda _, form: replace(form, right=form.left)),
        "twins",
    ),
]

# ---------------------------------------------------------------- two cases


def _one_moves(true: Callable[..., Any]) -> Callable[..., Any]:
    """The frame between the cases is dropped: the second stays where it is."""

    def wrong(terms: Any, one: Any, other: Any) -> Any:
        found = true(terms, one, other)
        return replace(found, updates={v: new for v, new in found.updates.items() if v in one.updates})

    return wrong


def _lockstep(true: Callable[..., Any]) -> Callable[..., Any]:
    def wrong(terms: Any, one: Any, other: Any) -> Any:
        return replace(true(terms, one, other), enabled=terms.and_(one.enabled, other.enabled))

    return wrong


PAIRS = [
    Fault("the second case does not move", wrapping(product, "_together", _one_moves), "pairs", "two"),
    Fault("both cases must take a step", wrapping(product, "_together", _lockstep), "pairs", "two"),
    Fault(
        "the second case shares every fact",
        wrapping(
            product,
            "_initial",
            lambda true: (
                lambda halves, related: (
                    *true(halves, related),
                    *(encoding.Constraint("same", halves.first.terms.eq(a, b)) for a, b in halves.other.items()),
                )
            ),
        ),
        "pairs",
        "two",
    ),
]

# ---------------------------------------------------------------- the calendar


def _narrow(true: Callable[..., Any]) -> Callable[..., Any]:
    def wrong(months: int, rounding: Any) -> Any:
        low, high = true(months, rounding)
        return low, high - 1

    return wrong


CALENDAR = [
    Fault("months never as long as they can be", wrapping(calendar, "shift_bounds", _narrow), "calendar"),
    Fault(
        "two shifts of one day always as far apart",
        wrapping(calendar, "gap_bounds", lambda true: lambda one, other: (true(one, other)[1],) * 2),
        "calendar",
    ),
    Fault(
        "rounding adds no day",
        replacing(
            calendar,
            "_ordered",
            lambda terms, a, b: (
                [terms.implies(terms.le(a.args[0], b.args[0]), terms.le(a, b))] if a.shift[0] <= b.shift[0] else []
            ),
        ),
        "calendar",
    ),
]

FAULTS: Sequence[Fault] = [*TRANSITIONS, *PROMISES, *PAIRS, *CALENDAR]
