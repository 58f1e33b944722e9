"""Faults of the engines and of what surrounds them: searches that find what is not there, or prove what does not hold.

The system that they work on is right, so that the independent check of every invariant and the replay of every story
can notice them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
import z3
from planting import Fault, Plant, replacing, wrapping

from verifier.engines import (
    bmc,
    compiled,
    decide,
    houdini,
    liveness,
    memory,
    reader,
    spacer,
)
from verifier.engines.answers import Reached, Trace
from verifier.engines.lemmas import conjuncts
from verifier.explain import judge
from verifier.properties import goals as goals_module
from verifier.symbolic import emit
from verifier.symbolic.system import WAIT, System


def together(*plants: Plant) -> Plant:
    """Several faults at once: what one engine does not find, the next is asked."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        for one in plants:
            one(patch)

    return plant


NO_LEMMAS = replacing(houdini, "mine", lambda *_: houdini.Mined((), ()))


def no_finite_search(patch: pytest.MonkeyPatch) -> None:
    """The engines that look at all states give way."""
    patch.setattr(decide, "_by_all_states", lambda *_: {}, raising=False)


def no_bmc_beyond(depth: int) -> Plant:
    """The bounded search stops early, so that what is reachable later is left to provers."""

    def change(true: Callable[..., Any]) -> Callable[..., Any]:
        return lambda search, most, *rest, **named: true(search, min(most, depth), *rest, **named)

    return wrapping(bmc, "deepen", change)


def searching_only(*plants: Plant) -> Plant:
    """The faults, where runs are looked for at the start only: what is reachable later is left to provers."""
    return together(*plants, no_finite_search, no_bmc_beyond(0))


# ---------------------------------------------------------------- lemmas


def _without_step_round(true: Callable[..., Any]) -> Callable[..., Any]:
    """No lemma is asked whether the steps keep it: the second round is that."""
    calls = [0]

    def wrong(round_: Any, alive: list[int], deadline: float) -> Any:
        calls[0] += 1
        return alive if round_.assumed else true(round_, alive, deadline)

    return wrong


def _without_first_round(true: Callable[..., Any]) -> Callable[..., Any]:
    return lambda round_, alive, deadline: true(round_, alive, deadline) if round_.assumed else alive


def _all_excluded(true: Callable[..., Any]) -> Callable[..., Any]:
    def wrong(system: System, goals: Sequence[Any], *rest: Any) -> Any:
        return replace(true(system, goals, *rest), excluded=tuple(goal.name for goal in goals))

    return wrong


def _goal_as_lemma(true: Callable[..., Any]) -> Callable[..., Any]:
    """That a goal is not reached is taken for an invariant: generalisation without a reason."""

    def wrong(system: System, goals: Sequence[Any], *rest: Any) -> Any:
        terms = system.terms
        lemmas = tuple(terms.not_(goal.state) for goal in goals if not goal.on)
        return houdini.Mined(lemmas, tuple(goal.name for goal in goals if not goal.on))

    return wrong


LEMMAS = [
    Fault(
        "houdini skips the steps",
        searching_only(wrapping(houdini, "_keep", _without_step_round)),
        "certificate",
        "order",
    ),
    Fault(
        "houdini skips the first states",
        searching_only(wrapping(houdini, "_keep", _without_first_round)),
        "certificate",
        "order",
    ),
    Fault(
        "lemmas said to exclude every goal",
        searching_only(wrapping(houdini, "mine", _all_excluded)),
        "certificate",
        "order",
    ),
    Fault(
        "what is to be shown taken for a lemma",
        searching_only(wrapping(houdini, "mine", _goal_as_lemma)),
        "certificate",
        "loop",
    ),
]

# ---------------------------------------------------------------- Spacer


def _answering(change: Callable[[Any, Any, Any], Any]) -> Plant:
    """Spacer answers something else: a function of its answer, the system and the goal."""

    def wrong(true: Callable[..., Any]) -> Callable[..., Any]:
        return lambda system, goal, *rest: change(true(system, goal, *rest), system, goal)

    return searching_only(NO_LEMMAS, wrapping(spacer, "solve", wrong))


def _truncated(answer: Any, system: System, goal: Any) -> Any:
    if answer.invariant is None:
        return answer
    return replace(answer, invariant=system.terms.and_(*conjuncts(answer.invariant)[:-1]))


def _no_reason(answer: Any, system: System, goal: Any) -> Any:
    return spacer.SpacerAnswer(
        "unreachable", system.terms.not_(goals_module.anywhere(system.terms, replace(goal, on={})))
    )


def _any_state(answer: Any, system: System, goal: Any) -> Any:
    return spacer.SpacerAnswer("unreachable", system.terms.true)


def _no_state(answer: Any, system: System, goal: Any) -> Any:
    return spacer.SpacerAnswer("unreachable", system.terms.false)


def _negated(answer: Any, system: System, goal: Any) -> Any:
    return replace(answer, invariant=answer.invariant and system.terms.not_(answer.invariant))


def _one_step_short(true: Callable[..., Any]) -> Callable[..., Any]:
    """Spacer never sees the last step of the system."""

    def wrong(system: System, *rest: Any) -> Any:
        return true(replace(system, transitions=system.transitions[:-1]), *rest)

    return wrong


def _or_for_and(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(reader._BUILD, z3.Z3_OP_OR, lambda terms, args: terms.and_(*args))  # type: ignore[index]


def _strict_taken_for_not(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(reader._BUILD, z3.Z3_OP_NOT, lambda terms, args: args[0])  # type: ignore[index]


SPACER = [
    Fault("invariant without its last conjunct", _answering(_truncated), "certificate", "loop"),
    Fault("the goal's absence called an invariant", _answering(_no_reason), "certificate", "loop"),
    Fault("every state called an invariant", _answering(_any_state), "certificate", "loop"),
    Fault("no state called an invariant", _answering(_no_state), "certificate", "loop"),
    Fault("invariant negated", _answering(_negated), "certificate", "loop"),
    Fault(
        "Spacer never sees the last step",
        searching_only(NO_LEMMAS, wrapping(spacer, "solve", _one_step_short)),
        "certificate",
        "loop",
    ),
    Fault("or read back as and", searching_only(NO_LEMMAS, _or_for_and), "certificate", "loop"),
    Fault("not read back as nothing", searching_only(NO_LEMMAS, _strict_taken_for_not), "certificate", "loop"),
]

# ---------------------------------------------------------------- slices and compilation


def _slice(change: Callable[[System], System]) -> Plant:
    """Slices that leave something out."""

    def wrong(true: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args: change(true(*args))

    return together(*(wrapping(module, "slice_for", wrong) for module in (decide, memory)))


def _without_last_step(sliced: System) -> System:
    steps = [t for t in sliced.transitions if t.name != WAIT]
    return replace(sliced, transitions=tuple(t for t in sliced.transitions if t is not steps[-1])) if steps else sliced


def _stale(sliced: System) -> System:
    """A variable that is needed is left out: whatever it is, the steps may be taken."""
    gone = [v.term for v in sliced.variables if not v.static][:1]
    terms = sliced.terms
    transitions = tuple(
        replace(
            t,
            enabled=terms.and_(*(p for p in conjuncts(t.enabled) if terms.free(p).isdisjoint(gone))),
            updates={v: new for v, new in t.updates.items() if v not in gone},
        )
        for t in sliced.transitions
    )
    return replace(sliced, transitions=transitions)


def _without_start(sliced: System) -> System:
    return replace(sliced, initial=())


def _frozen(sliced: System) -> System:
    """The effects on one variable are left out of the slice."""
    gone = [v.term for v in sliced.variables if not v.static][1:2]
    kept = [replace(t, updates={v: n for v, n in t.updates.items() if v not in gone}) for t in sliced.transitions]
    return replace(sliced, transitions=tuple(kept))


def _no_frame(terms: Any, sliced: System, selector: Any) -> dict[Any, Any]:
    """Every transition changes what any of them changes."""
    result: dict[Any, Any] = {}
    for transition in reversed(sliced.transitions):
        here = terms.eq(selector, terms.member(selector.sort, transition.name))
        for variable, new in transition.updates.items():
            result[variable] = terms.ite(here, new, result[variable]) if variable in result else new
    return result


def _swapped(terms: Any, sliced: System, selector: Any) -> dict[Any, Any]:
    """The choice between a step and the rest is the wrong way round."""
    result: dict[Any, Any] = {}
    for transition in reversed(sliced.transitions):
        here = terms.eq(selector, terms.member(selector.sort, transition.name))
        for variable, new in transition.updates.items():
            result[variable] = terms.ite(here, result.get(variable, variable), new)
    return result


def _any_start(true: Callable[..., Any]) -> Callable[..., Any]:
    return lambda system, *rest: replace(true(system, *rest), initial=())


def _guards_dropped(true: Callable[..., Any]) -> Callable[..., Any]:
    def wrong(system: System, *rest: Any) -> Any:
        free = tuple(replace(t, enabled=system.terms.true) for t in system.transitions)
        return replace(true(replace(system, transitions=free), *rest), system=system)

    return wrong


SLICES = [
    Fault("slice without a step that writes", searching_only(_slice(_without_last_step)), "certificate", "loop"),
    Fault("effects on a needed variable left out", searching_only(_slice(_frozen)), "certificate", "loop"),
    Fault("stale slice: a needed variable left out", _slice(_stale), "replay", "order"),
    Fault("slice without the first state", _slice(_without_start), "replay", "order"),
    Fault("frame dropped from the compiled step", replacing(compiled, "next_values", _no_frame), "replay", "order"),
    Fault("choice of the step swapped", replacing(compiled, "next_values", _swapped), "replay", "order"),
    Fault("search from any state", wrapping(bmc, "compile_system", _any_start), "replay", "order"),
    Fault("search without requirements", wrapping(bmc, "compile_system", _guards_dropped), "replay", "order"),
]

# ---------------------------------------------------------------- bounded search


def _stale_model(true: Callable[..., Any]) -> Callable[..., Any]:
    """Every run is the first that was found."""
    first: list[Trace] = []

    def wrong(search: Any, goal: Any, model: Any) -> Trace:
        first.append(true(search, goal, model))
        return first[0]

    return wrong


def _trace(change: Callable[[Trace], Trace]) -> Plant:
    return wrapping(bmc, "_trace", lambda true: lambda *args: change(true(*args)))


def _other_inputs(trace: Trace) -> Trace:
    steps = tuple(replace(s, inputs=dict.fromkeys(s.inputs, 0)) if s.transition != WAIT else s for s in trace.steps)
    return replace(trace, steps=steps)


def _other_start(trace: Trace) -> Trace:
    return replace(trace, start={v: not x if isinstance(x, bool) else x for v, x in trace.start.items()})


def _everything_found(true: Callable[..., Any]) -> Callable[..., Any]:
    """What could not be reached at the start is reported all the same, with the run of no steps."""

    def wrong(search: Any, *rest: Any, **named: Any) -> None:
        true(search, *rest, **named)
        for name in list(search.pending):
            start = {v: False if v.sort.kind == "Bool" else 0 for v in search.compiled.variables}
            start = {v: v.sort.members[0] if v.sort.kind == "enum" else x for v, x in start.items()}
            search.found[name] = Reached(Trace(start, ()), True)
            del search.pending[name]

    return wrong


SEARCH = [
    Fault("a stale model", wrapping(bmc, "_trace", _stale_model), "replay", "order"),
    Fault("last step of a run lost", _trace(lambda t: replace(t, steps=t.steps[:-1])), "replay", "order"),
    Fault("steps in reverse order", _trace(lambda t: replace(t, steps=t.steps[::-1])), "replay", "order"),
    Fault("arguments of steps lost", _trace(_other_inputs), "replay", "order"),
    Fault("facts of the case lost", _trace(_other_start), "replay", "order"),
    Fault("every goal said to be reached", wrapping(bmc, "deepen", _everything_found), "replay", "order"),
    Fault(
        "a longer wait in the story",
        _trace(lambda t: replace(t, steps=tuple(replace(s, inputs=_longer(s)) for s in t.steps))),
        "replay",
        "days",
    ),
]


def _longer(step: Any) -> Mapping[Any, Any]:
    return {v: x + 1 if step.transition == WAIT else x for v, x in step.inputs.items()}


# ---------------------------------------------------------------- ways, verdicts, texts


def _regions(change: Callable[[Sequence[Any]], Sequence[Any]]) -> Plant:
    """Ways are shown by other regions than were found."""

    def wrong(true: Callable[..., Any]) -> Callable[..., Any]:
        return lambda system, goal, invariant, regions, budget: true(system, goal, invariant, change(regions), budget)

    return wrapping(liveness, "check_progress", wrong)


def _backwards(regions: Sequence[Any]) -> Sequence[Any]:
    """Each region is said to lead straight to the goal."""
    return [regions[0], *(replace(region, into=0) for region in regions[1:])]


def _operation(change: Callable[[Any, Sequence[str]], str | None]) -> Plant:
    """Some operations are written wrongly for every solver."""

    def wrong(true: Callable[..., Any]) -> Callable[..., Any]:
        return lambda term, args: change(term, args) or true(term, args)

    return wrapping(emit, "operation_text", wrong)


WAYS = [
    Fault("a region lost from a way", _regions(lambda found: found[:-1] or found), "certificate", "order"),
    Fault("every region said to lead to the goal", _regions(_backwards), "certificate", "order"),
]

TEXTS = [
    Fault(
        "or written as and",
        _operation(lambda term, args: f"(and {' '.join(args)})" if term.op == "or" else None),
        "enumeration",
        "loop",
    ),
    Fault(
        "branches of ite written swapped",
        _operation(lambda term, args: f"(ite {args[0]} {args[2]} {args[1]})" if term.op == "ite" else None),
        "replay",
        "order",
    ),
    Fault(
        "bounds written one too low",
        wrapping(emit, "number_text", lambda true: lambda value, sort: true(value - (sort.kind == "Int"), sort)),
        "replay",
        "order",
    ),
]

VERDICTS: list[Fault] = [
    Fault("errors of promises ignored", replacing(judge, "doubt_about", lambda *_: None), "enumeration", "errors"),
    Fault("errors of steps ignored", replacing(judge, "_first_error", lambda *_: None), "enumeration", "errors"),
]

# ---------------------------------------------------------------- what earlier runs found


class Confused:
    """A memory that gives whatever it kept last, whatever it is asked for."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def get(self, name: str) -> str | None:
        proofs = [text for text in self.kept if text.startswith("{")]
        return proofs[-1] if proofs else None

    def put(self, name: str, text: str) -> None:
        self.kept.append(text)


FAULTS: Sequence[Fault] = [*LEMMAS, *SPACER, *SLICES, *SEARCH, *WAYS, *TEXTS, *VERDICTS]

LYING = (
    "houdini skips the steps",
    "what is to be shown taken for a lemma",
    "lemmas said to exclude every goal",
    "the goal's absence called an invariant",
    "every state called an invariant",
    "no state called an invariant",
)
DANGEROUS: Sequence[Fault] = [fault for fault in FAULTS if fault.name in LYING]
"""Faults that the certificate check alone keeps from a wrong verdict."""
