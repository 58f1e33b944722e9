"""A run as text for people: the verdict first, then the story behind it.

Takes a finished ``RunResult``; gives one text. Renders, never computes a verdict. Status is said by sign and word,
never by colour alone, and the text is readable in 80 columns and in plain ASCII.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from verifier.core.printer import show_expr
from verifier.core.program import OnlyIf, Program, Promise
from verifier.diagnostics.model import Severity
from verifier.diagnostics.render import render
from verifier.explain.model import (
    DEEPER,
    OUT_OF_BUDGET,
    OUT_OF_TIME,
    Finding,
    PolicyResult,
    PropertyResult,
    ReadingVerdict,
    RunResult,
    ScenarioFailure,
    ScenarioResult,
)
from verifier.explain.verbalise import say_name, say_step, say_violation
from verifier.explain.words import bare_name, listed, plural, spaced
from verifier.reports.coverage import coverage_lines
from verifier.reports.layout import GAP, TIE, boxed, flow, labelled
from verifier.reports.selection import UNCHANGED, selection_lines
from verifier.reports.story import cites_text, how_sure, mended, other_ways, tell, tell_case, tell_pair
from verifier.reports.style import Paint, Style, plain

if TYPE_CHECKING:
    from verifier.reports.baseline import Marks

_SPELLED = 4
"""How many columns a line of a diagnostic may grow by where its signs are spelled out."""

_HANGING = " " * 12
_SHORTENED = "All that a proof rests on: `--property NAME` for one, `--format json` for each."


def render_text(run: RunResult, style: Style, command: str = "verify", known: Sequence[Marks] = ()) -> str:
    """The report of a run. ``command`` is what the user ran; ``check`` proves nothing and says so. ``known``: for each
    policy, the results that a baseline has too.
    """
    alone = sum(len(policy.properties) for policy in run.policies) == 1
    marks = known or [frozenset()] * len(run.policies)
    told = [_policy(policy, style, alone, before) for policy, before in zip(run.policies, marks, strict=True)]
    lines = [line for block in told for line in [*block, ""]]
    lines += [style.paint(style.signs(f"INTERNAL ERROR  {error}"), "bad") for error in run.internal_errors]
    if _is_shortened(run, style):
        lines += [style.paint(line, "quiet") for line in flow(_SHORTENED, style)]
    lines += _summary(run, style, command)
    return "\n".join(_single_blanks(lines)) + "\n"


def _single_blanks(lines: list[str]) -> list[str]:
    """The lines without repeated empty ones."""
    return [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]


# ---------------------------------------------------------------- a policy


def _policy(policy: PolicyResult, style: Style, alone: bool, known: Marks) -> list[str]:
    """Everything about a policy; a promise that is ``alone`` in the report is told in full."""
    title = policy.program.title if policy.program else None
    head = flow(f"{policy.name}  {title or ''}".rstrip(), style)
    lines = [style.paint(line, "strong") for line in head]
    lines += [style.paint(style.signs(policy.path), "quiet")] if policy.path != policy.name else []
    lines += flow(_verdict_of(policy), style)
    for number, finding in enumerate(policy.findings):
        before = flow(UNCHANGED, style, GAP) if ("diagnostic", number) in known else []
        lines += ["", *_finding(finding, policy, style), *before]
    lines += [""] if policy.properties or policy.scenarios else []
    for item in policy.properties:
        lines += _property(item, policy, style, alone, ("promise", item.name) in known)
    for scenario in policy.scenarios:
        lines += _scenario(scenario, policy, style, ("scenario", scenario.name) in known)
    return [*lines, *coverage_lines(policy, style)]


def _verdict_of(policy: PolicyResult) -> str:
    if policy.program is None:
        return "Not verified: the policy has errors."
    parts = [counted("promise", [item.verdict for item in policy.properties])]
    parts += [counted("scenario", [item.verdict for item in policy.scenarios])]
    said = [part for part in parts if part]
    severities = Counter(finding.diagnostic.severity.value for finding in policy.findings)
    said += [plural(severities[kind], kind) for kind in ("error", "warning") if severities[kind]]
    found = f"{'; '.join(said)}." if said else "No errors."
    return f"{found} From the cache." if policy.cached else found


def counted(noun: str, words: Iterable[str]) -> str:
    """How many of which verdict: ``3 promises: 2 proved, 1 violated``."""
    verdicts = Counter(words)
    if not verdicts:
        return ""
    order = ("proved", "passed", "violated", "failed", "unknown")
    return (
        f"{plural(verdicts.total(), noun)}: {', '.join(f'{verdicts[word]} {word}' for word in order if verdicts[word])}"
    )


def _finding(finding: Finding, policy: PolicyResult, style: Style) -> list[str]:
    rendered = render(finding.diagnostic, style.color, style.width if style.unicode else style.width - _SPELLED)
    lines = (rendered if style.unicode else plain(rendered)).split("\n")
    if finding.counterexample is not None and policy.program is not None:
        lines += _indented(tell(finding.counterexample, policy.program, narrower(style)))
    return lines


# ---------------------------------------------------------------- a promise


def _property(item: PropertyResult, policy: PolicyResult, style: Style, alone: bool, known: bool) -> list[str]:
    told = [*_before(known, style), *told_promise(item, policy, style)]
    match item.verdict:
        case "proved":
            return [*_head(item, "✓ proved", "good", style), *_grounds(item, policy, style, alone), *told]
        case "violated":
            return ["", *_head(item, "✗ VIOLATED", "bad", style), *told, ""]
        case "unknown":
            return ["", *_head(item, "? UNKNOWN", "doubt", style), *told, ""]


def told_promise(item: PropertyResult, policy: PolicyResult, style: Style) -> list[str]:
    """The story of a violated promise, or what is known of an undecided one; of all, the verdicts by reading."""
    lines: list[str] = []
    if item.verdict == "violated":
        lines = _violation(item, promise_of(item, policy), policy, style)
    elif item.verdict == "unknown":
        lines = _doubt(item, policy, style)
    return [*lines, *_by_reading(item.by_reading, style)]


def _before(known: bool, style: Style) -> list[str]:
    """That a baseline has it too."""
    return flow(UNCHANGED, style, _HANGING) if known else []


def promise_of(item: PropertyResult, policy: PolicyResult) -> Promise | None:
    """The promise that a result is about, where the policy could be read."""
    promises = policy.program.promises if policy.program else ()
    return next((promise for promise in promises if promise.name == item.name), None)


def _head(item: PropertyResult, status: str, paint: Paint, style: Style) -> list[str]:
    asked = item.title is not None and item.title == " ".join(item.span.source.text.split())
    name = "" if asked or (item.title and item.verdict == "proved") else item.name
    parts = [name, item.title or "", cites_text(item.cites), method_text(item)]
    lines = flow(GAP.join(part for part in parts if part), style, f"{style.signs(status):<12}", _HANGING)
    word = style.signs(status)
    flagged = [line for flag in flags(item) for line in flow(flag, style, _HANGING)]
    return [style.paint(word, paint) + lines[0][len(word) :], *lines[1:], *flagged]


def method_text(item: PropertyResult) -> str:
    """How a verdict was found, and in which time."""
    return f"{item.method + ', ' if item.method else ''}{round(item.seconds, 3):.2f} s".replace(" ", TIE)


def flags(item: PropertyResult) -> list[str]:
    """What a reader must know beside the verdict."""
    said = []
    if item.inherited_from is not None:
        said.append(f"of {item.inherited_from}: {item.before} before, {item.verdict} after the amendment")
    said += ["VACUOUS: what it speaks of never occurs"] if item.vacuous else []
    return said + (["TRIVIAL: it rests on no clause of the policy"] if item.trivial else [])


def _grounds(item: PropertyResult, policy: PolicyResult, style: Style, alone: bool) -> list[str]:
    """What a proof rests on, on one line where others follow; how a possible thing happens."""
    clauses = flow(_rests_on(item), style, _HANGING) if alone else [_one_line(item.rests_on, style)]
    lines = [style.paint(line, "quiet") for line in clauses] if item.rests_on else []
    if item.supposes:
        duties = listed([f"`{name}`" for name in item.supposes])
        kept = f"the duty {duties} is kept" if len(item.supposes) == 1 else f"the duties {duties} are kept"
        lines += [style.paint(line, "quiet") for line in flow(f"supposing that {kept}", style, _HANGING)]
    if policy.program is not None:
        said = [line for text in lists_said(item, policy.program) for line in flow(f"for {text}", style, _HANGING)]
        lines += [style.paint(line, "quiet") for line in said]
    if item.witness is not None and policy.program is not None:
        events = [say_step(happening, policy.program) for happening in item.witness.happenings]
        how = "; ".join(events) or "it holds at the very start"
        lines += [style.paint(line, "quiet") for line in flow(f"for example: {how}", style, _HANGING)]
        lines += [f"{_HANGING}{line}" for line in other_ways(item.ways, policy.program, narrower(style, len(_HANGING)))]
    return lines


def lists_said(item: PropertyResult, program: Program) -> list[str]:
    """Up to which length of lists a verdict over all cases holds."""
    return [f"up to {plural(limit, 'element')} in {bare_name(say_name(name, program))}" for name, limit in item.lists]


def _rests_on(item: PropertyResult) -> str:
    return f"rests on {', '.join(item.rests_on)}"


def _is_shortened(run: RunResult, style: Style) -> bool:
    """Whether the report leaves out some of what proofs rest on."""
    proofs = [item for policy in run.policies for item in policy.properties if item.verdict == "proved"]
    alone = sum(len(policy.properties) for policy in run.policies) == 1
    return not alone and any(len(_HANGING + _rests_on(item)) > style.width for item in proofs if item.rests_on)


def _one_line(names: tuple[str, ...], style: Style) -> str:
    for shown in range(len(names), 0, -1):
        more = "" if shown == len(names) else f" and {len(names) - shown} more"
        text = f"{_HANGING}rests on {', '.join(names[:shown])}{more}"
        if len(text) <= style.width:
            return text
    return f"{_HANGING}rests on {plural(len(names), 'clause')}"


def _violation(item: PropertyResult, promise: Promise | None, policy: PolicyResult, style: Style) -> list[str]:
    if promise is None or policy.program is None:
        return [] if item.counterexample is None else how_sure(item.counterexample, style)
    program = policy.program
    lines = [style.paint(line, "strong") for line in boxed(_loud(say_violation(promise.form, program)), style)]
    if item.counterexample is not None and item.second_case is not None:
        lines += tell_pair(item.counterexample, item.second_case, program, style)
    elif item.counterexample is None:
        lines += labelled("COVERS", lists_said(item, program), style, indent="")
    else:
        lines += tell(item.counterexample, program, style, promise)
        lines += other_ways(item.ways, program, style)
        lines += mended(item.mending, program, item.counterexample, style)
    if item.mending is None:
        lines += labelled("PREVENTED BY", _remedy(promise), style, indent="")
    return lines + (labelled("FROM THERE ON", [item.trap], style, indent="") if item.trap else [])


def _remedy(promise: Promise) -> list[str]:
    """What makes a promise about when a step may be taken hold, whatever the rest of the policy says: the same
    condition, required by the step. Names for the arguments of a step are the promise's own, and of no use there.
    """
    form = promise.form
    if not isinstance(form, OnlyIf) or form.binders:
        return []
    return [f"`requires {show_expr(form.condition)}` in the step `{form.step}`"]


def _loud(sentence: str) -> str:
    """The sentence with its verdict in capitals."""
    for opening in ("It can happen", "It cannot happen", "A case can get stuck", "Two cases", "Of two cases"):
        if sentence.startswith(opening):
            return opening.upper() + sentence[len(opening) :]
    return sentence


def _doubt(item: PropertyResult, policy: PolicyResult, style: Style) -> list[str]:
    established = "nothing yet" if item.bound is None else f"no violation in runs of up to {plural(item.bound, 'step')}"
    lines = boxed(f"NOT DECIDED{': ' + item.reason if item.reason else '.'}", style)
    lines += labelled("ESTABLISHED", [established], style, indent="")
    return lines + labelled("WOULD HELP", [what_would_help(item.reason or "", policy)], style, indent="")


_LIMITS = (
    ((OUT_OF_TIME,), "a larger --timeout"),
    ((OUT_OF_BUDGET, "stopped at its limit", "it is not known whether"), "a larger --budget"),
    ((DEEPER,), "a larger --max-steps"),
)
_ADVICE = (
    *_LIMITS,
    (("cannot be followed",), "saying it with fewer or finitely many values, or with a fact"),
    (("no value",), "asking first whether the value is there, or an assumption that excludes the case"),
    (("too hard",), "a declared range for numbers; splitting the promise into smaller ones"),
)
"""What helps, by what the reason says."""


def what_would_help(reason: str, policy: PolicyResult) -> str:
    """What a user can do about a verdict that is unknown for a reason."""
    fitting = [advice for words, advice in _ADVICE if any(word in reason for word in words)]
    limited = any(word in reason for words, _ in _LIMITS for word in words)
    if not limited and any(finding.diagnostic.severity is Severity.ERROR for finding in policy.findings):
        if "would stop time" in reason:
            return "correcting the errors above first: what holds only because time stops is not proved"
        return "correcting the errors above first: where a policy gives no answer, no promise about it is proved"
    return "; ".join(fitting) or "a larger --budget; a declared range for numbers; splitting the promise"


def _by_reading(verdicts: tuple[ReadingVerdict, ...], style: Style) -> list[str]:
    lines: list[str] = []
    for item in verdicts:
        choices = listed([f"{spaced(name)} is read as {spaced(choice)}" for name, choice in item.readings])
        lines += flow(f"{item.verdict} if {choices}", style, _HANGING)
    return lines


# ---------------------------------------------------------------- a scenario


def _scenario(item: ScenarioResult, policy: PolicyResult, style: Style, known: bool) -> list[str]:
    name = GAP.join(part for part in (item.name, item.title) if part)
    match item.verdict:
        case "passed":
            return _scenario_head("✓ passed", "good", name, style)
        case "failed":
            failure = told_failure(item.failing, policy, style) if item.failing else []
            return ["", *_scenario_head("✗ FAILED", "bad", name, style), *_before(known, style), *failure, ""]
        case "unknown":
            return [
                "",
                *_scenario_head("? UNKNOWN", "doubt", name, style),
                *_before(known, style),
                *boxed(item.reason or "not decided", style),
                "",
            ]


def _scenario_head(status: str, paint: Paint, name: str, style: Style) -> list[str]:
    lines = flow(f"scenario {name}", style, f"{style.signs(status):<12}", _HANGING)
    word = style.signs(status)
    return [style.paint(word, paint) + lines[0][len(word) :], *lines[1:]]


def told_failure(failure: ScenarioFailure, policy: PolicyResult, style: Style) -> list[str]:
    """What a scenario expected, what it got, and in which case."""
    lines = boxed(f"Fails at `{failure.at}` ({failure.span})", style)
    lines += labelled("expected", [failure.expected], style, indent="")
    lines += labelled("got", [failure.got], style, indent="")
    return lines + (tell_case(failure.story, policy.program, style) if policy.program is not None else [])


# ---------------------------------------------------------------- the end


def _summary(run: RunResult, style: Style, command: str) -> list[str]:
    promises = [item.verdict for policy in run.policies for item in policy.properties]
    scenarios = [item.verdict for policy in run.policies for item in policy.scenarios]
    severities = Counter(finding.diagnostic.severity.value for policy in run.policies for finding in policy.findings)
    findings = [plural(severities[kind], kind) for kind in ("error", "warning", "info") if severities[kind]]
    parts = [
        plural(len(run.policies), "policy", "policies"),
        counted("promise", promises),
        counted("scenario", scenarios),
    ]
    cached = bool(run.policies) and all(policy.cached for policy in run.policies)
    origin = "from the cache" if cached else f"{round(run.seconds, 3):.1f} s"  # as a saved record has it
    parts += [", ".join(findings), origin]
    lines = flow(" · ".join(part for part in parts if part), style)
    lines += [line for said in selection_lines(run) for line in flow(said, style)]
    if command == "check":
        lines += flow("Checked only: nothing was proved. Run `clauseproof verify` for that.", style)
    return [style.paint(line, "strong") for line in lines]


def _indented(lines: list[str]) -> list[str]:
    return [f"{GAP}{line}" for line in lines]


def narrower(style: Style, by: int = len(GAP)) -> Style:
    """The style on a page that is narrower by some characters."""
    return Style(style.color, style.unicode, style.width - by)
