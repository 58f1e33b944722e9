"""The essentially different ways of a verdict, against enumeration: every set of steps from which none can be left out.

The enumeration looks at every run of a finite policy; nothing of the search for ways takes part.
"""

from __future__ import annotations

import os
import time
from collections import deque
from itertools import combinations
from random import Random

import pytest
from brute_force import Enumerated
from checked import checked_text

from verifier.core.program import Program, Promise
from verifier.explain.model import Story
from verifier.explain.verify import Work, verify_program
from verifier.semantics.explore import explore

DEEP = os.environ.get("CLAUSEPROOF_DEPTH") == "nightly"
SEEDS = 400 if DEEP else 15


def _procedure(seed: int) -> Program:
    """A random procedure: each step needs some statuses to be so, and changes one or two; some end is never to be."""
    random, names = Random(seed), ["a", "b", "c", "d"]

    def condition(most: int) -> str:
        chosen = random.sample(names, random.randint(1, most))
        return " and ".join(random.choice([name, name, f"not {name}"]) for name in chosen)

    lines = ["policy procedure", "actor agency", "fact f : yes/no"]
    lines += [f"status {name} : yes/no starts no" for name in names]
    for number in range(random.randint(5, 7)):
        lines.append(f"step s{number} by agency")
        if random.random() < 0.7:
            lines.append(f"  requires {condition(1)}{random.choice(['', '', ' and f', ' and not f'])}")
        changed = random.sample(names, random.choice([1, 1, 2]))
        lines += [f"  then {name} becomes {random.choice(['yes', 'yes', 'no'])}" for name in changed]
    for number in range(3):
        lines.append(f"prove p{number}\n  never {condition(2)}")
    return checked_text("\n".join(lines) + "\n")


def _shown_with(found: Enumerated, promise: Promise, steps: frozenset[str]) -> bool:
    """Whether some run that takes only these steps, and waits, shows the verdict."""
    states = found.exploration.states
    queue = deque(found.exploration.openings)
    seen = set(queue)
    if any(found.shows(promise, states[number]) for number in seen):
        return True
    while queue:
        number = queue.popleft()
        for proposal, after in found.exploration.moves[number].items():
            if proposal.step is not None and proposal.step not in steps:
                continue
            if found.shows(promise, found.edges[number, proposal]):
                return True
            if after not in seen:
                seen.add(after)
                queue.append(after)
    return False


def _smallest_ways(found: Enumerated, promise: Promise) -> set[frozenset[str]]:
    names = [step.name for step in found.exploration.program.steps]
    smallest: set[frozenset[str]] = set()
    for size in range(len(names) + 1):
        for chosen in combinations(names, size):
            steps = frozenset(chosen)
            if not any(less <= steps for less in smallest) and _shown_with(found, promise, steps):
                smallest.add(steps)
    return smallest


def _steps(story: Story) -> frozenset[str]:
    return frozenset(event.step for event in story.happenings if event.step is not None)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_ways_are_those_of_enumeration(seed: int) -> None:
    program = _procedure(seed)
    work = Work(program.promises, (), False, 20_000_000, time.monotonic() + 60, 12, True)
    outcome = verify_program(program, work)
    assert outcome.faults == ()
    exploration = explore(program)
    assert exploration is not None
    found = Enumerated(exploration)
    for promise, result in zip(program.promises, outcome.properties, strict=True):
        told = result.counterexample
        if told is None or result.ways is None:
            continue
        smallest, others = _smallest_ways(found, promise), {_steps(story) for story in result.ways.others}
        assert others <= smallest, f"{promise.name}: a way can do without one of its steps"
        assert len(result.ways.others) == len(others), f"{promise.name}: a way is told twice"
        (first, *more) = smallest - others
        assert first <= _steps(told), f"{promise.name}: the first way is missing"
        assert not (result.ways.complete and more), f"{promise.name}: there is another way"


def test_some_procedures_have_several_ways() -> None:
    results = [_procedure(seed) for seed in range(SEEDS)]
    numbers = []
    for program in results:
        exploration = explore(program)
        assert exploration is not None
        numbers += [len(_smallest_ways(Enumerated(exploration), promise)) for promise in program.promises]
    assert sum(number > 1 for number in numbers) > SEEDS // 3


@pytest.mark.parametrize(
    ("removed", "number"),
    [("", 2), ("step override by agency\n  requires paid and vip\n  then done becomes yes\n", 1)],
    ids=["whole", "without the override"],
)
def test_a_way_that_is_removed_is_not_told(removed: str, number: int) -> None:
    program = checked_text(TEXT.replace(removed, ""))
    work = Work(program.promises, (), False, 20_000_000, time.monotonic() + 60, 12, True)
    (result,) = verify_program(program, work).properties
    assert result.ways is not None
    assert result.ways.complete
    assert len(result.ways.others) == number


TEXT = """
policy ways "Ways"

actor agency

fact vip : yes/no
status done : yes/no starts no
status checked : yes/no starts no
status paid : yes/no starts no

step pay by agency
  requires not paid
  then paid becomes yes

step check by agency
  requires paid
  then checked becomes yes

step skip by agency
  requires vip
  then checked becomes yes

step close by agency
  requires checked
  then done becomes yes

step override by agency
  requires paid and vip
  then done becomes yes

prove never_done
  never done
"""
