"""Which clauses some promise needs: the text without each clause, verified as far as that is necessary.

Takes a program with what was found about its promises; says of each clause whether a promise that is proved is violated
or has no answer once the clause is taken out. Stages, each for what the one before leaves open:

1. the obligations of the certificates, in a system whose clauses can be switched off: what the solver shows without
   using a clause holds without it; and the runs of ``possible`` promises, replayed in the text without the clause;
2. a short search for runs that break one of the promises that are left, each run replayed;
3. the obligations again, without the lemmas that the clause takes along (``analysis.reasons.Grounds``);
4. the promises that are still left, verified in the text without the clause like any others: a run that breaks one is
   replayed, a proof is checked, and what is not decided within a smaller budget is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from verifier.analysis.clauses import Clause, clauses, split, without
from verifier.analysis.exercise import exercised
from verifier.analysis.plain import plain_wishes
from verifier.analysis.questions import Questions, pose
from verifier.analysis.reasons import Asked, Grounds, Proof, obligations, pool_of
from verifier.core import expressions as core
from verifier.core.program import Definition, ExpectCannot, NeverChanges, Possible, Program, Promise, Scenario
from verifier.core.walks import expressions_of, promise_expressions
from verifier.engines import bmc
from verifier.engines.answers import Reached, Trace, Unreachable
from verifier.engines.complete import completed
from verifier.engines.decide import Limits, decide, has_no_start
from verifier.engines.liveness import Escapable, always_possible
from verifier.explain.judge import QUERY_BUDGET, Judge, confirmed_run, errors_behind
from verifier.explain.liveness import invariants
from verifier.explain.model import ClauseCoverage, Coverage, PolicyResult, PropertyResult
from verifier.explain.replay import Replayed, ReplayFailure, replay
from verifier.explain.traps import day_may_pass, depending_on_time
from verifier.explain.verify import REASONS_BUDGET, Outcome, Work, verify_program
from verifier.properties.goals import Claim, Goal, anywhere, is_impossible, slice_for
from verifier.records import dataclass
from verifier.semantics.errors import EvaluationError
from verifier.semantics.promises import broken, reaches
from verifier.symbolic.encoding import clause_labels, switch
from verifier.symbolic.system import by_single_days, with_values
from verifier.symbolic.terms import Term

BRIEF_BUDGET, BRIEF_STEPS = 5_000_000, 12
TIME = " time"
"""Stands for what no policy can name: that no duty stops time, on which promises about later days depend."""

SOON, SOON_BUDGET = 5, 2_000_000
_VARYING = core.StatusRef | core.Today | core.Happened | core.HappenedWithin | core.DateOf | core.CountOf | core.Local
_OVER_TIME = core.Ever | core.JustBefore | core.EverSince
_MORE_RUNS = ("requirement", "assumption", "duty", "start")
"""Without such a clause there are more runs, never fewer."""


def with_coverage(
    result: PolicyResult,
    program: Program,
    outcome: Outcome,
    work: Work,
    scenarios_only: bool,
    progress: Callable[[str], None] | None = None,
) -> tuple[PolicyResult, tuple[str, ...]]:
    """The result with its coverage by promises or, where nothing else was wanted, by scenarios; and faults of the
    verifier.
    """
    if scenarios_only:
        return replace(result, scenario_coverage=exercised(program, work.scenarios)), ()
    coverage, faults = cover(program, outcome, work, progress)
    return replace(result, coverage=coverage), faults


def cover(
    program: Program, outcome: Outcome, work: Work, progress: Callable[[str], None] | None = None
) -> tuple[Coverage | None, tuple[str, ...]]:
    """The coverage of a program by its promises that are proved (``None`` where it could not be followed), and faults
    of the verifier.
    """
    court, say = outcome.court, progress or (lambda what: None)
    if court is None:
        return None, ()
    kept = [p for p, r in zip(work.promises, outcome.properties, strict=True) if r.verdict == "proved"]
    say("which clauses the promises need")
    inquiry = _Inquiry(program, work, court, _Standing(court, work, kept, outcome.properties))
    found = []
    for clause in clauses(program):
        say(f"without {clause.label}")
        found.append(_judged(inquiry, clause))
    left_out = tuple(r.name for r in outcome.properties if r.verdict != "proved")
    return Coverage(tuple(found), tuple(promise.name for promise in kept), left_out), tuple(inquiry.faults)


# ---------------------------------------------------------------- what stands, as proofs and runs


class _Standing:
    """The promises that are proved, and what their proofs and runs use.

    ``doubtful``: some proofs leave out duties that would stop time, so that those at hand tell nothing.
    """

    def __init__(self, court: Judge, work: Work, kept: Sequence[Promise], results: Sequence[PropertyResult]) -> None:
        self.kept = kept
        self.timely: frozenset[str] = frozenset()
        self.doubtful = False
        self.switched: Questions | None = None
        self._court = court
        self._duties = work.duties
        if court.questions.encoding.duties:
            self.timely = frozenset(p.name for p in depending_on_time(court, work.promises, results))
        self._grounds = self._found(work)
        self._runs = {p.name: run for p in kept if (run := self._run(p)) is not None}

    def users(self, clause: Clause, changed: Sequence[Program]) -> frozenset[str]:
        """The promises (and ``TIME``) that use a clause."""
        found = frozenset() if self._grounds is None else self._grounds.users(clause.label)
        if clause.kind not in _MORE_RUNS:
            found |= {p.name for p in self.kept if self._may_lose(p, changed)}
        return found

    def may_fail(self, name: str, clause: Clause) -> bool:
        """Whether a user of a clause has no proof without it that is known already."""
        if self._grounds is None or (name not in self._court.proofs and name != TIME):
            return True
        return self._grounds.fails_without(name, clause.label)

    def _found(self, work: Work) -> Grounds | None:
        court, terms = self._court, self._court.questions.system.terms
        proofs = {p.name: court.proofs[p.name] for p in self.kept if p.name in court.proofs}
        time = self._time(work)
        if not proofs:
            return None
        program = split(court.questions.program)
        promises = tuple(p for p in self.kept if p.name in proofs)
        self.switched = switched = pose(program, promises, (), work.duties, probing=False, switched=terms)
        labels = {switch(terms, label): label for label in clause_labels(program)}
        known = [a.invariant for a in court.answers.values() if isinstance(a, Unreachable)]
        return Grounds(_asked(switched, proofs, time, known), labels, REASONS_BUDGET)

    def _time(self, work: Work) -> Escapable | None:
        """The proof that no duty stops time, where promises depend on that."""
        if not self.timely:
            return None
        limits = Limits(work.budget, work.deadline, work.max_steps, work.clock, work.memory)
        system = self._court.questions.system
        answer = always_possible(system, day_may_pass(system, invariants(self._court)), limits)
        self.doubtful = not isinstance(answer, Escapable)
        return answer if isinstance(answer, Escapable) else None

    def _run(self, promise: Promise) -> Trace | None:
        """The run that shows a possible thing."""
        questions = self._court.questions
        claim = questions.claims.get(promise.name)
        answer = None if claim is None else self._court.answers.get(claim.goal.name)
        if not isinstance(answer, Reached):
            return None
        return completed(questions.system, answer.trace, list(plain_wishes(questions.encoding)), QUERY_BUDGET)

    def _may_lose(self, promise: Promise, changed: Sequence[Program]) -> bool:
        """Whether the run that shows a possible thing does not show it in each changed text."""
        if not isinstance(promise.form, Possible):
            return False
        trace = self._runs.get(promise.name)
        return trace is None or not all(self._still_shows(program, promise, trace) for program in changed)

    def _still_shows(self, program: Program, promise: Promise, trace: Trace) -> bool:
        encoding = replace(self._court.questions.encoding, program=program)
        form = next(p.form for p in program.promises if p.name == promise.name)
        assert isinstance(form, Possible)
        try:
            replayed = replay(encoding, trace, self._duties)
            return replayed.error is None and reaches(program, form.goal, replayed.run)
        except (ReplayFailure, EvaluationError):
            return False


def _asked(
    switched: Questions, proofs: Mapping[str, Proof], time: Escapable | None, known: Iterable[Term]
) -> list[Asked]:
    """What must be impossible for each promise, errors included, and for time to go on."""
    terms, system = switched.system.terms, by_single_days(switched.system)
    single: dict[str, list[Term]] = {}
    parts = []
    for name, proof in proofs.items():
        errors = [anywhere(terms, goal) for goal in errors_behind(switched, name)]
        if name in switched.pairs:
            pair = switched.pairs[name]
            goal = [anywhere(terms, pair.goal)]
            parts.append(Asked(by_single_days(pair.system), pool_of([proof.invariant]), {name: goal}))
            single[name] = [*errors, terms.and_(*pair.start, pair.start_error)]
            continue
        single[name] = [*obligations(switched, system, name, proof), *errors]
        if isinstance(proof, Escapable) and name in switched.ways:
            single[name].append(terms.and_(proof.regions[0].term, terms.not_(switched.ways[name].goal)))
    if time is not None:
        arrived = terms.and_(time.regions[0].term, terms.not_(day_may_pass(switched.system).goal))
        single[TIME] = [*obligations(switched, system, TIME, time), arrived]
    own = [proof.invariant for name, proof in proofs.items() if name not in switched.pairs]
    pool = pool_of([*own, *known, *([] if time is None else [time.invariant])])
    return [Asked(system, pool, single), *parts]


# ---------------------------------------------------------------- the text without a clause


@dataclass(slots=True)
class _Inquiry:
    """What is asked about each clause of a program."""

    program: Program
    work: Work
    court: Judge
    standing: _Standing
    faults: list[str] = field(default_factory=list)


def _judged(inquiry: _Inquiry, clause: Clause) -> ClauseCoverage:
    """What becomes of the promises in the text without a clause."""
    standing, changed = inquiry.standing, without(inquiry.program, clause)
    blank = ClauseCoverage(clause.label, clause.kind, clause.span, clause.origin, "not_needed")
    users = standing.users(clause, changed)
    if clause.kind == "definition":
        users |= _comparing_moments(inquiry.program, standing.kept, clause.label)
    near = {name for text in changed if users for name in _soon_broken(inquiry, text, users)}
    if near:
        return replace(blank, status="needed", needed_by=_in_order(inquiry, near))
    suspects = {name for name in sorted(users) if standing.may_fail(name, clause)}
    if clause.kind == "definition":
        suspects -= _whatever_it_means(inquiry, clause, suspects)
    open_: set[str] = set(suspects) if clause.kind == "definition" or standing.doubtful else set()
    for text in changed:
        for name, holds in _verdicts(inquiry, text, suspects):
            if holds is False:
                return replace(blank, status="needed", needed_by=(name,))
            open_ |= {name} if holds is None else set()
    if clause.kind == "otherwise":
        for name, holds in _gaps(inquiry, changed):
            if holds is False:
                return replace(blank, status="needed", needed_by=(name,))
            open_ |= {name}
    if open_ or standing.doubtful or (suspects and not changed):
        return replace(blank, status="unknown", open=_in_order(inquiry, open_ or suspects))
    return replace(blank, scenarios=_noticing(inquiry, clause, changed))


def _whatever_it_means(inquiry: _Inquiry, clause: Clause, suspects: Collection[str]) -> set[str]:
    """The promises that hold whatever a definition means, where it means the same throughout a case."""
    switched, definition = inquiry.standing.switched, _definition(inquiry.program, clause.label)
    varying = (p for p in core.subexpressions(definition.body) if isinstance(p, _VARYING))
    if switched is None or definition.params or any(varying):
        return set()
    terms = switched.system.terms
    labels = clause_labels(switched.program)
    fixed = {switch(terms, label): terms.true if label != clause.label else terms.false for label in labels}
    system = with_values(switched.system, fixed)
    goals: dict[str, list[Goal]] = {}
    for name in sorted(set(suspects) & switched.claims.keys()):
        asked = [switched.claims[name].goal, *errors_behind(switched, name)]
        goals[name] = [_with_values(switched, goal, fixed) for goal in asked]
    work = _brief(inquiry.work, (), ())
    limits = Limits(work.budget, work.deadline, work.max_steps, work.clock)
    answers = decide(system, list({goal.name: goal for own in goals.values() for goal in own}.values()), limits)
    return {name for name, own in goals.items() if all(isinstance(answers[g.name], Unreachable) for g in own)}


def _with_values(questions: Questions, goal: Goal, fixed: Mapping[Term, Term]) -> Goal:
    terms = questions.system.terms
    on = {name: terms.substitute(term, fixed) for name, term in goal.on.items()}
    return Goal(goal.name, terms.substitute(goal.state, fixed), on)


def _definition(program: Program, name: str) -> Definition:
    return next(item for item in program.definitions if item.name == name)


def _in_order(inquiry: _Inquiry, names: Collection[str]) -> tuple[str, ...]:
    return tuple(promise.name for promise in inquiry.standing.kept if promise.name in names)


def _comparing_moments(program: Program, kept: Sequence[Promise], name: str) -> frozenset[str]:
    """The promises that compare what a definition means at different moments: what stands in for it where it is
    switched off is the same at all of them.
    """

    def says(expressions: Iterable[core.Expr], over_time: bool) -> bool:
        parts = [part for expression in expressions for part in core.subexpressions(expression)]
        if over_time:
            parts = [part for p in parts if isinstance(p, _OVER_TIME) for part in core.subexpressions(p)]
        return any(isinstance(part, core.Defined) and part.name == name for part in parts)

    if says(expressions_of(replace(program, promises=())), over_time=True):
        return frozenset(promise.name for promise in kept)
    return frozenset(p.name for p in kept if says(promise_expressions(p), not isinstance(p.form, NeverChanges)))


def _soon_broken(inquiry: _Inquiry, text: Program, users: Collection[str]) -> list[str]:
    """The users of a clause that the shortest runs break (or leave without an answer) in the text without it; all of
    them where the text has no case left, so that it keeps them for want of one.
    """
    promises = tuple(p for p in text.promises if p.name in users)
    questions = pose(text, promises, (), inquiry.work.duties, probing=False)
    claims = [claim for claim in questions.claims.values() if claim.polarity == "never"]
    goals = {claim.goal.name: claim.goal for claim in claims}
    names = [*(claim.name for claim in claims), *questions.pairs, *questions.ways]
    goals |= {goal.name: goal for name in names for goal in errors_behind(questions, name)}
    asked = [goal for goal in goals.values() if not is_impossible(questions.system.terms, goal)]
    if not asked:
        return []
    search = bmc.start(slice_for(questions.system, asked), asked)
    depth = -1
    while not search.found and search.stopped is None and depth < min(SOON, inquiry.work.max_steps):
        depth += 1
        bmc.deepen(search, depth, inquiry.work.deadline, SOON_BUDGET)
    if not search.found:
        return []
    if has_no_start(questions.system):
        return list(users)
    court = Judge(questions, search.found, inquiry.work.duties)
    broken_ = [claim.name for claim in claims if _is_broken(court, text, claim)]
    broken_ += [name for name in names if name not in broken_ and _meets_an_error(court, name)]
    inquiry.faults += court.faults
    return broken_


def _gaps(inquiry: _Inquiry, changed: Sequence[Program]) -> Iterator[tuple[str, bool | None]]:
    """The promises that some case leaves without an answer in the text without an ``otherwise``, and (``None``) those
    of which that is not known: where it is switched off, the decision still gives something.
    """
    for text in changed:
        kept = {p.name for p in inquiry.standing.kept if not isinstance(p.form, Possible)}
        promises = tuple(p for p in text.promises if p.name in kept)
        questions = pose(text, promises, (), inquiry.work.duties, probing=False)
        names = [*questions.claims, *questions.pairs, *questions.ways]
        goals = {goal.name: goal for name in names for goal in errors_behind(questions, name)}
        work = _brief(inquiry.work, (), ())
        limits = Limits(work.budget, work.deadline, work.max_steps, work.clock)
        answers = decide(questions.system, list(goals.values()), limits)
        court = Judge(questions, answers, work.duties)
        for name in names:
            if _meets_an_error(court, name):
                yield name, False
            elif not all(isinstance(answers[goal.name], Unreachable) for goal in errors_behind(questions, name)):
                yield name, None
        inquiry.faults += court.faults


def _is_broken(court: Judge, program: Program, claim: Claim) -> bool:
    answer = court.answers.get(claim.goal.name)
    promise = next(p for p in program.promises if p.name == claim.name)

    def shows(replayed: Replayed) -> bool:
        try:
            return replayed.error is None and broken(program, promise, replayed.run) is not None
        except EvaluationError:
            return True  # before it is broken, the promise has no answer

    return isinstance(answer, Reached) and confirmed_run(court, claim.goal, answer, shows) is not None


def _meets_an_error(court: Judge, name: str) -> bool:
    """Whether a confirmed run meets an error that leaves a promise without an answer."""
    for goal in errors_behind(court.questions, name):
        answer = court.answers.get(goal.name)
        if isinstance(answer, Reached) and confirmed_run(court, goal, answer, lambda replayed: True) is not None:
            return True
    return False


def _verdicts(inquiry: _Inquiry, text: Program, suspects: Collection[str]) -> Iterator[tuple[str, bool | None]]:
    """Whether promises still hold in a text, one by one; ``None`` where that is not known."""
    timely = inquiry.standing.timely if TIME in suspects else frozenset()
    for promise in text.promises:
        if promise.name not in suspects and promise.name not in timely:
            continue
        work = replace(_brief(inquiry.work, (promise,), ()), trapping=promise.name in timely)
        outcome = verify_program(text, work)
        inquiry.faults += outcome.faults
        (result,) = outcome.properties
        holds = {"proved": True, "violated": False}.get(result.verdict)
        posed = outcome.court is not None and promise.name not in outcome.court.questions.refused
        if holds is None and posed and outcome.court is not None and _meets_an_error(outcome.court, promise.name):
            holds = False
        yield promise.name, holds


def _noticing(inquiry: _Inquiry, clause: Clause, changed: Sequence[Program]) -> tuple[str, ...]:
    """The scenarios that fail in the text without a clause, or name what is gone."""
    work = inquiry.work
    if clause.kind == "definition" or not work.scenarios:
        return ()
    noticing: dict[str, None] = {}
    for text in changed:
        speaking = {s.name for s in work.scenarios if not _is_about(text, s)}
        others = tuple(s for s in text.scenarios if s in work.scenarios and s.name not in speaking)
        outcome = verify_program(text, _brief(work, (), others))
        failed = {result.name for result in outcome.scenarios if result.verdict == "failed"}
        noticing |= {s.name: None for s in work.scenarios if s.name in speaking | failed}
    return tuple(noticing)


def _is_about(program: Program, scenario: Scenario) -> bool:
    """Whether every requirement that a scenario names is still there."""
    named = [c for c in scenario.clauses if isinstance(c, ExpectCannot) and c.because is not None]
    return all(c.because in {r.name for r in program.step(c.occurrence.step).requires} for c in named)


def _brief(work: Work, promises: tuple[Promise, ...], scenarios: tuple[Scenario, ...]) -> Work:
    """What is asked of a text without a clause: verdicts, and these within less."""
    return replace(
        work,
        promises=promises,
        scenarios=scenarios,
        probing=False,
        splitting=False,
        reasoning=False,
        budget=min(work.budget, BRIEF_BUDGET),
        max_steps=min(work.max_steps, BRIEF_STEPS),
        memory=None,
    )
