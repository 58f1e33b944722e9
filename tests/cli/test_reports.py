"""Formats on the command line: several in one run, files whole or not at all, saved runs, every kind of terminal."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from test_command_line import VIOLATED, command

from verifier.cli.formats import FORMATS

TITLED = VIOLATED.replace("No book is ever lent", "No book – 100 % of “them”, é – is ever lent")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lending.policy").write_text(TITLED, encoding="utf-8")
    return tmp_path


def test_text_on_the_screen_and_every_format_in_files(folder: Path) -> None:
    wanted = [f"--output={form}={folder / form}" for form in FORMATS]
    done = command("verify", "lending.policy", *wanted, cwd=folder)
    assert done.returncode == 1, done.stderr
    assert "✗ VIOLATED  never_lent" in done.stdout
    texts = {form: (folder / form).read_text(encoding="utf-8") for form in FORMATS}
    assert "✗ VIOLATED  never_lent" in texts["text"]
    assert json.loads(texts["json"])["summary"] == {"proved": 2, "violated": 1, "unknown": 0}
    assert json.loads(texts["sarif"])["runs"][0]["results"][0]["ruleId"] == "promise-never"
    assert ET.fromstring(texts["junit"]).attrib["failures"] == "1"  # noqa: S314 (our own text)
    assert texts["github"].startswith("::error file=lending.policy,line=10,")
    assert json.loads(texts["gitlab"])[0]["location"] == {"path": "lending.policy", "lines": {"begin": 10, "end": 10}}
    assert texts["markdown"].startswith("### clauseproof: 1 promise violated")
    assert sorted(item.name for item in folder.iterdir()) == sorted([*FORMATS, "lending.policy"])


@pytest.mark.parametrize("asked", [["check", "lending.policy"], ["test", "lending.policy"]])
def test_other_commands_take_every_format(asked: list[str], folder: Path) -> None:
    done = command(*asked, *(f"--output={form}={form}" for form in FORMATS), cwd=folder)
    assert done.returncode == 0, done.stderr
    assert all((folder / form).stat().st_size for form in FORMATS)


def test_a_question_is_placed_in_its_policy(folder: Path) -> None:
    wanted = [f"--output={form}={form}" for form in FORMATS]
    done = command("ask", "lending.policy", "never lent", "--format", "github", *wanted, cwd=folder)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=lending.policy,line=1,")
    for form in FORMATS:
        assert "lending.policy" in (folder / form).read_text(encoding="utf-8"), form


def test_one_file_that_cannot_be_written_leaves_all_as_they_were(folder: Path) -> None:
    (folder / "sarif").write_text("old", encoding="utf-8")
    long = "x" * 250  # too long a name for the temporary file beside it
    wanted = ["--output", f"sarif={folder / 'sarif'}", "--output", f"junit={folder / long}"]
    done = command("verify", "lending.policy", *wanted, cwd=folder)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert (folder / "sarif").read_text(encoding="utf-8") == "old"
    assert sorted(item.name for item in folder.iterdir()) == ["lending.policy", "sarif"]


def test_an_unknown_format_is_told_before_any_work(folder: Path) -> None:
    done = command("verify", "lending.policy", "--output", "xml=run.xml", cwd=folder)
    assert done.returncode == 2
    assert "sarif" in done.stderr
    assert command("verify", "lending.policy", "--format", "xml", cwd=folder).returncode == 2


# ---------------------------------------------------------------- build services


def test_paths_are_those_of_the_repository(folder: Path) -> None:
    (folder / "law").mkdir()
    (folder / "law" / "lending.policy").write_text(TITLED, encoding="utf-8")
    law = folder / "law"
    places = {"GITHUB_WORKSPACE": str(folder)}
    for path in ("lending.policy", str(law / "lending.policy")):
        done = command("verify", path, "--format", "github", cwd=law, **places)
        assert done.stdout.startswith("::error file=law/lending.policy,line=10,")
    done = command("verify", "lending.policy", "--format", "gitlab", cwd=law, CI_PROJECT_DIR=str(folder))
    assert json.loads(done.stdout)[0]["location"]["path"] == "law/lending.policy"
    elsewhere = command("verify", "lending.policy", "--format", "github", cwd=law, GITHUB_WORKSPACE=str(folder / "x"))
    assert elsewhere.stdout.startswith("::error file=lending.policy,")


def test_the_summary_of_a_job_is_added_to_its_file(folder: Path) -> None:
    summary = folder / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    for _ in range(2):  # the second time from the cache
        done = command("verify", "lending.policy", "--format", "github", cwd=folder, GITHUB_STEP_SUMMARY=str(summary))
        assert done.returncode == 1
        assert "###" not in done.stdout
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n### clauseproof: 1 promise violated\n")
    assert text.count("### clauseproof") == 2
    command("verify", "lending.policy", cwd=folder, GITHUB_STEP_SUMMARY=str(summary))
    assert summary.read_text(encoding="utf-8") == text
    missing = str(folder / "no" / "summary.md")
    failed = command("verify", "lending.policy", "--format", "github", cwd=folder, GITHUB_STEP_SUMMARY=missing)
    assert failed.returncode == 2
    assert "cannot be written" in failed.stderr


def test_a_cached_report_of_another_folder_is_not_taken(folder: Path) -> None:
    cache = f"--cache-dir={folder / 'cache'}"
    policy = str(folder / "lending.policy")
    first = command("verify", policy, "--format", "github", cache, cwd=folder)
    (folder / "law").mkdir()
    second = command("verify", policy, "--format", "github", cache, cwd=folder / "law")
    assert first.stdout.startswith("::error file=lending.policy,")
    assert second.stdout.startswith(f"::error file={policy},")


# ---------------------------------------------------------------- terminals


@pytest.mark.parametrize(
    ("form", "color"), [*((form, "auto") for form in FORMATS), ("text", "always"), ("markdown", "always")]
)
def test_no_terminal_gets_broken_characters(form: str, color: str, folder: Path) -> None:
    shown = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "80"}
    done = command("verify", "lending.policy", "--format", form, "--color", color, cwd=folder, **shown)
    assert done.returncode == 1, done.stderr
    assert "\\u" not in done.stdout or form in ("json", "sarif", "gitlab")
    assert ("\x1b" in done.stdout) is (form == "text" and color == "always")
    if form == "junit":
        title = "never_lent: No book – 100 % of “them”, é – is ever lent"
        assert title in [case.attrib["name"] for case in ET.fromstring(done.stdout).iter("testcase")]  # noqa: S314


# ---------------------------------------------------------------- saved runs


def test_a_saved_run_is_rendered_without_proving_to_the_same_bytes(folder: Path) -> None:
    failing = '\nscenario twice "Lent twice"\n  when lend\n  expect not lent\n'
    (folder / "lending.policy").write_text(TITLED + failing, encoding="utf-8")
    first = command(
        "verify", "lending.policy", "--no-cache", *(f"--output={form}={form}.1" for form in FORMATS), cwd=folder
    )
    again = command("report", "json.1", *(f"--output={form}={form}.2" for form in FORMATS), cwd=folder)
    assert (first.returncode, again.returncode) == (1, 1), first.stderr + again.stderr
    assert again.stdout == first.stdout
    assert "HOW IT HAPPENS" in first.stdout
    assert "✗ FAILED" in first.stdout
    for form in FORMATS:
        assert (folder / f"{form}.2").read_bytes() == (folder / f"{form}.1").read_bytes(), form


def test_a_saved_run_goes_to_files(folder: Path) -> None:
    command("verify", "lending.policy", "--output", "json=run.json", cwd=folder)
    done = command("report", "run.json", "--output", "sarif=run.sarif", "--fail-on", "violated", cwd=folder)
    assert done.returncode == 1
    assert json.loads((folder / "run.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "not a record"),
        ('{"version": "2.1.0", "runs": []}', "not a record"),
        ('{"tool": {"name": "clauseproof"}, "schema_version": "9.0"}', "schema version"),
        ('{"tool": {"name": "clauseproof"}, "schema_version": "1.0", "policies": []}', "earlier versions"),
    ],
)
def test_what_is_no_saved_run_is_refused(content: str | None, reason: str, folder: Path) -> None:
    if content is not None:
        (folder / "run.json").write_text(content, encoding="utf-8")
    done = command("report", "run.json", "--output", "sarif=run.sarif", cwd=folder)
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (folder / "run.sarif").exists()


def test_a_saved_run_of_another_text_is_refused(folder: Path) -> None:
    command("verify", "lending.policy", "--output", "json=run.json", cwd=folder)
    (folder / "lending.policy").write_text(TITLED.replace("never lent", "never not lent"), encoding="utf-8")
    done = command("report", "run.json", cwd=folder)
    assert done.returncode == 2
    assert "`lending.policy` is not as it was when it was verified" in done.stderr
