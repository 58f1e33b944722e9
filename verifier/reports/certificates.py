"""Checked certificates as text and as JSON. Renders, never decides."""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import MappingProxyType

from verifier.certificates.run import Certified
from verifier.reports.style import Paint, Style

SCHEMA_VERSION = "1.0"

_SIGNS: MappingProxyType[str, tuple[str, Paint]] = MappingProxyType(
    {"accepted": ("✓", "good"), "rejected": ("✗", "bad"), "unknown": ("?", "doubt")}
)


def render_certified(results: Sequence[Certified], style: Style) -> str:
    """A line or more for each certificate, and a sum."""
    lines = [line for result in results for line in _lines(result, style)]
    counts = [(word, sum(result.outcome == word for result in results)) for word in _SIGNS]
    said = ", ".join(f"{number} {word}" for word, number in counts if number)
    return style.signs("\n".join([*lines, "", said]) + "\n")


def _lines(result: Certified, style: Style) -> list[str]:
    sign, paint = _SIGNS[result.outcome]
    name = result.file if result.record is None else f"{result.record.policy}: {result.record.promise}"
    lines = [f"{style.paint(f'{sign} {result.outcome}', paint)}  {name}"]
    if result.record is not None:
        lines.append(f"  {result.file}")
    if result.outcome == "accepted":
        lines += [f"  {result.title}"] if result.title else []
        solvers = [name for name, _ in result.seconds]
        lines.append(f"  holds in every case and every run: checked by {' and '.join(solvers)}")
        if result.supposes:
            duties = ", ".join(f"`{name}`" for name in result.supposes)
            lines.append(f"  supposing that no day passes on which one of these duties would be broken: {duties}")
    if result.reason is not None:
        lines.append(f"  {result.reason}")
    return lines


def render_certified_json(results: Sequence[Certified]) -> str:
    """The same as a JSON record."""
    record = {
        "schema_version": SCHEMA_VERSION,
        "certificates": [_record(result) for result in results],
        "summary": {word: sum(result.outcome == word for result in results) for word in _SIGNS},
    }
    return json.dumps(record, indent=2) + "\n"


def _record(result: Certified) -> dict[str, object]:
    about = result.record
    return {
        "file": result.file,
        "policy": None if about is None else about.policy,
        "promise": None if about is None else about.promise,
        "outcome": result.outcome,
        "reason": result.reason,
        "supposes": list(result.supposes),
        "seconds": {solver: round(seconds, 3) for solver, seconds in result.seconds},
    }
