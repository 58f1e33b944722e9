"""Findings at the severity that a user has set for their codes.

Takes a finished run; gives it with other severities. Verdicts stay what they are, errors in a text stay errors, and
what the author has waived stays waived.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, Literal, TypeAlias

from verifier.diagnostics.codes import TITLES, WAIVABLE
from verifier.diagnostics.model import Severity
from verifier.explain.inherited import BROKEN
from verifier.explain.model import Finding, PolicyResult, RunResult

Level: TypeAlias = Literal["off", "info", "warning", "error"]

LEVELS: Final[tuple[Level, ...]] = ("off", "info", "warning", "error")
"""What may be said of a code; findings that are ``off`` are not reported."""

GRADABLE: Final = tuple(
    code for code in TITLES if code != BROKEN and (code.startswith("W") or (code in WAIVABLE and code.startswith("F")))
)
"""Codes whose severity a user may set. An error in a text leaves nothing to verify, and a violated promise of a used
policy is accepted by a waiver, with a reason.
"""


def graded(run: RunResult, levels: Mapping[str, Level]) -> RunResult:
    """The run with findings at the level of their code, where there is one."""
    if not levels:
        return run
    return replace(run, policies=tuple(_graded(policy, levels) for policy in run.policies))


def _graded(policy: PolicyResult, levels: Mapping[str, Level]) -> PolicyResult:
    return replace(policy, findings=tuple(_findings(policy, levels)))


def _findings(policy: PolicyResult, levels: Mapping[str, Level]) -> Iterator[Finding]:
    for finding in policy.findings:
        found = finding.diagnostic
        level = levels.get(found.code) if found.code in GRADABLE else None
        if level == "off":
            continue
        if level is None or finding.waived is not None:
            yield finding
        else:
            yield replace(finding, diagnostic=replace(found, severity=Severity(level)))
