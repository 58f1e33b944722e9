"""Amendments: which inherited promises are verified again, and what is said about them before and after."""

from __future__ import annotations

import json

import pytest
from running import DEFAULT, files, found, verified

from verifier import pipeline
from verifier.analysis.amendments import affected_promises
from verifier.cli.exits import DEFAULT_FAIL_ON, exit_code
from verifier.explain.model import PropertyResult, RunResult
from verifier.reports.json import render_json
from verifier.reports.style import Style
from verifier.reports.text import render_text

BASE = """\
policy base
fact payroll : yes/no  reads "the record is a payroll record" / "the record is no payroll record"
fact staff : int 0..  reads "number of employees"
status kept : int 0..  starts 0  reads "number of years for which the record was kept"
status destroyed : yes/no  starts no  reads "the record is destroyed" / "the record is kept"
status held : yes/no  starts no  reads "the record is on hold" / "the record is on no hold"
decide years : int
  rule usual gives 3 if payroll
  otherwise 2
decide fine : int
  rule large gives 500 if staff > 50
  otherwise 100
step keep  reads "the record is kept for a year" / "the record has been kept for a year"
  requires not destroyed
  then kept becomes kept + 1
step destroy  reads "the record is destroyed" / "the record has been destroyed"
  requires kept >= years and not destroyed and not held
  then destroyed becomes yes
step hold  reads "the record is put on hold" / "the record has been put on hold"
  requires not held
  then held becomes yes
prove two_years "Every record is kept for two years"
  destroy only if kept >= 2
prove three_years "Payroll records are kept for three years"
  destroy only if kept >= 3 or not payroll
prove small_fines "Small employers pay little"
  always staff < 10 implies fine <= 100
prove held_is_kept "A record on hold stays on hold"
  never held changes while held
prove destroyable "A record can be destroyed"
  possible destroyed
prove in_time "A hold lasts for ever"
  after hold, destroy within 3 days
"""
HEAD = 'policy top\nuse base\nfact small : yes/no  reads "the employer is small" / "the employer is not small"\n'
SHORTER = HEAD + "decide years : int\n  exception relief to usual gives 2 if payroll and small\n"
FINES = HEAD + "decide fine : int\n  exception relief to large gives 50 if staff > 50 and small\n"


def affected(text: str) -> set[str]:
    program = verified(text, pipeline.Options(scenarios_only=True), base=BASE).program
    assert program is not None
    return {promise.name for promise in affected_promises(program)}


SEE = """\
status seen : yes/no  starts no  reads "the record is seen" / "the record is not seen"
step see  reads "someone sees the record" / "someone has seen the record"
  requires kept > 2
  then seen becomes yes
"""
RELEASE = """\
step release  reads "the hold is lifted" / "the hold has been lifted"
  requires held
  then held becomes no
"""


@pytest.mark.parametrize(
    ("items", "names"),
    [
        ("", ""),
        (
            "decide years : int\n  exception e to usual gives 2 if payroll and small\n",
            "two_years three_years destroyable in_time",
        ),
        ("decide fine : int\n  exception e to large gives 50 if small\n", "small_fines"),
        ("decide other : int\n  rule r gives years if small\n  otherwise fine\n", ""),
        (SEE, ""),
        (RELEASE, "two_years three_years held_is_kept destroyable in_time"),
        ("duty d: destroy within 10 days of keep\n", "destroyable in_time"),
        ('assume few: staff < 20 because "small employers only"\n', "small_fines"),
        ('prove again "Again"\n  never held and destroyed and small\n', ""),
    ],
    ids=["nothing", "rule", "other rule", "own decision", "own step", "step", "duty", "assumption", "promise"],
)
def test_what_an_amendment_can_affect(items: str, names: str) -> None:
    assert affected(HEAD + items) == set(names.split())


def test_a_step_of_its_own_matters_to_what_was_just_before() -> None:
    text = 'prove fresh "Just now"\n  always just before (held) implies held\n'
    own_step = HEAD + 'step look  reads "someone looks" / "someone has looked"\n  requires small\n'
    program = verified(own_step, pipeline.Options(scenarios_only=True), base=BASE + text).program
    assert program is not None
    assert [promise.name for promise in affected_promises(program)] == ["fresh"]


def inherited(run: RunResult) -> dict[str, PropertyResult]:
    return {item.name: item for policy in run.policies for item in policy.properties if item.inherited_from}


def run(text: str, *paths: str, options: pipeline.Options = DEFAULT) -> RunResult:
    outcome = pipeline.verify(paths or ("top.policy",), options, files({"top.policy": text, "base.policy": BASE}))
    assert outcome.internal_errors == ()
    return outcome


def test_a_broken_promise_is_told_with_both_verdicts() -> None:
    outcome = run(SHORTER)
    verdicts = {name: (item.before, item.verdict) for name, item in inherited(outcome).items()}
    assert verdicts == {
        "two_years": ("proved", "proved"),
        "three_years": ("proved", "violated"),
        "destroyable": ("proved", "proved"),
        "in_time": ("violated", "violated"),
    }
    broken = inherited(outcome)["three_years"]
    assert broken.inherited_from == "base"
    assert broken.counterexample is not None
    assert {b.name: b.value for b in broken.counterexample.facts}["small"] is True
    assert found(outcome.policies[0], "F0401") == [
        "the promise `three_years` of `base` was proved before the amendment and is violated after it",
        "the promise `in_time` of `base` is violated after the amendment, as it was before",
    ]
    assert exit_code(outcome, DEFAULT_FAIL_ON) == 1
    text = render_text(outcome, Style(color=False, unicode=True, width=100))
    assert "of base: proved before, violated after the amendment" in text


def test_the_record_has_both_verdicts() -> None:
    properties = json.loads(render_json(run(SHORTER)))["policies"][0]["properties"]
    assert [(p["name"], p["inherited_from"], p["before"]) for p in properties if p["verdict"] == "violated"] == [
        ("three_years", "base", "proved"),
        ("in_time", "base", "violated"),
    ]
    assert all(
        "before" not in p for p in json.loads(render_json(run(BASE, "base.policy")))["policies"][0]["properties"]
    )


WAIVED = SHORTER + 'waive F0401 on three_years because "section 5 overrides it"\nwaive F0401 on in_time because "so"\n'


def test_an_amendment_may_override_a_promise_on_the_record() -> None:
    outcome = run(WAIVED)
    assert inherited(outcome)["three_years"].verdict == "violated"
    assert exit_code(outcome, DEFAULT_FAIL_ON) == 0
    assert [f.waived for f in outcome.policies[0].findings] == ["section 5 overrides it", "so"]
    assert json.loads(render_json(outcome))["summary"]["violated"] == 2


def test_the_waiver_says_nothing_about_the_policy_that_makes_the_promise() -> None:
    outcome = run(WAIVED, "base.policy")
    assert exit_code(outcome, DEFAULT_FAIL_ON) == 1


@pytest.mark.parametrize("paths", [("top.policy", "base.policy"), ("base.policy", "top.policy"), ("top.policy",)])
def test_the_order_of_policies_makes_no_difference(paths: tuple[str, ...]) -> None:
    verdicts = {name: (item.before, item.verdict) for name, item in inherited(run(FINES, *paths)).items()}
    assert verdicts == {"small_fines": ("proved", "proved")}


def test_a_run_for_some_promises_takes_inherited_ones_by_name() -> None:
    assert set(inherited(run(SHORTER, options=pipeline.Options(properties=("three*",))))) == {"three_years"}
    assert inherited(run(SHORTER, options=pipeline.Options(scenarios_only=True))) == {}


def test_an_unaffected_promise_is_not_repeated() -> None:
    outcome = run(HEAD + 'prove again "Again"\n  never held and destroyed and small and not small\n')
    assert [item.name for item in outcome.policies[0].properties] == ["again"]
