"""Programs with one clause taken out: each conjunct of a requirement, each effect, rule and exception in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from verifier.core.expressions import And
from verifier.core.program import Decision, Program, Requirement, Step


@dataclass(frozen=True, slots=True)
class Mutant:
    """``clause`` says what was taken out."""

    clause: str
    program: Program


def mutants(program: Program, origins: frozenset[str]) -> Iterator[Mutant]:
    """Every mutant of the clauses declared in the policies ``origins``."""
    for index, step in enumerate(program.steps):
        if step.origin in origins:
            for clause, changed in _steps(step):
                steps = (*program.steps[:index], changed, *program.steps[index + 1 :])
                yield Mutant(clause, replace(program, steps=steps))
    for index, decision in enumerate(program.decisions):
        for clause, changed_decision in _decisions(decision):
            if decision.origin in origins:
                decisions = (*program.decisions[:index], changed_decision, *program.decisions[index + 1 :])
                yield Mutant(clause, replace(program, decisions=decisions))


def _steps(step: Step) -> Iterator[tuple[str, Step]]:
    for index, requirement in enumerate(step.requires):
        for part, kept in _without_conjunct(requirement):
            requires = (*step.requires[:index], *kept, *step.requires[index + 1 :])
            yield f"{requirement.full_name}: {part}", replace(step, requires=requires)
    for index, effect in enumerate(step.effects):
        yield effect.full_name, replace(step, effects=(*step.effects[:index], *step.effects[index + 1 :]))


def _without_conjunct(requirement: Requirement) -> Iterator[tuple[str, tuple[Requirement, ...]]]:
    condition = requirement.condition
    if not isinstance(condition, And):
        yield condition.span.text if condition.span else "", ()
        return
    for index, operand in enumerate(condition.operands):
        rest = (*condition.operands[:index], *condition.operands[index + 1 :])
        kept = rest[0] if len(rest) == 1 else replace(condition, operands=rest)
        yield operand.span.text if operand.span else "", (replace(requirement, condition=kept),)


def _decisions(decision: Decision) -> Iterator[tuple[str, Decision]]:
    for index, rule in enumerate(decision.rules):
        others = tuple(
            replace(other, targets=tuple(t for t in other.targets if t != rule.name)) if other.targets else other
            for place, other in enumerate(decision.rules)
            if place != index
        )
        yield rule.full_name, replace(decision, rules=others)
