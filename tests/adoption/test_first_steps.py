"""``clauseproof init``, as a new user meets it: a failing promise, the fix that the report names, and success."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from command import ROOT, clauseproof, environment
from running import verified

from verifier.cli.beginning import CI_FILES

PREVENTED = re.compile(r"PREVENTED BY +`(requires .+?)` in the\s+step\s+`(\w+)`", re.DOTALL)


def remedied(text: str, report: str) -> str:
    """The policy with the fix that the report names: one line more in a step."""
    found = PREVENTED.search(report)
    assert found is not None, report
    clause, step = (" ".join(part.split()) for part in found.groups())
    fixed, count = re.subn(rf"(?m)^(step {step}\b.*)$", rf"\1\n  {clause}", text)
    assert count == 1
    return fixed


def test_init_verify_fix_verify(tmp_path: Path) -> None:
    begun = clauseproof("init", cwd=tmp_path)
    assert begun.returncode == 0, begun.stderr
    policy = tmp_path / "policies" / "lending.policy"
    assert begun.stdout.splitlines()[:2] == ["written: policies/lending.policy", "next:    clauseproof verify"]
    assert clauseproof("fmt", "--check", cwd=tmp_path).returncode == 0

    broken = clauseproof("verify", cwd=tmp_path)
    assert broken.returncode == 1, broken.stderr
    assert "3 promises: 2 proved, 1 violated; 1 scenario: 1 passed." in broken.stdout
    policy.write_text(remedied(policy.read_text(encoding="utf-8"), broken.stdout), encoding="utf-8")

    kept = clauseproof("verify", cwd=tmp_path)
    assert kept.returncode == 0, kept.stdout
    assert "3 promises: 3 proved; 1 scenario: 1 passed." in kept.stdout


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    assert clauseproof("init", "new/place", "--ci", "github", cwd=tmp_path).returncode == 0
    policy = tmp_path / "new" / "place" / "policies" / "lending.policy"
    policy.write_text("mine", encoding="utf-8")
    for arguments in ([], ["--ci", "github"]):
        again = clauseproof("init", "new/place", *arguments, cwd=tmp_path)
        assert again.returncode == 2
        assert "exists already, and nothing was written" in again.stderr
    assert policy.read_text(encoding="utf-8") == "mine"
    assert clauseproof("init", "new/place/policies/lending.policy", cwd=tmp_path).returncode == 2
    assert clauseproof("init", "--ci", "jenkins", cwd=tmp_path).returncode == 2


def test_beside_policies_only_the_service_s_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "own.policy").write_text("policy own", encoding="utf-8")
    done = clauseproof("init", "--ci", "gitlab", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"own.policy", ".gitlab-ci.yml"}


@pytest.mark.parametrize(
    "promise",
    [
        "lend only if not lent",
        "lend only if (member and not lent) or (lent and give_back has happened)",
        "lend only after give_back unless not lent",
        "lend only after enrol within 3 days",
        "never lend after give_back",
    ],
)
def test_the_remedy_that_a_report_names_makes_the_promise_hold(promise: str, tmp_path: Path) -> None:
    text = (ROOT / "verifier" / "cli" / "beginnings" / "lending.policy").read_text(encoding="utf-8")
    text = text.replace("  lend only if not lent\n", f"  {promise}\n")
    text += '\nstep enrol  reads "the reader enrols" / "the reader has enrolled"\n'
    (tmp_path / "lending.policy").write_text(text, encoding="utf-8")
    report = clauseproof("verify", "lending.policy", "--property", "lent_once", cwd=tmp_path)
    assert report.returncode == 1, report.stdout
    fixed = verified(remedied(text, report.stdout))
    assert [item.verdict for item in fixed.properties if item.name == "lent_once"] == ["proved"]


def test_doctor_says_what_there_is_and_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "entry").write_bytes(b"x" * 1_200_000)
    healthy = clauseproof("doctor", cwd=tmp_path, CLAUSEPROOF_CACHE=str(tmp_path / "kept"))
    assert healthy.returncode == 0, healthy.stderr
    told = dict(line.split(None, 1) for line in healthy.stdout.splitlines())
    assert {"clauseproof", "python", "z3", "lark", "cvc5", "cache", "configuration"} <= set(told)
    assert told["cache"].endswith("kept (1.2 MB)")
    assert told["configuration"] == "none"
    (tmp_path / "clauseproof.toml").write_text("buget = 1\n", encoding="utf-8")
    faulty = clauseproof("doctor", cwd=tmp_path)
    assert faulty.returncode == 2
    assert "fault: clauseproof.toml:1: there is no setting `buget`; did you mean `budget`?" in faulty.stdout


# ---------------------------------------------------------------- files for other tools


def parsed(path: Path) -> Any:
    yaml = pytest.importorskip("yaml", reason="the test extra brings a reader of YAML")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def written(service: str, folder: Path) -> Path:
    assert clauseproof("init", "--ci", service, cwd=folder).returncode == 0
    return folder / CI_FILES[service][1]


def test_the_github_workflow(tmp_path: Path) -> None:
    found = parsed(written("github", tmp_path))
    assert set(found) == {"name", True, "permissions", "jobs"}  # YAML 1.1 takes the key `on` for true
    (job,) = found["jobs"].values()
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert commands[-1] == "clauseproof verify --format github --output sarif=clauseproof.sarif"
    upload = next(step for step in job["steps"] if "upload-sarif" in step.get("uses", ""))
    assert upload["if"].startswith("always()")
    assert upload["with"]["sarif_file"] == "clauseproof.sarif"


def test_the_gitlab_job(tmp_path: Path) -> None:
    found = parsed(written("gitlab", tmp_path))["clauseproof"]
    reports = found["artifacts"]["reports"]
    command = found["script"][-1]
    assert f"gitlab={reports['codequality']}" in command
    assert f"junit={reports['junit']}" in command
    assert found["artifacts"]["when"] == "always"


def test_the_command_of_each_service_runs(tmp_path: Path) -> None:
    """What the files say works here, but for the installation."""
    for service in ("github", "gitlab"):
        folder = tmp_path / service
        folder.mkdir()
        text = written(service, folder).read_text(encoding="utf-8")
        (command,) = re.findall(r"(?m)^\s*- (?:run: )?clauseproof (.+)$", text)
        done = clauseproof(*command.split(), cwd=folder)
        assert done.returncode == 1, done.stderr  # the one promise that is not kept
        for name in re.findall(r"--output \w+=(\S+)", command):
            assert (folder / name).stat().st_size > 0


def test_the_pre_commit_files(tmp_path: Path) -> None:
    hooks = {hook["id"]: hook for hook in parsed(ROOT / ".pre-commit-hooks.yaml")}
    assert set(hooks) == {"clauseproof-fmt", "clauseproof-check", "clauseproof-verify"}
    (local,) = parsed(written("pre-commit", tmp_path))["repos"]
    assert local["repo"] == "local"
    for hook in (*hooks.values(), *local["hooks"]):
        assert {"id", "name", "entry", "language"} <= set(hook)
        assert re.search(hook["files"], "policies/lending.policy")
        policy = tmp_path / "policies" / "lending.policy"
        arguments = hook["entry"].removeprefix("clauseproof ").split()
        done = clauseproof(*arguments, str(policy.relative_to(tmp_path)), cwd=tmp_path)
        assert done.returncode == (1 if "verify" in arguments else 0), done.stderr


def test_the_github_action() -> None:
    found = parsed(ROOT / "action.yml")
    assert found["runs"]["using"] == "composite"
    steps = found["runs"]["steps"]
    assert all(step.get("shell") == "bash" for step in steps if "run" in step)
    used = set(re.findall(r"inputs\.([\w-]+)", str(steps)))
    assert used == set(found["inputs"])
    assert all("${{" not in step["run"] for step in steps if "run" in step)  # what callers say is never a command


def test_the_action_s_command_runs(tmp_path: Path) -> None:
    """The last command of the action, with what it expects from its service."""
    steps = parsed(ROOT / "action.yml")["runs"]["steps"]
    script = next(step["run"] for step in steps if "--format github" in step.get("run", ""))
    assert clauseproof("init", cwd=tmp_path).returncode == 0
    tool = tmp_path / "runner" / "clauseproof" / "bin" / "clauseproof"
    tool.parent.mkdir(parents=True)
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m verifier.cli.main "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    for paths, options, code in (("", "", 1), ("policies\n", "--property=comes_back\n", 0), ("absent\n", "", 2)):
        variables = {"RUNNER_TEMP": str(tmp_path / "runner"), "PATHS": paths, "OPTIONS": options, "SARIF": "a.sarif"}
        done = subprocess.run(
            [str(shutil.which("bash")), "-eo", "pipefail", "-c", script],
            cwd=tmp_path,
            env={**environment(), **variables},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
    assert "::error file=policies/lending.policy" in clauseproof("verify", "--format", "github", cwd=tmp_path).stdout


def test_the_templates_come_with_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["verifier"]
    folder = ROOT / "verifier" / "cli" / "beginnings"
    assert {path.name for path in folder.iterdir()} == {"lending.policy", *(name for name, _ in CI_FILES.values())}
