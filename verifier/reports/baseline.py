"""Which findings of a run are new, beside an earlier run.

Takes a finished ``RunResult`` and what is remembered of an earlier one; gives a ``Baseline``. Findings are known again
by their fingerprints, which name no line. Computes no verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

from verifier.explain.model import Baseline, KnownFinding, PolicyResult, RunResult
from verifier.reports.issues import Issue, Kind, issues, policy_issues, shown_path
from verifier.reports.style import View

Marks: TypeAlias = frozenset[tuple[Kind, int | str]]
"""Some results of a policy: diagnostics by their number, promises and scenarios by their names."""

_GRAVEST_FIRST: Final = ("error", "warning", "note")
_FIELDS: Final = ("kind", "name", "level", "headline", "policy", "fingerprint")
_KINDS: Final = ("diagnostic", "promise", "scenario")


class NoBaseline(Exception):
    """A record cannot serve as a baseline; the message says why."""


def findings_of(run: RunResult, view: View) -> tuple[KnownFinding, ...]:
    """The findings of a run that are not waived."""
    return tuple(
        _known(issue, policy, view)
        for policy in run.policies
        for issue in policy_issues(_untold(policy), view)
        if issue.waived is None
    )


def _untold(policy: PolicyResult) -> PolicyResult:
    """The policy's results without their runs: what a finding is known by says nothing of them."""
    return replace(
        policy,
        findings=tuple(replace(item, counterexample=None) for item in policy.findings),
        properties=tuple(replace(item, counterexample=None, second_case=None) for item in policy.properties),
        scenarios=tuple(replace(item, failing=None) for item in policy.scenarios),
    )


def _known(issue: Issue, policy: PolicyResult, view: View) -> KnownFinding:
    place = shown_path(policy.path, view)
    return KnownFinding(issue.kind, issue.name, issue.level, issue.headline, place, issue.fingerprint, issue.rule)


# ---------------------------------------------------------------- an earlier run


def remembered(record: Any) -> tuple[KnownFinding, ...]:
    """The findings in the JSON record of an earlier run.

    Raises:
        NoBaseline: it is no such record, or one that does not name its findings.
    """
    try:
        if record["tool"]["name"] != "clauseproof":
            raise NoBaseline("it is the record of another tool")
        if "findings" not in record:
            raise NoBaseline("it does not name its findings, which records of earlier versions did not; make it again")
        return tuple(known_finding(item) for item in record["findings"])
    except (LookupError, TypeError, ValueError, AttributeError) as fault:
        raise NoBaseline("it is not a record that `--format json` gives") from fault


def known_finding(item: Any) -> KnownFinding:
    """A finding as JSON gives it back.

    Raises:
        ValueError: it is none (also ``TypeError`` or ``LookupError``).
    """
    values = [*(item[name] for name in _FIELDS), item.get("rule", item["name"])]
    found = KnownFinding(*values)
    if not all(isinstance(value, str) for value in values):
        raise TypeError(item)
    if found.level not in _GRAVEST_FIRST or found.kind not in _KINDS:
        raise ValueError(item)
    return found


def compared(run: RunResult, view: View, known: Sequence[KnownFinding], *, partial: bool) -> Baseline:
    """The run beside what is known of an earlier one. A finding that has become graver is new. ``partial``: only some
    promises were asked about.
    """
    now = findings_of(run, view)
    before = {item.fingerprint: _GRAVEST_FIRST.index(item.level) for item in known}
    least = len(_GRAVEST_FIRST)
    old = {item.fingerprint for item in now if before.get(item.fingerprint, least) <= _GRAVEST_FIRST.index(item.level)}
    bare = replace(run, policies=tuple(_untold(policy) for policy in run.policies))
    found = {issue.fingerprint for issue in issues(bare, view)}  # what is waived now is not fixed
    policies = {shown_path(policy.path, view): policy for policy in run.policies}
    fixed = [
        item
        for item in known
        if item.fingerprint not in found and _was_looked_for(item, policies.get(item.policy), partial)
    ]
    return Baseline(
        tuple(item for item in now if item.fingerprint not in old),
        tuple(item for item in now if item.fingerprint in old),
        tuple(fixed),
    )


def _was_looked_for(item: KnownFinding, policy: PolicyResult | None, partial: bool) -> bool:
    """Whether the run would have found it again; behind an error in a text, little is looked for."""
    if policy is None or policy.program is None:
        return False
    if any(finding.diagnostic.code.startswith("E") for finding in policy.findings):
        return False
    return not partial or (item.kind == "promise" and any(item.name == each.name for each in policy.properties))


def without_known(run: RunResult, view: View) -> RunResult:
    """The run with new findings only, for the exit code; a run without a baseline as it is."""
    if run.baseline is None:
        return run
    new = {item.fingerprint for item in run.baseline.new}
    return replace(run, policies=tuple(_only_new(policy, new, view) for policy in run.policies))


def _only_new(policy: PolicyResult, new: set[str], view: View) -> PolicyResult:
    kept = _among(policy, new, view)
    return replace(
        policy,
        findings=tuple(item for number, item in enumerate(policy.findings) if ("diagnostic", number) in kept),
        properties=tuple(item for item in policy.properties if ("promise", item.name) in kept),
        scenarios=tuple(item for item in policy.scenarios if ("scenario", item.name) in kept),
    )


def _among(policy: PolicyResult, fingerprints: set[str], view: View) -> Marks:
    """The results of a policy that have one of the fingerprints."""
    found = enumerate(policy_issues(_untold(policy), view))  # diagnostics come first, each its finding
    return frozenset(
        (issue.kind, number if issue.kind == "diagnostic" else issue.name)
        for number, issue in found
        if issue.fingerprint in fingerprints
    )


def known_before(policy: PolicyResult, run: RunResult, view: View) -> Marks:
    """What of a policy's results was found by the earlier run too, and does not count."""
    unchanged = set[str]() if run.baseline is None else {item.fingerprint for item in run.baseline.unchanged}
    return _among(policy, unchanged, view)
