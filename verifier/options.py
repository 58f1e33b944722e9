"""What a run is asked to do, as plain data. Knows nothing of how it is done."""

from __future__ import annotations

from verifier.records import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may ask of a run.

    ``properties``: globs over promise names (empty: all). ``budget``: solver resource units for each promise,
    deterministic. ``timeout``: wall seconds for each policy, only a guard. ``max_steps``: how deep shortest runs are
    searched. ``search_path``: folders in which ``use NAME`` looks for ``NAME.policy`` after the using file's own
    folder. ``jobs``: how many policies are verified at once; the results are the same. ``certificates``: each proof by
    an invariant comes with its certificate. ``certify``: a second solver must accept it too. ``coverage``: which
    clauses no promise needs; of scenarios alone, which ones none exercises. ``today``: the number of the present day
    (``core.dates``), by which waivers end; without it none does.
    """

    properties: tuple[str, ...] = ()
    scenarios_only: bool = False
    budget: int = 200_000_000
    timeout: float = 300.0
    max_steps: int = 40
    duties: bool = True
    search_path: tuple[str, ...] = ()
    jobs: int = 1
    certificates: bool = False
    certify: bool = False
    coverage: bool = False
    today: int | None = None
