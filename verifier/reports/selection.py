"""What a run left out and why that is safe, and what is new beside an earlier one: said beside the verdicts.

Takes a finished ``RunResult``; gives sentences without markup. Computes no verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from verifier.explain.model import RunResult
from verifier.explain.words import plural

UNCHANGED: Final = "known before: the baseline has it too"
"""What is said beside a finding that does not count."""

_SHOWN: Final = 5
"""How many findings or policies are named."""


def selection_lines(run: RunResult) -> Iterator[str]:
    """A sentence for each; none where all was looked at and nothing compared."""
    if run.scope is not None:
        since = f"`{run.scope.revision}` ({run.scope.commit[:12]})"
        if run.scope.skipped:
            yield (
                f"Skipped {plural(len(run.scope.skipped), 'policy', 'policies')}: "
                f"nothing that they say, use or cite has changed since {since}, "
                f"so they would come out as they did there: {_some(run.scope.skipped)}."
            )
        else:
            yield f"Skipped none: every policy may be affected by what has changed since {since}."
        if run.scope.deleted:
            yield f"Deleted since: {_some(run.scope.deleted)}."
    if run.baseline is not None:
        new, fixed, same = (
            [item for item in items if item.level != "note"]
            for items in (run.baseline.new, run.baseline.fixed, run.baseline.unchanged)
        )
        sums = f"{len(new)} new, {len(fixed)} fixed, {len(same)} unchanged"
        yield f"Against the baseline: {sums}. Only what is new decides about the exit code."
        for word, items in (("New", new), ("Fixed", fixed)):
            if items:
                yield f"{word}: {_some([f'{item.headline} ({item.policy})' for item in items], '; ')}."


def known_sum(number: int) -> str:
    """How many findings a baseline has too."""
    return f"{plural(number, 'finding')} known before: the baseline has {'it' if number == 1 else 'them'} too"


def _some(items: Sequence[str], between: str = ", ") -> str:
    shown = between.join(items[:_SHOWN])
    return shown if len(items) <= _SHOWN else f"{shown} and {len(items) - _SHOWN} more"
