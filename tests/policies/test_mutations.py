"""Does somebody notice when a clause of the closure procedure is missing?

Every conjunct of a requirement, effect, rule and exception of ``case_closure`` (in ordinary runs every other one) is
taken out in turn, and the policy verified. The bar: at least 90 % of the deletions are noticed, at least 60 % by a
promise; every violated verdict replays.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.policies.mutants import Mutant, mutants
from verifier.checking.load import load
from verifier.core.program import ExpectCannot, Program, Scenario
from verifier.explain.verify import Work, verify_program
from verifier.source import SourceFile

FOLDER = Path(__file__).parents[2] / "policies" / "administrative_closure"
EVERY = 1 if os.environ.get("CLAUSEPROOF_DEPTH") == "nightly" else 2


def case_closure() -> Program:
    """The shipped policy."""

    def read(path: str) -> SourceFile:
        return SourceFile(path, Path(path).read_text(encoding="utf-8"))

    checked = load(str(FOLDER / "case_closure.policy"), read)
    assert checked.program is not None
    return checked.program


def _is_about(program: Program, scenario: Scenario) -> bool:
    """Whether every requirement that a scenario names is still there (one that is not is an error of the text)."""
    named = [c for c in scenario.clauses if isinstance(c, ExpectCannot) and c.because is not None]
    return all(c.because in {r.name for r in program.step(c.occurrence.step).requires} for c in named)


def outcome(mutant: Mutant) -> tuple[str, str, tuple[str, ...]]:
    """The clause, who notices its absence (``promise``, ``scenario`` or ``nobody``), and faults of the verifier."""
    program = mutant.program
    own = tuple(promise for promise in program.promises if promise.origin == program.name)
    written = tuple(scenario for scenario in program.scenarios if scenario.origin == program.name)
    scenarios = tuple(scenario for scenario in written if _is_about(program, scenario))
    work = Work(own, scenarios, False, 50_000_000, time.monotonic() + 120, 12, True, reasoning=False)
    found = verify_program(program, work)
    if any(result.verdict == "violated" for result in found.properties):
        return mutant.clause, "promise", found.faults
    if len(scenarios) < len(written) or any(result.verdict == "failed" for result in found.scenarios):
        return mutant.clause, "scenario", found.faults
    return mutant.clause, "nobody", found.faults


def test_deletions_are_noticed() -> None:
    program = case_closure()
    origins = frozenset({"case_closure", "criteria"})
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        found = list(pool.map(outcome, list(mutants(program, origins))[::EVERY]))
    assert not [faults for _, _, faults in found if faults]
    score = {who: [clause for clause, by, _ in found if by == who] for who in ("promise", "scenario", "nobody")}
    total = len(found)
    print(f"{total} deletions: " + ", ".join(f"{len(clauses)} noticed by {who}" for who, clauses in score.items()))
    print("not noticed:", score["nobody"])
    assert total >= 30 // EVERY
    assert total - len(score["nobody"]) >= 0.9 * total
    assert len(score["promise"]) >= 0.6 * total


def test_the_missing_appearance_is_the_shortest_run() -> None:
    program = case_closure()
    (mutant,) = (m for m in mutants(program, frozenset({"case_closure"})) if "counsel_or_presence" in m.clause)
    own = tuple(p for p in program.promises if p.name == "appearance_before_offer")
    found = verify_program(mutant.program, Work(own, (), False, 50_000_000, time.monotonic() + 60, 12, True))
    (result,) = found.properties
    assert result.verdict == "violated"
    story = result.counterexample
    assert story is not None
    assert story.replayed
    assert story.shortest
    assert [happening.step for happening in story.happenings] == ["review", "extend_offer"]
