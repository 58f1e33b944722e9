"""Work that is done elsewhere: a few processes at once, a bounded queue, and an end to everything that takes too long.

Takes functions that a new process can import, with arguments that can be sent to it; gives jobs that tell how far they
are. A process does one job and is then gone, so that a solver which hangs, crashes or eats all memory costs only the
question that it was asked. Nothing of a job is written to a disk.
"""

from __future__ import annotations

import secrets
import signal
import sys
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import field
from multiprocessing import get_context
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, Literal

from verifier.records import dataclass

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerProcess

if sys.platform != "win32":
    import resource

MEMORY = 4 * 2**30
"""More than twice what any shipped policy needs, most of which is space that diagrams only reserve."""

_PRELOADED = "verifier.studio.warm"
LOST = (
    "Internal error: the process that worked on this ended without an answer. It may have needed more memory than "
    "{} MB. That is no finding about the policy."
)
NO_MEMORY = "This needed more memory than {} MB, and was stopped."
STOPPED = "This was stopped."


@dataclass(frozen=True, slots=True)
class Exhausted:
    """What a process sends where its memory did not suffice."""


@dataclass(slots=True, eq=False)
class Job:
    """One piece of work. ``number`` cannot be guessed; ``about`` is what the page of its result needs besides the
    ``result``, which is never ``None``. Where there is no result, ``fault`` says why in a sentence.
    """

    number: str
    about: Any
    state: Literal["waiting", "working", "done"] = "waiting"
    result: Any = None
    fault: str = ""
    stopped: bool = False
    done: Event = field(default_factory=Event, repr=False)
    process: ForkServerProcess | None = field(default=None, repr=False)


class Desk:
    """Jobs in the order in which they come, ``workers`` at once and at most ``waiting`` in the queue; the last ``kept``
    of them are remembered. ``memory``: how many bytes a process may have, where the system can say so.
    """

    def __init__(self, workers: int, waiting: int, kept: int, memory: int = MEMORY) -> None:
        self._room, self._kept, self._memory = workers + waiting, kept, memory
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="desk")
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = Lock()
        self._closed = False

    def submit(
        self, work: Callable[..., object], arguments: Sequence[object], seconds: float, about: Any
    ) -> Job | None:
        """A new job, or ``None`` where the queue is full."""
        job = Job(secrets.token_urlsafe(12), about)
        with self._lock:
            if self._closed or sum(item.state != "done" for item in self._jobs.values()) >= self._room:
                return None
            self._jobs[job.number] = job
            for number in [number for number, item in self._jobs.items() if item.state == "done"]:
                if len(self._jobs) > self._kept:
                    del self._jobs[number]
        self._threads.submit(self._run, job, work, tuple(arguments), seconds)
        return job

    def job(self, number: str) -> Job | None:
        """The job of that number, while it is remembered."""
        return self._jobs.get(number)

    def stop(self, job: Job) -> None:
        """End a job, whatever it is doing."""
        with self._lock:
            job.stopped = True
            if job.process is not None:
                job.process.kill()

    def close(self) -> None:
        """End all jobs; no process is left."""
        with self._lock:
            self._closed = True
        for job in list(self._jobs.values()):
            self.stop(job)
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: Job, work: Callable[..., object], arguments: Sequence[object], seconds: float) -> None:
        context = get_context("forkserver")  # this process has threads, and forking those is not safe
        context.set_forkserver_preload([_PRELOADED])
        mine, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_serve, args=(theirs, work, arguments, self._memory), daemon=True)
        try:
            with self._lock:
                if job.stopped:
                    job.fault = STOPPED
                    return
                process.start()
                job.process, job.state = process, "working"
            theirs.close()
            self._receive(job, mine, seconds)
        finally:
            with self._lock:
                if job.result is None and not job.fault:  # no process could be started
                    job.fault = self._said(LOST)
                job.process, job.state = None, "done"
                if process.pid is not None:
                    process.kill()
                    process.join()
                    process.close()
            mine.close()
            theirs.close()
            job.done.set()

    def _said(self, text: str) -> str:
        return text.format(self._memory // 2**20)

    def _receive(self, job: Job, line: Connection, seconds: float) -> None:
        """The result of a job, or why there is none."""
        try:
            if line.poll(seconds):
                found = line.recv()
                if isinstance(found, Exhausted):
                    job.fault = self._said(NO_MEMORY)
                else:
                    job.result = found
            else:
                job.fault = f"This took more than {seconds:g} seconds, and was stopped."
        except (EOFError, OSError):
            job.fault = STOPPED if job.stopped else self._said(LOST)


def _serve(line: Connection, work: Callable[..., object], arguments: Sequence[object], memory: int) -> None:
    """What a process does: the work, and then nothing more. Ctrl-C is for the studio, which ends its processes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(memory)
    try:
        found = work(*arguments)
    except MemoryError:
        found = Exhausted()
    line.send(found)


def _limit(memory: int) -> None:
    """Let this process have no more memory. Some systems cannot: there a process has only its time."""
    if sys.platform != "win32":
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
