"""A case step by step: what may happen, what may not and why, days, duties, arguments, and what the page carries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_studio import Browser, Page, running

TRY = "/policies/library/try"

LOANS = """\
policy loans "Loans with deadlines"
actor reader "a reader"
fact copies : int 1..3 reads "number of copies"
fact member : yes/no or none reads "the membership"
fact born : date reads "the day of birth"
fact tags : set of Tag reads "the tags"
enum Tag = new "new" | rare "rare"
status out : int 0..3 starts 0 reads "books that are out"
assume not (rare is in tags and copies = 1) because "rare books come in several copies"
step borrow(amount: int 1..3) by reader reads "a reader borrows" / "a reader has borrowed"
  requires enough: out + amount <= copies
  then out becomes out + amount
step give_back by reader reads "a reader gives all back" / "a reader has given all back"
  requires has_some: out > 0
  then out becomes 0
duty return_in_time: give_back by reader within 14 days of borrow
prove never_more
  always out <= 3
"""


def begin(browser: Browser, path: str = TRY, **facts: str) -> Page:
    return browser.submit(browser.get(path), path, **{f"f.{name}": text for name, text in facts.items()})


def press(browser: Browser, page: Page, path: str = TRY, **fields: str) -> Page:
    """A button of the page: the case that it carries, and what the button adds."""
    carried = page.form(path)
    return browser.post(path, {"form_key": carried["form_key"], "case": carried["case"], **fields})


def test_what_may_happen_and_why_the_rest_may_not(browser: Browser) -> None:
    page = begin(browser, adult="yes", fines="2")
    assert "The staff lends a book ✓ may happen now" in page.plain
    assert "✓ the reader is an adult" in page.plain
    assert "The reader gives the book back ✗ may not happen now" in page.plain.replace(
        "the reader gives", "The reader gives"
    )
    assert "✗ a book is lent" in page.plain


def test_a_step_changes_what_may_happen_next(browser: Browser) -> None:
    page = press(browser, begin(browser, adult="yes"), do="step:lend")
    assert "now: a book is lent" in page.plain
    assert "✓ a book is lent" in page.plain
    back = press(browser, page, do="back")
    assert "Nothing yet." in back.plain


def test_facts_can_be_pasted_for_a_case(browser: Browser) -> None:
    page = browser.submit(browser.get(TRY), TRY, **{"f.adult": "no", "pasted": '{"adult": true, "fines": "$2"}'})
    assert "The staff lends a book ✓ may happen now" in page.plain
    refused = browser.submit(browser.get(TRY), TRY, pasted="{")
    assert refused.status == 400
    assert "This is no JSON" in refused.plain


def test_a_refused_step_says_what_is_required(browser: Browser) -> None:
    page = press(browser, begin(browser, adult="no"), do="step:lend")
    assert "Not possible: this cannot happen now, because it is required that the reader is an adult." in page.plain
    assert "Nothing yet." in page.plain


def test_other_facts_with_the_same_events(browser: Browser) -> None:
    page = press(browser, begin(browser, adult="yes"), do="step:lend")
    fields = next(dict(fields) for _, fields in reversed(page.forms) if any(name == "entered" for name, _ in fields))
    assert fields["f.adult"] == "yes"
    other = browser.post(TRY, {**fields, "f.adult": "no"})
    assert "it is required that the reader is an adult" in other.plain


@pytest.mark.parametrize(
    "case",
    [
        "",
        "[]",
        "{",
        '{"moves": [1]}',
        '{"facts": []}',
        "[" * 100_000,
        '{"moves": [{"step": "", "with": {}, "days": Infinity}]}',
    ],
)
def test_a_case_that_cannot_be_read_is_refused(browser: Browser, case: str) -> None:
    key = browser.get(TRY).form(TRY)["form_key"]
    assert browser.post(TRY, {"form_key": key, "case": case}).status == 400


def test_what_a_case_carries_is_no_markup(browser: Browser) -> None:
    key = browser.get(TRY).form(TRY)["form_key"]
    case = json.dumps({"facts": {"<script>alert(1)</script>": '"><script>'}, "moves": []})
    page = browser.post(TRY, {"form_key": key, "case": case})
    assert "The policy has no fact" in page.plain
    assert "<script" not in page.text


@pytest.fixture(scope="module")
def loans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    path: Path = tmp_path_factory.mktemp("loans") / "loans.policy"
    path.write_text(LOANS, encoding="utf-8")
    with running([path]) as server:
        found = Browser(server)
        found.enter()
        yield found


LOANS_TRY = "/policies/loans/try"


def test_arguments_are_entered_with_the_step(loans: Browser) -> None:
    page = begin(loans, LOANS_TRY, copies="2")
    assert "A reader borrows ? depends on what is entered" in page.plain
    assert "enter amount" in press(loans, page, LOANS_TRY, do="step:borrow").plain
    refused = press(loans, page, LOANS_TRY, do="step:borrow", **{"p.amount": "3"})
    assert "Not possible" in refused.plain
    assert (
        "is not a value of type int 1..3" in press(loans, page, LOANS_TRY, do="step:borrow", **{"p.amount": "9"}).plain
    )
    taken = press(loans, page, LOANS_TRY, do="step:borrow", **{"p.amount": "2"})
    assert "now: books that are out: 0 → 2" in taken.plain


def test_a_duty_stops_the_days(loans: Browser) -> None:
    page = press(loans, begin(loans, LOANS_TRY, today="2026-03-01"), LOANS_TRY, do="step:borrow", **{"p.amount": "1"})
    assert "by 2026-03-15" in page.plain
    stopped = press(loans, page, LOANS_TRY, do="wait", days="20")
    assert "only 14 days can pass" in stopped.plain
    waited = press(loans, page, LOANS_TRY, do="wait", days="14")
    assert "2026-03-15: how the case stands" in waited.plain
    assert "no day can pass" in press(loans, waited, LOANS_TRY, do="wait", days="1").plain
    assert "enter how many days pass" in press(loans, page, LOANS_TRY, do="wait", days="-3").plain


def test_every_type_has_its_field(loans: Browser) -> None:
    text = loans.get(LOANS_TRY).text
    assert 'type="number" value="1" step="1" min="1" max="3"' in text
    assert '<option value="none" selected>none</option>' in text
    assert 'type="date"' in text
    assert 'type="checkbox" name="f.tags" value="rare"' in text


def test_what_is_no_case_of_the_policy_is_told(loans: Browser) -> None:
    page = begin(loans, LOANS_TRY, copies="1", tags="rare")
    assert "no case of the policy, which assumes that" in page.plain
    assert "is not a value of type int 1..3" in begin(loans, LOANS_TRY, copies="7").plain


def test_a_case_does_not_go_on_forever(loans: Browser) -> None:
    page = begin(loans, LOANS_TRY)
    assert "at most 200 moves and 4,000 days" in press(loans, page, LOANS_TRY, do="wait", days="999999999").plain
    there_and_back = [{"step": "", "with": {}, "days": days} for days in (-(10**9), 10**9)]
    carried = {**json.loads(page.form(LOANS_TRY)["case"]), "moves": there_and_back}
    assert "at most 200 moves" in press(loans, page, LOANS_TRY, case=json.dumps(carried)).plain
