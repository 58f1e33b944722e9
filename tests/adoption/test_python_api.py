"""``from verifier import …``: its examples run, it is light, and it says what the command line says."""

from __future__ import annotations

import dataclasses
import doctest
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from command import ROOT, clauseproof, environment, untimed

import verifier
from verifier import api
from verifier.cli.output import FILE_STYLE, view
from verifier.reports.comparison import comparison_record
from verifier.reports.counsel import counsel_record
from verifier.reports.json import run_record

BEGINNING = ROOT / "verifier" / "cli" / "beginnings" / "lending.policy"
FUNCTIONS = [name for name in verifier.__all__ if inspect.isfunction(getattr(verifier, name))]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What ``clauseproof init`` makes, committed, as the current folder."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "lending.policy").write_text(BEGINNING.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for command in ("init --quiet", "add --all", "commit --quiet --message beginning"):
        subprocess.run([*git, *command.split()], check=True)
    return tmp_path


def run_examples(name: str, text: str, names: dict[str, object]) -> int:
    """Run the examples of a text, and give their number."""
    test = doctest.DocTestParser().get_doctest(text, dict(names), name, name, 0)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    told: list[str] = []
    runner.run(test, out=told.append)
    assert runner.failures == 0, "".join(told)
    return len(test.examples)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_has_an_example_that_runs(name: str) -> None:
    function = getattr(verifier, name)
    assert run_examples(name, inspect.getdoc(function) or "", vars(api)) > 0


@pytest.mark.usefixtures("folder")
def test_the_example_of_the_readme_runs() -> None:
    (example,) = re.findall(r"```pycon\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert run_examples("README", example, {}) >= 4


def test_importing_it_loads_nothing(tmp_path: Path) -> None:
    script = (
        "import sys, verifier; print(sorted(n for n in sys.modules if n.split('.')[0] in ('verifier', 'z3', 'lark')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "['verifier']\n"


def test_all_public_names_exist_and_only_they() -> None:
    assert dir(verifier) == sorted(verifier.__all__)
    for name in verifier.__all__:
        assert getattr(verifier, name) is not None
    with pytest.raises(AttributeError, match="no attribute `verfy`"):
        verifier.verfy  # noqa: B018


def test_results_are_frozen_and_functions_are_typed_and_documented() -> None:
    for name in verifier.__all__:
        item = getattr(verifier, name)
        assert isinstance(item, str) or (item.__doc__ or "").strip(), name
        if dataclasses.is_dataclass(item):
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(object.__new__(item), dataclasses.fields(item)[0].name, None)
    for name in FUNCTIONS:
        signature = inspect.signature(getattr(verifier, name))
        assert signature.return_annotation is not inspect.Signature.empty
        assert all(item.annotation is not inspect.Parameter.empty for item in signature.parameters.values())


ONE = "policies/lending.policy"
SAME: dict[str, tuple[list[str], Callable[[], object]]] = {
    "check": (["check", "policies"], lambda: verifier.check("policies")),
    "verify": (["verify", "policies"], lambda: verifier.verify("policies")),
    "some": (["verify", ONE, "--property", "l*"], lambda: verifier.verify(ONE, properties=["l*"])),
    "ask": (["ask", ONE, "never lent"], lambda: verifier.ask(ONE, "never lent")),
    "case": (
        ["ask", ONE, "why not lend", "--set", "member=no"],
        lambda: verifier.ask(ONE, "why not lend", {"member": False}),
    ),
    "scenario": (["test", ONE], lambda: verifier.run_scenario(ONE, "a_loan")),
    "diff": (["diff", "HEAD", ONE], lambda: verifier.diff("HEAD", ONE)),
}


@pytest.mark.parametrize("name", SAME)
def test_it_says_what_the_command_line_says(name: str, folder: Path) -> None:
    Path(ONE).write_text(Path(ONE).read_text(encoding="utf-8").replace("requires member", "requires not lent"), "utf-8")
    arguments, call = SAME[name]
    told = clauseproof(*arguments, "--format", "json", cwd=folder)
    record, found = untimed(json.loads(told.stdout)), call()
    match found:
        case verifier.RunResult():
            here = untimed(run_record(found, view("json", FILE_STYLE, arguments[0])))
            assert verifier.passed(found) is (told.returncode == 0)
        case verifier.PropertyResult() | verifier.ScenarioResult():
            kind = "properties" if isinstance(found, verifier.PropertyResult) else "scenarios"
            record = [(item["name"], item["verdict"]) for item in record["policies"][0][kind]]
            here = [(found.name if kind == "scenarios" else "question", found.verdict)]
        case verifier.Counsel():
            record, here = record["policies"][0]["answers"], [untimed(counsel_record(found))]
        case verifier.Comparison():
            tool = tuple(record["tool"][key] for key in ("version", "language", "z3"))
            here = untimed(json.loads(comparison_record([found], [], [], tool)))
        case _:
            raise AssertionError(found)
    assert here == record


@pytest.mark.usefixtures("folder")
def test_a_version_may_be_a_revision_of_one_policy() -> None:
    text = Path(ONE).read_text(encoding="utf-8")
    Path(ONE).write_text(text.replace("requires member\n", "requires member\n  requires not lent\n"), "utf-8")
    for old, new in (("HEAD", ONE), (f"HEAD:{ONE}", ONE)):
        found = verifier.diff(old, new)
        assert (found.relation, found.old_path, found.new_path) == ("narrower", f"HEAD:{ONE}", ONE)
    assert verifier.diff(ONE, "HEAD").relation == "broader"
    with pytest.raises(verifier.UsageFault, match="name one policy"):
        verifier.diff("HEAD", "policies")
    with pytest.raises(verifier.UsageFault, match="nor a git revision"):
        verifier.diff("HAED", ONE)


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_done_is_told() -> None:
    with pytest.raises(verifier.UsageFault, match="did you mean"):
        verifier.verify("policis")
    with pytest.raises(verifier.UsageFault, match="is a folder"):
        verifier.load("policies")
    with pytest.raises(verifier.UsageFault, match="did you mean `a_loan`"):
        verifier.run_scenario("policies/lending.policy", "aloan")
    with pytest.raises(verifier.UsageFault, match="did you mean `member`"):
        verifier.ask("policies/lending.policy", "never lent", given={"membr": True})
    with pytest.raises(verifier.PolicyError, match="E0202") as fault:
        verifier.ask("policies/lending.policy", "never lnt")
    assert fault.value.findings[0].diagnostic.code == "E0202"


@pytest.mark.usefixtures("folder")
def test_a_policy_with_errors() -> None:
    Path("wrong.policy").write_text('policy wrong "W"\nfact a : yess/no  reads "a" / "b"\n', encoding="utf-8")
    for call in (
        lambda: verifier.load("wrong.policy"),
        lambda: verifier.ask("wrong.policy", "never a"),
        lambda: verifier.diff("policies/lending.policy", "wrong.policy"),
        lambda: verifier.run_scenario("wrong.policy", "s"),
    ):
        with pytest.raises(verifier.PolicyError) as fault:
            call()
        assert fault.value.findings
    run = verifier.check("wrong.policy")
    assert not verifier.passed(run)
    assert [f.diagnostic.severity for f in verifier.findings(run)] == [verifier.Severity.ERROR]


@pytest.mark.usefixtures("folder")
def test_a_difference_and_who_gains() -> None:
    text = Path("policies/lending.policy").read_text(encoding="utf-8")
    Path("stricter.policy").write_text(
        text.replace("requires member\n", "requires member\n  requires not lent\n"), "utf-8"
    )
    found = verifier.diff("policies/lending.policy", "stricter.policy")
    assert found.relation == "narrower"
    assert [(item.name, item.before, item.after) for item in found.promises if item.before != item.after] == [
        ("lent_once", "violated", "proved")
    ]


@pytest.mark.usefixtures("folder")
def test_facts_may_be_given_as_python_values() -> None:
    Path("day.policy").write_text(
        'policy day "D"\nfact born : date  reads "the day of birth"\nfact many : int 0..9  reads "how many"\n'
        'status done : yes/no starts no  reads "it is done" / "it is open"\n'
        'step act  reads "it is done" / "it has been done"\n'
        "  requires born >= 2000-01-01 and many > 3\n  then done becomes yes\n",
        encoding="utf-8",
    )
    given = {"born": date(2001, 5, 1), "many": 4}
    found = verifier.ask("day.policy", "possible done", given=given)
    assert isinstance(found, verifier.PropertyResult)
    assert found.verdict == "proved"
    found = verifier.ask("day.policy", "possible done", given={**given, "many": 3})
    assert isinstance(found, verifier.PropertyResult)
    assert found.verdict == "violated"


@pytest.mark.usefixtures("folder")
def test_severities_and_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unused = 'fact rare : yes/no  reads "the book is rare" / "the book is common"\n'
    Path("p.policy").write_text(BEGINNING.read_text(encoding="utf-8") + unused, encoding="utf-8")
    assert [f.diagnostic.code for f in verifier.findings(verifier.check("p.policy"))] == ["W0201"]
    assert not verifier.passed(verifier.check("p.policy", severity={"W0201": "error"}))
    assert not list(verifier.findings(verifier.check("p.policy", severity={"W0201": "off"})))
    monkeypatch.setenv("CLAUSEPROOF_CACHE", str(tmp_path / "kept"))
    assert not verifier.verify("policies", cache=True).policies[0].cached
    assert verifier.verify("policies", cache=True).policies[0].cached
