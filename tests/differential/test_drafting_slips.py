"""Suspicions about drafting against enumeration: looking at every state agrees with what the engines justify or refute.

Each suspicion is decided once more by changing the program as it says (the exception deleted, the requirement dropped)
and asking the interpreter in every reachable state of a finite policy.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from checked import checked_policy
from generator import FINITE, Profile

from verifier.analysis.lint import Suspicion
from verifier.analysis.questions import pose
from verifier.core.expressions import And, DecisionCall, Expr, Local, Not, Or
from verifier.core.program import Decision, Program, Rule, Step
from verifier.core.types import YES_NO, EnumType, Type, Value, finite_values
from verifier.engines.answers import Reached, Undecided, Unreachable
from verifier.engines.decide import Limits, decide
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate, holds
from verifier.semantics.explore import explore
from verifier.semantics.model import Run
from verifier.semantics.run import Erred, Taken, bindings, step_arguments, try_step

SEEDS = 400 if os.environ.get("CLAUSEPROOF_DEPTH") == "nightly" else 40


@pytest.mark.parametrize("seed", range(SEEDS))
def test_suspicions_are_justified_as_enumeration_says(seed: int) -> None:
    program = checked_policy(seed, Profile(FINITE, size=1 + seed % 3, errors=seed % 3 == 0, promises=2))
    exploration = explore(program, limit=600)
    if exploration is None:
        return
    for suspicion, answer in answered(program):
        shown = any(reaches(program, suspicion, run) for run in exploration.states)
        assert isinstance(answer, Undecided) or shown == isinstance(answer, Reached), suspicion


def test_each_kind_of_suspicion_occurs_both_ways() -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for seed in range(40):
        program = checked_policy(seed, Profile(FINITE, size=1 + seed % 3, errors=seed % 3 == 0, promises=2))
        seen.update((suspicion.doubt, type(answer).__name__) for suspicion, answer in answered(program))
    kinds = {"idle exception", "wider", "broader", "implied requirement", "unreached value"}
    assert {doubt for doubt, answer in seen if answer == "Reached"} == kinds
    assert {doubt for doubt, answer in seen if answer == "Unreachable"} == kinds


def answered(program: Program) -> Iterator[tuple[Suspicion, Reached | Unreachable | Undecided]]:
    questions = pose(program, ())
    goals = {item.goal.name: item.goal for item in questions.suspicions}
    limits = Limits(20_000_000, time.monotonic() + 60, 12)
    answers = decide(questions.system, list(goals.values()), limits, (), frozenset(), frozenset(goals))
    for item in questions.suspicions:
        yield item, answers[item.goal.name]


# ---------------------------------------------------------------- the same by the interpreter


def reaches(program: Program, suspicion: Suspicion, run: Run) -> bool:
    """Whether a state is one of those that the suspicion's goal is about."""
    owner, _, name = suspicion.subject.rpartition(".")
    match suspicion.doubt:
        case "unreached value":
            return any(name in parts for parts in values_of(program, owner, run))
        case "implied requirement":
            step = next(step for step in program.steps if any(r.full_name == suspicion.subject for r in step.requires))
            name = suspicion.subject.removeprefix(f"{step.name}.")
            return any(needs(program, run, step, name, arguments) for arguments in step_arguments(step))
    decision = program.decision(owner)
    rule = next(rule for rule in decision.rules if rule.name == name)
    return any(differs(program, suspicion.doubt, decision, rule, run, values) for values in all_values(decision))


def all_values(decision: Decision) -> list[tuple[Value, ...]]:
    return list(product(*(finite_values(param.type) for param in decision.params)))


def differs(
    program: Program, doubt: str, decision: Decision, rule: Rule, run: Run, arguments: tuple[Value, ...]
) -> bool:
    named = dict(zip([param.name for param in decision.params], arguments, strict=True))
    bases = tuple(other.condition for other in decision.rules if other.name in (rule.targets or ()))
    base = bases[0] if len(bases) == 1 else Or(bases, type=YES_NO)
    if doubt == "broader":
        return fact(program, And((rule.condition, Not(base, type=YES_NO)), type=YES_NO), run, named)
    if doubt == "idle exception":
        rules = tuple(
            replace(other, targets=None if other.targets is None else tuple(t for t in other.targets if t != rule.name))
            for other in decision.rules
            if other is not rule
        )
    else:
        narrow = replace(rule, condition=And((rule.condition, base), type=YES_NO))
        rules = tuple(narrow if other is rule else other for other in decision.rules)
    changed = replace(decision, rules=rules)
    call = DecisionCall(decision.name, tuple(Local(p.name, type=p.type) for p in decision.params), type=decision.type)
    other = replace(program, decisions=tuple(changed if d is decision else d for d in program.decisions))
    return value(program, call, run, named) != value(other, call, run, named)


def value(program: Program, expr: Expr, run: Run, named: dict[str, Value]) -> object:
    try:
        return evaluate(program, expr, run, locals=named)
    except EvaluationError:
        return EvaluationError


def fact(program: Program, expr: Expr, run: Run, named: dict[str, Value]) -> bool:
    return value(program, expr, run, named) is True


def values_of(program: Program, enum: str, run: Run) -> Iterator[set[Value]]:
    for status in program.statuses:
        yield members(status.type, run.last.statuses[status.name], enum)
    for decision in program.decisions:
        call = DecisionCall(
            decision.name, tuple(Local(p.name, type=p.type) for p in decision.params), type=decision.type
        )
        for arguments in all_values(decision):
            named = dict(zip([param.name for param in decision.params], arguments, strict=True))
            found = value(program, call, run, named)
            yield members(decision.type, found, enum) if found is not EvaluationError else set()


def members(type_: Type, found: object, enum: str) -> set[Value]:
    inner = getattr(type_, "inner", getattr(type_, "element", type_))
    if not isinstance(inner, EnumType) or inner.name != enum or found is None:
        return set()
    return set(found) if isinstance(found, frozenset) else {found}  # type: ignore[arg-type]


def needs(program: Program, run: Run, step: Step, name: str, arguments: tuple[Value, ...]) -> bool:
    """Whether the step does more without a requirement: is taken, or errs after it, where the requirement fails."""
    place = next(index for index, requirement in enumerate(step.requires) if requirement.name == name)
    before, dropped, after = step.requires[:place], step.requires[place], step.requires[place + 1 :]
    if not isinstance(tried(program, run, replace(step, requires=before, effects=()), arguments), Taken):
        return False
    try:
        if holds(program, dropped.condition, run, locals=bindings(step, arguments)):
            return False
    except EvaluationError:
        pass
    return isinstance(tried(program, run, replace(step, requires=after, effects=()), arguments), Taken | Erred)


def tried(program: Program, run: Run, step: Step, arguments: tuple[Value, ...]) -> object:
    steps = tuple(step if other.name == step.name else other for other in program.steps)
    return try_step(replace(program, steps=steps), run, step.name, arguments)
