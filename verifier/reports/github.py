"""A run as workflow commands of GitHub Actions, which shows them as annotations beside the lines of a change.

Takes a finished ``RunResult``; gives lines. Renders, never computes a verdict. GitHub shows ten annotations of a kind
and drops the others, so the gravest come first and the tenth says how many more there are. What a baseline has too gets
no annotation and is counted in the last line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Final

from verifier.explain.model import RunResult
from verifier.explain.words import plural
from verifier.reports.issues import Issue, Level, one_line, open_issues, summary_line
from verifier.reports.selection import known_sum
from verifier.reports.style import View

MOST: Final = 10
"""How many annotations of a kind GitHub shows for a step of a job."""

_LONGEST: Final = 4000
_COMMANDS: Final = MappingProxyType[Level, str]({"error": "error", "warning": "warning", "note": "notice"})


def render_github(run: RunResult, view: View) -> str:
    """The workflow commands of a run, then its sum in one line."""
    every = open_issues(run, view)
    found = [issue for issue in every if not issue.known]
    faults = [f"::error title=clauseproof::{_message(f'internal error: {error}')}" for error in run.internal_errors]
    lines = faults[:MOST]
    for level, command in _COMMANDS.items():
        room = MOST - len(lines) if level == "error" else MOST
        lines += _of_a_kind([issue for issue in found if issue.level == level], command, room)
    known = len(every) - len(found)
    said = [summary_line(run), *([f"no annotation for {known_sum(known)}"] if known else [])]
    return "\n".join([*lines, *(view.style.signs(f"clauseproof: {line}") for line in said)]) + "\n"


def _of_a_kind(found: Sequence[Issue], command: str, room: int) -> Iterator[str]:
    """At most so many annotations; where there are more, the last one says how many."""
    shown = found if len(found) <= room else found[: max(0, room - 1)]
    for issue in shown:
        yield _annotation(issue, command)
    if len(found) > len(shown) and room > 0:
        more = plural(len(found) - len(shown), f"more {command}")
        yield f"::{command} title=clauseproof::{_message(f'{more}: see the summary of the job, or its log')}"


def _annotation(issue: Issue, command: str) -> str:
    place = issue.place
    properties = {
        "file": place.path,
        "line": str(place.line),
        "endLine": str(place.last_line),
        "col": str(place.column),
        "title": issue.headline,
    }
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {told}::{_message(_shortened([issue.message, *issue.story]))}"


def _shortened(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rpartition(chr(10))[0]}\n…"


def _message(text: str) -> str:
    """A text as the data of a command: a line end would end the command, and a percent sign begins an escape."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A text as a property of a command, where a colon and a comma have a meaning too."""
    return _message(one_line(text)).replace(":", "%3A").replace(",", "%2C")
