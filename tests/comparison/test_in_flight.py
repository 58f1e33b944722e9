"""Cases that are under way when a policy changes, reasoned out beside each."""

from __future__ import annotations

import time

from checking_cases import program

from verifier.comparison.compare import in_flight
from verifier.comparison.model import InFlight
from verifier.explain.verify import Work

OLD = """
policy closing "Closing"

actor office

enum Stage = fresh | checked | closed

fact urgent : yes/no

status stage : Stage starts fresh

step check by office
  requires stage is fresh
  then stage becomes checked

step close by office
  requires stage is checked
  then stage becomes closed

prove can_close "A case can always be closed"
  always possible stage is closed

prove checked_first "Nothing is closed unchecked"
  close only if stage is checked
"""
WITH_FEE = (
    OLD.replace("status stage", "status paid : yes/no starts no\n\nstatus stage")
    .replace("  requires stage is fresh", "  requires stage is fresh and paid")
    .replace(
        "step check",
        "step pay by office\n  requires stage is fresh and not paid\n  then paid becomes yes\n\nstep check",
    )
    .replace("  requires stage is checked", "  requires stage is checked and paid")
)
ALL = frozenset({"can_close", "checked_first", "paid_first"})


def under_way(old: str, new: str) -> InFlight:
    work = Work((), (), False, 50_000_000, time.monotonic() + 60, 20, True)
    return in_flight(program(old), program(new), ALL, work)


def test_the_same_rules_leave_every_case_as_it_was() -> None:
    found = under_way(OLD, OLD)
    assert (found.broken, found.stuck, found.unknown) == ((), None, ())
    assert set(found.held) == {"can_close", "checked_first"}


def test_a_fee_that_can_no_longer_be_paid_leaves_cases_stuck() -> None:
    """The fee is paid before the check: a case that was checked under the older rules can never pay it."""
    found = under_way(OLD, WITH_FEE)
    assert [name for name, _, _ in found.broken] == ["can_close"]
    assert found.stuck is not None
    assert [event.step for event in found.stuck.story.happenings][:1] == ["check"]
    assert found.held == ("checked_first",)


def test_a_rule_for_cases_under_way_helps_them() -> None:
    later = WITH_FEE.replace("  requires stage is fresh and not paid", "  requires stage is not closed and not paid")
    found = under_way(OLD, later)
    assert found.broken == ()
    assert found.stuck is None


def test_a_promise_about_the_past_is_broken_only_after_the_change() -> None:
    """What a case has done before counts: it was checked unpaid, which the newer version never lets happen."""
    promise = "\nprove paid_first\n  never stage is checked and not paid\n"
    found = under_way(OLD, WITH_FEE + promise)
    assert {name for name, _, _ in found.broken} == {"can_close", "paid_first"}
    (story,) = [example.story for name, _, example in found.broken if name == "paid_first"]
    assert [event.step for event in story.happenings] == ["check", "newer version comes into force"]


def test_steps_of_the_older_version_alone_end_with_it() -> None:
    old = OLD + "\nstep drop by office\n  requires stage is fresh\n  then stage becomes closed\n"
    promise = "\nprove closed_checked\n  after check, stage is not fresh until close\n"
    found = under_way(old, OLD + promise)
    assert found.broken == ()
    assert "closed_checked" in found.held
