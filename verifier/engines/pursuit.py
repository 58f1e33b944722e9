"""Regions of states from which a way leads to a goal, growing backwards from it.

Takes a system, the transitions that may be used, and an invariant; holds the regions found so far and a solver that
knows the states outside of them. ``saturate`` adds what one transition takes into a region, again and again;
``add_plan`` what a given run shows. Regions are right by construction, and are checked all the same (``progress``).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import field

from verifier.engines.answers import TraceStep
from verifier.engines.growing import Found, Growing
from verifier.engines.loops import loops
from verifier.engines.preimage import choose
from verifier.engines.progress import Region, leads_on
from verifier.engines.query import GaveUp, NoModel, constant_of
from verifier.records import dataclass
from verifier.symbolic.system import System, Transition
from verifier.symbolic.terms import Term

MOST_REGIONS = 160
MOST_FROM_ONE = 24


@dataclass(slots=True)
class Pursuit:
    """``closed``: no transition leads from a state of the invariant outside of all regions into one of them."""

    system: System
    escapes: tuple[Transition, ...]
    outside: Growing
    known: Term
    budget: int
    regions: list[Region] = field(default_factory=list)
    queue: deque[tuple[int, Transition]] = field(default_factory=deque)
    incomplete: bool = False

    @property
    def closed(self) -> bool:
        """Whether saturation came to its end."""
        return not self.queue and not self.incomplete


def start(system: System, escapes: Sequence[Transition], goal: Term, known: Term, budget: int) -> Pursuit:
    """The goal as the only region; ``known`` is an invariant."""
    inputs = [part.variable for transition in escapes for part in transition.inputs]
    variables = [*(variable.term for variable in system.variables), *inputs]
    pursuit = Pursuit(system, tuple(escapes), Growing(system.terms, variables, budget), known, budget)
    pursuit.outside.add(known)
    _add(pursuit, Region(goal))
    return pursuit


def _add(pursuit: Pursuit, region: Region) -> None:
    pursuit.regions.append(region)
    pursuit.outside.add(pursuit.system.terms.not_(region.term))
    reads = pursuit.system.terms.free(region.term)
    for transition in pursuit.escapes:
        if not reads.isdisjoint(transition.updates):
            pursuit.queue.append((len(pursuit.regions) - 1, transition))


def state_outside(pursuit: Pursuit) -> Found | NoModel | GaveUp:
    """A state of the invariant that is in no region."""
    return pursuit.outside.ask(pursuit.system.terms.true)


def saturate(pursuit: Pursuit, most: int, deadline: float) -> None:
    """Add regions, nearest first, until no state is left outside, nothing leads into the regions, or there are
    ``most``.
    """
    while pursuit.queue and len(pursuit.regions) < most and time.monotonic() < deadline:
        index, transition = pursuit.queue.popleft()
        if not _add_all_before(pursuit, index, transition):
            pursuit.incomplete = True
        if isinstance(state_outside(pursuit), NoModel):
            pursuit.queue.clear()


def _add_all_before(pursuit: Pursuit, index: int, transition: Transition) -> bool:
    """Add what a transition takes into a region; whether that is all of it."""
    condition = into(pursuit, index, transition)
    for _ in range(MOST_FROM_ONE):
        answer = pursuit.outside.ask(condition)
        if not isinstance(answer, Found):
            return isinstance(answer, NoModel)
        if not _add_before(pursuit, index, transition, answer.values, answer.values):
            return False
    return False


def into(pursuit: Pursuit, index: int, transition: Transition) -> Term:
    """When the transition can be taken and leads into a region, over state and inputs."""
    terms = pursuit.system.terms
    return terms.and_(transition.enabled, terms.substitute(pursuit.regions[index].term, transition.updates))


def _add_before(
    pursuit: Pursuit, index: int, transition: Transition, state: Mapping[Term, Term], taken: Mapping[Term, Term]
) -> bool:
    """Add a region of states before another that contains the given one; false where none is found."""
    terms = pursuit.system.terms
    inputs = [part.variable for part in transition.inputs]
    term, chosen = choose(terms, into(pursuit, index, transition), inputs, state, taken)
    if terms.substitute(term, state) is not terms.true:
        return False
    _add(pursuit, Region(term, transition.name, chosen, index))
    _add_loops(pursuit, index, transition, chosen)
    return True


def _add_loops(pursuit: Pursuit, index: int, transition: Transition, inputs: Mapping[Term, Term]) -> None:
    """Add where repeating a transition leads into a region, as far as that is more than is known."""
    for loop in loops(pursuit.system.terms, transition, inputs, pursuit.regions[index].term):
        region = Region(loop.term, transition.name, inputs, index, loop.measure, loop.fall)
        regions = [*pursuit.regions, region]
        new = isinstance(pursuit.outside.ask(loop.term), Found)
        if new and leads_on(pursuit.system, pursuit.known, regions, len(regions) - 1, pursuit.budget):
            _add(pursuit, region)


# ---------------------------------------------------------------- plans


def add_plan(pursuit: Pursuit, state: Mapping[Term, Term], steps: Sequence[TraceStep]) -> bool:
    """Add a region for each step of a run from a state into the regions; false where its start is still outside of
    them.
    """
    terms = pursuit.system.terms
    states, moves = [state], []
    for step in steps:
        transition = next(t for t in pursuit.escapes if t.name == step.transition)
        taken = {v: constant_of(terms, v, value) for v, value in step.inputs.items()}
        moves.append((transition, taken))
        states.append(follow(pursuit.system, transition, states[-1], taken))
    index = region_of(pursuit, states[-1])
    for before, (transition, taken) in zip(reversed(states[:-1]), reversed(moves), strict=True):
        if index is None:
            return False
        known = region_of(pursuit, before)
        if known is None and not _add_before(pursuit, index, transition, before, taken):
            return False
        index = len(pursuit.regions) - 1 if known is None else known
    return index is not None


def follow(
    system: System, transition: Transition, state: Mapping[Term, Term], taken: Mapping[Term, Term]
) -> dict[Term, Term]:
    """The state after a transition, as constants."""
    terms, memo = system.terms, dict[Term, Term]()
    assigned = {**state, **taken}
    return {**state, **{v: terms.substitute(new, assigned, memo) for v, new in transition.updates.items()}}


def region_of(pursuit: Pursuit, state: Mapping[Term, Term]) -> int | None:
    """The first region that a state is in."""
    terms, memo = pursuit.system.terms, dict[Term, Term]()
    places = (i for i, r in enumerate(pursuit.regions) if terms.substitute(r.term, state, memo) is terms.true)
    return next(places, None)
