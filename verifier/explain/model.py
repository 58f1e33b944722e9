"""What the verifier found, as data: the one object that every view renders.

Nothing here computes. Values are represented as ``core.types`` says and travel with their type, so that a renderer can
show them; dates are day numbers. The JSON record of ``experience.md`` is a direct image of these classes.
"""

from __future__ import annotations

from dataclasses import field
from typing import Final, Literal, TypeAlias

from verifier.core.program import Cite, Program
from verifier.core.types import Type, Value
from verifier.diagnostics.model import Diagnostic
from verifier.records import dataclass
from verifier.source import Span

Verdict: TypeAlias = Literal["proved", "violated", "unknown"]
Certificate: TypeAlias = Literal["checked", "none", "failed"]

# Reasons of "unknown" that are told in these words wherever they arise, and by which advice is chosen.
OUT_OF_TIME: Final = "the time limit was reached"
"""The reason of an ``Undecided`` where the wall clock ended the work."""

OUT_OF_BUDGET: Final = "the budget of the solver was used up"
"""The reason where one question took more resource units than it may."""

DEEPER: Final = "a run seems to exist, deeper than was searched"
"""The reason where a longer search would find a run."""

TOO_HARD: Final = "the arithmetic is too hard for the solver"
"""The reason where the solver itself gave up."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A named value."""

    name: str
    value: Value
    type: Type


@dataclass(frozen=True, slots=True)
class Bound:
    """How far a needed value may go, other things being equal: ``low`` to ``high``, both included; ``None`` where it
    may go on without end.
    """

    name: str
    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class Change:
    """A status before and after a step; ``name`` is ``today`` for the date."""

    name: str
    before: Value
    after: Value
    type: Type


@dataclass(frozen=True, slots=True)
class CheckedCondition:
    """A requirement that was tried when the step was taken."""

    full_name: str
    held: bool
    cites: tuple[Cite, ...]
    span: Span | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a story: a step, or a wait of ``days`` days (``step`` is ``None``). ``date`` is the day of the event
    (for a wait, the day it ends); ``None`` where dates play no part. ``order``, in a story of two cases: the place of
    the event among those of both, equal in both where both have it.
    """

    step: str | None
    parameters: tuple[Binding, ...]
    by: tuple[str, ...]
    date: int | None
    days: int
    changes: tuple[Change, ...]
    checked: tuple[CheckedCondition, ...]
    cites: tuple[Cite, ...]
    order: int | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A concrete case and run.

    ``facts`` (readings included) and ``initial`` (statuses at the start) are complete values of one case; ``needed``
    names the ones that matter, the others may be anything; ``bounds`` says of needed amounts how far they may go, all
    of them together. ``start`` is the day the run starts, where dates play a part. ``replayed`` is true only when the
    reference interpreter confirmed the run and what it shows. ``shortest``: proved to have the fewest steps.
    ``attempt``: what is tried after the steps and not taken, because it meets an error.
    """

    facts: tuple[Binding, ...]
    initial: tuple[Binding, ...]
    needed: tuple[str, ...]
    start: int | None
    happenings: tuple[Happening, ...]
    replayed: bool
    shortest: bool
    bounds: tuple[Bound, ...] = ()
    attempt: Happening | None = None


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Essentially different ways beside a story that was told first: ``others``, shortest first. ``complete``: proved
    that every way uses all the steps of one of them, or of the first.
    """

    others: tuple[Story, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Repair:
    """A requirement that a step would need: as policy text and, where it speaks of no arguments, in words. ``breaks``:
    promises that hold now and would not with all repairs made.
    """

    step: str
    condition: str
    said: str | None
    breaks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mending:
    """What would prevent a violation: ``repairs`` that together make the promise true, proved again (none where none
    were found), and the ``closest`` run that takes the same last step and keeps the promise.
    """

    repairs: tuple[Repair, ...]
    closest: Story | None


@dataclass(frozen=True, slots=True)
class ReadingVerdict:
    """The verdict under one combination of readings (name, choice)."""

    readings: tuple[tuple[str, str], ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class SavedCertificate:
    """The certificate of a proof: the name of a file for it, its SHA-256, the solvers that accepted it, and its text,
    which a saved record does not have.
    """

    file: str
    digest: str
    solvers: tuple[str, ...]
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PropertyResult:
    """The answer about one promise; fields as in the JSON record.

    ``inherited_from``: the used policy that makes the promise, where the policy verified here amends it; ``before`` is
    then the verdict in that policy alone. ``supposes``: the duties that a proof needs kept.
    ``lists``: those of which a verdict over all cases speaks, with the most elements that one may have. ``saved``: the
    certificate, where one was asked for. ``ways``: the ways other than that of the counterexample or witness, where
    they were looked for.
    """

    name: str
    title: str | None
    form: str
    cites: tuple[Cite, ...]
    span: Span
    verdict: Verdict
    vacuous: bool = False
    trivial: bool = False
    by_reading: tuple[ReadingVerdict, ...] = ()
    reason: str | None = None
    method: str | None = None
    bound: int | None = None
    rests_on: tuple[str, ...] = ()
    certificate: Certificate = "none"
    counterexample: Story | None = None
    witness: Story | None = None
    second_case: Story | None = None
    trap: str | None = None
    invariant: str | None = None
    seconds: float = 0.0
    budget_used: int = 0
    inherited_from: str | None = None
    before: Verdict | None = None
    supposes: tuple[str, ...] = ()
    lists: tuple[tuple[str, int], ...] = ()
    saved: SavedCertificate | None = None
    ways: Alternatives | None = None
    mending: Mending | None = None


@dataclass(frozen=True, slots=True)
class ScenarioFailure:
    """A case that breaks a scenario: its facts, the clause at which it breaks, and what was expected and found
    there.
    """

    story: Story
    at: str
    span: Span
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """``unknown`` only when the solver gave up; it counts as not passed."""

    name: str
    title: str | None
    span: Span
    verdict: Literal["passed", "failed", "unknown"]
    failing: ScenarioFailure | None = None
    reason: str | None = None
    seconds: float = 0.0


ClauseStatus: TypeAlias = Literal["needed", "not_needed", "unknown"]


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """Whether a promise needs a clause. ``needed_by``: the promises of the policy that are violated or have no answer
    in the text without it; ``elsewhere``: those of other policies that use it (policy, promise); ``open``: the promises
    of which that is not known. ``scenarios``: of a clause that no promise needs, those that fail without it.
    ``origin``: the policy whose text has it.
    """

    label: str
    kind: str
    span: Span
    origin: str
    status: ClauseStatus
    needed_by: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()
    open: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """The clauses of a policy's own text (and of those that it uses), and the promises that were asked: the proved
    ones. ``left_out`` are the others.
    """

    clauses: tuple[ClauseCoverage, ...]
    promises: tuple[str, ...]
    left_out: tuple[str, ...]


Exercise: TypeAlias = Literal["never", "fired", "held", "refused", "both"]


@dataclass(frozen=True, slots=True)
class ExercisedClause:
    """Whether the scenarios ``by`` exercise a rule (``fired``: it gave an answer) or a condition of a step (``held``:
    it was tried and never false, ``refused``: never true, ``both``).
    """

    label: str
    kind: str
    span: Span
    origin: str
    exercise: Exercise
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScenarioCoverage:
    """The rules and conditions of a policy's own text, the scenarios that were played, and those of which no case that
    passes was found.
    """

    clauses: tuple[ExercisedClause, ...]
    scenarios: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic, with the run that shows it where there is one (a gap that is met, a range that is left, a trap).

    ``subject``: the full name of what it is about, by which it can be waived. ``waived``: why it does not count, in the
    author's words.
    """

    diagnostic: Diagnostic
    counterexample: Story | None = None
    subject: str | None = None
    waived: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a result comes from: the files it was made from (kind, path, digest; see ``cache.inputs``), the solver's
    version, and whether it was found by an earlier run.
    """

    inputs: tuple[tuple[str, str, str], ...]
    solver: str
    cached: bool


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """Everything about one policy file. ``program`` is ``None`` when the text has errors. ``origin`` is known where the
    same files would give the same result again.
    """

    name: str
    path: str
    program: Program | None
    findings: tuple[Finding, ...]
    properties: tuple[PropertyResult, ...] = ()
    scenarios: tuple[ScenarioResult, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)
    coverage: Coverage | None = None
    scenario_coverage: ScenarioCoverage | None = None

    @property
    def cached(self) -> bool:
        """Whether an earlier run found this."""
        return self.origin is not None and self.origin.cached


@dataclass(frozen=True, slots=True)
class Scope:
    """A run over what a change can affect: the paths of policies that were ``skipped``, since all that they depend on
    is as it was in a ``revision`` (whose full name is ``commit``), and of those ``deleted`` since.
    """

    revision: str
    commit: str
    skipped: tuple[str, ...]
    deleted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """What is remembered of a finding of an earlier run: ``kind`` (diagnostic, promise, scenario), ``name``, ``level``,
    ``headline`` and ``rule`` as in ``reports.issues``, its policy's path, and the fingerprint by which it is known.
    """

    kind: str
    name: str
    level: str
    headline: str
    policy: str
    fingerprint: str
    rule: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """A run beside an earlier one: findings that are ``new``, those known (``unchanged``), and what was found then and
    not now, though it was looked for (``fixed``). Waived ones are none.
    """

    new: tuple[KnownFinding, ...]
    unchanged: tuple[KnownFinding, ...]
    fixed: tuple[KnownFinding, ...]


@dataclass(frozen=True, slots=True)
class RunResult:
    """One run of the tool over some policies. ``internal_errors``: faults of the verifier itself, such as a
    counterexample that did not replay (exit code 4). ``scope`` is known where only what a change can affect was looked
    at, ``baseline`` where the run was compared with an earlier one.
    """

    policies: tuple[PolicyResult, ...]
    tool_version: str
    language_version: str
    solver_version: str
    internal_errors: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)
    scope: Scope | None = None
    baseline: Baseline | None = None
