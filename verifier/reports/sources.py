"""The texts that results are about, and the digests by which they are known again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from hashlib import sha256

from verifier.core.program import Declared, Program
from verifier.explain.model import PolicyResult, RunResult
from verifier.source import SourceFile

QUESTION = "question"
"""The name of a promise that stands in no file, and of its text (``pipeline.ask``)."""


def sources_of(policy: PolicyResult) -> tuple[SourceFile, ...]:
    """The files of a policy and of what it uses, each once."""
    found = [] if policy.program is None else [policy.program.source, *_declaring(policy.program)]
    for finding in policy.findings:
        told = finding.diagnostic
        spans = (told.span, *(label.span for label in told.labels), *(fix.span for fix in told.fixes))
        found += [span.source for span in spans if span is not None]
    files = {source.path: source for source in found if source.path != QUESTION or policy.path == QUESTION}
    return tuple(files.values())


def _declaring(program: Program) -> Iterator[SourceFile]:
    for field in fields(program):
        items = getattr(program, field.name)
        if isinstance(items, tuple):
            yield from (item.span.source for item in items if isinstance(item, Declared))


def file_digests(run: RunResult) -> dict[str, str]:
    """The SHA-256 of each text of a run, in UTF-8 and with Unix line ends, by its path."""
    sources = {source.path: source.text for policy in run.policies for source in sources_of(policy)}
    return {path: sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for path, text in sorted(sources.items())}
