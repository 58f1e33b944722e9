"""Saved records: read back into the same run, and refused whole where they are not what was saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
import reported as r
import specimens as s
from running import DEFAULT, files

from verifier import pipeline
from verifier.cli.formats import RENDERERS
from verifier.cli.output import FILE_STYLE, view
from verifier.core import types as t
from verifier.explain.model import RunResult
from verifier.reports.json import json_value, render_json
from verifier.reports.saved import Unfit, paths_of, restored
from verifier.reports.values import UnfitValue, value_of

OFFICE = """\
policy office "Permits"
enum Stage = open | granted
actor clerk "the clerk"
reading presence "What counts as presence?" = in_person | by_video
fact income : money $0..  reads "the income"
fact share : decimal  reads "the share"
fact born : date  reads "the birthday"
fact veteran : yes/no  reads "she is a veteran" / "she is no veteran"
status stage : Stage starts open  reads "the stage"
status paid : money starts $0  reads "what is paid"
step pay (amount : money $1..$9) by clerk  reads "the fee is paid" / "the fee has been paid"
  requires stage is open and income >= $10
  then paid becomes paid + amount
step grant by clerk  reads "the permit is granted" / "the permit has been granted"
  requires paid > $3 or veteran
  then stage becomes granted
duty answer: grant by clerk within 30 days of pay
prove paid_for "Nobody gets a permit without paying"
  grant only after pay
prove quick "It is granted in time"
  after pay, grant within 40 days
prove possible_at_all "Somebody gets one"
  possible stage is granted
prove alike "Veterans are treated like others"
  stage depends only on income
scenario poor "The poor"
  given income is $10 and not veteran
  when pay ($2)
  expect not (stage is open)
"""
CLASH = f"""\
{OFFICE}
decide fee : money
  rule old gives $0 if veteran
  rule rich gives $5 if income > $100
  otherwise $1
"""


@cache
def run_of(text: str) -> tuple[RunResult, pipeline.Read]:
    read = files({r.PATH: text})
    return pipeline.verify([r.PATH], DEFAULT, read), read


@pytest.fixture(scope="module")
def office() -> tuple[RunResult, pipeline.Read]:
    run, read = run_of(OFFICE)
    assert run.policies[0].program is not None, [item.diagnostic for item in run.policies[0].findings]
    assert {item.verdict for item in run.policies[0].properties} >= {"violated", "proved"}
    return run, read


def again(record: Any, read: pipeline.Read) -> RunResult:
    return restored(record, pipeline.check(paths_of(record), DEFAULT, read))


def saved(run: RunResult) -> Any:
    return json.loads(render_json(run))


@pytest.mark.parametrize("text", [OFFICE, r.POLICY, "policy p\nprove a\n  never nothing_known\n", "policy p\n"])
def test_the_record_of_the_restored_run_is_the_record(text: str) -> None:
    run, read = run_of(text)
    record = saved(run)
    assert saved(again(record, read)) == record


def told(run: RunResult) -> str:
    """All that a run says, but for what is not saved: the invariants, which no report shows, and parts of a second."""
    policies = []
    for policy in run.policies:
        properties = [replace(item, invariant=None, seconds=round(item.seconds, 3)) for item in policy.properties]
        scenarios = [replace(item, seconds=round(item.seconds, 3)) for item in policy.scenarios]
        findings = [replace(item, subject=None) for item in policy.findings]
        policies.append((policy.name, policy.path, properties, scenarios, findings))
    return repr((policies, run.internal_errors))


DOUBLE = "policy p\nfact a : yes/no\nfact a : int\nprove b\n  never nothing_known\n"


@pytest.mark.parametrize("text", [OFFICE, CLASH, r.POLICY, DOUBLE])
def test_a_run_is_restored_whole_and_every_format_says_the_same(text: str) -> None:
    run, read = run_of(text)
    run = replace(run, internal_errors=("a counterexample did not replay",), seconds=1.26)
    back = again(saved(run), read)
    assert told(back) == told(run)
    for form, renderer in RENDERERS.items():
        seen = view(form, FILE_STYLE, "verify")
        assert renderer(back, seen) == renderer(run, seen), form


def test_what_these_runs_show() -> None:
    """Steps of a failed scenario, secondary places, corrections, what would prevent a violation: all occur above."""
    (failed,) = run_of(OFFICE)[0].policies[0].scenarios
    assert failed.failing is not None
    assert [item.step for item in failed.failing.story.happenings] == ["pay"]
    for text in (CLASH, DOUBLE):
        assert any(finding.diagnostic.labels for finding in run_of(text)[0].policies[0].findings)
    read = files({r.PATH: OFFICE})
    asked = pipeline.ask(r.PATH, "grant only if veteran", DEFAULT, read)
    mending = asked.policies[0].properties[0].mending
    assert mending is not None
    assert mending.repairs
    assert told(again(saved(asked), read)) == told(asked)


def test_a_question_is_asked_again_in_its_words() -> None:
    read = files({r.PATH: OFFICE})
    run = pipeline.ask(r.PATH, "never  stage is\n granted", DEFAULT, read)
    back = again(saved(run), read)
    assert saved(back) == saved(run)
    (item,) = back.policies[0].properties
    assert (item.verdict, item.title) == ("violated", "never stage is granted")


def test_the_answer_about_a_case_is_not_left_out_in_silence(office: tuple[RunResult, pipeline.Read]) -> None:
    record = saved(office[0])
    record["policies"][0]["answers"] = [{}]
    with pytest.raises(Unfit, match="only `ask` can show"):
        paths_of(record)


def test_a_policy_that_has_changed_is_refused(office: tuple[RunResult, pipeline.Read]) -> None:
    record = saved(office[0])
    with pytest.raises(Unfit, match="not as it was"):
        again(record, files({r.PATH: OFFICE.replace("$10", "$11")}))
    with pytest.raises(Unfit, match="not as it was"):
        again(record, files({}))


FOREIGN: list[Any] = [None, 1, "x", [], {}, {"tool": {}}, {"tool": {"name": "other"}, "schema_version": "1.0"}]


@pytest.mark.parametrize("record", FOREIGN)
def test_what_is_no_record_is_refused(record: Any) -> None:
    with pytest.raises(Unfit):
        paths_of(record)


def changed(*path: str | int, value: Any) -> Callable[[Any], None]:
    def change(record: Any) -> None:
        for key in path[:-1]:
            record = record[key]
        record[path[-1]] = value

    return change


PROPERTY = ("policies", 0, "properties", 0)


@pytest.mark.parametrize(
    "change",
    [
        changed("schema_version", value="2.0"),
        changed("files", value={"elsewhere.policy": "0" * 64}),
        changed("files", value=7),
        changed("files", value={}),
        changed("policies", value={}),
        changed("policies", 0, "path", value=3),
        changed("policies", 0, "properties", value=3),
        changed("policies", 0, "scenarios", value=[{}]),
        changed("policies", 0, "diagnostics", value=[{"code": "E0101"}]),
        changed(*PROPERTY, "name", value="other"),
        changed(*PROPERTY, "title", value="other"),
        changed(*PROPERTY, "verdict", value="fine"),
        changed(*PROPERTY, "verdict", value=[]),
        changed(*PROPERTY, "vacuous", value="no"),
        changed(*PROPERTY, "counterexample", value={}),
        changed(*PROPERTY, "counterexample", "facts", value={}),
        changed(*PROPERTY, "counterexample", "facts", "income", value="a lot"),
        changed(*PROPERTY, "counterexample", "facts", "income", value="$1/0"),
        changed(*PROPERTY, "counterexample", "needed", value=["nothing"]),
        changed(*PROPERTY, "counterexample", "start", value="2020-02-30"),
        changed(*PROPERTY, "counterexample", "steps", 0, "step", value="other"),
        changed(*PROPERTY, "counterexample", "steps", 0, "parameters", value={"x": 1}),
        changed(*PROPERTY, "counterexample", "steps", 0, "changes", value={"stage": ["open"]}),
        changed(*PROPERTY, "lists", value=[3]),
        changed(*PROPERTY, "seconds", value="long"),
    ],
)
def test_damaged_records_are_refused(office: tuple[RunResult, pipeline.Read], change: Callable[[Any], None]) -> None:
    run, read = office
    record = saved(run)
    change(record)
    with pytest.raises(Unfit):
        again(record, read)


def test_a_place_outside_of_its_file_is_refused() -> None:
    run, read = run_of("policy p\nprove a\n  never nothing_known\n")
    record = saved(run)
    record["policies"][0]["diagnostics"][0]["span"]["start"]["line"] = 99
    with pytest.raises(Unfit):
        again(record, read)


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (True, t.YES_NO),
        (-3, t.IntType(None)),
        (Fraction(7), t.DECIMAL),
        (Fraction(-1, 3), t.DECIMAL),
        (Fraction(1, 20), t.PERCENT),
        (Fraction(1250), t.MONEY),
        (Fraction(-10, 3), t.MONEY),
        (Fraction(-5, 2), t.MONEY),
        (730_000, t.DATE),
        (90, t.DAYS),
        (None, t.OptionType(t.DATE)),
        (1, t.OptionType(t.DATE)),
        ("tentative", s.OFFER),
        (frozenset({"work", "sponsor"}), t.SetType(s.RIGHT)),
        (((3, True), (0, False)), t.ListType(s.CHILD, 8)),
        (2, t.EntityType("Person")),
    ],
)
def test_values_come_back(value: t.Value, type_: t.Type) -> None:
    assert value_of(json.loads(json.dumps(json_value(value, type_))), type_) == value


@pytest.mark.parametrize(
    ("data", "type_"),
    [
        (1, t.YES_NO),
        (True, t.IntType(None)),
        ("x", t.DECIMAL),
        ("1/0", t.DECIMAL),
        ("5", t.MONEY),
        ("$", t.MONEY),
        ("2020-13-01", t.DATE),
        (5, t.DATE),
        ("other", s.OFFER),
        (["other"], t.SetType(s.RIGHT)),
        ([{"age": 3}], t.ListType(s.CHILD, 8)),
        ("Dog#1", t.EntityType("Person")),
        ("Person#x", t.EntityType("Person")),
        (None, t.INT),
    ],
)
def test_values_that_do_not_fit(data: object, type_: t.Type) -> None:
    with pytest.raises(UnfitValue):
        value_of(data, type_)
