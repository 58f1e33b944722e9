"""The policy generator: what it writes is well typed, says something, and errs only where it was asked to."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from checked import checked_policy, checked_text
from generator import ALL, FINITE, Profile, generate, policies
from hypothesis import HealthCheck, given, settings

from verifier.core.program import Program
from verifier.semantics.abstraction import abstraction
from verifier.semantics.errors import EvaluationError
from verifier.semantics.model import Run, StepEvent
from verifier.semantics.promises import broken
from verifier.semantics.run import Erred, try_step
from verifier.semantics.sample import Pool, pool, sample_argument, sample_run

PROFILES = {
    "finite": Profile(),
    "finite with errors": Profile(size=3, errors=True),
    "everything": Profile(ALL, size=2, finite=False),
    "everything with errors": Profile(ALL, size=3, finite=False, errors=True),
    "nothing but yes and no": Profile(frozenset(), size=1),
}


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
def test_what_is_written_is_well_typed(profile: Profile) -> None:
    for seed in range(60):
        checked_policy(seed, profile)


@pytest.mark.parametrize("feature", sorted(ALL))
def test_every_feature_alone(feature: str) -> None:
    for seed in range(8):
        checked_policy(seed, Profile(frozenset({feature}), size=2, finite=feature in FINITE))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(policies(Profile(ALL, size=2, finite=False)))
def test_the_strategy_writes_the_same_kind_of_text(text: str) -> None:
    checked_text(text)


def test_the_same_seed_gives_the_same_text() -> None:
    profile = PROFILES["everything"]
    assert generate(Random(3), profile) == generate(Random(3), profile)
    assert generate(Random(3), profile) != generate(Random(4), profile)


def test_finite_profiles_write_finite_policies() -> None:
    for seed in range(30):
        assert abstraction(checked_policy(seed, PROFILES["finite"])) is not None


def errors_met(program: Program, random: Random, values: Pool, run: Run) -> list[EvaluationError]:
    """The errors that steps and promises meet at the end of a run."""
    met = []
    for step in program.steps:
        arguments = tuple(sample_argument(random, program, values, run, param.type) for param in step.params)
        outcome = try_step(program, run, step.name, arguments)
        met += [outcome.error] if isinstance(outcome, Erred) else []
    for promise in program.promises:
        try:
            broken(program, promise, run)
        except EvaluationError as error:
            met.append(error)
    return met


def seen(profile: Profile, seeds: int) -> tuple[Counter[str], Counter[str]]:
    """Which errors random runs meet, and which events."""
    errors: Counter[str] = Counter()
    events: Counter[str] = Counter()
    for seed in range(seeds):
        program, random = checked_policy(seed, profile), Random(seed)
        values = pool(program)
        for _ in range(3):
            run = sample_run(random, program, values, 5)
            if run is not None:
                errors.update(error.kind for error in errors_met(program, random, values, run))
                events.update("step" if isinstance(event, StepEvent) else "wait" for event in run.events)
    return errors, events


@pytest.mark.parametrize("name", ["finite", "everything"])
def test_no_errors_unless_asked_for(name: str) -> None:
    errors, events = seen(PROFILES[name], 25)
    assert not errors
    assert events["step"] > 50
    assert events["wait"] > 50


def test_errors_of_every_kind_where_asked_for() -> None:
    errors, _ = seen(PROFILES["everything with errors"], 60)
    assert set(errors) == {"gap", "conflict", "absent", "range", "argument_range", "no_date"}
