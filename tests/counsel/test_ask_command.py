"""``clauseproof ask`` about one case, as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
CRITERIA = "policies/administrative_closure/criteria.policy"
CLOSURE = "policies/administrative_closure/case_closure.policy"
SCHEMA = ROOT / "verifier/reports/schema/run.schema.json"


def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "verifier.cli.main", "ask", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT, check=False)


def answer(*arguments: str) -> dict[str, object]:
    done = ask(*arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    jsonschema.validate(record, json.loads(SCHEMA.read_text()))
    (found,) = record["policies"][0]["answers"]
    assert isinstance(found, dict)
    return found


def test_a_record_decides_whatever_the_children() -> None:
    """A criminal record alone takes eligibility away, so that the children are not among the reasons."""
    found = answer(
        CRITERIA, "why not discretion is favorable?", "--set", "criminal_record=yes", "--set", "usc_children=2"
    )
    assert (found["answer"], found["because"]) == ("no", ["criminal_record"])


def test_it_depends_on_a_positive_factor() -> None:
    found = answer(CRITERIA, "why discretion is favorable", "--set", "criminal_record=no")
    assert found["answer"] == "depends"
    assert set(found["decided_by"]) == {"military_service", "usc_children", "other_factor"}  # type: ignore[call-overload]


def test_a_step_that_can_never_come_says_which_condition_fails() -> None:
    found = answer(CLOSURE, "why not extend_offer", "--set", "criminal_record=yes")
    assert (found["answer"], found["because"], found["eventually"]) == ("no", ["criminal_record"], True)
    checked = found["checked"]
    assert isinstance(checked, list)
    failing = [item["name"] for item in checked if item["held"] == "no" and item["depth"] == 0]
    assert failing == ["extend_offer.eligible"]


def test_a_step_that_can_come_is_told() -> None:
    found = answer(CLOSURE, "why extend_offer", "--set", "criminal_record=no", "--set", "military_service=yes")
    story = found["yes"]
    assert isinstance(story, dict)
    assert story["replayed"] is True
    assert story["steps"][-1]["step"] == "extend_offer"


def test_facts_come_from_a_file_too(tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text('{"facts": {"criminal_record": true, "usc_children": 0, "military_service": true}}')
    found = answer(CRITERIA, "what would change discretion is favorable", "--facts", str(facts))
    changes = found["changes"]
    assert isinstance(changes, list)
    assert [list(change["facts"]) for change in changes] == [["criminal_record"]]


def test_a_fact_that_may_not_change_is_kept() -> None:
    arguments = ["--set", "criminal_record=yes", "--set", "usc_children=1", "--keep", "criminal_record"]
    found = answer(CRITERIA, "what would change discretion is favorable", *arguments)
    assert found["changes"] == []
    assert found["complete"] is True


def test_how_can_is_a_promise_of_such_cases() -> None:
    done = ask(CLOSURE, "how can proceedings is closed?", "--set", "represented=no")
    assert done.returncode == 0
    assert "possible proceedings is closed" in done.stdout
    assert "hires an attorney" in " ".join(done.stdout.split())


def test_a_promise_is_asked_of_the_given_case_alone() -> None:
    done = ask(CRITERIA, "never discretion is favorable", "--set", "criminal_record=yes")
    assert done.returncode == 0, done.stdout
    assert "1 proved" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "crimnal_record=yes"], "no fact `crimnal_record`; did you mean `criminal_record`?"),
        (["--set", "criminal_record=maybe"], "`criminal_record=maybe` is not a value of type yes/no"),
        (["--set", "usc_children"], "`--set usc_children` is not NAME=VALUE"),
        (["--facts", "nowhere.json"], "`--facts nowhere.json` cannot be read"),
        (["--keep", "criminal_record"], "`criminal_record` is to be kept, but it is not given"),
        (["--set", "criminal_record=yes", "--format", "sarif"], "shown as text or json, not as sarif"),
    ],
)
def test_faults_of_use_end_in_one_line(arguments: list[str], said: str) -> None:
    done = ask(CRITERIA, "why discretion is favorable", *arguments)
    assert done.returncode == 2, done.stdout
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_subject_that_is_no_condition_is_an_error_at_its_place() -> None:
    done = ask(CRITERIA, "why usc_children")
    assert done.returncode == 1
    assert "error[" in done.stdout


def test_facts_that_exclude_each_other_are_told() -> None:
    done = ask(CLOSURE, "why extend_offer", "--set", "status_at_start=citizen")
    assert done.returncode == 3
    assert "contradict" in " ".join(done.stdout.split())


def test_all_that_an_open_answer_may_turn_on_is_named(tmp_path: Path) -> None:
    """With `a` and without `c`, it is `b` that decides."""
    two = tmp_path / "two.policy"
    facts = "".join(f"fact {name} : yes/no\n" for name in "abcd")
    two.write_text(f'policy two "Two keys"\n{facts}define opens means (a and b) or (c and d)\nprove p possible opens\n')
    found = answer(str(two), "why opens")
    assert (found["answer"], found["decided_by"]) == ("depends", ["a", "b", "c", "d"])


def test_people_without_names_are_told_by_who_is_who(tmp_path: Path) -> None:
    """Any two people do as well as the first two: one group, and nobody else."""
    work = tmp_path / "work.policy"
    work.write_text(
        'policy work "Own work"\nentity Person\nfact me : Person\nfact boss : Person\n'
        "status owner : Person or none starts none\n"
        "step claim(who: Person)\n  requires owner is none\n  then owner becomes who\n"
        "step begin_work\n  requires owner is me and me is not boss\nprove p begin_work only if owner is me\n"
    )
    found = answer(str(work), "who can begin_work")
    groups = found["groups"]
    assert isinstance(groups, list)
    assert (len(groups), found["complete"]) == (1, True)
    given = answer(str(work), "who can me is boss")
    assert given["answer"] == "yes"
    assert given["complete"] is True
