"""Is that the only way? The essentially different ways in which a goal is reached, by the steps that they use.

Takes a goal with the first run to it; gives the stories of further runs. A way is a set of steps from which none can be
left out, and two ways are essentially different where neither contains the other. Method: each run found is shrunk to
as few steps as reach the goal; every other way lacks a step of each way found, so that the policy without such steps is
asked for a further run, until it is proved that there is none (Reiter's hitting sets, Artificial Intelligence, 1987).
Days may pass in every way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field, replace

from verifier.analysis.plain import plain_runs
from verifier.core.program import Promise
from verifier.engines.answers import Reached, Trace, Unreachable
from verifier.engines.certificate import unsatisfiable, violations
from verifier.engines.decide import Limits, decide
from verifier.engines.ranges import excluding
from verifier.explain.judge import Judge, confirmed_story
from verifier.explain.model import Alternatives
from verifier.properties.goals import Goal, slice_for
from verifier.records import dataclass
from verifier.symbolic.system import WAIT, System, waiting_as
from verifier.symbolic.terms import Term

MOST_WAYS = 6
"""How many ways are told, the first one included."""

MOST_QUESTIONS = 40
"""How often the policy without some steps is asked for the sake of one goal."""

EFFORT = 5_000_000
"""Solver resource units for one such question."""

LONGER = 6
"""By how many steps a way may be longer than the first run, to be looked for."""


@dataclass(slots=True)
class _Search:
    """What is asked of one goal, and the ways found so far: for each its steps and a shortest run with no others.
    ``complete``: nothing was left undecided. ``claimed``: what must be impossible for that.
    """

    system: System
    goal: Goal
    limits: Limits
    court: Judge
    ways: dict[frozenset[str], Reached] = field(default_factory=dict)
    left: int = MOST_QUESTIONS
    complete: bool = True
    claimed: list[Term] = field(default_factory=list)

    def without(self, steps: frozenset[str]) -> Reached | None:
        """A shortest run that takes none of some steps; ``None`` where there is none, or none is known."""
        kept = replace(self.system, transitions=tuple(t for t in self.system.transitions if t.name not in steps))
        goal = replace(self.goal, on={name: term for name, term in self.goal.on.items() if name not in steps})
        sliced = slice_for(kept, [goal])
        invariant = excluding(sliced, goal)
        if invariant is not None:
            self.claimed.append(violations(waiting_as(kept, sliced), goal, invariant))
            return None
        if self.left <= 0:
            self.complete = False
            return None
        self.left -= 1
        wishes = list(plain_runs(self.court.questions.encoding))
        answer = decide(kept, [goal], self.limits, wishes, frozenset({goal.name}))[goal.name]
        if isinstance(answer, Reached):
            return answer
        self.complete &= isinstance(answer, Unreachable)
        return None

    def settled(self) -> bool:
        """Whether there certainly is no other way."""
        terms = self.system.terms
        return self.complete and unsatisfiable(terms, terms.or_(*self.claimed), self.limits.budget)


def alternatives(court: Judge, promise: Promise, goal: Goal, first: Reached, limits: Limits) -> Alternatives | None:
    """The ways to a goal other than that of its first run, shortest first; ``None`` where a run was not confirmed."""
    depth = min(limits.max_steps, len(first.trace.steps) + LONGER)
    within = replace(limits, budget=min(EFFORT, limits.budget), max_steps=depth, memory=None, hasty=True)
    search = _Search(court.questions.system, goal, within, court)
    own = _taken(first.trace)
    search.ways[own] = first
    smallest = _shrunk(search, own, first)
    if smallest[0] != own:
        search.ways = dict([smallest])
    _spread(search)
    others = [answer for steps, answer in search.ways.items() if not steps <= own]
    order = [step.name for step in court.questions.program.steps]
    others.sort(key=lambda answer: (len(answer.trace.steps), [_place(order, s.transition) for s in answer.trace.steps]))
    stories = [confirmed_story(court, goal, answer, promise) for answer in others]
    found = tuple(story for story in stories if story is not None)
    return Alternatives(found, search.settled()) if len(found) == len(stories) else None


def _taken(trace: Trace) -> frozenset[str]:
    return frozenset(step.transition for step in trace.steps if step.transition != WAIT)


def _place(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else -1


def _shrunk(search: _Search, steps: frozenset[str], answer: Reached) -> tuple[frozenset[str], Reached]:
    """A way within some steps, none of which it can do without."""
    every = frozenset(t.name for t in search.system.transitions if t.name != WAIT)
    for name in sorted(steps):
        if name in steps:
            fewer = search.without(every - (steps - {name}))
            if fewer is not None:
                steps, answer = _taken(fewer.trace), fewer
    return steps, answer


def _spread(search: _Search) -> None:
    """Look for ways without a step of each way known, until there is none or enough are known."""
    waiting = list(_singly(frozenset(), next(iter(search.ways))))
    closed: list[frozenset[str]] = []
    while waiting:
        removed = waiting.pop(0)
        if any(done <= removed for done in closed):
            continue
        untouched = next((steps for steps in search.ways if not steps & removed), None)
        if untouched is None:
            answer = search.without(removed)
            if answer is None:
                closed.append(removed)
                continue
            if len(search.ways) == MOST_WAYS:
                search.complete = False
                return
            untouched, shortest = _shrunk(search, _taken(answer.trace), answer)
            search.ways[untouched] = shortest
        waiting += _singly(removed, untouched)


def _singly(removed: frozenset[str], steps: Iterable[str]) -> list[frozenset[str]]:
    """What is removed, with one more step, in all ways."""
    return [removed | {name} for name in sorted(steps)]
