"""Policies as tests in pytest: collected only when asked, told as stories, the same alone and with xdist."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from command import ROOT, clauseproof, environment

LENDING = (ROOT / "verifier" / "cli" / "beginnings" / "lending.policy").read_text(encoding="utf-8")
KEPT = LENDING.replace("  requires member\n", "  requires member\n  requires not lent\n")
INSTALLED = any(item.value == "verifier.pytest_plugin" for item in entry_points(group="pytest11"))
PLUGIN = () if INSTALLED else ("-p", "verifier.pytest_plugin")


def run(folder: Path, *arguments: str, patience: float = 120, **variables: str) -> subprocess.CompletedProcess[str]:
    """Pytest in a folder, warnings as errors."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error", *PLUGIN, *arguments],
        cwd=folder,
        env={**environment(), "COLUMNS": "120", **variables},
        capture_output=True,
        encoding="utf-8",
        timeout=patience,
        check=False,
    )


def results(report: Path) -> dict[str, str]:
    """Each test of a JUnit report, and what became of it."""
    cases = ET.parse(report).getroot().iter("testcase")  # noqa: S314 (our own text)
    return {f"{case.get('classname')}::{case.get('name')}": (case[0].tag if len(case) else "passed") for case in cases}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lending.policy").write_text(LENDING, encoding="utf-8")
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n", encoding="utf-8")
    return tmp_path


def test_the_plugin_is_an_entry_point() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"clauseproof": "verifier.pytest_plugin"}


def test_nothing_happens_and_nothing_is_loaded_where_nobody_asks(folder: Path) -> None:
    (folder / "test_other.py").write_text(
        "import sys\n"
        "def test_other():\n"
        "    loaded = {name for name in sys.modules if name.partition('.')[0] in ('verifier', 'z3', 'lark')}\n"
        "    assert loaded == {'verifier', 'verifier.pytest_plugin'}\n",
        encoding="utf-8",
    )
    done = run(folder, "-q")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    assert "policy" not in done.stdout


def test_promises_and_scenarios_are_tests_and_the_story_is_the_failure(folder: Path) -> None:
    done = run(folder, "--clauseproof", "-v", "--junitxml=run.xml")
    assert done.returncode == 1, done.stdout + done.stderr
    assert results(folder / "run.xml") == {
        "lending.policy::text": "passed",
        "lending.policy::promise:members_only": "passed",
        "lending.policy::promise:lent_once": "failure",
        "lending.policy::promise:comes_back": "passed",
        "lending.policy::scenario:a_loan": "passed",
        "test_other::test_other": "passed",
    }
    summary = "FAILED lending.policy::promise:lent_once - Violated: A book that is lent is not lent out again"
    assert summary in done.stdout
    told = done.stdout.partition("promise:lent_once ____")[2]
    for line in (
        "at lending.policy:20:7",
        "┃ IT CAN HAPPEN that",
        "PREVENTED BY  `requires not lent` in the step `lend`",
    ):
        assert line in told
    assert "Traceback" not in done.stdout
    assert "pytest_items" not in done.stdout
    failure = ET.parse(folder / "run.xml").getroot().find(".//failure")  # noqa: S314
    assert failure is not None
    assert "HOW IT HAPPENS" in (failure.text or "")


def test_asked_by_configuration_and_with_other_options_of_pytest(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\nclauseproof = true\naddopts = --strict-config --strict-markers\n")
    (folder / "law").mkdir()
    (folder / "law" / "rules.txt").write_text("One book each.", encoding="utf-8")
    (folder / "lending.policy").write_text(f'{LENDING}\nsource rules "Rules" from "rules.txt"\n', encoding="utf-8")
    (folder / "clauseproof.toml").write_text('sources = ["law"]\n', encoding="utf-8")
    done = run(folder, "-q", "-k", "lent_once or a_loan or text")
    assert "1 failed, 2 passed, 3 deselected" in done.stdout
    single = run(folder, "-q", "lending.policy::promise:comes_back")
    assert "1 passed" in single.stdout


def test_errors_in_a_policy_are_one_failing_test(folder: Path) -> None:
    (folder / "lending.policy").write_text(LENDING.replace("requires lent", "requires lnt"), encoding="utf-8")
    done = run(folder, "--clauseproof", "-v")
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
    assert "FAILED lending.policy::text - Faulty: E0202" in done.stdout
    assert "did you mean `lent`?" in done.stdout


def test_what_a_policy_gets_wrong_whatever_it_promises_fails_its_text(folder: Path) -> None:
    gap = '\ndecide free : yes/no\n  reads "it is free" / "it costs"\n  rule low gives yes if member\n'
    (folder / "lending.policy").write_text(KEPT + gap, encoding="utf-8")
    done = run(folder, "--clauseproof", "-q", "--junitxml=run.xml")
    assert results(folder / "run.xml")["lending.policy::text"] == "failure", done.stdout
    assert "Faulty: F0" in done.stdout


def test_unknown_fails_with_its_reason_unless_it_is_to_be_skipped(folder: Path) -> None:
    (folder / "lending.policy").write_text(KEPT, encoding="utf-8")
    (folder / "clauseproof.toml").write_text("timeout = 0.001\n", encoding="utf-8")
    failed = run(folder, "--clauseproof", "-q", "-k", "comes_back")
    assert failed.returncode == 1, failed.stdout
    assert "Undecided: Every book can come back" in failed.stdout
    assert "NOT DECIDED" in failed.stdout
    skipped = run(folder, "--clauseproof", "--clauseproof-unknown", "skip", "-q", "-rs", "-k", "comes_back")
    assert (skipped.returncode, "1 skipped" in skipped.stdout) == (0, True)
    assert "not decided: " in skipped.stdout
    (folder / "clauseproof.toml").write_text('timeout = 0.001\nfail_on = ["violated"]\n', encoding="utf-8")
    assert run(folder, "--clauseproof", "-q", "-k", "comes_back").returncode == 0


def test_a_wrong_configuration_is_told_in_one_line(folder: Path) -> None:
    (folder / "clauseproof.toml").write_text("buget = 1\n", encoding="utf-8")
    done = run(folder, "--clauseproof")
    assert done.returncode == 2
    assert "clauseproof.toml:1: there is no setting `buget`; did you mean `budget`?" in done.stdout
    assert "Traceback" not in done.stdout


SHIPPED = "policies" if os.environ.get("CLAUSEPROOF_DEPTH") == "nightly" else "policies/administrative_closure"


def test_the_shipped_policies_give_the_same_alone_in_two_workers_and_by_verify(tmp_path: Path) -> None:
    """The policies are proved once, by ``verify``; what it kept answers the two runs of pytest."""
    kept = {"CLAUSEPROOF_CACHE": str(tmp_path / "kept")}
    verified = clauseproof("verify", SHIPPED, "--format", "json", cwd=ROOT, patience=300, **kept)
    expected = {
        f"{kind}:{item['name']}": item["verdict"]
        for policy in json.loads(verified.stdout)["policies"]
        for kind, items in (("promise", policy["properties"]), ("scenario", policy["scenarios"]))
        for item in items
    }
    reports = [tmp_path / "alone.xml", tmp_path / "two.xml"]
    for report, workers in zip(reports, ((), ("-n", "2")), strict=True):
        options = ("--clauseproof", SHIPPED, "-q", f"--junitxml={report}", *workers)
        done = run(ROOT, *options, patience=300, **kept)
        assert done.returncode == verified.returncode, done.stdout[-2000:]
    alone, two = (results(report) for report in reports)
    assert alone == two
    assert {name.split("::")[1] for name in alone} == {*expected, "text"}
    assert set(expected.values()) <= {"proved", "passed"}  # else the outcomes would have to be compared one by one
    assert set(alone.values()) == {"passed"}
