"""Verdicts of the whole verifier against enumeration (finite policies) and against random runs (the others).

For finite policies every verdict is known: ``proved`` or ``violated`` must agree, ``unknown`` is allowed exactly where
the language says so (an error in the promise or its slice, a duty that stops time), and is counted elsewhere.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from brute_force import Enumerated
from checked import checked_policy
from generator import ALL, FINITE, Profile

from verifier.analysis.questions import Questions, pose
from verifier.core.expressions import Const, Equal, ReadingRef
from verifier.core.program import AlwaysPossible, Assumption, DependsOnly, More, Possible, Program, Promise
from verifier.core.types import YES_NO
from verifier.explain.model import PropertyResult, Story
from verifier.explain.verify import Outcome, Work, verify_program
from verifier.properties.goals import slice_of
from verifier.semantics.duties import forbidding
from verifier.semantics.errors import EvaluationError
from verifier.semantics.explore import explore, traps
from verifier.semantics.model import Case, Run
from verifier.semantics.opening import initial_state
from verifier.semantics.promises import breach_anywhere, broken, reaches
from verifier.semantics.run import Forbidden, Taken, try_step, wait
from verifier.semantics.sample import pool, sample_case, sample_run
from verifier.semantics.verdicts import verdict
from verifier.symbolic.evaluator import NotTrackable
from verifier.symbolic.system import WAIT

DEEP = os.environ.get("CLAUSEPROOF_DEPTH") == "nightly"
FINITE_SEEDS = 600 if DEEP else 30
INFINITE_SEEDS = 400 if DEEP else 16
BUDGET = 20_000_000
SECONDS, FEW_SECONDS = 60, 12  # few where nothing is lost by giving up
DEPTH = 12


def verified(program: Program, splitting: bool = False, seconds: float = SECONDS, duties: bool = True) -> Outcome:
    work = Work(
        promises=program.promises,
        scenarios=(),
        probing=True,
        budget=BUDGET,
        deadline=time.monotonic() + seconds,
        max_steps=DEPTH,
        duties=duties,
        splitting=splitting,
        reasoning=False,
    )
    outcome = verify_program(program, work)
    assert outcome.faults == ()
    return outcome


def only(program: Program, *, pairs: bool) -> Program:
    """The program with its promises about pairs of cases, or with the others."""
    kept = (p for p in program.promises if isinstance(p.form, DependsOnly | More) is pairs)
    return replace(program, promises=tuple(kept))


# ---------------------------------------------------------------- finite policies


def finite(seed: int) -> Program:
    profile = Profile(FINITE, size=1 + seed % 2, errors=seed % 3 == 0, promises=15)
    return only(checked_policy(seed, profile), pairs=False)


@pytest.mark.parametrize("seed", range(FINITE_SEEDS))
def test_verdicts_are_those_of_enumeration(seed: int) -> None:
    """Every fifth policy in the world of ``--without-duties``."""
    program, duties = finite(seed), seed % 5 != 4
    exploration = explore(program, limit=600, duties=duties)
    if exploration is None or not exploration.openings:
        return
    known = Enumerated(exploration)
    outcome = verified(program, duties=duties)
    questions = pose(program, program.promises, duties=duties, probing=False)
    tally: Counter[str] = Counter()
    for promise, result in zip(program.promises, outcome.properties, strict=True):
        compare(known, questions, promise, result, tally)
    print(f"seed {seed}: {dict(tally)}")  # noqa: T201  (shown by pytest -s: how often nothing was decided)
    assert tally["undecided"] <= 1, tally


def compare(
    known: Enumerated, questions: Questions, promise: Promise, result: PropertyResult, tally: Counter[str]
) -> None:
    expected = verdict(known.exploration, promise)
    shown = result.witness if isinstance(promise.form, Possible) else result.counterexample
    named = f"{promise.name} {promise.keyword}: {result}"
    tally[result.verdict] += 1
    if isinstance(promise.form, AlwaysPossible):
        assert result.verdict in ("proved" if expected.holds else "violated", "unknown"), named
        return
    if expected.run is not None:
        assert result.verdict == ("proved" if expected.holds else "violated"), named
        assert shown is not None
        assert shown.replayed
        assert length_is_least(known, promise, shown), f"{named} {expected}"
        return
    if must_doubt(known, questions, promise, expected.errs):
        assert result.verdict == "unknown", named
        return
    stopped = stops_time(known, promise)
    if result.verdict == "unknown" and not stopped:
        tally["undecided"] += 1
        return
    assert result.verdict in ("proved" if expected.holds else "violated", "unknown"), named
    if result.verdict != "unknown":
        assert result.certificate == "checked"
        assert not stopped, named
        assert result.vacuous == (expected.holds and known.vacuous(promise)), named


def length_is_least(known: Enumerated, promise: Promise, shown: Story) -> bool:
    """Days in a row count as one event where the engine may let them pass at once, else one each."""
    each_day = sum(1 if item.step else item.days for item in shown.happenings)
    at_once = len(shown.happenings)
    return not shown.shortest or at_once == known.fewest(promise, True) or each_day == known.fewest(promise, False)


def must_doubt(known: Enumerated, questions: Questions, promise: Promise, errs: bool) -> bool:
    """Whether an error is reachable in the promise's terms or in a step of its slice."""
    claim = questions.claims[promise.name]
    slice_steps = {transition.name for transition in slice_of(questions.system, claim).transitions}
    erring = {proposal.step or WAIT for proposals in known.exploration.erring for proposal in proposals}
    return errs or bool(slice_steps & erring)


def stops_time(known: Enumerated, promise: Promise) -> bool | None:
    """Whether the promise would not hold without the duties that are pending at a reachable trap; ``None`` where that
    is too much to enumerate.

    ``possible`` speaks of compliant runs only, so that no duty can spoil it.
    """
    exploration = known.exploration
    if isinstance(promise.form, Possible) or not exploration.duties:
        return False
    names = {duty for run in traps(exploration) for duty in stopping(exploration.program, run)}
    if not names:
        return False
    program = exploration.program
    freer = replace(program, duties=tuple(duty for duty in program.duties if duty.name not in names))
    explored = explore(freer, limit=5_000)
    return None if explored is None else not verdict(explored, promise).holds


def stopping(program: Program, run: Run) -> Iterator[str]:
    """The duties that stop time at the end of a run."""
    outcome = wait(program, run)
    while isinstance(outcome, Forbidden):
        yield outcome.duty.name
        rest = tuple(duty for duty in program.duties if duty.name != outcome.duty.name)
        program = replace(program, duties=rest)
        outcome = wait(program, run)
    assert forbidding(program, run) is None


# ---------------------------------------------------------------- which facts matter


@pytest.mark.parametrize("seed", range(FINITE_SEEDS // 2))
def test_what_is_not_needed_may_be_anything(seed: int) -> None:
    """The same steps show the same in every case that agrees on what a story calls needed."""
    program = finite(seed) if seed % 2 else infinite(seed)
    random = Random(seed)
    for promise, result in zip(program.promises, verified(program, seconds=FEW_SECONDS).properties, strict=True):
        story = result.witness if isinstance(promise.form, Possible) else result.counterexample
        if story is not None and not isinstance(promise.form, AlwaysPossible):
            for _ in range(10):
                still_shown(program, promise, story, random)


def still_shown(program: Program, promise: Promise, story: Story, random: Random) -> None:
    run = initial_state(program, alike(story, sample_case(random, program, pool(program))))
    if not isinstance(run, Run):
        return
    for item in story.happenings:
        values = tuple(binding.value for binding in item.parameters)
        outcome = wait(program, run, item.days) if item.step is None else try_step(program, run, item.step, values)
        assert isinstance(outcome, Taken), f"{promise.name}: {item} {run.case} {story}"
        run = outcome.run
    if isinstance(promise.form, Possible):
        assert reaches(program, promise.form.goal, run), f"{promise.name}: {run} {story}"
    else:
        assert broken(program, promise, run) is not None, f"{promise.name}: {run} {story}"


def alike(story: Story, case: Case) -> Case:
    """A case, made to agree on what is needed."""
    told = {binding.name: binding.value for binding in (*story.facts, *story.initial)}
    facts = {name: told[name] if name in story.needed else value for name, value in case.facts.items()}
    readings = {name: str(told[name]) if name in story.needed else value for name, value in case.readings.items()}
    initial = {name: told[name] if name in story.needed else value for name, value in case.initial.items()}
    fixed = "today" in story.needed and story.start is not None
    return Case(facts, readings, initial, story.start if fixed and story.start is not None else case.start)


# ---------------------------------------------------------------- readings


def with_readings(seeds: range) -> Iterator[Program]:
    for seed in seeds:
        program = finite(seed)
        if program.readings:
            yield program


def under(program: Program, choice: str) -> Program:
    """The program in which the one open question is settled."""
    (reading,) = program.readings
    settled = Equal(ReadingRef(reading.name, type=reading.type), Const(choice, type=reading.type), type=YES_NO)
    supposed = Assumption("settled", settled, None, span=reading.span)
    return replace(program, assumptions=(*program.assumptions, supposed))


@pytest.mark.parametrize("program", list(with_readings(range(0, FINITE_SEEDS, 2)))[:12], ids=lambda _: "")
def test_verdicts_by_reading(program: Program) -> None:
    (reading,) = program.readings
    explored = {choice: explore(under(program, choice), limit=600) for choice in reading.type.members}
    for promise, result in zip(program.promises, verified(program, splitting=True).properties, strict=True):
        found = {dict(part.readings)[reading.name]: part.verdict for part in result.by_reading}
        for choice, exploration in explored.items():
            if exploration is None or not exploration.openings or exploration.errors or traps(exploration):
                continue
            expected = verdict(exploration, promise)
            said = found.get(choice, result.verdict)
            wanted = "proved" if expected.holds else "violated"
            assert expected.errs or said in (wanted, "unknown"), f"{promise.name} {choice}: {result}"


# ---------------------------------------------------------------- policies without end


def infinite(seed: int) -> Program:
    profile = Profile(ALL - {"scenarios"}, size=1 + seed % 2, finite=False, errors=seed % 3 == 0, promises=8)
    return only(checked_policy(seed, profile), pairs=False)


@pytest.mark.parametrize("seed", range(INFINITE_SEEDS))
def test_no_run_breaks_what_is_proved(seed: int) -> None:
    program = infinite(seed)
    try:
        outcome = verified(program, seconds=FEW_SECONDS)
    except NotTrackable:
        return
    print(f"seed {seed}: {dict(Counter(result.verdict for result in outcome.properties))}")  # noqa: T201
    held = {result.name: result for result in outcome.properties}
    random, values = Random(seed), pool(program)
    for _ in range(30):
        run = sample_run(random, program, values, 6, longest_wait=60)
        if run is not None:
            for promise in program.promises:
                unbroken(program, promise, held[promise.name], run)


def unbroken(program: Program, promise: Promise, result: PropertyResult, run: Run) -> None:
    """A run neither breaks what is proved nor reaches what cannot happen."""
    try:
        if isinstance(promise.form, Possible):
            if result.verdict == "violated":
                reached = any(reaches(program, promise.form.goal, run.prefix(n)) for n in range(run.length + 1))
                assert not reached, f"{promise.name}: {run}"
        elif result.verdict == "proved":
            assert breach_anywhere(program, promise, run) is None, f"{promise.name}: {run}"
    except EvaluationError:
        assert result.verdict != "proved" or isinstance(promise.form, Possible), f"{promise.name} errs: {run}"
