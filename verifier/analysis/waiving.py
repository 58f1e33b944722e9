"""Findings that the author has waived, on the record.

Takes a program, its findings and the present day; gives them with the waived ones reduced to information that carries
the author's reason, and findings about waivers that waive nothing or whose time is over. Verdicts on promises and
scenarios are no findings: no waiver changes one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from verifier.analysis.unused import own
from verifier.core.dates import iso
from verifier.core.program import Declared, Program, Waiver
from verifier.diagnostics.codes import WAIVABLE
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.explain.model import Finding
from verifier.source import Span

USELESS, EXPIRED = "W0206", "F0501"


def with_waivers(
    program: Program, findings: Sequence[Finding], today: int | None, complete: bool
) -> tuple[Finding, ...]:
    """The findings, the waived ones as information, and those about waivers: useless ones only where all findings are
    there (``complete``). Without a ``today`` no time is over.
    """
    valid = [waiver for waiver in program.waivers if not is_over(waiver, today)]
    useless = _useless(program, valid, findings) if complete else ()
    return (*(_with_waiver(program, valid, each) for each in findings), *useless, *_expired(program, today))


def is_over(waiver: Waiver, today: int | None) -> bool:
    """Whether the last day of a waiver has passed."""
    return today is not None and waiver.until is not None and waiver.until < today


def last_days(program: Program) -> Iterator[int]:
    """The days after which waivers end: what is found depends on which of them have passed."""
    yield from (waiver.until for waiver in program.waivers if waiver.until is not None)


def _with_waiver(program: Program, waivers: Iterable[Waiver], finding: Finding) -> Finding:
    waiver = next((each for each in waivers if _covers(program, each, finding)), None)
    if waiver is None:
        return finding
    found = finding.diagnostic
    message, advice = f"waived: {found.message}", f"waived because {waiver.because}"
    shown = replace(found, severity=Severity.INFO, message=message, help=advice, fixes=())
    return replace(finding, diagnostic=shown, waived=waiver.because)


def _expired(program: Program, today: int | None) -> Iterator[Finding]:
    """Findings about the policy's own waivers whose time is over: errors, since what they waived was to be settled."""
    for waiver in own(program, program.waivers):
        if waiver.until is not None and is_over(waiver, today):
            about = f" on `{waiver.target}`" if waiver.target else ""
            message = f"the waiver of `{waiver.name}`{about} has expired: it was given until {iso(waiver.until)}"
            advice = "correct what it waived and remove it; or decide anew until when it is accepted, and why"
            diagnostic = Diagnostic(EXPIRED, Severity.ERROR, message, waiver.span, help=advice)
            yield Finding(diagnostic, subject=waiver.target or "")


def _useless(program: Program, waivers: Sequence[Waiver], findings: Sequence[Finding]) -> Iterator[Finding]:
    """Findings about the policy's own waivers that cover none of the findings."""
    for waiver in own(program, waivers):
        if waiver.name in WAIVABLE and not any(_covers(program, waiver, finding) for finding in findings):
            about = f" about `{waiver.target}`" if waiver.target else ""
            message = f"there is no finding `{waiver.name}`{about} to waive"
            advice = "remove the waiver, or correct what it is about"
            diagnostic = Diagnostic(USELESS, Severity.WARNING, message, waiver.span, help=advice)
            yield Finding(diagnostic, subject=waiver.target)


def _covers(program: Program, waiver: Waiver, finding: Finding) -> bool:
    """Whether a waiver is about a finding: same code, and its target or something that belongs to it.

    The waivers of a used policy cover findings in its own text only.
    """
    found = finding.diagnostic
    if found.code != waiver.name:
        return False
    foreign = waiver.origin not in ("", program.name)
    if foreign and (found.span is None or found.span.source is not waiver.span.source):
        return False
    subject = finding.subject or _owner_of(program, found.span)
    return waiver.target is None or subject == waiver.target or subject.startswith(f"{waiver.target}.")


def _owner_of(program: Program, span: Span | None) -> str:
    """The full name of the innermost item in whose text a place is."""
    if span is None:
        return program.name
    before = [item for item in _declared(program) if item.span.source is span.source and item.span.start <= span.start]
    if not before:
        return program.name
    last = max(before, key=lambda item: item.span.start)
    return str(getattr(last, "full_name", last.name))


def _declared(program: Program) -> Iterator[Declared]:
    for items in (
        program.sources,
        program.actors,
        program.enums,
        program.entities,
        program.records,
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
        yield from items
    for decision in program.decisions:
        yield from decision.rules
    for step in program.steps:
        yield from step.requires
