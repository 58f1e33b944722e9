"""The report as a page: well-formed, alone, for everyone; all is on it, and nothing of a policy becomes markup."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from functools import cache
from hashlib import sha256

import pytest
import specimens as s
from pages import Element, faults, read
from reported import CASES, EVERYTHING, PATH, VIEW, broken, verified
from running import DEFAULT, files

from verifier import pipeline
from verifier.cli.formats import RENDERERS
from verifier.explain.citations import cited_sources
from verifier.explain.model import Finding, ReadingVerdict, RunResult
from verifier.reports.document.whole import document
from verifier.reports.html import render_html
from verifier.reports.style import View

HOSTILE = "</style></title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;&lt;${7*7}"


def page_of(run: RunResult, view: View = VIEW) -> str:
    cited = {policy.path: cited_sources(policy.program) for policy in run.policies if policy.program is not None}
    return render_html(document(run, view.command, cited))


@cache
def shown(name: str) -> Element:
    return read(page_of({**CASES, "verified": verified()}[name]))


@pytest.mark.parametrize("name", [*CASES, "verified"])
def test_every_page_is_well_formed_and_stands_alone(name: str) -> None:
    assert faults(shown(name)) == []


@pytest.mark.parametrize("name", [*CASES, "verified"])
def test_nothing_but_its_own_style_is_allowed(name: str) -> None:
    page = shown(name)
    (style,) = page.all("style")
    (css,) = (part for part in style.children if isinstance(part, str))
    policies = [meta for meta in page.all("meta") if meta.attributes.get("http-equiv") == "Content-Security-Policy"]
    (allowed,) = (meta.attributes["content"] for meta in policies)
    digest = b64encode(sha256(css.encode()).digest()).decode()
    assert allowed == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"url\(|@import|expression|http", css)
    head = page.all("head")[0].all()
    assert head.index(policies[0]) < head.index(style)


def test_the_page_names_no_other_place() -> None:
    assert "http" not in page_of(EVERYTHING).replace("http-equiv", "")


def test_the_verdicts_come_first() -> None:
    text = shown("all").all("main")[0].text
    assert text.startswith("Summary ✗ Error Internal error, do not rely on this run: a counterexample did not replay")
    assert "Of 5 promises, 1 is violated, 1 is not decided and 3 are proved." in text
    assert "Of 3 scenarios, 1 has failed, 1 is not decided and 1 has passed." in text
    alone = read(page_of(s.run(s.PROVED))).all("main")[0].text
    assert "The one promise is proved." in alone
    assert "What needs attention" not in alone
    assert "All 2 promises are proved." in read(page_of(s.run(s.PROVED, s.POSSIBLE))).text
    assert "There is no verdict to report." in shown("empty").text


def test_what_needs_attention_is_one_step_away() -> None:
    (attention,) = (item for item in shown("all").all("ul") if item.attributes.get("class") == "attention")
    texts = [item.text for item in attention.all("li")]
    assert texts[:3] == [
        "✗ Violated No unrepresented immigrant gets an offer before appearing in court",
        "? Not decided No offer is final",
        "! Warning No offer is final (vacuous: what it speaks of never occurs)",
    ]
    assert "✗ Failed Unrepresented" in texts
    assert "? Not decided A veteran gets an offer" in texts
    assert "! Warning The rule `low` can never fire" in texts
    assert not any("waived" in text or text.startswith("·") for text in texts)
    assert len([text for text in texts if "`low`" in text]) == 1  # the other one is waived


def test_everything_that_was_found_is_told() -> None:
    for run in (EVERYTHING, verified()):
        page = read(page_of(run))
        told = [element for element in page.all("section") if "id" in element.attributes]
        (policy,) = run.policies
        for kind, names in (
            ("promise", [item.name for item in policy.properties]),
            ("scenario", [item.name for item in policy.scenarios]),
            ("finding", [str(number) for number, _ in enumerate(policy.findings, start=1)]),
        ):
            assert [e.attributes["id"] for e in told if e.attributes.get("class", "").split()[:1] == [kind]] == [
                f"p1-{kind}-{name}" for name in names
            ]


def test_a_violation_is_a_sentence_and_then_its_story() -> None:
    page = read(page_of(s.run(s.VIOLATED)))
    (section,) = (e for e in page.all("section") if e.attributes.get("id") == "p1-promise-appearance_before_offer")
    text = section.text
    parts = (
        "✗ Violated It can happen that ICE offers administrative closure, although the immigrant has no attorney",
        "How it happens 2012-04-23 The case starts.",
        "2012-04-23 ICE reviews the case. ICE",
        "Now the case has been reviewed",
        "2012-05-23 30 days pass.",
        "2012-05-23 ICE offers administrative closure.",
        "Checked the case has been reviewed ✓ held the offer is none ✓ held",
        "Nobody asked whether the immigrant has appeared in person in court or the immigrant has an attorney",
        "The facts of the case Needed the immigrant has served in the armed forces",
        "At the start the immigrant has no attorney (needed)",
        "The rest Everything else: any value",
        "Prevented by Requiring, where ICE offers administrative closure, that the immigrant has appeared",
        "How sure Shortest possible ✓ Replayed independently ✓",
        "Promised ICE offers administrative closure only if the immigrant has appeared in person in court or",
    )
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


def test_a_proof_names_its_clauses_and_leads_to_them() -> None:
    page = read(page_of(s.run(s.PROVED)))
    (section,) = (e for e in page.all("section") if e.attributes.get("id") == "p1-promise-no_final_offer")
    assert "✓ Proved It never happens that the offer is final and binding." in section.text
    (folded,) = section.all("details")
    links = {link.attributes["href"]: link.text for link in folded.all("a")}
    number = links["#p1-clause-extend_offer.requires.1"]
    assert folded.all("summary")[0].text == f"Why: it rests on clause {number}"
    assert f"{number} It requires that the case has been reviewed and the offer is none." in folded.text
    (clause,) = (e for e in page.all("li") if e.attributes.get("id") == "p1-clause-extend_offer.requires.1")
    assert clause.text == f"{number} It requires that the case has been reviewed and the offer is none."


def test_what_is_not_decided_says_why_and_what_is_known() -> None:
    text = read(page_of(s.run(s.UNKNOWN))).text
    assert "? Not decided The budget was used up." in text
    assert "Established No violation in runs of up to 14 steps" in text
    assert "Would help A larger --budget" in text


def test_flags_and_readings_are_said() -> None:
    judged = (ReadingVerdict((), "proved"),)
    text = read(page_of(s.run(replace(s.PROVED, vacuous=True, trivial=True, by_reading=judged)))).text
    assert "Note VACUOUS: what it speaks of never occurs TRIVIAL: it rests on no clause of the policy" in text
    assert "By reading Proved under the" in text


def test_two_cases_stand_side_by_side() -> None:
    other = replace(s.STORY, facts=(replace(s.STORY.facts[0], value=False), *s.STORY.facts[1:]))
    page = read(page_of(s.run(replace(s.VIOLATED, second_case=other))))
    (table,) = (each for each in page.all("table") if each.all("caption")[0].text == "The two cases")
    rows = [[cell.text for cell in row.all("th", "td")] for row in table.all("tr")]
    assert rows[0] == ["Fact", "Case 1", "Case 2"]
    assert ["the immigrant has served in the armed forces", "yes", "no"] in rows


def test_a_scenario_is_told_in_words() -> None:
    (section,) = (e for e in read(page_of(verified())).all("section") if e.attributes.get("id") == "p1-scenario-one")
    assert section.text.startswith(
        "✗ Failed A book, lent Then The book is lent out. Expected The book is on the shelf."
    )
    assert "Fails at not lent (line 23) Expected" in section.text


def test_a_policy_with_errors_says_so_and_shows_where() -> None:
    text = read(page_of(broken())).text
    assert "✗ Error `nothing_known` is not a fact, status, definition, decision or parameter" in text
    assert "3 | never nothing_known" in text
    unread = read(page_of(s.run(program=None, findings=[Finding(s.ERROR)])))
    assert faults(unread) == []
    assert "✗ Error Not verified: the policy has errors." in unread.text
    assert "closure.policy:2:1" in unread.text


def test_it_can_be_checked_again() -> None:
    text = read(page_of(verified())).text
    digest = sha256(verified().policies[0].program.source.text.encode()).hexdigest()  # type: ignore[union-attr]
    assert f"clauseproof verify {PATH}" in text
    assert digest in text
    assert f"Clauseproof {verified().tool_version}, language {verified().language_version}" in text


def test_nothing_in_a_policy_becomes_markup() -> None:
    quoted = HOSTILE.replace('"', "'").replace("\\", "")
    phrase = quoted.replace("'", "’")
    text = f"""\
policy hostile "{phrase}"
source law "{phrase}"
actor who "{phrase}"
enum Kind = a "{phrase}" | b
fact f : yes/no reads "{phrase}" / "not {phrase}"
status k : Kind starts a reads "{phrase}"
assume it: f because "{phrase}"
step go(which: Kind) by who reads "{phrase}" / "done {phrase}"  [law {phrase.split("<")[0]}1]
  requires f
  then k becomes which
decide d : yes/no reads "{phrase}" / "no {phrase}"
  rule r gives yes if f
  otherwise no
prove p "{phrase}"
  never k is b
prove q "{phrase}"
  always d
scenario s "{phrase}"
  when go(b)
  expect k is a
"""
    run = pipeline.verify(["hostile.policy"], DEFAULT, files({"hostile.policy": text}))
    assert run.policies[0].program is not None, [item.diagnostic.message for item in run.policies[0].findings]
    page = read(page_of(run))
    assert faults(page) == []
    assert {"script", "img"} & {element.tag for element in page.all()} == set()
    assert page.text.count(" ".join(phrase.split())) > 12
    assert page.all("title")[0].text.startswith(" ".join(phrase.split()))


@pytest.mark.parametrize("sign", ["\x1b", "\u202e", "\u2066", "\x00", "\x07", "\ud800"])
def test_a_sign_that_shows_nothing_is_shown_as_one(sign: str) -> None:
    page = page_of(s.run(replace(s.PROVED, title=f"before{sign}after")))
    assert sign not in page
    assert "before\ufffdafter" in read(page).text


def test_the_page_is_ascii_wherever_it_goes() -> None:
    assert page_of(verified()).isascii()


def test_the_same_run_gives_the_same_page() -> None:
    assert page_of(EVERYTHING) == page_of(EVERYTHING)
    again = pipeline.verify([PATH], DEFAULT, files({PATH: verified().policies[0].program.source.text}))  # type: ignore[union-attr]
    assert page_of(again) == page_of(verified())


def test_it_is_one_of_the_formats() -> None:
    assert read(RENDERERS["html"](verified(), VIEW)).all("title")[0].text.startswith("Lending")


# ---------------------------------------------------------------- colours


def luminance(color: str) -> float:
    digits = color.removeprefix("#")
    digits = "".join(sign * 2 for sign in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def palettes() -> list[dict[str, str]]:
    css = shown("all").all("style")[0].text
    roots = re.findall(r":root \{([^}]*)\}", css)
    return [dict(re.findall(r"--(\w+): (#[0-9a-f]+)", root)) for root in roots]


def test_contrast_is_computed_right() -> None:
    assert round(contrast("#fff", "#000"), 2) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark", "print"])
@pytest.mark.parametrize("color", ["ink", "quiet", "link", "good", "bad", "doubt"])
def test_every_text_can_be_read(palette: dict[str, str], color: str) -> None:
    least = 7.0 if color == "ink" else 4.5
    assert contrast(palette[color], palette["paper"]) >= least
    assert contrast(palette[color], palette["tint"]) >= least
