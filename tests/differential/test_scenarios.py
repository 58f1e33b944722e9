"""Scenarios as proofs against scenarios played: every case of finite policies, many sampled cases of the others."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from checked import checked_policy
from generator import ALL, FINITE, Profile

from verifier.core.program import Program, Scenario
from verifier.explain.model import ScenarioResult
from verifier.explain.verify import Work, verify_program
from verifier.semantics.model import Case
from verifier.semantics.sample import Pool, pool, sample_case
from verifier.semantics.scenario import Failed, NotApplicable, first_date, play
from verifier.semantics.scenario_cases import scenario_verdict
from verifier.symbolic.evaluator import NotTrackable

DEEP = os.environ.get("CLAUSEPROOF_DEPTH") == "nightly"
FINITE_SEEDS = 800 if DEEP else 80
INFINITE_SEEDS = 800 if DEEP else 60
NO_CASE = "no case satisfies what is given"


def results(program: Program) -> tuple[ScenarioResult, ...]:
    """The verdicts about the scenarios of a program, whose promises are left out."""
    plain = replace(program, promises=())
    work = Work((), program.scenarios, False, 20_000_000, time.monotonic() + 60, 8, True)
    outcome = verify_program(plain, work)
    assert outcome.faults == ()
    return outcome.scenarios


def generated(seed: int, finite: bool) -> Program:
    features = FINITE | {"scenarios"} if finite else ALL
    return checked_policy(seed, Profile(features, size=1 + seed % 2, finite=finite, errors=seed % 3 == 0, promises=0))


@pytest.mark.parametrize("seed", range(0, FINITE_SEEDS, 4))
def test_every_case_of_finite_policies(seed: int) -> None:
    tally: Counter[str] = Counter()
    for number in range(seed, seed + 4):
        program = generated(number, finite=True)
        for scenario, result in zip(program.scenarios, results(program), strict=True):
            tally[compare(program, scenario, result)] += 1
    assert tally["compared"] > 0, tally


def compare(program: Program, scenario: Scenario, result: ScenarioResult) -> str:
    expected = scenario_verdict(program, scenario, limit=5_000)
    if expected is None:
        return "open"
    named = f"{scenario.name}: {result} {program.source.text}"
    if expected.applicable == 0:
        assert (result.verdict, result.reason) == ("failed", NO_CASE), named
    else:
        assert result.verdict == ("passed" if expected.passed else "failed"), named
        assert expected.passed or (result.failing is None) != (result.reason is None), named
    return "compared"


@pytest.mark.parametrize("seed", range(0, INFINITE_SEEDS, 4))
def test_sampled_cases_of_infinite_policies(seed: int) -> None:
    tally: Counter[str] = Counter()
    for number in range(seed, seed + 4):
        program = generated(number, finite=False)
        try:
            found = results(program)
        except NotTrackable:
            continue
        for scenario, result in zip(program.scenarios, found, strict=True):
            tally[result.verdict] += 1
            stands(program, scenario, result, Random(number))
    print(f"from {seed}: {dict(tally)}")  # noqa: T201
    assert tally["unknown"] <= 1, tally


def stands(program: Program, scenario: Scenario, result: ScenarioResult, random: Random) -> None:
    """No sampled case contradicts a verdict: none fails where all pass, none applies where none does."""
    values = pool(program)
    for _ in range(60):
        played = play(program, scenario, case_for(program, scenario, random, values))
        if result.verdict == "passed":
            assert not isinstance(played, Failed), f"{scenario.name}: {played} {program.source.text}"
        elif result.reason == NO_CASE:
            assert isinstance(played, NotApplicable), f"{scenario.name}: {played} {program.source.text}"


def case_for(program: Program, scenario: Scenario, random: Random, values: Pool) -> Case:
    """A case that starts when the scenario does."""
    case, first = sample_case(random, program, values), first_date(scenario)
    return case if first is None else replace(case, start=first.day)
