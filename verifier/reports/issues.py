"""What a run has to say to a reviewer's tools: one list of issues with places, stories and stable fingerprints.

Takes a finished ``RunResult``; gives ``Issue``s, which the formats for other tools render. Renders, never computes a
verdict. Paths are as seen from the root of the user's repository; a fingerprint names no line, so that it survives an
edit elsewhere in the file.
"""

from __future__ import annotations

import os.path
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import PurePath
from typing import Literal, TypeAlias

from verifier.core.dates import iso
from verifier.core.program import Program
from verifier.diagnostics.codes import TITLES
from verifier.diagnostics.model import Fix, Severity
from verifier.explain.inherited import BROKEN
from verifier.explain.model import (
    Binding,
    Finding,
    Happening,
    PolicyResult,
    PropertyResult,
    RunResult,
    ScenarioResult,
    Story,
)
from verifier.explain.verbalise import say_needed, say_step, say_violation
from verifier.explain.words import plural
from verifier.records import dataclass
from verifier.reports.sources import QUESTION
from verifier.reports.story import tell
from verifier.reports.style import Style, View, plain
from verifier.reports.text import counted, promise_of, told_failure, told_promise
from verifier.source import Span

Level: TypeAlias = Literal["error", "warning", "note"]
Kind: TypeAlias = Literal["diagnostic", "promise", "scenario"]

SCENARIO = "scenario"
"""The rule of every failed scenario."""

PAGE = Style(color=False, unicode=True, width=80)
"""How stories look inside other formats."""

_LEVELS: dict[Severity, Level] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


@dataclass(frozen=True, slots=True)
class Place:
    """A range in a file; lines and columns count from 1, the end is just after the last character."""

    path: str
    line: int
    column: int
    last_line: int
    last_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Note:
    """Something said about a place."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Correction:
    """An edit that a machine may make: texts for places."""

    text: str
    place: Place
    replacement: str


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that a reviewer should see.

    ``rule``: the code of a diagnostic, the form of a promise (``promise-only-if``), or ``scenario``. ``name``: the
    code, the promise or the scenario. ``headline`` and ``message`` are one line each, ``story`` the lines of the rest.
    ``runs``: the events of the cases that show it. ``fingerprint``: the same as long as it is the same issue.
    ``waived``: the author's reason why it does not count. ``known``: the baseline has it too, so it does not count.
    """

    kind: Kind
    rule: str
    name: str
    level: Level
    headline: str
    message: str
    story: tuple[str, ...]
    place: Place
    fingerprint: str
    runs: tuple[tuple[Note, ...], ...] = ()
    related: tuple[Note, ...] = ()
    corrections: tuple[Correction, ...] = ()
    waived: str | None = None
    known: bool = False


def issues(run: RunResult, view: View) -> tuple[Issue, ...]:
    """All issues of a run, in the order of its policies."""
    return tuple(issue for policy in run.policies for issue in compared_issues(policy, run, view))


def compared_issues(policy: PolicyResult, run: RunResult, view: View) -> tuple[Issue, ...]:
    """The issues of one policy of a run, those marked that the run's baseline has too."""
    before = frozenset[str]() if run.baseline is None else {item.fingerprint for item in run.baseline.unchanged}
    return tuple(replace(issue, known=issue.fingerprint in before) for issue in policy_issues(policy, view))


def open_issues(run: RunResult, view: View) -> list[Issue]:
    """The issues that are not waived: what is new first, then the gravest."""
    order: list[Level] = ["error", "warning", "note"]
    found = (issue for issue in issues(run, view) if issue.waived is None)
    return sorted(found, key=lambda issue: (issue.known, order.index(issue.level)))


def policy_issues(policy: PolicyResult, view: View) -> tuple[Issue, ...]:
    """The issues of one policy: diagnostics, then promises, then scenarios."""
    found = [_diagnostic(item, policy, view) for item in policy.findings]
    found += [issue for item in policy.properties for issue in _promise(item, policy, view)]
    found += [_scenario(item, policy, view) for item in policy.scenarios if item.verdict != "passed"]
    return tuple(_told_apart(found if view.style.unicode else [_in_ascii(issue) for issue in found]))


def _in_ascii(issue: Issue) -> Issue:
    """The issue in signs that every terminal can show; before anything is escaped, since this may make signs."""

    def spelled(notes: tuple[Note, ...]) -> tuple[Note, ...]:
        return tuple(replace(note, text=plain(note.text)) for note in notes)

    return replace(
        issue,
        headline=plain(issue.headline),
        message=plain(issue.message),
        story=tuple(plain(line) for line in issue.story),
        runs=tuple(spelled(run) for run in issue.runs),
        related=spelled(issue.related),
        waived=None if issue.waived is None else plain(issue.waived),
    )


def _told_apart(found: Iterable[Issue]) -> Iterator[Issue]:
    """The issues with different fingerprints: the second of two that say the same of the same file is its second."""
    seen = Counter[str]()
    for issue in found:
        seen[issue.fingerprint] += 1
        print_ = _fingerprint(issue.fingerprint, str(seen[issue.fingerprint]))
        yield replace(issue, fingerprint=print_)


def _fingerprint(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


# ---------------------------------------------------------------- three kinds


def _diagnostic(finding: Finding, policy: PolicyResult, view: View) -> Issue:
    found = finding.diagnostic
    place = _place(found.span, policy, view)
    help_ = [] if found.help is None or finding.waived is not None else [f"help: {found.help}"]
    story, runs = _shown_case(finding, policy, place, view)
    message = found.message.removeprefix("waived: ") if finding.waived is not None else found.message
    # What the verifier finds is told by example, which may change from run to run: the text it is about does not.
    told = " ".join(_first_line(found.span).split()) if found.code.startswith("F") and found.span else message
    return Issue(
        kind="diagnostic",
        rule=found.code,
        name=found.code,
        level=_LEVELS[found.severity],
        headline=f"{found.code}: {TITLES.get(found.code, found.severity.value)}",
        message=one_line(message),
        story=(*help_, *story),
        place=place,
        fingerprint=_fingerprint(found.code, shown_path(policy.path, view), told),
        runs=runs,
        related=tuple(Note(one_line(label.message), _place(label.span, policy, view)) for label in found.labels),
        corrections=tuple(_correction(fix, policy, view) for fix in found.fixes),
        waived=finding.waived,
    )


def _shown_case(
    finding: Finding, policy: PolicyResult, place: Place, view: View
) -> tuple[list[str], tuple[tuple[Note, ...], ...]]:
    """The story behind a finding; that a promise of a used policy is broken is told by the promise's own result."""
    broken = next((item for item in policy.properties if _stands_for(finding, item)), None)
    if broken is not None:
        return told_promise(broken, policy, PAGE), _runs(
            (broken.counterexample, broken.second_case), policy, place, view
        )
    if finding.counterexample is None or policy.program is None:
        return [], ()
    told = tell(finding.counterexample, policy.program, PAGE)
    return told, _runs((finding.counterexample,), policy, place, view)


def _stands_for(finding: Finding, item: PropertyResult) -> bool:
    """Whether a finding is about this inherited promise."""
    span = finding.diagnostic.span
    return finding.diagnostic.code == BROKEN and item.inherited_from is not None and span == item.span


def _promise(item: PropertyResult, policy: PolicyResult, view: View) -> Iterator[Issue]:
    """The issue of a promise that is violated, undecided, or proved for want of a case.

    A violated promise of a used policy has a finding, which can be waived and stands for it.
    """
    if item.verdict == "proved" and not item.vacuous:
        return
    if item.verdict == "violated" and item.inherited_from is not None:
        return
    level: Level = "note"
    status, message = "Vacuous promise", "proved, but what it speaks of never occurs"
    if item.verdict == "violated":
        level, status, message = "error", "Promise violated", _violation(item, policy)
    elif item.verdict == "unknown":
        level, status, message = "warning", "Promise not decided", f"not decided: {item.reason or 'no reason is known'}"
    place = _place(item.span, policy, view)
    cites = f"  [{', '.join(str(cite) for cite in item.cites)}]" if item.cites else ""
    yield Issue(
        kind="promise",
        rule=promise_rule(item.form),
        name=item.name,
        level=level,
        headline=one_line(f"{status}: {item.title or item.name}{cites}"),
        message=one_line(message),
        story=tuple(told_promise(item, policy, PAGE)),
        place=place,
        fingerprint=_fingerprint("promise", shown_path(policy.path, view), _identity(item)),
        runs=_runs((item.counterexample, item.second_case), policy, place, view),
    )


def _identity(item: PropertyResult) -> str:
    """The name of a promise; what was asked, for one that stands in no file."""
    return item.title or item.name if item.span.source.path == QUESTION else item.name


def _violation(item: PropertyResult, policy: PolicyResult) -> str:
    promise = promise_of(item, policy)
    if promise is None or policy.program is None:
        return "the promise is violated"
    return say_violation(promise.form, policy.program)


def promise_rule(form: str) -> str:
    """The rule of promises of a form: ``promise-only-if``."""
    return f"promise-{form.replace(' ', '-')}"


def _scenario(item: ScenarioResult, policy: PolicyResult, view: View) -> Issue:
    failure = item.failing
    place = _place(item.span if failure is None else failure.span, policy, view)
    failed = item.verdict == "failed"
    message = item.reason or ("it fails" if failed else "not decided")
    if failure is not None:
        message = f"It fails at `{failure.at}`. Expected: {failure.expected}. Got: {failure.got}."
    return Issue(
        kind="scenario",
        rule=SCENARIO,
        name=item.name,
        level="error" if failed else "warning",
        headline=one_line(f"Scenario {'fails' if failed else 'not decided'}: {item.title or item.name}"),
        message=one_line(message),
        story=() if failure is None else tuple(told_failure(failure, policy, PAGE)),
        place=place,
        fingerprint=_fingerprint("scenario", shown_path(policy.path, view), item.name),
        runs=() if failure is None else _runs((failure.story,), policy, place, view),
    )


def one_line(text: str) -> str:
    """The text on one line, without characters that cannot be seen."""
    return "".join(sign if sign.isprintable() else "�" for sign in " ".join(text.split()))


# ---------------------------------------------------------------- runs


def _runs(
    stories: Iterable[Story | None], policy: PolicyResult, end: Place, view: View
) -> tuple[tuple[Note, ...], ...]:
    program = policy.program
    if program is None:
        return ()
    return tuple(tuple(_events(story, policy, program, end, view)) for story in stories if story is not None)


def _events(story: Story, policy: PolicyResult, program: Program, end: Place, view: View) -> Iterator[Note]:
    """The case, then each event at the declaration of its step; days pass where the issue is."""
    matters = [item for item in (*story.facts, *story.initial) if item.name in story.needed]
    yield Note(_case(matters, story, program), end)
    events = (*story.happenings, *((story.attempt,) if story.attempt else ()))
    for number, item in enumerate(events, start=1):
        step = next((each for each in program.steps if each.name == item.step), None)
        place = end if step is None else _place(step.span, policy, view)
        tried = " (it meets the error, and does not happen)" if item is story.attempt else ""
        yield Note(one_line(f"{number}. {_day(item)}{say_step(item, program)}{tried}"), place)


def _case(matters: list[Binding], story: Story, program: Program) -> str:
    said = [say_needed(item, story.bounds, program) for item in matters]
    start = [] if story.start is None else [f"it starts on {iso(story.start)}"]
    return one_line(f"The case: {'; '.join([*said, *start]) or 'any'}")


def _day(item: Happening) -> str:
    return "" if item.date is None else f"{iso(item.date)}: "


# ---------------------------------------------------------------- places


def _place(span: Span | None, policy: PolicyResult, view: View) -> Place:
    """Where something is; what stands in no file is placed at the start of the policy."""
    if span is None or (span.source.path == QUESTION != policy.path):
        return Place(shown_path(policy.path, view), 1, 1, 1, 1)
    return Place(shown_path(span.source.path, view), *span.first, *span.last)


def _correction(fix: Fix, policy: PolicyResult, view: View) -> Correction:
    return Correction(one_line(fix.message), _place(fix.span, policy, view), fix.replacement)


def _first_line(span: Span) -> str:
    return span.text.partition("\n")[0]


def shown_path(path: str, view: View) -> str:
    """A path as seen from the root, with `/`; one outside of the root stays as it is."""
    whole, root = os.path.normpath(os.path.join(view.folder, path)), os.path.normpath(view.root)
    if root != os.curdir and whole.startswith(os.path.join(root, "")):
        whole = os.path.relpath(whole, root)
    return PurePath(whole).as_posix()


# ---------------------------------------------------------------- sums


def summary_line(run: RunResult) -> str:
    """``2 policies · 3 promises: 2 proved, 1 violated · 1 error``."""
    severities = Counter(finding.diagnostic.severity.value for policy in run.policies for finding in policy.findings)
    parts = [
        plural(len(run.policies), "policy", "policies"),
        counted("promise", [item.verdict for policy in run.policies for item in policy.properties]),
        counted("scenario", [item.verdict for policy in run.policies for item in policy.scenarios]),
        ", ".join(plural(severities[kind], kind) for kind in ("error", "warning") if severities[kind]),
    ]
    return " · ".join(part for part in parts if part)
