"""What a solver says when it gives up, in words that a reader of the report understands."""

from __future__ import annotations

import pytest
from running import verified

from verifier import pipeline
from verifier.engines.answers import in_words
from verifier.explain.model import OUT_OF_BUDGET, TOO_HARD

HARD = """\
policy hard
fact a : int 0..
fact b : int 0..
fact c : int 0..
status n : int starts 0
step add
  then n becomes n * a + b * c + 1
prove never_there
  never n * n * n is a * b * c + 7
prove alike
  n depends only on a, b
"""


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("b'canceled'", "stopped"),
        ("canceled", "stopped"),
        ("timeout", "stopped"),
        ("b'max. resource limit exceeded'", OUT_OF_BUDGET),
        ("smt tactic failed to show goal to be sat/unsat (incomplete (theory arithmetic))", TOO_HARD),
        ("unknown", TOO_HARD),
        ("another one", "another one"),
    ],
)
def test_reasons_in_words(said: str, words: str) -> None:
    assert in_words(said, "stopped") == words


def test_no_reason_is_in_the_words_of_a_solver() -> None:
    result = verified(HARD, pipeline.Options(budget=1000, timeout=60.0))
    reasons = {item.name: item.reason or "" for item in result.properties}
    assert OUT_OF_BUDGET in reasons["never_there"]
    for reason in reasons.values():
        assert not any(raw in reason for raw in ("canceled", "b'", "resource limit", "-1 steps")), reason
    assert all(item.bound is None or item.bound >= 0 for item in result.properties)
