"""What a proof supposes beyond the text: that duties are kept, and how long lists are at most.

Takes the results of one program; gives them with the names of the duties without which the proof would not stand, and
of the lists of which it speaks. In the compliant world, of which verdicts speak, no day passes on which a duty would
be broken; with longer lists than a declaration allows there is no case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from verifier.core.program import Fact, Possible, Program, Promise, Status
from verifier.core.types import ListType, OptionType, Type
from verifier.explain.judge import Judge
from verifier.explain.model import PropertyResult
from verifier.explain.traps import slice_of_promise
from verifier.symbolic.system import System


def with_suppositions(court: Judge, promise: Promise, result: PropertyResult) -> PropertyResult:
    """A verdict over all cases with what it supposes; a verdict by one run, which is there, supposes nothing."""
    if result.verdict == "unknown" or result.counterexample is not None or result.witness is not None:
        return result
    sliced = slice_of_promise(court, promise.name)
    result = replace(result, lists=tuple(_lists(court.questions.program, sliced)))
    return replace(result, supposes=_duties(court, promise, result, sliced))


def _duties(court: Judge, promise: Promise, result: PropertyResult, sliced: System) -> tuple[str, ...]:
    """The duties that a proof needs kept; where it is not known what it rests on, all that it may need."""
    if result.verdict != "proved" or result.trivial or isinstance(promise.form, Possible):
        return ()
    needed = set(result.rests_on) or {v.owner for v in sliced.variables if v.kind == "duty"}
    known = {duty.duty.name for duty in court.questions.encoding.duties}
    return tuple(duty.name for duty in court.questions.program.duties if duty.name in needed & known)


def _lists(program: Program, sliced: System) -> Iterator[tuple[str, int]]:
    """The lists that a part of the system reads, with how long they may be."""
    owners = {variable.owner for variable in sliced.variables if variable.kind in ("fact", "status")}
    declared: tuple[Fact | Status, ...] = (*program.facts, *program.statuses)
    named = [(item.name, item.type) for item in declared if item.name in owners]
    taken = {transition.name for transition in sliced.transitions}
    named += [(f"{s.name}.{p.name}", p.type) for s in program.steps if s.name in taken for p in s.params]
    for name, type_ in named:
        limit = _limit(type_)
        if limit is not None:
            yield name, limit


def _limit(type_: Type) -> int | None:
    match type_:
        case OptionType(inner):
            return _limit(inner)
        case ListType(_, limit):
            return limit
        case _:
            return None
