"""Cases written in Markdown: what they say must happen, what does happen, and the same text with expectations renewed.

A case is a file: its heading is the name, its prose says why, a ``policy`` block is verified, and the other fenced
blocks are expectations. ``verdicts`` lists every promise and scenario, ``diagnostics`` every diagnostic and finding (no
block: there are none), ``story NAME`` the events of the run shown for a promise, ``text`` the whole report. A ``policy
FILE`` block is a policy that the first one uses. An option of the run may stand after ``verdicts``. No other block is
allowed, so that nothing goes unread. Missing phrases are not told: cases are short on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from running import TODAY

from verifier.diagnostics.model import Diagnostic, Severity
from verifier.explain.model import PropertyResult, RunResult, ScenarioResult, Story
from verifier.pipeline import Options, verify
from verifier.reports.style import Style
from verifier.reports.text import render_text
from verifier.source import SourceFile, Span

MAIN = "case.policy"
FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXPECTATIONS = ("verdicts", "diagnostics", "story", "text")
OPTIONS: Mapping[str, Options] = {
    "": Options(today=TODAY),
    "--without-duties": Options(duties=False, today=TODAY),
}
NO_PHRASE = "W0203"
TIMES = re.compile(r"\d+\.\d+ s\b")


@dataclass(frozen=True, slots=True)
class Case:
    """A case as written. ``policies``: by file name; ``expected``: the expectation blocks by their opening words."""

    name: str
    why: str
    policies: Mapping[str, str]
    expected: Mapping[str, str]
    options: Options


class Malformed(Exception):
    """A file that is no case: what is wrong with it."""


def read_case(text: str) -> Case:
    """The case that a Markdown text describes; raises ``Malformed``."""
    heading, _, rest = text.partition("\n")
    if not heading.startswith("# "):
        raise Malformed("a case begins with a heading that names it")
    policies: dict[str, str] = {}
    expected: dict[str, str] = {}
    options = OPTIONS[""]
    for opening, body in FENCE.findall(rest):
        kind, _, detail = opening.strip().partition(" ")
        if kind == "policy":
            _enter(policies, detail or MAIN, body)
        elif kind in EXPECTATIONS:
            options = _options(detail) if kind == "verdicts" else options
            _enter(expected, opening.strip(), body)
        else:
            raise Malformed(f"nothing reads the block `{opening}`")
    why = FENCE.sub("", rest).strip()
    if "```" in why:
        raise Malformed("a block is not closed")
    if len(why.split()) < 8:
        raise Malformed("the prose does not say why the outcome is right")
    if MAIN not in policies:
        raise Malformed("there is no policy to verify")
    if not expected:
        raise Malformed("nothing is expected")
    return Case(heading.removeprefix("# ").strip(), why, policies, expected, options)


def _enter(blocks: dict[str, str], key: str, body: str) -> None:
    if key in blocks:
        raise Malformed(f"there are two blocks `{key}`")
    blocks[key] = body


def _options(written: str) -> Options:
    if written not in OPTIONS:
        raise Malformed(f"`{written}` is not an option that cases know")
    return OPTIONS[written]


# ---------------------------------------------------------------- what happens


def run_case(case: Case) -> RunResult:
    """Verify the policy of a case; files exist only in the case."""

    def read(path: str) -> SourceFile | Diagnostic:
        name = str(PurePath(path))
        if name in case.policies:
            return SourceFile(name, case.policies[name])
        return Diagnostic("E0120", Severity.ERROR, f"`{name}` does not exist", Span(SourceFile(name, ""), 0, 0))

    return verify([MAIN], case.options, read)


def observed(case: Case, run: RunResult) -> dict[str, str]:
    """What happened, in the form of each expectation block of the case; ``diagnostics`` whenever there are any."""
    assert not run.internal_errors, run.internal_errors
    policy = run.policies[0]
    found = [item.diagnostic for item in policy.findings]
    told = {"diagnostics": "".join(diagnostic_line(item) for item in found if item.code != NO_PHRASE)}
    told = {key: text for key, text in told.items() if text}
    lines = [promise_lines(item) for item in policy.properties] + [scenario_line(item) for item in policy.scenarios]
    if lines:
        told[next((key for key in case.expected if key.startswith("verdicts")), "verdicts")] = "".join(lines)
    for key in case.expected:
        kind, _, name = key.partition(" ")
        if kind == "story":
            told[key] = _story_of(name, policy.properties)
        elif kind == "text":
            told[key] = TIMES.sub("… s", render_text(run, Style(color=False, unicode=True, width=80)))
    return told


def diagnostic_line(item: Diagnostic) -> str:
    """Code, place and message of a diagnostic."""
    place = ""
    if item.span is not None:
        file = "" if item.span.source.path == MAIN else f"{item.span.source.path}:"
        place = f"{file}{item.span.first[0]}:{item.span.first[1]}  "
    return f"{item.code}  {place}{item.message}\n"


def promise_lines(item: PropertyResult) -> str:
    """The verdict on a promise, and a line for each reading where these differ."""
    flags = [word for word, true in (("vacuous", item.vacuous), ("trivial", item.trivial)) if true]
    reason = f": {item.reason}" if item.verdict == "unknown" else ""
    lines = [f"{item.verdict:<10}{item.name}{''.join(f', {flag}' for flag in flags)}{reason}\n"]
    for part in item.by_reading:
        choices = ", ".join(f"{name} is {choice}" for name, choice in part.readings)
        lines.append(f"{part.verdict:<10}{item.name} if {choices}\n")
    return "".join(lines)


def scenario_line(item: ScenarioResult) -> str:
    """The verdict on a scenario, and where it fails."""
    line = f"{item.verdict:<10}scenario {item.name}"
    if item.failing is not None:
        line += f" at `{' '.join(item.failing.at.split())}`: expected that {item.failing.expected}; {item.failing.got}"
    elif item.reason is not None:
        line += f": {item.reason}"
    return f"{line}\n"


def _story_of(name: str, results: tuple[PropertyResult, ...]) -> str:
    found = next((item for item in results if item.name == name), None)
    story = None if found is None else found.counterexample or found.witness
    return "no such story\n" if story is None else _events(story)


def _events(story: Story) -> str:
    """A line for each event: the step, or how many days pass."""
    return "".join(f"{item.step}\n" if item.step else f"wait {item.days}\n" for item in story.happenings) or "start\n"


# ---------------------------------------------------------------- renewing


def blessed(text: str, told: Mapping[str, str]) -> str:
    """The text of a case with its expectations as observed; one that nothing answers goes, a missing one comes."""

    def renewed(match: re.Match[str]) -> str:
        opening = match.group(1).strip()
        if opening.partition(" ")[0] not in EXPECTATIONS:
            return match.group()
        return f"```{opening}\n{told[opening]}```" if opening in told else ""

    found = {opening.strip() for opening, _ in FENCE.findall(text)}
    new = FENCE.sub(renewed, text).rstrip() + "\n"
    for key in told:
        if key not in found:
            new += f"\n```{key}\n{told[key]}```\n"
    return re.sub(r"\n{3,}", "\n\n", new)


def case_files(folder: Path) -> list[Path]:
    """The cases below a folder, in order. A ``README.md`` is an index of cases, not one of them."""
    return sorted(path for path in folder.rglob("*.md") if path.name != "README.md")
