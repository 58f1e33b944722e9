"""Reachable states by running a system on concrete values, and many states at once judged by bit masks.

Takes a system and first states; gives states that are certainly reachable, so that a candidate lemma false in one of
them can be dropped without a solver. Deterministic: breadth first, inputs from a fixed small set. Proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from random import Random
from typing import Any

from verifier.engines.answers import TraceStep
from verifier.symbolic.concrete import evaluate
from verifier.symbolic.system import System, Transition
from verifier.symbolic.terms import Sort, Term

State = Mapping[Term, Any]
INPUT_CHOICES = 6


def reachable(system: System, starts: Sequence[State], most: int) -> list[State]:
    """Up to ``most`` distinct reachable states, the starts first, breadth first."""
    variables = [variable.term for variable in system.variables]
    seen: set[tuple[Any, ...]] = set()
    found: list[State] = []
    queue = list(starts)
    for state in queue:
        key = tuple(state[variable] for variable in variables)
        if key in seen:
            continue
        seen.add(key)
        found.append(state)
        if len(found) >= most:
            break
        if len(queue) < 4 * most:
            queue.extend(successors(system, state))
    return found


def walks(system: System, start: State, most: int, length: int) -> list[State]:
    """Up to ``most`` states of random walks from a first state; the same ones on every run."""
    random, found = Random(0), [start]  # noqa: S311 (not for secrets)
    while len(found) < most:
        state, before = start, len(found)
        for _ in range(length):
            after = _some_successor(system, state, random)
            if after is None:
                break
            state = after
            found.append(state)
        if len(found) == before:
            break
    return found[:most]


def _some_successor(system: System, state: State, random: Random) -> State | None:
    """A state one transition further, if a transition is found that is possible."""
    for transition in random.sample(system.transitions, len(system.transitions)):
        choices = list(islice(_inputs(transition, state), INPUT_CHOICES))
        assigned = {**state, **random.choice(choices)}
        memo: dict[Term, Any] = {}
        if evaluate(transition.enabled, assigned, memo):
            return {**state, **{v: evaluate(new, assigned, memo) for v, new in transition.updates.items()}}
    return None


def states_of(system: System, start: State, steps: Sequence[TraceStep]) -> Iterator[State]:
    """The states of a run, as far as its steps are possible (the last one of a run into an error is not)."""
    state = start
    yield state
    for step in steps:
        transition = system.transition(step.transition)
        assigned = {**state, **step.inputs}
        memo: dict[Term, Any] = {}
        if not evaluate(transition.enabled, assigned, memo):
            return
        state = {**state, **{v: evaluate(new, assigned, memo) for v, new in transition.updates.items()}}
        yield state


def successors(system: System, state: State) -> Iterator[State]:
    """The states one transition further, for a few values of the inputs."""
    for transition in system.transitions:
        for inputs in islice(_inputs(transition, state), INPUT_CHOICES):
            assigned = {**state, **inputs}
            memo: dict[Term, Any] = {}
            if evaluate(transition.enabled, assigned, memo):
                yield {**state, **{v: evaluate(new, assigned, memo) for v, new in transition.updates.items()}}


def _inputs(transition: Transition, state: State) -> Iterator[dict[Term, Any]]:
    variables = [part.variable for part in transition.inputs]
    for values in product(*(_values(variable.sort, state) for variable in variables)):
        yield dict(zip(variables, values, strict=True))


def _values(sort: Sort, state: State) -> Sequence[Any]:
    match sort.kind:
        case "Bool":
            return (True, False)
        case "enum":
            return sort.members
        case _:
            return (1, 30, 0, 100)


class Masks:
    """Yes/no terms over many states at once: bit i of a mask is the value in state i."""

    def __init__(self, states: Sequence[State]) -> None:
        self.states = states
        self.every = (1 << len(states)) - 1
        self._memo: dict[Term, int] = {}
        self._values: list[dict[Term, Any]] = [{} for _ in states]

    def mask(self, term: Term) -> int:
        """The states in which a yes/no term is true."""
        found = self._memo.get(term)
        if found is None:
            found = self._memo[term] = self._compute(term)
        return found

    def _compute(self, term: Term) -> int:
        match term.op:
            case "const":
                return self.every if term.payload else 0
            case "not":
                return self.every & ~self.mask(term.args[0])
            case "and":
                result = self.every
                for arg in term.args:
                    result &= self.mask(arg)
                return result
            case "or":
                result = 0
                for arg in term.args:
                    result |= self.mask(arg)
                return result
            case _:
                bits = 0
                for index, (state, memo) in enumerate(zip(self.states, self._values, strict=True)):
                    if evaluate(term, state, memo):
                        bits |= 1 << index
                return bits
