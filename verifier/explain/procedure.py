"""The procedure of a policy as diagrams: which values a status takes one after the other, and by which steps.

Takes a checked program; gives boxes and arcs. Where no status has a list of values, it shows which step makes which
other step possible. What a requirement says of the status is followed as far as that needs no solver: an arc means
that no requirement rules it out by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from verifier.core.expressions import (
    Act,
    And,
    Const,
    Defined,
    Equal,
    Expr,
    Happened,
    If,
    Iff,
    Implies,
    Local,
    Not,
    OneOf,
    Or,
    StatusRef,
)
from verifier.core.program import Program, Status, Step
from verifier.core.types import EnumType, YesNoType
from verifier.explain.conditions import say_act
from verifier.explain.phrases import declared
from verifier.explain.statements import capital
from verifier.explain.words import named, say_member, with_article
from verifier.records import dataclass


@dataclass(frozen=True, slots=True)
class Arc:
    """From one box to another, by any of the steps; ``said``: in words."""

    source: int
    target: int
    steps: tuple[str, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """``start``: the box in which every case starts, where that is known."""

    title: str
    intro: str
    boxes: tuple[str, ...]
    arcs: tuple[Arc, ...]
    start: int | None


def diagrams(program: Program) -> tuple[Diagram, ...]:
    """A diagram for each status with a list of values that steps change; else one of the steps."""
    found = [_of_status(item, item.type, program) for item in program.statuses if isinstance(item.type, EnumType)]
    drawn = tuple(item for item in found if item.arcs)
    if drawn:
        return drawn
    steps = _of_steps(program)
    return (steps,) if steps.arcs else ()


# ---------------------------------------------------------------- one status


def _of_status(item: Status, type_: EnumType, program: Program) -> Diagram:
    members = type_.members
    ways: dict[tuple[int, int], list[str]] = {}
    for step in program.steps:
        for source, target in _moves(step, item.name, type_):
            ways.setdefault((members.index(source), members.index(target)), []).append(step.name)
    boxes = tuple(say_member(member, type_, program) for member in members)
    arcs = []
    for (first, second), names in sorted(ways.items()):
        told = " or ".join(say_act(Act(name, None), program) for name in names)
        arcs.append(Arc(first, second, tuple(names), f"From “{boxes[first]}” to “{boxes[second]}”: {told}."))
    known = declared(item.name, program)
    noun = named(item.name) if known is None or known.reads is None else with_article(known.reads.positive)
    starts = item.starts
    start = members.index(str(starts.value)) if isinstance(starts, Const) and starts.value in members else None
    intro = "Each box is a value, each numbered arrow a step that can change it."
    return Diagram(capital(noun), intro, boxes, tuple(arcs), start)


def _moves(step: Step, name: str, type_: EnumType) -> Iterable[tuple[str, str]]:
    """Which values a step may change into which others."""
    effect = next((item for item in step.effects if item.name == name), None)
    if effect is None:
        return
    targets = _values(effect.value, step, type_)
    for source in type_.members:
        if not _ruled_out(step, partial(_is_status, name=name, member=source)):
            yield from ((source, target) for target in targets if target != source)


def _values(value: Expr, step: Step, type_: EnumType) -> list[str]:
    """Which values an effect may give; all of them where that is not plain."""
    match value:
        case Const(member):
            return [str(member)]
        case If(_, then, otherwise):
            found = {*_values(then, step, type_), *_values(otherwise, step, type_)}
            return [member for member in type_.members if member in found]
        case Local(name):
            return [
                member for member in type_.members if not _ruled_out(step, partial(_is_local, name=name, member=member))
            ]
        case _:
            return list(type_.members)


_Known = Callable[[Expr], bool | None]


def _is_status(part: Expr, name: str, member: str) -> bool | None:
    return _is(part, lambda item: isinstance(item, StatusRef) and item.name == name, member)


def _is_local(part: Expr, name: str, member: str) -> bool | None:
    return _is(part, lambda item: isinstance(item, Local) and item.name == name, member)


def _is(part: Expr, meant: Callable[[Expr], bool], member: str) -> bool | None:
    """Whether a comparison holds where what is meant has a value; ``None`` where that does not settle it."""
    match part:
        case Equal(left, Const(value)) | Equal(Const(value), left) if meant(left):
            return value == member
        case OneOf(item, options) if meant(item) and all(isinstance(option, Const) for option in options):
            return any(isinstance(option, Const) and option.value == member for option in options)
        case _:
            return None


def _ruled_out(step: Step, known: _Known) -> bool:
    return any(_holds(item.condition, known) is False for item in step.requires)


def _holds(expr: Expr, known: _Known) -> bool | None:
    """Whether a condition holds, by what is known of its parts; ``None`` where that is not enough."""
    match expr:
        case Not(operand):
            inner = _holds(operand, known)
            return None if inner is None else not inner
        case And(operands):
            return _all([_holds(item, known) for item in operands])
        case Or(operands):
            return _any([_holds(item, known) for item in operands])
        case Implies(premise, conclusion):
            left = _holds(premise, known)
            return _any([None if left is None else not left, _holds(conclusion, known)])
        case Iff(left_side, right_side):
            sides = [_holds(item, known) for item in (left_side, right_side)]
            return None if None in sides else sides[0] == sides[1]
        case Defined(_, _, body):
            return _holds(body, known)
        case Const(value) if isinstance(value, bool):
            return value
        case _:
            return known(expr)


def _all(parts: list[bool | None]) -> bool | None:
    return False if False in parts else None if None in parts else True


def _any(parts: list[bool | None]) -> bool | None:
    return True if True in parts else None if None in parts else False


# ---------------------------------------------------------------- steps


def _of_steps(program: Program) -> Diagram:
    """Which step brings about what another one requires."""
    names = [step.name for step in program.steps]
    boxes = tuple(capital(say_act(Act(name, None), program)) for name in names)
    arcs = tuple(
        Arc(first, second, (), f"“{boxes[first]}” can make this possible: “{boxes[second]}”.")
        for second, later in enumerate(program.steps)
        for first, earlier in enumerate(program.steps)
        if first != second and _enables(earlier, later, program)
    )
    intro = "Each box is a step; an arrow leads from a step to one that requires what it brings about."
    return Diagram("The order of the steps", intro, boxes, arcs, None)


def _enables(earlier: Step, later: Step, program: Program) -> bool:
    """Whether the later step requires that the earlier one has happened, or a yes/no status that it brings about."""
    if _ruled_out(later, lambda part: False if isinstance(part, Happened) and part.act.step == earlier.name else None):
        return True
    changed = {
        item.name: item.value.value
        for item in earlier.effects
        if isinstance(item.value, Const) and isinstance(item.value.type, YesNoType)
    }
    starts = {item.name: item.starts.value for item in program.statuses if isinstance(item.starts, Const)}
    return any(
        starts.get(name) is not value and _ruled_out(later, partial(_answer, name=name, value=not value))
        for name, value in changed.items()
    )


def _answer(part: Expr, name: str, value: bool) -> bool | None:
    return value if isinstance(part, StatusRef) and part.name == name else None
