"""Bounded search: one incremental unrolling for all goals at once, so that every run found is a shortest one.

Takes a system and goals; gives a run for each goal that it reaches, and how far it looked for the rest. Never proves
anything about runs of any length. Method: bounded model checking (Biere et al., 1999) with one assumption literal for
each depth.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import z3

from verifier.engines.answers import OUT_OF_TIME, Plain, Reached, Trace, TraceStep
from verifier.engines.compiled import Compiled, compile_system, plain
from verifier.engines.exact import PATIENCE, Calendar, check
from verifier.engines.renaming import Renaming
from verifier.properties.goals import Goal
from verifier.symbolic.system import System
from verifier.symbolic.terms import Term

TOGETHER = 30
"""How often all goals together may lead to a model that is wrong about the calendar; then each is asked alone."""


@dataclass(slots=True)
class Search:
    """An unrolling that can be taken further. ``depth`` is the number of transitions excluded so far for ``pending``
    goals.
    """

    compiled: Compiled
    goals: dict[str, Goal]
    solver: z3.Solver
    frames: list[tuple[z3.ExprRef, ...]]
    inputs: list[dict[Term, z3.ExprRef]] = field(default_factory=list)
    pending: dict[str, Goal] = field(default_factory=dict)
    found: dict[str, Reached] = field(default_factory=dict)
    depth: int = -1
    stopped: str | None = None
    refined: frozenset[str] = frozenset()
    calendar: Calendar = field(default_factory=Calendar)


def start(system: System, goals: Sequence[Goal], wishes: Sequence[Term] = (), refined: Iterable[str] = ()) -> Search:
    """A search at depth -1: nothing looked at yet.

    Runs for the goals named in ``refined`` start in a state that grants the ``wishes`` (terms over it) greedily, in
    order.
    """
    known = {variable.term for variable in system.variables}
    wishes = tuple(wish for wish in wishes if system.terms.free(wish) <= known)
    compiled = compile_system(system, goals, wishes)
    solver = z3.Solver(ctx=compiled.context)
    solver.set("random_seed", 0)
    frame = tuple(_at(variable, 0, nxt) for variable, nxt in zip(compiled.now, compiled.next, strict=True))
    named = {goal.name: goal for goal in goals}
    search = Search(compiled, named, solver, [frame], pending=dict(named), refined=frozenset(refined))
    first = Renaming(zip(compiled.now, frame, strict=True))
    solver.add(*(first(constraint) for constraint in compiled.initial))
    return search


def _at(variable: z3.ExprRef, depth: int, after: z3.ExprRef) -> z3.ExprRef:
    """The variable at a depth; one that never changes is the same at each."""
    if after.eq(variable):
        return variable
    return z3.Const(f"{variable.decl().name()}@{depth}", variable.sort())


def deepen(search: Search, depth: int, deadline: float, budget: int) -> None:
    """Look at every depth up to ``depth`` until no goal is pending, the wall clock passes ``deadline`` (seconds of
    ``time.monotonic``) or one question takes more than ``budget`` solver resource units.
    """
    search.solver.set("rlimit", budget)
    search.calendar.deadline = deadline
    while search.pending and search.depth < depth and search.stopped is None:
        if time.monotonic() > deadline:
            search.stopped = OUT_OF_TIME
            return
        search.solver.set("timeout", max(1, int((deadline - time.monotonic()) * 1000)))
        if search.depth >= 0:
            _extend(search)
        _look(search)


def _extend(search: Search) -> None:
    """Add the transition from the last frame to a new one."""
    compiled, depth = search.compiled, len(search.frames)
    new = tuple(_at(variable, depth, after) for variable, after in zip(compiled.now, compiled.next, strict=True))
    inputs = search.inputs[depth - 1]
    pairs = [*zip(compiled.now, search.frames[-1], strict=True)]
    pairs += [(a, b) for a, b in zip(compiled.next, new, strict=True) if not a.eq(b)]
    pairs += [(compiled.inputs[term], constant) for term, constant in inputs.items()]
    search.solver.add(Renaming(pairs)(compiled.step))
    search.frames.append(new)


def _look(search: Search) -> None:
    """Ask for every pending goal at the last frame; goals found leave ``pending``."""
    compiled, depth = search.compiled, len(search.frames) - 1
    inputs = {
        term: z3.Const(f"{constant.decl().name()}@{depth}", constant.sort())
        for term, constant in compiled.inputs.items()
    }
    if len(search.inputs) == depth:
        search.inputs.append(inputs)
    at = _moment(search)
    search.solver.add(at(compiled.calendar))
    search.calendar.learn([(term, at(application)) for term, application in compiled.months])
    here = {name: at(compiled.goal(name)) for name in search.pending}
    answer = _ask(search, here, TOGETHER)
    for name in list(here) if answer == z3.unknown else ():
        if name in here:
            _ask(search, here, PATIENCE, (name,))
            here.pop(name, None)
    if search.stopped is None:
        search.depth = depth


def _ask(search: Search, here: dict[str, z3.ExprRef], patience: int, only: tuple[str, ...] = ()) -> z3.CheckSatResult:
    """Ask until none of some goals (``only`` these) can be reached here; found ones leave ``here``.

    Gives ``unknown`` where that is not settled; for a single goal that stops the search.
    """
    while asked := [here[name] for name in only or here if name in here]:
        ask = z3.FreshConst(z3.BoolSort(search.compiled.context), "ask")
        search.solver.add(z3.Implies(ask, z3.Or(*asked)))
        answer = check(search.solver, search.calendar, [ask], patience)
        if answer == z3.unknown and only:
            search.stopped = _why(search)
        if answer != z3.sat:
            return answer
        model = search.solver.model()
        for name in [name for name, term in here.items() if z3.is_true(model.eval(term, model_completion=True))]:
            own = _refine(search, here[name], model) if name in search.refined else model
            search.found[name] = Reached(_trace(search, search.pending.pop(name), own), shortest=True)
            del here[name]
    return z3.unsat


def _moment(search: Search) -> Renaming:
    """Formulas over now and inputs, at the last frame."""
    pairs = [*zip(search.compiled.now, search.frames[-1], strict=True)]
    return Renaming([*pairs, *((search.compiled.inputs[t], constant) for t, constant in search.inputs[-1].items())])


def _why(search: Search) -> str:
    """Why a question was not answered; "unknown" is what remains when the calendar had to be corrected too often."""
    if time.monotonic() > search.calendar.deadline:
        return OUT_OF_TIME
    reason = search.solver.reason_unknown()
    return "the calendar was asked too often" if reason in ("", "unknown") else reason


def _refine(search: Search, goal: z3.ExprRef, model: z3.ModelRef) -> z3.ModelRef:
    """A model of the same goal at the same depth that grants the wishes as far as they go together, earlier ones
    first.
    """
    first = Renaming(zip(search.compiled.now, search.frames[0], strict=True))
    reach = z3.FreshConst(goal.sort(), "reach")
    search.solver.add(z3.Implies(reach, goal))
    granted = [reach]
    for wish in search.compiled.wishes:
        term = first(wish)
        if not z3.is_true(model.eval(term, model_completion=True)):
            grant = z3.FreshConst(goal.sort(), "wish")
            search.solver.add(z3.Implies(grant, term))
            if check(search.solver, search.calendar, [*granted, grant]) != z3.sat:
                continue
            model = search.solver.model()
            granted.append(grant)
        else:
            granted.append(term)
    return model


def _trace(search: Search, goal: Goal, model: z3.ModelRef) -> Trace:
    compiled = search.compiled
    depth = len(search.frames) - 1

    def value(expression: z3.ExprRef) -> Plain:
        return plain(model.eval(expression, model_completion=True))

    start = {
        term: value(constant)
        for term, constant in zip(compiled.variables, search.frames[0], strict=True)
        if term.sort.kind != "array"
    }
    steps = [_taken(search, str(value(inputs[_selector(compiled)])), inputs, model) for inputs in search.inputs[:depth]]
    if goal.on and not _in_state(search, goal, model):
        steps.append(_last(search, goal, model))
    return Trace(start, tuple(steps))


def _in_state(search: Search, goal: Goal, model: z3.ModelRef) -> bool:
    state = _moment(search)(search.compiled.goals[goal.name][""])
    return bool(z3.is_true(model.eval(state, model_completion=True)))


def _selector(compiled: Compiled) -> Term:
    return next(term for term, constant in compiled.inputs.items() if constant.eq(compiled.selector))


def _taken(search: Search, name: str, inputs: dict[Term, z3.ExprRef], model: z3.ModelRef) -> TraceStep:
    transition = search.compiled.system.transition(name)
    chosen = {part.variable: inputs[part.variable] for part in transition.inputs}
    return TraceStep(name, {term: plain(model.eval(c, model_completion=True)) for term, c in chosen.items()})


def _last(search: Search, goal: Goal, model: z3.ModelRef) -> TraceStep:
    """The transition that a goal on transitions takes last in the model."""
    inputs = search.inputs[-1]
    at = _moment(search)
    for name in goal.on:
        part = at(search.compiled.goals[goal.name][name])
        if z3.is_true(model.eval(part, model_completion=True)):
            return _taken(search, name, inputs, model)
    raise AssertionError(f"no transition of the goal `{goal.name}` is taken in its own model")
