"""Every shipped policy is proved throughout; every broken variant comes out as reasoned in ``expected.json``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from verifier import pipeline
from verifier.diagnostics.model import Severity
from verifier.explain.model import PolicyResult
from verifier.source import SourceFile

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "policies").glob("*/*.policy"))
VARIANTS = json.loads((Path(__file__).parent / "expected.json").read_text(encoding="utf-8"))
FOLDERS = tuple(str(folder) for folder in sorted((ROOT / "policies").iterdir()) if folder.is_dir())


def verified(path: Path) -> PolicyResult:
    def read(name: str) -> SourceFile:
        return SourceFile(name, Path(name).read_text(encoding="utf-8"))

    run = pipeline.verify([str(path)], pipeline.Options(search_path=FOLDERS), read)
    assert not run.internal_errors
    (policy,) = run.policies
    assert policy.program is not None
    return policy


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_policy_keeps_its_promises(path: Path) -> None:
    policy = verified(path)
    assert [f.diagnostic.code for f in policy.findings if f.diagnostic.severity is not Severity.INFO] == []
    assert {p.name: (p.verdict, p.reason) for p in policy.properties if p.verdict != "proved"} == {}
    assert [p.name for p in policy.properties if p.vacuous or p.trivial or p.certificate != "checked"] == []
    assert [s.name for s in policy.scenarios if s.verdict != "passed"] == []
    assert policy.scenarios
    assert all(p.cites for p in policy.properties)


@pytest.mark.parametrize("name", [name for name in VARIANTS if "/" not in name])
def test_the_variant_breaks_as_expected(name: str) -> None:
    policy = verified(Path(__file__).parent / name)
    verdicts = {p.name: p.verdict for p in policy.properties}
    assert {promise: verdicts.get(promise) for promise in VARIANTS[name]} == VARIANTS[name]
    stories = [p.counterexample for p in policy.properties if p.counterexample is not None]
    assert all(story.replayed for story in stories)


def test_every_variant_has_expectations() -> None:
    assert {path.name for path in Path(__file__).parent.glob("*.policy")} == {n for n in VARIANTS if "/" not in n}
