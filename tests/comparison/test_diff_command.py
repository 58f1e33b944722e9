"""``clauseproof diff`` as a user runs it: files, folders and git revisions, exit codes and the record."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from running import DEFAULT, files

from verifier.reports.comparison_markdown import comparison_markdown
from verifier.reports.markdown import LONGEST
from verifier.reports.style import Style
from verifier.versions import compare_versions

OLD = """
policy door "A door"

actor guard

fact known : yes/no reads "the visitor is known" / "the visitor is not known"
status inside : yes/no starts no reads "the visitor is inside" / "the visitor is outside"

step enter by guard reads "the visitor enters"
  requires known
  then inside becomes yes

prove only_known "Only known visitors come in"
  never inside while not known
"""
NEW = OLD.replace("  requires known\n", "")
SCHEMA = Path(__file__).parents[2] / "verifier/reports/schema/diff.schema.json"


def clauseproof(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "verifier.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=cwd, check=False)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two versions of a policy: one committed, the other in the working tree."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "door.policy").write_text(OLD)
    (folder / "gone.policy").write_text(OLD)
    identity = ["-c", "user.name=Author", "-c", "user.email=author@example.com"]
    for arguments in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "first"]):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True)  # noqa: S607
    (folder / "door.policy").write_text(NEW)
    (folder / "gone.policy").unlink()
    (folder / "new.policy").write_text(OLD)
    return tmp_path


def test_a_revision_against_the_working_tree(repository: Path) -> None:
    done = clauseproof("diff", "HEAD", "policies", cwd=repository)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "HEAD:policies/door.policy → policies/door.policy" in said
    assert "BROADER. The newer version allows or gives more" in said
    assert "POSSIBLE NOW, AND NOT BEFORE" in said
    assert "the visitor is not known (needed)" in said
    assert "only_known Only known visitors come in proved before, violated now" in said
    assert "REMOVED HEAD:policies/gone.policy" in said
    assert "ADDED policies/new.policy" in said


def test_the_record_follows_its_schema(repository: Path) -> None:
    done = clauseproof("diff", "HEAD:policies/door.policy", "policies/door.policy", "--format", "json", cwd=repository)
    record = json.loads(done.stdout)
    jsonschema.validate(record, json.loads(SCHEMA.read_text()))
    (policy,) = record["policies"]
    assert policy["relation"] == "broader"
    enter = next(item for item in policy["differences"] if item["name"] == "enter")
    assert (enter["relation"], enter["loses"]) == ("broader", None)
    assert enter["gains"]["needed"] == ["known"]
    assert [step["step"] for step in enter["gains"]["steps"]] == ["enter"]
    (promise,) = policy["properties"]
    assert (promise["before"], promise["after"], promise["relation"]) == ("proved", "violated", "broader")


@pytest.mark.parametrize(
    ("words", "code"), [("broader", 1), ("narrower", 0), ("broken", 1), ("incomparable,unknown", 0), ("", 0)]
)
def test_exit_codes(repository: Path, words: str, code: int) -> None:
    arguments = ["diff", "HEAD:policies/door.policy", "policies/door.policy", "--fail-on", words]
    assert clauseproof(*arguments, cwd=repository).returncode == code


def test_two_revisions_of_the_same_text(repository: Path) -> None:
    done = clauseproof("diff", "HEAD", "HEAD", cwd=repository)
    assert done.returncode == 0
    assert "2 policies · 2 equivalent" in done.stdout


def test_a_report_is_written_beside(repository: Path) -> None:
    arguments = ["diff", "HEAD", "policies", "--output", "json=differences.json"]
    assert clauseproof(*arguments, cwd=repository).returncode == 0
    assert json.loads((repository / "differences.json").read_text())["summary"]["broader"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense", "policies"], "`nonsense` is neither a file or folder nor a git revision"),
        (["HEAD", "policies/door.policy", "--fail-on", "wider"], "`wider` is not one of"),
        (["policies", "policies/door.policy"], "one is a file and the other a folder"),
        (["HEAD:elsewhere", "policies"], "`elsewhere` holds no policy in the revision `HEAD`"),
    ],
)
def test_faults_of_use_end_in_one_line(repository: Path, arguments: list[str], said: str) -> None:
    done = clauseproof("diff", *arguments, cwd=repository)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_version_with_errors_is_a_finding(repository: Path) -> None:
    (repository / "policies/door.policy").write_text(OLD.replace("requires known", "requires knwon"))
    done = clauseproof("diff", "HEAD:policies/door.policy", "policies/door.policy", cwd=repository)
    assert done.returncode == 1
    assert "knwon" in done.stderr
    assert "policies/door.policy" in done.stderr


def test_markdown_has_a_table_and_the_cases_folded(repository: Path) -> None:
    done = clauseproof("diff", "HEAD", "policies", "--format", "markdown", cwd=repository)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "### clauseproof diff: 1 policy · 1 broader · 1 added · 1 removed"
    assert "| step <code>enter</code> | broader | the visitor enters |" in lines
    promise = "Only known visitors come in: proved before, violated now"
    assert f"| promise <code>only&#95;known</code> | ✗ broken | {promise} |".replace("&#95;", "_") in lines
    assert "- removed: <code>HEAD:policies/gone.policy</code>" in lines
    folded = done.stdout.split("<details>")[1:]
    assert [part.splitlines()[1] for part in folded] == [
        "<summary>promise <code>only_known</code> broken</summary>",
        "<summary>step <code>enter</code>: possible now, and not before</summary>",
    ]
    for part in folded:
        assert part.count("```") == 2
        assert "the visitor is not known" in part
        assert part.rstrip().endswith("</details>")


def test_markdown_cannot_be_broken_by_what_an_author_wrote(repository: Path) -> None:
    path = repository / "policies" / "door.policy"
    awkward = "a | b </details> ``` @team #1 ![x](y)"
    path.write_text(NEW.replace("Only known visitors come in", awkward).replace("the visitor enters", awkward))
    done = clauseproof("diff", "HEAD", "policies", "--format", "markdown", cwd=repository)
    outside = re.sub(r"(`{3,})text\n.*?\n\1\n", "", done.stdout, flags=re.DOTALL)
    assert "team" in outside
    for sign in ("@team", " #1", "![x]", "`"):
        assert sign not in outside
    rows = [line for line in outside.splitlines() if line.startswith("| ")]
    assert {line.count("|") for line in rows} == {4}
    assert outside.count("</details>") == outside.count("<details>") == 2


def test_markdown_fits_into_a_comment() -> None:
    sides = [files({"door.policy": text.lstrip()}) for text in (OLD, NEW)]
    found = compare_versions([("door.policy", "door.policy")], (sides[0], sides[1]), DEFAULT).comparisons
    for times in (1, 60, 2000):
        text = comparison_markdown(found * times, ["old.policy"] * times, ["new.policy"] * times, Style())
        assert len(text) < LONGEST + 200
        assert ("left out for want of room" in text) == (times > 1)
        assert text.count("<details>") == text.count("</details>")
        assert text.count("<details>") > 0 or times == 2000
