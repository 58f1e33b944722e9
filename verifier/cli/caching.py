"""The cache as the command line uses it: where it is, whether it is wanted, and what a run finds in it.

Takes a request; gives the report of an earlier run, or keeps that of this one. A cache that cannot be used is no cache:
nothing is said about it and nothing fails.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from verifier.cli.formats import makers
from verifier.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.cache.inputs import Reading
    from verifier.cache.reports import Report
    from verifier.cache.results import Results
    from verifier.cache.store import Store
    from verifier.cli.work import Request
    from verifier.explain.model import RunResult
    from verifier.reports.style import View

CACHING = ("verify", "test", "ask")
_NOT_ASKED = ("timeout", "jobs", "color", "outputs", "paths", "cache", "cache_dir")
"""What does not change a report, or is part of its name in another form."""


@dataclass(frozen=True, slots=True)
class Cache:
    """A usable cache; ``tool`` identifies this program."""

    store: Store
    tool: str

    def results(self) -> Results:
        """The results of single policies."""
        from verifier.cache.results import Results

        return Results(self.store, self.tool)

    def recall(self, asked: str, reading: Reading) -> Report | None:
        """The report of an earlier run."""
        from verifier.cache.reports import Reports

        return Reports(self.store, self.tool).recall(asked, reading)

    def keep(self, asked: str, run: RunResult, report: Report) -> None:
        """Keep the report of a run where each of its results would be found again; ``report`` is as it will be shown
        then.
        """
        from verifier.cache.inputs import joined
        from verifier.cache.reports import Reports

        inputs = joined(None if policy.origin is None else policy.origin.inputs for policy in run.policies)
        if inputs is not None and not run.internal_errors:
            Reports(self.store, self.tool).keep(asked, report, inputs)
            self.store.trim()


def open_cache(request: Request) -> Cache | None:
    """The cache for a request, or ``None`` where it is not wanted or cannot be used."""
    if request.command not in CACHING or not request.cache:
        return None
    from verifier.cache.opened import usable_store

    found = usable_store(request.cache_dir)
    return None if found is None else Cache(*found)


def question(request: Request, paths: Sequence[str], shown: Sequence[tuple[str, View]]) -> str:
    """All that a report depends on but for the content of files."""
    options = {name: value for name, value in asdict(request).items() if name not in _NOT_ASKED}
    made_by = makers(form for form, _ in shown)
    return json.dumps([options, list(paths), [(form, asdict(view)) for form, view in shown], made_by])


def as_found_again(run: RunResult) -> RunResult:
    """The run as a later one will find it."""
    policies = tuple(
        policy if policy.origin is None else replace(policy, origin=replace(policy.origin, cached=True))
        for policy in run.policies
    )
    return replace(run, policies=policies)
