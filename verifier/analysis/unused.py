"""Names that a policy declares and never uses.

Takes a checked program; gives a warning for each name of its own text that nothing reads. Looks only at the text and
loads no solver. A policy that decides, does and promises nothing is a vocabulary for others: its names are not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from verifier.checking.suggest import listing
from verifier.core import expressions as core
from verifier.core.program import (
    AfterUntil,
    Decision,
    Declared,
    Definition,
    Entity,
    Enum,
    Fact,
    OnlyIf,
    Param,
    Program,
    Record,
    Response,
    Status,
)
from verifier.core.types import EnumType, ListType, OptionType, RecordType, SetType, Type, YesNoType
from verifier.core.walks import decision_expressions, expressions_of, scenario_expressions, step_expressions
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.explain.model import Finding
from verifier.source import Span

UNUSED = "W0201"
_CITE = "cite it where a clause comes from it, or remove it"

_Item = TypeVar("_Item", bound=Declared)


def unused_names(program: Program) -> Iterator[Finding]:
    """A warning for each unused name, kind by kind, in the order of declaration."""
    if is_vocabulary(program):
        return
    yield from _unused_sources(program)
    acting = {name for step in program.steps for name in step.actors}
    acting |= {name for duty in program.duties for name in duty.actors}
    for actor in own(program, program.actors):
        if actor.name not in acting:
            yield _finding("actor", actor.name, actor.span, "takes no step")
    yield from _unused_types(program)
    yield from _unread(program, _read(program))
    yield from _unused_parameters(program)


def own(program: Program, items: Iterable[_Item]) -> list[_Item]:
    """The items that the policy's own text declares."""
    return [item for item in items if item.origin in ("", program.name)]


def is_vocabulary(program: Program) -> bool:
    """Whether a policy only declares words for others: it decides, does and promises nothing."""
    return not any(own(program, items) for items in (program.steps, program.decisions, program.promises))


def _finding(kind: str, name: str, span: Span, why: str, advice: str = "use it, or remove it") -> Finding:
    message = f"the {kind} `{name.rpartition('.')[2]}` {why}"
    return Finding(Diagnostic(UNUSED, Severity.WARNING, message, span, help=advice), subject=name)


def _unused_sources(program: Program) -> Iterator[Finding]:
    for source in own(program, program.sources):
        if not re.search(rf"\[\s*{source.name}\b", program.source.text):
            yield _finding("source", source.name, source.span, "is never cited", _CITE)


# ---------------------------------------------------------------- types


def _unused_types(program: Program) -> Iterator[Finding]:
    used = _types_used(program)
    declared: list[Enum | Entity | Record] = [*program.enums, *program.entities, *program.records]
    for item in own(program, declared):
        if item.type not in used:
            yield _finding(type(item).__name__.lower(), item.name, item.span, "is the type of nothing")


def _types_used(program: Program) -> set[Type]:
    """The types of everything that has one, and what they are made of."""
    params = [
        p for items in (program.steps, program.decisions, program.definitions) for item in items for p in item.params
    ]
    typed: list[Fact | Status | Decision | Definition | Param] = [*program.facts, *program.statuses, *params]
    typed += [*program.decisions, *program.definitions]
    found: set[Type] = set()
    work: list[Type] = [item.type for item in typed]
    while work:
        type_ = work.pop()
        if type_ not in found:
            found.add(type_)
            work += _made_of(type_)
    return found


def _made_of(type_: Type) -> list[Type]:
    match type_:
        case OptionType(inner):
            return [inner]
        case SetType(element) | ListType(element):
            return [element]
        case RecordType():
            return [inner for _, inner in type_.fields]
        case _:
            return []


# ---------------------------------------------------------------- values


def _unread(program: Program, read: set[tuple[str, str]]) -> Iterator[Finding]:
    for kind, items in (
        ("fact", program.facts),
        ("status", program.statuses),
        ("reading", program.readings),
        ("definition", program.definitions),
    ):
        for item in own(program, items):
            if (kind, item.name) not in read:
                forgotten = _forgotten(program, item) if isinstance(item, Status) else None
                yield _finding(kind, item.name, item.span, "is never read", forgotten or "use it, or remove it")
    for record in own(program, program.records):
        for name, _ in record.type.fields:
            if ("field", f"{record.name}.{name}") not in read:
                yield _finding("field", f"{record.name}.{name}", record.span, f"of `{record.name}` is never read")


def _forgotten(program: Program, status: Status) -> str | None:
    """What is probably missing where steps change a status that nothing reads; ``None`` where none does."""
    steps = [step.name for step in program.steps if any(effect.name == status.name for effect in step.effects)]
    if not steps:
        return None
    match status.type:
        case YesNoType():
            guard = f"requires not {status.name}"
        case EnumType(members=members):
            guard = f"requires {status.name} is {members[0]}"
        case _:
            guard = f"requires {status.name} is …"
    verb = "changes" if len(steps) == 1 else "change"
    return f"{listing(steps)} {verb} it; a guard such as `{guard}` was probably meant, or a promise about it"


def _read(program: Program) -> set[tuple[str, str]]:
    """Kinds and names that are read somewhere, also by a scenario that shows that they make no difference."""
    expressions = [*expressions_of(program), *(definition.body for definition in program.definitions)]
    expressions += [each for scenario in program.scenarios for each in scenario_expressions(scenario)]
    return {name for expression in expressions for name in _names(expression)}


def _names(expression: core.Expr) -> Iterator[tuple[str, str]]:
    for part in core.subexpressions(expression):
        match part:
            case core.FactRef(name):
                yield "fact", name
            case core.StatusRef(name):
                yield "status", name
            case core.ReadingRef(name):
                yield "reading", name
            case core.Defined(name):
                yield "definition", name
            case core.FieldOf(operand, name):
                yield "field", f"{operand.type}.{name}"
            case _:
                pass


# ---------------------------------------------------------------- parameters


def _unused_parameters(program: Program) -> Iterator[Finding]:
    spoken_of = _steps_spoken_of(program)
    for step in own(program, program.steps):
        if step.name not in spoken_of:
            yield from _unused_of(step, step.params, step_expressions(step))
    for definition in own(program, program.definitions):
        yield from _unused_of(definition, definition.params, [definition.body])
    for decision in own(program, program.decisions):
        yield from _unused_of(decision, decision.params, decision_expressions(decision))


def _unused_of(owner: Declared, params: Sequence[Param], expressions: Iterable[core.Expr]) -> Iterator[Finding]:
    parts = [part for expression in expressions for part in core.subexpressions(expression)]
    used = {part.name for part in parts if isinstance(part, core.Local)}
    for param in params:
        if param.name not in used:
            yield _finding("parameter", f"{owner.name}.{param.name}", param.span, f"of `{owner.name}` is never read")


def _steps_spoken_of(program: Program) -> set[str]:
    """Steps whose arguments history terms or promises tell apart."""
    parts = [part for expression in expressions_of(program) for part in core.subexpressions(expression)]
    terms = core.Happened | core.HappenedWithin | core.DateOf | core.CountOf
    acts = [part.act for part in parts if isinstance(part, terms)]
    for promise in program.promises:
        form = promise.form
        if isinstance(form, OnlyIf | AfterUntil | Response) and form.binders:
            acts.append(core.Act(form.step, ()))
        if isinstance(form, Response):
            acts.append(form.response)
        if isinstance(form, AfterUntil) and form.until is not None:
            acts.append(form.until)
    return {act.step for act in acts if act.arguments is not None}
