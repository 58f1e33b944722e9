"""The questions that a lawyer asks, each about a shipped policy, with the answer reasoned out beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "policies/administrative_closure"
CLOSURE, CRITERIA = str(FOLDER / "case_closure.policy"), str(FOLDER / "criteria.policy")
CONDITION = "requires counsel_or_presence: represented or appear has happened"


def record(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "verifier.cli.main", *arguments, "--format", "json"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT, check=False)
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def promise(*arguments: str) -> dict[str, Any]:
    (found,) = record("ask", *arguments)["policies"][0]["properties"]
    assert isinstance(found, dict)
    return found


def answer(*arguments: str) -> dict[str, Any]:
    (found,) = record("ask", *arguments)["policies"][0]["answers"]
    assert isinstance(found, dict)
    return found


def steps(story: dict[str, Any]) -> list[str]:
    return [event["step"] for event in story["steps"] if event["step"] != "wait"]


@pytest.fixture
def without_appearance(tmp_path: Path) -> str:
    """The closure policy whose offers ask neither for an attorney nor for an appearance."""
    for file in FOLDER.glob("*.policy"):
        (tmp_path / file.name).write_text(file.read_text())
    changed = tmp_path / "case_closure.policy"
    text = changed.read_text()
    assert CONDITION in text
    changed.write_text("\n".join(line for line in text.splitlines() if CONDITION not in line) + "\n")
    return str(changed)


def test_can_a_case_be_closed_without_a_judges_approval() -> None:
    """No: every case starts pending, and only the approval of a motion makes it closed."""
    found = promise(CLOSURE, "never proceedings is closed and approve_motion has never happened")
    assert found["verdict"] == "proved"
    assert found["certificate"] == "checked"


def test_show_me_how() -> None:
    """Review, offer, check, final offer, joint motion, approval: each is required by the one after it."""
    story = promise(CLOSURE, "how can proceedings is closed")["witness"]
    wanted = ["review", "extend_offer", "run_check", "finalize_offer", "file_motion", "approve_motion"]
    assert steps(story) == wanted
    assert story["replayed"]
    assert story["shortest"]


def test_is_that_the_only_way() -> None:
    """For somebody without an attorney there are two: hiring one, or appearing in court, before the offer."""
    found = promise(CLOSURE, "how can proceedings is closed", "--set", "represented=no")
    assert found["ways"]["complete"]
    every = [steps(found["witness"]), *(steps(story) for story in found["ways"]["others"])]
    assert len(every) == 2
    assert sum("appear" in way for way in every) == 1
    assert all(way[-1] == "approve_motion" for way in every)


def test_who_exactly_is_affected() -> None:
    """Whoever has no record, and one of the three positive factors; a child is enough, and so is military service."""
    found = answer(CRITERIA, "who can discretion is favorable")
    assert found["complete"]
    factors = {frozenset(group["facts"]) - {"criminal_record"} for group in found["groups"]}
    assert factors == {frozenset({"military_service"}), frozenset({"usc_children"}), frozenset({"other_factor"})}
    assert all(group["facts"]["criminal_record"] is False for group in found["groups"])
    (children,) = [group for group in found["groups"] if "usc_children" in group["facts"]]
    assert children["bounds"] == {"usc_children": {"at_least": 1}}


def test_which_clause_makes_this_impossible() -> None:
    """An offer to somebody who neither has an attorney nor has appeared: one condition of the offer alone."""
    found = promise(CLOSURE, "extend_offer only if represented or appear has happened")
    assert (found["verdict"], found["rests_on"]) == ("proved", ["extend_offer.counsel_or_presence"])


def test_why_was_this_person_not_offered() -> None:
    """Because of the record, however many children there are; the condition that fails is eligibility."""
    found = answer(CLOSURE, "why not extend_offer", "--set", "criminal_record=yes", "--set", "usc_children=3")
    assert (found["answer"], found["because"]) == ("no", ["criminal_record"])
    assert [item["name"] for item in found["checked"] if item["held"] == "no" and not item["depth"]] == [
        "extend_offer.eligible"
    ]


def test_what_would_have_to_change() -> None:
    """Without any positive factor, any one of the three would do."""
    given = ["criminal_record=no", "military_service=no", "usc_children=0", "other_factor=no"]
    found = answer(CRITERIA, "what would change discretion is favorable", *(f"--set={item}" for item in given))
    assert sorted(list(change["facts"]) for change in found["changes"]) == [
        ["military_service"],
        ["other_factor"],
        ["usc_children"],
    ]


def test_what_change_to_the_policy_would_prevent_this(without_appearance: str) -> None:
    """The condition that was taken out of the offer; no other promise breaks by putting it back.

    The closest case that is allowed has an appearance, or an attorney, before the offer.
    """
    found = promise(without_appearance, "extend_offer only if represented or appear has happened")
    assert found["verdict"] == "violated"
    (repair,) = found["mending"]["repairs"]
    assert (repair["step"], repair["condition"], repair["breaks"]) == (
        "extend_offer",
        "represented or appear has happened",
        [],
    )
    assert {"appear", "hire_attorney"} & set(steps(found["mending"]["closest"]))


def test_what_changed_between_versions_and_for_whom(without_appearance: str) -> None:
    """More is possible: an offer to somebody without an attorney right after the review. Nobody loses anything."""
    (found,) = record("diff", CLOSURE, without_appearance)["policies"]
    assert found["relation"] == "broader"
    changed = {item["name"]: item for item in found["differences"] if item["relation"] != "equivalent"}
    assert list(changed) == ["extend_offer"]
    gains = changed["extend_offer"]["gains"]
    assert steps(gains) == ["review", "extend_offer"]
    assert gains["initial"]["represented"] is False
    assert "represented" in gains["needed"]
    broken = [item["name"] for item in found["properties"] if item["after"] == "violated"]
    assert broken == ["appearance_before_offer"]


def test_is_anyone_undecided_or_stuck() -> None:
    """Nobody: there is no gap, no conflict, no step that can never happen, and no case that time cannot leave."""
    found = record("verify", CRITERIA, CLOSURE)
    assert [item["code"] for policy in found["policies"] for item in policy["diagnostics"]] == []


def test_which_assumption_does_this_rest_on() -> None:
    """That nobody in proceedings came as a citizen is assumed, and nothing else says it."""
    found = promise(CLOSURE, "never status_at_start is citizen")
    assert (found["verdict"], found["rests_on"]) == ("proved", ["no_citizens"])


def test_are_like_cases_treated_alike() -> None:
    """Cases with the same record and the same three factors are; with the same record alone they need not be."""
    alike = promise(
        CRITERIA, "discretion depends only on criminal_record, military_service, usc_children, other_factor"
    )
    assert alike["verdict"] == "proved"
    unlike = promise(CRITERIA, "discretion depends only on criminal_record")
    assert unlike["verdict"] == "violated"
    assert unlike["second_case"] is not None
