"""Policies that use others: what they see, what comes in, amendments, and what is reported where."""

from __future__ import annotations

import pytest
from checking_cases import check_files, check_text, codes, program

from verifier.checking.checker import check
from verifier.checking.load import ParseCache, load
from verifier.source import SourceFile
from verifier.syntax.parser import parse

WORDS = 'policy words\nsource act "Act"\nfact resident : yes/no [act 1]\nenum Kind = new | renewal\n'
FEES = """policy fees
use words
fact kind : Kind
decide fee : money
  rule usual gives $80 if kind is new
  otherwise $20
"""
AMENDING = "policy main\nuse fees\ndecide fee : money\n  exception residents to usual gives $10 if resident [act 2]\n"


def test_items_of_used_policies_come_in_with_their_origin() -> None:
    found = program("policy main\nuse fees\nstep apply", words=WORDS, fees=FEES)
    assert found.name == "main"
    assert found.uses == ("words", "fees")
    assert [(fact.name, fact.origin) for fact in found.facts] == [("resident", "words"), ("kind", "fees")]
    assert [step.origin for step in found.steps] == ["main"]


def test_a_policy_used_twice_comes_in_once() -> None:
    found = program(
        "policy main\nuse words\nuse fees\nuse novelty", words=WORDS, fees=FEES, novelty="policy novelty\nuse words"
    )
    assert found.uses == ("words", "fees", "novelty")
    assert len(found.facts) == 2


def test_an_amendment_adds_exceptions() -> None:
    decision = program(AMENDING, words=WORDS, fees=FEES).decision("fee")
    assert decision.origin == "fees"
    assert [(rule.name, rule.origin, rule.targets) for rule in decision.rules] == [
        ("usual", "fees", None),
        ("residents", "main", ("usual",)),
    ]


def test_the_amended_policy_alone_knows_nothing_of_it() -> None:
    checked = check_files({"words.policy": WORDS, "fees.policy": FEES, "main.policy": AMENDING}, "fees.policy")
    assert checked.program is not None
    assert len(checked.program.decision("fee").rules) == 1


@pytest.mark.parametrize(
    ("amendment", "message"),
    [
        ("decide fee : int rule a gives 3 if yes", "this amends `fee`, which is declared differently"),
        ("decide fee(n: int) : money rule a gives $3 if yes", "this amends `fee`, which is declared differently"),
        ("decide fee : money otherwise $3", "`fee` has an `otherwise` already"),
        (
            'decide fee : money reads "the fee" rule a gives $3 if yes',
            "an amendment of `fee` cannot change how it reads",
        ),
    ],
)
def test_an_amendment_must_fit(amendment: str, message: str) -> None:
    checked = check_text(f"policy main\nuse fees\n{amendment}", words=WORDS, fees=FEES)
    assert [(item.code, item.message) for item in checked.diagnostics] == [("E0403", message)]


def test_an_amendment_may_bring_the_otherwise_that_is_missing() -> None:
    fees = FEES.replace("otherwise $20", "")
    found = program("policy main\nuse fees\ndecide fee : money\n  otherwise $5", words=WORDS, fees=fees)
    assert found.decision("fee").otherwise is not None


def test_two_amendments_meet_in_one_decision() -> None:
    novelty = "policy novelty\nuse fees\ndecide fee : money\n  exception new_ones to usual gives $1 if kind is new"
    both = "policy main\nuse novelty\ndecide fee : money\n  exception late to new_ones, usual gives $2 if resident"
    decision = program(both, words=WORDS, fees=FEES, novelty=novelty).decision("fee")
    assert [rule.targets for rule in decision.rules] == [None, ("usual",), ("new_ones", "usual")]


def test_an_amendment_sees_only_the_amendments_that_it_uses() -> None:
    novelty = "policy novelty\nuse fees\ndecide fee : money\n  exception new_ones to usual gives $1 if kind is new"
    other = "policy other\nuse fees\ndecide fee : money\n  exception late to new_ones gives $2 if resident"
    checked = check_text("policy main\nuse novelty\nuse other", words=WORDS, fees=FEES, novelty=novelty, other=other)
    assert codes(checked) == ["E0214"]


def test_a_used_policy_does_not_see_its_user() -> None:
    checked = check_text("policy main\nuse a\nfact secret : yes/no", a="policy a\ndefine d means secret")
    [found] = checked.diagnostics
    assert found.code == "E0202"
    assert found.span is not None
    assert found.span.source.path == "a.policy"


def test_a_fault_in_a_used_policy_is_told_once() -> None:
    broken = "policy words\nfact resident : yes/no\ndefine d means residant"
    checked = check_text(
        "policy main\nuse words\nuse a\nuse b", words=broken, a="policy a\nuse words", b="policy b\nuse words"
    )
    assert codes(checked) == ["E0202"]


def test_a_missing_policy_is_told_with_the_places_searched() -> None:
    files = {"law/main.policy": "policy main\nuse words\ndefine d means resident and kind is new"}
    checked = check_files(files, "law/main.policy", ("shared",))
    [found] = checked.diagnostics
    assert found.code == "E0210"
    assert found.help is not None
    assert "`law/words.policy` and `shared/words.policy`" in found.help


def test_the_folder_of_the_user_comes_before_the_search_path() -> None:
    files = {
        "law/main.policy": "policy main\nuse fees\nuse words",
        "law/words.policy": WORDS,
        "shared/words.policy": "policy words\nfact other : yes/no",
        "shared/fees.policy": FEES.replace("use words\n", "enum Kind = new | old\n").replace("use words", ""),
    }
    checked = check_files(
        {**files, "law/words.policy": "policy words\nfact here : yes/no"}, "law/main.policy", ("shared",)
    )
    assert checked.program is not None
    assert [fact.name for fact in checked.program.facts] == ["kind", "here"]


@pytest.mark.parametrize(
    ("files", "circle"),
    [
        ({"main": "policy main\nuse main"}, "main → main"),
        ({"main": "policy main\nuse a", "a": "policy a\nuse b", "b": "policy b\nuse a"}, "a → b → a"),
    ],
)
def test_a_circle_of_uses_is_named(files: dict[str, str], circle: str) -> None:
    checked = check_files({f"{name}.policy": text for name, text in files.items()}, "main.policy")
    [found] = checked.diagnostics
    assert found.code == "E0211"
    assert circle in found.message


def test_syntax_errors_of_a_used_policy_silence_what_it_would_declare() -> None:
    checked = check_text(
        "policy main\nuse words\ndefine d means resident", words="policy words\nfact resident : : yes/no"
    )
    assert checked.program is None
    assert all(code.startswith("E01") for code in codes(checked))


def test_texts_are_parsed_once_per_run() -> None:
    reads: list[str] = []

    def read(path: str) -> SourceFile:
        reads.append(path)
        texts = {"words.policy": WORDS, "fees.policy": FEES, "main.policy": AMENDING}
        return SourceFile(path, texts[path])

    cache = ParseCache()
    for path in ("main.policy", "fees.policy", "words.policy"):
        assert load(path, read, (), cache).program is not None
    assert sorted(reads) == ["fees.policy", "main.policy", "words.policy"]


def test_trees_can_be_checked_without_files() -> None:
    trees = {name: parse(SourceFile(name, text)).tree for name, text in {"words": WORDS, "fees": FEES}.items()}
    main = parse(SourceFile("main", "policy main\nuse fees")).tree
    assert main is not None
    assert check(main, trees.get).program is not None
    assert codes(check(main, lambda _: None)) == ["E0210"]
