"""Every example of the language reference is a policy without errors, whose promises and scenarios hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from verifier import pipeline
from verifier.diagnostics.model import Severity
from verifier.source import SourceFile

REFERENCE = Path(__file__).parents[2] / "grammar" / "README.md"
EXAMPLES = re.findall(r"```policy\n(.*?)```", REFERENCE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.split()[1])
def test_the_example_holds(text: str) -> None:
    path = f"{text.split()[1]}.policy"
    run = pipeline.verify([path], pipeline.Options(), lambda name: SourceFile(name, text))
    (policy,) = run.policies
    errors = [f.diagnostic.message for f in policy.findings if f.diagnostic.severity is Severity.ERROR]
    assert not errors
    assert not run.internal_errors
    assert {p.name: (p.verdict, p.reason) for p in policy.properties if p.verdict != "proved"} == {}
    assert [s.name for s in policy.scenarios if s.verdict != "passed"] == []


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 4
