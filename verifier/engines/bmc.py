"""Bounded search: one incremental unrolling for all goals at once, so that every run found is a shortest one.

Takes a system and goals; gives a run for each goal that it reaches, and how far it looked for the rest. Never proves
anything about runs of any length. Method: bounded model checking (Biere et al., 1999) with one assumption literal for
each depth.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

import z3

from verifier.engines.answers import Plain, Reached, Trace, TraceStep, in_words
from verifier.engines.compiled import Compiled, compile_system, plain
from verifier.engines.exact import PATIENCE, Calendar, check
from verifier.engines.plainer import plainer
from verifier.engines.renaming import Renaming
from verifier.explain.model import OUT_OF_BUDGET, OUT_OF_TIME
from verifier.properties.goals import Goal
from verifier.records import dataclass
from verifier.symbolic.system import System
from verifier.symbolic.terms import INT, Term

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
    budget: int = 0
    wishes: tuple[Term, ...] = ()
    refined: frozenset[str] = frozenset()
    calendar: Calendar = field(default_factory=Calendar)


def start(system: System, goals: Sequence[Goal], wishes: Sequence[Term] = (), refined: Iterable[str] = ()) -> Search:
    """A search at depth -1: nothing looked at yet.

    Runs for the goals named in ``refined`` grant the ``wishes`` as far as ``plainer`` can: terms over the first state,
    or over the inputs of a transition, which are then meant for each time that it is taken (counts are added up).
    """
    known = {variable.term for variable in system.variables}
    known |= {part.variable for transition in system.transitions for part in transition.inputs}
    wishes = tuple(wish for wish in wishes if system.terms.free(wish) <= known)
    compiled = compile_system(system, goals, wishes)
    solver = z3.Solver(ctx=compiled.context)
    solver.set("random_seed", 0)
    frame = tuple(_at(variable, 0, nxt) for variable, nxt in zip(compiled.now, compiled.next, strict=True))
    named = {goal.name: goal for goal in goals}
    search = Search(compiled, named, solver, [frame], pending=dict(named), wishes=wishes, refined=frozenset(refined))
    first = Renaming(zip(compiled.now, frame, strict=True))
    solver.add(*(first(constraint) for constraint in compiled.initial))
    return search


def _at(variable: z3.ExprRef, depth: int, after: z3.ExprRef) -> z3.ExprRef:
    """The variable at a depth; one that never changes is the same at each."""
    if after.eq(variable):
        return variable
    return z3.Const(f"{variable.decl().name()}@{depth}", variable.sort())


def deepen(search: Search, depth: int, deadline: float, budget: int, total: int | None = None) -> None:
    """Look at every depth up to ``depth`` until no goal is pending, the wall clock passes ``deadline`` (seconds of
    ``time.monotonic``), one question takes more than ``budget`` solver resource units, or all from now on more than
    ``total``.
    """
    begun = _spent(search)
    search.solver.set("rlimit", budget)
    search.budget = budget
    search.calendar.deadline = deadline
    while search.pending and search.depth < depth and search.stopped is None:
        if time.monotonic() > deadline:
            search.stopped = OUT_OF_TIME
            return
        if total is not None and _spent(search) - begun > total:
            search.stopped = OUT_OF_BUDGET
            return
        search.solver.set("timeout", max(1, int((deadline - time.monotonic()) * 1000)))
        if search.depth >= 0:
            _extend(search)
        _look(search)


def follow(search: Search, names: Sequence[str], deadline: float, budget: int) -> None:
    """Take these transitions, in order, from the first state of a new search, and look for its goals at the end."""
    search.solver.set("rlimit", budget)
    search.budget = budget
    search.calendar.deadline = deadline
    search.solver.set("timeout", max(1, int((deadline - time.monotonic()) * 1000)))
    selector, sort = _selector(search.compiled), search.compiled.selector.sort()
    places = {transition.name: place for place, transition in enumerate(search.compiled.system.transitions)}
    for name in names:
        _arrive(search)
        search.solver.add(search.inputs[-1][selector] == sort.constructor(places[name])())
        _extend(search)
    _look(search)


def _spent(search: Search) -> int:
    """Resource units that the solver has used so far."""
    return next((int(value) for key, value in search.solver.statistics() if key == "rlimit count"), 0)


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
    compiled = search.compiled
    at = _arrive(search)
    here = {name: at(compiled.goal(name)) for name in search.pending}
    answer = _ask(search, here, TOGETHER)
    for name in list(here) if answer == z3.unknown else ():
        if name in here:
            _ask(search, here, PATIENCE, (name,))
            here.pop(name, None)
    if search.stopped is None:
        search.depth = len(search.frames) - 1


def _arrive(search: Search) -> Renaming:
    """Inputs for the last frame, and what the calendar says there; gives formulas as they are at that moment."""
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
    return at


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
            own = _refine(search, search.pending[name], here[name], model) if name in search.refined else model
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
    return "the calendar was asked too often" if reason in ("", "unknown") else in_words(reason)


def _refine(search: Search, goal: Goal, here: z3.ExprRef, model: z3.ModelRef) -> z3.ModelRef:
    """A model of the same goal at the same depth that is as plain as the wishes ask."""
    reach = z3.FreshConst(here.sort(), "reach")
    search.solver.add(z3.Implies(reach, here))
    return plainer(search.solver, search.calendar, model, [reach], _wishes(search, goal), search.budget)


def _wishes(search: Search, goal: Goal) -> Iterator[z3.ExprRef]:
    """The wishes for a run to a goal at the last frame."""
    compiled, terms = search.compiled, search.compiled.system.terms
    owners = {part.variable: t.name for t in compiled.system.transitions for part in t.inputs}
    first = Renaming(zip(compiled.now, search.frames[0], strict=True))
    for term, wish in zip(search.wishes, compiled.wishes, strict=True):
        taken = {owners[variable] for variable in terms.free(term) if variable in owners}
        if not taken:
            yield first(wish)
            continue
        (name,) = taken
        each = [_where_taken(search, goal, depth, name, wish) for depth in range(len(search.frames))]
        yield z3.Sum(*each) if term.sort == INT else z3.And(*each)


def _where_taken(search: Search, goal: Goal, depth: int, name: str, wish: z3.ExprRef) -> z3.ExprRef:
    """A wish about the inputs of a transition at a depth: it asks for nothing where another one is taken."""
    compiled, inputs = search.compiled, search.inputs[depth]
    there = Renaming([(compiled.inputs[term], constant) for term, constant in inputs.items()])
    if depth < len(search.frames) - 1:
        number = [t.name for t in compiled.system.transitions].index(name)
        taken = inputs[_selector(compiled)] == compiled.selector.sort().constructor(number)()
    elif name in goal.on:
        taken = _moment(search)(compiled.goals[goal.name][name])
    else:
        taken = z3.BoolVal(False, ctx=compiled.context)
    return z3.If(taken, there(wish), 0) if z3.is_int(wish) else z3.Implies(taken, there(wish))


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
