"""A saved JSON record as a run again, so that every format can render it without proving.

Takes the record and the policies that it is about, read and checked anew; gives the ``RunResult``. The record says what
was found, the policies give the places and the words; so their texts must be the ones that were verified, which the
record's digests tell. What comes in may be anything: a record that does not fit is ``Unfit``, with the reason.
Believes the record about verdicts, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from verifier.analysis.clauses import clauses
from verifier.checking.reopen import check_form
from verifier.core.program import Cite, ExpectCannot, ExpectHolds, Given, MoveTo, Program, Promise, Scenario, Take, Wait
from verifier.core.types import DATE
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.explain.model import (
    Alternatives,
    Baseline,
    Binding,
    Bound,
    Change,
    CheckedCondition,
    ClauseCoverage,
    Coverage,
    ExercisedClause,
    Finding,
    Happening,
    PolicyResult,
    PropertyResult,
    ReadingVerdict,
    RunResult,
    ScenarioCoverage,
    ScenarioFailure,
    ScenarioResult,
    Scope,
    Story,
)
from verifier.explain.stories import cites_of
from verifier.reports.baseline import known_finding
from verifier.reports.json import SCHEMA_VERSION
from verifier.reports.sources import QUESTION, file_digests, sources_of
from verifier.reports.values import UnfitValue, value_of
from verifier.source import SourceFile, Span
from verifier.syntax.parser import parse_form

Record: TypeAlias = Mapping[str, Any]


class Unfit(Exception):
    """The record cannot be rendered; the message says why, and is about the record."""


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
    return tuple(_text(policy["path"]) for policy in record["policies"])


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
    policies = tuple(map(_policy, record["policies"], checked.policies))
    told = (_text(tool["version"]), _text(tool["language"]), _text(tool["z3"]))
    return RunResult(policies, *told, scope=_scope(record), baseline=_baseline(record))


def _scope(record: Record) -> Scope | None:
    """What the run left out."""
    since = record.get("changed_since")
    if since is None:
        return None
    skipped = tuple(_text(item["path"]) for item in record["skipped"])
    return Scope(_text(since["revision"]), _text(since["commit"]), skipped, tuple(map(_text, since["deleted"])))


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
    scenarios = tuple(_scenario(item, program) for item in record["scenarios"])
    result = replace(checked, program=program, findings=findings, properties=properties, scenarios=scenarios)
    return replace(
        result,
        coverage=_coverage(record["coverage"], program) if "coverage" in record else None,
        scenario_coverage=_exercise(record["scenario_coverage"], program) if "scenario_coverage" in record else None,
    )


def _asked(record: Record, program: Program) -> Promise:
    """The promise of a question, from its text."""
    title = _text(record["title"])
    tree, _ = parse_form(SourceFile(QUESTION, title))
    promise = None if tree is None else check_form(program, tree, QUESTION)[0]
    if promise is None:
        raise ValueError(title)
    return replace(promise, title=title)


# ---------------------------------------------------------------- findings


def _finding(record: Record, checked: PolicyResult) -> Finding:
    """A finding; one about the text alone is found again with its labels and corrections."""
    span = None if record["span"] is None else _span(record["span"], checked)
    told = Diagnostic(
        _text(record["code"]),
        Severity(record["severity"]),
        _text(record["message"]),
        span,
        help=_optional(record["help"]),
    )
    same = (item.diagnostic for item in checked.findings if _same(item.diagnostic, told))
    found, story, waived = next(same, told), record.get("counterexample"), record.get("waived")
    if story is not None and checked.program is None:
        raise ValueError(found.code)
    case = None if story is None or checked.program is None else _story(story, checked.program)
    return Finding(replace(found, severity=told.severity), case, waived=_optional(waived))


def _same(one: Diagnostic, other: Diagnostic) -> bool:
    return (one.code, one.message, one.span) == (other.code, other.message, other.span)


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
        return None if record[key] is None else _story(record[key], program)

    ways = record.get("ways")
    others = None if ways is None else Alternatives(_stories(ways["others"], program), _yes_no(ways["complete"]))
    return PropertyResult(
        promise.name,
        promise.title,
        promise.keyword,
        promise.cites,
        promise.span,
        _one_of(record["verdict"], "proved", "violated", "unknown"),
        vacuous=_yes_no(record["vacuous"]),
        trivial=_yes_no(record["trivial"]),
        by_reading=tuple(_reading(item) for item in record["by_reading"]),
        reason=_optional(record["reason"]),
        method=_optional(record["method"]),
        bound=None if record["bound"] is None else int(record["bound"]),
        rests_on=tuple(_text(item) for item in record["rests_on"]),
        certificate=_one_of(record["certificate"], "checked", "none", "failed"),
        counterexample=story("counterexample"),
        witness=story("witness"),
        second_case=story("second_case"),
        trap=_optional(record["trap"]),
        seconds=float(record["seconds"]),
        budget_used=int(record["budget_used"]),
        inherited_from=_optional(record.get("inherited_from")),
        before=None if "before" not in record else _one_of(record["before"], "proved", "violated", "unknown"),
        supposes=tuple(_text(item) for item in record["supposes"]),
        lists=tuple((_text(name), int(limit)) for name, limit in record["lists"].items()),
        ways=others,
    )


def _reading(record: Record) -> ReadingVerdict:
    readings = tuple((_text(name), _text(choice)) for name, choice in record["readings"].items())
    return ReadingVerdict(readings, _one_of(record["verdict"], "proved", "violated", "unknown"))


def _coverage(record: Record, program: Program) -> Coverage:
    known = {clause.label: clause for clause in clauses(program)}
    found = []
    for item in record["clauses"]:
        clause = known[item["label"]]
        status = _one_of(item["status"], "needed", "not_needed", "unknown")
        found.append(
            ClauseCoverage(
                clause.label,
                clause.kind,
                clause.span,
                clause.origin,
                status,
                _names(item["needed_by"]),
                tuple((_text(pair["policy"]), _text(pair["promise"])) for pair in item["needed_elsewhere"]),
                _names(item["open"]),
                _names(item["noticed_by_scenarios"]),
            )
        )
    return Coverage(tuple(found), _names(record["promises"]), _names(record["left_out"]))


def _exercise(record: Record, program: Program) -> ScenarioCoverage:
    known = {clause.label: clause for clause in clauses(program)}
    found = []
    for item in record["clauses"]:
        clause = known[item["label"]]
        exercise = _one_of(item["exercise"], "never", "fired", "held", "refused", "both")
        by = _names(item["exercised_by"])
        found.append(ExercisedClause(clause.label, clause.kind, clause.span, clause.origin, exercise, by))
    return ScenarioCoverage(tuple(found), _names(record["scenarios"]), _names(record["left_out"]))


def _scenario(record: Record, program: Program) -> ScenarioResult:
    scenario = {item.name: item for item in program.scenarios}[record["name"]]
    failing = None if record["failing"] is None else _failure(record["failing"], scenario, program)
    verdict = _one_of(record["verdict"], "passed", "failed", "unknown")
    reason = _optional(record.get("reason"))
    return ScenarioResult(scenario.name, scenario.title, scenario.span, verdict, failing, reason)


def _failure(record: Record, scenario: Scenario, program: Program) -> ScenarioFailure:
    """A failure with its case; the record says at which clause, in its words, and not which steps led there."""
    names = {item.name for item in program.statuses}
    facts = {name: value for name, value in record["facts"].items() if name not in names}
    initial = {name: value for name, value in record["facts"].items() if name in names}
    story = Story(_case(facts, program), _statuses(initial, program), (), None, (), replayed=True, shortest=False)
    at = _text(record["at"])
    span = next((span for span in _clauses(scenario) if span.text == at), scenario.span)
    return ScenarioFailure(story, at, span, _text(record["expected"]), _text(record["got"]))


def _clauses(scenario: Scenario) -> Iterable[Span]:
    for clause in scenario.clauses:
        match clause:
            case Take(occurrences):
                yield from (occurrence.span for occurrence in occurrences)
            case Given() | MoveTo() | Wait() | ExpectHolds() | ExpectCannot():
                yield clause.span


# ---------------------------------------------------------------- stories


def _stories(records: Iterable[Record], program: Program) -> tuple[Story, ...]:
    return tuple(_story(item, program) for item in records)


def _story(record: Record, program: Program) -> Story:
    facts, initial = _case(record["facts"], program), _statuses(record["initial"], program)
    types = {item.name: item.type for item in (*facts, *initial)}
    needed = tuple(_text(name) for name in record["needed"])
    if not types.keys() >= set(needed) - {"today"}:
        raise ValueError(needed)
    bounds = tuple(
        Bound(name, *(value_of(ends[side], types[name]) if side in ends else None for side in ("at_least", "at_most")))
        for name, ends in record["bounds"].items()
    )
    return Story(
        facts,
        initial,
        needed,
        None if record["start"] is None else _day(record["start"]),
        tuple(_happening(item, program, taken=True) for item in record["steps"]),
        replayed=_yes_no(record["replayed"]),
        shortest=_yes_no(record["shortest"]),
        bounds=bounds,
        attempt=_happening(record["attempt"], program, taken=False) if "attempt" in record else None,
    )


def _case(record: Record, program: Program) -> tuple[Binding, ...]:
    facts = [(item.name, item.type) for item in program.facts]
    return _bindings(record, [*facts, *((item.name, item.type) for item in program.readings)])


def _statuses(record: Record, program: Program) -> tuple[Binding, ...]:
    return _bindings(record, [(item.name, item.type) for item in program.statuses])


def _bindings(record: Record, declared: Iterable[tuple[str, Any]]) -> tuple[Binding, ...]:
    """A value for each name that is declared, and for no other."""
    types = dict(declared)
    if record.keys() != types.keys():
        raise ValueError(list(record))
    return tuple(Binding(name, value_of(record[name], type_), type_) for name, type_ in types.items())


def _happening(record: Record, program: Program, taken: bool) -> Happening:
    order = None if "order" not in record else int(record["order"])
    date = None if record["date"] is None else _day(record["date"])
    step = next((item for item in program.steps if item.name == record["step"]), None)
    changes = tuple(_change(name, values, program) for name, values in record["changes"].items())
    if step is None:
        if record["step"] != "wait":
            raise ValueError(record["step"])
        return Happening(None, (), (), date, int(record["parameters"]["days"]), changes, (), (), order)
    parameters = _bindings(record["parameters"], [(item.name, item.type) for item in step.params])
    checked = tuple(CheckedCondition(r.full_name, True, r.cites, r.condition.span) for r in step.requires)
    cites: tuple[Cite, ...] = cites_of(step)
    return Happening(step.name, parameters, step.actors, date, 0, changes, checked if taken else (), cites, order)


def _change(name: str, values: Iterable[object], program: Program) -> Change:
    before, after = values
    types = {item.name: item.type for item in program.statuses}
    type_ = types[name] if name in types or name != "today" else DATE
    return Change(name, value_of(before, type_), value_of(after, type_), type_)


# ---------------------------------------------------------------- plain data


def _day(text: object) -> int:
    day = value_of(text, DATE)
    assert isinstance(day, int), day
    return day


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _names(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(_text(value) for value in values)


def _optional(value: object) -> str | None:
    return None if value is None else _text(value)


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _one_of(value: object, *words: Any) -> Any:
    if value not in words:
        raise ValueError(value)
    return value
