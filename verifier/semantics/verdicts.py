"""The verdict about every promise of a finite policy, by looking at every run.

Takes an ``Exploration``; gives for each promise whether it holds and how short a run shows it. The oracle for the
engines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from verifier.core.expressions import Expr
from verifier.core.program import AlwaysPossible, DependsOnly, More, Possible, Program, Promise
from verifier.records import dataclass
from verifier.semantics.errors import EvaluationError
from verifier.semantics.explore import Exploration, Proposal, backward, explore
from verifier.semantics.model import Run
from verifier.semantics.pairs import broken_pair, follow, may_pair
from verifier.semantics.promises import broken, reaches


@dataclass(frozen=True, slots=True)
class ExploredVerdict:
    """What enumeration found about a promise.

    ``shortest`` counts the events (steps and one-day waits) of ``run``: a shortest violating run, for ``possible`` a
    shortest witness; ``None`` where there is none. ``second`` is the other case's run of a two-case promise.
    ``errs``: a term of the promise has no value in some reachable state, so that a promise that seems to hold is not
    proved.
    """

    holds: bool
    shortest: int | None = None
    run: Run | None = None
    second: Run | None = None
    errs: bool = False


@dataclass(slots=True)
class _Errors:
    """Whether an evaluation has failed; local to one verdict."""

    met: bool = field(default=False)


def verdicts(program: Program, limit: int = 20_000, duties: bool = True) -> dict[str, ExploredVerdict] | None:
    """The verdict about every promise; ``None`` where the policy is not finite or too large (``explore``)."""
    exploration = explore(program, limit, duties)
    if exploration is None:
        return None
    return {promise.name: verdict(exploration, promise) for promise in program.promises}


def verdict(exploration: Exploration, promise: Promise) -> ExploredVerdict:
    """The verdict about one promise."""
    match promise.form:
        case Possible(goal):
            return _possible(exploration, goal)
        case AlwaysPossible(goal):
            return _always_possible(exploration, goal)
        case DependsOnly() | More():
            return _pairs(exploration, promise)
        case _:
            return _single(exploration, promise)


def _single(exploration: Exploration, promise: Promise) -> ExploredVerdict:
    errs = False
    for run in exploration.arrivals:
        try:
            if broken(exploration.program, promise, run) is not None:
                return ExploredVerdict(False, run.length, run, errs=errs)
        except EvaluationError:
            errs = True
    return ExploredVerdict(True, errs=errs)


def _goals(exploration: Exploration, goal: Expr, errors: _Errors) -> Iterator[int]:
    """The states where a goal holds."""
    for number, run in enumerate(exploration.states):
        try:
            if reaches(exploration.program, goal, run):
                yield number
        except EvaluationError:
            errors.met = True


def _possible(exploration: Exploration, goal: Expr) -> ExploredVerdict:
    errors = _Errors()
    for number in _goals(exploration, goal, errors):
        run = exploration.states[number]
        return ExploredVerdict(True, run.length, run, errs=errors.met)
    return ExploredVerdict(False, errs=errors.met)


def _always_possible(exploration: Exploration, goal: Expr) -> ExploredVerdict:
    errors = _Errors()
    targets = set(_goals(exploration, goal, errors))
    hopeful = backward(targets, [list(moves.values()) for moves in exploration.moves])
    for number, run in enumerate(exploration.states):
        if number not in hopeful:
            return ExploredVerdict(False, run.length, run, errs=errors.met)
    return ExploredVerdict(True, errs=errors.met)


# ---------------------------------------------------------------- two cases


def _pairs(exploration: Exploration, promise: Promise) -> ExploredVerdict:
    """Breadth first over pairs of states; each knows the pair and proposal that it came from."""
    program, states, errors = exploration.program, exploration.states, _Errors()
    came: dict[tuple[int, int], tuple[tuple[int, int], Proposal] | None] = dict.fromkeys(
        _paired_openings(exploration, promise, errors)
    )
    queue = list(came)
    for pair in queue:
        try:
            if broken_pair(program, promise, states[pair[0]], states[pair[1]]) is not None:
                return _replayed(exploration, came, pair, errors)
        except EvaluationError:
            errors.met = True
        for proposal, following in _joint_moves(exploration, pair, errors):
            if following not in came:
                came[following] = pair, proposal
                queue.append(following)
    return ExploredVerdict(True, errs=errors.met)


def _paired_openings(exploration: Exploration, promise: Promise, errors: _Errors) -> Iterator[tuple[int, int]]:
    for one in exploration.openings:
        for other in exploration.openings:
            try:
                if may_pair(exploration.program, promise, exploration.states[one], exploration.states[other]):
                    yield one, other
            except EvaluationError:
                errors.met = True


def _joint_moves(
    exploration: Exploration, pair: tuple[int, int], errors: _Errors
) -> Iterator[tuple[Proposal, tuple[int, int]]]:
    """A step is taken by whichever can take it, the other idles; a day passes only if both may let it.

    What errs in one of the two is not proposed.
    """
    first, second = (exploration.moves[number] for number in pair)
    erring = exploration.erring[pair[0]] | exploration.erring[pair[1]]
    errors.met = errors.met or bool(erring)
    for proposal in {**first, **second}:
        if proposal in erring:
            continue
        both = proposal in first and proposal in second
        if both or proposal.step is not None:
            yield proposal, (first.get(proposal, pair[0]), second.get(proposal, pair[1]))


def _replayed(
    exploration: Exploration,
    came: dict[tuple[int, int], tuple[tuple[int, int], Proposal] | None],
    pair: tuple[int, int],
    errors: _Errors,
) -> ExploredVerdict:
    """The two runs of a pair, taken again from the start so that they follow each other."""
    proposed: list[Proposal] = []
    origin = came[pair]
    while origin is not None:
        pair, proposal = origin
        proposed.append(proposal)
        origin = came[pair]
    first, second = exploration.states[pair[0]], exploration.states[pair[1]]
    for proposal in reversed(proposed):
        event = proposal.event(first.last.today)
        moved = follow(exploration.program, first, second, event, exploration.duties)
        assert isinstance(moved, tuple), "the exploration saw this move"
        first, second = moved
    return ExploredVerdict(False, len(proposed), first, second, errors.met)
