"""The live line on a terminal: what is being proved, and for how long already. Nothing on a pipe.

A thread ticks the clock, because a solver call may last; it only writes to the error stream.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from shutil import get_terminal_size
from typing import TYPE_CHECKING, TextIO

from verifier.cli.output import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verifier.pipeline import Progress

_TICK = 0.2
_CLEAR = "\r\x1b[2K"


@contextmanager
def live_line(stream: TextIO) -> Iterator[Progress | None]:
    """A progress callback that keeps one line of ``stream`` current, and removes it at the end."""
    if not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    line = _Line(stream)
    thread = threading.Thread(target=line.tick, daemon=True)
    thread.start()
    try:
        yield line.show
    finally:
        line.stop()
        thread.join()


class _Line:
    """The shared state of the callback and the ticking thread."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._what = ""
        self._since = time.monotonic()

    def show(self, policy: str, work: str) -> None:
        """Called by the pipeline before each piece of work."""
        with self._lock:
            self._what, self._since = f"{policy}: {work}", time.monotonic()
        self._draw()

    def tick(self) -> None:
        """Redraw until stopped, then clear the line."""
        while not self._stopped.wait(_TICK):
            self._draw()
        self._write(_CLEAR)

    def stop(self) -> None:
        """Ask the ticking thread to end."""
        self._stopped.set()

    def _draw(self) -> None:
        with self._lock:
            what, seconds = self._what, time.monotonic() - self._since
        if what:
            room = max(10, get_terminal_size().columns - 10)
            self._write(f"{_CLEAR}{printable(what, self._stream)[:room]} {seconds:.1f} s")

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:  # the terminal went away: there is nobody left to tell
            self._stopped.set()
