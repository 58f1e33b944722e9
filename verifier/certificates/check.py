"""A certificate checked: is it for this policy, does it say what the policy says, and do its obligations hold?

Takes the text of a certificate and a checked program. The systems, goals and obligations are made from the program;
only the invariant (with regions) is taken from the text. The text is refused unless it is, to the letter, what would
have been written for that invariant, so that whoever gives it to another solver checks the same. Then every solver that
is asked must find no model of any obligation.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import zip_longest
from typing import Final, Literal, TypeAlias

from verifier import __version__
from verifier.certificates.file import Raw, Refused, proofs_of, read, render, system_digest
from verifier.certificates.script import Unwritable, Written
from verifier.certificates.statement import NotCertifiable, Section, Statement, statement
from verifier.core.program import Program
from verifier.engines.solvers import Solver, SolverFault, answers
from verifier.records import dataclass
from verifier.source import SourceFile
from verifier.symbolic.evaluator import NotTrackable
from verifier.syntax.digest import tokens_digest

BUDGET: Final = 50_000_000
MILLISECONDS: Final = 60_000

Outcome: TypeAlias = Literal["accepted", "rejected", "unknown"]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found about a certificate. ``rewritten`` is what would have been written for its invariant, where the
    text is not that.
    """

    outcome: Outcome
    reason: str | None = None
    seconds: tuple[tuple[str, float], ...] = ()
    rewritten: str | None = None


def policy_digest(program: Program) -> str:
    """The digest of everything that a policy and those that it uses say."""
    declared = (
        *(program.sources, program.actors, program.enums, program.entities, program.records, program.facts),
        *(program.statuses, program.readings, program.assumptions, program.definitions, program.decisions),
        *(program.steps, program.duties, program.promises, program.scenarios, program.waivers),
    )
    sources: dict[str, SourceFile] = {}
    for items in declared:
        for item in items:
            source = item.span.source
            sources.setdefault(source.path, source)
    sources[program.source.path] = program.source
    return tokens_digest(sources.values())


def examine(text: str, program: Program, solvers: Sequence[Solver]) -> Examined:
    """Check a certificate against a policy."""
    try:
        raw = read(text)
        stated = _statement(raw, program)
        proofs = proofs_of(raw, stated)
        expected = render(raw.record, stated, proofs)
        if system_digest(expected.sections) != raw.record.system_digest:
            raise Refused("the certificate is about another system than that of the policy" + _by_another(raw))
        if expected.text != text:
            return Examined("rejected", _first_difference(text, expected.text), rewritten=expected.text)
    except Refused as refused:
        return Examined("rejected", str(refused))
    except Unwritable as fault:
        return Examined("rejected", f"the certificate does not fit together: {fault}")
    return _solved(stated, expected.sections, solvers)


def _statement(raw: Raw, program: Program) -> Statement:
    record = raw.record
    promise = next((item for item in program.promises if item.name == record.promise), None)
    if record.policy != program.name:
        raise Refused(f"the certificate is for the policy `{record.policy[:60]}`, not for `{program.name}`")
    if promise is None:
        raise Refused(f"the policy makes no promise `{record.promise[:60]}`")
    if record.policy_digest != policy_digest(program):
        raise Refused("the certificate is for another text of this policy: the words of the policy have changed since")
    try:
        return statement(program, promise, record.duties, record.without)
    except (NotCertifiable, NotTrackable) as fault:
        raise Refused(f"the promise `{promise.name}` is not proved by a certificate: {fault}") from fault


def _by_another(raw: Raw) -> str:
    version = raw.record.tool[:20]
    return "" if version == __version__ else f" (clauseproof {version} made it, this is {__version__}; verify again)"


def _first_difference(text: str, expected: str) -> str:
    """Where a certificate was changed, in one line."""
    lines = enumerate(zip_longest(text.split("\n"), expected.split("\n")), start=1)
    number, (found, wanted) = next((number, pair) for number, pair in lines if pair[0] != pair[1])
    shown = "missing" if found is None else f"`{found[:60]}`"
    should = "nothing" if wanted is None else f"`{wanted[:60]}`"
    return f"the certificate was changed: line {number} is {shown}, but by the policy and the invariant it is {should}"


def _solved(stated: Statement, written: Sequence[Written], solvers: Sequence[Solver]) -> Examined:
    """What the solvers say about the obligations."""
    seconds: list[tuple[str, float]] = []
    outcomes: list[tuple[Outcome, str]] = []
    for solver in solvers:
        begun = time.perf_counter()
        outcomes.append(_judged(stated.sections, written, solver))
        seconds.append((solver, time.perf_counter() - begun))
    failing = [(outcome, reason) for outcome, reason in outcomes if outcome != "accepted"]
    if not failing:
        return Examined("accepted", seconds=tuple(seconds))
    if {outcome for outcome, _ in outcomes} == {"accepted", "rejected"}:
        return Examined("unknown", f"the solvers disagree: {failing[0][1]}", tuple(seconds))
    outcome, reason = next((item for item in failing if item[0] == "rejected"), failing[0])
    return Examined(outcome, reason, tuple(seconds))


def _judged(sections: Sequence[Section], written: Sequence[Written], solver: Solver) -> tuple[Outcome, str]:
    for section, text in zip(sections, written, strict=True):
        try:
            said = answers("\n".join((*text.lines, "")), solver, BUDGET, MILLISECONDS)
        except SolverFault as fault:
            return "unknown", f"{solver} does not take the certificate ({fault})"
        names = [obligation.name for obligation in text.obligations]
        if len(said) != len(names):
            return "unknown", f"{solver} did not answer every obligation"
        for name, answer in zip(names, said, strict=True):
            if answer == "unknown":
                return "unknown", f"{solver} reached its limit at the obligation `{name}` of {section.title}"
            if answer == "sat":
                return "rejected", f"{solver} finds that the obligation `{name}` of {section.title} does not hold"
    return "accepted", ""


__all__ = ["Examined", "Outcome", "examine", "policy_digest"]
