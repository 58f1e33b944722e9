"""The error of an evaluation: where a policy gives no answer.

An ``EvaluationError`` travels as an exception inside the interpreter; ``run`` hands it out as a value (``Erred``).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from verifier.core.program import Rule
from verifier.core.types import Value
from verifier.source import Span

ErrorKind: TypeAlias = Literal["gap", "conflict", "absent", "range", "argument_range", "no_date"]


class EvaluationError(Exception):
    """An expression has no value.

    ``kind``: ``gap`` and ``conflict`` of a decision; ``absent``: the value of something that is ``none``; ``range``:
    a value outside a declared range; ``argument_range``: an argument of a decision outside its parameter's range;
    ``no_date``: the date of a step that has not happened. ``name`` is the decision, fact, status, effect or step
    concerned, if it has a name. Of a gap or a conflict: the ``arguments`` of the decision, and the ``answers`` of the
    rules that apply.
    """

    def __init__(
        self,
        kind: ErrorKind,
        name: str,
        message: str,
        span: Span | None,
        arguments: tuple[Value, ...] = (),
        answers: tuple[tuple[Rule, Value], ...] = (),
    ) -> None:
        super().__init__(message)
        self.arguments = arguments
        self.answers = answers
        self.kind: ErrorKind = kind
        self.name = name
        self.message = message
        self.span = span

    def __repr__(self) -> str:
        return f"EvaluationError({self.kind!r}, {self.name!r}, {self.message!r})"
