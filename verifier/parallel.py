"""One piece of work for each of several inputs, in worker processes.

Takes a function and its inputs; gives results in the order of the inputs, whichever is done first, so that nothing
depends on timing. A worker that dies (out of memory, a crash of the solver) or does not come back in time costs only
its own input, for which there is an ``Ended`` with the reason: the work of one that died is tried once more, alone.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import connection, get_context
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from verifier.records import dataclass

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess

_Input = TypeVar("_Input")
_Result = TypeVar("_Result")

OUT_OF_MEMORY = "the process that worked on this ran out of memory"


@dataclass(frozen=True, slots=True)
class Ended:
    """No result, and why: ``reason`` is a whole sentence without its full stop."""

    reason: str


@dataclass(slots=True)
class _Worker:
    """A process, the parent's end of the line to it, and what it works on since when."""

    process: ForkProcess
    line: connection.Connection
    index: int = -1
    since: float = 0.0


def in_workers(
    work: Callable[[_Input], _Result],
    inputs: Sequence[_Input],
    jobs: int,
    heaviest: Callable[[_Input], int],
    started: Callable[[_Input], None],
    seconds: float | None = None,
) -> list[_Result | Ended]:
    """The results, ``Ended`` for inputs whose worker died twice or was still at work after some ``seconds``.

    Inputs and results must be picklable; ``work`` need not be, since workers are forked. The heaviest inputs go first,
    so that the workers finish together; ``started`` is told of each. What ``work`` raises is raised here.
    """
    order = sorted(range(len(inputs)), key=lambda index: (-heaviest(inputs[index]), index))
    round_ = _Round(work, inputs, started, seconds)
    round_.run(order, min(jobs, len(inputs)))
    for index in [index for index in order if isinstance(round_.results[index], _Died)]:
        round_.run([index], 1)
    return [round_.results[index] for index in range(len(inputs))]


class _Died(Ended):
    """The process ended by itself; it may have been the fault of what else it had worked on."""


class _Round(Generic[_Input, _Result]):
    """Inputs given to workers until all have a result."""

    def __init__(
        self,
        work: Callable[[_Input], _Result],
        inputs: Sequence[_Input],
        started: Callable[[_Input], None],
        seconds: float | None,
    ) -> None:
        self.work, self.inputs, self.started, self.seconds = work, inputs, started, seconds
        self.results: dict[int, Any] = {}

    def run(self, order: Sequence[int], jobs: int) -> None:
        """Work on the inputs at these places."""
        queue = list(reversed(order))
        with _workers() as workers:
            while queue or workers:
                while queue and len(workers) < jobs:
                    workers.append(self._given(_start(self.work, workers), queue.pop()))
                for worker in self._ready(workers):
                    if self._received(worker) and queue:
                        self._given(worker, queue.pop())
                    else:
                        workers.remove(worker)
                        _stop(worker)

    def _given(self, worker: _Worker, index: int) -> _Worker:
        self.started(self.inputs[index])
        worker.index, worker.since = index, time.monotonic()
        with suppress(OSError):  # it has died already, which is seen as the end of the line
            worker.line.send(self.inputs[index])
        return worker

    def _ready(self, workers: Sequence[_Worker]) -> list[_Worker]:
        """Workers that have answered, died, or are out of time."""
        patience = None
        if self.seconds is not None:
            patience = max(0.0, min(worker.since for worker in workers) + self.seconds - time.monotonic())
        answered = connection.wait([worker.line for worker in workers], patience)
        late = time.monotonic()
        found = []
        for worker in workers:
            if worker.line in answered:
                found.append(worker)
            elif self.seconds is not None and late - worker.since >= self.seconds:
                self.results[worker.index] = Ended(
                    f"the process that worked on this did not come back within {round(self.seconds)} seconds"
                )
                found.append(worker)
        return found

    def _received(self, worker: _Worker) -> bool:
        """Whether the worker has answered and can go on; its result, or why there is none, is written down."""
        if not worker.line.poll():
            return False
        try:
            kind, value = worker.line.recv()
        except (EOFError, OSError):
            worker.process.join()
            self.results[worker.index] = _Died(_how(worker.process.exitcode))
            return False
        if kind == "raised":
            raise value
        self.results[worker.index] = value
        return not isinstance(value, Ended)


@contextmanager
def _workers() -> Iterator[list[_Worker]]:
    """Workers, none of which is left behind."""
    workers: list[_Worker] = []
    try:
        yield workers
    finally:
        for worker in workers:
            _stop(worker)


def _start(work: Callable[[Any], object], others: Sequence[_Worker]) -> _Worker:
    # Forking before the solver is loaded costs a few milliseconds; spawning would import everything anew.
    context = get_context("fork")
    mine, theirs = context.Pipe()
    # A worker sees the end of its line only where no process has kept the other end.
    not_theirs = [mine, *(worker.line for worker in others)]
    process = context.Process(target=_serve, args=(work, theirs, not_theirs), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, mine)


def _stop(worker: _Worker) -> None:
    worker.line.close()
    worker.process.kill()
    worker.process.join()


def _how(code: int | None) -> str:
    """How a process ended, in words."""
    if code is not None and code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        return f"the process that worked on this was ended by a signal ({name})"
    return "the process that worked on this ended without an answer"


# ---------------------------------------------------------------- in the worker


def _serve(
    work: Callable[[Any], object], line: connection.Connection, not_mine: Sequence[connection.Connection]
) -> None:
    """Answer inputs until the parent hangs up."""
    for other in not_mine:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        while True:
            line.send(_answer(work, line.recv()))
    except (EOFError, OSError):
        sys.exit(0)


def _answer(work: Callable[[Any], object], item: object) -> tuple[str, object]:
    try:
        return "done", work(item)
    except MemoryError:
        return "done", Ended(OUT_OF_MEMORY)
    except Exception as fault:  # noqa: BLE001 (raised again by the parent)
        if "out of memory" in str(fault):  # of the solver, whose exceptions this room does not know
            return "done", Ended(OUT_OF_MEMORY)
        return "raised", fault
