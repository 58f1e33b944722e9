"""The checking room: surface trees to a core program.

``check`` takes a policy's tree and a way to find the policies that it uses; gives ``Checked``, whose program exists
only when no error was found. All errors of all policies are reported, each once and where it stands. Reads no files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import TypeVar

from verifier.checking import steps
from verifier.checking.citing import cites_of, reads_of
from verifier.checking.context import Context, Session
from verifier.checking.deciding import Part, decision, table
from verifier.checking.declare import Declared, declare
from verifier.checking.definitions import decision_circles, settle
from verifier.checking.expressions import date_literal
from verifier.checking.promises import promise
from verifier.checking.scenarios import scenario
from verifier.checking.suggest import once_each
from verifier.checking.uses import Find, Missing, gather
from verifier.checking.waivers import waiver_faults
from verifier.core import program
from verifier.core.types import EntityType, EnumType, RecordType
from verifier.diagnostics.model import Collector, Diagnostic, Severity
from verifier.records import dataclass
from verifier.source import SourceFile, Span
from verifier.syntax import tree

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of checking.

    INVARIANT: ``program`` is there exactly when every error stands inside a promise or a scenario; those are left out
    of it, the rest means what it says without them. So one wrong promise never hides the verdicts on the others.
    """

    program: program.Program | None
    diagnostics: tuple[Diagnostic, ...]


def check(
    policy: tree.PolicyTree,
    resolve: Callable[[str], tree.PolicyTree | None],
    *,
    lost: frozenset[str] = frozenset(),
) -> Checked:
    """Check a policy and everything that it uses.

    ``resolve`` gives the tree of a used policy, ``None`` if there is none. ``lost`` are names that the texts declare
    but that could not be read (``Parsed.incomplete``): they are not reported as unknown.
    """

    def find(name: str, _user: tree.PolicyTree) -> tree.PolicyTree | Missing:
        return resolve(name) or Missing()

    return check_found(policy, find, lambda: lost)


def check_found(policy: tree.PolicyTree, find: Find, lost: Callable[[], frozenset[str]]) -> Checked:
    """``check`` where the place of a used policy may depend on who uses it; ``lost`` is asked once all are found."""
    collector = Collector()
    declared: dict[str, Declared] = {}
    for unit in gather(policy, find, collector):
        declared[unit.name] = declare(unit, declared, lost(), collector)
    built = _build(list(declared.values()), Session(collector))
    return _outcome(policy, list(declared.values()), built, collector)


def _outcome(policy: tree.PolicyTree, units: list[Declared], built: _Built, collector: Collector) -> Checked:
    diagnostics = once_each(_in_text_order(collector.items))
    wrong_claims = _wrong_claims(units, diagnostics)
    if wrong_claims is None:
        return Checked(None, diagnostics)
    built.promises = [item for item in built.promises if not _inside(item.span, wrong_claims)]
    built.scenarios = [item for item in built.scenarios if not _inside(item.span, wrong_claims)]
    uses = tuple(unit.unit.name for unit in units[:-1])
    title = None if policy.title is None else policy.title.text
    source = policy.source or SourceFile(policy.name.text, "")
    whole = built.program(policy.name.text, title, source, uses)
    waivers = waiver_faults(whole)
    wrong = any(item.severity is Severity.ERROR for item in waivers)
    return Checked(None if wrong else whole, (*diagnostics, *waivers))


def _wrong_claims(units: list[Declared], diagnostics: Iterable[Diagnostic]) -> list[Span] | None:
    """The promises and scenarios that hold errors; ``None`` where an error stands elsewhere."""
    claims = [item.span for unit in units for item in unit.items if isinstance(item, tree.Prove | tree.Scenario)]
    wrong = []
    for diagnostic in diagnostics:
        if diagnostic.severity is Severity.ERROR:
            around = [span for span in claims if diagnostic.span is not None and _inside(diagnostic.span, [span])]
            if not around:
                return None
            wrong += around
    return wrong


def _inside(span: Span, places: Iterable[Span]) -> bool:
    return any(p.source is span.source and p.start <= span.start and span.end <= p.end for p in places)


def _in_text_order(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """By place within each file; files in the order in which they were met."""
    files: dict[SourceFile, int] = {}

    def place(item: Diagnostic) -> tuple[int, int]:
        if item.span is None:
            return -1, 0
        return files.setdefault(item.span.source, len(files)), item.span.start

    return sorted(diagnostics, key=place)


@dataclass(slots=True)
class _Built:
    """Core items in the order of declaration, used policies first."""

    sources: list[program.Source] = field(default_factory=list)
    actors: list[program.Actor] = field(default_factory=list)
    enums: list[program.Enum] = field(default_factory=list)
    entities: list[program.Entity] = field(default_factory=list)
    records: list[program.Record] = field(default_factory=list)
    facts: list[program.Fact] = field(default_factory=list)
    statuses: list[program.Status] = field(default_factory=list)
    readings: list[program.Reading] = field(default_factory=list)
    assumptions: list[program.Assumption] = field(default_factory=list)
    definitions: list[program.Definition] = field(default_factory=list)
    decisions: list[program.Decision] = field(default_factory=list)
    steps: list[program.Step] = field(default_factory=list)
    duties: list[program.Duty] = field(default_factory=list)
    promises: list[program.Promise] = field(default_factory=list)
    scenarios: list[program.Scenario] = field(default_factory=list)
    waivers: list[program.Waiver] = field(default_factory=list)

    def program(self, name: str, title: str | None, source: SourceFile, uses: tuple[str, ...]) -> program.Program:
        """The whole program; called only when nothing is missing."""
        return program.Program(
            name,
            title,
            source,
            uses,
            tuple(self.sources),
            tuple(self.actors),
            tuple(self.enums),
            tuple(self.entities),
            tuple(self.records),
            tuple(self.facts),
            tuple(self.statuses),
            tuple(self.readings),
            tuple(self.assumptions),
            tuple(self.definitions),
            tuple(self.decisions),
            tuple(self.steps),
            tuple(self.duties),
            tuple(self.promises),
            tuple(self.scenarios),
            tuple(self.waivers),
        )


def _build(units: list[Declared], session: Session) -> _Built:
    built = _Built()
    contexts = [(unit, Context(session, unit.scope)) for unit in units]
    for unit, context in contexts:
        for item in unit.items:
            _declaration(item, context, built)
    built.definitions = _definitions(contexts, session)
    built.decisions = _decisions(contexts)
    decisions = {item.name: item for item in built.decisions}
    decision_circles(decisions, built.definitions, session)
    for unit, context in contexts:
        for item in unit.items:
            _behaviour(item, decisions, context, built)
    for unit, context in contexts:
        for item in unit.items:
            _claim(item, context, built)
    return built


def _definitions(contexts: list[tuple[Declared, Context]], session: Session) -> list[program.Definition]:
    for unit, context in contexts:
        session.waiting.update({i.name.text: (i, context.scope) for i in unit.items if isinstance(i, tree.Define)})
    settle(session)
    found = [session.definitions[name] for name in session.waiting]
    return [item for item in found if item is not None]


def _decisions(contexts: list[tuple[Declared, Context]]) -> list[program.Decision]:
    parts: dict[str, list[Part]] = {}
    found: list[program.Decision | None] = []
    for unit, context in contexts:
        for amendment in unit.amendments:
            parts.setdefault(amendment.name.text, []).append(Part(amendment, context))
    for unit, context in contexts:
        for item in unit.items:
            if isinstance(item, tree.Decide):
                whole = [Part(item, context), *parts.get(item.name.text, [])]
                found.append(decision(context.scope.values[item.name.text], whole))
            elif isinstance(item, tree.Table):
                found.append(table(context.scope.values[item.name.text], item, context))
    return [item for item in found if item is not None]


def _add(items: list[_T], found: _T | None) -> None:
    if found is not None:
        items.append(found)


def _declaration(item: tree.Item, context: Context, built: _Built) -> None:
    """Items that hold no expressions."""
    origin = context.scope.policy
    match item:
        case tree.Source(name, title, path, sha256):
            where, digest = None if path is None else path.text, None if sha256 is None else sha256.text
            source = program.Source(name.text, title.text, where, digest, span=name.span, origin=origin)
            built.sources.append(source)
        case tree.Actor(name, phrase, cites):
            phrase_, cited = name.text if phrase is None else phrase.text, cites_of(cites, context)
            built.actors.append(program.Actor(name.text, phrase_, span=name.span, cites=cited, origin=origin))
        case tree.Entity(name, cites):
            type_, cited = EntityType(name.text), cites_of(cites, context)
            built.entities.append(program.Entity(name.text, type_, span=name.span, cites=cited, origin=origin))
        case tree.Enum(name, values, cites):
            enum, cited = context.scope.types[name.text].type, cites_of(cites, context)
            assert isinstance(enum, EnumType)
            phrases = _phrases(values, enum)
            built.enums.append(program.Enum(name.text, enum, phrases, span=name.span, cites=cited, origin=origin))
        case tree.Record():
            _record(item, context, built)
        case tree.Fact() | tree.Reading():
            _given(item, context, built)
        case tree.Waive():
            built.waivers.append(_waiver(item, context))
        case _:
            pass


def _waiver(item: tree.Waive, context: Context) -> program.Waiver:
    target = None if item.target is None else item.target.text
    until = None if item.until is None else date_literal(item.until, context)
    last = until.value if until is not None and isinstance(until.value, int) else None
    return program.Waiver(item.code.text, target, item.because.text, last, span=item.span, origin=context.scope.policy)


def _phrases(values: tuple[tree.EnumValue, ...], enum: EnumType) -> tuple[str | None, ...]:
    found = {value.name.text: None if value.phrase is None else value.phrase.text for value in reversed(values)}
    return tuple(found[member] for member in enum.members)


def _record(item: tree.Record, context: Context, built: _Built) -> None:
    type_, cites = context.scope.types[item.name.text].type, cites_of(item.cites, context)
    for each in item.fields:
        cites_of(each.cites, context)
    if isinstance(type_, RecordType):
        phrases = tuple(reads_of(each.reads) for each in item.fields)
        name, origin = item.name, context.scope.policy
        built.records.append(program.Record(name.text, type_, phrases, span=name.span, cites=cites, origin=origin))


def _given(item: tree.Fact | tree.Reading, context: Context, built: _Built) -> None:
    type_, cites = context.scope.values[item.name.text].type, cites_of(item.cites, context)
    span, origin, name = item.name.span, context.scope.policy, item.name.text
    if type_ is None:
        return
    if isinstance(item, tree.Fact):
        built.facts.append(program.Fact(name, type_, reads_of(item.reads), span=span, cites=cites, origin=origin))
        return
    assert isinstance(type_, EnumType)
    phrases = _phrases(item.values, type_)
    question = item.question.text
    built.readings.append(program.Reading(name, question, type_, phrases, span=span, cites=cites, origin=origin))


def _behaviour(item: tree.Item, decisions: Mapping[str, program.Decision], context: Context, built: _Built) -> None:
    """Items that say how cases start and go on."""
    match item:
        case tree.Status():
            _add(built.statuses, steps.status(item, decisions, context))
        case tree.Assume():
            _add(built.assumptions, steps.assumption(item, len(built.assumptions) + 1, context))
        case tree.Step():
            _add(built.steps, steps.step(item, context))
        case tree.Duty():
            _add(built.duties, steps.duty(item, len(built.duties) + 1, context))
        case _:
            pass


def _claim(item: tree.Item, context: Context, built: _Built) -> None:
    """Items that say what should follow."""
    match item:
        case tree.Prove():
            _add(built.promises, promise(item, context))
        case tree.Scenario():
            _add(built.scenarios, scenario(item, context))
        case _:
            pass
