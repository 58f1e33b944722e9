"""Ctrl-C ends a run at once, even while a solver call keeps Python from noticing.

A thread learns of the signal through Python's wake-up descriptor. The main thread gets a moment to end by itself, as it
can wherever Python code runs; after that the process ends with exit code 130. Nothing is lost: reports are written
whole or not at all.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from verifier.cli.exits import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Iterator

_GRACE = 0.5


@contextmanager
def prompt_interruption() -> Iterator[None]:
    """While it lasts, an interruption takes at most a moment. Only for the main thread."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    watcher = threading.Thread(target=_watch, args=(reader,), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(writer)  # the watcher reads the end of the pipe and stops
        watcher.join()
        os.close(reader)


def _watch(reader: int) -> None:
    while received := os.read(reader, 1):
        if received[0] == signal.SIGINT:
            time.sleep(_GRACE)
            os._exit(INTERRUPTED)
