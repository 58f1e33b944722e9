"""Two versions of small policies: what an edit means, reasoned out beside each."""

from __future__ import annotations

import time

import pytest
from checking_cases import program

from verifier.comparison.compare import compare
from verifier.comparison.model import Comparison, Difference
from verifier.explain.verify import Work

POLICY = """
policy loans "Small loans"

actor bank

enum Grade = low | middle | high

fact age : int 0..120
fact income : money $0..$1,000,000
fact grade : Grade
fact insured : yes/no

status asked : yes/no starts no
status granted : yes/no starts no
status asked_on : date or none starts none

define adult means age >= 18

decide eligible : yes/no
  rule adults gives yes if adult and income >= $1,000
  exception low_grade to adults gives no if grade is low
  otherwise no

decide limit : money
  rule good gives $500 if grade is high
  otherwise $100

step ask by bank
  requires not asked
  then asked becomes yes
  then asked_on becomes today

step grant by bank
  requires wanted: asked
  requires fit: eligible
  requires once: not granted
  then granted becomes yes

prove adults_only
  never granted while not adult
"""


def compared(*edits: tuple[str, str], old: str = POLICY) -> Comparison:
    new = old
    for before, after in edits:
        assert before in new, before
        new = new.replace(before, after)
    work = Work((), (), False, 50_000_000, time.monotonic() + 60, 20, True)
    found = compare(program(old), program(new), work)
    assert found.faults == ()
    return found


def item(found: Comparison, kind: str, name: str) -> Difference:
    (only,) = [one for one in found.differences if (one.kind, one.name) == (kind, name)]
    return only


def test_the_same_text_means_the_same() -> None:
    found = compared()
    assert found.relation == "equivalent"
    assert all(one.relation == "equivalent" for one in found.differences)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("adult and income >= $1,000", "not (age < 18 or income < $1,000)"),  # De Morgan
        ("requires wanted: asked\n  requires fit: eligible", "requires fit: eligible\n  requires wanted: asked"),
        ("requires once: not granted", "requires once: not granted and asked"),  # asked is required already
        ("starts none\n", "starts none\n\ndefine spare means age > 90\n"),
        ("age >= 18", "age > 17"),
        ("  otherwise $100", "  rule rest gives $100 if grade is not high\n  otherwise $7"),  # never comes to that
    ],
)
def test_edits_that_change_nothing(before: str, after: str) -> None:
    assert compared((before, after)).relation == "equivalent"


def test_a_condition_less_lets_more_happen() -> None:
    found = compared(("  requires fit: eligible\n", ""))
    assert found.relation == "broader"
    grant = item(found, "step", "grant")
    assert grant.relation == "broader"
    assert grant.gains is not None
    assert [event.step for event in grant.gains.story.happenings] == ["ask", "grant"]
    assert grant.gains.story.replayed
    assert item(found, "decision", "eligible").relation == "equivalent"


def test_a_higher_age_lets_less_happen_and_says_who_loses() -> None:
    found = compared(("age >= 18", "age >= 21"))
    assert found.relation == "narrower"
    loses = item(found, "decision", "eligible").loses
    assert loses is not None
    age = next(fact for fact in loses.story.facts if fact.name == "age")
    assert isinstance(age.value, int)
    assert 18 <= age.value <= 20
    assert "age" in loses.story.needed
    assert (loses.before and loses.before.value, loses.after and loses.after.value) == (True, False)
    assert item(found, "step", "grant").relation == "narrower"
    assert item(found, "step", "ask").relation == "equivalent"


def test_amounts_that_rise_for_some_and_fall_for_others() -> None:
    found = compared(
        ("gives $500 if grade is high", "gives $600 if grade is high"), ("otherwise $100", "otherwise $90")
    )
    limit = item(found, "decision", "limit")
    assert limit.relation == "incomparable"
    assert limit.gains is not None
    assert limit.loses is not None
    assert limit.gains.after is not None
    assert (limit.gains.before and limit.gains.before.value, limit.gains.after.value) == (500, 600)


def test_another_effect_is_neither_more_nor_less() -> None:
    found = compared(("asked_on becomes today", "asked_on becomes today + 1 days"))
    ask = item(found, "step", "ask")
    assert ask.relation == "incomparable"
    assert ask.changes is not None


def test_a_new_condition_on_a_new_step_is_narrower_by_the_step_that_it_waits_for() -> None:
    found = compared(
        ("status asked :", "status checked : yes/no starts no\nstatus asked :"),
        ("step grant", "step check by bank\n  requires asked\n  then checked becomes yes\n\nstep grant"),
        ("requires once:", "requires clean: checked\n  requires once:"),
    )
    grant = item(found, "step", "grant")
    assert grant.relation == "narrower"
    assert grant.loses is not None
    assert [event.step for event in grant.loses.story.happenings] == ["ask", "grant"]
    assert item(found, "step", "check").relation == "added"
    assert item(found, "status", "checked").relation == "added"


def test_a_status_that_the_same_step_sets_follows_along() -> None:
    """The newer version notes the asking twice; what it asks of the note is what the older one asks of the first."""
    found = compared(
        ("status asked :", "status noted : yes/no starts no\nstatus asked :"),
        ("then asked becomes yes", "then asked becomes yes\n  then noted becomes yes"),
        ("requires wanted: asked", "requires wanted: noted"),
    )
    assert item(found, "step", "grant").relation == "equivalent"
    assert item(found, "step", "ask").relation == "equivalent"


def test_renamed_items_are_the_same_items() -> None:
    old = POLICY.replace("fact income : money $0..$1,000,000", 'fact income : money $0..$1,000,000 reads "the income"')
    found = compared(("step grant", "step award"), ("income", "earnings"), ('"the earnings"', '"the income"'), old=old)
    assert found.relation == "equivalent"
    assert item(found, "step", "award").old == "grant"


def test_a_new_grade_is_a_case_of_the_newer_version_alone() -> None:
    found = compared(
        ("low | middle | high", "low | middle | high | top"), ("if grade is high", "if grade is high or grade is top")
    )
    limit = item(found, "decision", "limit")
    assert limit.gains is not None
    grade = next(fact for fact in limit.gains.story.facts if fact.name == "grade")
    assert grade.value == "top"
    assert limit.loses is None


def test_a_wider_range_admits_more_cases() -> None:
    found = compared(("int 0..120", "int 0..130"))
    assert item(found, "fact", "age").relation == "broader"
    assert found.relation == "broader"


def test_an_assumption_less_admits_more_cases() -> None:
    old = POLICY.replace("status asked :", 'assume insured because "only the insured come"\nstatus asked :', 1)
    found = compared(('assume insured because "only the insured come"\n', ""), old=old)
    cases = item(found, "cases", "assumptions")
    assert cases.relation == "broader"
    assert cases.gains is not None


def test_a_gap_that_is_closed_is_more() -> None:
    old = POLICY.replace("  otherwise $100\n", "")
    found = compared(("if grade is high", "if grade is high\n  rule rest gives $100 if grade is middle"), old=old)
    limit = item(found, "decision", "limit")
    assert limit.relation == "broader"
    assert limit.gains is not None
    assert limit.gains.before is not None
    assert limit.gains.before.value is None


def test_a_fact_of_another_type_is_another_fact() -> None:
    found = compared(("fact insured : yes/no", "fact insured : int 0..3"))
    insured = item(found, "fact", "insured")
    assert insured.relation == "incomparable"
    assert insured.reason is not None


def test_a_longer_deadline_is_broader() -> None:
    duty = "\nduty answer: grant within 10 days of ask unless not eligible\n"
    found = compared(("10 days", "12 days"), old=POLICY + duty)
    assert item(found, "duty", "answer").relation == "broader"


def test_a_step_that_another_takes_is_another_one() -> None:
    found = compared(("actor bank", "actor bank\nactor clerk"), ("step grant by bank", "step grant by clerk"))
    grant = item(found, "step", "grant")
    assert grant.relation == "incomparable"
    assert grant.reason is not None
    assert "clerk takes it now" in grant.reason


def test_a_narrower_range_of_a_status_is_told() -> None:
    """What leaves a range is an error, so that steps stop where they did not."""
    tries = "status tries : int 0..3 starts 0\n\nstep again by bank\n  then tries becomes tries + 1\n"
    found = compared(("int 0..3", "int 0..2"), old=POLICY + tries)
    assert item(found, "status", "tries").relation == "incomparable"
    assert found.relation == "incomparable"


def test_what_is_assumed_of_a_new_fact_takes_no_case_away() -> None:
    """A new fact with an assumption of its own, asked nowhere, changes nothing."""
    found = compared(("fact insured", 'fact adviser : yes/no\nassume adviser because "always"\nfact insured'))
    assert item(found, "fact", "adviser").relation == "added"
    assert found.relation == "equivalent"
    assert all(one.kind != "cases" for one in found.differences)


def test_a_parameter_with_more_values_lets_more_happen() -> None:
    step = "step rate(grade_given : int 1..3) by bank\n  then granted becomes yes\n"
    found = compared(("int 1..3", "int 1..5"), old=POLICY + step)
    rate = item(found, "step", "rate")
    assert rate.relation == "broader"
    assert rate.gains is not None
    assert rate.gains.story.happenings[-1].parameters[0].value in (4, 5)


@pytest.mark.parametrize(
    "further",
    [
        "assume grade >= middle",
        "status good : yes/no starts grade >= middle",
        "step praise by bank\n  requires grade >= middle",
        "duty answer: grant within 10 days of ask unless grade >= middle",
    ],
)
def test_values_in_another_order_are_another_type(further: str) -> None:
    """A text that compares them is the same, and says something else: never equivalent, and no fault of the solvers."""
    found = compared(("low | middle | high", "middle | high | low"), old=f"{POLICY}\n{further}\n")
    grade = item(found, "fact", "grade")
    assert grade.relation == "incomparable"
    assert grade.reason is not None
    assert "another order" in grade.reason
    assert found.relation == "incomparable"


def test_a_reading_in_another_order_is_another_reading() -> None:
    reading = 'reading width "How wide is it?" = narrow | wide | full\nstep award by bank\n  requires width >= wide\n'
    found = compared(("narrow | wide", "wide | narrow"), old=POLICY + reading)
    assert item(found, "reading", "width").relation == "incomparable"
    assert item(found, "step", "award").gains is not None
