"""`verify --certificates`, `verify --certify` and `certify` as commands, and what happens where solvers disagree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from certified import DEPOSIT, certificates, checked, proved

import verifier
from verifier import pipeline
from verifier.certificates import check, save
from verifier.cli.app import app
from verifier.cli.main import main
from verifier.engines import solvers
from verifier.engines.solvers import SECOND, answers, installed

SMALL = """\
policy lending "Lending"
status lent : yes/no starts no
step lend
  requires not lent
  then lent becomes yes
prove lent_once "A lent book is not lent again"
  lend only if not lent
prove lendable "A book can be lent"
  possible lent
"""
needs_cvc5 = pytest.mark.skipif(not installed(SECOND), reason="cvc5 is not installed (the extra `certify`)")


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "verifier.cli.main", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(verifier.__file__).parents[1])},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lending.policy").write_text(SMALL, encoding="utf-8")
    return tmp_path


@pytest.fixture
def saved(folder: Path) -> Path:
    """A folder with a policy and its certificate."""
    done = command("verify", "lending.policy", "--certificates", "proofs", "--format", "json", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "1 certificate saved in `proofs`" in done.stderr
    record = json.loads(done.stdout)
    schema = json.loads((Path(verifier.__file__).parent / "reports/schema/run.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, schema)
    by_name = {item["name"]: item for item in record["policies"][0]["properties"]}
    kept = by_name["lent_once"]["saved_certificate"]
    assert kept["file"] == "lending.lent_once.smt2"
    assert kept["solvers"] == ["z3"]
    assert "saved_certificate" not in by_name["lendable"]
    return folder


def test_a_saved_certificate_is_accepted(saved: Path) -> None:
    assert [path.name for path in (saved / "proofs").iterdir()] == ["lending.lent_once.smt2"]
    done = command("certify", "proofs/lending.lent_once.smt2", cwd=saved)
    assert (done.returncode, done.stderr) == (0, "")
    assert "accepted  lending: lent_once" in done.stdout
    assert "checked by z3" in done.stdout
    assert command("certify", "proofs", cwd=saved).stdout == done.stdout


def test_a_certificate_of_another_text_is_a_finding(saved: Path) -> None:
    place = saved / "lending.policy"
    place.write_text(SMALL + "# a comment\n", encoding="utf-8")
    assert command("certify", "proofs", cwd=saved).returncode == 0
    place.write_text(SMALL.replace("requires not lent", "requires not lent and not lent"), encoding="utf-8")
    done = command("certify", "proofs", "--format", "json", cwd=saved)
    assert done.returncode == 1
    (only,) = json.loads(done.stdout)["certificates"]
    assert (only["outcome"], only["promise"]) == ("rejected", "lent_once")
    assert "another text of this policy" in only["reason"]


def test_the_policy_may_lie_elsewhere(saved: Path) -> None:
    (saved / "elsewhere").mkdir()
    (saved / "lending.policy").rename(saved / "elsewhere" / "moved.policy")
    done = command("certify", "proofs", cwd=saved)
    assert done.returncode == 2
    assert "--policy" in done.stdout
    assert command("certify", "proofs", "--policy", "elsewhere/moved.policy", cwd=saved).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["certify", "nowhere.smt2"], "no file `nowhere.smt2`"),
        (["certify", "."], "holds no certificate"),
        (["certify", "lending.policy", "--policy", "nowhere.policy"], "is not a file"),
        (["verify", "lending.policy", "--certificates", "lending.policy"], "is not a folder"),
    ],
)
def test_wrong_use_is_told(arguments: list[str], said: str, folder: Path) -> None:
    done = command(*arguments, cwd=folder)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_no_certificate_is_a_finding(folder: Path) -> None:
    (folder / "binary.smt2").write_bytes(b"\xff\xfe\0")
    (folder / "other.smt2").write_text("(check-sat)\n", encoding="utf-8")
    done = command("certify", ".", cwd=folder)
    assert done.returncode == 1
    assert done.stdout.count("no certificate of clauseproof") == 2
    assert "Traceback" not in done.stderr


def test_two_policies_of_one_name_need_two_folders(folder: Path) -> None:
    (folder / "twin").mkdir()
    (folder / "twin" / "lending.policy").write_text(SMALL, encoding="utf-8")
    done = command("verify", ".", "--certificates", "proofs", cwd=folder)
    assert done.returncode == 2
    assert "folders of their own" in done.stderr


def test_lines_may_end_as_elsewhere(saved: Path) -> None:
    place = saved / "proofs" / "lending.lent_once.smt2"
    place.write_bytes(place.read_bytes().replace(b"\n", b"\r\n"))
    assert command("certify", "proofs", cwd=saved).returncode == 0


# ---------------------------------------------------------------- the second solver


@needs_cvc5
def test_certify_asks_both_solvers(folder: Path) -> None:
    done = command("verify", "lending.policy", "--certify", "--format", "json", cwd=folder)
    assert done.returncode == 0, done.stderr
    kept = {
        item["name"]: item.get("saved_certificate") for item in json.loads(done.stdout)["policies"][0]["properties"]
    }
    assert kept["lent_once"]["solvers"] == ["z3", "cvc5"]
    assert not list(folder.glob("**/*.smt2"))


@pytest.mark.parametrize("arguments", [["verify", "lending.policy", "--certify"], ["certify", "x", "--solver", "cvc5"]])
def test_a_missing_solver_is_told_with_how_to_install_it(
    arguments: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(solvers, "find_spec", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["clauseproof", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "pip install 'clauseproof[certify]'" in capsys.readouterr().err


def disagreeing(script: str, solver: solvers.Solver, budget: int, milliseconds: int) -> list[str]:
    said = answers(script, "z3", budget, milliseconds)
    return ["sat", *said[1:]] if solver == SECOND else said


def test_where_the_solvers_disagree_nothing_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    text = certificates()["no_house"]
    monkeypatch.setattr(check, "answers", disagreeing)
    monkeypatch.setattr(save, "version", lambda _: "0")
    result = checked(text, solvers=("z3", "cvc5"))
    assert result.outcome == "unknown"
    assert "disagree" in str(result.reason)
    found = proved(DEPOSIT, pipeline.Options(timeout=60.0, certify=True))["no_house"]
    assert (found.verdict, found.certificate, found.saved) == ("unknown", "failed", None)
    assert "not accepted: the solvers disagree" in str(found.reason)


@pytest.mark.parametrize("answer", ["sat", "unknown", "fewer"])
def test_what_z3_does_not_confirm_is_not_proved(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(script: str, solver: solvers.Solver, budget: int, milliseconds: int) -> list[str]:
        said = answers(script, solver, budget, milliseconds)
        return said[1:] if answer == "fewer" else [*said[:-1], answer]

    text = certificates()["paid_after_out"]
    monkeypatch.setattr(check, "answers", other)
    result = checked(text)
    assert result.outcome == ("rejected" if answer == "sat" else "unknown")
    assert result.reason


def test_the_command_is_listed() -> None:
    assert "certify" in [command.name for command in app.registered_commands]
