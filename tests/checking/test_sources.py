"""Cited texts: whether the file is there, and whether it is the one that the policy was written for."""

from __future__ import annotations

from hashlib import sha256

from checking_cases import check_files

from verifier.checking.sources import source_drift
from verifier.core.program import Program

TEXT = b"Section 1."
HASH = sha256(TEXT).hexdigest()


def policy(tail: str) -> Program:
    path = "law/main.policy"
    checked = check_files({path: f'policy main\nsource act "Act" {tail}\nfact a : yes/no'}, path)
    assert checked.program is not None
    return checked.program


def test_a_text_that_is_unchanged_is_fine() -> None:
    files = {"law/act.txt": TEXT}
    assert source_drift(policy(f'from "act.txt" sha256 "{HASH.upper()}"'), files.get) == ()
    assert source_drift(policy('from "act.txt"'), files.get) == ()
    assert source_drift(policy(""), files.get) == ()


def test_a_missing_text_is_an_error() -> None:
    [found] = source_drift(policy('from "act.txt"'), {"act.txt": TEXT}.get)
    assert found.code == "E0414"


def test_a_changed_text_is_an_error_with_the_new_hash() -> None:
    [found] = source_drift(policy('from "act.txt" sha256 "00"'), {"law/act.txt": TEXT}.get)
    assert found.code == "E0415"
    [fix] = found.fixes
    assert fix.span.text == '"00"'
    assert fix.replacement == f'"{HASH}"'
