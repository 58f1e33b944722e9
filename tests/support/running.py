"""Policies in strings, through the whole pipeline: what tests of findings share."""

from __future__ import annotations

from collections.abc import Mapping

from verifier import pipeline
from verifier.core.dates import day_number
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.explain.model import PolicyResult
from verifier.source import SourceFile

TODAY = day_number(2026, 1, 1)
"""The present day of tests: no verdict may depend on when they run."""
DEFAULT = pipeline.Options(timeout=60.0, today=TODAY)


def files(texts: Mapping[str, str]) -> pipeline.Read:
    """A reader of policies that exist only here."""

    def read(path: str) -> SourceFile | Diagnostic:
        if path in texts:
            return SourceFile(path, texts[path])
        return Diagnostic("E0120", Severity.ERROR, f"`{path}` does not exist", None)

    return read


def checked(text: str, **used: str) -> PolicyResult:
    """What ``check`` says about a policy; ``used`` are the texts of policies beside it."""
    texts = {"main.policy": text, **{f"{name}.policy": body for name, body in used.items()}}
    (result,) = pipeline.check(["main.policy"], DEFAULT, files(texts)).policies
    return result


def verified(text: str, options: pipeline.Options = DEFAULT, **used: str) -> PolicyResult:
    """What ``verify`` says about a policy; ``used`` are the texts of policies beside it."""
    texts = {"main.policy": text, **{f"{name}.policy": body for name, body in used.items()}}
    run = pipeline.verify(["main.policy"], options, files(texts))
    assert run.internal_errors == ()
    return run.policies[0]


def found(result: PolicyResult, code: str = "") -> list[str]:
    """The messages of the findings with such a code (all of them: with their codes)."""
    items = [finding.diagnostic for finding in result.findings]
    return [item.message for item in items if item.code == code] if code else [f"{i.code} {i.message}" for i in items]
