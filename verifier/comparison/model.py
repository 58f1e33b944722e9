"""The differences of two versions, as data: what ``compare`` finds and every view renders."""

from __future__ import annotations

from dataclasses import field
from typing import Literal, TypeAlias

from verifier.core.program import Program
from verifier.explain.model import Binding, PropertyResult, Story, Verdict
from verifier.records import dataclass

Relation: TypeAlias = Literal["equivalent", "narrower", "broader", "incomparable", "unknown", "added", "removed"]
"""How the newer version of an item relates to the older one."""


@dataclass(frozen=True, slots=True)
class Example:
    """A smallest case that shows a difference: its run, told by ``program`` (a version with the other beside it);
    ``result`` says what it breaks. ``before`` and ``after``: the values of the item in the two versions, where it has
    values.
    """

    story: Story
    program: Program = field(repr=False)
    result: PropertyResult = field(repr=False)
    before: Binding | None = None
    after: Binding | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One item of both versions, or of one. ``kind``: step, decision, definition, status, fact, cases or duty.

    ``old`` is its name in the older version, where that is another one. ``gains``: a smallest case in which the newer
    version allows or gives more; ``loses``: less; ``changes``: something else. ``reason``: why nothing is known of one
    of these.
    """

    kind: str
    name: str
    relation: Relation
    old: str | None = None
    gains: Example | None = None
    loses: Example | None = None
    changes: Example | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PromiseChange:
    """A promise in both versions: its verdicts, ``None`` where the version does not make it."""

    name: str
    title: str | None
    before: Verdict | None
    after: Verdict | None
    relation: Relation
    old: str | None = None
    story: Example | None = None


@dataclass(frozen=True, slots=True)
class InFlight:
    """What becomes of cases that are under way when the newer version comes into force. ``broken``: promises of the
    newer version that such a case breaks; ``stuck``: a case that could go on and is at its end that day; ``held``: the
    promises that every such case keeps; ``unknown`` with the reasons; ``left_out``: promises that were not asked.
    """

    broken: tuple[tuple[str, str | None, Example], ...]
    stuck: Example | None
    held: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of one policy. ``relation`` is that of all that they allow and give; ``faults`` are faults of the
    verifier.
    """

    name: str
    old_path: str
    new_path: str
    relation: Relation
    differences: tuple[Difference, ...] = ()
    promises: tuple[PromiseChange, ...] = ()
    faults: tuple[str, ...] = ()
    in_flight: InFlight | None = None
