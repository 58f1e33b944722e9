"""The files that a result was made from, and whether they are still the same.

Takes readers of files; gives digests of what they gave. The digest is of the very text that was worked on, never of a
second look at the file: a file that changes during a run must not be taken for what the run has seen.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import TypeAlias

from verifier.diagnostics.model import Diagnostic
from verifier.records import dataclass
from verifier.source import SourceFile

Read: TypeAlias = Callable[[str], SourceFile | Diagnostic]
ReadBytes: TypeAlias = Callable[[str], bytes | None]

Input: TypeAlias = tuple[str, str, str]
"""What was read (``text`` of a policy or ``bytes`` of a cited source), the path, and a digest of what was found; or a
``day``, its number, and whether it has ``passed`` or is ``ahead``.
"""


@dataclass(slots=True)
class Reading:
    """Readers that give the same answer however often a path is read, and know what they gave."""

    reader: Read
    bytes_reader: ReadBytes | None
    today: int | None = None
    texts: dict[str, SourceFile | Diagnostic] = field(default_factory=dict)
    contents: dict[str, bytes | None] = field(default_factory=dict)

    def read(self, path: str) -> SourceFile | Diagnostic:
        """The text of a policy, or why it has none."""
        if path not in self.texts:
            self.texts[path] = self.reader(path)
        return self.texts[path]

    def read_bytes(self, path: str) -> bytes | None:
        """The content of a cited source file."""
        if path not in self.contents and self.bytes_reader is not None:
            self.contents[path] = self.bytes_reader(path)
        return self.contents.get(path)

    def inputs(self, texts: Iterable[str], contents: Iterable[str], days: Iterable[int] = ()) -> tuple[Input, ...]:
        """The files as inputs, and the days of which it matters whether they have passed."""
        return (
            *(("text", path, text_digest(self.read(path))) for path in sorted(texts)),
            *(("bytes", path, bytes_digest(self.read_bytes(path))) for path in sorted(contents)),
            *(("day", str(day), self._seen("day", str(day))) for day in sorted(set(days))),
        )

    def still(self, inputs: Iterable[Input]) -> bool:
        """Whether every input is what it was."""
        return all(digest == self._seen(kind, what) for kind, what, digest in inputs)

    def _seen(self, kind: str, what: str) -> str:
        """How an input is now."""
        if kind == "day":
            return "passed" if self.today is not None and int(what) < self.today else "ahead"
        return text_digest(self.read(what)) if kind == "text" else bytes_digest(self.read_bytes(what))


def text_digest(found: SourceFile | Diagnostic) -> str:
    """A digest of a text, or of the reason why there is none."""
    said = f"text\0{found.text}" if isinstance(found, SourceFile) else f"fault\0{found.code}\0{found.message}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def bytes_digest(found: bytes | None) -> str:
    """A digest of a content, or that there is none."""
    return "none" if found is None else hashlib.sha256(found).hexdigest()


def joined(parts: Iterable[Iterable[Input] | None]) -> tuple[Input, ...] | None:
    """The inputs of several results; ``None`` where some are unknown or one file was seen in two states."""
    seen: dict[tuple[str, str], str] = {}
    for part in parts:
        if part is None:
            return None
        for kind, path, digest in part:
            if seen.setdefault((kind, path), digest) != digest:
                return None
    return tuple((kind, path, digest) for (kind, path), digest in sorted(seen.items()))


def as_inputs(found: object) -> tuple[Input, ...] | None:
    """Inputs as JSON gives them back."""
    if not isinstance(found, list):
        return None
    rows = [tuple(row) for row in found if isinstance(row, list)]
    good = len(rows) == len(found) and all(
        len(row) == 3 and all(isinstance(item, str) for item in row) and _is_kind(row[0], row[1]) for row in rows
    )
    return tuple((str(kind), str(path), str(seen)) for kind, path, seen in rows) if good else None


def _is_kind(kind: str, what: str) -> bool:
    return kind in ("text", "bytes") or (kind == "day" and re.fullmatch(r"-?[0-9]{1,12}", what) is not None)


def sources(texts: Mapping[str, SourceFile | Diagnostic]) -> dict[str, SourceFile]:
    """The texts among what was read."""
    return {path: found for path, found in texts.items() if isinstance(found, SourceFile)}
