"""A certificate that was changed, or is for something else, is rejected with a message that says what is wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from certified import DEPOSIT, certificates, checked, proved, record_of, rewritten, with_record
from running import files

from verifier.certificates.save import save
from verifier.checking.load import load
from verifier.engines.answers import Unreachable
from verifier.engines.decide import Limits
from verifier.explain.evidence import Evidence
from verifier.symbolic.terms import Terms


def replaced(name: str, old: str, new: str) -> str:
    text = certificates()[name]
    assert old in text, old
    return text.replace(old, new)


def first_line(name: str, start: str) -> str:
    return next(line for line in certificates()[name].split("\n") if line.startswith(start))


def weakened_goal() -> str:
    line = first_line("no_house", "(define-fun |NEVER 1|")
    return replaced("no_house", line, "(define-fun |NEVER 1| () Bool false)")


def changed_transition() -> str:
    line = first_line("paid_after_out", "(define-fun |MAY pay_back|")
    return replaced("paid_after_out", line, "(define-fun |MAY pay_back| () Bool false)")


def changed_effect() -> str:
    line = first_line("paid_after_out", "(define-fun |NEW move_out: status out|")
    return replaced("paid_after_out", line, line.replace("true", "false"))


def changed_first_states() -> str:
    line = first_line("no_house", "(define-fun |FIRST|")
    return replaced("no_house", line, "(define-fun |FIRST| () Bool false)")


def invariant(name: str, body: str) -> str:
    line = first_line(name, "(define-fun |HOLDS 1|")
    return replaced(name, line, f"(define-fun |HOLDS 1| () Bool {body})")


def left_out_step() -> str:
    return re.sub(r"\(and \|MAY pay_back\| [^)]*\)+", "false", certificates()["paid_after_out"], count=1)


def obligation_taken_out() -> str:
    text = certificates()["no_house"]
    start = text.index("; ---- step: expected unsat")
    return text[:start] + text[text.index("; ---- safety: expected unsat") :]


def asserted_nothing() -> str:
    return replaced("no_house", "(assert |FIRST|)", "(assert false)")


def added_axiom() -> str:
    return replaced("in_february", "(check-sat)", "(assert false)\n(check-sat)")


def wrong_calendar() -> str:
    """A lesson that shifts a day by one day more than the calendar does."""
    text = certificates()["in_february"]
    found = re.search(r"\|fact signed\|\)?\) (\d+)", text[text.index("; ---- initial: expected unsat") :]) or re.search(
        r"\(define-fun !\d+ \(\) Bool \(= .* (28|29|30|31)\)\)", text
    )
    assert found is not None
    number = found[1]
    return text.replace(found[0], found[0].replace(number, str(int(number) + 1)), 1)


def other_promise() -> str:
    return with_record(certificates()["no_house"], promise="paid_after_out")


def swapped_promise() -> str:
    """The record of one promise over the proof of another."""
    record = certificates()["paid_after_out"].split("\n")[1]
    lines = certificates()["no_house"].split("\n")
    return "\n".join([lines[0], record, *lines[2:]])


def missing_duties() -> str:
    return with_record(certificates()["in_time"], without=["refund"])


def without_any_duty() -> str:
    return with_record(certificates()["in_time"], duties=False)


def other_digest() -> str:
    return with_record(certificates()["no_house"], policy_digest="0" * 64)


def other_system() -> str:
    return with_record(certificates()["no_house"], system_digest="0" * 64)


def other_words() -> str:
    return replaced("no_house", "; Promise:  no_house", "; Promise:  no_flat")


def slower_fall() -> str:
    sections = record_of(certificates()["free"])["sections"]
    assert isinstance(sections, list)
    sections[0]["regions"][1]["fall"] = "2"
    return with_record(certificates()["free"], sections=sections)


def other_step() -> str:
    sections = record_of(certificates()["free"])["sections"]
    assert isinstance(sections, list)
    sections[0]["regions"][1]["step"] = "move_out"
    return with_record(certificates()["free"], sections=sections)


def wider_region() -> str:
    line = first_line("free", "(define-fun |REGION 0|")
    return replaced("free", line, "(define-fun |REGION 0| () Bool true)")


def no_lessons() -> str:
    sections = record_of(certificates()["in_february"])["sections"]
    assert isinstance(sections, list)
    sections[0]["lessons"] = {}
    return with_record(certificates()["in_february"], sections=sections)


def cut_short() -> str:
    text = certificates()["no_house"]
    return text[: len(text) * 2 // 3]


def one_section_less() -> str:
    text = certificates()["alike"]
    return text.split("(reset)")[0] if "(reset)" in text else text.replace("TWO", "ONE").replace("unsat", "sat", 1)


TAMPERED: list[tuple[Callable[[], str], str]] = [
    (weakened_goal, "was changed"),
    (changed_transition, "was changed"),
    (changed_effect, "was changed"),
    (changed_first_states, "was changed"),
    (lambda: invariant("no_house", "true"), "was changed"),
    (lambda: invariant("no_house", "false"), "was changed"),
    (left_out_step, "was changed"),
    (obligation_taken_out, "was changed"),
    (asserted_nothing, "was changed"),
    (added_axiom, "was changed"),
    (wrong_calendar, "was changed"),
    (other_promise, "another system"),
    (swapped_promise, "was changed|another system|cannot be read"),
    (missing_duties, "another system|cannot be read"),
    (without_any_duty, "another system|cannot be read"),
    (other_digest, "another text of this policy"),
    (other_system, "another system"),
    (other_words, "was changed"),
    (slower_fall, "was changed"),
    (other_step, "was changed|lacks the definition"),
    (wider_region, "was changed"),
    (no_lessons, "was changed"),
    (cut_short, "was changed"),
    (one_section_less, "another kind|was changed"),
]


@pytest.mark.parametrize(("make", "message"), TAMPERED, ids=lambda item: getattr(item, "__name__", ""))
def test_what_was_changed_is_rejected(make: Callable[[], str], message: str) -> None:
    tampered = make()
    assert tampered not in certificates().values()
    result = checked(tampered)
    assert result.outcome == "rejected"
    assert result.reason is not None
    assert re.search(message, result.reason), result.reason


def cheat(tampered: str) -> str:
    """What a cheat would write who knows the form: everything else made to fit the changed proof."""
    text = rewritten(tampered)
    assert text is not None
    return text


@pytest.mark.parametrize(
    ("name", "body", "obligation"),
    [("no_house", "true", "safety"), ("no_house", "false", "initial"), ("paid_after_out", "true", "safety")],
)
def test_a_certificate_written_for_a_wrong_invariant_fails_at_the_solver(name: str, body: str, obligation: str) -> None:
    text = cheat(invariant(name, body))
    assert rewritten(text) is None
    result = checked(text)
    assert result.outcome == "rejected"
    assert f"`{obligation}`" in str(result.reason)


def test_a_cheat_about_the_measure_or_the_calendar_fails_at_the_solver() -> None:
    for tampered, obligation in ((slower_fall(), "way from region 1"), (no_lessons(), "initial")):
        result = checked(cheat(tampered))
        assert result.outcome in ("rejected", "unknown")
        assert f"`{obligation}`" in str(result.reason)


def test_a_step_that_breaks_the_invariant_is_found() -> None:
    """An invariant that holds at the start and excludes the goal, but that a step leaves."""
    line = first_line("paid_after_out", "(define-fun |HOLDS 1|")
    tampered = replaced("paid_after_out", line, "(define-fun |HOLDS 1| ((|status out| Bool)) Bool (not |status out|))")
    result = checked(cheat(tampered))
    assert result.outcome == "rejected"
    assert "`step`" in str(result.reason)


# ---------------------------------------------------------------- other policies


def test_a_comment_or_the_layout_of_the_policy_does_not_count() -> None:
    edited = DEPOSIT.replace("# what is promised", "# what is promised, in other words\n# and more").replace(
        "step settle\n  requires", "step settle\n    requires"
    )
    assert edited != DEPOSIT
    assert all(checked(text, edited).outcome == "accepted" for text in certificates().values())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("requires not out", "requires out"),
        ("Nobody lives in a house", "Nobody lives in houses"),
        ("int 1..9", "int 1..8"),
        ("within 60 days of move_out", "within 61 days of move_out"),
        ("never place is house", "never place is flat"),
    ],
)
def test_another_text_of_the_policy_is_rejected(old: str, new: str) -> None:
    assert old in DEPOSIT
    result = checked(certificates()["no_house"], DEPOSIT.replace(old, new))
    assert result.outcome == "rejected"
    assert "another text of this policy" in str(result.reason)


def test_a_certificate_for_a_changed_text_is_rejected_even_with_the_digest_of_that_text() -> None:
    """Whoever edits the digest as well is found out by the system."""
    edited = DEPOSIT.replace("requires out and not paid", "requires not paid")
    other = record_of(certificates(edited)["no_house"])["policy_digest"]
    result = checked(with_record(certificates()["paid_after_out"], policy_digest=other), edited)
    assert result.outcome == "rejected"
    assert "another system" in str(result.reason)


def test_another_policy_is_rejected() -> None:
    result = checked(certificates()["no_house"], DEPOSIT.replace("policy deposit", "policy pledge"))
    assert result.outcome == "rejected"
    assert "not for `pledge`" in str(result.reason)


def test_a_policy_with_errors_or_without_the_promise_is_told() -> None:
    assert checked(certificates()["no_house"], "policy").unread
    less = DEPOSIT.replace('prove no_house "Nobody lives in a house"\n  never place is house\n', "")
    assert "no promise `no_house`" in str(checked(certificates()["no_house"], less).reason)


@pytest.mark.parametrize("form", ["never place is flat", "pay_back only if rich", "loans depends only on rich"])
def test_no_certificate_can_be_made_for_what_does_not_hold(form: str) -> None:
    text = DEPOSIT.replace("never place is house", form)
    assert proved(text)["no_house"].verdict == "violated"
    program = load("main.policy", files({"main.policy": text})).program
    assert program is not None
    promise = next(item for item in program.promises if item.name == "no_house")
    terms, limits = Terms(), Limits(10**7, time.monotonic() + 60, 3)
    for claimed in (terms.true, terms.false):
        proof = Evidence(Unreachable(claimed, "induction"), ())
        saved = save(program, "main.policy", promise, proof, True, ("z3",), limits)
        assert (saved.text, bool(saved.reason)) == (None, True)


def test_certificates_do_not_depend_on_the_order_in_which_python_hashes() -> None:
    """Whoever checks is another process than the one that saved."""
    script = "from certified import certificates; print(certificates())"
    root = Path(__file__).parents[2]
    digests = set()
    for seed in ("1", "2"):
        places = os.pathsep.join((str(root), str(root / "tests" / "support")))
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": places}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=120, check=True
        )
        digests.add(done.stdout)
    assert len(digests) == 1
