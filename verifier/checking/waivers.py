"""Whether waivers speak of something: a finding that can be waived, and a name of the program.

Takes a checked program; gives an error where a name is not there and a warning where a code is not: other versions may
know other codes. Whether a waiver waives anything is known only when the findings are.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.checking.suggest import closest, did_you_mean
from verifier.core.program import Decision, Definition, Program, Step, Waiver
from verifier.diagnostics.codes import TITLES, WAIVABLE
from verifier.diagnostics.model import Collector, Diagnostic
from verifier.source import Span


def waiver_faults(program: Program) -> tuple[Diagnostic, ...]:
    """What is wrong with the codes and targets of waivers."""
    collector = Collector()
    names = set(names_of(program)) if program.waivers else set()
    for waiver in program.waivers:
        if waiver.name not in WAIVABLE:
            _wrong_code(waiver, collector)
        if waiver.target is not None and waiver.target not in names:
            _wrong_target(waiver, waiver.target, names, collector)
    return tuple(collector.items)


def names_of(program: Program) -> Iterator[str]:
    """The full name of everything that a finding may be about."""
    yield from (program.name, *program.uses)
    for items in (
        program.sources,
        program.actors,
        program.entities,
        program.facts,
        program.statuses,
        program.readings,
        program.assumptions,
        program.definitions,
        program.decisions,
        program.steps,
        program.duties,
        program.promises,
        program.scenarios,
    ):
        yield from (item.name for item in items)
    for enum in program.enums:
        yield from (enum.name, *(f"{enum.name}.{member}" for member in enum.type.members))
    for record in program.records:
        yield from (record.name, *(f"{record.name}.{field}" for field, _ in record.type.fields))
    owners: list[Step | Decision | Definition] = [*program.steps, *program.decisions, *program.definitions]
    for owner in owners:
        yield from (f"{owner.name}.{param.name}" for param in owner.params)
    yield from (requirement.full_name for step in program.steps for requirement in step.requires)
    yield from (rule.full_name for decision in program.decisions for rule in decision.rules)


def _wrong_code(waiver: Waiver, collector: Collector) -> None:
    place = _place(waiver, waiver.name, 0)
    guess = closest(waiver.name, WAIVABLE)
    if waiver.name in TITLES:
        message = f"`{waiver.name}` cannot be waived"
        advice = "an error is corrected where it stands; only warnings and findings can be waived"
        collector.warning("W0401", message, place, help=advice)
        return
    advice = f"did you mean `{guess}`?" if guess else "write the code that the finding shows in brackets"
    message = f"there is no finding `{waiver.name}`"
    collector.warning("W0401", message, place, help=advice, fixes=did_you_mean(guess, place))


def _wrong_target(waiver: Waiver, target: str, names: set[str], collector: Collector) -> None:
    place = _place(waiver, target, waiver.span.text.find(waiver.name) + len(waiver.name))
    guess = closest(target, names)
    advice = f"did you mean `{guess}`?" if guess else "name what the finding is about, as in `step.requirement`"
    message = f"the policy has nothing of the name `{target}`"
    collector.error("E0416", message, place, help=advice, fixes=did_you_mean(guess, place))


def _place(waiver: Waiver, word: str, after: int) -> Span:
    """Where a word of a waiver stands; the whole waiver where it is written with spaces."""
    found = waiver.span.text.find(word, after)
    if found < 0:
        return waiver.span
    start = waiver.span.start + found
    return Span(waiver.span.source, start, start + len(word))
