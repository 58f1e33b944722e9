"""Proofs of earlier runs: an edit proves again only what it touches, and nothing kept can make a verdict wrong."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from running import files

from verifier import pipeline
from verifier.analysis.questions import pose
from verifier.cache.results import Proofs, Results
from verifier.checking.load import load
from verifier.cli.files import find_policies, read_policy
from verifier.engines import houdini, spacer
from verifier.explain.model import PolicyResult
from verifier.explain.verify import Work, verify_program
from verifier.symbolic import written
from verifier.symbolic.terms import BOOL, INT, Terms, enum_sort

ROOT = Path(__file__).parents[2]

SHOP = """\
policy shop "Shop"
status {lent} : yes/no  starts no  reads "the book is lent" / "the book is on the shelf"
status {seen} : yes/no  starts no  reads "the card was seen" / "the card was not seen"
status paid : yes/no  starts no  reads "the bill is paid" / "the bill is open"
status sent : yes/no  starts no  reads "the bill was sent" / "the bill was not sent"
step look  reads "the card is shown" / "the card has been shown"
  then {seen} becomes yes
step lend  reads "the book is lent out" / "the book has been lent out"
  requires {seen}
  then {lent} becomes yes
step send  reads "the bill is sent" / "the bill has been sent"
  then sent becomes yes
step pay  reads "the bill is paid" / "the bill has been paid"
  requires {pays}
  then paid becomes yes
prove card "No book is lent without a card"
  never {lent} and not {seen}
prove bill "Nothing is paid before it is asked for"
  never paid and not sent
"""

COUNTER = """\
policy counter "Counter"
status ticks : int 0..12  starts 0  reads "the number of ticks"
step tick  reads "the clock ticks" / "the clock has ticked"
  requires ticks < 12
  then ticks becomes ticks + 1
prove low "The clock never ticks eleven times"
  never ticks is 11
"""


def shop(lent: str = "lent", seen: str = "seen", pays: str = "sent", more: str = "") -> str:
    return SHOP.format(lent=lent, seen=seen, pays=pays) + more


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the engines were asked to find a proof of: names of goals, once for each search."""
    names: list[str] = []
    mine, solve = houdini.mine, spacer.solve

    def mined(system: object, goals: list[object], *rest: object) -> houdini.Mined:
        names.extend(goal.name for goal in goals)  # type: ignore[attr-defined]
        return mine(system, goals, *rest)  # type: ignore[arg-type]

    def solved(system: object, goal: object, *rest: object) -> spacer.SpacerAnswer:
        names.append(goal.name)  # type: ignore[attr-defined]
        return solve(system, goal, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(houdini, "mine", mined)
    monkeypatch.setattr(spacer, "solve", solved)
    return names


def verified(text: str, memory: Results | None) -> PolicyResult:
    run = pipeline.verify(["a.policy"], pipeline.Options(), files({"a.policy": text}), memory=memory)
    assert run.internal_errors == ()
    (result,) = run.policies
    assert result.program is not None, [finding.diagnostic.message for finding in result.findings]
    return result


def verdicts(result: PolicyResult) -> dict[str, str]:
    return {item.name: item.verdict for item in result.properties}


def searched(asked: list[str], promise: str) -> bool:
    return any(name == promise or name.startswith(f"{promise} ") or f" {promise}" in name for name in asked)


def test_an_edit_of_one_promise_proves_only_that_one_again(memory: Results, asked: list[str]) -> None:
    verified(shop(), memory)
    assert searched(asked, "card")
    assert searched(asked, "bill")
    asked.clear()
    more = 'prove bill_again "What is not asked for is not paid"\n  never not sent and paid and not lent\n'
    result = verified(shop(more=more), memory)
    assert not result.cached
    assert set(verdicts(result).values()) == {"proved"}
    assert searched(asked, "bill_again")
    assert not searched(asked, "card")


def test_an_edit_of_a_step_proves_only_what_depends_on_it(memory: Results, asked: list[str]) -> None:
    verified(shop(), memory)
    asked.clear()
    result = verified(shop(pays="sent and not paid"), memory)
    assert verdicts(result) == {"card": "proved", "bill": "proved"}
    assert searched(asked, "bill")
    assert not searched(asked, "card")


def test_names_and_texts_do_not_matter(memory: Results, asked: list[str]) -> None:
    verified(shop(), memory)
    assert asked
    asked.clear()
    for text in (shop(more="# a comment\n"), shop().replace("Shop", "Store"), shop(lent="borrowed", seen="shown")):
        result = verified(text, memory)
        assert not result.cached
        assert verdicts(result) == {"card": "proved", "bill": "proved"}
        assert all(item.certificate == "checked" for item in result.properties)
    assert asked == []


def test_an_edit_that_breaks_a_promise_is_noticed(memory: Results) -> None:
    verified(shop(), memory)
    assert verdicts(verified(shop(pays="lent"), memory)) == {"card": "proved", "bill": "violated"}


# ---------------------------------------------------------------- a memory that lies


class Liar:
    """Gives the same text as the answer to every question."""

    def __init__(self, text: str) -> None:
        self.text, self.questions = text, 0

    def get(self, _name: str) -> str:
        self.questions += 1
        return self.text

    def put(self, name: str, text: str) -> None:
        """Learns nothing."""


def lemmas(*rows: object, roots: list[int] | None = None, method: object = "induction") -> str:
    return json.dumps({"method": method, "lemmas": {"rows": rows, "roots": roots or [len(rows) - 1]}})


INJECTED = "x|) 0)) ((|y|)))) (assert false) (declare-datatypes ((|z"
LIES = {
    "no text": "",
    "no record": "[]",
    "no rows": lemmas(),
    "true": lemmas(["const", True, "Bool"]),
    "false": lemmas(["const", False, "Bool"]),
    "nothing": lemmas(["const", 1, "Int"]),
    "the number stays low": lemmas(["var", "#0", "Int"], ["<=", ["1", "10"], 0]),
    "the number is not eleven": lemmas(["var", "#0", "Int"], ["=", ["1", "11"], 0], ["not", None, 1]),
    "another method": lemmas(["const", False, "Bool"], method="oracle"),
    "another sort": lemmas(["var", "#0", "Bool"], ["not", None, 0]),
    "an ill-sorted term": lemmas(["var", "#0", "Int"], ["not", None, 0]),
    "an unknown variable": lemmas(["var", "elsewhere", "Bool"]),
    "an input": lemmas(["var", "#0.0", "Int"], ["<", ["1", "0"], 0]),
    "a name that would end an assertion": lemmas(["var", INJECTED, "Bool"]),
    "an enumeration that would end a declaration": lemmas(
        ["const", "y", ["enum", INJECTED, "y"]], ["const", "z", ["enum", INJECTED, "y", "z"]], ["=", None, 0, 1]
    ),
    "a cycle": lemmas(["not", None, 0]),
    "not proved": "not proved within 200000000",
}


@pytest.mark.parametrize("lie", LIES)
def test_no_memory_can_make_a_violated_promise_proved(lie: str) -> None:
    program = load("a.policy", files({"a.policy": COUNTER})).program
    assert program is not None
    liar = Liar(LIES[lie])
    work = Work(program.promises, (), True, 200_000_000, time.monotonic() + 60, 40, True, memory=liar)
    (result,) = verify_program(program, work).properties
    assert liar.questions
    assert result.verdict == "violated"
    assert result.counterexample is not None
    assert result.counterexample.replayed


def test_the_counter_needs_a_memory_that_lies_to_be_proved(memory: Results) -> None:
    assert verdicts(verified(COUNTER, memory)) == {"low": "violated"}
    assert verdicts(verified(COUNTER.replace("ticks < 12", "ticks < 10"), memory)) == {"low": "proved"}
    assert verdicts(verified(COUNTER + "# again\n", memory)) == {"low": "violated"}


def test_a_proof_is_kept_as_its_lemmas(memory: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    monkeypatch.setattr(Proofs, "put", lambda _self, _name, text: kept.append(text))
    verified(shop(), memory)
    methods = [json.loads(text)["method"] for text in kept if text.startswith("{")]
    assert "induction" in methods


# ---------------------------------------------------------------- terms


@pytest.mark.parametrize("path", find_policies((str(ROOT / "policies"),)), ids=lambda path: Path(path).stem)
def test_every_term_of_a_policy_comes_back(path: str) -> None:
    program = load(path, read_policy).program
    assert program is not None
    system = pose(program, program.promises, (), True, True).system
    roots = [constraint.term for constraint in system.initial]
    for transition in system.transitions:
        roots += [transition.enabled, transition.error, *transition.updates.values()]
    free = frozenset().union(*(system.terms.free(root) for root in roots))
    names = {variable: f"#{index}" for index, variable in enumerate(sorted(free, key=lambda item: item.key))}
    record = json.loads(json.dumps(written.write(roots, names)))
    back = written.read(record, system.terms, {name: variable for variable, name in names.items()})
    assert all(new is old for new, old in zip(back, roots, strict=True))
    other = Terms()
    fresh = {name: other.var(name, variable.sort) for variable, name in names.items()}
    again = written.read(record, other, fresh)
    assert all(term is not None for term in again)


@pytest.mark.parametrize(
    "rows",
    [
        [["var", "n"]],
        [["const", 1, "Bool"]],
        [["const", True, "Int"]],
        [["const", 1, "Real"]],
        [["const", "1/0", "Real"]],
        [["const", "blue", ["enum", "colour", "red"]]],
        [["const", "red", ["enum", "colour"]]],
        [["var", "n", "Int"], ["and", None, 0]],
        [["var", "n", "Int"], ["div", 0, 0]],
        [["var", "n", "Int"], ["div", True, 0]],
        [["var", "n", "Int"], ["sum", ["1/2", "0"], 0]],
        [["var", "n", "Int"], ["sum", ["1", "1", "0"], 0]],
        [["var", "n", "Int"], ["months", [1], 0]],
        [["var", "n", "Int"], ["months", [1, "sideways"], 0]],
        [["var", "n", "Int"], ["select", None, 0, 0]],
        [["var", "n", "Int"], ["forall", None, 0]],
        [["var", "n", "Int"], ["ite", None, 0, 0, 0]],
        [["and", None]],
        [["var", "n", "Set"]],
        ["var"],
        [None],
    ],
)
def test_what_write_does_not_give_is_not_read(rows: list[object]) -> None:
    terms = Terms()
    variables = {"n": terms.var("n", INT), "c": terms.var("c", enum_sort("colour", ("red",)))}
    with pytest.raises(written.Unreadable):
        written.read({"rows": rows, "roots": [len(rows) - 1]}, terms, variables)


def test_only_what_is_about_something_unknown_is_left_out() -> None:
    terms = Terms()
    here, gone = terms.var("here", BOOL), terms.var("gone", BOOL)
    record = written.write([terms.not_(here), terms.and_(here, gone), gone], {})
    assert written.read(record, terms, {"here": here}) == [terms.not_(here), None, None]
    assert written.read(record, terms, {"here": here, "gone": terms.var("gone", INT)})[1:] == [None, None]
