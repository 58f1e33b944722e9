"""Results in sentences: facts, changes, events and verdicts.

Takes results and the program whose phrases name things; gives one line of text each, from fixed templates. Judges
nothing: which promise failed and which facts matter is decided before. See ``conditions`` for expressions, ``words``
for values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from verifier.core.expressions import Act, Expr
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
    Requirement,
    Response,
)
from verifier.core.types import DateType, OptionType, YesNoType
from verifier.explain.conditions import say_act, say_condition, say_conjuncts, say_noun
from verifier.explain.model import Binding, Bound, Change, Happening
from verifier.explain.phrases import clause_of, declared, say_actors
from verifier.explain.words import listed, plural, say_value, spaced

__all__ = [
    "find_requirement",
    "say_act",
    "say_actors",
    "say_change",
    "say_condition",
    "say_conjuncts",
    "say_fact",
    "say_name",
    "say_needed",
    "say_noun",
    "say_step",
    "say_value",
    "say_violation",
]


def say_fact(fact: Binding, program: Program) -> str:
    """A fact, a reading's choice or a status at the start: a clause where the author gave one, else "name: value"."""
    item = declared(fact.name, program)
    if item is not None and item.reads is not None and isinstance(fact.type, YesNoType):
        return clause_of(item.reads, fact.value is True)
    return f"{say_name(fact.name, program)}: {say_value(fact.value, fact.type, program)}"


def say_needed(fact: Binding, bounds: Sequence[Bound], program: Program) -> str:
    """A fact that matters: how far it may go where only that matters, with its value here where that is another one."""
    bound = next((item for item in bounds if item.name == fact.name), None)
    if bound is None or bound.low == bound.high:
        return say_fact(fact, program)
    ends = [say_value(end, fact.type, program) for end in (bound.low, bound.high) if end is not None]
    dated = isinstance(fact.type.inner if isinstance(fact.type, OptionType) else fact.type, DateType)
    if len(ends) == 2:
        limits = f"between {' and '.join(ends)}"
    elif bound.high is None:
        limits = f"{'on or after' if dated else 'at least'} {ends[0]}"
    else:
        limits = f"{'on or before' if dated else 'at most'} {ends[0]}"
    here = "" if fact.value in (bound.low, bound.high) else f" (here {say_value(fact.value, fact.type, program)})"
    return f"{say_name(fact.name, program)}: {limits}{here}"


def say_change(change: Change, program: Program) -> str:
    """What a status has become: a clause where the author gave one, else "name: before → after"."""
    item = declared(change.name, program)
    if item is not None and item.reads is not None and isinstance(change.type, YesNoType):
        return clause_of(item.reads, change.after is True)
    before, after = (say_value(value, change.type, program) for value in (change.before, change.after))
    return f"{say_name(change.name, program)}: {before} → {after}"


def say_name(name: str, program: Program) -> str:
    """What a fact, status or reading is called: its noun phrase or question, else its name as words."""
    question = next((item.question for item in program.readings if item.name == name), None)
    if question is not None:
        return f"reading of “{question}”"
    item = declared(name, program)
    if item is None or item.reads is None or isinstance(item.type, YesNoType):
        return spaced(name)
    return item.reads.positive


def say_step(happening: Happening, program: Program, done: bool = False) -> str:
    """An event of a story with its parameters: a step as it happens (or has happened), or days that pass."""
    if happening.step is None:
        return f"{plural(happening.days, 'day')} {'passes' if happening.days == 1 else 'pass'}"
    text = say_act(Act(happening.step, None), program, done)
    values = [f"{spaced(p.name)}: {say_value(p.value, p.type, program)}" for p in happening.parameters]
    return f"{text} ({', '.join(values)})" if values else text


def find_requirement(full_name: str, program: Program) -> Requirement | None:
    """The requirement of that full name (``step.label``), if the program has it."""
    return next((item for step in program.steps for item in step.requires if item.full_name == full_name), None)


def say_violation(form: Form, program: Program) -> str:
    """What can happen although the promise says otherwise (for ``possible``: what cannot), as one sentence."""
    match form:
        case Always(body, scope, negated):
            return f"It can happen that {say_condition(body, program, negated)}{_while(scope, program)}."
        case NeverChanges(body, scope):
            return f"It can happen that {say_noun(body, program)} changes{_while(scope, program)}."
        case Possible(goal):
            return f"It cannot happen that {say_condition(goal, program)}."
        case AlwaysPossible(goal):
            stuck = "A case can get stuck: it can reach a point from which it can never be that"
            return f"{stuck} {say_condition(goal, program)}."
        case OnlyIf(step, _, condition):
            return f"It can happen that {_happens(step, program)}, although {say_condition(condition, program, False)}."
        case AfterUntil(step, _, body, until):
            before = "" if until is None else f", and before it happens that {say_act(until, program)}"
            denied = say_condition(body, program, False)
            return f"It can happen that {denied}, after it happened that {_happens(step, program)}{before}."
        case Response(step, _, response, duration):
            answer = f"within {say_noun(duration, program)}: {say_act(response, program)}"
            return f"It can happen that {_happens(step, program)}, and that this does not follow {answer}."
        case DependsOnly(subject, on):
            alike = listed([say_noun(item, program) for item in on]) or "nothing in particular"
            return f"Two cases alike in {alike} can differ in {say_noun(subject, program)}."
        case More(item, direction, subject):
            pair = f"Of two cases alike but for {say_noun(item, program)}"
            return f"{pair}, the one {_with_more(item)} can {_moved(subject, direction == 'lowers', program)}."
        case Equals(left, right):
            return f"It can happen that {_differ(left, right, program)}."
        case NeverBoth(left, right):
            both = f"{say_condition(left, program)} and that {say_condition(right, program)}"
            return f"It can happen, both at once, that {both}."
    assert_never(form)


def _while(scope: Expr | None, program: Program) -> str:
    return "" if scope is None else f" while {say_condition(scope, program)}"


def _happens(step: str, program: Program) -> str:
    return say_act(Act(step, None), program)


def _differ(left: Expr, right: Expr, program: Program) -> str:
    if isinstance(left.type, YesNoType):
        return f"{say_condition(left, program)} but {say_condition(right, program, False)}, or the other way round"
    return f"{say_noun(left, program)} is not {say_noun(right, program)}"


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
