"""Two versions of policies to comparisons: both are checked, verified and set beside each other.

Takes pairs of paths and a reader for each version; gives comparisons, and the diagnostics of what has errors. Does no
I/O of its own and prints nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from verifier import pipeline
from verifier.comparison.compare import compare, in_flight, with_promises
from verifier.comparison.model import Comparison
from verifier.engines.version import solver_version
from verifier.explain.verify import Work
from verifier.records import dataclass

if TYPE_CHECKING:
    from verifier.cache.results import Results
    from verifier.checking.load import Read
    from verifier.core.program import Program
    from verifier.explain.model import PolicyResult

_NOT_MEANT = ("name", "title", "source", "uses", "scenarios", "waivers")
"""Parts of a program that have no influence on what it allows and gives."""


@dataclass(frozen=True, slots=True)
class Versions:
    """What became of each pair; ``broken`` has the versions with errors. ``solver``: its version."""

    comparisons: tuple[Comparison, ...]
    broken: tuple[PolicyResult, ...]
    faults: tuple[str, ...]
    solver: str


def compare_versions(
    pairs: Sequence[tuple[str, str]],
    readers: tuple[Read, Read],
    options: pipeline.Options,
    progress: pipeline.Progress | None = None,
    memory: Results | None = None,
    taking_over: bool = False,
) -> Versions:
    """Compare the two versions of each policy; ``readers`` read the older and the newer version's files.
    ``taking_over`` asks what becomes of cases under way.
    """
    found: list[Comparison] = []
    broken: list[PolicyResult] = []
    faults: list[str] = []
    for paths in pairs:
        sides = [pipeline.check([path], options, read).policies[0] for path, read in zip(paths, readers, strict=True)]
        old, new = (side.program for side in sides)
        if old is None or new is None:
            broken += [side for side in sides if side.program is None]
            continue
        if _same(old, new):
            found.append(Comparison(new.name, *paths, "equivalent"))
            continue
        say = (lambda what, name=new.name: progress(name, what)) if progress else None
        work = Work(
            (), (), False, options.budget, time.monotonic() + options.timeout, options.max_steps, options.duties
        )
        comparison = replace(compare(old, new, work, say), old_path=paths[0], new_path=paths[1])
        runs = [
            pipeline.verify([path], options, read, progress, memory=memory)
            for path, read in zip(paths, readers, strict=True)
        ]
        faults += [fault for run in runs for fault in run.internal_errors] + list(comparison.faults)
        results = [run.policies[0].properties for run in runs]
        comparison = with_promises(comparison, results[0], results[1], (old, new))
        if taking_over:
            proved = {item.name for item in results[1] if item.verdict == "proved"}
            again = replace(work, deadline=time.monotonic() + options.timeout)
            comparison = replace(comparison, in_flight=in_flight(old, new, proved, again, say))
        found.append(comparison)
    return Versions(tuple(found), tuple(broken), tuple(faults), solver_version())


def _same(old: Program, new: Program) -> bool:
    """Whether two programs are the same text, but for layout and comments."""
    return all(
        getattr(old, item.name) == getattr(new, item.name) for item in fields(old) if item.name not in _NOT_MEANT
    )
