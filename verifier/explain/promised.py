"""What a promise says, as one sentence in the author's phrases: the counterpart of ``verbalise.say_violation``.

Takes a form and the program; gives a statement by a fixed template for each form. Never says whether it is kept.
"""

from __future__ import annotations

from typing import assert_never

from verifier.core.expressions import Act, Expr, HappenedWithin, Implies, subexpressions
from verifier.core.program import (
    AfterUntil,
    Always,
    AlwaysPossible,
    DependsOnly,
    Equals,
    Form,
    More,
    NeverBoth,
    NeverChanges,
    OnlyIf,
    Possible,
    Program,
    Response,
)
from verifier.core.types import DateType, YesNoType
from verifier.explain.conditions import say_act, say_condition, say_noun
from verifier.explain.statements import HOLDS, Statement, always_holds, sentence, spelled
from verifier.explain.words import listed


def say_promise(form: Form, program: Program) -> Statement:
    """What holds in every case and every run if the promise is kept (for ``possible``: what some run reaches)."""
    match form:
        case Always():
            return _always(form, program)
        case NeverChanges(body, scope):
            while_ = "" if always_holds(scope) else f" while {say_condition(scope, program)}"
            return sentence(f"it never happens that {say_noun(body, program)} changes{while_}")
        case Possible(goal):
            return spelled("it can happen that", goal, program)
        case AlwaysPossible(goal):
            return spelled("whatever has happened so far, it can still come about that", goal, program)
        case OnlyIf():
            return _only_if(form, program)
        case AfterUntil(step, _, body, until):
            before = "" if until is None else f", and until it happens that {say_act(until, program)}"
            return spelled(f"once {_happened(step, program)}{before}, {HOLDS}", body, program)
        case Response(step, _, response, duration):
            answer = f"within {say_noun(duration, program)} it follows that {say_act(response, program)}"
            return sentence(f"whenever it happens that {_happens(step, program)}, {answer}")
        case DependsOnly(subject, on):
            alike = listed([say_noun(item, program) for item in on]) or "nothing at all"
            return sentence(f"{say_noun(subject, program)}: this depends on nothing but {alike}")
        case More(item, direction, subject):
            pair = f"of two cases alike but for {say_noun(item, program)}, the one {_with_more(item)}"
            return sentence(f"{pair} can never {_moved(subject, direction == 'lowers', program)}")
        case Equals(left, right):
            return _equal(left, right, program)
        case NeverBoth(left, right):
            items = tuple(Statement(say_condition(item, program)) for item in (left, right))
            return Statement("These two never hold at once:", items)
    assert_never(form)


def say_remedy(form: Form, program: Program) -> str | None:
    """What would make a promise about when a step may be taken hold, whatever else the policy says: the same condition,
    required by the step. Of the other forms, nothing is known to. Names that the promise binds would be unknown there.
    """
    if not isinstance(form, OnlyIf) or form.binders:
        return None
    happens = _happens(form.step, program)
    return f"Requiring, where {happens}, that {say_condition(form.condition, program)}."


def _always(form: Always, program: Program) -> Statement:
    while_ = "" if form.scope is None or always_holds(form.scope) else f"while {say_condition(form.scope, program)}, "
    if form.negated:
        return spelled(f"{while_}it never happens that", form.body, program)
    if isinstance(form.body, Implies):
        premise = f"{while_}whenever {say_condition(form.body.premise, program)}, {HOLDS}"
        return spelled(premise, form.body.conclusion, program)
    return spelled(f"{while_}it is always so that", form.body, program)


def _only_if(form: OnlyIf, program: Program) -> Statement:
    """By the form that the author used; a limit in time is part of the condition only."""
    happens = _happens(form.step, program)
    limited = any(isinstance(part, HappenedWithin) for part in subexpressions(form.condition))
    if form.earlier is None or limited:
        return spelled(f"{happens} only if", form.condition, program)
    unless = "" if form.unless is None else f", unless {say_condition(form.unless, program)}"
    earlier = say_act(form.earlier, program, done=True)
    if form.written == "never after":
        return sentence(f"it never happens that {happens} once {earlier}{unless}")
    return sentence(f"{happens} only after {earlier}{unless}")


def _equal(left: Expr, right: Expr, program: Program) -> Statement:
    if isinstance(left.type, YesNoType):
        items = tuple(Statement(say_condition(item, program)) for item in (left, right))
        return Statement("In every case, either both of these hold or neither does:", items)
    return sentence(f"{say_noun(left, program)} always equals {say_noun(right, program)}")


def _happens(step: str, program: Program) -> str:
    return say_act(Act(step, None), program)


def _happened(step: str, program: Program) -> str:
    return say_act(Act(step, None), program, done=True)


def _with_more(item: Expr) -> str:
    match item.type:
        case YesNoType():
            return "where this is so"
        case DateType():
            return "where it is later"
        case _:
            return "with more"


def _moved(subject: Expr, lower: bool, program: Program) -> str:
    if isinstance(subject.type, YesNoType):
        return f"{'lose' if lower else 'gain'} this: {say_condition(subject, program)}"
    return f"be {'lower' if lower else 'higher'} in this: {say_noun(subject, program)}"
