"""Finished reports, kept so that a run over unchanged policies loads neither parser nor solver.

Takes what was asked, how it is shown, and the files that the run has read; gives the texts and the exit code. Imports
nothing heavy: this is what a second run costs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from verifier.cache.inputs import Input, Reading, as_inputs
from verifier.cache.store import Store, digest
from verifier.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Report:
    """What a run printed and wrote, in the order asked, and its exit code."""

    texts: tuple[str, ...]
    code: int


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports in a store. ``tool``: what identifies this program (see ``fingerprint``)."""

    store: Store
    tool: str

    def recall(self, asked: str, reading: Reading) -> Report | None:
        """The report on the same question, if there is one and all its files are as they were."""
        content = self.store.get(self._name(asked))
        if content is None:
            return None
        try:
            record = json.loads(content)
            inputs, texts, code = as_inputs(record["inputs"]), record["texts"], record["code"]
        except (ValueError, LookupError, TypeError):
            return None
        if inputs is None or not isinstance(texts, list) or type(code) is not int or not reading.still(inputs):
            return None
        return Report(tuple(str(text) for text in texts), code)

    def keep(self, asked: str, report: Report, inputs: Sequence[Input]) -> None:
        """Keep a report, with the files that it was made from."""
        record = {"inputs": list(inputs), "texts": report.texts, "code": report.code}
        self.store.put(self._name(asked), json.dumps(record, separators=(",", ":")).encode())

    def _name(self, asked: str) -> str:
        return digest("report", self.tool, asked)
