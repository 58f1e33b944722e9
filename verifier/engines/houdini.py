"""The largest inductive subset of a set of candidate lemmas, and what it proves.

Takes a system, goals and candidates; gives one invariant for all goals that it excludes. Method: Houdini (Flanagan,
Leino, FME 2001): drop every candidate that a counterexample to initiation or consecution falsifies, until none is left
to drop. Its result is only proposed; ``certificate`` judges it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from functools import cache

import z3

from verifier.engines import needed
from verifier.engines.compiled import Compiled, compile_system, plain, primed
from verifier.engines.lemmas import candidates
from verifier.engines.query import Model, Question
from verifier.engines.renaming import Renaming
from verifier.engines.simulate import Masks, State, walks
from verifier.properties.goals import Goal
from verifier.records import dataclass
from verifier.symbolic.concrete import evaluate, untouched
from verifier.symbolic.system import System
from verifier.symbolic.terms import BOOL, Term, Terms

MANY = 400
"""From how many candidates on it pays to look at random runs before the solver is asked."""

WALKED, LENGTH = 300, 60


@dataclass(frozen=True, slots=True)
class Mined:
    """Lemmas that are inductive together, and the names of the goals that they exclude."""

    lemmas: tuple[Term, ...]
    excluded: tuple[str, ...]


def quick(system: System, goals: Sequence[Goal], budget: int, deadline: float) -> Mined:
    """Find the few lemmas that goals need among those about what steps require; see ``needed``."""
    return Mined(*needed.find(system, goals, candidates(system, goals, paired=False), budget, deadline))


def mine(system: System, goals: Sequence[Goal], states: Sequence[State], budget: int, deadline: float) -> Mined:
    """Find lemmas for a system and see which goals they exclude; nothing where the solver gives up.

    ``states`` are reachable: a candidate that is false in one is dropped before the solver is asked.
    """
    masks = Masks(states)
    pool = [term for term in candidates(system, goals) if masks.mask(term) == masks.every]
    if len(pool) > MANY:
        walked = Masks(_walked(system, budget))
        pool = [term for term in pool if walked.mask(term) == walked.every]
    return _mined(system, goals, pool, budget, deadline)


def _mined(system: System, goals: Sequence[Goal], pool: Sequence[Term], budget: int, deadline: float) -> Mined:
    """What a pool of candidates leaves, and what that excludes."""
    if not pool:
        return Mined((), ())
    changing = {variable for transition in system.transitions for variable in transition.updates}
    after = {variable: primed(system.terms, variable) for variable in changing}
    memo: dict[Term, Term] = {}
    later = [system.terms.substitute(term, after, memo) for term in pool]
    compiled = compile_system(system, goals, [*_guarded(system.terms, pool, later), *pool, *later])
    alive = _keep(_initial_round(compiled, pool, budget), list(range(len(pool))), deadline)
    if alive:
        alive = _keep(_step_round(compiled, pool, alive, budget), alive, deadline)
    if not alive:
        return Mined((), ())
    solver = _solver(compiled, budget)
    solver.add(compiled.calendar, *_block(compiled, _LEMMAS, alive))
    excluded = [goal.name for goal in goals if solver.check(compiled.goal(goal.name)) == z3.unsat]
    return Mined(tuple(pool[index] for index in alive), tuple(excluded))


def _walked(system: System, budget: int) -> list[State]:
    """States of random runs from some first state."""
    arrays = {v.term: untouched(v.term.sort) for v in system.variables if v.term.sort.kind == "array"}
    known = [variable.term for variable in system.variables if variable.term not in arrays]
    first = Question(system.terms, [constraint.term for constraint in system.initial], known, (), budget).ask()
    return walks(system, {**first.values, **arrays}, WALKED, LENGTH) if isinstance(first, Model) else []


_LEMMAS, _NEXT, _FALSE_NOW, _FALSE_NEXT, _ASSUMED = 3, 4, 0, 1, 2
"""Where the blocks of terms stand in ``Compiled.wishes``, each as long as the pool."""


def _guarded(terms: Terms, pool: Sequence[Term], later: Sequence[Term]) -> list[Term]:
    """Each candidate behind literals: false now, false next, assumed now."""
    blamed = [terms.var(f"false {index}", BOOL) for index in range(len(pool))]
    assumed = [terms.var(f"lemma {index}", BOOL) for index in range(len(pool))]
    false_now = [terms.implies(literal, terms.not_(term)) for literal, term in zip(blamed, pool, strict=True)]
    false_next = [terms.implies(literal, terms.not_(term)) for literal, term in zip(blamed, later, strict=True)]
    held = [terms.implies(literal, term) for literal, term in zip(assumed, pool, strict=True)]
    return [*false_now, *false_next, *held]


def _block(compiled: Compiled, block: int, indices: Iterable[int]) -> list[z3.ExprRef]:
    size = len(compiled.wishes) // 5
    return [compiled.wishes[block * size + index] for index in indices]


def _solver(compiled: Compiled, budget: int) -> z3.Solver:
    solver = z3.Solver(ctx=compiled.context)
    solver.set("random_seed", 0)
    solver.set("rlimit", budget)
    return solver


@dataclass(slots=True)
class _Round:
    """A solver that asks for a state in which some candidate is false; ``terms`` are the candidates there, over
    ``variables``.
    """

    solver: z3.Solver
    terms: Sequence[Term]
    expressions: Sequence[z3.ExprRef]
    variables: Sequence[tuple[Term, z3.ExprRef]]
    assumed: dict[int, z3.ExprRef]
    blamed: dict[int, z3.ExprRef]


def _keep(round_: _Round, alive: list[int], deadline: float) -> list[int] | None:
    """Drop candidates until the solver finds none false; ``None`` where it gives up."""
    while alive:
        answer = round_.solver.check(*(round_.assumed[index] for index in alive if round_.assumed))
        if answer == z3.unsat:
            return alive
        if answer == z3.unknown or time.monotonic() > deadline:
            return None
        false = _falsified(round_, alive)
        if not false:
            return None
        round_.solver.add(*(z3.Not(round_.blamed[index]) for index in false))
        alive = [index for index in alive if index not in false]
    return alive


def _falsified(round_: _Round, alive: list[int]) -> set[int]:
    """The candidates that are false in a model; one over arrays or months is asked of the model itself."""
    model = round_.solver.model()
    assigned = {v: plain(model.eval(c, model_completion=True)) for v, c in round_.variables if v.sort.kind != "array"}
    memo: dict[Term, object] = {}
    false = set()
    for index in alive:
        term = round_.terms[index]
        if _needs_model(term):
            wrong = bool(z3.is_false(model.eval(round_.expressions[index], model_completion=True)))
        else:
            wrong = not evaluate(term, assigned, memo)
        if wrong:
            false.add(index)
    return false


@cache
def _needs_model(term: Term) -> bool:
    own = term.op in ("months", "select", "store", "fill") or term.sort.kind == "array"
    return own or any(_needs_model(arg) for arg in term.args)


def _round(
    solver: z3.Solver,
    pool: Sequence[Term],
    alive: Sequence[int],
    expressions: Sequence[z3.ExprRef],
    variables: Sequence[tuple[Term, z3.ExprRef]],
    assumed: dict[int, z3.ExprRef],
) -> _Round:
    """One clause "some candidate is false", each candidate behind a literal, so that dropping one is a unit clause."""
    blamed = {index: z3.Bool(f"false {index}", solver.ctx) for index in alive}
    solver.add(z3.Or(*blamed.values()))
    return _Round(solver, pool, expressions, variables, assumed, blamed)


def _initial_round(compiled: Compiled, pool: Sequence[Term], budget: int) -> _Round:
    """Which candidates are false in some first state?"""
    everything = range(len(pool))
    solver = _solver(compiled, budget)
    solver.add(compiled.calendar, *compiled.initial, *_block(compiled, _FALSE_NOW, everything))
    variables = list(zip(compiled.variables, compiled.now, strict=True))
    return _round(solver, pool, everything, _block(compiled, _LEMMAS, everything), variables, {})


def _step_round(compiled: Compiled, pool: Sequence[Term], alive: list[int], budget: int) -> _Round:
    """Which candidates are false after a transition from a state in which all (still assumed ones) hold?"""
    solver = _solver(compiled, budget)
    solver.add(compiled.calendar, compiled.step)
    if compiled.months:
        solver.add(Renaming(zip(compiled.now, compiled.next, strict=True))(compiled.calendar))
    solver.add(*_block(compiled, _ASSUMED, alive), *_block(compiled, _FALSE_NEXT, alive))
    assumed = {index: z3.Bool(f"lemma {index}", compiled.context) for index in alive}
    variables = list(zip(compiled.variables, compiled.next, strict=True))
    return _round(solver, pool, alive, _block(compiled, _NEXT, range(len(pool))), variables, assumed)
