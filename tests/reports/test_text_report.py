"""The text report: verdict first, the story behind it, and readable anywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
import specimens as s

from verifier.explain.model import Binding, Finding, ReadingVerdict, RunResult
from verifier.pipeline import Options, verify
from verifier.reports.style import Style
from verifier.reports.text import render_text
from verifier.source import SourceFile

EVERYTHING = s.run(
    s.PROVED,
    s.VIOLATED,
    s.UNKNOWN,
    s.POSSIBLE,
    scenarios=[s.PASSED, s.FAILED],
    findings=[Finding(s.WARNING, s.STORY)],
    internal_errors=["a counterexample did not replay"],
)
WITHOUT_FRAMES = replace(EVERYTHING, policies=(replace(EVERYTHING.policies[0], findings=()),))
NARROW = Style(width=80)


def text_of(run: RunResult, style: Style = NARROW, command: str = "verify") -> str:
    return render_text(run, style, command)


def test_a_proved_promise_takes_one_line_and_its_grounds() -> None:
    assert "✓ proved    No offer is final  [article 4.4]  induction, 0.12 s\n" in text_of(s.run(s.PROVED))
    assert "            rests on extend_offer.requires.1\n" in text_of(s.run(s.PROVED))


def test_flags_are_said_in_words() -> None:
    text = text_of(s.run(replace(s.PROVED, vacuous=True, trivial=True)))
    assert "VACUOUS: what it speaks of never occurs" in text
    assert "TRIVIAL: it rests on no clause of the policy" in text
    assert "VACUOUS" not in text_of(s.run(s.PROVED))


def test_a_violation_tells_its_story() -> None:
    text = text_of(s.run(s.VIOLATED))
    story = """\
┃ IT CAN HAPPEN that ICE offers administrative closure, although the immigrant
┃ has no attorney and it has never happened that the immigrant appears in person
┃ in immigration court.
HOW IT HAPPENS                                  who
      2012-04-23  the case starts
   1  2012-04-23  ICE reviews the case          ICE  review        [article 3.1]
        now: the case has been reviewed
   2  2012-05-23  30 days pass
   3  2012-05-23  ICE offers administrative     ICE  extend_offer  [article 4.4]
      closure  ✕
        now: offer: none → tentative
        checked: the case has been reviewed ✓; the offer is none ✓
        not asked: whether the immigrant has appeared in person in court or the
                   immigrant has an attorney
FACTS         the immigrant has served in the armed forces   (needed)
AT THE START  the immigrant has no attorney   (needed)
              everything else: any value
HOW SURE      shortest possible ✓   replayed independently ✓
"""
    assert story in text


def test_dates_are_left_out_where_they_play_no_part() -> None:
    happenings = tuple(replace(item, date=None) for item in s.STORY.happenings)
    text = text_of(s.run(replace(s.VIOLATED, counterexample=replace(s.STORY, start=None, happenings=happenings))))
    assert "2012" not in text


def test_what_did_not_replay_is_not_called_sure() -> None:
    text = text_of(s.run(replace(s.VIOLATED, counterexample=replace(s.STORY, replayed=False, shortest=False))))
    assert "NOT REPLAYED" in text
    assert "not proved to be the shortest" in text


def test_a_story_without_events_holds_at_the_start() -> None:
    text = text_of(s.run(replace(s.VIOLATED, counterexample=replace(s.STORY, happenings=()))))
    assert "This holds at the very start" in text


def test_unknown_says_what_is_established_and_what_would_help() -> None:
    text = text_of(s.run(s.UNKNOWN))
    assert "NOT DECIDED: the budget was used up" in text
    assert "no violation in runs of up to 14 steps" in text
    assert "--budget" in text


def test_a_witness_is_told() -> None:
    text = text_of(s.run(s.POSSIBLE))
    assert "for example: ICE reviews the case; 30 days pass; ICE offers" in text


def test_verdicts_by_reading() -> None:
    verdicts = (
        ReadingVerdict((("presence", "by_video"),), "violated"),
        ReadingVerdict((("presence", "in_person"),), "proved"),
    )
    text = text_of(s.run(replace(s.VIOLATED, by_reading=verdicts)))
    assert "violated if presence is read as by video\n" in text
    assert "proved if presence is read as in person\n" in text


def test_two_cases_stand_side_by_side() -> None:
    one = replace(s.STORY, happenings=tuple(replace(e, order=n) for n, e in enumerate(s.STORY.happenings, start=1)))
    other = replace(
        one,
        facts=(Binding("veteran", False, s.veteran.type), *s.STORY.facts[1:]),
        happenings=(one.happenings[0], one.happenings[2]),
    )
    text = text_of(s.run(replace(s.VIOLATED, counterexample=one, second_case=other)))
    rows = [" ".join(line.split()) for line in text.splitlines()]
    assert "TWO CASES case 1 case 2" in rows
    assert any(row.startswith("the immigrant has served") and row.endswith("yes no") for row in rows)
    assert any(row.startswith("2012-05-23 30 days") and row.endswith("no change not taken") for row in rows)
    assert "the day of the start 2012-04-23 2012-04-23" in rows


def test_a_failed_scenario_shows_clause_expectation_and_facts() -> None:
    text = text_of(s.run(scenarios=[s.FAILED]))
    assert "✗ FAILED    scenario unrepresented" in text
    assert "┃ Fails at `expect offer is tentative` (closure.policy:2:1)" in text
    assert "expected      the offer is tentative\ngot           the offer is none\n" in text
    assert "the immigrant has served in the armed forces   (needed)" in text


def test_a_failed_scenario_shows_all_facts_where_those_that_matter_are_not_known() -> None:
    failing = replace(s.FAILED, failing=replace(s.FAILED.failing, story=replace(s.STORY, needed=())))
    text = text_of(s.run(scenarios=[failing]))
    assert "any value" not in text
    assert "IN THE CASE   the immigrant has served in the armed forces\n" in text
    assert "yearly income: $1,250.00\n" in text
    assert "the immigrant has no attorney\n" in text
    assert "rights" not in text.partition("IN THE CASE")[2]


def test_unknown_beside_errors_asks_for_their_correction() -> None:
    text = text_of(s.run(s.UNKNOWN, findings=[Finding(s.ERROR)]))
    assert "correcting the errors above first" in text
    assert "--budget" not in text


def test_a_policy_with_errors_is_not_called_verified() -> None:
    text = text_of(s.run(findings=[Finding(s.ERROR)], program=None))
    assert "Not verified: the policy has errors." in text
    assert "E101" in text
    assert "there is no `x`" in text


def test_the_summary_counts_everything() -> None:
    last = " ".join(text_of(EVERYTHING).splitlines()[-2:])
    assert last == (
        "1 policy · 4 promises: 2 proved, 1 violated, 1 unknown · 2 scenarios: 1 passed, 1 failed · 1 warning · 1.5 s"
    )


def test_check_does_not_pretend_to_have_proved() -> None:
    assert "nothing was proved" in text_of(s.run(), command="check")


@pytest.mark.parametrize("width", [60, 80, 100])
def test_nothing_is_wider_than_the_page(width: int) -> None:
    assert max(len(line) for line in text_of(WITHOUT_FRAMES, Style(width=width)).splitlines()) <= width


@pytest.mark.parametrize("width", [60, 80])
def test_plain_signs_are_ascii(width: int) -> None:
    text = text_of(EVERYTHING, Style(width=width, unicode=False))
    assert text.isascii()
    assert "ok proved" in text
    assert "| IT CAN HAPPEN" in text


def test_control_characters_never_reach_the_terminal() -> None:
    text = text_of(s.run(replace(s.PROVED, title="red \x1b[31m and \u202e backwards")))
    assert "red �[31m and � backwards" in text


def test_colour_adds_nothing_but_colour() -> None:
    import re

    coloured = text_of(EVERYTHING, Style(color=True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text_of(EVERYTHING, Style(color=False))


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("the time limit was reached", "a larger --timeout"),
        ("holds for up to 3 steps; the budget of the solver was used up", "a larger --budget"),
        ("spacer: a run seems to exist, deeper than was searched", "a larger --max-steps"),
        (
            "some case gives a part of this promise no value: no rule of `fee` applies",
            "asking first whether the value is",
        ),
        ("this promise cannot be followed: too many", "saying it with fewer or finitely many values"),
    ],
)
def test_advice_fits_the_reason(reason: str, advice: str) -> None:
    text = text_of(s.run(replace(s.UNKNOWN, reason=reason)))
    assert f"WOULD HELP    {advice}" in text
    assert sum(option in text for option in ("--timeout", "--budget", "--max-steps")) <= 1


def test_nothing_established_is_not_minus_one_steps() -> None:
    assert "ESTABLISHED   nothing yet\n" in text_of(s.run(replace(s.UNKNOWN, bound=None)))


MANY = tuple(f"extend_offer.requires.{number}" for number in range(12))


def test_a_proof_that_is_alone_names_all_clauses() -> None:
    text = text_of(s.run(replace(s.PROVED, rests_on=MANY)))
    assert all(f"{name}," in text or f"{name}\n" in text for name in MANY)
    assert "more" not in text


def test_a_shortened_proof_says_where_the_rest_is() -> None:
    shortened = text_of(s.run(replace(s.PROVED, rests_on=MANY), s.POSSIBLE))
    assert "and 10 more\n" in shortened or "and 11 more\n" in shortened
    assert "All that a proof rests on: `--property NAME` for one" in shortened
    assert "--property" not in text_of(s.run(s.PROVED, s.POSSIBLE))


def test_a_step_that_meets_an_error_is_told_with_what_was_asked_and_why_it_has_no_value() -> None:
    text = (
        "policy access\nenum Role = clerk | auditor\nentity Person\n"
        "status sealed : yes/no starts no\nstatus score : int 0..3 starts 0\n"
        "decide may(role: Role) : yes/no\n"
        "  rule audit gives yes if role is auditor\n  rule shut gives no if sealed\n  otherwise no\n"
        "step seal\n  then sealed becomes yes\n"
        "step read(who: Person, role: Role)\n  requires allowed: may(role)\n"
        "step tally(by_hand: int 4..9)\n  then score becomes by_hand\n"
    )
    run = verify(["access.policy"], Options(), lambda path: SourceFile(path, text))
    read, tally = (f for policy in run.policies for f in policy.findings if f.diagnostic.code == "F0104")
    assert read.diagnostic.message.partition(": ")[2] == (
        "in its requirement `read.allowed`, `may` (role: auditor) has two different answers: "
        "`may.audit` gives yes and `may.shut` gives no"
    )
    assert (read.diagnostic.help or "").startswith("in `may`, make one of these rules an exception to the other")
    assert tally.diagnostic.message.endswith("its effect `tally.then.score` would give 4, which is out of range")
    assert read.counterexample is not None
    assert read.counterexample.attempt is not None
    assert [p.value for p in read.counterexample.attempt.parameters] == [0, "auditor"]
    told = text_of(run)
    assert "2  the step “read” is taken (who: Person 1, role: auditor)  ✕" in told
    assert "none matters: it can come to this whatever they are" in told
    assert "any values at all" not in told
