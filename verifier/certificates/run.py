"""Certificates of a whole run, and certificate files checked again.

Takes the results of a program with the evidence for its proofs, and gives them with their certificates; or takes texts
of certificate files and a reader of policies, and says of each whether it is a proof. Never prints, never writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from verifier.certificates.check import Outcome, examine
from verifier.certificates.file import Record, Refused, read
from verifier.certificates.save import Saved, save
from verifier.checking.load import SUFFIX, ParseCache, Read, load
from verifier.core.program import Program
from verifier.engines.decide import Limits
from verifier.engines.liveness import Escapable
from verifier.engines.solvers import SECOND, Solver
from verifier.explain.evidence import Evidence
from verifier.explain.model import PropertyResult, SavedCertificate
from verifier.records import dataclass
from verifier.symbolic.system import WAIT

ENDING: Final = ".smt2"


def asked_solvers(certify: bool) -> tuple[Solver, ...]:
    """The solvers that must accept a certificate."""
    return ("z3", SECOND) if certify else ("z3",)


def with_certificates(
    program: Program,
    path: str,
    results: Sequence[PropertyResult],
    evidence: Mapping[str, Evidence],
    duties: bool,
    solvers: Sequence[Solver],
    limits: Limits,
) -> tuple[PropertyResult, ...]:
    """The results, each proof by an invariant with its certificate; one that was not accepted is not proved."""
    found = []
    for result in results:
        proof = evidence.get(result.name)
        if result.verdict == "proved" and proof is not None:
            saved = _saved(program, path, result, proof, duties, solvers, limits)
            if saved.text is None:
                reason = f"a proof was found, but its certificate was not accepted: {saved.reason}"
                found.append(replace(result, verdict="unknown", reason=reason, certificate="failed"))
                continue
            file = f"{program.name}.{result.name}{ENDING}"
            digest = sha256(saved.text.encode()).hexdigest()
            kept = SavedCertificate(file, digest, tuple(solvers), saved.text)
            result = replace(result, saved=kept)  # noqa: PLW2901
        found.append(result)
    return tuple(found)


def _saved(
    program: Program,
    path: str,
    result: PropertyResult,
    proof: Evidence,
    duties: bool,
    solvers: Sequence[Solver],
    limits: Limits,
) -> Saved:
    """The certificate of a proof, supposing no more duties than the verdict does, where that can be shown."""
    promise = next(item for item in program.promises if item.name == result.name)
    unneeded = {duty.name for duty in program.duties if duties} - set(result.supposes)
    fewer = tuple(duty.name for duty in program.duties if duty.name in unneeded | set(proof.without))
    waits = isinstance(proof.proof, Escapable) and any(region.transition == WAIT for region in proof.proof.regions)
    if fewer != proof.without and not waits:
        saved = save(program, path, promise, replace(proof, without=fewer), duties, solvers, limits)
        if saved.text is not None:
            return saved
    return save(program, path, promise, proof, duties, solvers, limits)


@dataclass(frozen=True, slots=True)
class Certified:
    """What was found about a certificate file. ``record`` is what it says of itself, where it could be read.

    ``supposes``: the duties of which the proof supposes that no day passes on which they would be broken; ``title`` is
    that of the promise. ``unread``: the policy could not be read, so that nothing was checked.
    """

    file: str
    outcome: Outcome
    reason: str | None
    record: Record | None = None
    title: str | None = None
    supposes: tuple[str, ...] = ()
    seconds: tuple[tuple[str, float], ...] = ()
    unread: bool = False


def certify(
    files: Sequence[tuple[str, str | None]],
    policy: str | None,
    read_policy: Read,
    search_path: tuple[str, ...],
    solvers: Sequence[Solver],
) -> tuple[Certified, ...]:
    """Check certificate files (name and text, ``None`` for what is no text) against ``policy``, or each against the
    policy that it names.
    """
    cache = ParseCache()
    return tuple(_certified(file, text, policy, read_policy, search_path, cache, solvers) for file, text in files)


def _certified(
    file: str,
    text: str | None,
    policy: str | None,
    read_policy: Read,
    search_path: tuple[str, ...],
    cache: ParseCache,
    solvers: Sequence[Solver],
) -> Certified:
    if text is None:
        return Certified(file, "rejected", "the file is no certificate of clauseproof")
    try:
        record = read(text).record
    except Refused as refused:
        return Certified(file, "rejected", str(refused))
    path = policy or record.path
    if not policy and not (path.isprintable() and path.endswith(SUFFIX)):
        return Certified(file, "rejected", "it names no policy; name it with --policy", record, unread=True)
    loaded = load(path, read_policy, search_path, cache)
    if loaded.program is None:
        said = loaded.diagnostics[0].message if loaded.diagnostics else "it has errors"
        advice = "" if policy else "; name its policy with --policy"
        return Certified(file, "rejected", f"its policy cannot be read: {said}{advice}", record, unread=True)
    program = loaded.program
    examined = examine(text, program, solvers)
    promise = next((item for item in program.promises if item.name == record.promise), None)
    kept = (duty.name for duty in program.duties if record.duties and duty.name not in record.without)
    return Certified(
        file,
        examined.outcome,
        examined.reason,
        record,
        None if promise is None else promise.title,
        tuple(kept),
        examined.seconds,
    )
