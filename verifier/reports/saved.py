"""A saved JSON record as a run again, so that every format can render it without proving.

Takes the record and the policies that it is about, read and checked anew; gives the ``RunResult``. The record says what
was found, the policies give the places and the words; so their texts must be the ones that were verified, which the
record's digests tell. What comes in may be anything: a record that does not fit is ``Unfit``, with the reason.
Believes the record about verdicts, and proves nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from verifier.analysis.clauses import clauses
from verifier.checking.reopen import check_form
from verifier.core.program import Program, Promise
from verifier.diagnostics.model import Diagnostic, Fix, Label, Severity
from verifier.explain.model import (
    Alternatives,
    Baseline,
    ClauseCoverage,
    Coverage,
    ExercisedClause,
    Finding,
    Mending,
    PolicyResult,
    PropertyResult,
    ReadingVerdict,
    Repair,
    RunResult,
    SavedCertificate,
    ScenarioCoverage,
    ScenarioFailure,
    ScenarioResult,
    Scope,
    Story,
)
from verifier.reports.baseline import known_finding
from verifier.reports.json import SCHEMA_VERSION
from verifier.reports.saved_stories import Record, stories_of, story_of
from verifier.reports.sources import QUESTION, file_digests, sources_of
from verifier.reports.values import UnfitValue, names_of, one_of, optional_text, text_of, yes_no
from verifier.source import SourceFile, Span
from verifier.syntax.parser import parse_form


class Unfit(Exception):
    """The record cannot be rendered; the message says why, and is about the record."""


def command_of(record: Any) -> str:
    """The command that made a record.

    Raises:
        Unfit: it does not say so.
    """
    try:
        made_by: str = one_of(record["command"], "verify", "check", "test", "ask")
    except (LookupError, ValueError) as fault:
        raise Unfit("it does not say which command made it; verify again") from fault
    return made_by


def paths_of(record: object) -> tuple[str, ...]:
    """The policies that a record is about.

    Raises:
        Unfit: it is not a record of ours.
    """
    try:
        return _paths(record)
    except (LookupError, TypeError, AttributeError) as fault:
        raise Unfit("it is not a record that `--format json` gives") from fault


def _paths(record: Any) -> tuple[str, ...]:
    if record["tool"]["name"] != "clauseproof":
        raise Unfit("it is the record of another tool")
    if record["schema_version"] != SCHEMA_VERSION:
        raise Unfit(f"its schema version is not {SCHEMA_VERSION}")
    if "files" not in record:
        raise Unfit("it does not say of which texts it speaks, which records of earlier versions did not; verify again")
    if any("answers" in policy for policy in record["policies"]):
        raise Unfit("it has the answer to a question about one case, which only `ask` can show")
    return tuple(text_of(policy["path"]) for policy in record["policies"])


def restored(record: Record, checked: RunResult) -> RunResult:
    """The run that a record tells of. ``checked``: its policies, as ``pipeline.check`` gives them now.

    Raises:
        Unfit: the record does not have the form of one, or the policies are not those that it is about.
    """
    try:
        return _restored(record, checked)
    except (LookupError, TypeError, ValueError, AttributeError, UnfitValue) as fault:
        raise Unfit("it does not fit the policies that it is about, or is not a whole record") from fault


def _restored(record: Record, checked: RunResult) -> RunResult:
    then, now = record["files"], file_digests(checked)
    for path in sorted({*then, *now}):
        if then.get(path) != now.get(path):
            raise Unfit(f"`{path}` is not as it was when it was verified, or not found (by `--path`); verify it again")
    tool = record["tool"]
    told = (text_of(tool["version"]), text_of(tool["language"]), text_of(tool["z3"]))
    policies = tuple(map(_policy, record["policies"], checked.policies))
    faults = names_of(record.get("internal_errors", ()))
    seconds = float(record.get("seconds", 0))
    return RunResult(policies, *told, faults, seconds, _scope(record), _baseline(record))


def _scope(record: Record) -> Scope | None:
    """What the run left out."""
    since = record.get("changed_since")
    if since is None:
        return None
    skipped = tuple(text_of(item["path"]) for item in record["skipped"])
    return Scope(text_of(since["revision"]), text_of(since["commit"]), skipped, tuple(map(text_of, since["deleted"])))


def _baseline(record: Record) -> Baseline | None:
    """How the run compares with an earlier one."""
    found = record.get("baseline")
    if found is None:
        return None
    return Baseline(*(tuple(map(known_finding, found[part])) for part in ("new", "unchanged", "fixed")))


def _policy(record: Record, checked: PolicyResult) -> PolicyResult:
    findings = tuple(_finding(item, checked) for item in record["diagnostics"])
    program = checked.program
    if program is None:
        if record["properties"] or record["scenarios"]:
            raise ValueError(record["name"])
        return replace(checked, findings=findings)
    asked = [item for item in record["properties"] if item["name"] == QUESTION]
    known = {promise.name for promise in program.promises}
    if asked and QUESTION not in known:
        program = replace(program, promises=(*program.promises, _asked(asked[0], program)))
    properties = tuple(_property(item, program) for item in record["properties"])
    scenarios = tuple(_scenario(item, program, checked) for item in record["scenarios"])
    result = replace(checked, program=program, findings=findings, properties=properties, scenarios=scenarios)
    return replace(
        result,
        coverage=_coverage(record["coverage"], program) if "coverage" in record else None,
        scenario_coverage=_exercise(record["scenario_coverage"], program) if "scenario_coverage" in record else None,
    )


def _asked(record: Record, program: Program) -> Promise:
    """The promise of a question, from its text."""
    title = text_of(record["title"])
    tree, _ = parse_form(SourceFile(QUESTION, title))
    promise = None if tree is None else check_form(program, tree, QUESTION)[0]
    if promise is None:
        raise ValueError(title)
    return replace(promise, title=title)


# ---------------------------------------------------------------- findings


def _finding(record: Record, checked: PolicyResult) -> Finding:
    """A finding with its labels and corrections."""
    span = None if record["span"] is None else _span(record["span"], checked)
    told = Diagnostic(
        text_of(record["code"]),
        Severity(record["severity"]),
        text_of(record["message"]),
        span,
        help=optional_text(record["help"]),
    )
    told = replace(told, labels=_labels(record, checked), fixes=_fixes(record, checked))
    story, waived = record.get("counterexample"), record.get("waived")
    if story is not None and checked.program is None:
        raise ValueError(told.code)
    case = None if story is None or checked.program is None else story_of(story, checked.program)
    return Finding(told, case, waived=optional_text(waived))


def _labels(record: Record, checked: PolicyResult) -> tuple[Label, ...]:
    return tuple(Label(_span(item["span"], checked), text_of(item["message"])) for item in record.get("labels", ()))


def _fixes(record: Record, checked: PolicyResult) -> tuple[Fix, ...]:
    return tuple(
        Fix(_span(item["span"], checked), text_of(item["replacement"]), text_of(item["message"]))
        for item in record.get("fixes", ())
    )


def _span(record: Record, checked: PolicyResult) -> Span:
    path = record.get("path", checked.path)
    sources = {source.path: source for source in sources_of(checked)}
    source = sources[path]
    start, end = _offset(source, record["start"]), _offset(source, record["end"])
    if not 0 <= start <= end <= len(source.text):
        raise ValueError(path)
    return Span(source, start, end)


def _offset(source: SourceFile, place: Record) -> int:
    line, column = int(place["line"]), int(place["column"])
    return source.line_starts[line - 1] + column - 1


# ---------------------------------------------------------------- promises and scenarios


def _property(record: Record, program: Program) -> PropertyResult:
    promise = {item.name: item for item in program.promises}[record["name"]]
    as_written = (promise.title, promise.keyword, [str(cite) for cite in promise.cites])
    if as_written != (record["title"], record["form"], record["cite"]):
        raise ValueError(promise.name)

    def story(key: str) -> Story | None:
        return None if record[key] is None else story_of(record[key], program)

    ways = record.get("ways")
    others = None if ways is None else Alternatives(stories_of(ways["others"], program), yes_no(ways["complete"]))
    return PropertyResult(
        promise.name,
        promise.title,
        promise.keyword,
        promise.cites,
        promise.span,
        one_of(record["verdict"], "proved", "violated", "unknown"),
        vacuous=yes_no(record["vacuous"]),
        trivial=yes_no(record["trivial"]),
        by_reading=tuple(_reading(item) for item in record["by_reading"]),
        reason=optional_text(record["reason"]),
        method=optional_text(record["method"]),
        bound=None if record["bound"] is None else int(record["bound"]),
        rests_on=tuple(text_of(item) for item in record["rests_on"]),
        certificate=one_of(record["certificate"], "checked", "none", "failed"),
        counterexample=story("counterexample"),
        witness=story("witness"),
        second_case=story("second_case"),
        trap=optional_text(record["trap"]),
        seconds=float(record["seconds"]),
        budget_used=int(record["budget_used"]),
        inherited_from=optional_text(record.get("inherited_from")),
        before=None if "before" not in record else one_of(record["before"], "proved", "violated", "unknown"),
        supposes=tuple(text_of(item) for item in record["supposes"]),
        lists=tuple((text_of(name), int(limit)) for name, limit in record["lists"].items()),
        ways=others,
        saved=_certificate(record),
        mending=_mending(record, program),
    )


def _certificate(record: Record) -> SavedCertificate | None:
    found = record.get("saved_certificate")
    if found is None:
        return None
    return SavedCertificate(text_of(found["file"]), text_of(found["sha256"]), names_of(found["solvers"]))


def _mending(record: Record, program: Program) -> Mending | None:
    found = record.get("mending")
    if found is None:
        return None
    repairs = tuple(
        Repair(text_of(item["step"]), text_of(item["condition"]), optional_text(item["said"]), names_of(item["breaks"]))
        for item in found["repairs"]
    )
    return Mending(repairs, None if found["closest"] is None else story_of(found["closest"], program))


def _reading(record: Record) -> ReadingVerdict:
    readings = tuple((text_of(name), text_of(choice)) for name, choice in record["readings"].items())
    return ReadingVerdict(readings, one_of(record["verdict"], "proved", "violated", "unknown"))


def _coverage(record: Record, program: Program) -> Coverage:
    known = {clause.label: clause for clause in clauses(program)}
    found = []
    for item in record["clauses"]:
        clause = known[item["label"]]
        status = one_of(item["status"], "needed", "not_needed", "unknown")
        found.append(
            ClauseCoverage(
                clause.label,
                clause.kind,
                clause.span,
                clause.origin,
                status,
                names_of(item["needed_by"]),
                tuple((text_of(pair["policy"]), text_of(pair["promise"])) for pair in item["needed_elsewhere"]),
                names_of(item["open"]),
                names_of(item["noticed_by_scenarios"]),
            )
        )
    return Coverage(tuple(found), names_of(record["promises"]), names_of(record["left_out"]))


def _exercise(record: Record, program: Program) -> ScenarioCoverage:
    known = {clause.label: clause for clause in clauses(program)}
    found = []
    for item in record["clauses"]:
        clause = known[item["label"]]
        exercise = one_of(item["exercise"], "never", "fired", "held", "refused", "both")
        by = names_of(item["exercised_by"])
        found.append(ExercisedClause(clause.label, clause.kind, clause.span, clause.origin, exercise, by))
    return ScenarioCoverage(tuple(found), names_of(record["scenarios"]), names_of(record["left_out"]))


def _scenario(record: Record, program: Program, checked: PolicyResult) -> ScenarioResult:
    scenario = {item.name: item for item in program.scenarios}[record["name"]]
    failing = None if record["failing"] is None else _failure(record["failing"], program, checked)
    verdict = one_of(record["verdict"], "passed", "failed", "unknown")
    reason, seconds = optional_text(record.get("reason")), float(record.get("seconds", 0))
    return ScenarioResult(scenario.name, scenario.title, scenario.span, verdict, failing, reason, seconds)


def _failure(record: Record, program: Program, checked: PolicyResult) -> ScenarioFailure:
    """A failure with its case and the steps that led there."""
    story, span = story_of(record["case"], program), _span(record["span"], checked)
    return ScenarioFailure(story, text_of(record["at"]), span, text_of(record["expected"]), text_of(record["got"]))
