"""Exit codes: what a script learns from a run without reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.explain.model import PolicyResult, RunResult

PROVED, FINDING, USAGE, UNKNOWN, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 4, 130

FAIL_ON = ("violated", "unknown", "vacuous", "warning")
DEFAULT_FAIL_ON = ("violated", "unknown")


def words(text: str) -> tuple[str, ...]:
    """The words of an option such as ``--fail-on``."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def exit_code(run: RunResult, fail_on: tuple[str, ...]) -> int:
    """The exit code of a finished run.

    A violated promise, a failed scenario and a diagnostic of severity error always count as findings; the promise of an
    amended policy by its finding, which can be waived. ``unknown``,
    ``vacuous`` and ``warning`` count where ``fail_on`` names them; what is only unknown has a code of its own.
    """
    if run.internal_errors:
        return INTERNAL
    if any(_has_finding(policy, fail_on) for policy in run.policies):
        return FINDING
    if "unknown" in fail_on and any(_has_unknown(policy) for policy in run.policies):
        return UNKNOWN
    return PROVED


def _has_finding(policy: PolicyResult, fail_on: tuple[str, ...]) -> bool:
    severities = {finding.diagnostic.severity.value for finding in policy.findings}
    return (
        "error" in severities
        or ("warning" in fail_on and "warning" in severities)
        or any(item.verdict == "violated" and item.inherited_from is None for item in policy.properties)
        or ("vacuous" in fail_on and any(item.vacuous for item in policy.properties))
        or any(item.verdict == "failed" for item in policy.scenarios)
    )


def _has_unknown(policy: PolicyResult) -> bool:
    verdicts = [item.verdict for item in policy.properties]
    return "unknown" in verdicts or any(item.verdict == "unknown" for item in policy.scenarios)
