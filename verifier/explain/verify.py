"""One program, verified: questions posed, answered, and told.

Takes a checked program and what is wanted; gives its results. The order of work is fixed, so that results do not depend
on timing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import field, replace

from verifier.analysis.plain import plain_runs
from verifier.analysis.questions import Questions, pose
from verifier.analysis.reasons import reasons
from verifier.core.program import Program, Promise, Scenario
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.engines.answers import Reached, Unreachable
from verifier.engines.decide import Clock, Limits, decide, has_no_start
from verifier.engines.memory import Memory
from verifier.explain.alternatives import alternatives
from verifier.explain.evidence import Evidence, evidence
from verifier.explain.findings import findings
from verifier.explain.judge import Judge, errors_behind, judge, nothing_decided
from verifier.explain.liveness import judge_always_possible
from verifier.explain.model import Finding, PropertyResult, ScenarioResult
from verifier.explain.openings import cannot_start
from verifier.explain.pairs import judge_pair
from verifier.explain.readings import by_reading
from verifier.explain.scenarios import scenario_result
from verifier.explain.slips import slips
from verifier.explain.suppositions import with_suppositions
from verifier.explain.traps import depending_on_time, look_for_traps, why_not_proved
from verifier.properties.goals import Goal
from verifier.records import dataclass
from verifier.source import Span
from verifier.symbolic.evaluator import NotTrackable
from verifier.symbolic.terms import Term

REASONS_BUDGET = 10_000_000
NO_CASE_AT_ALL, NOT_TRACKABLE = "F0204", "F0105"


@dataclass(frozen=True, slots=True)
class Work:
    """What is wanted. ``deadline`` on ``time.monotonic``; ``probing`` asks for the automatic findings;
    ``asked``: it is one question of a reader, who is told the other ways of what is possible too;
    ``trapping`` asks of proofs that they need no duty that may stop time, ``splitting`` for verdicts by reading,
    ``reasoning`` for what proofs rest on; ``clock`` learns whether the wall clock ended some of the work; ``memory``
    holds proofs of earlier runs.
    """

    promises: tuple[Promise, ...]
    scenarios: tuple[Scenario, ...]
    probing: bool
    budget: int
    deadline: float
    max_steps: int
    duties: bool
    asked: bool = False
    trapping: bool = True
    splitting: bool = True
    reasoning: bool = True
    clock: Clock = field(default_factory=Clock, compare=False)
    memory: Memory | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found. ``faults`` are faults of the verifier, ``evidence`` is what certificates are made of, ``court``
    what verdicts were made from.
    """

    findings: tuple[Finding, ...]
    properties: tuple[PropertyResult, ...]
    scenarios: tuple[ScenarioResult, ...]
    faults: tuple[str, ...]
    evidence: Mapping[str, Evidence] = field(default_factory=dict, compare=False)
    court: Judge | None = field(default=None, compare=False, repr=False)


def verify_program(program: Program, work: Work, progress: Callable[[str], None] | None = None) -> Outcome:
    """Verify the wanted promises and scenarios of a program, and look for the automatic findings."""
    say = progress or (lambda what: None)
    try:
        questions = pose(program, work.promises, work.scenarios, work.duties, work.probing)
    except NotTrackable as fault:
        return _not_trackable(program, work, fault)
    nobody = has_no_start(questions.system)
    say("searching for runs and proofs")
    limits = Limits(work.budget, work.deadline, work.max_steps, work.clock, work.memory)
    refined = frozenset(claim.goal.name for claim in questions.claims.values())
    goals = _goals(questions, work.probing)
    doubts = frozenset(item.goal.name for item in questions.suspicions)
    refined |= {claim.error.name for claim in questions.claims.values()}
    refined |= {item.goal.name for item in questions.suspicions if item.doubt == "wider"}
    refined |= {probe.goal.name for probe in questions.probes if probe.kind not in ("dead step", "dead rule")}
    answers = decide(questions.system, goals, limits, list(plain_runs(questions.encoding)), refined, doubts)
    court = Judge(questions, answers, work.duties)
    properties = []
    for promise in work.promises:
        say(promise.name)
        begun = time.perf_counter()
        result = _judged(court, promise, limits)
        properties.append(replace(result, seconds=time.perf_counter() - begun))
    found = _about_the_policy(court, work, nobody)
    spoilt, trap, stronger = _spoilt(court, program, work, properties, say)
    properties = [spoilt.get(result.name, result) for result in properties]
    properties = _over_readings(program, court, work, properties)
    properties = _with_reasons(court, work, properties)
    properties = [_with_ways(court, *pair, work, limits) for pair in zip(work.promises, properties, strict=True)]
    properties = [with_suppositions(court, *pair) for pair in zip(work.promises, properties, strict=True)]
    found += [trap] if trap is not None and (work.probing or spoilt) else []
    scenarios = []
    for scenario in work.scenarios:
        say(scenario.name)
        outcome, finding = scenario_result(court, scenario, work.budget)
        scenarios.append(outcome)
        found += [finding] if finding else []
    proofs = {p.name: stronger.get(p.name) or evidence(court, p) for p in work.promises}
    shown = {r.name: proof for r in properties if r.verdict == "proved" and (proof := proofs[r.name]) is not None}
    return Outcome(tuple(found), tuple(properties), tuple(scenarios), tuple(court.faults), shown, court)


def _about_the_policy(court: Judge, work: Work, nobody: bool) -> list[Finding]:
    """The findings about no case at all (``nobody``), cases that cannot start and, where wanted, everything else."""
    unable = cannot_start(court) if work.probing or nobody else None
    found = [unable] if unable is not None else []
    if nobody:
        return found or [_contradiction(court.questions.program)]
    return [*found, *findings(court), *slips(court)] if work.probing else found


def _judged(court: Judge, promise: Promise, limits: Limits) -> PropertyResult:
    """The verdict on a promise of any form."""
    if promise.name in court.questions.pairs:
        return judge_pair(court, promise, limits)
    if promise.name in court.questions.ways:
        return judge_always_possible(court, promise, limits)
    return judge(court, promise)


def _over_readings(program: Program, court: Judge, work: Work, results: list[PropertyResult]) -> list[PropertyResult]:
    """The results, split by reading where the verdicts under the readings differ."""
    if not work.splitting or not program.readings:
        return results

    def again(supposing: Program, promises: tuple[Promise, ...]) -> list[PropertyResult]:
        these = replace(work, promises=promises, scenarios=(), probing=False, splitting=False, reasoning=False)
        return list(verify_program(supposing, these).properties)

    return by_reading(program, court.questions, results, again)


def _with_reasons(court: Judge, work: Work, results: list[PropertyResult]) -> list[PropertyResult]:
    """The results, each proof with what it rests on; one that rests on no clause is trivial."""
    decided = {result.name for result in results if result.verdict != "unknown"}
    proofs = {name: proof for name, proof in court.proofs.items() if name in decided}
    if not proofs or not work.reasoning:
        return results
    errors = {name: _shown_unreachable(court, errors_behind(court.questions, name)) for name in proofs}
    found = reasons(court.questions, work.promises, proofs, errors, work.duties, REASONS_BUDGET)
    return [
        replace(r, rests_on=found[r.name], trivial=r.verdict == "proved" and not found[r.name])
        if r.name in found
        else r
        for r in results
    ]


def _with_ways(court: Judge, promise: Promise, result: PropertyResult, work: Work, limits: Limits) -> PropertyResult:
    """The result, with the essentially different ways in which what it shows comes about."""
    claim = court.questions.claims.get(promise.name)
    told = result.counterexample or (result.witness if work.asked else None)
    if claim is None or told is None or not work.reasoning:
        return result
    answer = court.answers[claim.goal.name]
    if not isinstance(answer, Reached) or not told.happenings:
        return result
    return replace(result, ways=alternatives(court, promise, claim.goal, answer, limits))


def _shown_unreachable(court: Judge, goals: list[Goal]) -> dict[str, Term]:
    """The invariants that exclude some goals."""
    answers = [(goal.name, court.answers[goal.name]) for goal in goals]
    return {name: answer.invariant for name, answer in answers if isinstance(answer, Unreachable)}


def _spoilt(
    court: Judge, program: Program, work: Work, results: list[PropertyResult], say: Callable[[str], None]
) -> tuple[dict[str, PropertyResult], Finding | None, dict[str, Evidence]]:
    """The results that do not count because their proofs need duties that may stop time, the finding about that, and
    for those that count all the same the proofs without these duties.
    """
    affected = depending_on_time(court, work.promises, results)
    if not work.trapping or not court.questions.encoding.duties or not (affected or work.probing):
        return {}, None, {}
    say("looking for duties that cannot be met")
    traps = look_for_traps(court, Limits(work.budget, work.deadline, work.max_steps, work.clock, work.memory))
    if not traps.duties or not affected:
        return {}, traps.finding, {}
    others = replace(program, duties=tuple(duty for duty in program.duties if duty.name not in traps.duties))
    again = replace(work, promises=tuple(affected), scenarios=(), probing=False, trapping=False, reasoning=False)
    weaker = verify_program(others, again, say)
    holding = {result.name for result in weaker.properties if result.verdict == "proved"}
    reason = why_not_proved(traps)
    spoilt = {p.name: replace(nothing_decided(p), reason=reason) for p in affected if p.name not in holding}
    # A way that remains without a duty may lead through days that pass in no run that keeps it.
    stronger = {n: e for n, e in weaker.evidence.items() if isinstance(e.proof, Unreachable)}
    return spoilt, traps.finding, {n: replace(e, without=traps.duties) for n, e in stronger.items()}


def _goals(questions: Questions, probing: bool) -> list[Goal]:
    """Every goal once: claims with their triggers and errors, then the probes that are wanted, then suspicions."""
    goals: dict[str, Goal] = {}
    for claim in questions.claims.values():
        for goal in (claim.goal, claim.error, *claim.triggers):
            goals[goal.name] = goal
    for pair in questions.pairs.values():
        goals[pair.error.name] = pair.error
    for way in questions.ways.values():
        goals[way.error.name] = way.error
    names = (*questions.claims, *questions.pairs, *questions.ways)
    needed = {goal.name for name in names for goal in errors_behind(questions, name)}
    for probe in questions.probes:
        if probing or probe.goal.name in needed:
            goals[probe.goal.name] = probe.goal
    goals.update({suspicion.goal.name: suspicion.goal for suspicion in questions.suspicions})
    return list(goals.values())


def _contradiction(program: Program) -> Finding:
    message = f"no case satisfies the assumptions of `{program.name}`, so every promise holds for want of a case"
    span = program.assumptions[0].span if program.assumptions else Span(program.source, 0, 0)
    advice = "the assumptions and the declared ranges exclude each other; remove or weaken one"
    return Finding(Diagnostic(NO_CASE_AT_ALL, Severity.ERROR, message, span, help=advice))


def _not_trackable(program: Program, work: Work, fault: NotTrackable) -> Outcome:
    """Every promise unknown, because the program itself needs history that cannot be followed."""
    advice = "say it with fewer or finitely many values, or enter the outcome as a fact"
    finding = Finding(Diagnostic(NOT_TRACKABLE, Severity.ERROR, str(fault), fault.expression.span, help=advice))
    results = tuple(
        PropertyResult(
            p.name, p.title, p.keyword, p.cites, p.span, "unknown", reason=f"the policy cannot be followed: {fault}"
        )
        for p in work.promises
    )
    return Outcome((finding,), results, (), ())
