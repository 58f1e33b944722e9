"""Whether the texts that a policy cites are still the texts that it was written for.

Takes a checked program and a library of texts; gives a diagnostic for each source file that is missing or has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import PurePath

from verifier.core.program import Program, Source
from verifier.diagnostics.model import Collector, Diagnostic, Fix
from verifier.records import dataclass
from verifier.source import Span


@dataclass(frozen=True, slots=True)
class Library:
    """Where the texts are that policies cite. ``read_bytes`` gives ``None`` where there is no readable file;
    ``folders``: where else a text is looked for that does not stand where its policy says.
    """

    read_bytes: Callable[[str], bytes | None]
    folders: tuple[str, ...] = ()

    def places(self, source: Source) -> tuple[str, ...]:
        """The paths at which the text of a source may stand, in their order: from the folder of the policy file that
        declares it, then from the other folders. A path that could leave these is not looked for in them.
        """
        if source.path is None:
            return ()
        path = PurePath(source.path)
        folders = () if path.is_absolute() or ".." in path.parts else self.folders
        beside = str(PurePath(source.span.source.path).parent)
        return tuple(dict.fromkeys(str(PurePath(folder) / path) for folder in (beside, *folders)))

    def content(self, source: Source) -> bytes | None:
        """The first readable file among the places of a source."""
        found = (self.read_bytes(place) for place in self.places(source))
        return next((content for content in found if content is not None), None)


def source_drift(program: Program, library: Library) -> tuple[Diagnostic, ...]:
    """Errors for source files that are missing or whose hash differs.

    A source without ``from`` is not looked at; one without ``sha256`` must only exist.
    """
    collector = Collector()
    for source in program.sources:
        if source.path is not None:
            _examine(source, source.path, library, collector)
    return tuple(collector.items)


def _examine(source: Source, path: str, library: Library, collector: Collector) -> None:
    content = library.content(source)
    if content is None:
        message = f"the file `{path}` of the source `{source.name}` cannot be read"
        places = " and ".join(f"`{place}`" for place in library.places(source))
        advice = f"it was looked for at {places}; put it there, or name the folder in which it is with `--sources`"
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
