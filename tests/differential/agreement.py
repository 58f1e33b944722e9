"""Do enumeration, bounded search, miner, Spacer, z3 and cvc5 agree about random systems? One command prints the counts.

``python tests/differential/agreement.py --systems 20000 --first 0 --jobs 2``; exits 1 where any two disagree. A system
is a random finite policy with a few promises; each goal of it is put to every engine by itself. What engines do not
decide is counted, never taken for agreement. cvc5 takes part where it is installed (``clauseproof[certify]``).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[2])]

from checked import checked_policy
from generator import FINITE, Profile

from verifier.analysis.questions import pose
from verifier.core.program import Program
from verifier.engines import bmc, certificate, houdini, spacer
from verifier.engines.solvers import Solver, SolverFault, answers, installed
from verifier.properties.goals import Goal, anywhere, is_impossible, slice_for
from verifier.semantics.explore import explore
from verifier.semantics.verdicts import ExploredVerdict, verdict
from verifier.symbolic.calendar import axioms, months_terms
from verifier.symbolic.emit import Script
from verifier.symbolic.evaluator import NotTrackable
from verifier.symbolic.system import WAIT, System, by_single_days
from verifier.symbolic.terms import Term

DEPTH, STATES, BUDGET, MILLISECONDS = 6, 200, 10_000_000, 5_000
SOLVERS: tuple[Solver, ...] = ("z3", "cvc5")


@dataclass
class Found:
    """What was counted, and every disagreement as a line."""

    counts: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)

    def add(self, other: Found) -> None:
        self.counts += other.counts
        self.disagreements += other.disagreements


@dataclass
class _Contest:
    """One system with its goals; ``truth`` says of each goal what enumeration found."""

    seed: int
    system: System
    sliced: System
    truth: dict[str, ExploredVerdict]
    found: Found

    @property
    def whole(self) -> System:
        daily = any(t.name == WAIT and not t.inputs for t in self.sliced.transitions)
        return by_single_days(self.system) if daily else self.system

    def reachable(self, goal: Goal) -> bool:
        return self.truth[goal.name].run is not None

    def disagree(self, goal: Goal, who: str) -> None:
        said = "reachable" if self.reachable(goal) else "not reachable"
        self.found.disagreements.append(f"seed {self.seed}: {goal.name}: {said} by enumeration; {who}")


def random_system(seed: int) -> Program:
    """A small finite policy with two promises; every third may meet errors."""
    return checked_policy(seed, Profile(FINITE, size=1, errors=seed % 3 == 0, promises=2))


def compared(seed: int) -> Found:
    """Put the goals of one system to everyone."""
    found, program = Found(), random_system(seed)
    exploration = explore(program, limit=STATES)
    if exploration is None or not exploration.openings:
        found.counts["not enumerated"] += 1
        return found
    try:
        questions = pose(program, program.promises, probing=False)
    except NotTrackable:
        found.counts["not enumerated"] += 1
        return found
    promises = {promise.name: promise for promise in program.promises}
    truth = {name: verdict(exploration, promises[name]) for name in questions.claims}
    goals = [claim.goal for claim in questions.claims.values()]
    found.counts["systems"] += 1
    found.counts["goals"] += len(goals)
    contest = _Contest(seed, questions.system, slice_for(questions.system, goals), truth, found)
    for goal in goals:
        if is_impossible(questions.system.terms, goal) and contest.reachable(goal):
            contest.disagree(goal, "impossible by folding")
    _settle(contest, goals)
    return found


def _settle(contest: _Contest, goals: Sequence[Goal]) -> None:
    search = bmc.start(contest.sliced, goals)
    bmc.deepen(search, DEPTH, time.monotonic() + 60, BUDGET)
    for goal in goals:
        shortest = contest.truth[goal.name].shortest
        if goal.name in search.found and not contest.reachable(goal):
            contest.disagree(goal, "the bounded search has a run")
        if goal.name in search.pending and shortest is not None and shortest <= search.depth:
            contest.disagree(goal, f"the bounded search has no run of up to {search.depth} transitions")
    proved = dict.fromkeys(_mined(contest, goals))
    proved |= dict.fromkeys(_by_spacer(contest, [goal for goal in goals if goal.name not in search.found]))
    for goal in goals:
        known = "counterexamples" if goal.name in search.found else "proofs" if goal.name in proved else "unknown"
        contest.found.counts[known] += 1
        if goal.name in search.found and goal.name in proved:
            contest.disagree(goal, "the bounded search has a run, and there is a proof")


def _mined(contest: _Contest, goals: Sequence[Goal]) -> Iterator[str]:
    """The goals that lemmas exclude by an accepted certificate: all inductive ones, or a few found backwards."""
    deadline = time.monotonic() + 60
    mined = {"by the miner": houdini.mine(contest.sliced, goals, (), BUDGET, deadline)}
    if contest.seed % 4 == 0:  # each certificate is put to two solvers
        mined["by lemmas found backwards"] = houdini.quick(contest.sliced, goals, BUDGET, deadline)
    for way, lemmas in mined.items():
        excluded = [goal for goal in goals if goal.name in lemmas.excluded]
        accepted = _accepted(contest, excluded, contest.system.terms.and_(*lemmas.lemmas)) if excluded else set()
        for goal in excluded:
            if contest.reachable(goal):
                contest.disagree(goal, f"excluded {way}")
            if goal.name not in accepted:
                contest.disagree(goal, f"{way}: the lemmas are no certificate")
        contest.found.counts[way] += len(accepted)
        yield from accepted


def _by_spacer(contest: _Contest, goals: Sequence[Goal]) -> Iterator[str]:
    """The goals that Spacer proves by an accepted certificate. One that is refused proves nothing, but is no lie."""
    terms = contest.system.terms
    for goal in goals:
        answer = spacer.solve(slice_for(contest.system, [goal]), goal, terms.true, MILLISECONDS, BUDGET, False)
        contest.found.counts[f"Spacer: {answer.verdict}"] += 1
        if (answer.verdict == "reachable") > contest.reachable(goal):
            contest.disagree(goal, "Spacer says that it is reachable")
        if (answer.verdict == "unreachable") and contest.reachable(goal):
            contest.disagree(goal, "Spacer says that it is not reachable")
        if answer.invariant is not None:
            if _accepted(contest, [goal], answer.invariant):
                contest.found.counts["by Spacer"] += 1
                yield goal.name
            else:
                contest.found.counts["refused certificates of Spacer"] += 1


# ---------------------------------------------------------------- certificates


def _accepted(contest: _Contest, goals: Sequence[Goal], invariant: Term) -> set[str]:
    """The goals for which the engines' check accepts an invariant; every installed solver is asked too, by text."""
    inductive = certificate.check_inductive(contest.whole, invariant, BUDGET).accepted
    accepted = {
        goal.name
        for goal in goals
        if inductive and certificate.check_excluded(contest.whole, goal, invariant, BUDGET).accepted
    }
    script, exact = obligations(contest.whole, goals, invariant)
    for solver in SOLVERS:
        if not installed(solver):
            continue
        try:
            said = answers(script, solver, BUDGET, MILLISECONDS)
        except SolverFault as fault:
            contest.disagree(goals[0], f"{solver} does not read the certificate: {fault}")
            continue
        contest.found.counts[f"certificates put to {solver}"] += len(goals)
        if "unknown" in said or not exact or len(said) != 2 + len(goals):
            contest.found.counts[f"not settled by {solver}"] += len(goals)
            continue
        for goal, answer in zip(goals, said[2:], strict=True):
            if ([*said[:2], answer] == ["unsat"] * 3) != (goal.name in accepted):
                contest.disagree(goal, f"{solver} says {' '.join(said)}, the engines say {goal.name in accepted}")
    return accepted


def obligations(system: System, goals: Sequence[Goal], invariant: Term) -> tuple[str, bool]:
    """The obligations of an invariant as one script (the first states, the steps, then each goal), and whether it says
    everything: nothing of the calendar.
    """
    terms = system.terms
    first = terms.and_(*(constraint.term for constraint in system.initial))
    wanted = (
        terms.and_(first, terms.not_(invariant)),
        terms.and_(invariant, certificate.broken_by_a_step(terms, system, invariant)),
        *(terms.and_(invariant, anywhere(terms, goal)) for goal in goals),
    )
    script = Script()
    applied = months_terms(wanted)
    for law in axioms(terms, applied):
        script.claim(law)
    texts = [script.text(term) for term in wanted]
    asked = [f"(push 1)\n(assert {text})\n(check-sat)\n(pop 1)" for text in texts]
    return "\n".join(["(set-logic ALL)", *script.lines, *asked, ""]), not applied


# ---------------------------------------------------------------- the command


def compared_all(seeds: Sequence[int], jobs: int = 1, until: float | None = None) -> Found:
    """Several systems, some at a time; none is begun after ``until`` (on ``time.monotonic``)."""
    total = Found()
    work = partial(_batch, until=until)
    batches = [seeds[start : start + 20] for start in range(0, len(seeds), 20)]
    if jobs == 1:
        for batch in batches:
            total.add(work(batch))
        return total
    with ProcessPoolExecutor(jobs) as pool:
        for found in pool.map(work, batches):
            total.add(found)
    return total


def _batch(seeds: Sequence[int], until: float | None) -> Found:
    total = Found()
    for seed in seeds:
        if until is not None and time.monotonic() > until:
            break
        total.add(compared(seed))
    return total


def main() -> int:
    """Compare as many systems as asked for and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--systems", type=int, default=1_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, help="begin nothing after this time")
    given = parser.parse_args()
    begun = time.monotonic()
    until = None if given.seconds is None else begun + given.seconds
    found = compared_all(range(given.first, given.first + given.systems), given.jobs, until)
    lines = [f"{count:8} {name}" for name, count in sorted(found.counts.items())]
    lines += [f"{len(found.disagreements):8} disagreements", *found.disagreements]
    lines.append(f"{time.monotonic() - begun:8.0f} seconds")
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
