"""Large synthetic policies: ``python tests/benchmarks/scaling.py [--runs N] [--most STATUSES]``.

For each size, with narrow and with wide slices, the seconds in which ten promises are proved: by the engines on slices,
by the same engines on the whole system (``unsliced``, given up after ``--patience`` seconds), and by Z3 Spacer alone on
the slice of each promise. Then chains of deadlines. Everything runs in turns in one process; medians are printed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[2])]

from large_systems import deadline_chain, procedures

from verifier.analysis.questions import pose
from verifier.checking.load import load
from verifier.core.program import Program
from verifier.engines import spacer
from verifier.engines.answers import Unreachable
from verifier.engines.decide import Limits, decide
from verifier.properties.goals import Goal, slice_for
from verifier.source import SourceFile
from verifier.symbolic.system import System

SIZES = ((120, 30), (400, 100), (1000, 250))
CHAINS = (10, 20, 30)
BUDGET = 200_000_000


def program_of(text: str) -> Program:
    """The checked program of a generated text."""
    loaded = load("generated.policy", lambda path: SourceFile(path, text))
    assert loaded.program is not None, loaded.diagnostics
    return loaded.program


def questions_of(program: Program) -> tuple[System, list[Goal]]:
    """The system of a program, and the goals of its promises."""
    questions = pose(program, program.promises, (), True, False)
    return questions.system, [claim.goal for claim in questions.claims.values()]


def share(system: System, goals: list[Goal]) -> float:
    """The median, over the goals, of how large a part of all variables a slice keeps."""
    return statistics.median(len(slice_for(system, [goal]).variables) / len(system.variables) for goal in goals)


def proved(program: Program, patience: float = 300.0) -> bool:
    """Whether the engines prove every promise."""
    system, goals = questions_of(program)
    answers = decide(system, goals, Limits(BUDGET, time.monotonic() + patience, 40))
    return all(isinstance(answer, Unreachable) for answer in answers.values())


def proved_unsliced(program: Program, patience: float = 300.0) -> bool:
    """The same on the whole system."""
    with patch("verifier.engines.decide.slice_for", lambda system, _: system):
        return proved(program, patience)


def proved_by_spacer(program: Program, patience: float = 300.0) -> bool:
    """Whether Spacer alone, on the slice of each promise, finds an invariant."""
    system, goals = questions_of(program)
    found = []
    for goal in goals:
        answer = spacer.solve(slice_for(system, [goal]), goal, system.terms.true, int(patience * 1000), BUDGET, False)
        found.append(answer.verdict == "unreachable")
    return all(found)


Way = Callable[[Program, float], bool]
WAYS: dict[str, Way] = {"sliced": proved, "unsliced": proved_unsliced, "sliced Spacer": proved_by_spacer}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--most", type=int, default=SIZES[-1][0])
    parser.add_argument("--patience", type=float, default=60.0)
    chosen = parser.parse_args()
    _say("| statuses, steps | slices | " + " | ".join(WAYS) + " | to unsliced | to Spacer |")
    _say("|---|---|" + "---|" * (len(WAYS) + 2))
    for statuses, steps in SIZES:
        if statuses <= chosen.most:
            for wide in (False, True):
                _measure_procedures(statuses, steps, wide, chosen.runs, chosen.patience)
    _say("\n| stages of deadlines | engine | Z3 Spacer |\n|---|---|---|")
    for stages in CHAINS:
        program = program_of(deadline_chain(stages))
        shown = {"sliced": proved, "sliced Spacer": proved_by_spacer}
        seconds, all_proved = _seconds(shown, program, chosen.runs, chosen.patience)
        cells = [f"{seconds[way]:.3f}{'' if all_proved[way] else ' (not proved)'}" for way in shown]
        _say(f"| {stages} | {' | '.join(cells)} |")


def _measure_procedures(statuses: int, steps: int, wide: bool, runs: int, patience: float) -> None:
    program = program_of(procedures(statuses, steps, 10, wide=wide))
    system, goals = questions_of(program)
    seconds, all_proved = _seconds(WAYS, program, runs, patience)
    cells = [f"{seconds[way]:.3f}{'' if all_proved[way] else ' (not proved)'}" for way in WAYS]
    ratios = [f"{seconds['sliced'] / seconds[way]:.2f}" for way in ("unsliced", "sliced Spacer")]
    _say(f"| {statuses}, {steps} | {share(system, goals):.0%} | {' | '.join([*cells, *ratios])} |")


def _seconds(
    ways: dict[str, Way], program: Program, runs: int, patience: float
) -> tuple[dict[str, float], dict[str, bool]]:
    """Median seconds of each way, and whether it proved everything; what loses patience is not asked again."""
    taken: dict[str, list[float]] = {way: [] for way in ways}
    held: dict[str, bool] = {}
    for _ in range(runs):
        for name, way in ways.items():
            if max(taken[name], default=0.0) < patience / 2:
                begun = time.perf_counter()
                held[name] = way(program, patience)
                taken[name].append(time.perf_counter() - begun)
    return {way: statistics.median(found) for way, found in taken.items()}, held


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
