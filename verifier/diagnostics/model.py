"""Diagnostics as values: what is wrong, where, and what to do.

INVARIANT: a message has no line breaks, puts the user's words in backticks and names no implementation detail.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from enum import Enum

from verifier.records import dataclass
from verifier.source import Span


class Severity(Enum):
    """How much a diagnostic matters; only errors stop the work."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Label:
    """A secondary place that explains the primary one."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A machine-applicable edit: replace the spanned text by another."""

    span: Span
    replacement: str
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about a policy text; ``code`` is stable and has a page (``clauseproof rules CODE``)."""

    code: str
    severity: Severity
    message: str
    span: Span | None
    labels: tuple[Label, ...] = ()
    help: str | None = None
    fixes: tuple[Fix, ...] = ()


@dataclass(slots=True)
class Collector:
    """Accumulates diagnostics while a pass goes on after an error."""

    items: list[Diagnostic] = field(default_factory=list)

    def error(
        self,
        code: str,
        message: str,
        span: Span | None,
        *,
        help: str | None = None,
        labels: Iterable[Label] = (),
        fixes: Iterable[Fix] = (),
    ) -> None:
        """Record an error."""
        self.items.append(Diagnostic(code, Severity.ERROR, message, span, tuple(labels), help, tuple(fixes)))

    def warning(
        self,
        code: str,
        message: str,
        span: Span | None,
        *,
        help: str | None = None,
        labels: Iterable[Label] = (),
        fixes: Iterable[Fix] = (),
    ) -> None:
        """Record a warning."""
        self.items.append(Diagnostic(code, Severity.WARNING, message, span, tuple(labels), help, tuple(fixes)))

    @property
    def has_errors(self) -> bool:
        """Whether any recorded diagnostic is an error."""
        return any(item.severity is Severity.ERROR for item in self.items)
