"""Answers of the engines as automatic findings: what is wrong with the policy itself, whatever it promises.

Takes the questions and answers of one program; gives diagnostics, with the run that shows the case where there is one.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.analysis.questions import Probe
from verifier.core.program import Program
from verifier.diagnostics.model import Diagnostic, Label, Severity
from verifier.engines.answers import Reached, Unreachable
from verifier.explain.errors import step_error
from verifier.explain.judge import Judge, confirmed_run, told
from verifier.explain.model import Finding
from verifier.explain.replay import Replayed
from verifier.explain.words import say_value
from verifier.semantics.evaluate import answering
from verifier.semantics.model import Run

GAP, CONFLICT, NO_VALUE, DEAD_STEP, DEAD_RULE = "F0101", "F0102", "F0103", "F0201", "F0202"


def findings(court: Judge) -> Iterator[Finding]:
    """The findings about errors, then about steps and rules that never happen (of this policy's own text)."""
    program = court.questions.program
    for probe in court.questions.probes:
        answer = court.answers[probe.goal.name]
        if probe.kind in ("dead step", "dead rule"):
            if isinstance(answer, Unreachable) and _own(program, probe):
                yield Finding(_dead(probe))
        elif isinstance(answer, Reached):
            confirmed = confirmed_run(court, probe.goal, answer, lambda replayed: True)
            if confirmed is not None:
                diagnostic = _error(program, probe, confirmed[1])
                yield Finding(diagnostic, told(court, probe.goal, *confirmed, answer.shortest))


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


def _conflict(program: Program, probe: Probe, run: Run) -> Diagnostic:
    """Which rules give which answers at the end of a run."""
    decision = program.decision(probe.subject)
    message, labels = f"`{decision.name}` has two different answers in some case", tuple[Label, ...]()
    answers = answering(program, decision, run)
    others = [(rule, value) for rule, value in answers if value != answers[0][1]]
    if others:
        pair = [(rule, say_value(value, decision.type, program)) for rule, value in (answers[0], others[0])]
        message += f": {' and '.join(f'`{rule.full_name}` gives {value}' for rule, value in pair)}"
        labels = tuple(Label(rule.span, f"gives {value}") for rule, value in pair)
    advice = "make one rule an exception to the other, or make their conditions exclude each other"
    return Diagnostic(CONFLICT, Severity.ERROR, message, probe.span, labels, advice)


def _error(program: Program, probe: Probe, replayed: Replayed) -> Diagnostic:
    match probe.kind:
        case "conflict":
            return _conflict(program, probe, replayed.run)
        case "gap":
            message = f"`{probe.subject}` has no answer in some case: no rule applies"
            return Diagnostic(
                GAP, Severity.ERROR, message, probe.span, help="add a rule for this case, or an `otherwise`"
            )
        case "decision error":
            message = f"`{probe.subject}` asks for something that has no value in some case"
            advice = "ask first whether the value is present, the step has happened or the amount is in range"
            return Diagnostic(NO_VALUE, Severity.ERROR, message, probe.span, help=advice)
        case _:
            assert replayed.error is not None, probe
            return step_error(program, probe.span, replayed.run, replayed.attempt, replayed.error)
