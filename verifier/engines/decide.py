"""The portfolio: goals of one system, each answered by a shortest run, a checked invariant, or "undecided" with the reason.

Takes the whole system and goals; slices, searches and proves. Order, fixed so that every run gives the same answer: bounded
search to a small depth for all goals at once; for each goal left, induction, then Spacer in two modes, each on the goal's own
slice with its invariant checked on the whole system; deeper search for what is still open.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.engines import bmc, certificate, spacer
from verifier.engines.answers import Answer, Reached, Undecided, Unreachable
from verifier.properties.goals import Goal, anywhere, is_impossible, slice_for
from verifier.symbolic.calendar import months_terms
from verifier.symbolic.system import System, cone
from verifier.symbolic.terms import Term

FIRST_DEPTH = 8
CHECK_BUDGET = 50_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """``budget``: solver resource units for one question; ``deadline``: on ``time.monotonic``; ``max_steps``: depth of the search."""

    budget: int
    deadline: float
    max_steps: int

    def milliseconds(self, most: float = 20.0) -> int:
        """What is left of the wall clock, at most ``most`` seconds."""
        return max(1, int(min(most, self.deadline - time.monotonic()) * 1000))


def decide(
    system: System,
    goals: Sequence[Goal],
    limits: Limits,
    wishes: Sequence[Term] = (),
    refined: frozenset[str] = frozenset(),
) -> dict[str, Answer]:
    """Answer every goal; runs for the ``refined`` ones start as the ``wishes`` ask, as far as possible (see ``bmc.start``)."""
    answers: dict[str, Answer] = {}
    open_goals = []
    for goal in goals:
        if is_impossible(system.terms, goal):
            answers[goal.name] = Unreachable(system.terms.true, "simplification")
        else:
            open_goals.append(goal)
    for daily in (False, True):
        group = [goal for goal in open_goals if goal.daily is daily]
        if group:
            search = bmc.start(slice_for(system, group), group, wishes, refined)
            answers.update(_decide_group(system, search, limits))
    return answers


def _decide_group(system: System, search: bmc.Search, limits: Limits) -> dict[str, Answer]:
    bmc.deepen(search, min(FIRST_DEPTH, limits.max_steps), limits.deadline, limits.budget)
    answers: dict[str, Answer] = dict(search.found)
    reasons: dict[str, str] = {}
    for goal in list(search.pending.values()):
        proof = prove(system, goal, limits)
        if isinstance(proof, Unreachable):
            answers[goal.name] = proof
            del search.pending[goal.name]
        else:
            reasons[goal.name] = proof.reason
    bmc.deepen(search, limits.max_steps, limits.deadline, limits.budget)
    answers.update(search.found)
    for name in search.pending:
        answers[name] = Undecided(search.depth, search.stopped or reasons[name])
    return answers


def prove(system: System, goal: Goal, limits: Limits) -> Unreachable | Undecided:
    """An invariant that excludes the goal, accepted by the independent check, or why there is none."""
    sliced = slice_for(system, [goal])
    whole = cone(system, [term for v in system.variables for term in (v.term,)], _goes_daily(sliced))
    reasons = []
    for method, invariant, reason in _attempts(sliced, goal, limits):
        if invariant is None:
            reasons.append(f"{method}: {reason}")
            continue
        verdict = certificate.check(whole, goal, _with_domains(sliced, invariant), CHECK_BUDGET)
        if verdict.accepted:
            return Unreachable(_with_domains(sliced, invariant), method)
        reasons.append(f"{method}: its invariant was refused ({verdict.failed})")
    return Undecided(-1, "; ".join(reasons))


def _goes_daily(sliced: System) -> bool:
    """Whether the slice waits day by day."""
    return any(t.name == "wait" and not t.inputs for t in sliced.transitions)


def _with_domains(system: System, invariant: Term) -> Term:
    """The invariant, with the declared ranges of the slice's variables, which steps never leave."""
    return system.terms.and_(*(variable.domain for variable in system.variables), invariant)


def _attempts(sliced: System, goal: Goal, limits: Limits) -> Iterator[tuple[str, Term | None, str]]:
    """Candidate invariants, in the fixed order of the portfolio."""
    terms = sliced.terms
    if not goal.on:
        yield "induction", terms.not_(anywhere(terms, goal)), ""
    else:
        yield "induction", terms.true, ""
    if months_terms([term for t in sliced.transitions for term in (t.enabled, *t.updates.values())] + list(goal.terms())):
        yield "spacer", None, "it does not know months"
        return
    for globally in (False, True):
        method = "spacer-global" if globally else "spacer"
        answer = spacer.solve(sliced, goal, limits.milliseconds(), limits.budget, globally)
        if answer.verdict == "reachable":
            yield method, None, "a run exists, deeper than was searched"
            return
        yield method, answer.invariant, answer.reason


__all__ = ["Answer", "Limits", "Reached", "decide", "prove"]
