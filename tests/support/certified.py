"""A policy with a proof of every kind, its certificates, and certificates checked again: what these tests share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from running import files

from verifier import pipeline
from verifier.certificates.check import examine
from verifier.certificates.run import Certified, certify
from verifier.checking.load import load
from verifier.engines.solvers import Solver
from verifier.explain.model import PropertyResult

WITH_CERTIFICATES = pipeline.Options(timeout=60.0, certificates=True)

DEPOSIT = """\
policy deposit "A deposit"

enum home = flat | house

fact rich   : yes/no
fact rooms  : int 1..9
fact signed : date
fact level  : int 0..

status out   : yes/no starts no
status paid  : yes/no starts no
status loans : int 0..
status place : home starts flat

assume in_january : signed >= 2026-01-01 and signed <= 2026-01-31

step move_out
  requires not out
  then out becomes yes

step pay_back
  requires out and not paid
  then paid becomes yes

step settle
  requires loans > 0
  then loans becomes loans - 1

duty refund: pay_back within 60 days of move_out

define rank means rooms + level
define due means move_out has happened and not paid

# what is promised

prove paid_after_out "Nobody is paid before moving out"
  pay_back only after move_out

prove in_time "The deposit is paid within 60 days"
  after move_out, pay_back within 60 days

prove in_february "A month after signing is in February"
  always signed + 1 month rounding down <= 2026-02-28

prove no_house "Nobody lives in a house"
  never place is house

prove fair "More rooms never lower the rank"
  more rooms never lowers rank

prove alike "Nobody is due because of being rich"
  due depends only on loans

prove free "All loans can be settled"
  always possible loans = 0

prove payable "The deposit can be paid"
  possible paid
"""


def proved(text: str, options: pipeline.Options = WITH_CERTIFICATES) -> dict[str, PropertyResult]:
    """The results about a policy, by promise."""
    (policy,) = pipeline.verify(["main.policy"], options, files({"main.policy": text})).policies
    assert policy.properties, [finding.diagnostic.message for finding in policy.findings]
    return {result.name: result for result in policy.properties}


@lru_cache(maxsize=8)
def certificates(text: str = DEPOSIT) -> Mapping[str, str]:
    """The text of each certificate of a policy, by promise."""
    return {name: result.saved.text for name, result in proved(text).items() if result.saved is not None}


def checked(certificate: str | None, policy: str = DEPOSIT, solvers: Sequence[Solver] = ("z3",)) -> Certified:
    """What a check of a certificate against a policy says."""
    (result,) = certify([("some.smt2", certificate)], None, files({"main.policy": policy}), (), solvers)
    return result


def with_record(certificate: str, **changed: object) -> str:
    """The certificate with another record."""
    title, record, rest = certificate.split("\n", 2)
    data = json.loads(record.removeprefix("; record ")) | changed
    return "\n".join([title, "; record " + json.dumps(data), rest])


def record_of(certificate: str) -> dict[str, object]:
    """The record of a certificate."""
    found: dict[str, object] = json.loads(certificate.split("\n")[1].removeprefix("; record "))
    return found


def rewritten(text: str) -> str | None:
    """What would have been written for the proof in a certificate, where the text is something else."""
    program = load("main.policy", files({"main.policy": DEPOSIT})).program
    assert program is not None
    return examine(text, program, ("z3",)).rewritten
