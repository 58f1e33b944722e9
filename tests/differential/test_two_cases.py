"""Promises about two cases: the engines against enumeration of all pairs of runs, on random finite policies.

Besides what the generator writes, each policy gets promises over any of its values, so that statuses, readings,
definitions and decisions occur as what a promise names.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from checked import checked_text
from generator import FINITE, Profile, generate

from verifier.analysis.questions import Questions, pose
from verifier.core.expressions import Expr
from verifier.core.program import DependsOnly, More, Program, Promise
from verifier.core.types import OptionType, SetType
from verifier.engines.answers import Reached
from verifier.engines.decide import Limits, decide
from verifier.explain.model import PropertyResult
from verifier.explain.verify import Work, verify_program
from verifier.properties.goals import slice_for
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate
from verifier.semantics.explore import Exploration, Proposal, explore
from verifier.semantics.model import Run
from verifier.semantics.pairs import broken_pair, may_pair
from verifier.semantics.verdicts import verdict
from verifier.symbolic.system import WAIT

SEEDS = 400 if os.environ.get("CLAUSEPROOF_DEPTH") == "nightly" else 24
MOST_PAIRS = 40_000
BUDGET = 20_000_000


def with_pair_promises(seed: int) -> Program:
    """A generated policy with only promises about two cases, some of them over arbitrary values of it."""
    profile = Profile(FINITE, size=1 + seed % 2, errors=seed % 4 == 0, promises=15)
    text = generate(Random(seed), profile)
    program = checked_text(text + "\n".join(more_promises(checked_text(text), Random(seed))) + "\n")
    return replace(program, promises=tuple(p for p in program.promises if isinstance(p.form, DependsOnly | More)))


def more_promises(program: Program, random: Random) -> Iterator[str]:
    decisions = [d for d in program.decisions if not d.params]
    definitions = [d for d in program.definitions if not d.params]
    named = [item.name for item in (*program.facts, *program.statuses, *program.readings, *decisions, *definitions)]
    subjects = [*program.statuses, *decisions, *definitions]
    ordered = [item.name for item in subjects if not isinstance(item.type, OptionType | SetType)]
    free = [*program.facts, *(s for s in program.statuses if s.starts is None)]
    varied = [item.name for item in free if not isinstance(item.type, OptionType | SetType)]
    for number in range(3):
        chosen = random.sample(named, random.randint(1, min(3, len(named))))
        yield f"prove q{number} {random.choice(subjects).name} depends only on {', '.join(chosen)}"
        if ordered and varied:
            verb = random.choice(["lowers", "raises"])
            yield f"prove r{number} more {random.choice(varied)} never {verb} {random.choice(ordered)}"


def small(program: Program) -> Exploration | None:
    """All reachable states, where there are some (else the policy is at fault) and not too many pairs of them."""
    exploration = explore(program, limit=1_500)
    if exploration is None or not 0 < len(exploration.openings) * len(exploration.states) <= MOST_PAIRS:
        return None
    return exploration


@pytest.mark.parametrize("seed", range(SEEDS))
def test_engines_and_enumeration_agree(seed: int) -> None:
    program = with_pair_promises(seed)
    exploration = small(program)
    if exploration is None:
        return
    work = Work(program.promises, (), False, BUDGET, time.monotonic() + 60, 12, True)
    outcome = verify_program(program, work)
    assert outcome.faults == ()
    questions = pose(program, program.promises, probing=False)
    for promise, result in zip(program.promises, outcome.properties, strict=True):
        compare(exploration, questions, promise, result)


def compare(exploration: Exploration, questions: Questions, promise: Promise, result: PropertyResult) -> None:
    expected = verdict(exploration, promise)
    if expected.holds:
        compare_held(exploration, promise, result)
        return
    assert result.verdict == "violated", (promise, result)
    assert result.counterexample is not None
    assert result.second_case is not None
    assert result.counterexample.replayed
    pair = questions.pairs[promise.name]
    answer = decide(pair.system, [pair.goal], Limits(BUDGET, time.monotonic() + 60, 12))[pair.goal.name]
    assert isinstance(answer, Reached)
    waits = [t for t in slice_for(pair.system, [pair.goal]).transitions if t.name == WAIT]
    at_once = any(wait.inputs for wait in waits)
    assert len(answer.trace.steps) == (fewest_moves(exploration, promise) if at_once else expected.shortest)


def compare_held(exploration: Exploration, promise: Promise, result: PropertyResult) -> None:
    open_to_doubt = bool(exploration.errors) or errs(exploration, promise)
    assert result.verdict in ({"proved", "unknown"} if open_to_doubt else {"proved"}), (promise, result)
    if result.verdict == "proved":
        assert result.certificate == "checked"
        assert result.vacuous == is_vacuous(exploration, promise), promise


# ---------------------------------------------------------------- by enumeration


def openings(exploration: Exploration, promise: Promise) -> list[tuple[int, int]]:
    numbers, states = exploration.openings, exploration.states
    return [
        (one, two)
        for one in numbers
        for two in numbers
        if holds(lambda one=one, two=two: may_pair(exploration.program, promise, states[one], states[two]))
    ]


def holds(question: object) -> bool:
    try:
        return bool(question())  # type: ignore[operator]
    except EvaluationError:
        return False


def fewest_moves(exploration: Exploration, promise: Promise) -> int | None:
    """The fewest steps and waits of any length after which some pair breaks the promise."""
    program, states = exploration.program, exploration.states
    queue = deque((pair, False, 0) for pair in openings(exploration, promise))
    seen: set[tuple[tuple[int, int], bool]] = set()
    while queue:
        pair, waiting, moves = queue.popleft()
        if (pair, waiting) in seen:
            continue
        seen.add((pair, waiting))
        if holds(lambda pair=pair: broken_pair(program, promise, states[pair[0]], states[pair[1]]) is not None):
            return moves
        for proposal, following in joint_moves(exploration, pair):
            if proposal.step is None and waiting:
                queue.appendleft((following, True, moves))
            else:
                queue.append((following, proposal.step is None, moves + 1))
    return None


def joint_moves(exploration: Exploration, pair: tuple[int, int]) -> Iterator[tuple[Proposal, tuple[int, int]]]:
    one, two = (exploration.moves[number] for number in pair)
    erring = exploration.erring[pair[0]] | exploration.erring[pair[1]]
    for proposal in {**one, **two}:
        if proposal not in erring and (proposal.step is not None or (proposal in one and proposal in two)):
            yield proposal, (one.get(proposal, pair[0]), two.get(proposal, pair[1]))


def is_vacuous(exploration: Exploration, promise: Promise) -> bool:
    """The subject has one value in all states, or a named item one at all starts; ``more``: no case has more."""
    form = promise.form
    assert isinstance(form, DependsOnly | More)
    if not varies(exploration, form.subject, exploration.states):
        return True
    if isinstance(form, More):
        return not openings(exploration, promise)
    starts = tuple(exploration.states[number] for number in exploration.openings)
    return not all(varies(exploration, item, starts) for item in form.on)


def errs(exploration: Exploration, promise: Promise) -> bool:
    """Whether a part of the promise has no value in some reachable state."""
    form = promise.form
    assert isinstance(form, DependsOnly | More)
    named = form.on if isinstance(form, DependsOnly) else (form.item,)
    asked = [(form.subject, run) for run in exploration.states]
    asked += [(item, exploration.states[number]) for item in named for number in exploration.openings]
    for expression, run in asked:
        try:
            evaluate(exploration.program, expression, run)
        except EvaluationError:
            return True
    return False


def varies(exploration: Exploration, expression: Expr, states: tuple[Run, ...]) -> bool:
    """Whether an expression takes two values in these states; one in which it has none does not count."""
    found = set()
    for run in states:
        try:
            found.add(evaluate(exploration.program, expression, run))
        except EvaluationError:
            continue
    return len(found) > 1
