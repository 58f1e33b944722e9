"""Few lemmas that exclude goals, found backwards from the goals.

Takes a system, goals and candidate lemmas; gives lemmas that are inductive together, and which goals they exclude.
Where candidates are many and goals need few of them, this asks many small questions instead of ``houdini``'s few large
ones. Method: what excludes a goal is an unsat core over the candidates; each of its members must in turn hold at first
and be kept by each transition that touches it, which gives cores again. A member that is not kept is dropped, and what
rested on it is asked anew, so that in the end every lemma rests on lemmas that are kept (the backwards search of
IC3, Bradley, VMCAI 2011, with candidates in place of learnt clauses). Its result is only proposed; ``certificate``
judges it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

import z3

from verifier.engines.parsing import Parser
from verifier.properties.goals import Goal, anywhere
from verifier.records import dataclass
from verifier.symbolic.system import System
from verifier.symbolic.terms import BOOL, Term

QUESTION_BUDGET = 500_000
"""Resource units for one question: one that is not easy is no use here."""

PATIENCE = 400
"""Questions for each goal before the search is given up."""


@dataclass(slots=True, eq=False)
class _Duty:
    """What must be impossible as long as the candidates hold: ``goal`` by name, or that the candidate of an index is
    false at first or after a transition. ``core``: the candidates that show it.
    """

    term: Term
    goal: str = ""
    candidate: int = -1
    first: bool = False
    literal: z3.ExprRef | None = None
    core: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Search:
    """The duties of goals and candidates so far; ``alive`` are candidates that were not seen to fail, ``failed`` the
    goals that the others do not exclude.
    """

    system: System
    goals: Sequence[Goal]
    pool: Sequence[Term]
    alive: dict[int, None]
    duties: dict[int, list[_Duty]] = field(default_factory=dict)
    resting: dict[int, dict[_Duty, None]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)


def find(
    system: System, goals: Sequence[Goal], pool: Sequence[Term], budget: int, deadline: float
) -> tuple[tuple[Term, ...], tuple[str, ...]]:
    """Lemmas of the pool that are inductive together, and the names of the goals that they exclude."""
    search = _Search(system, goals, pool, dict.fromkeys(range(len(pool))))
    solver = _Solver(search, budget)
    open_duties = [_Duty(anywhere(system.terms, goal), goal=goal.name) for goal in goals]
    asked = 0
    while open_duties:
        solver.tell(open_duties)
        again: dict[_Duty, None] = {}
        for duty in open_duties:
            asked += 1
            if time.monotonic() > deadline or asked > PATIENCE * len(goals):
                return (), ()
            again |= dict.fromkeys(_asked(search, solver, duty))
        open_duties = [
            duty for duty in again if duty.candidate in search.alive or duty.goal not in ("", *search.failed)
        ]
    kept = _resting_on(search)
    return tuple(pool[index] for index in sorted(kept)), tuple(g.name for g in goals if g.name not in search.failed)


def _asked(search: _Search, solver: _Solver, duty: _Duty) -> Iterator[_Duty]:
    """Ask about a duty; gives the duties that must be asked about because of the answer."""
    if duty.candidate >= 0 and duty.candidate not in search.alive:
        return
    core = solver.core(duty)
    if core is not None:
        duty.core = core
        for index in core:
            search.resting.setdefault(index, {})[duty] = None
            if index not in search.duties:
                search.duties[index] = list(_duties(search, index))
                yield from search.duties[index]
    elif duty.goal:
        search.failed.add(duty.goal)
    else:
        del search.alive[duty.candidate]
        yield from (other for other in search.resting.pop(duty.candidate, ()) if duty.candidate in other.core)


def _duties(search: _Search, index: int) -> Iterator[_Duty]:
    """What must be impossible for a candidate to be a lemma."""
    terms, term = search.system.terms, search.pool[index]
    reads, wrong = terms.free(term), terms.not_(term)
    at_first = terms.and_(*(constraint.term for constraint in search.system.initial), wrong)
    yield _Duty(at_first, candidate=index, first=True)
    for transition in search.system.transitions:
        if not reads.isdisjoint(transition.updates):
            after = terms.substitute(wrong, transition.updates)
            yield _Duty(terms.and_(transition.enabled, after), candidate=index)


def _resting_on(search: _Search) -> set[int]:
    """The candidates on which the goals that are excluded rest, directly or not."""
    kept: set[int] = set()
    cores = [d.core for found in search.resting.values() for d in found if d.goal and d.goal not in search.failed]
    work = [index for core in cores for index in core]
    while work:
        index = work.pop()
        if index not in kept:
            kept.add(index)
            work += [other for duty in search.duties[index] for other in duty.core]
    return kept


class _Solver:
    """All candidates and duties behind literals, in one solver."""

    def __init__(self, search: _Search, budget: int) -> None:
        self._search, self._terms = search, search.system.terms
        self._parser = Parser(self._terms)
        self._solver = z3.Solver(ctx=self._parser.context)
        self._solver.set("rlimit", min(budget, QUESTION_BUDGET))
        self._solver.set("random_seed", 0)
        self._told = 0
        self._literals = self._guarded("lemma", search.pool)
        self._places = {literal.get_id(): index for index, literal in enumerate(self._literals)}
        self._near: dict[Term, list[int]] = {}
        for index, term in enumerate(search.pool):
            for variable in self._terms.free(term):
                self._near.setdefault(variable, []).append(index)

    def tell(self, duties: Iterable[_Duty]) -> None:
        """Let the solver know duties that it does not know yet."""
        new = [duty for duty in duties if duty.literal is None]
        for duty, literal in zip(new, self._guarded("duty", [duty.term for duty in new]), strict=True):
            duty.literal = literal

    def core(self, duty: _Duty) -> frozenset[int] | None:
        """Some candidates under which what a duty speaks of is impossible; those that share a variable with it are
        tried first. ``None`` where it is possible, or the solver gives up.
        """
        alive = self._search.alive
        if duty.first:
            return self._core_among(duty, ())
        near = {index for variable in self._terms.free(duty.term) for index in self._near.get(variable, ())}
        found = self._core_among(duty, [index for index in sorted(near) if index in alive])
        return found if found is not None or len(near) == len(alive) else self._core_among(duty, alive)

    def _core_among(self, duty: _Duty, indices: Iterable[int]) -> frozenset[int] | None:
        assert duty.literal is not None
        literals = [duty.literal, *(self._literals[index] for index in indices)]
        # What `Solver.check` does, without looking at the sort of each of thousands of literals.
        array = (z3.Ast * len(literals))(*(literal.as_ast() for literal in literals))
        if (
            z3.Z3_solver_check_assumptions(self._parser.context.ref(), self._solver.solver, len(literals), array)
            != z3.Z3_L_FALSE
        ):
            return None
        places = (self._places.get(literal.get_id(), -1) for literal in self._solver.unsat_core())
        return frozenset(place for place in places if place >= 0)

    def _guarded(self, name: str, claimed: Sequence[Term]) -> list[z3.ExprRef]:
        """A literal for each term, which implies it."""
        literals = [self._terms.var(f"{name} {self._told + place}", BOOL) for place in range(len(claimed))]
        self._told += len(claimed)
        if self._parser.new_months(claimed):
            self._solver.add(*self._parser.laws())
        pairs = zip(literals, claimed, strict=True)
        self._solver.add(*self._parser.claims([self._terms.implies(literal, term) for literal, term in pairs]))
        return self._parser.constants(literals)
