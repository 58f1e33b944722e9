"""The largest inductive subset of a set of candidate lemmas, and what it proves.

Takes a system, goals and candidates; gives one invariant for all goals that it excludes. Method: Houdini (Flanagan, Leino, FME 2001):
drop every candidate that a counterexample to initiation or consecution falsifies, until none is left to drop. Its result is only
proposed; ``certificate`` judges it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import z3

from verifier.engines.answers import Plain
from verifier.engines.compiled import Compiled, compile_system, plain
from verifier.engines.lemmas import candidates
from verifier.properties.goals import Goal
from verifier.symbolic.concrete import evaluate
from verifier.symbolic.system import System
from verifier.symbolic.terms import Term


@dataclass(frozen=True, slots=True)
class Mined:
    """Lemmas that are inductive together, and the names of the goals that they exclude."""

    lemmas: tuple[Term, ...]
    excluded: tuple[str, ...]


def mine(system: System, goals: Sequence[Goal], budget: int, deadline: float) -> Mined:
    """Find lemmas for a system and see which goals they exclude; nothing where the solver gives up."""
    pool = candidates(system, goals)
    compiled = compile_system(system, goals, pool)
    alive = _initially(compiled, pool, budget, deadline)
    alive = _inductive(compiled, pool, alive, budget, deadline)
    if alive is None:
        return Mined((), ())
    solver = _solver(compiled, budget)
    solver.add(compiled.calendar, *(compiled.wishes[index] for index in alive))
    excluded = [goal.name for goal in goals if solver.check(compiled.goal(goal.name)) == z3.unsat]
    return Mined(tuple(pool[index] for index in alive), tuple(excluded))


def _solver(compiled: Compiled, budget: int) -> z3.Solver:
    solver = z3.Solver(ctx=compiled.context)
    solver.set("random_seed", 0)
    solver.set("rlimit", budget)
    return solver


def _values(compiled: Compiled, model: z3.ModelRef, constants: Sequence[z3.ExprRef]) -> dict[Term, Plain]:
    pairs = zip(compiled.variables, constants, strict=True)
    return {v: plain(model.eval(c, model_completion=True)) for v, c in pairs if v.sort.kind != "array"}


def _falsified(
    compiled: Compiled, pool: Sequence[Term], alive: list[int], model: z3.ModelRef, now: Sequence[z3.ExprRef]
) -> set[int]:
    """The candidates that are false in a state of a model. A candidate over arrays or months is asked of the model itself."""
    assigned, memo = _values(compiled, model, now), dict[Term, object]()
    pairs = list(zip(compiled.now, now, strict=True))
    false = set()
    for index in alive:
        if _needs_model(pool[index]):
            value = z3.is_false(model.eval(z3.substitute(compiled.wishes[index], *pairs), model_completion=True))
        else:
            value = not evaluate(pool[index], assigned, memo)
        if value:
            false.add(index)
    return false


def _needs_model(term: Term) -> bool:
    stack, seen = [term], set()
    while stack:
        item = stack.pop()
        if item.op in ("months", "select", "store", "fill") or item.sort.kind == "array":
            return True
        if item not in seen:
            seen.add(item)
            stack.extend(item.args)
    return False


def _initially(compiled: Compiled, pool: Sequence[Term], budget: int, deadline: float) -> list[int] | None:
    """The candidates that hold in every first state."""
    solver = _solver(compiled, budget)
    solver.add(compiled.calendar, *compiled.initial)
    alive = list(range(len(pool)))
    while alive:
        solver.push()
        solver.add(z3.Not(z3.And(*(compiled.wishes[index] for index in alive))))
        answer = solver.check()
        if answer == z3.unsat:
            return alive
        if answer == z3.unknown or time.monotonic() > deadline:
            return None
        false = _falsified(compiled, pool, alive, solver.model(), compiled.now)
        solver.pop()
        if not false:
            return None
        alive = [index for index in alive if index not in false]
    return alive


def _inductive(
    compiled: Compiled, pool: Sequence[Term], alive: list[int] | None, budget: int, deadline: float
) -> list[int] | None:
    """The largest subset of the candidates that every transition keeps."""
    if alive is None:
        return None
    pairs = list(zip(compiled.now, compiled.next, strict=True))
    solver = _solver(compiled, budget)
    solver.add(compiled.calendar, z3.substitute(compiled.calendar, *pairs), compiled.step)
    assume = {index: z3.Bool(f"lemma {index}", compiled.context) for index in alive}
    after = {index: z3.substitute(compiled.wishes[index], *pairs) for index in alive}
    for index, literal in assume.items():
        solver.add(z3.Implies(literal, compiled.wishes[index]))
    while alive:
        solver.push()
        solver.add(z3.Not(z3.And(*(after[index] for index in alive))))
        answer = solver.check(*(assume[index] for index in alive))
        if answer == z3.unsat:
            return alive
        if answer == z3.unknown or time.monotonic() > deadline:
            return None
        false = _falsified(compiled, pool, alive, solver.model(), compiled.next)
        solver.pop()
        if not false:
            return None
        alive = [index for index in alive if index not in false]
    return alive
