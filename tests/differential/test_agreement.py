"""1,000 random systems (nightly 20,000): enumeration, bounded search, miner, Spacer and solvers agree."""

from __future__ import annotations

import os

import pytest
from agreement import compared_all

BATCHES = 400 if os.environ.get("CLAUSEPROOF_DEPTH") == "nightly" else 20
SYSTEMS = 50


@pytest.mark.parametrize("batch", range(BATCHES))
def test_everyone_agrees(batch: int) -> None:
    found = compared_all(range(batch * SYSTEMS, (batch + 1) * SYSTEMS))
    print(dict(sorted(found.counts.items())))  # noqa: T201  (shown by pytest -s)
    assert found.disagreements == []
    assert found.counts["proofs"] > 0
    assert found.counts["counterexamples"] > 0
    assert found.counts["unknown"] <= found.counts["goals"] // 10
