"""What a run is asked to do, as plain data. Knows nothing of how it is done."""

from __future__ import annotations

from typing import Final

from verifier.records import dataclass

BUDGET: Final = 200_000_000
TIMEOUT: Final = 300.0
MAX_STEPS: Final = 40
"""What each way in asks for, unless it is told otherwise; see ``Options``."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may ask of a run.

    ``properties``: globs over promise names (empty: all). ``budget``: solver resource units for each promise,
    deterministic. ``timeout``: wall seconds for each policy, only a guard. ``max_steps``: how deep shortest runs are
    searched. ``search_path``: folders in which ``use NAME`` looks for ``NAME.policy`` after the using file's own
    folder; ``sources``: folders in which cited texts are looked for after that. ``jobs``: how many policies are
    verified at once; the results are the same. ``certificates``: each proof by an invariant comes with its certificate.
    ``certify``: a second solver must accept it too. ``coverage``: which clauses no promise needs; of scenarios alone,
    which ones none exercises. ``today``: the number of the present day (``core.dates``), by which waivers end; without
    it none does.
    """

    properties: tuple[str, ...] = ()
    scenarios_only: bool = False
    budget: int = BUDGET
    timeout: float = TIMEOUT
    max_steps: int = MAX_STEPS
    duties: bool = True
    search_path: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    jobs: int = 1
    certificates: bool = False
    certify: bool = False
    coverage: bool = False
    today: int | None = None
