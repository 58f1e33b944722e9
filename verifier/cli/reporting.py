"""``clauseproof report``: a saved record in other formats, without proving.

Takes a file that may come from anyone; gives reports and the exit code of the run that it tells of. What cannot be
rendered is told in one line, before anything is written.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verifier.cli.exits import exit_code
from verifier.cli.files import UsageFault, need_folders, read_bytes, read_policy
from verifier.records import dataclass

if TYPE_CHECKING:
    from verifier.explain.model import RunResult

LONGEST = 256_000_000


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What ``clauseproof report`` is asked."""

    file: str
    format: str
    outputs: tuple[str, ...]
    color: str
    search_path: tuple[str, ...]
    sources: tuple[str, ...]
    fail_on: tuple[str, ...]


def run_report(request: ReportRequest) -> int:
    """Render a saved record; the exit code.

    Raises:
        UsageFault: it cannot be read or rendered, or a report cannot be written.
    """
    from verifier.cli.delivery import shown_reports
    from verifier.cli.output import rendered, seen_from_root
    from verifier.reports.baseline import without_known

    need_folders({"--path": request.search_path, "--sources": request.sources})
    shown = shown_reports(request.format, request.outputs, request.color, "report", request.sources)
    record = read_record(request.file)
    run, command = _run(request, record)
    views = [(form, replace(seen, command=command)) for form, seen in shown.of(run)]
    as_saved = json.dumps(record, indent=2) + "\n"
    shown.deliver([as_saved if form == "json" else rendered(run, form, seen) for form, seen in views])
    return exit_code(without_known(run, seen_from_root()), request.fail_on)


def read_record(file: str) -> Any:
    """The JSON in a file.

    Raises:
        UsageFault: it cannot be read, or is none.
    """
    try:
        with Path(file).open("rb") as opened:
            content = opened.read(LONGEST + 1)
    except OSError as fault:
        raise UsageFault(f"`{file}` cannot be read: {fault.strerror}") from fault
    if len(content) > LONGEST:
        raise UsageFault(f"`{file}` is larger than a record can be")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise UsageFault(f"`{file}` is not JSON") from fault


def _run(request: ReportRequest, record: Any) -> tuple[RunResult, str]:
    """The run, and the command that made it."""
    from verifier import pipeline
    from verifier.reports.saved import Unfit, command_of, paths_of, restored

    try:
        paths = paths_of(record)
        options = pipeline.Options(search_path=request.search_path, sources=request.sources)
        checked = pipeline.check(paths, options, read_policy, read_bytes)
        return restored(record, checked), command_of(record)
    except Unfit as fault:
        raise UsageFault(f"`{request.file}` cannot be rendered: {fault}") from fault
