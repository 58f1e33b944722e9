"""Cited texts that do not stand beside their policies: every way in looks for them in the folders of `sources`."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from command import clauseproof

import verifier
from verifier.cli.files import read_bytes, read_policy
from verifier.explain.citations import cited_sources
from verifier.options import Options
from verifier.studio.tasks import Setting, prove

TEXT = "1. Enter while open.\n2. Closed is closed.\n"
HOUSE = f"""\
policy house "The house"
source rules "The rules" from "rules.txt" sha256 "{sha256(TEXT.encode()).hexdigest()}"
fact open : yes/no  reads "the house is open" / "the house is closed"
step enter  reads "somebody enters" / "somebody has entered"
  requires open  [rules 1]
prove closed_is_closed "Nobody enters a closed house"  [rules 2]
  enter only if open
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "law" / "texts").mkdir(parents=True)
    (tmp_path / "policies" / "house.policy").write_text(HOUSE, encoding="utf-8")
    (tmp_path / "law" / "texts" / "rules.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_configuration_names_them_and_every_report_has_their_texts(folder: Path) -> None:
    (folder / "clauseproof.toml").write_text('sources = ["law/texts"]\n', encoding="utf-8")
    kept = {"CLAUSEPROOF_CACHE": str(folder / "kept")}
    arguments = ("verify", "--output", "html=one.html", "--output", "json=run.json")
    assert clauseproof(*arguments, cwd=folder, **kept).returncode == 0
    assert "Closed is closed." in Path("one.html").read_text(encoding="utf-8")
    assert clauseproof("report", "run.json", "--output", "html=two.html", cwd=folder).returncode == 0
    assert Path("two.html").read_bytes() == Path("one.html").read_bytes()

    # What stands beside the policy comes first, also where a kept result has not seen it.
    (folder / "policies" / "rules.txt").write_text("other", encoding="utf-8")
    drifted = clauseproof(*arguments, cwd=folder, **kept)
    assert (drifted.returncode, "error[E0415]" in drifted.stdout) == (1, True)


@pytest.mark.parametrize("command", ["verify", "check", "test", "report", "studio"])
def test_what_is_no_folder_is_told_before_any_work(command: str, folder: Path) -> None:
    done = clauseproof(command, "policies", "--sources", "absent", cwd=folder)
    assert (done.returncode, done.stderr) == (2, "clauseproof: `--sources absent` is not a folder\n")


@pytest.mark.usefixtures("folder")
def test_the_studio_shows_their_texts() -> None:
    options = Options(sources=("law/texts",))
    setting = Setting(options, read_policy, read_bytes, lambda: None, lambda: 739_617)
    run = prove(setting, "policies/house.policy", 60.0)
    assert not run.policies[0].findings
    program = run.policies[0].program
    assert program is not None
    [cited] = cited_sources(program, setting.library)
    assert [passage.text for passage in cited.passages] == ["Enter while open.", "Closed is closed."]


@pytest.mark.usefixtures("folder")
def test_programs_find_them_as_well() -> None:
    [lost] = verifier.findings(verifier.check("policies"))
    assert lost.diagnostic.code == "E0414"
    assert verifier.passed(verifier.verify("policies", sources=["law/texts"]))
    assert not list(verifier.findings(verifier.check("policies", sources=["law/texts"])))
