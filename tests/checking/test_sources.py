"""Cited texts: whether the file is there, and whether it is the one that the policy was written for."""

from __future__ import annotations

from hashlib import sha256
from pathlib import PurePath

from checking_cases import check_files

from verifier.checking.sources import Library, source_drift
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
    assert source_drift(policy(f'from "act.txt" sha256 "{HASH.upper()}"'), Library(files.get)) == ()
    assert source_drift(policy('from "act.txt"'), Library(files.get)) == ()
    assert source_drift(policy(""), Library(files.get)) == ()


def test_a_missing_text_is_an_error() -> None:
    [found] = source_drift(policy('from "act.txt"'), Library({"act.txt": TEXT}.get))
    assert found.code == "E0414"
    assert (found.help or "").startswith("it was looked for at `law/act.txt`;")


def test_a_text_that_is_not_beside_its_policy_is_looked_for_in_the_other_folders_in_their_order() -> None:
    cited = policy(f'from "acts/act.txt" sha256 "{HASH}"')
    folders = ("one", "two")
    assert source_drift(cited, Library({"two/acts/act.txt": TEXT}.get, folders)) == ()
    assert source_drift(cited, Library({"law/acts/act.txt": TEXT, "one/acts/act.txt": b"other"}.get, folders)) == ()
    [found] = source_drift(cited, Library({"one/acts/act.txt": b"", "two/acts/act.txt": TEXT}.get, folders))
    assert found.code == "E0415"  # an empty file is a file
    [found] = source_drift(cited, Library({"three/acts/act.txt": TEXT}.get, folders))
    assert found.code == "E0414"
    assert "`law/acts/act.txt` and `one/acts/act.txt` and `two/acts/act.txt`" in (found.help or "")


def test_a_path_that_could_leave_its_folder_is_looked_for_beside_the_policy_alone() -> None:
    for path in ("../act.txt", "/act.txt", "acts/../../act.txt"):
        library = Library({}.get, ("one",))
        [source] = policy(f'from "{path}"').sources
        assert library.places(source) == (str(PurePath("law") / path),)


def test_a_changed_text_is_an_error_with_the_new_hash() -> None:
    [found] = source_drift(policy('from "act.txt" sha256 "00"'), Library({"law/act.txt": TEXT}.get))
    assert found.code == "E0415"
    [fix] = found.fixes
    assert fix.span.text == '"00"'
    assert fix.replacement == f'"{HASH}"'
