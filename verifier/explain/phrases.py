"""Where the author's phrases are found: by expression, by name, and as the clause that a yes/no phrase gives.

Takes names and the program that declares them; gives phrases, or ``None`` where the author gave none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from verifier.core.expressions import DecisionCall, Expr, FactRef, FieldOf, Local, StatusRef
from verifier.core.program import Fact, Program, Reads, Status
from verifier.core.types import RecordType
from verifier.explain.words import listed, spaced

Named: TypeAlias = FactRef | StatusRef | DecisionCall | FieldOf | Local


def clause_of(reads: Reads, positive: bool) -> str:
    """The clause of a yes/no phrase, or its negation."""
    if positive:
        return reads.positive
    return reads.negative or f"it is not so that {reads.positive}"


def say_actors(names: Sequence[str], program: Program) -> str:
    """Who takes a step, by their phrases."""
    phrases = {actor.name: actor.phrase for actor in program.actors}
    return listed([phrases.get(name, spaced(name)) for name in names])


def declared(name: str, program: Program) -> Fact | Status | None:
    """The fact or status of that name."""
    items: tuple[Fact | Status, ...] = (*program.facts, *program.statuses)
    return next((item for item in items if item.name == name), None)


def reads_of(expr: Named, program: Program) -> Reads | None:
    """The phrase of what an expression names."""
    match expr:
        case FactRef(name) | StatusRef(name):
            item = declared(name, program)
            return None if item is None else item.reads
        case DecisionCall(name):
            return next((item.reads for item in program.decisions if item.name == name), None)
        case FieldOf(operand, field):
            return _field_reads(operand, field, program)
        case Local():
            return None
    assert_never(expr)


def _field_reads(operand: Expr, field: str, program: Program) -> Reads | None:
    for record in program.records:
        if record.type == operand.type and isinstance(operand.type, RecordType):
            return record.phrases[operand.type.index(field)]
    return None


def definition_reads(name: str, program: Program) -> Reads | None:
    """The phrase of a definition."""
    return next((item.reads for item in program.definitions if item.name == name), None)
