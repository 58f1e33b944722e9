"""A run as SARIF 2.1.0, the form in which code scanners hand their results on.

Takes a finished ``RunResult``; gives one text, in ASCII, the same for the same run. Renders, never computes a verdict.
A rule for each code, for each form of promise and for scenarios; a run that breaks a promise is a code flow through the
declarations of its steps; a waived finding is a suppressed result. Beside a baseline, each result has a state, and what
was found then and is no more is a result that passes.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from urllib.parse import quote

from verifier.explain.model import KnownFinding, RunResult
from verifier.reports.issues import Correction, Issue, Note, Place, issues
from verifier.reports.json import Json
from verifier.reports.rules import Rule, rule_of
from verifier.reports.style import View

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "clauseproof/v1"
_ROOT = "%SRCROOT%"


def render_sarif(run: RunResult, view: View) -> str:
    """The log of a run as text."""
    return json.dumps(sarif_log(run, view), indent=2) + "\n"


def sarif_log(run: RunResult, view: View) -> dict[str, Json]:
    """The log of a run as plain data."""
    found = issues(run, view)
    fixed = () if run.baseline is None else run.baseline.fixed
    names = sorted({*(issue.rule for issue in found), *(item.rule for item in fixed)})
    rules = [rule_of(name) for name in names]
    driver: dict[str, Json] = {
        "name": "clauseproof",
        "version": run.tool_version,
        "semanticVersion": run.tool_version,
        "rules": [_rule(rule) for rule in rules],
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(run)],
                "results": [
                    *(_result(issue, names.index(issue.rule), run.baseline is not None) for issue in found),
                    *(_absent(item, names.index(item.rule)) for item in fixed),
                ],
            }
        ],
    }


def _invocation(run: RunResult) -> Json:
    record: dict[str, Json] = {"executionSuccessful": not run.internal_errors}
    if run.internal_errors:
        record["toolExecutionNotifications"] = [
            {"level": "error", "message": {"text": error}} for error in run.internal_errors
        ]
    return record


def _rule(rule: Rule) -> Json:
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.page, "markdown": rule.page},
        "defaultConfiguration": {"level": rule.level},
        "properties": {"tags": ["policy", rule.kind]},
    }


def _result(issue: Issue, rule: int, compared: bool) -> Json:
    record: dict[str, Json] = {
        "ruleId": issue.rule,
        "ruleIndex": rule,
        "level": issue.level,
        "message": {"text": "\n".join([*_opening(issue), *issue.story])},
        "locations": [{**_location(issue.place), "logicalLocations": [{"name": issue.name, "kind": issue.kind}]}],
        "partialFingerprints": {FINGERPRINT: issue.fingerprint},
    }
    if issue.related:
        record["relatedLocations"] = [
            {"id": number, **_said_at(note)} for number, note in enumerate(issue.related, start=1)
        ]
    if issue.runs:
        record["codeFlows"] = [{"threadFlows": [_flow(run) for run in issue.runs]}]
    if issue.corrections:
        record["fixes"] = [_fix(item) for item in issue.corrections]
    if compared:  # what is waived does not count, so it is not new
        record["baselineState"] = "unchanged" if issue.known or issue.waived is not None else "new"
    if issue.waived is not None:
        record["suppressions"] = [{"kind": "inSource", "status": "accepted", "justification": issue.waived}]
    return record


def _absent(item: KnownFinding, rule: int) -> Json:
    """What the earlier run found and this one does not: it is no failure, wherever it is shown."""
    place: dict[str, Json] = {"physicalLocation": {"artifactLocation": _artifact(item.policy)}}
    return {
        "ruleId": item.rule,
        "ruleIndex": rule,
        "kind": "pass",
        "level": "none",
        "message": {"text": f"No longer found: {item.headline}"},
        "locations": [{**place, "logicalLocations": [{"name": item.name, "kind": item.kind}]}],
        "partialFingerprints": {FINGERPRINT: item.fingerprint},
        "baselineState": "absent",
    }


def _opening(issue: Issue) -> list[str]:
    """What the message begins with: that it is about a promise, a viewer does not see elsewhere."""
    return [issue.message] if issue.kind == "diagnostic" else [issue.headline, issue.message]


def _flow(run: tuple[Note, ...]) -> Json:
    return {
        "locations": [
            {"location": _said_at(note), "executionOrder": number, "importance": "essential"}
            for number, note in enumerate(run, start=1)
        ]
    }


def _said_at(note: Note) -> dict[str, Json]:
    return {**_location(note.place), "message": {"text": note.text}}


def _fix(item: Correction) -> Json:
    replacement: Json = {"deletedRegion": _region(item.place), "insertedContent": {"text": item.replacement}}
    change: Json = {"artifactLocation": _artifact(item.place.path), "replacements": [replacement]}
    return {"description": {"text": item.text}, "artifactChanges": [change]}


def _location(place: Place) -> dict[str, Json]:
    return {"physicalLocation": {"artifactLocation": _artifact(place.path), "region": _region(place)}}


def _region(place: Place) -> Json:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.last_line,
        "endColumn": place.last_column,
    }


def _artifact(path: str) -> dict[str, Json]:
    """A file: relative to the root of the repository wherever it lies in it."""
    if PurePosixPath(path).is_absolute():
        return {"uri": f"file://{quote(path)}"}
    return {"uri": quote(path), "uriBaseId": _ROOT}
