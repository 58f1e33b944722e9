"""A sample repository under git: what a change breaks is told at its place in every format, and only what it can affect
is verified; findings are compared with those of an earlier run.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from command import ROOT, clauseproof

SCHEMA = json.loads((ROOT / "verifier/reports/schema/run.schema.json").read_text(encoding="utf-8"))
LENDING = """\
policy lending "Lending"
fact adult : yes/no  reads "the reader is an adult" / "the reader is a minor"
status lent : yes/no  starts no  reads "the book is lent" / "the book is on the shelf"
step lend  reads "the book is lent out" / "the book has been lent out"
  requires grown_up: adult
  requires there: not lent
  then lent becomes yes
prove adults_only "Only adults borrow"
  lend only if adult
"""
PROMISE = 8
WORDS = """\
policy words "Words of the house"
fact open : yes/no  reads "the house is open" / "the house is closed"
"""
HOUSE = """\
policy house "The house"
use words
source rules "The rules" from "rules.txt" sha256 "{digest}"
step enter  reads "somebody enters" / "somebody has entered"
  requires open  [rules 1]
prove closed_is_closed "Nobody enters a closed house"  [rules 2]
  enter only if open
"""
RULES = "1. Enter while open.\n2. Closed is closed.\n"
UNUSED = 'fact rank : int  reads "the rank of the reader"\n'


class Repository:
    """A repository with two policies that have nothing to do with each other; ``house`` uses and cites other files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet")
        digest = sha256(RULES.encode()).hexdigest()
        self.write("policies/lending.policy", LENDING)
        self.write("shared/words.policy", WORDS)
        self.write("policies/house.policy", HOUSE.format(digest=digest))
        self.write("policies/rules.txt", RULES)
        self.commit()

    def git(self, *arguments: str) -> str:
        """What git says."""
        names = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        names |= {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        command = ["git", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env={**os.environ, **names}, capture_output=True, text=True, check=True
        )
        return done.stdout

    def write(self, name: str, text: str) -> None:
        """Write a file of the repository."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the only place of a text in a file."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.write(name, text.replace(old, new))

    def commit(self) -> None:
        """Commit all that there is."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a change")

    def verify(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """``clauseproof verify`` in the repository, as a build service would call it."""
        return clauseproof("verify", "--path", "shared", *arguments, cwd=self.folder, GITHUB_STEP_SUMMARY="")

    def record(self, *arguments: str) -> tuple[int, Any]:
        """The exit code, and the JSON record."""
        run = self.verify("--format", "json", *arguments)
        assert run.stdout, run.stderr
        record = json.loads(run.stdout)
        jsonschema.validate(record, SCHEMA)
        return run.returncode, record

    def since(self, *arguments: str, revision: str = "HEAD") -> tuple[int, list[str], list[str]]:
        """The exit code, and the policies that were verified and skipped since a revision."""
        code, record = self.record("--changed-since", revision, *arguments)
        return code, [item["path"] for item in record["policies"]], [item["path"] for item in record["skipped"]]


LEND, HOME = "policies/lending.policy", "policies/house.policy"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    folder = tmp_path / "repository"
    folder.mkdir()
    return Repository(folder)


# ---------------------------------------------------------------- what a change can affect


def test_without_a_change_nothing_is_verified_and_it_is_said_why(repository: Repository) -> None:
    assert repository.since() == (0, [], [HOME, LEND])
    commit = repository.git("rev-parse", "HEAD").strip()
    said = " ".join(repository.verify("--changed-since", "HEAD").stdout.split())
    assert f"Skipped 2 policies: nothing that they say, use or cite has changed since `HEAD` ({commit[:12]})" in said
    _, record = repository.record("--changed-since", "HEAD")
    assert record["skipped"][0]["because"] == f"nothing that it says, uses or cites has changed since {commit}"


def test_a_change_of_one_policy_skips_the_other(repository: Repository) -> None:
    repository.edit(LEND, '"Lending"', '"Lending books"')
    assert repository.since() == (0, [LEND], [HOME])
    repository.git("add", "--all")  # staged or not
    assert repository.since() == (0, [LEND], [HOME])
    repository.commit()
    assert repository.since() == (0, [], [HOME, LEND])
    assert repository.since(revision="HEAD~1") == (0, [LEND], [HOME])


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [("shared/words.policy", "house is open", "house stands open", 0), ("policies/rules.txt", "Enter", "Leave", 1)],
)
def test_what_uses_or_cites_a_changed_file_is_verified(
    repository: Repository, name: str, old: str, new: str, code: int
) -> None:
    repository.edit(name, old, new)
    assert repository.since() == (code, [HOME], [LEND])


def test_a_file_that_comes_to_stand_before_the_used_one_is_a_change(repository: Repository) -> None:
    repository.write("policies/words.policy", WORDS)
    assert repository.since() == (0, [HOME, "policies/words.policy"], [LEND])


def test_a_cited_text_counts_in_whatever_folder_it_is_found(repository: Repository) -> None:
    repository.write("law/rules.txt", RULES)
    (repository.folder / "policies" / "rules.txt").unlink()
    repository.commit()
    sources = ("--sources", "law")
    assert repository.since(*sources) == (0, [], [HOME, LEND])
    repository.write("policies/rules.txt", RULES)  # it comes to stand before the other
    assert repository.since(*sources) == (0, [HOME], [LEND])
    (repository.folder / "policies" / "rules.txt").unlink()
    repository.edit("law/rules.txt", "Enter", "Leave")
    assert repository.since(*sources) == (1, [HOME], [LEND])


def test_a_new_policy_is_verified_though_git_knows_nothing_of_it(repository: Repository) -> None:
    repository.write(".gitignore", "new.policy\n")
    repository.commit()
    repository.write("policies/new.policy", LENDING.replace("policy lending", "policy new"))
    assert repository.since() == (0, ["policies/new.policy"], [HOME, LEND])


def test_a_deleted_policy_is_named(repository: Repository) -> None:
    (repository.folder / LEND).unlink()
    code, record = repository.record("--changed-since", "HEAD")
    assert (code, record["changed_since"]["deleted"], record["policies"]) == (0, [LEND], [])
    assert f"Deleted since: {LEND}." in repository.verify("--changed-since", "HEAD").stdout


def test_a_policy_behind_a_link_or_outside_may_always_have_changed(repository: Repository) -> None:
    os.symlink(repository.folder / "shared", repository.folder / "policies" / "link")
    repository.write("shared/other.policy", LENDING.replace("policy lending", "policy other"))
    repository.commit()
    outside = repository.folder.parent / "outside.policy"
    outside.write_text(LENDING, encoding="utf-8")
    linked = "policies/link/other.policy"
    assert repository.since(linked, LEND, str(outside)) == (0, [linked, str(outside)], [LEND])


def test_from_a_folder_below_the_root_paths_are_seen_from_there(repository: Repository) -> None:
    repository.edit(LEND, '"Lending"', '"Lending books"')
    run = clauseproof(
        *("verify", "--path", "../shared", ".", "--changed-since", "HEAD", "--format", "json"),
        cwd=repository.folder / "policies",
    )
    record = json.loads(run.stdout)
    assert [item["path"] for item in record["policies"]] == ["./lending.policy"]
    assert [item["path"] for item in record["skipped"]] == ["./house.policy"]


def test_a_changed_configuration_may_change_every_result(repository: Repository) -> None:
    repository.write("clauseproof.toml", "")
    assert repository.since() == (0, [HOME, LEND], [])
    repository.commit()
    assert repository.since() == (0, [], [HOME, LEND])
    (repository.folder / "clauseproof.toml").unlink()
    assert repository.since() == (0, [HOME, LEND], [])


def test_a_promise_of_a_skipped_policy_may_be_asked_for(repository: Repository) -> None:
    assert repository.since("--property", "adults_only") == (0, [], [HOME, LEND])
    assert repository.verify("--changed-since", "HEAD", "--property", "nothing_such").returncode == 2


@pytest.mark.parametrize("revision", ["nowhere", "--all", "HEAD:policies", ""])
def test_an_unknown_revision_is_a_fault_of_use(repository: Repository, revision: str) -> None:
    run = repository.verify(f"--changed-since={revision or 'HEAD~7'}")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("clauseproof: `--changed-since ")
    assert run.stderr.count("\n") == 1


def test_without_a_repository_nothing_can_be_known(tmp_path: Path) -> None:
    (tmp_path / "lending.policy").write_text(LENDING, encoding="utf-8")
    variables = {"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    run = clauseproof("verify", "lending.policy", "--changed-since", "HEAD", cwd=tmp_path, **variables)
    assert (run.returncode, run.stdout) == (2, "")
    assert "needs a git repository" in run.stderr
    run = clauseproof("verify", "lending.policy", "--changed-since", "HEAD", cwd=tmp_path, PATH="")
    assert (run.returncode, run.stdout) == (2, "")
    assert "where `git` is installed" in run.stderr


# ---------------------------------------------------------------- what a change breaks


def test_a_broken_promise_is_told_at_its_line_in_every_format(repository: Repository) -> None:
    repository.edit(LEND, "  requires grown_up: adult\n", "  # for everybody\n")
    files = {name: repository.folder.parent / name for name in ("sarif", "junit", "gitlab", "markdown")}
    outputs = [argument for name, path in files.items() for argument in ("--output", f"{name}={path}")]
    run = repository.verify("--changed-since", "HEAD", "--format", "github", *outputs)
    assert run.returncode == 1
    errors = [line for line in run.stdout.splitlines() if line.startswith("::error")]
    (error,) = errors
    assert re.match(rf"::error (?=.*file={LEND})(?=.*line={PROMISE})", error)
    told = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    (result,) = [item for item in json.loads(told["sarif"])["runs"][0]["results"] if item["level"] == "error"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (LEND, PROMISE)
    assert result["codeFlows"]
    (quality,) = [item for item in json.loads(told["gitlab"]) if "adults" in json.dumps(item).lower()]
    assert (quality["location"]["path"], quality["location"]["lines"]["begin"]) == (LEND, PROMISE)
    suites = ET.fromstring(told["junit"])  # noqa: S314 (our own)
    (failed,) = [case for case in suites.iter("testcase") if case.find("failure") is not None]
    failure = failed.find("failure")
    assert failed.get("name", "").startswith("adults_only")
    assert failure is not None
    assert f"{LEND}:{PROMISE}" in (failure.text or "")
    assert f"{LEND}:{PROMISE}" in told["markdown"]
    assert "1 promise violated" in told["markdown"]
    for text in (run.stdout, *(told[name] for name in ("sarif", "junit", "gitlab"))):
        assert HOME not in text
    assert "Skipped 1 policy: nothing that they say, use or cite has changed since" in told["markdown"]


def test_a_renamed_clause_breaks_nothing(repository: Repository) -> None:
    baseline = repository.folder.parent / "base.json"
    assert repository.verify("--output", f"json={baseline}").returncode == 0
    repository.edit(LEND, "grown_up:", "of_age:")
    code, record = repository.record("--changed-since", "HEAD", "--baseline", str(baseline))
    assert (code, [item["path"] for item in record["policies"]]) == (0, [LEND])
    assert record["baseline"]["new"] == record["baseline"]["fixed"] == []


def waiver(until: date) -> str:
    return f'waive W0201 on rank until {until.isoformat()} because "the fee will need it"\n'


def test_a_waiver_that_expired_yesterday_fails_though_nothing_has_changed(repository: Repository) -> None:
    today = date.today()  # noqa: DTZ011 (as the command sees it)
    repository.write(LEND, LENDING + UNUSED + waiver(today + timedelta(days=2)))
    repository.commit()
    assert repository.since() == (0, [], [HOME, LEND])
    repository.write(LEND, LENDING + UNUSED + waiver(today - timedelta(days=1)))
    repository.commit()
    assert repository.since() == (1, [LEND], [HOME])
    run = repository.verify("--format", "github", "--changed-since", "HEAD")
    (error,) = [line for line in run.stdout.splitlines() if line.startswith("::error")]
    line = len((LENDING + UNUSED).splitlines()) + 1
    assert re.match(rf"::error (?=.*file={LEND})(?=.*line={line})", error)
    assert "F0501" in error


# ---------------------------------------------------------------- beside an earlier run


def kinds(findings: list[dict[str, str]]) -> list[str]:
    return [item["name"] for item in findings if item["level"] != "note"]


def test_only_new_findings_decide_about_the_exit_code(repository: Repository) -> None:
    baseline = repository.folder.parent / "base.json"
    repository.edit(LEND, "  requires grown_up: adult\n", "")
    repository.write(LEND, (repository.folder / LEND).read_text(encoding="utf-8") + UNUSED)
    assert repository.verify("--output", f"json={baseline}").returncode == 1
    sarif = repository.folder.parent / "sarif"
    with_it = ("--baseline", str(baseline), "--output", f"sarif={sarif}")

    repository.write(LEND, "# moved down by a line\n" + (repository.folder / LEND).read_text(encoding="utf-8"))
    code, record = repository.record(*with_it)
    found = record["baseline"]
    assert (code, kinds(found["new"]), kinds(found["fixed"])) == (0, [], [])
    assert sorted(kinds(found["unchanged"])) == ["W0201", "adults_only"]
    assert record["summary"]["violated"] == 1
    results = json.loads(sarif.read_text(encoding="utf-8"))["runs"][0]["results"]
    assert {item["baselineState"] for item in results} == {"unchanged"}

    promise = 'prove never_lent "No book is lent"\n  never lent\n'
    repository.write(LEND, (repository.folder / LEND).read_text(encoding="utf-8").replace(UNUSED, promise))
    code, record = repository.record(*with_it)
    found = record["baseline"]
    assert code == 1
    assert (kinds(found["new"]), kinds(found["fixed"])) == (["never_lent"], ["W0201"])
    assert kinds(found["unchanged"]) == ["adults_only"]
    results = json.loads(sarif.read_text(encoding="utf-8"))["runs"][0]["results"]
    states = {item["locations"][0]["logicalLocations"][0]["name"]: item["baselineState"] for item in results}
    assert states == {"adults_only": "unchanged", "never_lent": "new", "W0201": "absent"}
    said = " ".join(repository.verify("--baseline", str(baseline)).stdout.split())
    assert said.count("known before: the baseline has it too") == 1
    assert "Against the baseline: 1 new, 1 fixed, 1 unchanged." in said
    assert f"New: Promise violated: No book is lent ({LEND})." in said


def test_what_was_not_looked_for_is_not_fixed(repository: Repository) -> None:
    baseline = repository.folder.parent / "base.json"
    repository.edit(LEND, "  requires grown_up: adult\n", "")
    repository.write(LEND, (repository.folder / LEND).read_text(encoding="utf-8") + UNUSED)
    repository.verify("--output", f"json={baseline}")
    repository.commit()
    for arguments in (("--changed-since", "HEAD"), (HOME,), ("--property", "closed*")):
        code, record = repository.record("--baseline", str(baseline), *arguments)
        assert (code, record["baseline"]["fixed"]) == (0, [])
    repository.edit(LEND, "lend only if adult", "lend only if adlut")
    code, record = repository.record("--baseline", str(baseline))
    assert (code, record["baseline"]["fixed"]) == (1, [])


def test_a_finding_that_became_graver_is_new(repository: Repository) -> None:
    baseline = repository.folder.parent / "base.json"
    repository.edit(LEND, "  requires grown_up: adult\n", "")
    repository.verify("--output", f"json={baseline}")
    record = json.loads(baseline.read_text(encoding="utf-8"))
    for item in record["findings"]:
        item["level"] = "warning"  # as if it had been undecided
    baseline.write_text(json.dumps(record), encoding="utf-8")
    code, after = repository.record("--baseline", str(baseline))
    assert (code, kinds(after["baseline"]["new"])) == (1, ["adults_only"])


def test_a_saved_record_keeps_its_baseline_and_what_was_skipped(repository: Repository) -> None:
    baseline, saved = (repository.folder.parent / name for name in ("base.json", "saved.json"))
    repository.edit(LEND, "  requires grown_up: adult\n", "")
    repository.verify("--output", f"json={baseline}")
    arguments = ("--baseline", str(baseline), "--changed-since", "HEAD", "--output", f"json={saved}")
    run = repository.verify(*arguments)
    again = clauseproof("report", "--path", "shared", str(saved), cwd=repository.folder)
    assert (run.returncode, again.returncode) == (0, 0)
    tail = run.stdout[run.stdout.index("Skipped 1 policy") :]
    assert again.stdout.endswith(tail)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '"x"', '{"tool": {"name": "other"}}', '{"tool": {"name": "clauseproof"}}']
    + [
        json.dumps({"tool": {"name": "clauseproof"}, "findings": found})
        for found in (1, [1], [{}], [dict.fromkeys(("kind", "name", "level", "headline", "policy"), "x")])
    ]
    + [
        json.dumps(
            {
                "tool": {"name": "clauseproof"},
                "findings": [dict.fromkeys(("kind", "name", "level", "headline", "policy", "fingerprint"), value)],
            }
        )
        for value in ("x", 1, None, [])
    ],
)
def test_what_is_no_baseline_is_a_fault_of_use(repository: Repository, text: str) -> None:
    path = repository.folder.parent / "base.json"
    path.write_text(text, encoding="utf-8")
    run = repository.verify("--baseline", str(path))
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("clauseproof: `")
    assert run.stderr.count("\n") == 1
