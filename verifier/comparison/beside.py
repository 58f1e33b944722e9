"""Two versions of a policy in one program: the runs of the one, in which the other can be asked what it would do.

Takes both versions in the same words (``matching``); gives a program whose runs are those of the first, with the
decisions of the second under other names, and promises whose violations are differences. What only the second version
has comes along: its facts have any value, its statuses start and change as it says where it would allow the same step
too, and its steps never happen. So every difference is an ordinary counterexample, replayed like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias, TypeVar

from verifier.comparison.matching import had, plain_text
from verifier.comparison.vocabulary import Vocabulary, marked
from verifier.core import expressions as core
from verifier.core.building import absent, all_of, given_with_a_case, negation
from verifier.core.program import (
    Always,
    Assumption,
    Decision,
    Declared,
    Fact,
    OnlyIf,
    Program,
    Promise,
    Requirement,
    Step,
)
from verifier.core.types import (
    YES_NO,
    DaysType,
    DecimalType,
    EnumType,
    IntType,
    ListType,
    MoneyType,
    MonthsType,
    OptionType,
    SetType,
    Type,
    Value,
    YesNoType,
    unranged,
)
from verifier.records import dataclass

Side: TypeAlias = Literal["more", "less", "other"]
"""What a difference shows of the version whose runs these are: it allows or gives more, less, or something else."""


@dataclass(frozen=True, slots=True)
class Question:
    """A promise that is broken where the versions differ in an item of a kind; ``values``: the item's value in the
    version whose runs these are and in the other, where it has one.
    """

    kind: str
    name: str
    side: Side
    promise: Promise
    values: tuple[core.Expr, core.Expr] | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """The program of the first version's runs, its cases before anything happens, and what is asked of both.
    ``skipped``: what cannot be asked, with the reason, by kind and name.
    """

    program: Program
    starting: Program
    questions: tuple[Question, ...]
    about_starts: tuple[Question, ...]
    skipped: dict[tuple[str, str], str]


def beside(base: Program, other: Program, mark: str, own: Mapping[str, Type], theirs: Mapping[str, Type]) -> Beside:
    """The first version with the second beside it, under names that carry ``mark``.

    ``own``, ``theirs``: the types that the versions declare for facts, statuses and readings, before enums were joined.
    """
    ghost = marked(other, mark)
    steps = {step.name: step for step in ghost.steps}
    calls = [item for item in base.decisions if item.name in {decision.name for decision in other.decisions}]
    asked = [Fact(f"{p.name} of {item.name}", p.type, None, span=item.span) for item in calls for p in item.params]
    program = replace(
        base,
        facts=(*base.facts, *_only(ghost.facts, base.facts), *asked),
        statuses=(*base.statuses, *_only(ghost.statuses, base.statuses)),
        readings=(*base.readings, *_only(ghost.readings, base.readings)),
        definitions=(*base.definitions, *_only(ghost.definitions, base.definitions)),
        actors=(*base.actors, *_only(ghost.actors, base.actors)),
        decisions=(*base.decisions, *ghost.decisions, *_if_any(base, ghost, mark)),
        assumptions=(*base.assumptions, *_within(base, own), *about_own_facts(ghost, base)),
        steps=(
            *(_carrying(step, steps.get(step.name), base, ghost) for step in base.steps),
            *(_blocked(step) for step in _only(ghost.steps, base.steps)),
        ),
        promises=(),
        scenarios=(),
        waivers=(),
    )
    starting = replace(program, steps=tuple(_blocked(step) for step in program.steps), duties=())
    questions, skipped = list[Question](), dict[tuple[str, str], str]()
    for step in base.steps:
        if step.name in steps:
            questions += _about_step(step, steps[step.name], base, ghost, skipped)
    for decision in calls:
        questions += _about_decision(decision, ghost.decision(f"{decision.name} {mark}"), base, skipped)
    questions += _about_definitions(base, ghost, skipped)
    starts = tuple(_about_starts(base, ghost, own, theirs, skipped))
    return Beside(program, starting, tuple(questions), starts, skipped)


Named = TypeVar("Named", bound=Declared)


def _only(items: Sequence[Named], others: Sequence[Named]) -> tuple[Named, ...]:
    names = {item.name for item in others}
    return tuple(item for item in items if item.name not in names)


def _blocked(step: Step) -> Step:
    """A step that is never taken."""
    never = Requirement(
        "never", f"{step.name}.never", core.Const(False, type=YES_NO), False, span=step.span, origin=step.origin
    )
    return replace(step, requires=(never, *step.requires), effects=step.effects)


def _carrying(step: Step, twin: Step | None, base: Program, ghost: Program) -> Step:
    """The first version's step, which also does to what only the second version has as that one says."""
    if twin is None or _mismatch(step, twin) is not None:
        return step
    words = Vocabulary("", locals={p.name: q.name for p, q in zip(twin.params, step.params, strict=True)})
    known = {status.name for status in base.statuses}
    types = {status.name: status.type for status in ghost.statuses}
    allowed = all_of([words.expression(part.condition) for part in twin.requires])
    further = []
    for effect in twin.effects:
        if effect.name not in known:
            type_ = types[effect.name]
            still = core.StatusRef(effect.name, type=type_)
            value = core.If(allowed, words.expression(effect.value), still, type=type_)
            further.append(replace(effect, value=value))
    return replace(step, effects=(*step.effects, *further))


# ---------------------------------------------------------------- expressions


def _constant(value: Value, type_: Type) -> core.Expr:
    return core.Const(value, type=type_)


def _inside(expr: core.Expr, declared: Type) -> core.Expr | None:
    """That a value is one that a type declares; ``None`` where every value is."""
    match declared:
        case EnumType(_, members) if isinstance(expr.type, EnumType) and expr.type.members != members:
            options = tuple(_constant(member, expr.type) for member in members)
            return core.OneOf(expr, options, type=YES_NO)
        case IntType(low, high) | MoneyType(low, high):
            sides = []
            if low is not None:
                sides.append(core.Compare(">=", expr, _constant(low, unranged(declared)), type=YES_NO))
            if high is not None:
                sides.append(core.Compare("<=", expr, _constant(high, unranged(declared)), type=YES_NO))
            return all_of(sides) if sides else None
        case OptionType(inner):
            held = _inside(core.Unwrap(expr, type=unranged(inner)), inner)
            return None if held is None else core.Or((absent(expr), held), type=YES_NO)
        case SetType(element) if isinstance(expr.type, SetType) and expr.type.element != element:
            further = [member for member in expr.type.element.members if member not in element.members]
            tests = (core.Member(_constant(m, expr.type.element), expr, type=YES_NO) for m in further)
            return all_of([negation(test) for test in tests])
        case ListType(_, limit):
            size = core.SizeOf(expr, type=IntType())
            return core.Compare("<=", size, _constant(limit, IntType()), type=YES_NO)
        case _:
            return None


def _more(one: core.Expr, other: core.Expr) -> core.Expr | None:
    """That the one value is more than the other; ``None`` for types in which no value is."""
    match one.type:
        case YesNoType():
            return core.And((one, negation(other)), type=YES_NO)
        case IntType() | DecimalType() | MoneyType() | DaysType() | MonthsType():
            return core.Compare(">", one, other, type=YES_NO)
        case OptionType(inner):
            held = _more(core.Unwrap(one, type=inner), core.Unwrap(other, type=inner))
            lacks = absent(other)
            wins = lacks if held is None else core.Or((lacks, held), type=YES_NO)
            return core.And((negation(absent(one)), wins), type=YES_NO)
        case _:
            return None


def _differs(one: core.Expr, other: core.Expr) -> core.Expr | None:
    """That two values differ where neither is more; ``None`` where one always is."""
    if isinstance(one.type, OptionType):
        inner = one.type.inner
        held = _differs(core.Unwrap(one, type=inner), core.Unwrap(other, type=inner))
        if held is None:
            return None
        return core.And((negation(absent(one)), negation(absent(other)), held), type=YES_NO)
    if isinstance(one.type, YesNoType | IntType | DecimalType | MoneyType | DaysType | MonthsType):
        return None
    return negation(core.Equal(one, other, type=YES_NO))


# ---------------------------------------------------------------- what is asked


def _question(kind: str, name: str, side: Side, form: Always | OnlyIf, program: Program, number: int = 0) -> Question:
    keyword = "only if" if isinstance(form, OnlyIf) else "never"
    span = program.steps[0].span if program.steps else program.facts[0].span if program.facts else None
    assert span is not None
    title = f"{kind} {name} {side}{number or ''}"
    return Question(kind, name, side, Promise(title, None, form, keyword, span=span, origin=program.name))


def _values(kind: str, name: str, one: core.Expr, other: core.Expr, program: Program) -> Iterator[Question]:
    """How the values of an item may differ, the first one the base's."""
    ways: tuple[tuple[Side, core.Expr | None], ...] = (
        ("more", _more(one, other)),
        ("less", _more(other, one)),
        ("other", _differs(one, other)),
    )
    for side, difference in ways:
        if difference is not None:
            question = _question(kind, name, side, Always(difference, None, negated=True), program)
            yield replace(question, values=(one, other))


def _about_step(
    step: Step, twin: Step, base: Program, ghost: Program, skipped: dict[tuple[str, str], str]
) -> Iterator[Question]:
    """Whether the second version refuses the step where the first takes it, or has another effect then."""
    reason = _mismatch(step, twin)
    if reason is not None:
        skipped["step", step.name] = reason
        return
    binders = tuple(replace(param, type=mine.type) for param, mine in zip(twin.params, step.params, strict=True))
    tests = [_inside(core.Local(p.name, type=p.type), p.type) for p in twin.params]
    allowed = all_of([*(test for test in tests if test is not None), *(part.condition for part in twin.requires)])
    yield _question("step", step.name, "more", OnlyIf(step.name, binders, allowed), base)
    words = Vocabulary("own", locals={p.name: q.name for p, q in zip(step.params, binders, strict=True)})
    mine = {effect.name: words.expression(effect.value) for effect in step.effects}
    theirs = {effect.name: effect.value for effect in twin.effects}
    shared = {status.name for status in base.statuses} & {status.name for status in ghost.statuses}
    types = {status.name: status.type for status in base.statuses}
    for number, name in enumerate(name for name in types if name in shared and (name in mine or name in theirs)):
        still = core.StatusRef(name, type=types[name])
        same = core.Equal(mine.get(name, still), theirs.get(name, still), type=YES_NO)
        if plain_text(same.left) != plain_text(same.right):
            form = OnlyIf(step.name, binders, core.Implies(allowed, same, type=YES_NO))
            yield _question("step", step.name, "other", form, base, number + 1)


def _mismatch(step: Step, twin: Step) -> str | None:
    """Why two steps cannot be compared."""
    one, other = ([unranged(p.type) for p in item.params] for item in (step, twin))
    return None if one == other else "its parameters are others now"


def _if_any(base: Program, ghost: Program, mark: str) -> Iterator[Decision]:
    """Decisions that may have no value, as ones whose value is then ``none``."""
    for decision in base.decisions:
        twin = next((item for item in ghost.decisions if item.name == f"{decision.name} {mark}"), None)
        if twin is not None and _can_lack(decision, twin):
            yield _or_none(decision)
            yield _or_none(twin)


def _can_lack(decision: Decision, twin: Decision) -> bool:
    open_ = decision.otherwise is None or twin.otherwise is None
    return open_ and not isinstance(decision.type, OptionType)


def _or_none(decision: Decision) -> Decision:
    type_ = OptionType(decision.type)
    name = f"{decision.name} if any"
    words = Vocabulary("any")
    item = words.decision(decision)
    rules = tuple(replace(r, full_name=f"{name}.{r.name}", value=core.Present(r.value, type=type_)) for r in item.rules)
    rest = _constant(None, type_) if item.otherwise is None else core.Present(item.otherwise, type=type_)
    return replace(item, name=name, type=type_, rules=rules, otherwise=rest)


def _about_decision(
    decision: Decision, twin: Decision, base: Program, skipped: dict[tuple[str, str], str]
) -> Iterator[Question]:
    """How the second version decides in the states of the first."""
    types = [unranged(p.type) for p in decision.params], [unranged(p.type) for p in twin.params]
    if types[0] != types[1] or unranged(decision.type) != unranged(twin.type):
        skipped["decision", decision.name] = "its parameters or its values are of another type now"
        return
    given = tuple(core.FactRef(f"{p.name} of {decision.name}", type=p.type) for p in decision.params)
    names, type_ = (decision.name, twin.name), decision.type
    if _can_lack(decision, twin):
        names, type_ = (f"{decision.name} if any", f"{twin.name} if any"), OptionType(decision.type)
    one, other = (core.DecisionCall(name, given, type=type_) for name in names)
    yield from _values("decision", decision.name, one, other, base)


def _about_definitions(base: Program, ghost: Program, skipped: dict[tuple[str, str], str]) -> Iterator[Question]:
    """How the second version defines what has one value in each state."""
    theirs = {item.name: item for item in ghost.definitions if not item.params}
    for item in base.definitions:
        twin = theirs.get(item.name)
        if item.params or twin is None:
            continue
        if unranged(item.type) != unranged(twin.type):
            skipped["definition", item.name] = "its values are of another type now"
            continue
        body = Vocabulary("own").expression(item.body)
        yield from _values("definition", item.name, body, twin.body, base)


# ---------------------------------------------------------------- cases


def about_own_facts(one: Program, other: Program) -> Iterator[Assumption]:
    """What a version assumes of nothing but facts that the other has not: true of the facts that come along."""
    known = {item.name for item in had(other)}
    for assumption in one.assumptions:
        parts = core.subexpressions(assumption.condition)
        read = {p.name for p in parts if isinstance(p, core.FactRef | core.StatusRef | core.ReadingRef)}
        if read and not read & known and not any(isinstance(part, core.DecisionCall | core.Today) for part in parts):
            yield assumption


def _within(base: Program, own: Mapping[str, Type]) -> Iterator[Assumption]:
    """That enums with the values of both versions have here only those of the first."""
    items = {item.name: item for item in had(base)}
    for name, expr in given_with_a_case(base).items():
        item = items[name]
        held = _inside(expr, own[item.name]) if unranged(own[item.name]) != unranged(item.type) else None
        if held is not None:
            yield Assumption(f"values of {item.name}", held, None, span=item.span, origin=item.origin)


def _about_starts(
    base: Program,
    ghost: Program,
    own: Mapping[str, Type],
    theirs: Mapping[str, Type],
    skipped: dict[tuple[str, str], str],
) -> Iterator[Question]:
    """Which cases the first version knows and the second does not, and how statuses start."""
    for fact in base.facts:
        expr = core.FactRef(fact.name, type=fact.type)
        if fact.name in theirs and theirs[fact.name] != own[fact.name]:
            known = _inside(expr, theirs[fact.name])
            if known is not None:
                yield _question("fact", fact.name, "more", Always(known, None, negated=False), base)
    mine = {plain_text(item.condition) for item in base.assumptions}
    separate = set(about_own_facts(ghost, base))
    rest = [item for item in ghost.assumptions if item not in separate]
    new = [item.condition for item in rest if plain_text(item.condition) not in mine]
    if any(isinstance(part, core.Today) for expr in new for part in core.subexpressions(expr)):
        skipped["cases", "assumptions"] = "an assumption that speaks of the day is another one now"
    elif new:
        yield _question("cases", "assumptions", "more", Always(all_of(new), None, negated=False), base)
    starts = {status.name: status for status in ghost.statuses}
    for status in base.statuses:
        twin = starts.get(status.name)
        if twin is None or twin.starts is None or unranged(twin.type) != unranged(status.type):
            continue
        if status.starts is None or plain_text(status.starts) != plain_text(twin.starts):
            now = core.StatusRef(status.name, type=status.type)
            yield from _values("status", status.name, now, twin.starts, base)
