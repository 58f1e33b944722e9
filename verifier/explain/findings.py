"""Answers of the engines as automatic findings: what is wrong with the policy itself, whatever it promises.

Takes the questions and answers of one program; gives diagnostics, with the run that shows the case where there is one.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.analysis.questions import Probe
from verifier.core.program import Program
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.engines.answers import Reached, Unreachable
from verifier.explain.judge import Judge, confirmed_story
from verifier.explain.model import Finding
from verifier.symbolic.system import WAIT

GAP, CONFLICT, NO_VALUE, STEP_ERROR, DEAD_STEP, DEAD_RULE = "F0101", "F0102", "F0103", "F0104", "F0201", "F0202"


def findings(court: Judge) -> Iterator[Finding]:
    """The findings about errors, then about steps and rules that never happen (of this policy's own text)."""
    program = court.questions.program
    for probe in court.questions.probes:
        answer = court.answers[probe.goal.name]
        if probe.kind in ("dead step", "dead rule"):
            if isinstance(answer, Unreachable) and _own(program, probe):
                yield Finding(_dead(probe))
        elif isinstance(answer, Reached):
            told = confirmed_story(court, probe.goal, answer, None)
            if told is not None:
                yield Finding(_error(probe), told)


def _own(program: Program, probe: Probe) -> bool:
    return probe.span.source is program.source


def _dead(probe: Probe) -> Diagnostic:
    if probe.kind == "dead step":
        message = f"the step `{probe.subject}` can never be taken"
        advice = (
            "no case reaches a state in which all its requirements hold; "
            "check them against each other and the other steps"
        )
        return Diagnostic(DEAD_STEP, Severity.WARNING, message, probe.span, help=advice)
    message = f"the rule `{probe.subject}` never decides anything"
    advice = "its condition never holds, or an exception always defeats it; remove it or correct the condition"
    return Diagnostic(DEAD_RULE, Severity.WARNING, message, probe.span, help=advice)


def _error(probe: Probe) -> Diagnostic:
    match probe.kind:
        case "gap":
            message = f"`{probe.subject}` has no answer in some case: no rule applies"
            return Diagnostic(
                GAP, Severity.ERROR, message, probe.span, help="add a rule for this case, or an `otherwise`"
            )
        case "conflict":
            message = f"`{probe.subject}` has two different answers in some case"
            advice = "make one rule an exception to the other, or make their conditions exclude each other"
            return Diagnostic(CONFLICT, Severity.ERROR, message, probe.span, help=advice)
        case "decision error":
            message = f"`{probe.subject}` asks for something that has no value in some case"
            advice = "ask first whether the value is present, the step has happened or the amount is in range"
            return Diagnostic(NO_VALUE, Severity.ERROR, message, probe.span, help=advice)
        case _:
            subject = "letting a day pass" if probe.subject == WAIT else f"the step `{probe.subject}`"
            message = f"{subject} meets an error in some case, and is then not taken"
            advice = (
                "a requirement or effect has no value there, or leaves a declared range; "
                "add a requirement that excludes the case"
            )
            return Diagnostic(STEP_ERROR, Severity.ERROR, message, probe.span, help=advice)
