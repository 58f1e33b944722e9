"""What an answer turns on: the conditions of a subject, taken apart as far as a reader wants to see.

Takes an expression or a step; gives its conditions in reading order, each with how deep it stands. Decides nothing.
"""

from __future__ import annotations

from verifier.core import expressions as core
from verifier.core.building import conjuncts
from verifier.core.program import Cite, Decision, Program, Step
from verifier.records import dataclass
from verifier.source import Span

DEEPEST = 2


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition with the name and citations of the clause that it stands in."""

    expression: core.Expr
    depth: int
    name: str | None = None
    cites: tuple[Cite, ...] = ()
    span: Span | None = None


def of_step(program: Program, step: Step) -> list[Condition]:
    """The requirements of a step, clause by clause."""
    found = []
    for part in step.requires:
        for condition in conjuncts(part.condition):
            found.append(Condition(condition, 0, part.full_name, part.cites, condition.span or part.span))
            found += _below(program, condition, 1)
    return found


def of_expression(program: Program, expr: core.Expr) -> list[Condition]:
    """The parts of an expression, and what stands behind each."""
    parts = list(conjuncts(expr))
    if len(parts) == 1:
        return _below(program, parts[0], 0)
    found = []
    for part in parts:
        found.append(Condition(part, 0, None, (), part.span))
        found += _below(program, part, 1)
    return found


def _below(program: Program, expr: core.Expr, depth: int) -> list[Condition]:
    """What a condition is made of: the body of a definition, the branches of an `or`, the rules of a decision."""
    if depth > DEEPEST:
        return []
    match expr:
        case core.Not(operand):
            return _below(program, operand, depth)
        case core.Defined(_, _, body):
            return _listed(program, list(conjuncts(body)), depth)
        case core.Or(operands):
            return _listed(program, list(operands), depth)
        case _:
            call = next((part for part in core.children(expr) if isinstance(part, core.DecisionCall)), expr)
            if isinstance(call, core.DecisionCall) and not call.arguments:
                return _rules(program, program.decision(call.name), depth)
            return []


def _listed(program: Program, parts: list[core.Expr], depth: int) -> list[Condition]:
    if len(parts) == 1:
        return _below(program, parts[0], depth)
    found = []
    for part in parts:
        found.append(Condition(part, depth, None, (), part.span))
        found += _below(program, part, depth + 1)
    return found


def _rules(program: Program, decision: Decision, depth: int) -> list[Condition]:
    found = []
    for rule in decision.rules:
        if not isinstance(rule.condition, core.Const):
            found.append(Condition(rule.condition, depth, rule.full_name, rule.cites, rule.span))
            if len(list(conjuncts(rule.condition))) > 1 or isinstance(rule.condition, core.Defined | core.Or):
                found += _listed(program, list(conjuncts(rule.condition)), depth + 1)
    return found
