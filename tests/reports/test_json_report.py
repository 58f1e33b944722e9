"""The JSON record: exactly the documented keys, in their order, valid against the shipped schema."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
import specimens as s

from verifier.core import types as t
from verifier.explain.model import Binding, Change, Finding, Happening, ReadingVerdict, RunResult
from verifier.reports.json import json_value, render_json

SCHEMA = json.loads((files("verifier") / "reports" / "schema" / "run.schema.json").read_text(encoding="utf-8"))
READINGS = (ReadingVerdict((("presence", "by_video"),), "violated"),)
STUCK = replace(s.VIOLATED, second_case=s.STORY, trap="no step is possible", by_reading=READINGS)
EVERYTHING = s.run(
    s.PROVED,
    STUCK,
    s.UNKNOWN,
    s.POSSIBLE,
    scenarios=[s.PASSED, s.FAILED, replace(s.PASSED, verdict="unknown", reason="gave up")],
    findings=[Finding(s.WARNING, s.STORY), Finding(s.ERROR), Finding(replace(s.ERROR, span=None))],
)


def strict(schema: Any) -> Any:
    """The schema without tolerance for keys that it does not name (the shipped one leaves room for later versions)."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(value) for key, value in schema.items()}
    return closed if "properties" not in schema else {"additionalProperties": False} | closed


def record(run: RunResult) -> Any:
    return json.loads(render_json(run))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "run", [EVERYTHING, s.run(), s.run(findings=[Finding(s.ERROR)], program=None), RunResult((), "0", "1", "")]
)
def test_records_follow_the_schema_and_add_nothing(run: RunResult) -> None:
    jsonschema.Draft202012Validator(strict(SCHEMA)).validate(record(run))


@pytest.mark.parametrize("key", ["verdict", "vacuous", "counterexample", "rests_on"])
def test_the_schema_notices_a_missing_key(key: str) -> None:
    broken = record(EVERYTHING)
    del broken["policies"][0]["properties"][0][key]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SCHEMA)


def test_keys_stand_in_the_documented_order() -> None:
    whole = record(EVERYTHING)
    assert list(whole) == ["schema_version", "tool", "policies", "summary", "files", "findings", "command", "seconds"]
    assert whole["tool"] == {"name": "clauseproof", "version": "0.1.0", "language": "1", "z3": "4.13.0"}
    (policy,) = whole["policies"]
    assert list(policy) == ["name", "path", "diagnostics", "properties", "scenarios"]
    assert " ".join(policy["properties"][0]) == (
        "name title form cite verdict vacuous trivial by_reading reason method bound rests_on certificate "
        "counterexample witness second_case trap seconds budget_used supposes lists"
    )
    assert whole["summary"] == {"proved": 2, "violated": 1, "unknown": 1}


def test_a_counterexample() -> None:
    story = record(s.run(s.VIOLATED))["policies"][0]["properties"][0]["counterexample"]
    assert story["facts"] == {
        "veteran": True,
        "record": False,
        "children": 0,
        "income": "$1,250.00",
        "unphrased": False,
    }
    assert story["needed"] == ["veteran", "represented"]
    assert story["initial"] == {"represented": False, "reviewed": False, "offer": "none", "rights": ["sponsor", "work"]}
    assert story["steps"] == [
        {
            "step": "review",
            "parameters": {},
            "by": ["ice"],
            "date": "2012-04-23",
            "changes": {"reviewed": [False, True]},
        },
        {
            "step": "wait",
            "parameters": {"days": 30},
            "by": [],
            "date": "2012-05-23",
            "changes": {"today": ["2012-04-23", "2012-05-23"]},
        },
        {
            "step": "extend_offer",
            "parameters": {},
            "by": ["ice"],
            "date": "2012-05-23",
            "changes": {"offer": ["none", "tentative"]},
        },
    ]
    assert (story["replayed"], story["shortest"], story["start"]) == (True, True, "2012-04-23")


def test_parameters_and_missing_dates() -> None:
    happening = Happening(
        "pay",
        (Binding("amount", Fraction(1, 3), t.DECIMAL),),
        (),
        None,
        0,
        (Change("paid", None, 2, t.OptionType(t.INT)),),
        (),
        (),
    )
    story = replace(s.STORY, happenings=(happening,), start=None)
    (step,) = record(s.run(replace(s.VIOLATED, counterexample=story)))["policies"][0]["properties"][0][
        "counterexample"
    ]["steps"]
    assert step == {
        "step": "pay",
        "parameters": {"amount": "1/3"},
        "by": [],
        "date": None,
        "changes": {"paid": [None, 2]},
    }


def test_diagnostics_carry_their_place_and_their_run() -> None:
    first, second, third = record(EVERYTHING)["policies"][0]["diagnostics"]
    assert first["span"] == {"start": {"line": 2, "column": 1}, "end": {"line": 2, "column": 30}}
    assert [step["step"] for step in first["counterexample"]["steps"]] == ["review", "wait", "extend_offer"]
    assert list(second) == ["code", "severity", "message", "span", "help"]
    assert third["span"] is None


def test_a_place_in_another_file_names_it() -> None:
    run = s.run(findings=[Finding(s.ERROR)])
    elsewhere = replace(run, policies=(replace(run.policies[0], path="other.policy"),))
    assert record(elsewhere)["policies"][0]["diagnostics"][0]["span"]["path"] == "closure.policy"


def test_a_failed_scenario() -> None:
    failed = record(s.run(scenarios=[s.FAILED]))["policies"][0]["scenarios"][0]
    assert failed["failing"]["facts"]["veteran"] is True
    assert failed["failing"]["facts"]["represented"] is False
    assert failed["failing"]["at"] == "expect offer is tentative"
    assert (failed["failing"]["expected"], failed["failing"]["got"]) == ("the offer is tentative", "the offer is none")


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        (True, t.YES_NO, True),
        (Fraction(7), t.DECIMAL, 7),
        (Fraction(1, 20), t.PERCENT, "0.05"),
        (Fraction(1250), t.MONEY, "$1,250.00"),
        (1, t.DATE, "0001-01-01"),
        (90, t.DAYS, 90),
        (None, t.OptionType(t.DATE), None),
        (frozenset({"work", "sponsor"}), t.SetType(s.RIGHT), ["sponsor", "work"]),
        (((3, True),), t.ListType(s.CHILD, 8), [{"age": 3, "citizen": True}]),
        (2, t.EntityType("Person"), "Person#2"),
    ],
)
def test_values(value: t.Value, type_: t.Type, expected: object) -> None:
    assert json_value(value, type_) == expected
