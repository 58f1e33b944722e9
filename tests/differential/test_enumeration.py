"""Enumeration that merges states against enumeration that merges nothing, on random finite policies.

``semantics.explore`` is the oracle for the engines; this is the oracle for it: all runs up to a few events, each
looked at on its own.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import pytest
from checked import checked_policy
from generator import FINITE, Profile

from verifier.core.program import AlwaysPossible, DependsOnly, More, NeverChanges, OnlyIf, Possible, Program, Promise
from verifier.semantics.abstraction import Abstraction, abstraction, key
from verifier.semantics.errors import EvaluationError
from verifier.semantics.explore import Exploration, all_cases, explore, proposals
from verifier.semantics.model import Run
from verifier.semantics.pairs import broken_pair, follow, may_pair
from verifier.semantics.promises import broken, reaches
from verifier.semantics.run import Erred, Taken, attempt, initial_state
from verifier.semantics.verdicts import verdict

DEPTH = 3
MOST_PAIRS = 6_000


def openings(program: Program) -> Iterator[Run]:
    for case in all_cases(program):
        opened = initial_state(program, case)
        if isinstance(opened, Run):
            yield opened


def longer(program: Program, runs: list[Run]) -> Iterator[Run]:
    for run in runs:
        for proposal in proposals(program):
            outcome = attempt(program, run, proposal.event(run.last.today))
            if isinstance(outcome, Taken):
                yield outcome.run


def all_runs(program: Program, most: int = 6_000) -> list[list[Run]] | None:
    """All runs by length; ``None`` where there are more than ``most`` of one length."""
    levels = [list(openings(program))]
    for _ in range(DEPTH):
        levels.append(list(longer(program, levels[-1])))
        if len(levels[-1]) > most:
            return None
    return levels


def shows(program: Program, promise: Promise, run: Run) -> bool:
    """Whether a run shows the verdict: reaches the goal of ``possible``, breaks any other promise."""
    try:
        if isinstance(promise.form, Possible):
            return reaches(program, promise.form.goal, run)
        return broken(program, promise, run) is not None
    except EvaluationError:
        return False


def shortest_pair(program: Program, promise: Promise, first: list[Run]) -> int | None:
    pairs = [(one, other) for one in first for other in first if _pairs(program, promise, one, other)]
    for length in range(DEPTH):
        if any(_differ(program, promise, *pair) for pair in pairs):
            return length
        events = [proposal.event(0) for proposal in proposals(program)]
        moved = [follow(program, *pair, event) for pair in pairs for event in events]
        pairs = [pair for pair in moved if isinstance(pair, tuple)]
        if len(pairs) > MOST_PAIRS:
            return None
    return DEPTH if any(_differ(program, promise, *pair) for pair in pairs) else None


def _pairs(program: Program, promise: Promise, one: Run, other: Run) -> bool:
    try:
        return may_pair(program, promise, one, other)
    except EvaluationError:
        return False


def _differ(program: Program, promise: Promise, one: Run, other: Run) -> bool:
    try:
        return broken_pair(program, promise, one, other) is not None
    except EvaluationError:
        return False


def profile(seed: int) -> Profile:
    return Profile(FINITE, size=1 + seed % 2, errors=seed % 3 == 0, promises=15)


@pytest.mark.parametrize("seed", range(12))
def test_merging_states_loses_nothing(seed: int) -> None:
    program = checked_policy(seed, profile(seed))
    exploration, levels = explore(program, limit=3_000), all_runs(program)
    if exploration is None or levels is None:
        return
    for promise in program.promises:
        compare(exploration, promise, levels)


def compare(exploration: Exploration, promise: Promise, levels: list[list[Run]]) -> None:
    program, found = exploration.program, verdict(exploration, promise)
    if isinstance(promise.form, AlwaysPossible):
        return
    if isinstance(promise.form, DependsOnly | More):
        shortest = shortest_pair(program, promise, levels[0])
        assert found.shortest == shortest or (
            shortest is None and (found.shortest is None or found.shortest >= DEPTH - 1)
        )
        return
    lengths = [number for number, runs in enumerate(levels) if any(shows(program, promise, run) for run in runs)]
    expected = lengths[0] if lengths else None
    assert found.shortest == expected or (expected is None and found.shortest is not None and found.shortest > DEPTH)


# ---------------------------------------------------------------- equal keys, equal futures


def future(kept: Abstraction, run: Run) -> Hashable:
    """What may happen next, where it leads, and what every promise says of it."""
    program = kept.program
    following: list[Hashable] = []
    for proposal in proposals(program):
        outcome = attempt(program, run, proposal.event(run.last.today))
        match outcome:
            case Taken(after):
                said = tuple(shows(program, promise, after) for promise in program.promises)
                following.append((key(kept, after), said))
            case Erred(error):
                following.append((error.kind, error.name))
            case _:
                following.append(None)
    return tuple(following), tuple(
        shows(program, promise, run) for promise in program.promises if about_states(promise)
    )


def about_states(promise: Promise) -> bool:
    """Whether a promise is about the last state, and not about the last event, which a key forgets."""
    return not isinstance(promise.form, OnlyIf | NeverChanges)


HISTORY = FINITE - {"options", "sets", "decisions"}


@pytest.mark.parametrize("seed", range(30))
def test_equal_keys_have_equal_futures(seed: int) -> None:
    program = checked_policy(seed, Profile(HISTORY if seed % 2 else FINITE, size=1 + seed % 2, promises=15))
    kept, levels = abstraction(program), all_runs(program, most=500)
    assert kept is not None
    futures: dict[Hashable, Hashable] = {}
    for run in (run for runs in levels or () for run in runs):
        found = future(kept, run)
        assert futures.setdefault(key(kept, run), found) == found, run
