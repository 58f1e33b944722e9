"""What a step met that has no value: where in the step, of what, and why, in words, with advice that fits.

Takes the error that the interpreter met at the end of a confirmed run, and what was tried there; gives a diagnostic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.core.expressions import Expr
from verifier.core.program import Decision, Program, Rule, Step
from verifier.core.types import EntityType, Type, Value
from verifier.diagnostics.model import Diagnostic, Label, Severity
from verifier.explain.words import say_value, spaced
from verifier.records import dataclass
from verifier.semantics.duties import pending_duties
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate
from verifier.semantics.model import Run, StepEvent
from verifier.semantics.run import bindings
from verifier.source import Span

STEP_ERROR = "F0104"


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of a step, or the ``unless`` of a duty, that has no value; ``value`` is what leaves a range, if known."""

    words: str
    span: Span
    value: Value | None = None
    type: Type | None = None


def step_error(program: Program, span: Span, run: Run, attempt: StepEvent | None, error: EvaluationError) -> Diagnostic:
    """The finding that an ``attempt`` after a run (``None``: letting a day pass) meets an error."""
    what = f"the step `{attempt.step}`" if attempt is not None else "letting a day pass"
    place = next(_places(program, run, attempt, error), None)
    message = f"{what} meets an error in some case, and is then not taken: {_why(program, error, place)}"
    labels = [] if place is None else [Label(place.span, "has no value there")]
    labels += [
        Label(rule.span, f"gives {say_value(value, program.decision(error.name).type, program)}")
        for rule, value in _disagreeing(error)
    ]
    return Diagnostic(STEP_ERROR, Severity.ERROR, message, span, tuple(labels), _advice(error, place))


def _places(program: Program, run: Run, attempt: StepEvent | None, error: EvaluationError) -> Iterator[_Place]:
    """The first place that errs, in the order in which the interpreter reads them."""
    if attempt is None:
        for pending in pending_duties(program, run):
            unless = pending.duty.unless
            if unless is not None and run.last.today >= pending.deadline and _errs(program, run, unless, None, ()):
                yield _Place(f"the `unless` of the duty `{pending.duty.name}`", unless.span or pending.duty.span)
        return
    step = program.step(attempt.step)
    for requirement in step.requires:
        if _errs(program, run, requirement.condition, step, attempt.arguments):
            yield _Place(f"its requirement `{requirement.full_name}`", requirement.span)
    types = {status.name: status.type for status in program.statuses}
    for effect in step.effects:
        if _errs(program, run, effect.value, step, attempt.arguments):
            yield _Place(f"its effect `{effect.full_name}`", effect.span)
        elif error.kind == "range" and error.name == effect.full_name:
            value = evaluate(program, effect.value, run, locals=bindings(step, attempt.arguments))
            yield _Place(f"its effect `{effect.full_name}`", effect.span, value, types[effect.name])


def _errs(program: Program, run: Run, expr: Expr, step: Step | None, arguments: tuple[Value, ...]) -> bool:
    try:
        evaluate(program, expr, run, locals={} if step is None else bindings(step, arguments))
    except EvaluationError:
        return True
    return False


def _disagreeing(error: EvaluationError) -> Sequence[tuple[Rule, Value]]:
    """Two rules that give different answers."""
    if error.kind != "conflict" or not error.answers:
        return ()
    first = error.answers[0]
    return first, next(answer for answer in error.answers if answer[1] != first[1])


def _why(program: Program, error: EvaluationError, place: _Place | None) -> str:
    if place is not None and place.type is not None and place.value is not None:
        return f"{place.words} would give {say_value(place.value, place.type, program)}, which is out of range"
    return ("" if place is None else f"in {place.words}, ") + _what(program, error)


def _what(program: Program, error: EvaluationError) -> str:
    if error.kind in ("gap", "conflict"):
        decision = program.decision(error.name)
        asked = f"`{decision.name}`{_for(program, decision, error.arguments)}"
        if error.kind == "gap":
            return f"{asked} has no answer: no rule applies"
        pair = (f"`{rule.full_name}` gives {say_value(v, decision.type, program)}" for rule, v in _disagreeing(error))
        return f"{asked} has two different answers: {' and '.join(pair)}"
    return error.message


def _for(program: Program, decision: Decision, arguments: Sequence[Value]) -> str:
    """The arguments of a call; those that are people or things are numbered by the story alone."""
    said = [
        f"{spaced(param.name)}: {say_value(value, param.type, program)}"
        for param, value in zip(decision.params, arguments, strict=False)
        if not isinstance(param.type, EntityType)
    ]
    return f" ({', '.join(said)})" if said else ""


def _advice(error: EvaluationError, place: _Place | None) -> str:
    match error.kind:
        case "conflict":
            return (
                f"in `{error.name}`, make one of these rules an exception to the other, or make their conditions "
                "exclude each other"
            )
        case "gap":
            return f"add a rule for this case to `{error.name}`, or an `otherwise`"
        case "absent":
            return f"ask before that whether it is there: `{error.name or 'it'} is not none`"
        case "no_date":
            return f"ask before that whether it has happened: `{error.name} has happened`"
        case "argument_range":
            return f"widen the range of the parameter of `{error.name}`, or ask before that for an amount within it"
        case "range":
            return "add a requirement that excludes the case, or widen the declared range"
