"""Explicit enumeration of finite policies: every case, every run, breadth first.

Takes a program; gives its reachable states up to equal futures (``abstraction``), each with a shortest run to it.
Slow and plain on purpose: the engines are compared to it. Everything is evaluated by the reference interpreter.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import field
from itertools import product
from math import prod

from verifier.core.expressions import DecisionCall
from verifier.core.program import Program
from verifier.core.types import Type, Value, finite_values
from verifier.records import dataclass
from verifier.semantics.abstraction import Abstraction, abstraction, key
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate
from verifier.semantics.model import Case, Event, Run, StepEvent, WaitEvent
from verifier.semantics.opening import initial_state
from verifier.semantics.run import Erred, Taken, attempt, step_arguments

FIRST_DAY = 730120  # 2000-01-01; finite policies read no absolute date, so any day will do


@dataclass(frozen=True, slots=True)
class Proposal:
    """A step with arguments, on whatever day, or (``step`` is ``None``) a one-day wait."""

    step: str | None
    arguments: tuple[Value, ...] = ()

    def event(self, day: int) -> Event:
        """The proposed event, on a day."""
        return WaitEvent() if self.step is None else StepEvent(self.step, self.arguments, day)


@dataclass(frozen=True, slots=True)
class Met:
    """An error that some run meets, with a shortest such run (``None`` where the case cannot start)."""

    kind: str
    name: str
    run: Run | None


@dataclass(frozen=True, slots=True)
class Exploration:
    """The reachable states of a policy.

    ``states``: for each class of equal futures a shortest run that ends there, in breadth-first order. ``openings``:
    which of them are initial. ``moves``: for each state, event → state; steps are keyed without their day.
    ``erring``: what errs in each state. ``arrivals``: every run that extends one of ``states`` by one event, and the
    openings themselves: all that a promise about one run must be checked on. ``errors``: those met in guards,
    effects, duties, starts and parameterless decisions.
    """

    program: Program
    duties: bool
    states: tuple[Run, ...]
    openings: tuple[int, ...]
    moves: tuple[Mapping[Proposal, int], ...]
    erring: tuple[frozenset[Proposal], ...]
    arrivals: tuple[Run, ...]
    errors: tuple[Met, ...]

    @property
    def steps_taken(self) -> frozenset[str]:
        """The steps that some run takes."""
        return frozenset(move.step for moves in self.moves for move in moves if move.step is not None)


@dataclass(slots=True)
class _Search:
    """The work list of one exploration; local to ``explore``."""

    kept: Abstraction
    found: dict[Hashable, int] = field(default_factory=dict)
    states: list[Run] = field(default_factory=list)
    moves: list[Mapping[Proposal, int]] = field(default_factory=list)
    erring: list[frozenset[Proposal]] = field(default_factory=list)
    arrivals: list[Run] = field(default_factory=list)
    errors: dict[tuple[str, str], Met] = field(default_factory=dict)

    def arrive(self, run: Run) -> int:
        """The number of the state in which a run ends; new ones join the end of the list."""
        self.arrivals.append(run)
        number = self.found.setdefault(key(self.kept, run), len(self.states))
        if number == len(self.states):
            self.states.append(run)
        return number

    def err(self, error: EvaluationError, run: Run | None) -> None:
        """Note an error the first time it is met."""
        self.errors.setdefault((error.kind, error.name), Met(error.kind, error.name, run))


def explore(program: Program, limit: int = 20_000, duties: bool = True) -> Exploration | None:
    """All reachable states; ``None`` where the policy is not finite or has more than ``limit`` cases or states."""
    kept = abstraction(program)
    if kept is None or case_count(program) > limit:
        return None
    search = _Search(kept)
    openings = _open_all(program, search)
    for run in search.states:
        if len(search.states) > limit:
            return None
        _check_decisions(program, search, run)
        _move(program, search, run, duties)
    return Exploration(
        program,
        duties,
        tuple(search.states),
        openings,
        tuple(search.moves),
        tuple(search.erring),
        tuple(search.arrivals),
        tuple(search.errors.values()),
    )


def _open_all(program: Program, search: _Search) -> tuple[int, ...]:
    numbers: dict[int, None] = {}
    for case in all_cases(program):
        opened = initial_state(program, case)
        if isinstance(opened, Run):
            numbers[search.arrive(opened)] = None
        elif opened.error is not None:
            search.err(opened.error, None)
    return tuple(numbers)


def _move(program: Program, search: _Search, run: Run, duties: bool) -> None:
    """Try everything in a state; new states join the list that is being walked."""
    moves: dict[Proposal, int] = {}
    erring: set[Proposal] = set()
    for proposal in proposals(program):
        outcome = attempt(program, run, proposal.event(run.last.today), duties)
        if isinstance(outcome, Taken):
            moves[proposal] = search.arrive(outcome.run)
        elif isinstance(outcome, Erred):
            erring.add(proposal)
            search.err(outcome.error, run)
    search.moves.append(moves)
    search.erring.append(frozenset(erring))


def _check_decisions(program: Program, search: _Search, run: Run) -> None:
    """Decisions without parameters are checked in every reachable state."""
    for decision in program.decisions:
        if not decision.params:
            try:
                evaluate(program, DecisionCall(decision.name, (), type=decision.type), run)
            except EvaluationError as error:
                search.err(error, run)


def proposals(program: Program) -> Iterator[Proposal]:
    """Everything that may be tried in a state of a finite policy: each step with each arguments, then a wait."""
    for step in program.steps:
        yield from (Proposal(step.name, arguments) for arguments in step_arguments(step))
    yield Proposal(None)


def all_cases(program: Program, start: int = FIRST_DAY) -> Iterator[Case]:
    """Every case of a policy with finite types that starts on a day, those that an assumption excludes included."""
    facts = {fact.name: fact.type for fact in program.facts}
    readings = {reading.name: reading.type for reading in program.readings}
    initial = {status.name: status.type for status in program.statuses if status.starts is None}
    for of_fact, of_reading, of_status in product(_choices(facts), _choices(readings), _choices(initial)):
        yield Case(of_fact, {name: str(value) for name, value in of_reading.items()}, of_status, start)


def _choices(types: Mapping[str, Type]) -> list[dict[str, Value]]:
    values = product(*(finite_values(type_) for type_ in types.values()))
    return [dict(zip(types, choice, strict=True)) for choice in values]


def case_count(program: Program) -> int:
    """How many cases there are, for finite types; those that an assumption excludes included."""
    types: list[Type] = [fact.type for fact in program.facts] + [reading.type for reading in program.readings]
    types += [status.type for status in program.statuses if status.starts is None]
    return prod(len(finite_values(type_)) for type_ in types)


def traps(exploration: Exploration) -> tuple[Run, ...]:
    """Shortest runs into the reachable states from which no steps lead to one where a day may pass."""
    free = {number for number, moves in enumerate(exploration.moves) if Proposal(None) in moves}
    steps_only = [[to for move, to in moves.items() if move.step is not None] for moves in exploration.moves]
    alive = backward(free, steps_only)
    return tuple(run for number, run in enumerate(exploration.states) if number not in alive)


def backward(targets: set[int], successors: list[list[int]]) -> set[int]:
    """The states from which some target can be reached, targets included."""
    before: list[list[int]] = [[] for _ in successors]
    for number, following in enumerate(successors):
        for to in following:
            before[to].append(number)
    reached, stack = set(targets), list(targets)
    while stack:
        for number in before[stack.pop()]:
            if number not in reached:
                reached.add(number)
                stack.append(number)
    return reached
