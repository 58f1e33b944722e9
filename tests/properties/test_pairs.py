"""Promises about two cases, from text to verdict: what is compared, what is proved, what shows that it is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from verifier.core.program import DependsOnly, More
from verifier.explain.model import PropertyResult, Story
from verifier.pipeline import Options, check, verify
from verifier.source import SourceFile

ROOT = Path(__file__).parents[2]

PROCEDURE = """policy procedure
enum Outcome = refused | deferred | granted
enum Grade = low | mid | high
fact convicted : yes/no
fact income : int 0..
reading strictness "how strict" = strict | lenient
status lawyer : yes/no
status outcome : Outcome starts refused
status grade : Grade starts low
status points : int starts 0
step hire
  requires not lawyer
  then lawyer becomes yes
step file
  requires file has never happened
step grant
  requires file has happened and today <= date of file + 30 days
  requires not convicted
  then outcome becomes granted
step defer
  requires file has happened
  then outcome becomes deferred
step raise_grade
  requires (grade is low and income >= 100) or (grade is mid and income >= 1000)
  then grade becomes if grade is low then mid else high
step score(x: int 0..)
  requires x <= income
  requires lawyer or strictness is lenient
  then points becomes x
duty answer: defer or grant within 10 days of file
"""


def results(text: str, **wanted: object) -> dict[str, PropertyResult]:
    """The results of a policy's promises; the verifier must find no fault of its own."""
    run = verify(["test.policy"], Options(**wanted), lambda path: SourceFile(path, text))  # type: ignore[arg-type]
    (policy,) = run.policies
    assert policy.program is not None, [finding.diagnostic.message for finding in policy.findings]
    assert run.internal_errors == ()
    return {item.name: item for item in policy.properties}


def result(promise: str, declarations: str = PROCEDURE, **wanted: object) -> PropertyResult:
    return results(f"{declarations}prove it {promise}\n", **wanted)["it"]


def taken(story: Story | None) -> list[str | None]:
    assert story is not None
    return [item.step for item in story.happenings]


def fact(story: Story | None, name: str) -> object:
    assert story is not None
    return next(item.value for item in (*story.facts, *story.initial) if item.name == name)


# ---------------------------------------------------------------- proved for runs of any length


@pytest.mark.parametrize(
    "promise",
    [
        "outcome depends only on convicted",
        "grade depends only on income",
        "points depends only on income, lawyer, strictness",
        "points depends only on income, lawyer",
        "more income never lowers grade",
        "more convicted never raises outcome",
    ],
)
def test_proved(promise: str) -> None:
    found = result(promise)
    assert (found.verdict, found.vacuous, found.certificate) == ("proved", False, "checked")
    assert found.counterexample is None
    assert found.second_case is None


# ---------------------------------------------------------------- violated, by two runs


def test_what_was_proposed_to_both_cases_is_told_in_its_order() -> None:
    """Were the removal proposed first, it would be possible in both cases: nothing is guarded at the start."""
    found = results(
        "policy p\nfact p : yes/no\n"
        "status guarded : yes/no starts no\nstatus gone : yes/no starts no\n"
        "step protect\n  requires p\n  then guarded becomes yes\n"
        "step remove\n  requires not guarded\n  then gone becomes yes\n"
        "prove it gone depends only on guarded\n"
    )["it"]
    assert found.counterexample is not None
    assert found.second_case is not None
    events = [
        (event.order, event.step) for story in (found.counterexample, found.second_case) for event in story.happenings
    ]
    assert sorted(events) == [(1, "protect"), (2, "remove")]


def test_days_that_pass_around_a_step_of_one_case_are_told_apart_in_both() -> None:
    """The slow case waits as long in all; in the other, the step comes after the first ten days and five follow."""
    found = results(
        "policy p\nfact fast : yes/no\nfact income : int 0..9\nstatus begun : date starts today\n"
        "status over : yes/no starts no\n"
        "step finish\n  requires fast and today >= begun + 10 days\n"
        "step close\n  requires finish has happened and date of finish + 5 days <= today\n  then over becomes yes\n"
        "prove it over depends only on income\n"
    )["it"]
    assert found.counterexample is not None
    assert found.second_case is not None
    told = [
        [(event.order, event.step, event.days) for event in story.happenings]
        for story in (found.counterexample, found.second_case)
    ]
    slow, fast = sorted(told, key=len)
    assert slow == [(1, None, 10), (3, None, 5)]
    assert fast == [(1, None, 10), (2, "finish", 0), (3, None, 5), (4, "close", 0)]


def test_a_difference_is_shown_by_two_confirmed_runs() -> None:
    found = result("outcome depends only on income")
    assert found.verdict == "violated"
    assert sorted([taken(found.counterexample), taken(found.second_case)], key=len) == [["file"], ["file", "grant"]]
    assert fact(found.counterexample, "income") == fact(found.second_case, "income")
    assert fact(found.counterexample, "convicted") != fact(found.second_case, "convicted")
    for story in (found.counterexample, found.second_case):
        assert story is not None
        assert story.replayed
        assert story.shortest
        assert "convicted" in story.needed
        assert "points" not in story.needed


def test_the_second_case_has_more_and_the_rest_is_alike() -> None:
    found = result("more income never raises grade")
    assert found.verdict == "violated"
    assert (fact(found.counterexample, "income"), fact(found.second_case, "income")) == (99, 100)
    assert (taken(found.counterexample), taken(found.second_case)) == ([], ["raise_grade"])
    assert fact(found.counterexample, "convicted") == fact(found.second_case, "convicted")


def test_a_status_without_starts_may_differ_or_be_named() -> None:
    unnamed = result("points depends only on income, strictness")
    assert unnamed.verdict == "violated"
    assert fact(unnamed.counterexample, "lawyer") != fact(unnamed.second_case, "lawyer")
    assert result("more lawyer never raises points").verdict == "violated"
    assert result("more lawyer never lowers points").verdict == "proved"


def test_the_case_that_cannot_take_a_step_waits_for_the_other() -> None:
    """In lockstep the second case could not follow the first, and the promise would seem to hold."""
    text = """policy follow
fact fast : yes/no
status ready : yes/no starts fast
status done : yes/no starts no
step prepare
  requires not ready
  then ready becomes yes
step finish
  requires ready
  then done becomes yes
prove same done depends only on ready
prove quick more fast never lowers done
prove slow more fast never raises done
"""
    found = results(text)
    assert [found[name].verdict for name in ("same", "quick", "slow")] == ["proved", "proved", "violated"]
    assert (taken(found["slow"].counterexample), taken(found["slow"].second_case)) == ([], ["finish"])


def test_definitions_and_decisions_can_be_named() -> None:
    text = """policy named
fact income : int 0..
fact children : int 0..
define poor means income < 1000
decide bonus : int
  rule family gives 1 if children > 0
  otherwise 0
status paid : int starts 0
step pay
  requires poor
  then paid becomes 100 + bonus
prove enough paid depends only on poor, bonus
prove too_little paid depends only on poor
prove more_children more children never lowers paid
"""
    found = results(text)
    assert [item.verdict for item in found.values()] == ["proved", "violated", "proved"]


def test_absent_values_sets_and_lists_are_compared() -> None:
    text = """policy kinds
enum Flaw = late | short
record Child
  field age : int 0..20
fact children : list of Child up to 2
fact guardian : date or none
status flaws : set of Flaw starts {}
status seen : date or none starts none
status young : int starts 0
step note(flaw: Flaw)
  requires some child in children has child.age > 10
  then flaws becomes flaws with flaw
step see
  then seen becomes guardian, young becomes number of child in children with (child.age < 5)
prove alike flaws depends only on children
prove counted young depends only on children
prove guarded seen depends only on guardian
prove not_counted young depends only on guardian
"""
    found = results(text)
    assert [item.verdict for item in found.values()] == ["proved", "proved", "proved", "violated"]


# ---------------------------------------------------------------- time

WAITING = """policy waiting
fact prompt : yes/no
fact due : date
status late : yes/no starts no
status asked : yes/no starts no
step ask
  requires not asked and not prompt
  then asked becomes yes
step answer
  requires asked
  then asked becomes no
step mark
  requires today > due
  then late becomes yes
duty reply: answer within 5 days of ask
define overdue means today > due
"""


def test_both_cases_live_on_the_same_days() -> None:
    found = results(f"{WAITING}prove marked late depends only on due\nprove on_time overdue depends only on due\n")
    assert [item.verdict for item in found.values()] == ["proved", "proved"]


def test_a_later_date_is_more() -> None:
    found = result("more due never raises late", WAITING)
    assert found.verdict == "proved"
    found = result("more due never lowers late", WAITING)
    assert found.verdict == "violated"
    assert fact(found.counterexample, "due") < fact(found.second_case, "due")  # type: ignore[operator]


def test_a_duty_that_stops_one_case_stops_both() -> None:
    """Only the second case can ask, and then the first may not wait past the second's deadline either."""
    declarations = f"{WAITING}define idle means today > due + 5 days and not late and ask has happened\n"
    promise = "idle depends only on due, prompt"
    assert result(promise, declarations).verdict == "proved"
    kept = """policy kept
fact prompt : yes/no
status start : int starts 0
step ask
  requires not prompt and ask has never happened
step answer
duty reply: answer within 5 days of ask
define long_ago means ask has happened and not ask happened within 9 days and answer has never happened
prove it long_ago depends only on start
"""
    assert results(kept)["it"].verdict == "proved"
    assert results(kept, duties=False)["it"].verdict == "violated"


# ---------------------------------------------------------------- vacuous


@pytest.mark.parametrize(
    ("declarations", "promise"),
    [
        ("fact f : yes/no\nstatus d : int starts 0\nstep s requires no then d becomes 1", "d depends only on f"),
        ('fact f : yes/no\nfact d : yes/no\nassume f because "so"', "d depends only on f, d"),
        ("fact f : yes/no\nstatus d : int starts 0\nstep s then d becomes d", "more f never lowers d"),
        ('fact f : yes/no\nfact d : yes/no\nassume f iff d because "so"', "more f never lowers d"),
        ("fact f : int 3..3\nfact d : yes/no", "more f never raises d"),
        ("fact f : yes/no\nstatus g : int starts 0\nfact d : yes/no", "d depends only on g, d"),
    ],
)
def test_vacuous(declarations: str, promise: str) -> None:
    found = result(promise, f"policy empty\n{declarations}\n")
    assert (found.verdict, found.vacuous) == ("proved", True)


@pytest.mark.parametrize(
    ("declarations", "promise"),
    [
        ("fact f : yes/no\nstatus d : int starts 0\nstep s then d becomes 1", "d depends only on f"),
        ("fact f : yes/no\nstatus d : int starts 0\nstep s then d becomes 1", "more f never lowers d"),
        ("fact f : int 3..4\nfact d : yes/no", "more f never raises d"),
    ],
)
def test_a_subject_that_changes_in_time_is_not_constant(declarations: str, promise: str) -> None:
    found = result(promise, f"policy full\n{declarations}\n")
    assert (found.verdict, found.vacuous) == ("proved", False)


# ---------------------------------------------------------------- errors


def test_a_part_without_a_value_leaves_the_verdict_open() -> None:
    gap = "policy gap\nfact f : yes/no\ndecide d : int\n  rule r gives 1 if f\n"
    assert result("d depends only on f", gap).verdict == "unknown"
    item = "policy gap\nfact f : yes/no\nfact g : int\ndecide d : int\n  rule r gives 1 if f\n"
    assert result("g depends only on g, d", item).verdict == "unknown"


def test_an_error_in_a_step_leaves_the_verdict_open_if_it_matters() -> None:
    text = """policy range
fact f : int 0..
status small : int 0..5 starts 0
status other : int starts 0
step add(x: int 0..9)
  requires x < f
  then small becomes x
step go
  then other becomes other + 1
prove near small depends only on f
prove far other depends only on f
prove wrong small depends only on other
"""
    found = results(text)
    assert found["near"].verdict == "unknown"
    assert "`add`" in (found["near"].reason or "")
    assert found["far"].verdict == "proved"
    assert found["wrong"].verdict == "violated"
    asked = results(text, properties=("near",))
    assert asked["near"].reason == found["near"].reason


def test_what_errs_in_one_case_is_taken_in_neither() -> None:
    """A run that differs only after an erring step shows nothing: the interpreter would not confirm it."""
    text = """policy lopsided
fact f : yes/no
fact g : yes/no
status x : int 0..1 starts 0
step jump
  then x becomes if f then x + 2 else 1
"""
    found = result("x depends only on g", text)
    assert found.verdict == "unknown"
    assert "`jump`" in (found.reason or "")


# ---------------------------------------------------------------- the policies of the project


def expected() -> list[tuple[Path, dict[str, str]]]:
    kept = json.loads((ROOT / "tests" / "policies" / "expected.json").read_text("utf-8"))
    return [(ROOT / "tests" / "policies" / name, verdicts) for name, verdicts in kept.items()]


def about_two_cases(path: Path) -> tuple[PropertyResult, ...]:
    """The results of the promises of a policy that compare two cases."""

    def read(name: str) -> SourceFile:
        return SourceFile(name, Path(name).read_text("utf-8"))

    program = check([str(path)], Options(), read).policies[0].program
    assert program is not None
    own = [promise for promise in program.promises if promise.origin in ("", program.name)]
    names = tuple(promise.name for promise in own if isinstance(promise.form, DependsOnly | More))
    return verify([str(path)], Options(properties=names), read).policies[0].properties if names else ()


@pytest.mark.parametrize(("path", "verdicts"), expected(), ids=lambda item: getattr(item, "stem", ""))
def test_expected_verdicts(path: Path, verdicts: dict[str, str]) -> None:
    for found in about_two_cases(path):
        assert found.verdict == verdicts[found.name], found


@pytest.mark.parametrize("path", sorted((ROOT / "policies").glob("*/*.policy")), ids=lambda path: path.stem)
def test_the_policies_keep_their_promises(path: Path) -> None:
    for found in about_two_cases(path):
        assert (found.name, found.verdict, found.vacuous) == (found.name, "proved", False), found
