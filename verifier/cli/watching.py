"""``verify --watch``: verify again what a change affects, as often as files change, until Ctrl-C ends it.

Looks at the times of the policies and of all that they use and cite, missing files included, twice a second. Takes a
request; prints a summary for each change: what was verified, what is open, and the sum over all policies.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from verifier import pipeline
from verifier.cli.caching import open_cache
from verifier.cli.configuration import severities
from verifier.cli.exits import PROVED, exit_code
from verifier.cli.files import UsageFault, find_policies, read_bytes, read_policy
from verifier.cli.interruption import prompt_interruption
from verifier.cli.output import printable, stream_style, view
from verifier.cli.progress import live_line
from verifier.cli.today import present_day
from verifier.cli.work import default_folder, run_options
from verifier.explain.grading import graded
from verifier.explain.model import RunResult
from verifier.explain.words import plural
from verifier.records import dataclass
from verifier.reports.issues import open_issues, summary_line
from verifier.reports.layout import flow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verifier.cli.work import Request
    from verifier.diagnostics.model import Diagnostic
    from verifier.source import SourceFile

_PAUSE = 0.5
_MOST_LINES = 12
"""How many open issues, or policies without any, one summary lists."""

_Stamp: TypeAlias = tuple[int, int, int] | None


def run_watch(request: Request) -> int:
    """Verify on every change; ends by an interruption, or where nobody reads any more.

    Raises:
        UsageFault: the first run cannot start, or what is asked makes no sense here.
    """
    once = (request.outputs, request.certificates, request.certify, request.changed_since, request.baseline)
    if request.format != "text" or any(once):
        raise UsageFault(
            "`--watch` shows summaries for people; reports, certificates and comparisons are for runs once"
        )
    watch = _Watch(request)
    paths = find_policies(request.paths or (default_folder(),))
    try:
        while True:
            if changes := watch.changes(paths):
                _say(watch.round(paths, changes))
            time.sleep(_PAUSE)
            paths = _found(request) or paths
    except BrokenPipeError:
        # As in `output`: Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PROVED


def _found(request: Request) -> tuple[str, ...]:
    """The policies that there are now; none while a folder is being replaced."""
    try:
        return find_policies(request.paths or (default_folder(),))
    except UsageFault:
        return ()


def _say(lines: Iterable[str]) -> None:
    sys.stdout.write(printable("\n".join(lines) + "\n\n", sys.stdout))
    sys.stdout.flush()


@dataclass(slots=True)
class _Looked:
    """Readers that note how each file was just before it was read."""

    stamps: dict[str, _Stamp] = field(default_factory=dict)

    def read(self, path: str) -> SourceFile | Diagnostic:
        """The text of a policy."""
        self.stamps.setdefault(path, _stamp(path))
        return read_policy(path)

    def read_bytes(self, path: str) -> bytes | None:
        """The content of a cited source."""
        self.stamps.setdefault(path, _stamp(path))
        return read_bytes(path)

    def changed(self) -> list[str]:
        """The files that are not as they were."""
        return [path for path, stamp in self.stamps.items() if _stamp(path) != stamp]


def _stamp(path: str) -> _Stamp:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)


@dataclass(slots=True)
class _Watch:
    """What is known of each policy: the files that it depends on, and what was found."""

    request: Request
    files: dict[str, _Looked] = field(default_factory=dict)
    found: dict[str, RunResult] = field(default_factory=dict)

    def changes(self, paths: tuple[str, ...]) -> list[str]:
        """The files that have changed, appeared or gone since the last look."""
        known = [self.files[path] for path in paths if path in self.files]
        changed = [path for path in paths if path not in self.files]
        changed += [path for path in self.files if path not in paths]
        return list(dict.fromkeys([*changed, *(file for looked in known for file in looked.changed())]))

    def round(self, paths: tuple[str, ...], changes: list[str]) -> list[str]:
        """Verify again what the changes affect; the summary."""
        first = not self.files
        for path in self.files.keys() - set(paths):
            del self.files[path], self.found[path]
        affected = [path for path in paths if path not in self.files or self.files[path].changed()]
        options = run_options(self.request, present_day())
        for path in affected:  # what is changed while it is verified is found by the next look
            looked = _Looked()
            pipeline.check([path], options, looked.read, looked.read_bytes)
            self.files[path] = looked
        seconds = self._verify(affected, options)
        ordered = {path: self.found[path] for path in paths}
        return _summary(self.request, [] if first else changes, affected, ordered, seconds)

    def _verify(self, affected: list[str], options: pipeline.Options) -> float:
        if not affected:
            return 0.0
        cache = open_cache(self.request)
        memory = None if cache is None else cache.results()
        with prompt_interruption(), live_line(sys.stderr) as progress:
            run = pipeline.verify(affected, options, read_policy, progress, read_bytes, memory)
        run = graded(run, severities(self.request.severity))
        for number, path in enumerate(affected):
            faults = run.internal_errors if number == 0 else ()
            self.found[path] = RunResult(
                (run.policies[number],), run.tool_version, run.language_version, run.solver_version, faults
            )
        return run.seconds


def _summary(
    request: Request, changes: list[str], affected: list[str], found: dict[str, RunResult], seconds: float
) -> list[str]:
    """When and why, what is open in the policies that were verified, and the sum over all."""
    style = stream_style(sys.stdout, request.color)
    why = f"changed: {_few(changes)}" if changes else "verified"
    lines = flow(f"{time.strftime('%H:%M:%S')}  {why}", style)
    shown = view("text", style, "verify")
    told: list[str] = []
    for path in affected:
        run = found[path]
        good = exit_code(run, request.fail_words) == PROVED
        told += flow(f"{path}  {summary_line(run).partition(' · ')[2] or 'no promises'}", style, "✓ " if good else "✗ ")
        told += [f"internal error: {fault}" for fault in run.internal_errors]
        for issue in open_issues(run, shown):
            if issue.level != "note":
                told += flow(f"{issue.headline}  {issue.place}", style, "    ")
    lines += [style.signs(line) for line in told[:_MOST_LINES]]
    if len(told) > _MOST_LINES:
        lines.append(f"and {plural(len(told) - _MOST_LINES, 'line')} more: `clauseproof verify` shows all of them")
    bad = sum(exit_code(run, request.fail_words) != PROVED for run in found.values())
    fine = f"{bad} with findings" if bad else "all is well"
    lines += flow(f"{plural(len(found), 'policy', 'policies')}: {fine} · {seconds:.1f} s · Ctrl-C ends", style)
    return [*lines[:-1], style.paint(lines[-1], "bad" if bad else "good")]


def _few(paths: list[str]) -> str:
    return ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
