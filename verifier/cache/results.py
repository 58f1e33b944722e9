"""Results of whole policies, kept for later runs.

Takes the result of a policy with the files that it was made from; gives it back where this program, the options that
matter and every file are the same. Keeps nothing that the wall clock had a part in, and no fault of ours (the pipeline
sees to both).
"""

from __future__ import annotations

import json
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from verifier.cache import codec
from verifier.cache.inputs import Reading, as_inputs, sources, text_digest
from verifier.cache.opened import usable_store
from verifier.cache.store import Store, digest
from verifier.core import expressions, forms, history_terms, program, types
from verifier.diagnostics import model as diagnostics
from verifier.explain import model
from verifier.explain.model import Origin, PolicyResult
from verifier.records import dataclass
from verifier.source import Span

if TYPE_CHECKING:
    from types import ModuleType


def _classes(*modules: ModuleType) -> list[type]:
    """The dataclasses and enumerations that modules define."""
    found = {
        item: None
        for module in modules
        for item in vars(module).values()
        if isinstance(item, type)
        and item.__module__ == module.__name__
        and (hasattr(item, "__dataclass_fields__") or issubclass(item, Enum))
    }
    return list(found)


REGISTRY = codec.registry(
    Span,
    *(item for item in _classes(expressions, forms, history_terms, program, types, model)),
    *(item for item in _classes(diagnostics) if item is not diagnostics.Collector),
)
"""Everything that a ``PolicyResult`` may hold."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """The proofs of single goals in a store, for ``engines.memory``, which believes none without a check."""

    store: Store
    tool: str

    def get(self, name: str) -> str | None:
        """What was kept under a name."""
        found = self.store.get(digest("proof", self.tool, name))
        return None if found is None else found.decode("utf-8", "replace")

    def put(self, name: str, text: str) -> None:
        """Keep a text."""
        self.store.put(digest("proof", self.tool, name), text.encode())


@dataclass(frozen=True, slots=True)
class Results:
    """The results in a store. ``tool``: what identifies this program (see ``fingerprint``)."""

    store: Store
    tool: str

    def recall(self, path: str, asked: str, reading: Reading) -> PolicyResult | None:
        """The result about a policy for these options, if there is one and all its files are as they were."""
        content = self.store.get(self._name(path, asked, reading))
        if content is None:
            return None
        try:
            record = json.loads(content)
            inputs = as_inputs(record["inputs"])
            if inputs is None or not reading.still(inputs):
                return None
            result = codec.read(record["result"], REGISTRY, sources(reading.texts))
            solver = record["solver"]
        except (codec.Unreadable, ValueError, LookupError, TypeError):
            return None
        if not isinstance(result, PolicyResult) or result.path != path or not isinstance(solver, str):
            return None
        return replace(result, origin=Origin(inputs, solver, cached=True))

    def keep(self, result: PolicyResult, asked: str, reading: Reading) -> None:
        """Keep a result whose origin is known; one that cannot be written is not kept."""
        if result.origin is None:
            return
        try:
            written = codec.write(replace(result, origin=None), REGISTRY, sources(reading.texts))
        except codec.NotWritable:
            return
        record = {"inputs": result.origin.inputs, "solver": result.origin.solver, "result": written}
        content = json.dumps(record, separators=(",", ":")).encode()
        self.store.put(self._name(result.path, asked, reading), content)

    def proofs(self) -> Proofs:
        """The proofs of single goals."""
        return Proofs(self.store, self.tool)

    def _name(self, path: str, asked: str, reading: Reading) -> str:
        return digest("policy", self.tool, asked, path, text_digest(reading.read(path)))


def usable_results(asked: str = "") -> Results | None:
    """The results in the cache of this user; ``None`` where there is to be no cache or it cannot be used."""
    found = usable_store(asked)
    return None if found is None else Results(*found)
