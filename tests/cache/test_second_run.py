"""Second runs: what has not changed is found in the cache, what has is proved again, and the answers are the same."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import verifier
from verifier import pipeline
from verifier.cache.results import Results
from verifier.cli.files import find_policies, read_bytes, read_policy
from verifier.explain import verify as proving
from verifier.explain.model import RunResult
from verifier.reports.json import render_json
from verifier.reports.style import Style
from verifier.reports.text import render_text

ROOT = Path(__file__).parents[2]
VARIANTS = [path.name for path in sorted((ROOT / "tests" / "policies").glob("*.policy"))]
PLAIN = Style(color=False, unicode=True, width=100)

LENDING = """\
policy lending "Lending"
{use}status lent : yes/no  starts no  reads "the book is lent" / "the book is on the shelf"
step lend  reads "the book is lent out" / "the book has been lent out"
  requires not lent
  then lent becomes yes
prove lendable "A book can be lent"
  possible lent
"""
VIOLATED = 'prove never_lent "No book is ever lent"\n  never lent\n'
BASE = 'policy base "Base"\nfact adult : yes/no  reads "the reader is an adult" / "the reader is a child"\n'


def lending(use: str = "", more: str = "") -> str:
    return LENDING.format(use=f"use {use}\n" if use else "") + more


@pytest.fixture
def proved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the promises that were proved anew, in their order."""
    names: list[str] = []
    real = proving.verify_program

    def counted(program: object, work: proving.Work, *rest: object) -> proving.Outcome:
        names.extend(promise.name for promise in work.promises)
        return real(program, work, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(proving, "verify_program", counted)
    return names


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def verify(*paths: str, memory: Results | None, **options: object) -> RunResult:
    chosen = replace(pipeline.Options(), **options)  # type: ignore[arg-type]
    return pipeline.verify(paths, chosen, read_policy, None, read_bytes, memory)


def without_times(text: str) -> str:
    """A report without what depends on the clock or says that it comes from the cache."""
    text = re.sub(r'"seconds": [0-9.e-]+', '"seconds"', text)
    return re.sub(r"[0-9.]+[\s\u00a0]s\b|from the cache", "TIME", text).replace(" From the cache.", "")


# ---------------------------------------------------------------- equal


@pytest.mark.parametrize("name", VARIANTS)
def test_a_result_from_the_cache_is_the_result(
    name: str, memory: Results, proved: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    folders = tuple(sorted({str(Path(path).parent) for path in find_policies(("policies",))}))
    first = verify(f"tests/policies/{name}", memory=memory, search_path=folders)
    assert proved
    proved.clear()
    second = verify(f"tests/policies/{name}", memory=memory, search_path=folders)
    assert not proved
    assert [policy.cached for policy in (*first.policies, *second.policies)] == [False, True]
    assert render_json(replace(second, seconds=first.seconds)) == render_json(first)
    assert without_times(render_text(second, PLAIN)) == without_times(render_text(first, PLAIN))
    assert second.solver_version == first.solver_version


def test_errors_and_unknown_are_kept_too(folder: Path, memory: Results) -> None:
    (folder / "broken.policy").write_text("policy broken\nstatus open : yes/no starts opn\n")
    (folder / "hard.policy").write_text(
        'policy hard "Hard"\nfact a : int  reads "this"\nfact b : int  reads "that"\nfact c : int  reads "it"\n'
        'prove fermat "No cubes add up"\n  never a * a * a + b * b * b is c * c * c and a > 0 and b > 0 and c > 0\n'
    )
    first = verify("broken.policy", "hard.policy", memory=memory, budget=1000)
    second = verify("broken.policy", "hard.policy", memory=memory, budget=1000)
    assert [policy.cached for policy in second.policies] == [True, True]
    assert render_json(replace(second, seconds=first.seconds)) == render_json(first)
    broken, hard = json.loads(render_json(first))["policies"]
    assert broken["diagnostics"]
    assert [item["verdict"] for item in hard["properties"]] == ["unknown"]


# ---------------------------------------------------------------- what changes a question

Edit = Callable[[Path], None]
EDITS: dict[str, Edit] = {
    "the policy": lambda folder: (folder / "a.policy").write_text(lending("base", VIOLATED)) and None,
    "a comment": lambda folder: (folder / "a.policy").write_text(lending("base", "# a comment\n")) and None,
    "what it uses": lambda folder: (folder / "base.policy").write_text(BASE.replace("adult :", "grown :")) and None,
    "what it uses is gone": lambda folder: (folder / "base.policy").unlink(),
    "what it uses is no text": lambda folder: (folder / "base.policy").write_bytes(b"\xff") and None,
    "the cited text": lambda folder: (folder / "law.txt").write_text("other") and None,
    "the cited text is gone": lambda folder: (folder / "law.txt").unlink(),
}
OPTIONS: dict[str, dict[str, object]] = {
    "budget": {"budget": 100_000_000},
    "max_steps": {"max_steps": 5},
    "duties": {"duties": False},
    "properties": {"properties": ("lend*",)},
    "scenarios_only": {"scenarios_only": True},
    "search_path": {"search_path": ("elsewhere",)},
    "sources": {"sources": ("elsewhere",)},
    "coverage": {"coverage": True},
}


def cited(folder: Path) -> None:
    (folder / "a.policy").write_text(lending("base"))
    (folder / "base.policy").write_text(BASE + 'source law "The law" from "law.txt"\n')
    (folder / "law.txt").write_text("the law")


@pytest.mark.parametrize("edit", EDITS)
def test_a_change_of_any_file_is_a_new_question(edit: str, folder: Path, memory: Results) -> None:
    cited(folder)
    verify("a.policy", memory=memory)
    assert verify("a.policy", memory=memory).policies[0].cached
    EDITS[edit](folder)
    changed = verify("a.policy", memory=memory)
    assert not changed.policies[0].cached
    assert without_times(render_json(changed)) == without_times(render_json(verify("a.policy", memory=None)))


def test_a_file_that_now_comes_first_is_a_change(folder: Path, memory: Results) -> None:
    (folder / "library").mkdir()
    (folder / "library" / "base.policy").write_text(BASE)
    (folder / "a.policy").write_text(lending("base"))
    for expected in (False, True):
        assert verify("a.policy", memory=memory, search_path=("library",)).policies[0].cached is expected
    (folder / "base.policy").write_text(BASE.replace("adult :", "grown :"))
    assert not verify("a.policy", memory=memory, search_path=("library",)).policies[0].cached


@pytest.mark.parametrize("name", OPTIONS)
def test_a_change_of_an_option_is_a_new_question(name: str, folder: Path, memory: Results) -> None:
    (folder / "a.policy").write_text(lending())
    verify("a.policy", memory=memory)
    assert not verify("a.policy", memory=memory, **OPTIONS[name]).policies[0].cached
    assert verify("a.policy", memory=memory, **OPTIONS[name]).policies[0].cached


def test_every_option_but_these_is_part_of_the_question() -> None:
    names = {name for name in pipeline.Options.__dataclass_fields__ if name not in pipeline.NOT_ASKED}
    assert names - {"certificates", "certify"} == OPTIONS.keys()  # with these two, the command uses no cache


def test_another_version_of_the_tool_finds_nothing(folder: Path, memory: Results) -> None:
    (folder / "a.policy").write_text(lending())
    verify("a.policy", memory=memory)
    assert not verify("a.policy", memory=replace(memory, tool="another")).policies[0].cached


def test_only_the_edited_policy_is_proved_again(folder: Path, memory: Results, proved: list[str]) -> None:
    for name in "abc":
        (folder / f"{name}.policy").write_text(lending().replace("lendable", f"lendable_{name}"))
    verify("a.policy", "b.policy", "c.policy", memory=memory, jobs=1)
    proved.clear()
    text = (folder / "b.policy").read_text()
    (folder / "b.policy").write_text(text + VIOLATED)
    run = verify("a.policy", "b.policy", "c.policy", memory=memory, jobs=1)
    assert [policy.cached for policy in run.policies] == [True, False, True]
    assert set(proved) == {"lendable_b", "never_lent"}


def test_workers_fill_the_cache_and_use_it(folder: Path, memory: Results) -> None:
    for name in "ab":
        (folder / f"{name}.policy").write_text(lending())
    first = verify("a.policy", "b.policy", memory=memory, jobs=2)
    second = verify("a.policy", "b.policy", memory=memory, jobs=2)
    assert [policy.cached for policy in second.policies] == [True, True]
    assert render_json(replace(second, seconds=first.seconds)) == render_json(first)


# ---------------------------------------------------------------- what is not kept


def test_what_the_clock_ended_is_not_kept(folder: Path, memory: Results) -> None:
    (folder / "a.policy").write_text(lending(more=VIOLATED))
    verify("a.policy", memory=memory, timeout=0.000001)
    assert not verify("a.policy", memory=memory).policies[0].cached
    assert verify("a.policy", memory=memory, timeout=0.000001).policies[0].cached


def test_a_fault_of_ours_is_not_kept(folder: Path, memory: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.policy").write_text(lending())
    real = proving.verify_program
    monkeypatch.setattr(
        proving, "verify_program", lambda *given: replace(real(*given), faults=("a run did not replay",))
    )
    assert verify("a.policy", memory=memory).internal_errors
    assert not verify("a.policy", memory=memory).policies[0].cached


def test_a_file_that_changes_during_a_run_is_not_taken_for_what_the_run_saw(
    folder: Path, memory: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.policy").write_text(lending())
    real = proving.verify_program

    def meanwhile(*given: object) -> proving.Outcome:
        (folder / "a.policy").write_text(lending(more=VIOLATED))
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(proving, "verify_program", meanwhile)
    assert [item.verdict for item in verify("a.policy", memory=memory).policies[0].properties] == ["proved"]
    after = verify("a.policy", memory=memory).policies[0]
    assert not after.cached
    assert [item.verdict for item in after.properties] == ["proved", "violated"]


# ---------------------------------------------------------------- the command


@pytest.fixture
def run(folder: Path, tmp_path: Path) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    script = (
        "import sys, atexit\n"
        "atexit.register(lambda: print('LOADED', sorted({'z3', 'lark'} & set(sys.modules)), file=sys.stderr))\n"
        "from verifier.cli.main import main\n"
        "main()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(verifier.__file__).parents[1])}

    def command(*arguments: str, cache: str = str(tmp_path / "cache")) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script, *arguments],
            cwd=folder,
            env=environment | {"CLAUSEPROOF_CACHE": cache},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return command


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["verify"], 1),
        (["verify", "--format", "json", "--property", "lendable"], 0),
        (["verify", "--output", "json=report.json", "--color", "always"], 1),
        (["verify", "policies/broken.policy"], 1),
        (["test"], 0),
        (["ask", "policies/good.policy", "never lent"], 1),
        (["ask", "policies/good.policy", "never lnt"], 1),
    ],
)
def test_a_second_run_says_the_same_and_loads_neither_solver_nor_parser(
    arguments: list[str], code: int, folder: Path, run: Run
) -> None:
    (folder / "policies").mkdir()
    (folder / "policies" / "good.policy").write_text(lending(more=VIOLATED))
    if "policies/broken.policy" in arguments:
        (folder / "policies" / "broken.policy").write_text(lending() + "prove x\n  never lnt\n")
    first = run(*arguments)
    written = (folder / "report.json").read_text() if "--output" in arguments else ""
    (folder / "report.json").unlink(missing_ok=True)
    second = run(*arguments)
    assert first.returncode == second.returncode == code, first.stderr
    assert second.stderr == "LOADED []\n"
    assert "lark" in first.stderr
    assert without_times(second.stdout) == without_times(first.stdout)
    assert not written or (folder / "report.json").read_text() == written


def test_another_view_of_known_results_needs_neither_solver_nor_parser(folder: Path, run: Run) -> None:
    (folder / "a.policy").write_text(lending(more=VIOLATED))
    run("verify", "a.policy")
    second = run("verify", "a.policy", "--format", "json")
    assert second.stderr == "LOADED []\n"
    assert json.loads(second.stdout)["tool"]["z3"]


def entries(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


@pytest.mark.parametrize("arguments", [["--no-cache"], ["--cache-dir", "other"]])
def test_a_run_without_the_cache_neither_uses_nor_fills_it(
    arguments: list[str], folder: Path, run: Run, tmp_path: Path
) -> None:
    (folder / "a.policy").write_text(lending())
    assert "From the cache" not in run("verify", "a.policy", *arguments).stdout
    assert entries(tmp_path) == []
    assert (folder / "other").exists() is (arguments[0] == "--cache-dir")
    run("verify", "a.policy")
    kept = {path: path.stat().st_mtime_ns for path in entries(tmp_path)}
    assert kept
    again = run("verify", "a.policy", "--no-cache")
    assert "z3" in again.stderr
    assert "From the cache" not in again.stdout
    assert {path: path.stat().st_mtime_ns for path in entries(tmp_path)} == kept


def test_switched_off_by_the_environment(folder: Path, run: Run, tmp_path: Path) -> None:
    (folder / "a.policy").write_text(lending())
    for _ in range(2):
        done = run("verify", "a.policy", cache="off")
        assert done.returncode == 0
        assert "z3" in done.stderr
    assert entries(tmp_path) == []


def test_a_cache_that_cannot_be_used_changes_nothing(folder: Path, run: Run, tmp_path: Path) -> None:
    (folder / "a.policy").write_text(lending())
    (tmp_path / "file").write_text("")
    for place in (str(tmp_path / "file" / "below"), str(tmp_path / "file"), "/dev/null", "/proc/nowhere"):
        done = run("verify", "a.policy", cache=place)
        assert done.returncode == 0
        assert done.stderr.startswith("LOADED"), done.stderr


def test_a_cache_folder_that_is_a_file_is_wrong_use(folder: Path, run: Run) -> None:
    (folder / "a.policy").write_text(lending())
    done = run("verify", "a.policy", "--cache-dir", "a.policy")
    assert done.returncode == 2
    assert "`--cache-dir a.policy` is not a folder" in done.stderr


def test_damaged_entries_are_proved_anew_and_replaced(folder: Path, run: Run, tmp_path: Path) -> None:
    (folder / "a.policy").write_text(lending(more=VIOLATED))
    first = run("verify", "a.policy")
    for path in entries(tmp_path):
        if path.name != "key":
            path.write_bytes(path.read_bytes()[:-1])
    second = run("verify", "a.policy")
    assert "z3" in second.stderr
    assert without_times(second.stdout) == without_times(first.stdout)
    assert run("verify", "a.policy").stderr == "LOADED []\n"


def test_killed_at_any_moment_nothing_wrong_is_left(folder: Path, run: Run, tmp_path: Path) -> None:
    for name in "abc":
        (folder / f"{name}.policy").write_text(lending(more=VIOLATED).replace("lendable", f"lendable_{name}"))
    plain = run("verify", ".", "--no-cache").stdout
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(verifier.__file__).parents[1]),
        "CLAUSEPROOF_CACHE": str(tmp_path / "cache"),
    }
    draw = random.Random(1)
    for _ in range(12):
        process = subprocess.Popen(
            [sys.executable, "-m", "verifier.cli.main", "verify", ".", "--jobs", "1"],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(draw.uniform(0.1, 1.5))
        process.kill()
        process.wait()
    for _ in range(2):
        done = run("verify", ".")
        assert done.returncode == 1
        assert without_times(done.stdout) == without_times(plain)
    assert done.stderr == "LOADED []\n"
