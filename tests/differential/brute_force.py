"""What every promise about single runs of a finite policy should be answered, by looking at every run.

Takes an exploration (``semantics.explore``); gives verdicts, shortest lengths and vacuity. Everything is asked of the
interpreter; nothing of the encoding takes part.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from verifier.core.expressions import And, Expr, Implies
from verifier.core.program import (
    AfterUntil,
    Always,
    Equals,
    NeverBoth,
    NeverChanges,
    OnlyIf,
    Possible,
    Promise,
    Response,
)
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import Frame, act_arguments, holds
from verifier.semantics.explore import Exploration, Proposal
from verifier.semantics.model import Run, StepEvent
from verifier.semantics.promises import bound, broken, reaches
from verifier.semantics.run import Taken, attempt


@dataclass
class Enumerated:
    """An exploration with its edges: the run that each move leads to, from the shortest run to its state."""

    exploration: Exploration
    edges: dict[tuple[int, Proposal], Run] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, moves in enumerate(self.exploration.moves):
            for proposal in moves:
                run = self.exploration.states[number]
                outcome = attempt(
                    self.exploration.program, run, proposal.event(run.last.today), self.exploration.duties
                )
                assert isinstance(outcome, Taken)
                self.edges[number, proposal] = outcome.run

    def shows(self, promise: Promise, run: Run) -> bool:
        """Whether a run shows the verdict at its end: reaches the goal of ``possible``, breaks any other promise."""
        program = self.exploration.program
        if isinstance(promise.form, Possible):
            return _true(lambda: reaches(program, promise.form.goal, run))  # type: ignore[union-attr]
        return _true(lambda: broken(program, promise, run) is not None)

    def errs(self, promise: Promise) -> bool:
        """Whether some run, at its end, gives a part of the promise no value."""
        runs = [*(self.exploration.states[number] for number in self.exploration.openings), *self.edges.values()]
        return any(self._errs(promise, run) for run in runs)

    def _errs(self, promise: Promise, run: Run) -> bool:
        program = self.exploration.program
        try:
            if isinstance(promise.form, Possible):
                reaches(program, promise.form.goal, run)
            else:
                broken(program, promise, run)
        except EvaluationError:
            return True
        return False

    # ------------------------------------------------------------ shortest runs

    def fewest(self, promise: Promise, days_at_once: bool) -> int | None:
        """The fewest events that show the verdict; with ``days_at_once``, days in a row without a step are one."""
        queue = deque((number, False, 0) for number in self.exploration.openings)
        seen: set[tuple[int, bool]] = set()
        for number in self.exploration.openings:
            if self.shows(promise, self.exploration.states[number]):
                return 0
        found: int | None = None
        while queue:
            number, waiting, length = queue.popleft()
            if (number, waiting) in seen:
                continue
            seen.add((number, waiting))
            for proposal, following in self.exploration.moves[number].items():
                free = days_at_once and waiting and proposal.step is None
                longer = length if free else length + 1
                if self.shows(promise, self.edges[number, proposal]):
                    found = longer if found is None else min(found, longer)
                entry = (following, proposal.step is None, longer)
                if free:
                    queue.appendleft(entry)
                else:
                    queue.append(entry)
        return found

    # ------------------------------------------------------------ vacuity

    def vacuous(self, promise: Promise) -> bool:
        """The list of ``language.md``, form by form."""
        match promise.form:
            case Always(body, scope, negated):
                return any(not self._reachable(watched) for watched in _watched(body, scope, negated))
            case NeverBoth(left, right):
                return not (self._reachable(left) and self._reachable(right))
            case NeverChanges(scope=scope):
                return not any(self._at_an_end(scope, run) for run in self._steps())
            case OnlyIf() as form:
                return not self._asked(form)
            case AfterUntil(step=step) | Response(step=step):
                return not self._taken(step)
            case Equals() | Possible():
                return False
            case _:
                raise AssertionError(promise.form)

    def _reachable(self, expr: Expr) -> bool:
        program = self.exploration.program
        return any(_true(lambda run=run: holds(program, expr, run)) for run in self.exploration.states)  # type: ignore[misc]

    def _steps(self) -> Iterator[Run]:
        """The runs that end in a step."""
        return (run for (_, proposal), run in self.edges.items() if proposal.step is not None)

    def _taken(self, step: str) -> bool:
        return step in self.exploration.steps_taken

    def _at_an_end(self, scope: Expr, run: Run) -> bool:
        program = self.exploration.program
        return _true(lambda: holds(program, scope, run, run.length - 1) or holds(program, scope, run))

    def _asked(self, form: OnlyIf) -> bool:
        program = self.exploration.program
        if form.written == "never after":
            assert form.earlier is not None
            return self._taken(form.step) and any(self._is_earlier(form, run) for run in self._steps())
        for run in self._steps():
            event = run.events[-1]
            assert isinstance(event, StepEvent)
            if event.step == form.step:
                names, unless = bound(form.binders, event), form.unless
                if unless is None or _true(
                    lambda run=run, names=names, unless=unless: not holds(program, unless, run, run.length - 1, names)  # type: ignore[misc]
                ):
                    return True
        return False

    def _is_earlier(self, form: OnlyIf, run: Run) -> bool:
        """Whether the last event is the earlier act, for some value of the binders in its arguments."""
        event, act = run.events[-1], form.earlier
        assert act is not None
        assert isinstance(event, StepEvent)
        if event.step != act.step:
            return False
        frame = Frame(self.exploration.program, run, run.length - 1, {})
        try:
            return act_arguments(frame, act) in (None, event.arguments)
        except (EvaluationError, KeyError):
            return bool(form.binders)


def _watched(body: Expr, scope: Expr | None, negated: bool) -> list[Expr]:
    if scope is not None:
        found = [scope, body] if negated else [scope]
    else:
        found = list(body.operands) if negated and isinstance(body, And) else []
    if not negated and isinstance(body, Implies):
        found.append(body.premise)
    return found


def _true(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except EvaluationError:
        return False
