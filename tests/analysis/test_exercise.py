"""What scenarios exercise: found by playing them, whatever they leave open."""

from __future__ import annotations

from dataclasses import replace

from tests.support.running import DEFAULT, files, verified
from verifier import pipeline
from verifier.explain.model import PolicyResult
from verifier.reports.json import run_record
from verifier.reports.style import Style
from verifier.reports.text import render_text

TEXT = """\
policy tickets
fact age : int 0..120
fact member : yes/no
status sold : yes/no starts no
decide price : money
  rule child gives $5 if age < 14
  rule adult gives $9 if age >= 14 and not member
  otherwise $7
step sell
  requires once: not sold
  requires old_enough: age >= 6 and price <= $9
  then sold becomes yes
step refund
  requires bought: sold
  then sold becomes no
prove cheap always price <= $9
"""

SOLD = """\
scenario sold_once
  given age = 30, not member
  when sell
  expect sold, price = $9, cannot sell because once
"""


def exercised(text: str) -> dict[str, str]:
    coverage = verified(text, replace(DEFAULT, scenarios_only=True, coverage=True)).scenario_coverage
    assert coverage is not None
    return {item.label: item.exercise for item in coverage.clauses}


def test_without_scenarios_nothing_is_exercised() -> None:
    assert set(exercised(TEXT).values()) == {"never"}


def test_rules_that_answer_and_conditions_that_are_tried_are_exercised() -> None:
    assert exercised(TEXT + SOLD) == {
        "price.child": "never",
        "price.adult": "fired",
        "price.otherwise": "never",
        "sell.once": "both",
        "sell.old_enough#1": "held",
        "sell.old_enough#2": "held",
        "refund.bought": "never",
    }


def test_what_only_some_case_of_a_scenario_asks_for_is_not_exercised() -> None:
    """Whether the buyer is a member is left open: neither answer is the scenario's."""
    found = exercised(TEXT + "scenario open\n  given age = 30\n  when sell\n  expect sold\n")
    assert (found["price.adult"], found["price.otherwise"], found["sell.once"]) == ("never", "never", "held")


def test_a_refusal_exercises_the_first_false_condition_and_none_after_it() -> None:
    found = exercised(TEXT + "scenario young\n  given age = 3\n  expect cannot sell\n")
    assert (found["sell.once"], found["sell.old_enough#1"], found["sell.old_enough#2"]) == ("held", "refused", "never")


def test_a_scenario_without_a_case_is_named() -> None:
    text = TEXT + "scenario nobody\n  given age = 30 and age = 31\n  expect price = $9\n"
    coverage = verified(text, replace(DEFAULT, scenarios_only=True, coverage=True)).scenario_coverage
    assert coverage is not None
    assert (coverage.scenarios, coverage.left_out) == ((), ("nobody",))


def test_the_reports_say_what_is_not_exercised() -> None:
    options = replace(DEFAULT, scenarios_only=True, coverage=True)
    run = pipeline.verify(["main.policy"], options, files({"main.policy": TEXT + SOLD}))
    text = render_text(run, Style(), "test")
    assert "4 of 7 rules and conditions are exercised." in text
    assert "main.policy:6  price.child" in text
    result: PolicyResult = run.policies[0]
    assert result.coverage is None
    (policy,) = run_record(run)["policies"]  # type: ignore[misc]
    assert policy["scenario_coverage"]["exercised"] == 4
