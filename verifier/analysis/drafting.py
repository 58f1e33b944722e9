"""Slips of drafting that show in the text alone.

Takes a checked program; gives warnings about its own text: unused names, promises that cite nothing, phrases that are
missing, statuses that nothing changes. Loads no solver and claims nothing that would need one (see ``lint``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.analysis.unused import own, unused_names
from verifier.checking.suggest import listing
from verifier.core.program import Fact, Possible, Program, Promise, Status, Step
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.explain.model import Finding

UNCITED, NO_PHRASE, NEVER_CHANGES = "W0202", "W0203", "W0204"


def drafting(program: Program) -> tuple[Finding, ...]:
    """The findings about the policy's own text, in its order."""
    found = [*unused_names(program), *_uncited(program), *_without_phrases(program), *_unchanging(program)]
    return tuple(sorted(found, key=lambda finding: finding.diagnostic.span.start if finding.diagnostic.span else 0))


def _uncited(program: Program) -> Iterator[Finding]:
    """One warning for all promises without a citation, where there is a source to cite, and one for each that a waiver
    names. A ``possible`` tests the policy, not the source.
    """
    if not program.sources:
        return
    named = {waiver.target for waiver in program.waivers if waiver.name == UNCITED}
    silent = [
        promise
        for promise in own(program, program.promises)
        if not promise.cites and not isinstance(promise.form, Possible)
    ]
    together = [promise for promise in silent if promise.name not in named]
    for group in (together, *([promise] for promise in silent if promise.name in named)):
        if group:
            yield _without_citation(program, group)


def _without_citation(program: Program, promises: Sequence[Promise]) -> Finding:
    names = listing(promise.name for promise in promises)
    single = len(promises) == 1
    who = f"the promise {names} does" if single else f"the promises {names} do"
    sources = listing(source.name for source in program.sources)
    advice = f"cite the place after the title, as in `[{program.sources[0].name} 1]`; the sources are {sources}"
    message = f"{who} not say which text {'it comes' if single else 'they come'} from"
    diagnostic = Diagnostic(UNCITED, Severity.WARNING, message, promises[0].span, help=advice)
    return Finding(diagnostic, subject=promises[0].name if single else program.name)


def _without_phrases(program: Program) -> Iterator[Finding]:
    """One remark for all facts, statuses and steps that no reader of a finding would recognise."""
    items: list[Fact | Status | Step] = [*program.facts, *program.statuses, *program.steps]
    silent = sorted((item for item in own(program, items) if item.reads is None), key=lambda item: item.span.start)
    if silent:
        verb = "has no phrase" if len(silent) == 1 else "have no phrases"
        message = f"{listing(item.name for item in silent)} {verb}, so that findings show the bare name"
        advice = 'add `reads "…"`: a clause and its negation, "does" and "has done" of a step, else a noun phrase'
        yield Finding(Diagnostic(NO_PHRASE, Severity.INFO, message, silent[0].span, help=advice), subject=program.name)


def _unchanging(program: Program) -> Iterator[Finding]:
    """Statuses with a start value that no step changes, in a policy that has steps."""
    changed = {effect.name for step in program.steps for effect in step.effects}
    for status in own(program, program.statuses) if program.steps else ():
        if status.starts is not None and status.name not in changed:
            message = f"no step changes the status `{status.name}`"
            advice = "a status that keeps its start value is a `define`, or a step with `then` is missing"
            yield Finding(
                Diagnostic(NEVER_CHANGES, Severity.WARNING, message, status.span, help=advice), subject=status.name
            )
