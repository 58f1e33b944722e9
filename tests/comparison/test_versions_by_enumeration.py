"""Random pairs of procedures, compared by the product and by looking at every run of both in the interpreter."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from random import Random

import pytest
from checking_cases import program as checked

from verifier.comparison.compare import compare
from verifier.core.program import Program
from verifier.explain.verify import Work
from verifier.semantics.explore import Proposal, explore
from verifier.semantics.model import Run
from verifier.semantics.run import Taken, attempt

DEEP = os.environ.get("CLAUSEPROOF_DEPTH") == "nightly"
SEEDS = 400 if DEEP else 25
NAMES = ("a", "b", "c")


def _condition(random: Random) -> str:
    chosen = random.sample([*NAMES, "f", "s0 has happened"], random.randint(1, 2))
    parts = [name if random.random() < 0.6 else f"not ({name})" for name in chosen]
    return random.choice([" and ", " or "]).join(parts)


def _pair(seed: int) -> tuple[str, str]:
    """Two procedures that differ in the guard or the effect of one or two steps."""
    random = Random(seed)
    head = ["policy procedure", "actor agency", "fact f : yes/no"]
    head += [f"status {name} : yes/no starts no" for name in NAMES]
    number = random.randint(2, 4)
    texts: list[list[str]] = [[], []]
    changed = random.sample(range(number), random.randint(1, 2))
    for step in range(number):
        for version, lines in enumerate(texts):
            if version == 0 or step in changed:
                guard = [f"  requires {_condition(random)}" for _ in range(random.randint(0, 2))]
                effect = (
                    f"  then {random.choice(NAMES)} becomes {random.choice(['yes', 'yes', 'no', f'not {NAMES[0]}'])}"
                )
                written = [f"step s{step} by agency", *guard, effect]
            lines.extend(written)
    old, new = ("\n".join([*head, *lines]) + "\n" for lines in texts)
    return old, new


def _differences(own: Program, other: Program) -> Iterator[tuple[str, str]]:
    """What the runs of the first version show of each step: ``more``, or ``other`` where both take it."""
    found = explore(own)
    assert found is not None
    for number, moves in enumerate(found.moves):
        run = found.states[number]
        for proposal in moves:
            if proposal.step is not None:
                yield from _difference(own, other, run, proposal)


def _difference(own: Program, other: Program, run: Run, proposal: Proposal) -> Iterator[tuple[str, str]]:
    assert proposal.step is not None
    event = proposal.event(run.last.today)
    mine, theirs = attempt(own, run, event), attempt(other, run, event)
    assert isinstance(mine, Taken)
    if not isinstance(theirs, Taken):
        yield proposal.step, "more"
    elif mine.run.last.statuses != theirs.run.last.statuses:
        yield proposal.step, "other"


@pytest.mark.parametrize("seed", range(SEEDS))
def test_differences_are_those_of_enumeration(seed: int) -> None:
    old, new = (checked(text) for text in _pair(seed))
    found = compare(old, new, Work((), (), False, 50_000_000, time.monotonic() + 60, 20, True))
    assert found.faults == ()
    of_new, of_old = set(_differences(new, old)), set(_differences(old, new))
    for item in found.differences:
        if item.kind != "step":
            continue
        gains, loses = (item.name, "more") in of_new, (item.name, "more") in of_old
        changes = (item.name, "other") in of_new | of_old
        assert (item.gains is not None, item.loses is not None, item.changes is not None) == (gains, loses, changes)
        expected = {(True, False): "broader", (False, True): "narrower", (False, False): "equivalent"}
        relation = "incomparable" if changes else expected.get((gains, loses), "incomparable")
        assert item.relation == relation
    if found.relation == "equivalent":
        assert not of_new | of_old
