"""Clause coverage: what it says of a clause is what verifying the text without that clause says, each cut by hand."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.support.running import DEFAULT, files, verified
from verifier import pipeline
from verifier.cache.results import Results
from verifier.cache.store import open_store
from verifier.explain.model import ClauseCoverage, Coverage, PolicyResult
from verifier.reports.json import render_json, run_record
from verifier.reports.saved import restored
from verifier.reports.style import Style
from verifier.reports.text import render_text
from verifier.source import SourceFile

COVERING = replace(DEFAULT, coverage=True, timeout=120.0)
SCHEMA = Path(pipeline.__file__).parent / "reports" / "schema" / "run.schema.json"
POLICIES = Path(__file__).parents[2] / "policies"

TEXT = """\
policy loans "Small loans"
enum Loan = none | asked | granted | repaid
fact income : money $0..$5,000
fact member : yes/no
status loan : Loan starts none
status owed : money $0..$900 starts $0
status fee  : money $0..$10 starts $0
assume earning: income >= $100 because "others are not clients"
define modest means income < $1,000
decide limit : money
  rule poor gives $300 if modest
  rule rich gives $900 if not modest
step ask
  requires loan is none and member
  then loan becomes asked
step grant
  requires asked: loan is asked and income > $50
  then loan becomes granted, owed becomes limit
step repay
  requires granted: loan is granted
  then loan becomes repaid, owed becomes $0
step charge
  requires small: fee <= $5
  then fee becomes fee + $5
duty back: repay within 30 days of grant
prove bound     always modest implies owed <= $300
prove order     repay only after grant
prove paid      after grant, repay within 30 days
prove can       possible loan is repaid
prove kept      never fee > $10
prove members   ask only if member
scenario granted_at_once
  given member, income = $500
  when ask
  when grant
  expect owed = $300, cannot grant because asked
"""

DELETED = {
    "earning": 'assume earning: income >= $100 because "others are not clients"\n',
    "loan.starts": " starts none",
    "ask.requires.1#1": "loan is none and ",
    "ask.requires.1#2": " and member",
    "grant.asked#1": "loan is asked and ",
    "grant.asked#2": " and income > $50",
    "grant.then.owed": ", owed becomes limit",
    "repay.granted": "  requires granted: loan is granted\n",
    "repay.then.owed": ", owed becomes $0",
    "charge.small": "  requires small: fee <= $5\n",
    "charge.then.fee": "  then fee becomes fee + $5\n",
    "back": "duty back: repay within 30 days of grant\n",
    "limit.rich": "  rule rich gives $900 if not modest\n",
    "fee.starts": " starts $0\nassume",
}
"""What to delete of the text for a clause."""


def covered(text: str, **used: str) -> Coverage:
    coverage = verified(text, COVERING, **used).coverage
    assert coverage is not None
    return coverage


def statuses(coverage: Coverage) -> dict[str, str]:
    return {item.label: item.status for item in coverage.clauses}


def not_proved(result: PolicyResult) -> set[str]:
    return {item.name for item in result.properties if item.verdict != "proved"}


@pytest.fixture(scope="module")
def loans() -> Coverage:
    return covered(TEXT)


def test_the_clauses_that_no_promise_needs_are_named(loans: Coverage) -> None:
    assert [label for label, status in statuses(loans).items() if status != "needed"] == [
        "fee.starts",
        "earning",
        "modest",
        "ask.requires.1#1",
        "grant.asked#1",
        "grant.asked#2",
        "grant.then.owed",
        "repay.then.owed",
        "charge.then.fee",
    ]
    assert "unknown" not in statuses(loans).values()
    assert loans.promises == ("bound", "order", "paid", "can", "kept", "members")
    assert loans.left_out == ()


@pytest.mark.parametrize("label", DELETED)
def test_each_answer_is_that_of_the_text_without_the_clause(loans: Coverage, label: str) -> None:
    (item,) = (clause for clause in loans.clauses if clause.label == label)
    part = DELETED[label]
    assert TEXT.count(part) == 1
    kept = "\nassume" if part.endswith("\nassume") else ""
    found = verified(TEXT.replace(part, kept), DEFAULT)
    broken = not_proved(found)
    assert (item.status == "needed") == bool(broken)
    assert set(item.needed_by) <= broken
    shown = [r for r in found.properties if r.name in item.needed_by and r.verdict == "violated" and r.counterexample]
    assert all(result.counterexample is not None and result.counterexample.replayed for result in shown)


def test_scenarios_that_would_notice_are_named_where_no_promise_would(loans: Coverage) -> None:
    noticed = {item.label: item.scenarios for item in loans.clauses if item.status == "not_needed"}
    assert noticed["grant.asked#1"] == ("granted_at_once",)
    assert noticed["repay.then.owed"] == ()


def test_a_rule_without_which_a_case_has_no_answer_is_needed() -> None:
    text = """\
policy answers
fact rich : yes/no
status paid : int 0..5 starts 0
decide share : int
  rule wealthy gives 3 if rich
  otherwise 2
step pay
  then paid becomes share
prove little never paid > 4
"""
    found = statuses(covered(text))
    assert found == {
        "paid.starts": "needed",
        "share.wealthy": "not_needed",
        "share.otherwise": "needed",
        "pay.then.paid": "not_needed",
    }
    assert not_proved(verified(text.replace("  otherwise 2\n", ""))) == {"little"}


def test_a_clause_without_which_a_duty_stops_time_is_not_called_free() -> None:
    """The answer closes nothing any more: then a closed case could owe one, and time would stop."""
    text = """\
policy answers
status closed : yes/no starts no
status asked  : yes/no starts no
step ask
  requires open: not closed
  then asked becomes yes
step answer
  requires due: not closed
  then asked becomes no
step close
  requires answered: not asked
  then closed becomes yes
duty reply: answer within 5 days of ask
prove replied after ask, answer within 5 days
"""
    coverage = covered(text)
    assert coverage.promises == ("replied",)
    for item in coverage.clauses:
        part = {"ask.open": "  requires open: not closed\n", "close.answered": "  requires answered: not asked\n"}
        if item.label in part:
            found = not_proved(verified(text.replace(part[item.label], ""), DEFAULT))
            assert (item.status == "not_needed") == (not found), item.label
    assert statuses(coverage)["close.answered"] != "not_needed"


def test_promises_that_are_not_proved_do_not_count() -> None:
    coverage = covered(TEXT + "prove wrong never fee > $5\n")
    assert coverage.left_out == ("wrong",)
    assert statuses(coverage)["charge.small"] == "needed"


def test_a_policy_that_uses_another_protects_its_clauses() -> None:
    words = "policy words\nfact age : int 0..120\ndefine adult means age >= 18\n"
    text = """\
policy main
use words
status served : yes/no starts no
step serve
  requires adult
  then served becomes yes
prove adults serve only if age > 17
"""
    read = files({"words.policy": words, "main.policy": text})
    run = pipeline.verify(["words.policy", "main.policy"], COVERING, read)
    alone, together = pipeline.verify(["words.policy"], COVERING, read).policies[0], run.policies[0]
    assert alone.coverage is not None
    assert together.coverage is not None
    assert [item.status for item in alone.coverage.clauses] == ["not_needed"]
    (item,) = together.coverage.clauses
    assert (item.status, item.elsewhere) == ("needed", (("main", "adults"),))


def test_the_reports_tell_what_no_promise_needs() -> None:
    run = pipeline.verify(["main.policy"], COVERING, files({"main.policy": TEXT}))
    record = json.loads(render_json(run))
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(record)
    coverage = record["policies"][0]["coverage"]
    assert (coverage["covered"], coverage["total"]) == (11, 20)
    again = restored(record, pipeline.check(["main.policy"], DEFAULT, files({"main.policy": TEXT})))
    assert run_record(again)["policies"][0]["coverage"] == coverage  # type: ignore[index, call-overload]
    text = render_text(run, Style(width=100))
    assert "11 of 20 clauses are needed by some promise. Without any one of 9 others" in text
    assert "main.policy:8  earning\n" in text
    assert "no promise needs the condition “loan is none” of `ask`: `ask only if loan is none` would be" in text


def test_a_run_without_the_option_is_not_answered_from_one_with_it(tmp_path: Path) -> None:
    store = open_store(tmp_path / "cache")
    assert store is not None
    read, memory = files({"main.policy": TEXT}), Results(store, "this program")
    plain = pipeline.verify(["main.policy"], DEFAULT, read, memory=memory).policies[0]
    first = pipeline.verify(["main.policy"], COVERING, read, memory=memory).policies[0]
    again = pipeline.verify(["main.policy"], COVERING, read, memory=memory).policies[0]
    assert plain.coverage is None
    assert not first.cached
    assert again.cached
    assert first.coverage is not None
    assert again.coverage is not None
    assert statuses(again.coverage) == statuses(first.coverage)


# ---------------------------------------------------------------- shipped policies, deleted by span


def _read(path: str, changed: dict[str, str]) -> SourceFile:
    return SourceFile(path, changed.get(path) or Path(path).read_text(encoding="utf-8"))


def deleted(item: ClauseCoverage) -> str | None:
    """The text of the clause's file without it; ``None`` where more than cutting words would be needed."""
    text, start, end = item.span.source.text, item.span.start, item.span.end
    before, after = text[:start], text[end:]
    if item.kind == "requirement" and "#" in item.label:
        shorter = re.sub(r"\s+and\s+$", "", before)
        if shorter != before:
            return shorter + after
        return before + re.sub(r"^\s+and\s+", "", after) if re.match(r"\s+and\s", after) else None
    if item.kind == "start":
        return re.sub(r"\s+starts\s+$", "", before) + after
    if item.kind in ("rule", "assumption", "duty"):
        return before + after
    return None


@pytest.mark.parametrize("name", ["automatic_stay", "consumer_returns", "records_retention"])
def test_shipped_policies_without_a_clause(name: str) -> None:
    """Every clause said to be free, and some of those said to be needed, deleted from the text."""
    path = str(POLICIES / name / f"{name}.policy")
    (whole,) = pipeline.verify([path], COVERING, partial(_read, changed={})).policies
    assert whole.coverage is not None
    compared = 0
    free = [item for item in whole.coverage.clauses if item.status == "not_needed"]
    needed = [item for item in whole.coverage.clauses if item.status == "needed"][:: len(whole.coverage.clauses) // 3]
    for item in [*free, *needed]:
        text = deleted(item)
        if text is None:
            continue
        (found,) = pipeline.verify(
            [path], replace(DEFAULT, timeout=120.0), partial(_read, changed={path: text})
        ).policies
        if found.program is None:
            continue
        compared += 1
        broken = not_proved(found)
        assert set(item.needed_by) <= broken, item.label
        assert bool(broken) == (item.status == "needed"), (item.label, broken)
    assert compared >= 2
