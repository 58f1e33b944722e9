"""Scenarios as results: proved for every case, or broken by one that the interpreter replays.

Takes a program's encoding and system; gives ``ScenarioResult``s, and a finding for a scenario about no case at all.
"""

from __future__ import annotations

import time
from dataclasses import replace

from verifier.analysis.questions import uses_dates
from verifier.analysis.scenarios import Broken, Holds, Unsatisfiable, Unsettled, settle
from verifier.core.program import ExpectCannot, MoveTo, Scenario
from verifier.core.walks import scenario_expressions
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.explain.judge import Judge
from verifier.explain.model import Finding, ScenarioFailure, ScenarioResult
from verifier.explain.replay import case_of
from verifier.explain.stories import story
from verifier.semantics.model import Case, Run
from verifier.semantics.opening import initial_state
from verifier.semantics.scenario import Failed, play

NO_CASE = "F0203"


def scenario_result(court: Judge, scenario: Scenario, budget: int) -> tuple[ScenarioResult, Finding | None]:
    """The result of a scenario; a finding where its ``given`` describes no case."""
    begun = time.perf_counter()
    blank = ScenarioResult(scenario.name, scenario.title, scenario.span, "unknown")
    answer = settle(court.questions.encoding, court.questions.system, scenario, budget)
    finding = None
    match answer:
        case Holds():
            result = replace(blank, verdict="passed")
        case Unsettled(reason):
            result = replace(blank, reason=reason)
        case Unsatisfiable():
            result = replace(blank, verdict="failed", reason="no case satisfies what is given")
            message = f"the scenario `{scenario.name}` is about no case: what is given cannot all hold at the start"
            advice = "check the `given` conditions against each other, the assumptions and each status's `starts`"
            finding = Finding(Diagnostic(NO_CASE, Severity.ERROR, message, scenario.span, help=advice))
        case Broken(start):
            result = _broken(court, scenario, case_of(court.questions.encoding, start), blank)
    return replace(result, seconds=time.perf_counter() - begun), finding


def _broken(court: Judge, scenario: Scenario, case: Case, blank: ScenarioResult) -> ScenarioResult:
    whole = court.questions.program
    program = whole if court.duties else replace(whole, duties=())
    played = play(program, scenario, case)
    if not isinstance(played, Failed):
        court.faults.append(f"{program.name}: scenario `{scenario.name}`: the case found does not break it")
        return replace(blank, reason="a case was found that the interpreter does not confirm")
    run = played.run or initial_state(program, case)
    place = played.clause if isinstance(played.clause, ExpectCannot) else played.occurrence or played.clause
    span = getattr(place, "span", scenario.span)
    if not isinstance(run, Run):
        return replace(blank, verdict="failed", reason=f"{played.expected}; {played.got}")
    dated = uses_dates(program, scenario_expressions(scenario)) or any(isinstance(c, MoveTo) for c in scenario.clauses)
    told = story(program, run, (), dated, shortest=False)
    failure = ScenarioFailure(told, span.text if played.clause else "the start", span, played.expected, played.got)
    return replace(blank, verdict="failed", failing=failure)
