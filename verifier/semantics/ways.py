"""Looking for a way, in the reference interpreter.

Takes a program and a run; gives a longer run that gets somewhere, if random continuations find one. A check on engines
that say that there is none: what they missed would be found here by chance, and never the other way round.
Deterministic.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from verifier.core.expressions import Expr
from verifier.core.program import Program
from verifier.semantics.errors import EvaluationError
from verifier.semantics.model import Run
from verifier.semantics.promises import reaches
from verifier.semantics.run import Taken, wait
from verifier.semantics.sample import Pool, pool, sample_step

WALKS, LENGTH = 16, 12


def way_out(program: Program, goal: Expr, run: Run, duties: bool = True) -> Run | None:
    """A compliant continuation to a state where a goal holds."""

    def arrived(now: Run) -> bool:
        try:
            return reaches(program, goal, now)
        except EvaluationError:
            return False

    def longer(random: Random, values: Pool, now: Run) -> Run | None:
        step = sample_step(random, program, values, now)
        if step is not None and random.random() < 0.75:
            return step
        outcome = wait(program, now, random.choice((1, 1, *values.days)), duties)
        return outcome.run if isinstance(outcome, Taken) else step

    return _walk(program, run, arrived, longer)


def way_to_a_day(program: Program, run: Run) -> Run | None:
    """A continuation by steps alone to a state where a day may pass."""

    def arrived(now: Run) -> bool:
        return isinstance(wait(program, now), Taken)

    def longer(random: Random, values: Pool, now: Run) -> Run | None:
        return sample_step(random, program, values, now)

    return _walk(program, run, arrived, longer)


def _walk(
    program: Program,
    run: Run,
    arrived: Callable[[Run], bool],
    longer: Callable[[Random, Pool, Run], Run | None],
) -> Run | None:
    """Some random walks from a run; the first that arrives."""
    values, random = pool(program), Random(0)  # noqa: S311 (reproducible choices, no secrets)
    for _ in range(WALKS):
        now: Run | None = run
        for _ in range(LENGTH):
            if now is None:
                break
            if arrived(now):
                return now
            now = longer(random, values, now)
    return None
