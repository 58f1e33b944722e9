"""Every proof can be saved, and what is saved is a proof to any solver and to `certify`."""

from __future__ import annotations

import os
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from certified import DEPOSIT, WITH_CERTIFICATES, certificates, checked, proved, record_of
from running import files

from verifier import pipeline
from verifier.certificates.run import certify
from verifier.certificates.save import save
from verifier.checking.load import load
from verifier.cli.files import read_policy
from verifier.engines.answers import Unreachable
from verifier.engines.decide import Limits
from verifier.engines.liveness import Escapable
from verifier.engines.progress import Region
from verifier.engines.solvers import SECOND, answers, installed
from verifier.explain.evidence import Evidence
from verifier.explain.model import PolicyResult
from verifier.symbolic.terms import BOOL, INT, Terms

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "policies").rglob("*.policy"))
NIGHTLY = os.environ.get("CLAUSEPROOF_DEPTH") == "nightly"
SAMPLE = ("automatic_stay",)
needs_cvc5 = pytest.mark.skipif(not installed(SECOND), reason="cvc5 is not installed (the extra `certify`)")

BY_INVARIANT = ["paid_after_out", "in_time", "in_february", "no_house", "fair", "alike", "free"]


def test_every_kind_of_proof_by_an_invariant_is_saved() -> None:
    results = proved(DEPOSIT)
    assert {result.verdict for result in results.values()} == {"proved"}
    assert [name for name, result in results.items() if result.saved is not None] == BY_INVARIANT
    assert results["payable"].saved is None  # it is proved by a run, which was replayed
    assert results["payable"].witness is not None


@pytest.mark.parametrize("name", BY_INVARIANT)
def test_a_certificate_is_accepted_against_its_policy(name: str) -> None:
    result = checked(certificates()[name])
    assert (result.outcome, result.reason) == ("accepted", None)
    assert [solver for solver, _ in result.seconds] == ["z3"]


@pytest.mark.parametrize("name", BY_INVARIANT)
def test_a_certificate_as_it_stands_is_a_script_whose_answers_are_all_unsat(name: str) -> None:
    text = certificates()[name]
    for section in text.split("\n(reset)\n"):
        said = answers(section + "\n", "z3", 50_000_000, 60_000)
        assert said == ["unsat"] * section.count("(check-sat)")
        assert len(said) >= 3


@needs_cvc5
@pytest.mark.parametrize("name", BY_INVARIANT)
def test_both_solvers_accept_a_certificate(name: str) -> None:
    result = checked(certificates()[name], solvers=("z3", "cvc5"))
    assert (result.outcome, result.reason) == ("accepted", None)
    assert [solver for solver, _ in result.seconds] == ["z3", "cvc5"]


def test_a_certificate_supposes_the_duties_that_the_verdict_supposes() -> None:
    assert {name: checked(text).supposes for name, text in certificates().items()} == {
        name: ("refund",) if name == "in_time" else () for name in BY_INVARIANT
    }


def test_the_same_policy_gives_the_same_certificates() -> None:
    again = {name: result.saved.text for name, result in proved(DEPOSIT).items() if result.saved is not None}
    assert again == certificates()


def test_what_always_holds_is_said_in_the_policy_language() -> None:
    text = certificates()["no_house"]
    assert re.search(r"^; +1\. (home|place) is(n't| not)? (flat|house)|^; +1\. place is flat", text, re.MULTILINE)
    assert "paid implies" in certificates()["paid_after_out"] or "pay_back" in certificates()["paid_after_out"]


def test_proofs_without_duties_say_so() -> None:
    options = pipeline.Options(timeout=60.0, certificates=True, duties=False)
    results = proved(DEPOSIT, options)
    assert results["in_time"].verdict == "violated"
    saved = results["paid_after_out"].saved
    assert saved is not None
    assert record_of(saved.text)["duties"] is False
    assert checked(saved.text).outcome == "accepted"


def test_a_policy_that_nobody_can_start_is_certified_too() -> None:
    text = """\
policy nobody "Nobody"
fact old : yes/no
assume never_so : old and not old
prove young "Nobody is old"
  never old
"""
    saved = proved(text)["young"].saved
    assert saved is not None
    assert checked(saved.text, text).outcome == "accepted"


# ---------------------------------------------------------------- the shipped policies


def shipped(path: Path) -> PolicyResult:
    proofs_only = replace(WITH_CERTIFICATES, properties=("*",), timeout=300.0)
    (policy,) = pipeline.verify([str(path)], proofs_only, read_policy).policies
    return policy


@pytest.mark.parametrize("path", [path for path in SHIPPED if NIGHTLY or path.stem in SAMPLE], ids=lambda p: p.stem)
def test_every_proof_of_a_shipped_policy_is_accepted_again(path: Path) -> None:
    policy = shipped(path)
    proofs = [result for result in policy.properties if result.verdict == "proved" and result.witness is None]
    assert all(result.saved is not None for result in proofs)
    texts = [(result.saved.file, result.saved.text) for result in proofs if result.saved is not None]
    solvers = ("z3", "cvc5") if installed(SECOND) else ("z3",)
    results = certify(texts, None, read_policy, (), solvers)
    assert [(result.file, result.reason) for result in results if result.outcome != "accepted"] == []
    assert len(results) == len(proofs)


def test_the_sample_has_proofs() -> None:
    assert {path.stem for path in SHIPPED} >= set(SAMPLE)


def test_what_cannot_be_carried_over_is_proved_again() -> None:
    """Regions and invariants over variables that the promise alone does not have, as other promises may bring them."""
    program = load("main.policy", files({"main.policy": DEPOSIT})).program
    assert program is not None
    promises = {promise.name: promise for promise in program.promises}
    terms = Terms()
    strange, limits = terms.var("history of another promise", BOOL), Limits(10**8, time.monotonic() + 60, 20)
    region = Region(strange, "settle", {terms.var("input unheard of", INT): terms.integer(1)}, 0)
    way = Escapable(strange, (Region(terms.true), region), "ways back")
    for name, proof in (("free", way), ("paid_after_out", Unreachable(strange, "induction"))):
        saved = save(program, "main.policy", promises[name], Evidence(proof, ()), True, ("z3",), limits)
        assert saved.text is not None, saved.reason
        assert checked(saved.text).outcome == "accepted"
