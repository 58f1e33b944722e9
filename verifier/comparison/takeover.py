"""Cases that are under way when a policy changes: begun under the older version, and continued under the newer.

Takes both versions in the same words (``matching``); gives one program in which every run begins by the older version's
rules and goes on by the newer's once these have come into force, and what is asked of it: the newer version's promises
from then on, and whether a case that could go on is at its end that day. Duties are left out: nothing is supposed about
what was or will be done in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

from verifier.comparison.beside import about_own_facts
from verifier.comparison.vocabulary import Vocabulary, joined, marked
from verifier.core import expressions as core
from verifier.core.building import all_of, any_of, negation, with_locals
from verifier.core.program import (
    AfterUntil,
    Always,
    AlwaysPossible,
    Effect,
    Equals,
    Fact,
    Form,
    NeverBoth,
    NeverChanges,
    OnlyIf,
    Program,
    Promise,
    Reading,
    Reads,
    Requirement,
    Status,
    Step,
)
from verifier.core.types import YES_NO, Type, finite_values, is_finite
from verifier.records import dataclass
from verifier.source import Span

FORCE = "newer version in force"
TAKEOVER = "newer version comes into force"
"""A status and a step whose names no policy can have."""

MOST_ARGUMENTS = 16
"""Up to how many combinations of arguments a step is tried with, to tell whether it is possible."""


@dataclass(frozen=True, slots=True)
class Takeover:
    """The program, and its promises by the names they are told by; ``stuck`` is the one about cases at their end.
    ``left_out``: the newer version's promises that are not asked, since they speak of all runs, of duties or of two
    cases.
    """

    program: Program
    promises: tuple[Promise, ...]
    stuck: Promise | None
    left_out: tuple[str, ...]


def takeover(older: Program, newer: Program, promises: Iterable[Promise], mark: str) -> Takeover:
    """The program of cases that the newer version takes over; ``mark`` is added to the names of older decisions.

    ``promises``: the newer version's, in the same words.
    """
    before = marked(older, mark)
    in_force = core.StatusRef(FORCE, type=YES_NO)
    span = Span(newer.source, 0, 0)
    reads = Reads("the newer version is in force", "the older version is in force")
    force = Status(FORCE, YES_NO, core.Const(False, type=YES_NO), reads, span=span, origin=newer.name)
    steps = (*_steps(before, newer, in_force), _change(in_force, span, newer.name))
    program = replace(
        newer,
        facts=_merged_facts(before.facts, newer.facts),
        readings=_merged_readings(before.readings, newer.readings),
        statuses=(*_merged_statuses(before.statuses, newer.statuses), force),
        definitions=(*newer.definitions, *(d for d in before.definitions if d.name not in _names(newer.definitions))),
        decisions=(*newer.decisions, *before.decisions),
        actors=(*newer.actors, *(a for a in before.actors if a.name not in _names(newer.actors))),
        assumptions=(*before.assumptions, *about_own_facts(newer, before)),
        steps=steps,
        duties=(),
        promises=(),
        scenarios=(),
        waivers=(),
    )
    asked = {promise.name: _from_then_on(promise, in_force) for promise in promises}
    found = tuple(item for item in asked.values() if item is not None)
    stuck = _stuck(before, newer, span)
    return Takeover(program, found, stuck, tuple(name for name, item in asked.items() if item is None))


def _names(items: Iterable[object]) -> set[str]:
    return {item.name for item in items}  # type: ignore[attr-defined]


# ---------------------------------------------------------------- what a case has


def _merged_facts(before: tuple[Fact, ...], after: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts of both; those of both are as the older version knows them."""
    known = {fact.name: fact for fact in after}
    mine = tuple(replace(fact, reads=known[fact.name].reads) if fact.name in known else fact for fact in before)
    return (*mine, *(fact for fact in after if fact.name not in _names(before)))


def _merged_readings(before: tuple[Reading, ...], after: tuple[Reading, ...]) -> tuple[Reading, ...]:
    return (*before, *(item for item in after if item.name not in _names(before)))


def _merged_statuses(before: tuple[Status, ...], after: tuple[Status, ...]) -> tuple[Status, ...]:
    """The statuses of both, with every value that either version gives them; a case starts as the older one says."""
    known = {status.name: status for status in after}
    found = []
    for status in before:
        twin = known.get(status.name)
        both = None if twin is None else joined(status.type, twin.type)
        found.append(replace(status, type=status.type if both is None else both))
    return (*found, *(status for status in after if status.name not in _names(before)))


# ---------------------------------------------------------------- what may happen


def _steps(before: Program, newer: Program, in_force: core.Expr) -> Iterator[Step]:
    olds = {step.name: step for step in before.steps}
    types = {status.name: status.type for status in (*before.statuses, *newer.statuses)}
    for step in newer.steps:
        old = olds.get(step.name)
        if old is None or [p.type for p in old.params] != [p.type for p in step.params]:
            yield replace(step, requires=(_requirement(step, in_force), *step.requires))
        else:
            yield _either(old, step, in_force, types)
    for step in before.steps:
        twin = next((item for item in newer.steps if item.name == step.name), None)
        if twin is None:
            yield replace(step, requires=(_requirement(step, negation(in_force)), *step.requires))


def _either(old: Step, new: Step, in_force: core.Expr, types: dict[str, Type]) -> Step:
    """A step by the rules of the version that is in force."""
    words = Vocabulary("", locals={p.name: q.name for p, q in zip(old.params, new.params, strict=True)})
    allowed = [all_of(part.condition for part in new.requires)]
    allowed.append(all_of(words.expression(part.condition) for part in old.requires))
    condition = core.If(in_force, allowed[0], allowed[1], type=YES_NO)
    after = {effect.name: effect.value for effect in new.effects}
    before = {effect.name: words.expression(effect.value) for effect in old.effects}
    effects = []
    for name in {**after, **before}:
        still = core.StatusRef(name, type=types[name])
        value = core.If(in_force, after.get(name, still), before.get(name, still), type=types[name])
        effects.append(Effect(name, f"{new.name}.then.{name}", value, span=new.span, origin=new.origin))
    return replace(new, requires=(_requirement(new, condition),), effects=tuple(effects))


def _requirement(step: Step, condition: core.Expr) -> Requirement:
    name = "version in force"
    return Requirement(name, f"{step.name}.{name}", condition, labelled=False, span=step.span, origin=step.origin)


def _change(in_force: core.Expr, span: Span, origin: str) -> Step:
    once = Requirement("once", f"{TAKEOVER}.once", negation(in_force), labelled=False, span=span, origin=origin)
    value = core.Const(True, type=YES_NO)
    effect = Effect(FORCE, f"{TAKEOVER}.then.{FORCE}", value, span=span, origin=origin)
    reads = Reads("the newer version comes into force", "the newer version has come into force")
    return Step(TAKEOVER, (), (), (once,), (effect,), reads, span=span, origin=origin)


# ---------------------------------------------------------------- what is asked


def _from_then_on(promise: Promise, in_force: core.Expr) -> Promise | None:
    """The promise for the time in which the newer version is in force; ``None`` for forms that cannot be so limited."""
    form = _limited(promise.form, in_force)
    return None if form is None else replace(promise, form=form)


def _limited(form: Form, in_force: core.Expr) -> Form | None:
    match form:
        case Always(_, scope, _) | NeverChanges(_, scope):
            return replace(form, scope=in_force if scope is None else core.And((in_force, scope), type=YES_NO))
        case OnlyIf(_, _, condition):
            limited = core.Implies(in_force, condition, type=YES_NO)
            return OnlyIf(form.step, form.binders, limited)
        case AfterUntil(_, _, body, _):
            return replace(form, body=core.Implies(in_force, body, type=YES_NO))
        case Equals(left, right):
            return Always(core.Equal(left, right, type=YES_NO), in_force, negated=False)
        case NeverBoth(left, right):
            return NeverBoth(core.And((in_force, left), type=YES_NO), right)
        case AlwaysPossible(goal):
            return AlwaysPossible(core.Or((negation(in_force), goal), type=YES_NO))
        case _:
            return None


def _stuck(before: Program, newer: Program, span: Span) -> Promise | None:
    """That a case in which a step was possible still has one on the day of the change; ``None`` where that cannot be
    said, since a step has arguments of too many values.
    """
    possible = [_possible(step) for step in newer.steps]
    was = [_possible(step) for step in before.steps]
    if None in possible:
        return None
    going = any_of(item for item in possible if item is not None)
    could = any_of(item for item in was if item is not None)
    form = OnlyIf(TAKEOVER, (), core.Implies(could, going, type=YES_NO))
    title = "A case that could go on can still go on"
    return Promise("no case is at its end", title, form, "only if", span=span, origin=newer.name)


def _possible(step: Step) -> core.Expr | None:
    """That a step is possible with some arguments."""
    if not all(is_finite(param.type) for param in step.params):
        return None
    choices = list(product(*(finite_values(param.type) for param in step.params)))
    if len(choices) > MOST_ARGUMENTS:
        return None
    allowed = all_of(part.condition for part in step.requires)
    found = []
    for values in choices:
        given = {p.name: core.Const(v, type=p.type) for p, v in zip(step.params, values, strict=True)}
        found.append(with_locals(allowed, given))
    return any_of(found)
