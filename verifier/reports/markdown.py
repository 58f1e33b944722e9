"""A run as Markdown, for a comment on a change or the summary of a job.

Takes a finished ``RunResult``; gives one text that fits into a comment. Renders, never computes a verdict. What a
policy's author wrote is shown as it stands: it cannot become a heading, a cell, a tag, or a mention of somebody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from verifier.explain.model import PolicyResult, PropertyResult, RunResult
from verifier.explain.words import plural
from verifier.reports.issues import Issue, one_line, open_issues, policy_issues, shown_path
from verifier.reports.selection import known_sum, selection_lines
from verifier.reports.style import View

LONGEST: Final = 60_000
"""How long the report may get: a comment on GitHub holds 65,536 characters."""

_MARKUP: Final = re.compile(r"^\d{1,9}\.|[\\`*_{}\[\]()<>!|~&$]|^[-+=]|:(?=//)|(?<=www)\.|[@#]")
"""What could become markup, a list, a link, a mention or a reference."""

_LONGEST_STORY: Final = 8_000
_SIGNS: Final = {"error": "✗", "warning": "!", "note": "·"}


def render_markdown(run: RunResult, view: View) -> str:
    """The report of a run: the sum, what is wrong with its stories, and what is proved, folded."""
    blocks = [f"### clauseproof: {_headline(run, view)}", _table(run, view)]
    blocks += [inline(said) for said in selection_lines(run)]
    blocks += [f"✗ **internal error**: {inline(error)}" for error in run.internal_errors[:10]]
    found = open_issues(run, view)
    issues = [_issue(issue) for issue in found if not issue.known]
    kept = fitting(issues, _room(blocks) - 100)
    blocks += kept
    if len(kept) < len(issues):
        blocks.append(f"_{plural(len(issues) - len(kept), 'more issue')} left out for want of room._")
    rest = (_known(found), _proved(run, view), _waived(run, view))
    blocks += fitting([block for block in rest if block], _room(blocks))
    return view.style.signs("\n\n".join(blocks) + "\n")


def _room(blocks: Sequence[str]) -> int:
    return LONGEST - sum(len(block) + 2 for block in blocks)


def fitting(blocks: Sequence[str], room: int) -> list[str]:
    """As many of the first blocks as fit."""
    kept: list[str] = []
    for block in blocks:
        room -= len(block) + 2
        if room < 0:
            break
        kept.append(block)
    return kept


def _headline(run: RunResult, view: View) -> str:
    """What matters most, in a few words."""
    every = open_issues(run, view)
    found = [issue for issue in every if not issue.known]
    kinds = Counter((issue.kind, issue.level) for issue in found)
    parts = [
        (kinds["promise", "error"], "promise violated", "promises violated"),
        (kinds["scenario", "error"], "scenario failed", "scenarios failed"),
        (kinds["diagnostic", "error"], "error", "errors"),
        (kinds["promise", "warning"] + kinds["scenario", "warning"], "not decided", "not decided"),
        (kinds["diagnostic", "warning"], "warning", "warnings"),
    ]
    said = [plural(number, one, many) for number, one, many in parts if number]
    news = ", ".join(said) or "no issues"
    if run.baseline is None:
        return news
    known = sum(issue.level != "note" for issue in every if issue.known)
    return f"{news if said else 'nothing'} new{f', {known} known before' if known else ''}"


# ---------------------------------------------------------------- the table


def _table(run: RunResult, view: View) -> str:
    if not run.policies:
        return "No policies."
    head = ["| policy | promises | scenarios | errors | warnings |", "|---|---|---|---|---|"]
    rows = [_row(policy, view) for policy in run.policies]
    kept = fitting(rows, LONGEST // 3)
    more = [f"\n_{plural(len(rows) - len(kept), 'more policy', 'more policies')}._"] if len(kept) < len(rows) else []
    return "\n".join([*head, *kept, *more])


def _row(policy: PolicyResult, view: View) -> str:
    found = Counter(issue.level for issue in policy_issues(policy, view) if _counts(issue))
    promises = _verdicts(item.verdict for item in policy.properties)
    scenarios = _verdicts(item.verdict for item in policy.scenarios)
    unread = "not verified" if policy.program is None else ""
    cells = [code(shown_path(policy.path, view)), unread or promises or "none", scenarios or ("" if unread else "none")]
    return f"| {' | '.join([*cells, str(found['error'] or ''), str(found['warning'] or '')])} |"


def _counts(issue: Issue) -> bool:
    return issue.kind == "diagnostic" and issue.waived is None


def _verdicts(words: Iterable[str]) -> str:
    signs = {"violated": "✗", "failed": "✗", "unknown": "?", "proved": "✓", "passed": "✓"}
    counts = Counter(words)
    return ", ".join(f"{sign} {counts[word]} {word}" for word, sign in signs.items() if counts[word])


# ---------------------------------------------------------------- issues


def _issue(issue: Issue) -> str:
    place = code(f"{issue.place.path}:{issue.place.line}")
    name = "" if issue.kind == "diagnostic" else f" {code(issue.name)}"
    head = f"{_SIGNS[issue.level]} **{inline(issue.headline)}**{name} ({place})"
    lines = [head, "", f"> {inline(issue.message)}"]
    return "\n".join([*lines, "", *fenced(issue.story)] if issue.story else lines)


def fenced(lines: Sequence[str]) -> list[str]:
    """The lines as they stand, behind a fence that none of them can close; of a very long story, its beginning."""
    kept = fitting(lines, _LONGEST_STORY)
    lines = [*kept, "…"] if len(kept) < len(lines) else lines
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", *lines, fence]


def _known(found: Iterable[Issue]) -> str:
    """What a baseline has too, folded, a line for each."""
    known = [issue for issue in found if issue.known]
    lines = [f"- {_SIGNS[issue.level]} {inline(issue.headline)} ({code(str(issue.place))})" for issue in known]
    return folded(known_sum(len(known)), lines) if known else ""


def _proved(run: RunResult, view: View) -> str:
    """What is proved, folded: it is what the reviewer need not read."""
    proved = [item for policy in run.policies for item in policy.properties if item.verdict == "proved"]
    if not proved:
        return ""
    return folded(f"✓ {plural(len(proved), 'promise')} proved", [_proved_line(item, view) for item in proved])


def _proved_line(item: PropertyResult, view: View) -> str:
    cites = "".join(f" [{cite}]" for cite in item.cites)
    vacuous = " _(vacuous: what it speaks of never occurs)_" if item.vacuous else ""
    return f"- {code(item.name)} {inline(view.style.signs((item.title or '') + cites))}{vacuous}".rstrip()


def _waived(run: RunResult, view: View) -> str:
    found = [issue for policy in run.policies for issue in policy_issues(policy, view) if issue.waived is not None]
    lines = [f"- {inline(issue.headline)}: {inline(issue.message)} ({inline(issue.waived or '')})" for issue in found]
    return folded(f"{plural(len(found), 'finding')} waived", lines) if found else ""


def folded(summary: str, lines: Sequence[str]) -> str:
    """Lines that a reader opens; ``summary`` is markup already."""
    return "\n".join(["<details>", f"<summary>{summary}</summary>", "", *lines, "", "</details>"])


# ---------------------------------------------------------------- escaping


def inline(text: str) -> str:
    """A text on one line in which nothing is markup, a mention, a reference or a link."""
    return _MARKUP.sub(_harmless, one_line(text))


def _harmless(match: re.Match[str]) -> str:
    sign = match.group()
    if sign[:-1].isdigit():
        return f"{sign[:-1]}&#46;"
    return f"<span>{sign}</span>" if sign in "@#" else f"&#{ord(sign)};"


def code(text: str) -> str:
    """A name or path in the fixed letters of code, in which nothing is markup."""
    shown = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace("|", "&#124;").replace("`", "&#96;")
    return f"<code>{shown}</code>"
