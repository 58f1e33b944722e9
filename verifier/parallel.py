"""One piece of work for each of several inputs, in worker processes.

Takes a function and its inputs; gives results in the order of the inputs, whichever is done first, so that nothing
depends on timing.
A worker that dies (out of memory, a crash of the solver) costs only its own input: the others are done again alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

_Input = TypeVar("_Input")
_Result = TypeVar("_Result")


def in_workers(
    work: Callable[[_Input], _Result],
    inputs: Sequence[_Input],
    jobs: int,
    heaviest: Callable[[_Input], int],
    started: Callable[[_Input], None],
) -> list[_Result | None]:
    """The results, ``None`` for inputs whose worker died twice. ``work`` and the inputs must be picklable.

    The heaviest inputs go first, so that the workers finish together; ``started`` is told of each.
    """
    order = sorted(range(len(inputs)), key=lambda index: (-heaviest(inputs[index]), index))
    results: dict[int, _Result] = {}
    try:
        with _pool(min(jobs, len(inputs))) as pool:
            futures = [(index, pool.submit(work, inputs[index])) for index in order]
            for index, future in futures:
                started(inputs[index])
                results[index] = future.result()
    except BrokenProcessPool:
        for index in order:
            if index not in results:
                started(inputs[index])
                alone = _alone(work, inputs[index])
                if alone is not None:
                    results[index] = alone
    return [results.get(index) for index in range(len(inputs))]


def _pool(jobs: int) -> ProcessPoolExecutor:
    # Forking before the solver is loaded costs a few milliseconds; spawning would import everything anew.
    return ProcessPoolExecutor(jobs, mp_context=get_context("fork"))


def _alone(work: Callable[[_Input], _Result], item: _Input) -> _Result | None:
    try:
        with _pool(1) as pool:
            return pool.submit(work, item).result()
    except BrokenProcessPool:
        return None
