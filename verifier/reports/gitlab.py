"""A run as a code quality report of GitLab, which shows it in a merge request.

Takes a finished ``RunResult``; gives one text, in ASCII. Renders, never computes a verdict. GitLab compares the
fingerprints of two reports to tell what is new, so what a baseline has too must stay, and is marked. It has no place
for a waived finding: those are left out.
"""

from __future__ import annotations

import json

from verifier.explain.model import RunResult
from verifier.reports.issues import Issue, open_issues
from verifier.reports.json import Json
from verifier.reports.selection import UNCHANGED
from verifier.reports.style import View


def render_gitlab(run: RunResult, view: View) -> str:
    """The report of a run as text."""
    return json.dumps([_entry(issue) for issue in open_issues(run, view)], indent=2) + "\n"


def _entry(issue: Issue) -> Json:
    said = issue.message if issue.kind == "diagnostic" else f"{issue.headline}. {issue.message}"
    return {
        "description": f"({UNCHANGED}) {said}" if issue.known else said,
        "check_name": issue.rule,
        "fingerprint": issue.fingerprint,
        "severity": _severity(issue),
        "location": {
            "path": issue.place.path,
            "lines": {"begin": issue.place.line, "end": issue.place.last_line},
        },
        "content": {"body": "\n".join(issue.story)},
    }


def _severity(issue: Issue) -> str:
    """What fails a run is critical; what is not decided is major."""
    if issue.level == "warning":
        return "minor" if issue.kind == "diagnostic" else "major"
    return "critical" if issue.level == "error" else "info"
