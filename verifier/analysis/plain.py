"""What makes a case and its run unremarkable, as wishes that ``engines.plainer`` grants as far as it can.

Takes an encoding; gives terms: yes/no ones that should be true, and integer ones that should be small, in order of
importance.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.core.dates import ORDINARY_DAY
from verifier.core.types import Type
from verifier.symbolic import values
from verifier.symbolic.encoding import Encoding
from verifier.symbolic.remarkable import distance, remarkable
from verifier.symbolic.system import days_input
from verifier.symbolic.terms import INT, Term
from verifier.symbolic.values import SymbolicValue


def plain_wishes(encoding: Encoding) -> Iterator[Term]:
    """How a case should start: on an ordinary day, with each fact, reading and open status at its plainest value;
    where that cannot be, as near to it as possible.
    """
    yield from _plain_kind(encoding)
    yield from _plain_amounts(encoding)


def plain_runs(encoding: Encoding) -> Iterator[Term]:
    """How a case should start and go on: few days pass, and what is chosen at each step is as plain as possible too.

    That few days pass comes before the dates and amounts of the case: an adult was born long ago, rather than that a
    child of today grows up in the story.
    """
    yield from _plain_kind(encoding)
    yield days_input(encoding.terms).variable
    yield from _plain_amounts(encoding)
    for step in encoding.program.steps:
        for value, param in zip(encoding.parameters[step.name], step.params, strict=True):
            yield remarkable(encoding.terms, value, param.type)


def _plain_kind(encoding: Encoding) -> Iterator[Term]:
    """The day, and what is one of few values."""
    terms = encoding.terms
    ordinary = terms.integer(ORDINARY_DAY)
    yield terms.eq(encoding.today, ordinary)
    yield from (_is_plainest(encoding, value, type_) for value, type_ in _inputs(encoding) if not _is_amount(value))
    yield distance(terms, encoding.today, ordinary)


def _plain_amounts(encoding: Encoding) -> Iterator[Term]:
    amounts = [(value, type_) for value, type_ in _inputs(encoding) if _is_amount(value)]
    yield from (_is_plainest(encoding, value, type_) for value, type_ in amounts)
    yield from (remarkable(encoding.terms, value, type_) for value, type_ in amounts)


def _is_plainest(encoding: Encoding, value: SymbolicValue, type_: Type) -> Term:
    return values.equal(encoding.terms, value, values.plainest(encoding.terms, type_))


def _inputs(encoding: Encoding) -> Iterator[tuple[SymbolicValue, Type]]:
    """What is given with a case, in order of declaration."""
    state, program = encoding.evaluator.state, encoding.program
    yield from ((state.facts[fact.name], fact.type) for fact in program.facts)
    yield from ((state.readings[reading.name], reading.type) for reading in program.readings)
    yield from ((state.statuses[s.name], s.type) for s in program.statuses if s.starts is None)


def _is_amount(value: SymbolicValue) -> bool:
    """Whether a value can be more or less plain: a number, date or entity, or what may hold several values."""
    return not isinstance(value, values.Scalar) or value.term.sort == INT
