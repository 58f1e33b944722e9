"""A run as the JSON record: schema version 1.0, described by ``schema/run.schema.json``.

Takes a finished ``RunResult``; gives one text, in ASCII, the same for the same run but for ``seconds``. Renders, never
computes a verdict. Within a schema version keys are only added. Values are exact: what JSON has no exact form for is a
string.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from fractions import Fraction
from typing import TypeAlias, assert_never

from verifier.core.dates import iso
from verifier.core.types import (
    DateType,
    DaysType,
    DecimalType,
    EntityType,
    EnumType,
    IntType,
    ListType,
    MoneyType,
    MonthsType,
    OptionType,
    RecordType,
    SetType,
    Type,
    Value,
    YesNoType,
)
from verifier.diagnostics.model import Diagnostic
from verifier.explain.model import (
    Binding,
    Coverage,
    Finding,
    Happening,
    KnownFinding,
    PolicyResult,
    PropertyResult,
    RunResult,
    ScenarioCoverage,
    ScenarioFailure,
    ScenarioResult,
    Story,
)
from verifier.explain.words import decimal_text, money_text
from verifier.reports.baseline import findings_of
from verifier.reports.sources import file_digests
from verifier.reports.style import View
from verifier.source import Span

SCHEMA_VERSION = "1.0"
_HERE = View()
"""Paths as the run has them."""

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def render_json(run: RunResult, view: View = _HERE) -> str:
    """The record of a run as text; its findings are known by paths as seen from the root."""
    return json.dumps(run_record(run, view), indent=2) + "\n"


def run_record(run: RunResult, view: View = _HERE) -> dict[str, Json]:
    """The record of a run as plain data."""
    verdicts = Counter(item.verdict for policy in run.policies for item in policy.properties)
    record: dict[str, Json] = {
        "schema_version": SCHEMA_VERSION,
        "tool": {
            "name": "clauseproof",
            "version": run.tool_version,
            "language": run.language_version,
            "z3": run.solver_version,
        },
        "policies": [_policy(policy) for policy in run.policies],
        "summary": {
            "proved": verdicts["proved"],
            "violated": verdicts["violated"],
            "unknown": verdicts["unknown"],
        },
        "files": dict[str, Json](file_digests(run)),
        "findings": [_known(item) for item in findings_of(run, view)],
        "command": view.command,
        "seconds": round(run.seconds, 3),
    }
    if run.internal_errors:
        record["internal_errors"] = list(run.internal_errors)
    if run.scope is not None:
        because = f"nothing that it says, uses or cites has changed since {run.scope.commit}"
        record["changed_since"] = {
            "revision": run.scope.revision,
            "commit": run.scope.commit,
            "deleted": list(run.scope.deleted),
        }
        record["skipped"] = [{"path": path, "because": because} for path in run.scope.skipped]
    if run.baseline is not None:
        record["baseline"] = {
            "new": [_known(item) for item in run.baseline.new],
            "fixed": [_known(item) for item in run.baseline.fixed],
            "unchanged": [_known(item) for item in run.baseline.unchanged],
        }
    return record


def _known(item: KnownFinding) -> Json:
    return dict[str, Json](asdict(item))


def _policy(policy: PolicyResult) -> Json:
    record: dict[str, Json] = {
        "name": policy.name,
        "path": policy.path,
        "diagnostics": [_finding(item, policy.path) for item in policy.findings],
        "properties": [_property(item) for item in policy.properties],
        "scenarios": [_scenario(item, policy.path) for item in policy.scenarios],
    }
    if policy.coverage is not None:
        record["coverage"] = _coverage(policy.coverage, policy.path)
    if policy.scenario_coverage is not None:
        record["scenario_coverage"] = _scenario_coverage(policy.scenario_coverage, policy.path)
    return record


def _coverage(coverage: Coverage, path: str) -> Json:
    return {
        "clauses": [
            {
                "label": item.label,
                "kind": item.kind,
                "span": _span(item.span, path),
                "status": item.status,
                "needed_by": list(item.needed_by),
                "needed_elsewhere": [{"policy": policy, "promise": promise} for policy, promise in item.elsewhere],
                "open": list(item.open),
                "noticed_by_scenarios": list(item.scenarios),
            }
            for item in coverage.clauses
        ],
        "covered": sum(item.status == "needed" for item in coverage.clauses),
        "total": len(coverage.clauses),
        "promises": list(coverage.promises),
        "left_out": list(coverage.left_out),
    }


def _scenario_coverage(coverage: ScenarioCoverage, path: str) -> Json:
    return {
        "clauses": [
            {
                "label": item.label,
                "kind": item.kind,
                "span": _span(item.span, path),
                "exercise": item.exercise,
                "exercised_by": list(item.by),
            }
            for item in coverage.clauses
        ],
        "exercised": sum(item.exercise != "never" for item in coverage.clauses),
        "total": len(coverage.clauses),
        "scenarios": list(coverage.scenarios),
        "left_out": list(coverage.left_out),
    }


def _finding(finding: Finding, path: str) -> Json:
    record = _diagnostic(finding.diagnostic, path)
    if finding.counterexample is not None:
        record["counterexample"] = story_record(finding.counterexample)
    if finding.waived is not None:
        record["waived"] = finding.waived
    return record


def _diagnostic(item: Diagnostic, path: str) -> dict[str, Json]:
    record: dict[str, Json] = {
        "code": item.code,
        "severity": item.severity.value,
        "message": item.message,
        "span": None if item.span is None else _span(item.span, path),
        "help": item.help,
    }
    if item.labels:
        record["labels"] = [{"span": _span(label.span, path), "message": label.message} for label in item.labels]
    if item.fixes:
        record["fixes"] = [
            {"span": _span(fix.span, path), "replacement": fix.replacement, "message": fix.message}
            for fix in item.fixes
        ]
    return record


def _span(span: Span, path: str) -> Json:
    """Line and column of both ends; the path only where it is another file than the policy's own."""
    (line, column), (last_line, last_column) = span.first, span.last
    record: dict[str, Json] = {
        "start": {"line": line, "column": column},
        "end": {"line": last_line, "column": last_column},
    }
    return record if span.source.path == path else record | {"path": span.source.path}


def _property(item: PropertyResult) -> Json:
    record: dict[str, Json] = {
        "name": item.name,
        "title": item.title,
        "form": item.form,
        "cite": [str(cite) for cite in item.cites],
        "verdict": item.verdict,
        "vacuous": item.vacuous,
        "trivial": item.trivial,
        "by_reading": [{"readings": dict(part.readings), "verdict": part.verdict} for part in item.by_reading],
        "reason": item.reason,
        "method": item.method,
        "bound": item.bound,
        "rests_on": list(item.rests_on),
        "certificate": item.certificate,
        "counterexample": _optional_story(item.counterexample),
        "witness": _optional_story(item.witness),
        "second_case": _optional_story(item.second_case),
        "trap": item.trap,
        "seconds": round(item.seconds, 3),
        "budget_used": item.budget_used,
        "supposes": list(item.supposes),
        "lists": dict(item.lists),
    }
    if item.mending is not None:
        record["mending"] = {
            "repairs": [
                {"step": part.step, "condition": part.condition, "said": part.said, "breaks": list(part.breaks)}
                for part in item.mending.repairs
            ],
            "closest": _optional_story(item.mending.closest),
        }
    if item.saved is not None:
        record["saved_certificate"] = {
            "file": item.saved.file,
            "sha256": item.saved.digest,
            "solvers": list(item.saved.solvers),
        }
    if item.ways is not None:
        record["ways"] = {"others": [story_record(story) for story in item.ways.others], "complete": item.ways.complete}
    if item.inherited_from is None:
        return record
    return record | {"inherited_from": item.inherited_from, "before": item.before}


def _scenario(item: ScenarioResult, path: str) -> Json:
    record: dict[str, Json] = {
        "name": item.name,
        "verdict": item.verdict,
        "failing": None if item.failing is None else _failure(item.failing, path),
        "seconds": round(item.seconds, 3),
    }
    return record if item.reason is None else record | {"reason": item.reason}


def _failure(failure: ScenarioFailure, path: str) -> Json:
    return {
        "facts": bindings(failure.story.facts) | bindings(failure.story.initial),
        "at": failure.at,
        "expected": failure.expected,
        "got": failure.got,
        "span": _span(failure.span, path),
        "case": story_record(failure.story),
    }


# ---------------------------------------------------------------- stories


def _optional_story(story: Story | None) -> Json:
    return None if story is None else story_record(story)


def story_record(story: Story) -> dict[str, Json]:
    """The record of a story."""
    record: dict[str, Json] = {
        "facts": bindings(story.facts),
        "needed": list(story.needed),
        "initial": bindings(story.initial),
        "steps": [_happening(item) for item in story.happenings],
        "replayed": story.replayed,
        "shortest": story.shortest,
        "start": None if story.start is None else iso(story.start),
        "bounds": limits(story),
    }
    return record if story.attempt is None else record | {"attempt": _happening(story.attempt)}


def limits(story: Story) -> dict[str, Json]:
    """How far needed amounts may go; a side without end is left out."""
    types = {item.name: item.type for item in (*story.facts, *story.initial)}
    sides = {item.name: (("at_least", item.low), ("at_most", item.high)) for item in story.bounds}
    return {
        name: {side: json_value(value, types[name]) for side, value in pair if value is not None}
        for name, pair in sides.items()
    }


def _happening(item: Happening) -> Json:
    waits = item.step is None
    record: dict[str, Json] = {
        "step": "wait" if waits else item.step,
        "parameters": {"days": item.days} if waits else bindings(item.parameters),
        "by": list(item.by),
        "date": None if item.date is None else iso(item.date),
        "changes": {
            change.name: [json_value(change.before, change.type), json_value(change.after, change.type)]
            for change in item.changes
        },
    }
    return record if item.order is None else record | {"order": item.order}


def bindings(items: tuple[Binding, ...]) -> dict[str, Json]:
    """Named values as an object."""
    return {item.name: json_value(item.value, item.type) for item in items}


# ---------------------------------------------------------------- values


def json_value(value: Value, type_: Type) -> Json:
    """A value of the policy language: yes/no as a boolean, integers and durations (days, months) as numbers, decimals
    as numbers where integral and else as exact strings, money as ``"$1,250.00"``, dates in ISO form, enum members by
    name, sets as sorted lists, records as objects, an absent value as ``null``, an entity as ``"Person#1"``.
    """
    match type_:
        case YesNoType() | IntType() | DaysType() | MonthsType() | EnumType():
            assert isinstance(value, bool | int | str), value
            return value
        case DecimalType():
            number = _fraction(value)
            return number.numerator if number.denominator == 1 else decimal_text(number)
        case MoneyType():
            return money_text(_fraction(value))
        case DateType():
            assert isinstance(value, int), value
            return iso(value)
        case EntityType(name):
            return f"{name}#{value}"
        case OptionType(inner):
            return None if value is None else json_value(value, inner)
        case SetType():
            assert isinstance(value, frozenset), value
            return list[Json](sorted(value))
        case RecordType():
            assert isinstance(value, tuple), value
            return {name: json_value(part, inner) for (name, inner), part in zip(type_.fields, value, strict=True)}
        case ListType(element):
            assert isinstance(value, tuple), value
            return [json_value(part, element) for part in value]
    assert_never(type_)


def _fraction(value: Value) -> Fraction:
    assert isinstance(value, int | Fraction), value
    return Fraction(value)
