"""A small policy of which every kind of issue is known, with the lines where a report must place them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import specimens as s
from running import DEFAULT, files

from verifier import pipeline
from verifier.explain.model import Finding, RunResult
from verifier.reports.style import View

PATH = "policies/lending.policy"
AWKWARD = "100% | <b>never</b> `é` @nobody #12 ::error::x, [a](b) *lost*"
POLICY = f"""\
policy lending "Lending {AWKWARD}"
source manual "The manual"
fact minor : yes/no  reads "the reader is a minor" / "the reader is an adult"
status lent : yes/no  starts no  reads "the book is lent" / "the book is on the shelf"
status lost : yes/no  starts no  reads "the book is lost" / "the book is not lost"
step lend  reads "the book is lent out" / "the book has been lent out"
  requires not lent
  then lent becomes yes
step lose  reads "the book gets lost" / "the book has been lost"
  requires lent
  then lost becomes yes
decide fee : money
  rule child gives $0 if minor and lent
decide fine : money
  rule child gives $0 if minor
waive F0101 on fine because "fines are {AWKWARD}"
prove lendable "A book can be lent"
  possible lent
prove never_lost "No book: {AWKWARD}"   [manual 4.1]
  never lost
scenario one "A book, lent"
  when lend
  expect not lent
"""
LINES = {"gap": 12, "waived": 14, "promise": 19, "scenario": 23, "lend": 6, "lose": 9}

VIEW = View(folder="/repository/law", root="/repository")
"""A run in a folder of a repository."""
SHOWN = f"law/{PATH}"


@cache
def verified(text: str = POLICY) -> RunResult:
    """The run over a policy."""
    return pipeline.verify([PATH], DEFAULT, files({PATH: text}))


def broken() -> RunResult:
    """A run over a policy whose text is in error."""
    return pipeline.check([PATH], DEFAULT, files({PATH: "policy lending\nprove a\n  never nothing_known\n"}))


EVERYTHING = s.run(
    s.PROVED,
    s.VIOLATED,
    replace(s.UNKNOWN, name="open"),
    s.POSSIBLE,
    replace(s.PROVED, name="empty", vacuous=True),
    scenarios=[s.PASSED, s.FAILED, replace(s.PASSED, name="undecided", verdict="unknown", reason="gave up")],
    findings=[Finding(s.WARNING, s.STORY), Finding(replace(s.ERROR, span=None)), Finding(s.WARNING, waived="it may")],
    internal_errors=["a counterexample\ndid not replay"],
)
EMPTY = RunResult((), "0.1.0", "1", "")
CASES = {"all": EVERYTHING, "empty": EMPTY, "no issues": s.run(s.PROVED), "errors": broken()}
