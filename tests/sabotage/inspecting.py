"""What notices a fault of an engine: a policy is verified, and everything that refused something is written down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from brute_force import Enumerated
from checked import checked_text
from sabotaged_policies import POLICIES
from test_engines import must_doubt

from verifier.analysis.questions import pose
from verifier.core.program import Possible, Program, Promise
from verifier.engines import certificate, liveness
from verifier.engines.memory import Memory
from verifier.explain.verify import Work, verify_program
from verifier.semantics.explore import Exploration, explore
from verifier.semantics.verdicts import ExploredVerdict, verdict


@dataclass
class Seen:
    """``refused``: obligations of invariants that the check did not accept; ``unconfirmed``: runs that the interpreter
    did not confirm; ``wrong``: verdicts that are not those of enumeration; ``verdicts`` by promise.
    """

    refused: list[str] = field(default_factory=list)
    unconfirmed: tuple[str, ...] = ()
    wrong: list[str] = field(default_factory=list)
    verdicts: dict[str, str] = field(default_factory=dict)


@cache
def known(name: str) -> tuple[Program, Exploration, dict[str, ExploredVerdict]]:
    """A written policy, all its states, and what enumeration says about each promise."""
    program = checked_text(POLICIES[name])
    exploration = explore(program)
    assert exploration is not None
    return program, exploration, {promise.name: verdict(exploration, promise) for promise in program.promises}


def _may_err(name: str, promise: Promise) -> bool:
    """Whether the promise or a step on which it depends may meet an error, by enumeration."""
    program, exploration, truth = known(name)
    questions = pose(program, program.promises, probing=False)
    if promise.name not in questions.claims:
        return truth[promise.name].errs
    return must_doubt(Enumerated(exploration), questions, promise, truth[promise.name].errs)


def inspected(name: str, memory: Memory | None = None) -> Seen:
    """Verify a written policy."""
    program, _, truth = known(name)
    seen = Seen()
    with watching(seen):
        deadline = time.monotonic() + 60
        work = Work(
            program.promises, (), False, 20_000_000, deadline, 8, True, trapping=False, reasoning=False, memory=memory
        )
        outcome = verify_program(program, work)
    seen.unconfirmed = outcome.faults
    for promise, result in zip(program.promises, outcome.properties, strict=True):
        seen.verdicts[promise.name] = result.verdict
        expected = truth[promise.name]
        right = "proved" if expected.holds else "violated"
        doubtful = result.verdict == "proved" and not isinstance(promise.form, Possible) and _may_err(name, promise)
        if result.verdict not in ("unknown", right) or doubtful:
            seen.wrong.append(f"{promise.name} is {result.verdict}, but {right}{' or errs' if doubtful else ''}")
    return seen


@contextmanager
def watching(seen: Seen) -> Iterator[None]:
    """Write down what the checks of invariants refuse."""

    def spying(check: Callable[..., certificate.Check]) -> Callable[..., certificate.Check]:
        def spy(*args: Any) -> certificate.Check:
            found = check(*args)
            if not found.accepted:
                seen.refused.append(str(found.failed))
            return found

        return spy

    with pytest.MonkeyPatch.context() as patch:
        for name in ("check_inductive", "check_excluded"):
            patch.setattr(certificate, name, spying(getattr(certificate, name)))
        patch.setattr(liveness, "check_progress", spying(liveness.check_progress))
        yield


def blinded(patch: pytest.MonkeyPatch) -> None:
    """Make the checks accept everything, to show that nothing else stops a fault that they stop."""
    for name in ("check_inductive", "check_excluded"):
        patch.setattr(certificate, name, lambda *_: certificate.Check(True))
    patch.setattr(liveness, "check_progress", lambda *_: certificate.Check(True))
