"""Sources to results: the whole compiler, read in one place.

Takes policy paths and a reader of files; gives a ``RunResult``. Does no I/O of its own and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may ask of a run.

    ``properties``: globs over promise names (empty: all). ``budget``: solver resource units for each promise, deterministic.
    ``timeout``: wall seconds for each policy, only a guard. ``max_steps``: how deep shortest runs are searched.
    ``search_path``: folders in which ``use NAME`` looks for ``NAME.policy`` after the using file's own folder.
    """

    properties: tuple[str, ...] = ()
    scenarios_only: bool = False
    budget: int = 200_000_000
    timeout: float = 300.0
    max_steps: int = 40
    duties: bool = True
    search_path: tuple[str, ...] = ()


Progress = Callable[[str, str], None]
"""Called with (policy name, what is being worked on) before each piece of work; shown on a terminal."""
