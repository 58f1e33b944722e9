"""Planted faults, each of which must be noticed by the check that is there for it.

A fault is put into a function of the product; then the check that should notice it is run as it is run on the healthy
program. Each test also shows that the check is silent without the fault, so that it cannot pass for another reason, and
no fault may lead to a wrong verdict past the checks of the product (certificate and replay).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "differential"))

import encoder_faults
import engine_faults
import pytest
import system_faults
import test_calendar
from checked import checked_policy, checked_text
from encoding_check import disagreements
from inspecting import Seen, blinded, inspected
from planting import Fault
from test_encoding import DEMANDING, DISAGREED, profile

from verifier.core.program import Program
from verifier.symbolic.evaluator import NotTrackable

ENCODER_FAULTS = [*encoder_faults.FAULTS, *system_faults.FAULTS]

ONE_IN = 1 if os.environ.get("CLAUSEPROOF_DEPTH") == "nightly" else 3
"""Ordinary runs plant one fault in three; there are about a hundred."""

MOST_SEEDS = 160
"""Of the random policies that every ordinary test run compares (520 of them) as many as are tried here at most."""


def some(faults: Iterable[Fault]) -> list[Fault]:
    """The faults that this run plants."""
    return list(faults)[::ONE_IN]


def test_there_are_many_different_faults() -> None:
    names = [fault.name for fault in (*ENCODER_FAULTS, *engine_faults.FAULTS)]
    assert len(set(names)) == len(names)
    assert len(names[::ONE_IN]) >= 30


# ---------------------------------------------------------------- faults of the encoder


@cache
def compared_policies() -> tuple[tuple[int, Program], ...]:
    """The written policies of the comparison, a few times each, then random ones; all with their seeds."""
    demanding = [checked_text(text) for text in DEMANDING.values()]
    disagreed = [checked_text(text) for text in DISAGREED.values()]
    written = [(seed, program) for seed in range(8) for program in (*demanding, *(disagreed if seed < 2 else ()))]
    return (*((seed, checked_policy(seed, profile(seed))) for seed in range(10)), *written)


def further_policies() -> Iterator[tuple[int, Program]]:
    for seed in range(10, MOST_SEEDS):
        yield seed, checked_policy(seed, profile(seed))


def noticed_by_twins() -> bool:
    """Whether the comparison of the encoding with the interpreter finds any difference."""
    for policies in (compared_policies(), further_policies()):
        for seed, program in policies:
            try:
                if disagreements(program, seed, length=7).faults:
                    return True
            except NotTrackable:
                continue
            except ValueError as fault:  # the comparison itself finds the parts of a step missing
                return "zip()" in str(fault)
    return False


@pytest.mark.parametrize("fault", some(f for f in ENCODER_FAULTS if f.catcher == "twins"), ids=str)
def test_a_wrong_encoding_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    fault.plant(monkeypatch)
    assert noticed_by_twins()


def test_the_true_encoding_is_not_complained_of() -> None:
    for seed, program in compared_policies():
        try:
            assert disagreements(program, seed, length=7).faults == []
        except NotTrackable:
            continue


CALENDAR_CHECKS: tuple[Callable[[], None], ...] = (
    test_calendar.test_the_axioms_are_true,
    lambda: test_calendar.test_bounds_hold_and_are_met(1, "up"),
    lambda: test_calendar.test_gaps_between_two_shifts_of_a_day_hold_and_are_met((1, "up"), (1, "down")),
    lambda: test_calendar.test_lessons_are_exact(1, "up"),
)


def complaints_about_the_calendar() -> int:
    found = 0
    for check in CALENDAR_CHECKS:
        try:
            check()
        except AssertionError:
            found += 1
    return found


@pytest.mark.parametrize("fault", some(f for f in ENCODER_FAULTS if f.catcher == "calendar"), ids=str)
def test_a_wrong_calendar_is_noticed(fault: Fault) -> None:
    assert complaints_about_the_calendar() == 0
    with pytest.MonkeyPatch.context() as patch:
        fault.plant(patch)
        assert complaints_about_the_calendar() > 0


# ---------------------------------------------------------------- faults of engines


@cache
def healthy(policy: str) -> Seen:
    """What is seen on a policy without any fault: nothing that should not be."""
    seen = inspected(policy)
    assert seen.refused == []
    assert seen.unconfirmed == ()
    assert seen.wrong == []
    return seen


@pytest.mark.parametrize("fault", some([*engine_faults.FAULTS, *(f for f in ENCODER_FAULTS if f.policy)]), ids=str)
def test_a_fault_of_an_engine_is_noticed(fault: Fault) -> None:
    assert set(healthy(fault.policy).verdicts.values()) > {"proved"}
    with pytest.MonkeyPatch.context() as patch:
        fault.plant(patch)
        seen = inspected(fault.policy)
    if fault.catcher == "certificate":
        assert seen.refused
    elif fault.catcher == "replay":
        assert seen.unconfirmed
    else:
        assert fault.catcher in ("enumeration", "pairs")
        assert seen.wrong or seen.unconfirmed
    if fault.catcher in ("certificate", "replay"):
        assert seen.wrong == [], "a wrong verdict got past the check that should stop it"


@pytest.mark.parametrize("fault", some(engine_faults.DANGEROUS), ids=str)
def test_without_the_certificate_check_these_faults_lie(fault: Fault) -> None:
    """It is the certificate check that stops them: without it verdicts are wrong."""
    with pytest.MonkeyPatch.context() as patch:
        fault.plant(patch)
        blinded(patch)
        assert inspected(fault.policy).wrong


def test_a_proof_of_another_policy_from_the_memory_is_refused() -> None:
    memory = engine_faults.Confused()
    inspected("order", memory)
    assert any(text.startswith("{") for text in memory.kept)
    seen = inspected("loop", memory)
    assert seen.refused
    assert seen.wrong == []
    assert seen.verdicts == healthy("loop").verdicts
