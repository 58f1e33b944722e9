"""Answers about a case, as data: what ``consult`` finds and every view renders."""

from __future__ import annotations

from dataclasses import field
from typing import Literal, TypeAlias

from verifier.core.program import Cite, Program
from verifier.counsel.questions import Kind
from verifier.explain.model import Binding, Bound, Story
from verifier.records import dataclass
from verifier.source import Span

Answer: TypeAlias = Literal["yes", "no", "depends", "unknown"]
Held: TypeAlias = Literal["yes", "no", "open"]


@dataclass(frozen=True, slots=True)
class Ground:
    """One condition of the answer, in words: whether it holds in the case, or is open. ``depth``: how far below the
    subject it stands; ``name``: of the requirement or rule that it belongs to.
    """

    text: str
    held: Held
    depth: int
    name: str | None
    cites: tuple[Cite, ...]
    span: Span | None


@dataclass(frozen=True, slots=True)
class Group:
    """Everyone with these facts: a minimal sufficient set of them, amounts within their bounds, and how it happens."""

    facts: tuple[Binding, ...]
    bounds: tuple[Bound, ...]
    story: Story


@dataclass(frozen=True, slots=True)
class Remedy:
    """Given facts that would have to be others, all of them, with values that suffice; ``also``: facts that were not
    given and must then be so. ``bounds``: how far the values may go.
    """

    before: tuple[Binding, ...]
    after: tuple[Binding, ...]
    also: tuple[Binding, ...]
    bounds: tuple[Bound, ...]
    story: Story


@dataclass(frozen=True, slots=True)
class Counsel:
    """The answer to one question about a case.

    ``subject``: what is asked about, in words, as a clause and its denial. ``eventually``: it is about what can come to
    be so in the course of the procedure, not about the start. ``given``: the facts of the case as given. ``answer``
    with ``because``: the given facts that decide it, none of which can be left out (none: "whatever the facts are").
    For ``depends``: an example each way, the facts that decide, and the most useful ``next_question``. ``complete``:
    proved that there are no other groups or remedies. ``reason``: why something is not known. ``day``: the day on which
    the cases of the answer start, where that matters and none was given. ``faults``: faults of the verifier itself;
    then there is no answer.
    """

    question: str
    kind: Kind
    subject: tuple[str, str]
    eventually: bool
    given: tuple[Binding, ...]
    answer: Answer
    program: Program = field(repr=False)
    because: tuple[Binding, ...] = ()
    grounds: tuple[Ground, ...] = ()
    yes: Story | None = None
    no: Story | None = None
    decides: tuple[str, ...] = ()
    next_question: str | None = None
    groups: tuple[Group, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    complete: bool = False
    reason: str | None = None
    day: int | None = None
    faults: tuple[str, ...] = ()
