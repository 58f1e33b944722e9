"""What would prevent a violation, and the closest case that the promise allows.

Takes a violated promise with its run; gives requirements that, added to steps, make the promise true, each proved
again, with the promises that would break instead; and a run that ends in the same step and keeps the promise. Method:
the weakest requirement of the last step of each run that is found, until none is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from verifier.core import expressions as core
from verifier.core.building import given_with_a_case, with_locals
from verifier.core.printer import show_expr
from verifier.core.program import (
    Always,
    AlwaysPossible,
    Assumption,
    Effect,
    OnlyIf,
    Possible,
    Program,
    Promise,
    Requirement,
    Response,
    Status,
    Step,
)
from verifier.core.types import YES_NO
from verifier.counsel.after_step import before, denied, junction, simple
from verifier.explain.model import Mending, PropertyResult, Repair, Story
from verifier.explain.verbalise import say_condition
from verifier.explain.verify import Work, verify_program

MOST_STEPS = 5
"""To how many steps a requirement is added, at most."""

_KEPT = "promise kept"


def mending(program: Program, promise: Promise, result: PropertyResult, work: Work) -> Mending | None:
    """What would prevent a violation; ``None`` where nothing can be said of such a promise."""
    story = result.counterexample
    if story is None or not story.happenings or story.happenings[-1].step is None:
        return None
    last = program.step(story.happenings[-1].step)
    wanted = _kept_by(program, promise, last)
    if wanted is None or isinstance(wanted, core.Const):  # whatever is so before, the step breaks the promise
        return None
    return Mending(_repairs(program, promise, result, work), _closest(program, last, wanted, story, work))


def _kept_by(program: Program, promise: Promise, step: Step) -> core.Expr | None:
    """The condition, before a step and over its parameters, under which taking it keeps a promise."""
    match promise.form:
        case OnlyIf(name, binders, condition) if name == step.name:
            places = {b.name: core.Local(p.name, type=p.type) for b, p in zip(binders, step.params, strict=False)}
            return simple(with_locals(condition, places))
        case Always(body, scope, negated):
            bad = body if negated else denied(body)
            found = before(program, bad if scope is None else junction(core.And, (scope, bad)), step)
            return None if found is None else denied(found)
        case _:
            return None


# ---------------------------------------------------------------- repairs


def _repairs(program: Program, promise: Promise, result: PropertyResult, work: Work) -> tuple[Repair, ...]:
    """Requirements that make the promise true together; none where a few do not."""
    mended, found = program, list[tuple[Step, core.Expr]]()
    while len(found) < MOST_STEPS:
        story = result.counterexample
        step = story.happenings[-1].step if story is not None and story.happenings else None
        if step is None or any(done.name == step for done, _ in found):
            return ()
        needed = _kept_by(mended, promise, mended.step(step))
        if needed is None or isinstance(needed, core.Const):
            return ()
        found.append((mended.step(step), needed))
        mended = _requiring(mended, step, needed)
        (result,) = _verified(mended, (promise,), work)
        if result.verdict == "proved":
            broken = _broken(program, mended, promise, work)
            return tuple(_repair(program, step, needed, broken) for step, needed in found)
        if result.verdict != "violated":
            return ()
    return ()


def _repair(program: Program, step: Step, needed: core.Expr, broken: tuple[str, ...]) -> Repair:
    locals_ = {part.name for part in core.subexpressions(needed) if isinstance(part, core.Local)}
    said = None if locals_ else say_condition(needed, program)
    return Repair(step.name, show_expr(needed), said, broken)


def _requiring(program: Program, name: str, needed: core.Expr) -> Program:
    """The policy with one more requirement of a step."""

    def changed(step: Step) -> Step:
        if step.name != name:
            return step
        place = f"requires.{len(step.requires) + 1}"
        more = Requirement(place, f"{name}.{place}", needed, labelled=False, span=step.span, origin=step.origin)
        return replace(step, requires=(*step.requires, more))

    return replace(program, steps=tuple(changed(step) for step in program.steps))


def _verified(program: Program, promises: Sequence[Promise], work: Work) -> tuple[PropertyResult, ...]:
    asked = replace(work, promises=tuple(promises), scenarios=(), probing=False, reasoning=False, splitting=False)
    return verify_program(program, asked).properties


def _broken(program: Program, mended: Program, promise: Promise, work: Work) -> tuple[str, ...]:
    """Promises that hold now and would not any more: only those that something remains possible can be."""
    forms = (Possible, AlwaysPossible, Response)
    others = [p for p in program.promises if isinstance(p.form, forms) and p.name != promise.name]
    if not others:
        return ()
    after = _verified(mended, others, work)
    lost = [item.name for item in after if item.verdict != "proved"]
    now = _verified(program, [p for p in others if p.name in lost], work) if lost else ()
    return tuple(item.name for item in now if item.verdict == "proved")


# ---------------------------------------------------------------- the closest case that is allowed


def _closest(program: Program, last: Step, wanted: core.Expr, story: Story, work: Work) -> Story | None:
    """A shortest run that takes the same step and keeps the promise: with the same facts, else with any."""
    kept = Status(_KEPT, YES_NO, core.Const(False, type=YES_NO), None, span=last.span, origin=program.name)
    effect = Effect(_KEPT, f"{last.name}.then.{_KEPT}", wanted, span=last.span, origin=program.name)
    steps = tuple(replace(s, effects=(*s.effects, effect)) if s.name == last.name else s for s in program.steps)
    goal = Possible(core.StatusRef(_KEPT, type=YES_NO))
    promise = Promise("closest", None, goal, "possible", span=last.span, origin=program.name)
    watched = replace(program, statuses=(*program.statuses, kept), steps=steps)
    for same in (_same_facts(program, story), ()):
        of_case = replace(watched, assumptions=(*program.assumptions, *same))
        (result,) = _verified(of_case, (promise,), work)
        if result.witness is not None:
            return _unwatched(result.witness)
    return None


def _same_facts(program: Program, story: Story) -> tuple[Assumption, ...]:
    """That a case has the facts of a story that matter there."""
    values = {item.name: item for item in (*story.facts, *story.initial) if item.name in story.needed}
    return tuple(
        Assumption(f"same {name}", _is(expr, values[name].value), None, span=program.steps[0].span, origin=program.name)
        for name, expr in given_with_a_case(program).items()
        if name in values
    )


def _is(expr: core.Expr, value: object) -> core.Expr:
    return core.Equal(expr, core.Const(value, type=expr.type), type=YES_NO)  # type: ignore[arg-type]


def _unwatched(story: Story) -> Story:
    """The story without the status that watches it."""
    happenings = tuple(
        replace(item, changes=tuple(change for change in item.changes if change.name != _KEPT))
        for item in story.happenings
    )
    initial = tuple(item for item in story.initial if item.name != _KEPT)
    return replace(story, happenings=happenings, initial=initial)
