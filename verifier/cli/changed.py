"""``--changed-since``: which policies a change can affect.

Takes the policies of a run and a revision; gives those to verify, and what is skipped. A result is made from the files
that were looked at (the policy, what it uses in whatever folder, the sources that it cites), the configuration, and
whether waivers have expired: where all these are as they were, so is the result, for the same program and options.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from verifier.cli.files import SUFFIX
from verifier.cli.revisions import Changes, changes_since
from verifier.explain.model import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verifier.cache.inputs import Reading
    from verifier.checking.load import ParseCache
    from verifier.cli.work import Request

_CONFIGURATIONS: Final = ("clauseproof.toml", "pyproject.toml")


def affected(
    request: Request, paths: Sequence[str], wanted: Sequence[str], reading: Reading
) -> tuple[tuple[str, ...], Scope]:
    """The policies among ``paths`` that may not be as they were in a revision, and what is left out; ``wanted`` are the
    files and folders that the user has named.

    Raises:
        UsageFault: what has changed cannot be known.
    """
    from verifier.checking.load import ParseCache

    changes = changes_since(request.changed_since)
    cache = ParseCache()
    everything = any(not changes.is_unchanged(path) for path in _configurations(request.configuration))
    kept = tuple(path for path in paths if everything or _may_differ(path, request, changes, reading, cache))
    skipped = tuple(path for path in paths if path not in kept)
    return kept, Scope(request.changed_since, changes.commit, skipped, tuple(_deleted(changes, wanted)))


def _may_differ(path: str, request: Request, changes: Changes, reading: Reading, cache: ParseCache) -> bool:
    """Whether something that the result about a policy is made from may have changed."""
    from verifier.analysis.waiving import is_over
    from verifier.checking.load import ParseCache, load
    from verifier.checking.sources import Library, source_drift

    own = ParseCache(cache.parsed)
    program = load(path, reading.read, request.search_path, own).program
    files = set(own.asked)
    if program is not None:

        def cited(place: str) -> bytes | None:
            files.add(place)
            return reading.read_bytes(place)

        source_drift(program, Library(cited, request.sources))
        if any(is_over(waiver, reading.today) for waiver in program.waivers):
            return True  # it may have been valid when the revision was verified
    return not all(changes.is_unchanged(file) for file in files)


def _configurations(used: str) -> Iterator[str]:
    """Where a configuration is, was, or may stand: it has a say in every result."""
    if used:
        yield used
    folder = os.getcwd()
    while True:
        yield from (os.path.join(folder, name) for name in _CONFIGURATIONS)
        if os.path.exists(os.path.join(folder, ".git")) or os.path.dirname(folder) == folder:
            return
        folder = os.path.dirname(folder)


def _deleted(changes: Changes, wanted: Sequence[str]) -> Iterator[str]:
    """The policies that are no more, of those that would have been verified."""
    folders = [os.path.realpath(path) for path in wanted]
    for path in changes.deleted():
        whole = os.path.abspath(path)
        hidden = any(part.startswith(".") and part != os.pardir for part in path.split(os.sep)[:-1])
        if (
            path.endswith(SUFFIX)
            and not hidden
            and any(whole.startswith(os.path.join(folder, "")) for folder in folders)
        ):
            yield path
