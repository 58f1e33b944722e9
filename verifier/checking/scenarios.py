"""Scenarios: worked examples, clause by clause.

Takes a scenario in the context of its policy; gives the core scenario or ``None`` after reporting. ``given`` clauses
come first in the core, since they describe the start wherever they are written. Dates must not run backwards.
"""

from __future__ import annotations

from verifier.checking.citing import cites_of
from verifier.checking.context import UNKNOWN, Context
from verifier.checking.expressions import arguments_for, condition, date_literal, infer
from verifier.checking.history import duration_of, known_step
from verifier.checking.references import wrong_count
from verifier.checking.restrictions import can_be_followed
from verifier.checking.scope import StepSymbol
from verifier.checking.suggest import closest, did_you_mean, listing
from verifier.core import program
from verifier.core.dates import add_months, iso
from verifier.core.printer import show_value
from verifier.core.types import DaysType
from verifier.diagnostics.model import Label
from verifier.records import dataclass
from verifier.source import Span
from verifier.syntax import tree


@dataclass(slots=True)
class _Reading:
    """What has been read of a scenario. ``today`` is the date where it is known; ``sound`` is false after an error."""

    context: Context
    given: list[program.ScenarioClause]
    clauses: list[program.ScenarioClause]
    first_on: tree.On | None
    today: int | None = None
    sound: bool = True


def scenario(item: tree.Scenario, context: Context) -> program.Scenario | None:
    """A worked example."""
    cites = cites_of(item.cites, context)
    first = next((clause for clause in item.clauses if isinstance(clause, tree.On)), None)
    reading = _Reading(context, [], [], first)
    for clause in item.clauses:
        _clause(clause, reading)
    if not reading.sound:
        return None
    title, name = None if item.title is None else item.title.text, item.name
    clauses = (*reading.given, *reading.clauses)
    return program.Scenario(name.text, title, clauses, span=name.span, cites=cites, origin=context.scope.policy)


def _clause(clause: tree.Clause, reading: _Reading) -> None:
    match clause:
        case tree.Given(conditions, cites):
            for each in conditions:
                _given(each, reading)
        case tree.When(acts, cites):
            _take(acts, reading)
        case tree.On(date, acts, cites):
            _move(clause, date, reading)
            _take(acts, reading)
        case tree.After(duration, _, acts, cites):
            _wait(clause, duration, reading)
            _take(acts, reading)
        case tree.Expect(outcomes, cites):
            for outcome in outcomes:
                _outcome(outcome, reading)
        case _:
            raise TypeError(f"not a scenario clause: {clause!r}")
    cites_of(cites, reading.context)


def _given(expr: tree.Expr, reading: _Reading) -> None:
    test = condition(expr, reading.context)
    if test is None:
        reading.sound = False
        return
    can_be_followed(test, reading.context)
    reading.given.append(program.Given(test, span=expr.span))


# ---------------------------------------------------------------- steps


def _take(acts: tuple[tree.Act, ...], reading: _Reading) -> None:
    found = [occurrence(act, reading.context) for act in acts]
    kept = tuple(item for item in found if item is not None)
    reading.sound = reading.sound and len(kept) == len(found)
    if kept:
        reading.clauses.append(program.Take(kept))


def occurrence(act: tree.Act, context: Context) -> program.Occurrence | None:
    """A step with a value for each of its parameters."""
    step = known_step(act.name, context)
    given = act.arguments or ()
    if step is None or len(given) != len(step.params):
        for argument in given:
            infer(argument, context, UNKNOWN)
        if step is not None:
            wrong_count(step.name, len(given), step.params, act.span, step.span, context)
        return None
    arguments = arguments_for(given, step.params, context)
    if arguments is None:
        return None
    for found in arguments:
        can_be_followed(found, context)
    return program.Occurrence(step.name, arguments, span=act.span)


# ---------------------------------------------------------------- time


def _move(clause: tree.On, date: tree.DateLiteral, reading: _Reading) -> None:
    found = date_literal(date, reading.context)
    if found is None:
        reading.sound = False
        return
    assert isinstance(found.value, int)
    if clause is not reading.first_on and reading.today is not None and found.value < reading.today:
        message = f"this date lies before the day that the scenario has reached, {iso(reading.today)}"
        _order(message, date.span, "time moves forward only; reorder the clauses or correct the date", reading)
    reading.today = found.value
    reading.clauses.append(program.MoveTo(found.value, span=clause.span))


def _wait(clause: tree.After, duration: tree.Duration, reading: _Reading) -> None:
    length = duration_of(duration)
    assert isinstance(length.value, int)
    days = isinstance(length.type, DaysType)
    rounding = None if days else clause.rounding
    if reading.first_on is not None and clause.span.start < reading.first_on.span.start:
        label = Label(reading.first_on.date.span, "the start is dated here")
        advice = "put the first `on` before it, or leave all dates out"
        message = "`after` stands before the first `on`, so that its date is not known"
        _order(message, clause.span, advice, reading, [label])
    elif reading.today is not None:
        reached = reading.today + length.value if days else add_months(reading.today, length.value, rounding)
        if reached is None:
            message = f"no such day exists {show_value(length.value, length.type)} after {iso(reading.today)}"
            reading.context.collector.error(
                "E0308", message, duration.span, help="say which day is meant: add `rounding up` or `rounding down`"
            )
            reading.sound = False
        reading.today = reached
    reading.clauses.append(program.Wait(length, rounding, span=clause.span))


def _order(message: str, span: Span, advice: str, reading: _Reading, labels: list[Label] | None = None) -> None:
    reading.context.collector.error("E0411", message, span, help=advice, labels=labels or ())
    reading.sound = False


# ---------------------------------------------------------------- expectations


def _outcome(outcome: tree.Expr | tree.Cannot, reading: _Reading) -> None:
    if isinstance(outcome, tree.Cannot):
        _cannot(outcome, reading)
        return
    test = condition(outcome, reading.context)
    if test is None:
        reading.sound = False
        return
    can_be_followed(test, reading.context)
    reading.clauses.append(program.ExpectHolds(test, span=outcome.span))


def _cannot(outcome: tree.Cannot, reading: _Reading) -> None:
    found = occurrence(outcome.act, reading.context)
    step = reading.context.scope.steps.get(outcome.act.name.text)
    because = None
    if outcome.label is not None and step is not None:
        because = _requirement(outcome, outcome.label, step, reading)
    if found is None:
        reading.sound = False
    else:
        reading.clauses.append(program.ExpectCannot(found, because, span=outcome.span))


def _requirement(outcome: tree.Cannot, label: tuple[str, ...], step: StepSymbol, reading: _Reading) -> str | None:
    """The bare name of the requirement that a label means, written with or without the step in front."""
    written = ".".join(label)
    for name in (written, ".".join(label[1:]) if label[0] == step.name else written):
        if name in step.requirements:
            return name
    reading.sound = False
    if reading.context.scope.excuses(label[-1]):
        return None
    guess = closest(written, step.requirements)
    place = Span(outcome.span.source, outcome.act.span.end, outcome.span.end)
    start = place.start + max(place.text.find("because") + len("because "), 0)
    place = Span(place.source, start, place.end)
    reading.context.collector.error(
        "E0215",
        f"`{step.name}` has no requirement `{written}`",
        place,
        labels=[Label(step.span, f"`{step.name}` is declared here")],
        help=f"did you mean `{guess}`?" if guess else _requirements(step),
        fixes=did_you_mean(guess, place),
    )
    return None


def _requirements(step: StepSymbol) -> str:
    if not step.requirements:
        return "it has no `requires` at all, so nothing can refuse it"
    return f"it has {listing(step.requirements)}"
