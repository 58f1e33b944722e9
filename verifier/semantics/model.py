"""Cases, states, events and runs: what the reference interpreter talks about.

Data only. Trusts whoever builds it (``run`` does); never evaluates anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from verifier.core.types import Value
from verifier.records import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """A value for every fact, reading and status without ``starts``, and the day (number) on which the run starts."""

    facts: Mapping[str, Value]
    readings: Mapping[str, str]
    initial: Mapping[str, Value]
    start: int


@dataclass(frozen=True, slots=True)
class State:
    """The value of every status, and the present day (number)."""

    statuses: Mapping[str, Value]
    today: int


@dataclass(frozen=True, slots=True)
class StepEvent:
    """A step taken with these arguments, one for each parameter, on this day (number)."""

    step: str
    arguments: tuple[Value, ...]
    day: int


@dataclass(frozen=True, slots=True)
class WaitEvent:
    """One day passes."""


Event: TypeAlias = StepEvent | WaitEvent


@dataclass(frozen=True, slots=True)
class Run:
    """A finite sequence of steps and one-day waits of one case.

    A *position* n names ``states[n]`` together with its history ``events[:n]``.
    INVARIANT: there is one more state than events; ``events[n]`` leads from ``states[n]`` to ``states[n + 1]``.
    """

    case: Case
    states: tuple[State, ...]
    events: tuple[Event, ...] = ()

    @property
    def length(self) -> int:
        """How many events; also the last position."""
        return len(self.events)

    @property
    def last(self) -> State:
        """The present state."""
        return self.states[-1]

    def prefix(self, position: int) -> Run:
        """The run as it was at a position."""
        return Run(self.case, self.states[: position + 1], self.events[:position])

    def then(self, event: Event, state: State) -> Run:
        """The run one event longer."""
        return Run(self.case, (*self.states, state), (*self.events, event))
