"""``--changed-since`` and ``--baseline``: what is looked at, and which findings count.

Takes a request and its policies; gives a ``Selection``, which marks a finished run. Faults of use are found before any
proof is started.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from verifier.cli.files import UsageFault
from verifier.cli.output import seen_from_root
from verifier.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.cache.inputs import Reading
    from verifier.cli.work import Request
    from verifier.explain.model import KnownFinding, RunResult, Scope


@dataclass(frozen=True, slots=True)
class Selection:
    """``paths``: the policies to verify, out of ``every`` one; ``known``: the findings of the baseline, if there is
    one. ``partial``: only some promises are asked about.
    """

    paths: tuple[str, ...]
    every: tuple[str, ...]
    scope: Scope | None
    known: tuple[KnownFinding, ...] | None
    partial: bool

    def applied(self, run: RunResult) -> RunResult:
        """The run with what it left out, and beside the baseline."""
        from verifier.reports.baseline import compared

        beside = None if self.known is None else compared(run, seen_from_root(), self.known, partial=self.partial)
        return replace(run, scope=self.scope, baseline=beside)

    def counted(self, run: RunResult) -> RunResult:
        """The run with what counts for the exit code."""
        from verifier.reports.baseline import without_known

        return without_known(run, seen_from_root())


def selection(request: Request, paths: tuple[str, ...], wanted: Sequence[str], reading: Reading) -> Selection:
    """What is asked for; ``wanted`` are the files and folders that the user has named.

    Raises:
        UsageFault: what has changed cannot be known, or the baseline is none.
    """
    known = _known(request.baseline) if request.baseline else None
    kept, scope = paths, None
    if request.changed_since:
        from verifier.cli.changed import affected

        kept, scope = affected(request, paths, wanted, reading)
    return Selection(kept, paths, scope, known, bool(request.properties))


def _known(file: str) -> tuple[KnownFinding, ...]:
    from verifier.cli.reporting import read_record
    from verifier.reports.baseline import NoBaseline, remembered

    try:
        return remembered(read_record(file))
    except NoBaseline as fault:
        raise UsageFault(f"`{file}` cannot be the baseline: {fault}") from fault
