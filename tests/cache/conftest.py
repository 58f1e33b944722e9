"""A memory of results for one test."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.cache.results import Results
from verifier.cache.store import open_store


@pytest.fixture
def memory(tmp_path: Path) -> Results:
    store = open_store(tmp_path / "cache")
    assert store is not None
    return Results(store, "this tool")
