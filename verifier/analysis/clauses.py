"""The clauses of a program, one by one, and the program without one of them.

Takes a checked program; names every condition of a step, effect, rule, start, assumption, definition and duty, and
gives the programs of the same text without it. A requirement that joins conditions by ``and`` is as many clauses.
Solves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from fractions import Fraction
from typing import Literal, TypeAlias, TypeVar

from verifier.core import expressions as core
from verifier.core.building import all_of, conjuncts
from verifier.core.program import Decision, Program, Requirement, Rule, Step
from verifier.core.types import DecimalType, IntType, MoneyType, Value, finite_values, is_finite
from verifier.core.walks import rebuild
from verifier.records import dataclass
from verifier.source import SourceFile, Span

ClauseKind: TypeAlias = Literal[
    "start", "assumption", "definition", "rule", "otherwise", "requirement", "effect", "duty"
]

_Any = TypeVar("_Any")


@dataclass(frozen=True, slots=True)
class Clause:
    """``label``: its full name, for one of several conditions with ``#`` and its number; unique in a program.
    ``origin``: the policy whose text has it.
    """

    label: str
    kind: ClauseKind
    span: Span
    origin: str


def clauses(program: Program) -> list[Clause]:
    """The clauses that can be taken out, in the order of ``symbolic.encoding.clause_labels`` of ``split``."""
    found = [
        Clause(f"{s.name}.starts", "start", s.starts.span or s.span, s.origin)
        for s in program.statuses
        if s.starts is not None
    ]
    found += [Clause(item.name, "assumption", item.span, item.origin) for item in program.assumptions]
    found += [Clause(item.name, "definition", item.span, item.origin) for item in program.definitions]
    for decision in program.decisions:
        found += [Clause(rule.full_name, "rule", rule.span, rule.origin) for rule in decision.rules]
        if decision.otherwise is not None:
            span = decision.otherwise.span or decision.span
            found.append(Clause(f"{decision.name}.otherwise", "otherwise", span, decision.origin))
    for step in program.steps:
        for requirement in step.requires:
            parts = [(part, part.condition.span or part.span) for part in _split(requirement)]
            found += [Clause(part.full_name, "requirement", span, step.origin) for part, span in parts]
        found += [Clause(effect.full_name, "effect", effect.span, step.origin) for effect in step.effects]
    return found + [Clause(duty.name, "duty", duty.span, duty.origin) for duty in program.duties]


# ---------------------------------------------------------------- single conditions


def split(program: Program) -> Program:
    """The same program with a requirement for each condition that a requirement joins by ``and``: both are tried from
    left to right, up to the first that is false.
    """
    steps = tuple(replace(s, requires=tuple(part for r in s.requires for part in _split(r))) for s in program.steps)
    return replace(program, steps=steps)


def _split(requirement: Requirement) -> list[Requirement]:
    parts = list(conjuncts(requirement.condition))
    if len(parts) == 1:
        return [requirement]
    return [
        replace(
            requirement,
            name=f"{requirement.name}#{number}",
            full_name=f"{requirement.full_name}#{number}",
            condition=part,
        )
        for number, part in enumerate(parts, start=1)
    ]


# ---------------------------------------------------------------- one clause less


def without(program: Program, clause: Clause) -> list[Program]:
    """The programs whose text lacks a clause. A text without a definition says nothing: there are several programs in
    which it means something else, and none where that is left open.
    """
    label = clause.label
    match clause.kind:
        case "start":
            name = label.removesuffix(".starts")
            statuses = tuple(replace(s, starts=None) if s.name == name else s for s in program.statuses)
            return [replace(program, statuses=statuses)]
        case "assumption":
            return [replace(program, assumptions=tuple(a for a in program.assumptions if a.name != label))]
        case "definition":
            return [_with_meaning(program, label, value) for value in _other_meanings(program, label)]
        case "rule" | "otherwise":
            return [replace(program, decisions=tuple(_without_rule(item, label) for item in program.decisions))]
        case "requirement":
            return [with_condition(program, label, lambda _: None)]
        case "effect":
            return [replace(program, steps=tuple(_without_effect(step, label) for step in program.steps))]
        case "duty":
            return [replace(program, duties=tuple(duty for duty in program.duties if duty.name != label))]


def _without_rule(decision: Decision, label: str) -> Decision:
    if label == f"{decision.name}.otherwise":
        return replace(decision, otherwise=None)
    gone = next((rule.name for rule in decision.rules if rule.full_name == label), None)
    if gone is None:
        return decision
    return replace(decision, rules=tuple(_not_against(rule, gone) for rule in decision.rules if rule.name != gone))


def _not_against(rule: Rule, gone: str) -> Rule:
    """An exception that no longer names a rule that is gone."""
    return rule if rule.targets is None else replace(rule, targets=tuple(name for name in rule.targets if name != gone))


def _without_effect(step: Step, label: str) -> Step:
    return replace(step, effects=tuple(effect for effect in step.effects if effect.full_name != label))


def with_condition(program: Program, label: str, change: Callable[[core.Expr], core.Expr | None]) -> Program:
    """The program with another condition in the place of one of a step; ``None`` takes it out."""

    def changed(step: Step) -> Step:
        return replace(step, requires=tuple(new for r in step.requires if (new := _changed(r, label, change))))

    return replace(program, steps=tuple(changed(step) for step in program.steps))


def _changed(
    requirement: Requirement, label: str, change: Callable[[core.Expr], core.Expr | None]
) -> Requirement | None:
    parts = _split(requirement)
    if all(part.full_name != label for part in parts):
        return requirement
    new = [change(part.condition) if part.full_name == label else part.condition for part in parts]
    kept = tuple(condition for condition in new if condition is not None)
    if not kept:
        return None
    return replace(requirement, condition=all_of(kept))


# ---------------------------------------------------------------- other meanings of a definition

_MOST_MEANINGS = 4
_MUCH = 1_000_000


def _other_meanings(program: Program, name: str) -> list[core.Const]:
    """Some constants that a definition could stand for instead."""
    type_ = next(item.type for item in program.definitions if item.name == name)
    values: tuple[Value, ...] = ()
    if is_finite(type_):
        values = finite_values(type_)[:_MOST_MEANINGS]
    elif isinstance(type_, IntType):
        values = (0, _MUCH)
    elif isinstance(type_, DecimalType | MoneyType):
        values = (Fraction(0), Fraction(_MUCH))
    return [core.Const(value, type=type_) for value in values]


def _with_meaning(program: Program, name: str, value: core.Const) -> Program:
    """The program in which every use of a definition has a value instead."""

    def changed(expression: core.Expr) -> core.Expr:
        if isinstance(expression, core.Defined) and expression.name == name:
            return value
        return rebuild(expression, changed)

    return _mapped(program, changed)


def _mapped(item: _Any, change: Callable[[core.Expr], core.Expr]) -> _Any:
    """The same item with every expression in it changed."""
    if isinstance(item, core.Node):
        return change(item)  # type: ignore[arg-type, return-value]
    if isinstance(item, tuple):
        return tuple(_mapped(part, change) for part in item)  # type: ignore[return-value]
    if not hasattr(item, "__dataclass_fields__") or isinstance(item, Span | SourceFile):
        return item
    parts = {part.name: getattr(item, part.name) for part in fields(item)}  # type: ignore[arg-type]
    new = {name: _mapped(part, change) for name, part in parts.items()}
    return replace(item, **{n: part for n, part in new.items() if part is not parts[n]})  # type: ignore[type-var]
