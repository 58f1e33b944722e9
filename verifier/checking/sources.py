"""Whether the texts that a policy cites are still the texts that it was written for.

Takes a checked program and a reader of bytes; gives a diagnostic for each source file that is missing or has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import PurePath

from verifier.core.program import Program, Source
from verifier.diagnostics.model import Collector, Diagnostic, Fix
from verifier.source import Span


def source_drift(program: Program, read_bytes: Callable[[str], bytes | None]) -> tuple[Diagnostic, ...]:
    """Errors for source files that are missing or whose hash differs.

    A path is taken from the folder of the policy file that declares the source. ``read_bytes`` gives ``None`` where
    there is no readable file. A source without ``from`` is not looked at; one without ``sha256`` must only exist.
    """
    collector = Collector()
    for source in program.sources:
        if source.path is not None:
            _examine(source, source.path, read_bytes, collector)
    return tuple(collector.items)


def _examine(source: Source, path: str, read_bytes: Callable[[str], bytes | None], collector: Collector) -> None:
    content = read_bytes(str(PurePath(source.span.source.path).parent / path))
    if content is None:
        message = f"the file `{path}` of the source `{source.name}` cannot be read"
        advice = "put it there, or correct the path, which starts from the folder of this policy"
        collector.error("E0414", message, source.span, help=advice)
        return
    actual = sha256(content).hexdigest()
    if source.sha256 is not None and source.sha256.lower() != actual:
        _drifted(source, source.sha256, actual, collector)


def _drifted(source: Source, declared: str, actual: str, collector: Collector) -> None:
    text = source.span.source.text
    start = text.find(f'"{declared}"', source.span.end)
    place = source.span if start < 0 else Span(source.span.source, start, start + len(declared) + 2)
    collector.error(
        "E0415",
        f"the text of the source `{source.name}` has changed since this policy was written",
        place,
        help="compare the texts, review the clauses that cite it, and then record the new hash",
        fixes=[Fix(place, f'"{actual}"', "record the hash of the present text")],
    )
