"""What proofs rest on: named clauses are needed (deleting one from the text ends the proof), and the others are not."""

from __future__ import annotations

import pytest

from tests.support.running import verified

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
  requires unasked: loan is none
  then loan becomes asked
step grant
  requires asked: loan is asked
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
prove way       always possible loan is repaid
prove fairness  more income never lowers limit
prove kept      never fee > $10
prove nothing   always member or not member
prove floor     always income > $50
"""


def rests_on(text: str) -> dict[str, tuple[str, ...]]:
    return {result.name: result.rests_on for result in verified(text).properties}


def verdicts(text: str) -> dict[str, str]:
    return {result.name: result.verdict for result in verified(text).properties}


def test_the_clauses_are_those_that_a_reader_would_name() -> None:
    found = rests_on(TEXT)
    assert found["bound"] == ("owed.starts", "modest", "limit.poor")
    assert found["order"] == ("loan.starts", "repay.granted")
    assert found["paid"] == ("back",)
    assert {"grant.then.loan", "repay.then.loan"} <= set(found["way"])
    assert set(found["fairness"]) == {"modest", "limit.poor", "limit.rich"}
    assert found["kept"] == ("charge.small",)
    assert found["nothing"] == ()
    assert found["floor"] == ("earning",)


@pytest.mark.parametrize(
    ("clause", "line"),
    [
        ("earning", 'assume earning: income >= $100 because "others are not clients"\n'),
        ("ask.unasked", "  requires unasked: loan is none\n"),
        ("grant.asked", "  requires asked: loan is asked\n"),
        ("repay.granted", "  requires granted: loan is granted\n"),
        ("charge.small", "  requires small: fee <= $5\n"),
        ("back", "duty back: repay within 30 days of grant\n"),
    ],
)
def test_deleting_a_clause_ends_the_proofs_that_rest_on_it_and_no_other(clause: str, line: str) -> None:
    assert line in TEXT
    before, after = rests_on(TEXT), verdicts(TEXT.replace(line, ""))
    assert len(before) == len(after) == TEXT.count("prove ")
    for name, named in before.items():
        assert (after[name] == "proved") == (clause not in named), name


def test_the_answer_is_the_same_for_one_promise_alone() -> None:
    together = rests_on(TEXT)
    head = TEXT.partition("prove ")[0]
    for line in TEXT.splitlines():
        if line.startswith("prove "):
            name = line.split()[1]
            assert rests_on(f"{head}{line}\n")[name] == together[name]
