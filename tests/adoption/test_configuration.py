"""``clauseproof.toml``: what it may say, which file speaks, and that the command line overrides it."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import clauseproof

from verifier.cli.configuration import configuration, severities
from verifier.cli.files import UsageFault
from verifier.explain.grading import GRADABLE

LENDING = """\
policy lending "Lending"
status lent : yes/no  starts no  reads "the book is lent" / "the book is on the shelf"
fact rare : yes/no  reads "the book is rare" / "the book is common"
step lend  reads "the book is lent out" / "the book has been lent out"
  requires not lent
  then lent becomes yes
prove lendable "A book can be lent"
  possible lent
"""
UNUSED = "W0201"  # the fact `rare`


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules" / "deep").mkdir(parents=True)
    (tmp_path / "rules" / "lending.policy").write_text(LENDING, encoding="utf-8")
    return tmp_path


def faults(folder: Path, text: str, name: str = "clauseproof.toml") -> list[str]:
    """What is wrong with a configuration, by line."""
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageFault) as fault:
        configuration(str(folder / name))
    lines = str(fault.value).split("\nclauseproof: ")
    return [line.partition(f"{name}:")[2] for line in lines]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("\nbuget = 3\n", "2: there is no setting `buget`; did you mean `budget`?"),
        ("max-steps = 3\n", "1: there is no setting `max-steps`; did you mean `max_steps`?"),
        ("zzz = 3\n", "1: there is no setting `zzz`; the settings are `budget`, `fail_on`"),
        ("budget = 0\n", "1: `budget` must be a whole number of at least 1, not 0"),
        ("budget = true\n", "1: `budget` must be a whole number of at least 1, not true or false"),
        ("budget = 1.5\n", "1: `budget` must be a whole number of at least 1, not 1.5"),
        ('timeout = "5"\n', "1: `timeout` must be a number of seconds of at least 0.001, not a text"),
        ("timeout = nan\n", "1: `timeout` must be a number of seconds"),
        ("timeout = inf\n", "1: `timeout` must be a number of seconds"),
        ("jobs = -1\n", "1: `jobs` must be a whole number of at least 0, not -1"),
        (
            'paths = "rules"\n',
            '1: `paths` must be a list of policies or folders, not a text; write `paths = ["rules"]`',
        ),
        ('# c\nsources = ["texts"]\n', "2: `sources`: `texts` is not a folder"),
        ('sources = [\n  ".",\n  "texts",\n]\n', "3: `sources`: `texts` is not a folder"),
        ('path = ["absent"]\n', "1: `path`: `absent` is not a folder"),
        ("path = [1]\n", "1: `path` must be a list of folders, not a list"),
        ('fail_on = ["unknwon"]\n', "and 'unknwon' is none; did you mean `unknown`?"),
        ("severity = 3\n", "1: `severity` must be a table"),
        ('# c\n[severity]\nW0201 = "warn"\n', "3: `W0201` must be one of off, info, warning, error, not 'warn'"),
        ('[severity]\nW0299 = "off"\n', "2: there is no diagnostic `W0299`; "),
        ('severity.E0101 = "off"\n', "1: the severity of `E0101` is fixed"),
        ('severity = { F0401 = "off" }\n', "1: the severity of `F0401` is fixed"),
        ("budget = = 3\n", "1: this is not TOML"),
        ("budget = 1\nbudget = 2\n", "2: this is not TOML"),
        ('paths = ["a"\n', "2: this is not TOML"),
    ],
)
def test_what_has_no_meaning_is_told_with_its_line(text: str, fault: str, tmp_path: Path) -> None:
    (found,) = faults(tmp_path, text)
    assert fault in f"{found}"


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, 'buget = 1\njobs = "two"\n[severity]\nE0101 = "info"\n[severty]\n')
    assert [line.partition(":")[0] for line in found] == ["1", "2", "4", "5"]


def test_in_pyproject_only_the_own_table_counts(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, "[tool.other]\nbudget = 0\n[tool.clauseproof]\nbudget = 0\n", "pyproject.toml")
    assert found.startswith("4: `budget`")


def test_neither_errors_in_texts_nor_broken_promises_can_be_graded_away() -> None:
    assert not [code for code in GRADABLE if code.startswith("E")]
    assert "F0401" not in GRADABLE
    with pytest.raises(UsageFault, match="fixed"):
        severities(["E0101=off"])


def test_the_nearest_file_speaks_and_its_own_file_before_the_shared_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "rules" / "deep")
    assert configuration().file == ""
    (folder / "pyproject.toml").write_text("[tool.clauseproof]\njobs = 1\n", encoding="utf-8")
    assert configuration().options == {"jobs": 1}
    (folder / "clauseproof.toml").write_text("jobs = 2\n", encoding="utf-8")
    assert configuration().options == {"jobs": 2}
    (folder / "rules" / "clauseproof.toml").write_text('jobs = 3\npaths = [".", "deep"]\n', encoding="utf-8")
    found = configuration()
    assert (found.options["jobs"], found.options["paths"]) == (3, ["..", "."])
    assert found.file == "../clauseproof.toml"


def test_a_shared_file_about_others_is_not_even_read_as_toml(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "pyproject.toml").write_text("not TOML at all\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    assert configuration().file == ""


# ---------------------------------------------------------------- in runs


def test_defaults_come_from_the_file_and_the_command_line_overrides_them(folder: Path) -> None:
    settings = f'paths = ["rules"]\nfail_on = ["violated", "warning"]\n[severity]\n{UNUSED} = "warning"\n'
    (folder / "clauseproof.toml").write_text(settings, encoding="utf-8")
    below = folder / "rules" / "deep"
    found = clauseproof("check", cwd=below)
    assert found.returncode == 1, found.stdout + found.stderr
    assert "\n../lending.policy\n" in found.stdout
    assert clauseproof("check", "--fail-on", "violated", cwd=below).returncode == 0
    assert clauseproof("check", "absent.policy", cwd=below).returncode == 2
    quiet = clauseproof("check", "--severity", f"{UNUSED}=off", cwd=below)
    assert (quiet.returncode, UNUSED in quiet.stdout) == (0, False)


def test_faults_end_the_run_before_any_work(folder: Path) -> None:
    (folder / "wrong.toml").write_text("buget = 1\n", encoding="utf-8")
    done = clauseproof("verify", "rules", "--config", "wrong.toml", cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "clauseproof: wrong.toml:1: there is no setting `buget`; did you mean `budget`?\n"
    assert clauseproof("check", "rules", "--config", "absent.toml", cwd=folder).returncode == 2
    assert clauseproof("check", "rules", "--severity", "W1=off", cwd=folder).returncode == 2


def test_a_kept_report_does_not_answer_for_another_configuration(folder: Path) -> None:
    kept = {"CLAUSEPROOF_CACHE": str(folder / "kept")}
    assert clauseproof("verify", "rules", cwd=folder, **kept).returncode == 0
    again = clauseproof("verify", "rules", cwd=folder, **kept)
    assert "from the cache" in again.stdout
    (folder / "clauseproof.toml").write_text(f'severity.{UNUSED} = "error"\n', encoding="utf-8")
    stricter = clauseproof("verify", "rules", cwd=folder, **kept)
    assert stricter.returncode == 1, stricter.stdout
    assert f"error[{UNUSED}]" in stricter.stdout
    assert clauseproof("verify", "rules", cwd=folder, **kept).returncode == 1
    (folder / "clauseproof.toml").unlink()
    assert clauseproof("verify", "rules", cwd=folder, **kept).returncode == 0


def test_other_commands_take_what_concerns_them(folder: Path) -> None:
    settings = 'paths = ["rules"]\nfail_on = ["vacuous"]\nbudget = 1000000\n'
    (folder / "clauseproof.toml").write_text(settings, encoding="utf-8")
    same = clauseproof("diff", "rules", "rules", cwd=folder)  # its --fail-on has other words
    assert same.returncode == 0, same.stderr
    assert clauseproof("fmt", "--check", cwd=folder).returncode == 1  # the folder `rules` is meant
    assert clauseproof("rules", UNUSED, cwd=folder).returncode == 0
