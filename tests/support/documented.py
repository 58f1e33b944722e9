"""Documents with policies in them: their examples, what the tool answers, and the same text with its answers renewed.

A ``policy`` block is a whole policy; ``policy NAME`` is one to which later blocks ``policy with NAME`` add items. The
blocks after it are what the tool answers: ``verdicts`` and ``diagnostics`` as in ``written_cases``, and ``says``, where
a line ``NAME: …`` (or ``not NAME: …``) gives the English of a promise's breach, a definition or a step. Of a block that
adds to another only its own results are told, without places. Phrases, citations and uses may be missing: examples are
short.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from running import TODAY
from written_cases import diagnostic_line, promise_lines, scenario_line

from verifier import pipeline
from verifier.core.expressions import Act, Defined
from verifier.core.program import Program
from verifier.core.types import YesNoType
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.explain.model import Finding, PolicyResult
from verifier.explain.verbalise import say_act, say_condition, say_noun, say_violation
from verifier.source import SourceFile, Span

FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)
ANSWERS = ("verdicts", "diagnostics", "says")
UNTOLD = ("W0201", "W0202", "W0203")


@dataclass(slots=True)
class Example:
    """A policy in a document. ``section``: the anchor of its heading; ``added``: from which offset on it is its own."""

    section: str
    text: str
    added: int
    policies: Mapping[str, str]
    answers: dict[str, str] = field(default_factory=dict)


def anchor(heading: str) -> str:
    """The anchor that a heading gets on the usual sites."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower().replace("`", ""))
    return kept.strip().replace(" ", "-")


def sections(text: str) -> Iterator[tuple[int, str]]:
    """Offsets and anchors of all headings outside blocks."""
    blank = FENCE.sub(lambda match: " " * len(match.group()), text)
    for match in HEADING.finditer(blank):
        yield match.start(), anchor(match.group(2))


def examples(text: str) -> list[Example]:
    """The examples of a document in order, each with its answers."""
    found: list[Example] = []
    named: dict[str, str] = {}
    headings = list(sections(text))
    for match in FENCE.finditer(text):
        kind, _, detail = match.group(1).strip().partition(" ")
        if kind == "policy":
            section = [name for start, name in headings if start < match.start()][-1]
            base = named.get(detail.removeprefix("with "), "") if detail.startswith("with ") else ""
            whole = base + match.group(2)
            found.append(Example(section, whole, len(base), dict(named)))
            if detail and not base:
                named[detail] = match.group(2)
        elif kind in ANSWERS:
            assert kind not in found[-1].answers, f"two blocks `{kind}` after one example"
            found[-1].answers[kind] = match.group(2)
    return found


# ---------------------------------------------------------------- what the tool answers


def observed(example: Example) -> dict[str, str]:
    """What the tool answers about an example."""
    result = _run(example)
    told = {"diagnostics": "".join(_lines_of(example, result.findings))}
    own = [item for item in result.properties if _own(example, item.span)]
    scenarios = [item for item in result.scenarios if _own(example, item.span)]
    told["verdicts"] = "".join([*map(promise_lines, own), *map(scenario_line, scenarios)])
    if "says" in example.answers and result.program is not None:
        told["says"] = "".join(_said(line, result.program) for line in example.answers["says"].splitlines())
    return {kind: text for kind, text in told.items() if text}


def _file_of(example: Example) -> str:
    return f"{example.text.split()[1]}.policy"


def _run(example: Example) -> PolicyResult:
    name = _file_of(example)

    def read(path: str) -> SourceFile | Diagnostic:
        wanted = PurePath(path).name
        if wanted == name:
            return SourceFile(path, example.text)
        other = example.policies.get(wanted.removesuffix(".policy"))
        if other is not None:
            return SourceFile(path, other)
        return Diagnostic("E0120", Severity.ERROR, f"`{path}` does not exist", Span(SourceFile(path, ""), 0, 0))

    promising = re.search(r"^(prove|scenario) ", example.text[example.added :], re.MULTILINE)
    run = (pipeline.verify if promising else pipeline.check)([name], pipeline.Options(today=TODAY), read)
    assert not run.internal_errors, run.internal_errors
    return run.policies[0]


def _own(example: Example, span: Span | None) -> bool:
    return span is None or span.start >= example.added


def _lines_of(example: Example, findings: tuple[Finding, ...]) -> Iterator[str]:
    for item in (finding.diagnostic for finding in findings):
        if item.code not in UNTOLD and _own(example, item.span):
            line = diagnostic_line(item).replace(f"  {_file_of(example)}:", "  ", 1)
            yield line if example.added == 0 else f"{item.code}  {item.message}\n"


def _said(line: str, program: Program) -> str:
    key = line.partition(":")[0]
    name, positive = key.removeprefix("not "), not key.startswith("not ")
    return f"{key}: {_english(name, positive, program)}\n"


def _english(name: str, positive: bool, program: Program) -> str:
    for promise in program.promises:
        if promise.name == name:
            return say_violation(promise.form, program)
    for step in program.steps:
        if step.name == name:
            return " / ".join(say_act(Act(name, None), program, done) for done in (False, True))
    for definition in program.definitions:
        if definition.name == name:
            use = Defined(name, (), definition.body, type=definition.type, span=definition.span)
            yes_no = isinstance(use.type, YesNoType)
            body = use if definition.reads else definition.body
            return say_condition(body, program, positive) if yes_no else say_noun(body, program)
    raise KeyError(name)


# ---------------------------------------------------------------- renewing


def blessed(text: str) -> str:
    """The document with all answers as observed; one that is missing is added right after its example."""
    found = iter(examples(text))
    told: dict[str, str] = {}

    def renewed(match: re.Match[str]) -> str:
        nonlocal told
        kind = match.group(1).strip().partition(" ")[0]
        if kind in ANSWERS:
            return f"```{kind}\n{told[kind]}```" if kind in told else ""
        if kind != "policy":
            return match.group()
        example = next(found)
        told = observed(example)
        missing = [name for name in told if name not in example.answers]
        return match.group() + "".join(f"\n\n```{name}\n{told[name]}```" for name in missing)

    return re.sub(r"\n{3,}", "\n\n", FENCE.sub(renewed, text))
