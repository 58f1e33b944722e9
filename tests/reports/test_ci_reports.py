"""Reports for build services: each read back as its consumer reads it, at the right lines, awkward texts whole."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import reported as r
import specimens as s

from verifier.diagnostics.model import Diagnostic, Severity
from verifier.explain.model import Finding, RunResult
from verifier.reports.github import MOST, render_github
from verifier.reports.gitlab import render_gitlab
from verifier.reports.junit import render_junit
from verifier.reports.markdown import LONGEST, inline, render_markdown
from verifier.reports.style import Style

CONTROL = "a\n::error::b\r%0A<c>|`d`\x1b[31m\x00\ud800\u2028é"
"""What no title can hold today, should it ever."""

AWKWARD = s.run(
    replace(s.VIOLATED, title=CONTROL),
    replace(s.PROVED, title=CONTROL),
    scenarios=[replace(s.FAILED, title=CONTROL)],
    findings=[Finding(replace(s.WARNING, message=CONTROL, help=CONTROL), waived=CONTROL)],
)


def many(number: int, severity: Severity) -> RunResult:
    return s.run(findings=[Finding(Diagnostic("E101", severity, f"issue {n}", s.SPAN)) for n in range(number)])


# ---------------------------------------------------------------- JUnit


def cases(run: RunResult) -> dict[str, ET.Element]:
    """The test cases by name, in a report whose counts are right."""
    root = ET.fromstring(render_junit(run, r.VIEW))  # noqa: S314 (our own text)
    for suite in root:
        found = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(found)
        for kind in ("failure", "error", "skipped"):
            counted = suite.attrib[{"failure": "failures", "error": "errors"}.get(kind, kind)]
            assert int(counted) == len(suite.findall(f"testcase/{kind}"))
    all_cases = list(root.iter("testcase"))
    assert int(root.attrib["tests"]) == len(all_cases)
    return {case.attrib["name"]: case for case in all_cases}


@pytest.mark.parametrize("name", list(r.CASES))
def test_junit_is_read_by_a_parser(name: str) -> None:
    junitparser = pytest.importorskip("junitparser", reason="the test extra brings a reader of JUnit files")
    suites = junitparser.JUnitXml.fromstring(render_junit(r.CASES[name], r.VIEW).encode())
    assert sum(1 for suite in suites for _ in suite) == len(cases(r.CASES[name]))
    failed = [c for suite in suites for c in suite if any(isinstance(x, junitparser.Failure) for x in c.result)]
    assert bool(failed) is (name in ("all", "errors"))


def test_junit_has_a_case_for_each_promise_and_scenario() -> None:
    found = cases(r.verified())
    gap = f"F0101: A decision has no answer in some case ({r.SHOWN}:{r.LINES['gap']}:8)"
    assert list(found) == [
        gap,
        "lendable: A book can be lent",
        f"never_lost: No book: {r.AWKWARD}",
        "scenario one: A book, lent",
    ]
    assert list(found["lendable: A book can be lent"]) == []
    failure = found[f"never_lost: No book: {r.AWKWARD}"].find("failure")
    assert failure is not None
    assert failure.attrib == {"message": "It can happen that the book is lost.", "type": "violated"}
    assert failure.text is not None
    assert failure.text.startswith(f"{r.SHOWN}:{r.LINES['promise']}:7: Promise violated")
    assert "   2  the book gets lost  ✕" in failure.text
    assert f"{r.SHOWN}:{r.LINES['scenario']}:10" in (found["scenario one: A book, lent"].findtext("failure") or "")


def test_junit_says_unknown_as_an_error_and_passes_what_holds() -> None:
    found = cases(s.run(s.PROVED, replace(s.UNKNOWN, name="open"), scenarios=[s.PASSED]))
    assert [child.tag for case in found.values() for child in case] == ["error"]
    error = found["open: No offer is final"].find("error")
    assert error is not None
    assert "the budget was used up" in error.attrib["message"]


def test_junit_has_a_passing_case_where_nothing_is_promised() -> None:
    assert list(cases(s.run())) == ["the policy can be read and applied"]
    assert cases(r.EMPTY) == {}


def test_junit_keeps_a_waived_violation_of_a_used_policy_from_failing() -> None:
    from verifier.explain.inherited import broken_promise

    item = replace(s.VIOLATED, inherited_from="closure", before="proved")
    finding = broken_promise(item)
    name = f"{item.name}: {item.title}"
    assert cases(s.run(item, findings=[finding]))[name].find("failure") is not None
    quiet = replace(finding.diagnostic, severity=Severity.INFO)
    waived = cases(s.run(item, findings=[replace(finding, diagnostic=quiet, waived="on purpose")]))
    assert next(child.tag for child in waived[name]) == "skipped"
    assert all(case.find("failure") is None for case in waived.values())


# ---------------------------------------------------------------- GitHub

COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-zA-Z]+=[^:,\n]*,?)*)::([^\n]*)")


def annotations(run: RunResult) -> list[dict[str, str]]:
    """The annotations, read as the runner reads them: a command is a line, escapes are undone at the end."""
    *lines, last = render_github(run, r.VIEW).removesuffix("\n").split("\n")
    assert not last.startswith("::")
    return [annotation(line) for line in lines]


def annotation(line: str) -> dict[str, str]:
    match = COMMAND.fullmatch(line)
    assert match, line
    given = dict(part.split("=", 1) for part in match[2].split(","))
    return {"kind": match[1], "message": unescaped(match[3]), **{key: unescaped(given[key]) for key in given}}


def unescaped(text: str) -> str:
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def test_github_annotates_the_lines() -> None:
    found = annotations(r.verified())
    places = [(each["kind"], each["file"], int(each["line"])) for each in found]
    assert places == [("error", r.SHOWN, r.LINES[name]) for name in ("gap", "promise", "scenario")]
    promise = found[1]
    assert promise["title"] == f"Promise violated: No book: {r.AWKWARD} [manual 4.1]"
    assert promise["message"].split("\n")[0] == "It can happen that the book is lost."
    assert "   2  the book gets lost  ✕" in promise["message"]


@pytest.mark.parametrize("name", list(r.CASES))
def test_github_shows_errors_first(name: str) -> None:
    kinds = [each["kind"] for each in annotations(r.CASES[name])]
    assert kinds == sorted(kinds, key=["error", "warning", "notice"].index)
    assert bool(kinds) is (name in ("all", "errors"))


@pytest.mark.parametrize("severity", list(Severity))
def test_github_counts_what_it_cannot_show(severity: Severity) -> None:
    assert len(annotations(many(MOST, severity))) == MOST
    found = annotations(many(25, severity))
    assert len(found) == MOST
    assert {each["kind"] for each in found} == {{"info": "notice"}.get(severity.value, severity.value)}
    assert found[-1]["message"].startswith("16 more ")


def test_github_cannot_be_given_a_command() -> None:
    found = annotations(AWKWARD)
    assert [each["kind"] for each in found] == ["error", "error"]
    assert "a ::error::b %0A<c>|`d`" in found[0]["title"]


# ---------------------------------------------------------------- GitLab

QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1, "pattern": "^[^\\n]*$"},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/.]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""What GitLab's documentation says of a report."""


@pytest.mark.parametrize("name", list(r.CASES))
def test_gitlab_reads_the_report(name: str) -> None:
    entries = quality(r.CASES[name])
    jsonschema.validate(entries, QUALITY)
    assert bool(entries) is (name in ("all", "errors"))
    assert len({each["fingerprint"] for each in entries}) == len(entries)


def quality(run: RunResult) -> Any:
    return json.loads(render_gitlab(run, r.VIEW))


def test_gitlab_has_the_lines_and_no_waived_finding() -> None:
    found = [(each["location"]["path"], each["location"]["lines"]["begin"]) for each in quality(r.verified())]
    assert found == [(r.SHOWN, r.LINES[name]) for name in ("gap", "promise", "scenario")]


def test_gitlab_severities() -> None:
    found = {each["check_name"]: each["severity"] for each in quality(r.EVERYTHING)}
    assert found == {"E101": "critical", "promise-only-if": "critical", "scenario": "major", "W031": "minor"} | {
        "promise-never": "info"
    }


# ---------------------------------------------------------------- Markdown


def test_markdown_shows_stories_and_folds_what_is_proved() -> None:
    text = render_markdown(r.verified(), r.VIEW)
    assert text.startswith("### clauseproof: 1 promise violated, 1 scenario failed, 1 error\n\n| policy |")
    assert f"| <code>{r.SHOWN}</code> | ✗ 1 violated, ✓ 1 proved | ✗ 1 failed | 1 |  |" in text
    assert f"(<code>{r.SHOWN}:{r.LINES['promise']}</code>)\n\n> It can happen that the book is lost.\n" in text
    story = text.partition("> It can happen")[2]
    assert story.index("```text") < story.index("   2  the book gets lost  ✕") < story.index("```\n")
    folded = text[text.index("<details>") :]
    assert "- <code>lendable</code> A book can be lent" in folded
    assert "1 finding waived" in folded


def outside_of_fences(text: str) -> str:
    return re.sub(r"(?m)^(`{3,})text\n(.|\n)*?\n\1$", "", text)


@pytest.mark.parametrize("run", [AWKWARD, r.EVERYTHING])
def test_markdown_holds_no_markup_of_the_author(run: RunResult) -> None:
    text = outside_of_fences(render_markdown(run, r.VIEW))
    tags = set(re.findall(r"<[^>]*>", text))
    assert tags <= {"<code>", "</code>", "<details>", "</details>", "<summary>", "</summary>", "<span>", "</span>"}
    assert "`" not in text
    assert all(line.count("|") == 6 for line in text.splitlines() if line.startswith("|"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a | b", "a &#124; b"),
        ("@team see #12", "<span>@</span>team see <span>#</span>12"),
        ("# no heading", "<span>#</span> no heading"),
        ("- no list", "&#45; no list"),
        ("well-known", "well-known"),
        ("12. no list", "12&#46; no list"),
        ("costs 12.", "costs 12."),
        ("see https://a.b", "see https&#58;//a.b"),
        ("[a](b) **c** _d_ `e` <f> &amp;", None),
        ("two\n\nlines", "two lines"),
    ],
)
def test_markdown_inline_text(text: str, expected: str | None) -> None:
    shown = inline(text)
    assert expected is None or shown == expected
    assert not re.search(r"[\[\]()*_`]|<(?!/?span>)|&(?!#\d+;)", shown)


def test_markdown_fences_hold_any_number_of_backticks() -> None:
    finding = Finding(replace(s.WARNING, help="``` and ````"))
    assert "`````text\nhelp: ``` and ````\n`````" in render_markdown(s.run(findings=[finding]), r.VIEW)


def test_markdown_fits_into_a_comment() -> None:
    run = s.run(*[replace(s.VIOLATED, name=f"promise_{n}") for n in range(400)])
    text = render_markdown(run, r.VIEW)
    assert len(text) <= LONGEST
    assert re.search(r"_\d+ more issues left out for want of room\._", text)
    assert text.count("```") % 2 == 0
    several = replace(run, policies=tuple(replace(s.run().policies[0], path=f"{n:0100}.policy") for n in range(999)))
    assert len(render_markdown(several, r.VIEW)) <= LONGEST
    assert "more policies" in render_markdown(several, r.VIEW)


# ---------------------------------------------------------------- all of them

RENDERERS = {"junit": render_junit, "github": render_github, "gitlab": render_gitlab, "markdown": render_markdown}


@pytest.mark.parametrize("name", list(RENDERERS))
@pytest.mark.parametrize("run", [AWKWARD, *r.CASES.values()])
def test_no_control_character_leaves(name: str, run: RunResult) -> None:
    text = RENDERERS[name](run, r.VIEW)
    assert all(sign.isprintable() or sign == "\n" for sign in text)
    text.encode("utf-8")


@pytest.mark.parametrize("name", ["github", "markdown"])
def test_terminals_without_signs_get_ascii(name: str) -> None:
    view = replace(r.VIEW, style=Style(unicode=False))
    assert RENDERERS[name](r.verified(r.POLICY.replace("é", "e")), view).isascii()


def test_the_same_run_gives_the_same_texts() -> None:
    for render in RENDERERS.values():
        assert render(r.EVERYTHING, r.VIEW) == render(r.EVERYTHING, r.VIEW)
