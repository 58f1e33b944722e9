"""What a verdict "proved" rests on in the engines' terms: all that a certificate is made of.

Takes the court of one program; gives for a proved promise its proof, and the invariants that exclude every error which
would leave it without an answer. Solves nothing.
"""

from __future__ import annotations

from verifier.core.program import Promise
from verifier.engines.answers import Unreachable
from verifier.engines.liveness import Escapable
from verifier.explain.judge import Judge, errors_behind
from verifier.records import dataclass
from verifier.symbolic.terms import Term


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proved a promise: ``proof`` about its own goal, ``errors`` the invariants that exclude errors. ``without``
    names the duties that were left out.
    """

    proof: Unreachable | Escapable
    errors: tuple[Term, ...]
    without: tuple[str, ...] = ()


def evidence(court: Judge, promise: Promise) -> Evidence | None:
    """What proved a promise; ``None`` where a run did."""
    proof = court.proofs.get(promise.name)
    if proof is None:
        return None
    answers = (court.answers.get(goal.name) for goal in errors_behind(court.questions, promise.name))
    errors = dict.fromkeys(answer.invariant for answer in answers if isinstance(answer, Unreachable))
    return Evidence(proof, tuple(errors))
