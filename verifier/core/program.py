"""The checked program: declarations, steps, promises and scenarios over typed expressions.

Built only by ``checking``, and only for a text without errors. INVARIANTS (``verifier.checking`` establishes them,
nothing after it tests them again): every name refers to a declaration of the program; expressions have the type their
place asks for (coercions are explicit nodes); decisions do not call each other in a circle; a step assigns each status
at most once.
"""

from __future__ import annotations

from dataclasses import field
from typing import TypeAlias

from verifier.core.expressions import Const, Expr, Rounding
from verifier.core.forms import AfterUntil as AfterUntil
from verifier.core.forms import Always as Always
from verifier.core.forms import AlwaysPossible as AlwaysPossible
from verifier.core.forms import DependsOnly as DependsOnly
from verifier.core.forms import Equals as Equals
from verifier.core.forms import Form as Form
from verifier.core.forms import More as More
from verifier.core.forms import NeverBoth as NeverBoth
from verifier.core.forms import NeverChanges as NeverChanges
from verifier.core.forms import OnlyIf as OnlyIf
from verifier.core.forms import Param as Param
from verifier.core.forms import Possible as Possible
from verifier.core.forms import Response as Response
from verifier.core.types import EntityType, EnumType, RecordType, Type
from verifier.records import dataclass
from verifier.source import SourceFile, Span


@dataclass(frozen=True, slots=True)
class Cite:
    """A place in a source: ``Cite("article", "4.4")`` is shown as ``article 4.4``."""

    source: str
    locator: str

    def __str__(self) -> str:
        return f"{self.source} {self.locator}".strip()


@dataclass(frozen=True, slots=True)
class Reads:
    """The author's phrases. Yes/no: a clause and its negation; steps: "does" and "has done"; else a noun phrase."""

    positive: str
    negative: str | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """Common part of everything with a name. ``origin`` is the policy whose file declares it."""

    name: str
    span: Span = field(kw_only=True, compare=False, repr=False)
    cites: tuple[Cite, ...] = field(kw_only=True, default=())
    origin: str = field(kw_only=True, default="")


@dataclass(frozen=True, slots=True)
class Source(Declared):
    """A text that clauses cite."""

    title: str
    path: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Actor(Declared):
    """Who takes steps; ``phrase`` falls back to the name."""

    phrase: str


@dataclass(frozen=True, slots=True)
class Enum(Declared):
    """A declared enum with a phrase (or ``None``) for each member."""

    type: EnumType
    phrases: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Entity(Declared):
    """A declared entity type."""

    type: EntityType


@dataclass(frozen=True, slots=True)
class Record(Declared):
    """A declared record type with phrases for its fields."""

    type: RecordType
    phrases: tuple[Reads | None, ...]


@dataclass(frozen=True, slots=True)
class Fact(Declared):
    """Given with the case; never changes."""

    type: Type
    reads: Reads | None


@dataclass(frozen=True, slots=True)
class Status(Declared):
    """Changed only by steps. ``starts`` reads only facts, readings and today; ``None`` means any value."""

    type: Type
    starts: Expr | None
    reads: Reads | None


@dataclass(frozen=True, slots=True)
class Reading(Declared):
    """An open question of interpretation; ``type`` lists the choices."""

    question: str
    type: EnumType
    phrases: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Assumption(Declared):
    """A hypothesis about the initial state. An unnamed one is called ``assume.N`` (from 1)."""

    condition: Expr
    because: str | None


@dataclass(frozen=True, slots=True)
class Definition(Declared):
    """An abbreviation. Uses are inlined (``Defined``); kept for phrases, listings and unused-name findings."""

    params: tuple[Param, ...]
    type: Type
    body: Expr
    reads: Reads | None


@dataclass(frozen=True, slots=True)
class Rule(Declared):
    """``targets`` is ``None`` for a rule; for an exception the names that it defeats (``to all``: every rule, spelled
    out).

    ``name`` is the bare name, ``full_name`` is ``decision.name``. A table's rows are rules named ``row.1``, ``row.2``
    ….
    """

    full_name: str
    targets: tuple[str, ...] | None
    condition: Expr
    value: Expr


@dataclass(frozen=True, slots=True)
class Decision(Declared):
    """A decision or (``table``) a decision table. Meaning: see ``language.md``, Decisions.

    ``otherwise_cites`` are the citations of the ``otherwise`` clause.
    """

    params: tuple[Param, ...]
    type: Type
    rules: tuple[Rule, ...]
    otherwise: Expr | None
    reads: Reads | None
    table: bool = False
    otherwise_cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement(Declared):
    """One ``requires``. ``name`` is the label or ``requires.N`` (N counts all requires of the step, from 1);
    ``full_name`` is ``step.name``.
    """

    full_name: str
    condition: Expr
    labelled: bool


@dataclass(frozen=True, slots=True)
class Effect(Declared):
    """``name`` becomes ``value``, which reads the old state; ``full_name`` is ``step.then.status``."""

    full_name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Step(Declared):
    """Possible exactly when every requirement holds, tried in order."""

    params: tuple[Param, ...]
    actors: tuple[str, ...]
    requires: tuple[Requirement, ...]
    effects: tuple[Effect, ...]
    reads: Reads | None


@dataclass(frozen=True, slots=True)
class Duty(Declared):
    """``answers`` (any of them) within ``duration`` of ``trigger`` unless ``unless``. Unnamed ones are called
    ``duty.N``.
    """

    answers: tuple[str, ...]
    actors: tuple[str, ...]
    duration: Const
    rounding: Rounding | None
    trigger: str
    unless: Expr | None


# ---------------------------------------------------------------- promises


@dataclass(frozen=True, slots=True)
class Promise(Declared):
    """A named promise. ``keyword`` is the form's name in the JSON record (``always``, ``never``, ``never changes``,
    ``possible``, ``always possible``, ``only if``, ``only after``, ``never after``, ``after``, ``within``, ``depends
    only on``, ``more never lowers``, ``more never raises``, ``equals``, ``never both``).
    """

    title: str | None
    form: Form
    keyword: str


# ---------------------------------------------------------------- scenarios


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A step taken in a scenario, its arguments evaluated in the state before it."""

    step: str
    arguments: tuple[Expr, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """What holds at the start."""

    condition: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Take:
    """Steps taken one after the other (from ``when``, ``on`` and ``after``)."""

    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class MoveTo:
    """``on DATE``: the first one fixes the start date, later ones wait until then (``day``: a day number)."""

    day: int
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """``after D [rounding …]``. Months without a rounding must lead to a date that exists, or the scenario fails there.
    Days have no rounding.
    """

    duration: Const
    rounding: Rounding | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ExpectHolds:
    """The condition holds here."""

    condition: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ExpectCannot:
    """The step is refused here; with ``because``, that requirement (its bare ``name``) is false, whatever else is."""

    occurrence: Occurrence
    because: str | None
    span: Span = field(compare=False, repr=False)


ScenarioClause: TypeAlias = Given | Take | MoveTo | Wait | ExpectHolds | ExpectCannot


@dataclass(frozen=True, slots=True)
class Scenario(Declared):
    """A worked example that must pass in every case that its ``given`` allows."""

    title: str | None
    clauses: tuple[ScenarioClause, ...]


@dataclass(frozen=True, slots=True)
class Waiver(Declared):
    """``name`` is the code of the waived finding; ``until``: the last day on which it is waived."""

    target: str | None
    because: str
    until: int | None = None


# ---------------------------------------------------------------- the whole


@dataclass(frozen=True, slots=True)
class Program:
    """A policy with everything that it uses. Items of used policies come first; ``origin`` tells them apart."""

    name: str
    title: str | None
    source: SourceFile
    uses: tuple[str, ...]
    sources: tuple[Source, ...]
    actors: tuple[Actor, ...]
    enums: tuple[Enum, ...]
    entities: tuple[Entity, ...]
    records: tuple[Record, ...]
    facts: tuple[Fact, ...]
    statuses: tuple[Status, ...]
    readings: tuple[Reading, ...]
    assumptions: tuple[Assumption, ...]
    definitions: tuple[Definition, ...]
    decisions: tuple[Decision, ...]
    steps: tuple[Step, ...]
    duties: tuple[Duty, ...]
    promises: tuple[Promise, ...]
    scenarios: tuple[Scenario, ...]
    waivers: tuple[Waiver, ...]

    def step(self, name: str) -> Step:
        """The step of that name."""
        return next(item for item in self.steps if item.name == name)

    def decision(self, name: str) -> Decision:
        """The decision or table of that name."""
        return next(item for item in self.decisions if item.name == name)
