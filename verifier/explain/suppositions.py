"""What a proof supposes beyond the text: that duties are kept.

Takes the results of one program; gives them with the names of the duties without which the proof would not stand. In
the compliant world, of which verdicts speak, no day passes on which a duty would be broken.
"""

from __future__ import annotations

from dataclasses import replace

from verifier.core.program import Possible, Promise
from verifier.explain.judge import Judge
from verifier.explain.model import PropertyResult
from verifier.explain.traps import slice_of_promise


def with_suppositions(court: Judge, promise: Promise, result: PropertyResult) -> PropertyResult:
    """A proof with the duties that it needs kept; where it is not known what it rests on, all that it may need.

    What is possible is shown by a run, which is there whoever keeps a duty.
    """
    if result.verdict != "proved" or result.trivial or isinstance(promise.form, Possible):
        return result
    known = {duty.duty.name for duty in court.questions.encoding.duties}
    if not known:
        return result
    needed = set(result.rests_on)
    if not needed:
        needed = {v.owner for v in slice_of_promise(court, promise.name).variables if v.kind == "duty"}
    kept = tuple(duty.name for duty in court.questions.program.duties if duty.name in needed & known)
    return replace(result, supposes=kept)
