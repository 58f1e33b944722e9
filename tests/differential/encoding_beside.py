"""An encoding beside its interpreter: what both are asked, and where they disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from mirror import Assignment, Filler, Mirror, constant_name, remembered, say

from verifier.core.expressions import Expr, Local, subexpressions
from verifier.core.program import (
    Decision,
    Program,
)
from verifier.core.types import Type, Value
from verifier.properties.claims import prepare
from verifier.properties.goals import Claim
from verifier.semantics.errors import EvaluationError
from verifier.semantics.sample import pool, sample_value
from verifier.semantics.terms import written
from verifier.symbolic import values
from verifier.symbolic.concrete import evaluate
from verifier.symbolic.encoding import Encoding, encode
from verifier.symbolic.evaluator import Outcome, Result
from verifier.symbolic.opening import errs_at_the_start
from verifier.symbolic.system import WAIT, System, cone
from verifier.symbolic.terms import Term
from verifier.symbolic.transitions import build

LONGEST_WAIT = 40
ERRS = "errs"
"""What both sides say where there is no value."""


@dataclass
class Asked:
    """A decision asked about for some arguments, before the system was built."""

    decision: Decision
    arguments: tuple[Value, ...]
    outcome: Outcome


@dataclass
class Check:
    """The work on one policy. ``tally`` counts what was compared."""

    program: Program
    random: Random
    faults: list[str] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.pool = pool(self.program)
        self.encoding = encode(self.program)
        finishers = {promise.name: prepare(self.encoding, promise) for promise in self.program.promises}
        self.asked = [self._ask(decision) for decision in self.program.decisions for _ in range(2)]
        self.system = build(self.encoding)
        self.claims: dict[str, Claim] = {
            name: finish(self.system) for name, finish in finishers.items() if finish is not None
        }
        self.mirror = Mirror(self.program, self.encoding, self.system, Filler(self.random, self.pool))
        self.errs = errs_at_the_start(self.encoding)
        self.jumping = jumping(self.system, self.encoding.today)
        self.closed = list(self._closed_expressions())

    def _ask(self, decision: Decision) -> Asked:
        arguments = tuple(sample_value(self.random, self.pool, param.type) for param in decision.params)
        pairs = zip(arguments, decision.params, strict=True)
        symbolic = tuple(values.constant(self.encoding.terms, value, param.type) for value, param in pairs)
        return Asked(decision, arguments, self.encoding.evaluator.outcome(decision, symbolic))

    def _closed_expressions(self) -> Iterator[Expr]:
        """Expressions of steps, duties and promises that are evaluated without bound variables."""
        outer = [expr for expr, params in written(self.program) if not params]
        for expr in outer:
            yield from (part for part in subexpressions(expr) if not _is_open(part))

    def agree(self, what: str, expected: object, found: object) -> None:
        """Compare the interpreter's answer with the encoding's."""
        self.tally[what.split(":", maxsplit=1)[0]] += 1
        if expected != found:
            self.faults.append(f"{what}: the interpreter says {expected!r}, the encoding {found!r}")


def jumping(system: System, today: Term) -> System | None:
    """The largest slice in which many days may pass at once; ``None`` where waiting must always go day by day.

    The whole system must go day by day as soon as one variable asks for it, but slices without that variable do not.
    """

    def jumps(*kept: Term) -> bool:
        return all(transition.inputs for transition in cone(system, kept).transitions if transition.name == WAIT)

    if not jumps(today):
        return None
    return cone(system, [variable.term for variable in system.variables if jumps(variable.term)])


def _is_open(expr: Expr) -> bool:
    return any(isinstance(part, Local) for part in subexpressions(expr))


def meant(question: Callable[[], Any]) -> Any:
    """What the interpreter says, or that it errs."""
    try:
        return question()
    except EvaluationError:
        return ERRS


def encoded(result: Result, type_: Type, state: Assignment, memo: Assignment) -> Any:
    """What the encoding says of a result, or that it errs."""
    return ERRS if evaluate(result.error, state, memo) else say(result.value, type_, state, memo)


def constants_of(check: Check, chosen: Mapping[str, tuple[Value, ...]]) -> dict[str, Value]:
    """A value for every constant: for promises those ``chosen`` (by promise), else anything."""
    return constants_of_program(check.program, check.encoding, check.mirror.filler, chosen)


def constants_of_program(
    program: Program, encoding: Encoding, filler: Filler, chosen: Mapping[str, tuple[Value, ...]]
) -> dict[str, Value]:
    """The same without a ``Check``."""
    found: dict[str, Value] = {}
    for promise in program.promises:
        for index, binder in enumerate(remembered(program, promise)):
            name = constant_name(promise, binder.name)
            if name in encoding.evaluator.state.facts:
                given = promise.name in chosen
                found[name] = chosen[promise.name][index] if given else filler.any(binder.type)
    return found
