"""Which files a path means, and how a file becomes a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.cli.files import UsageFault, find_policies, read_policy
from verifier.diagnostics.model import Diagnostic
from verifier.source import SourceFile


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("b.policy", "a.policy", "sub/c.policy", "notes.txt", ".hidden/d.policy"):
        path = tmp_path / "all" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"policy {path.stem}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_a_folder_means_all_its_policies_in_order() -> None:
    assert find_policies(["all"]) == ("all/a.policy", "all/b.policy", "all/sub/c.policy")


@pytest.mark.usefixtures("folder")
def test_a_file_means_itself_whatever_its_name() -> None:
    assert find_policies(["all/notes.txt"]) == ("all/notes.txt",)


@pytest.mark.usefixtures("folder")
def test_each_file_is_taken_once_under_its_first_name() -> None:
    assert find_policies(["./all/b.policy", "all"]) == ("./all/b.policy", "all/a.policy", "all/sub/c.policy")


def test_what_is_not_there(folder: Path) -> None:
    with pytest.raises(UsageFault, match=r"`all/sub/d\.policy` does not exist; did you mean `all/sub/c\.policy`\?"):
        find_policies(["all/sub/d.policy"])
    (folder / "bare").mkdir()
    with pytest.raises(UsageFault, match="holds no policy"):
        find_policies(["bare"])


def test_marks_and_line_ends_of_other_systems_are_taken_in(tmp_path: Path) -> None:
    path = tmp_path / "a.policy"
    path.write_bytes(b"\xef\xbb\xbfpolicy a\r\nstatus s\rend\n")
    text = read_policy(str(path))
    assert isinstance(text, SourceFile)
    assert text.text == "policy a\nstatus s\nend\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\xff", "is not UTF-8 text (byte 1 "), (b"a\0b", "zero bytes")],
    ids=["encoding", "binary"],
)
def test_what_is_no_text_is_a_diagnostic(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.policy"
    path.write_bytes(content)
    fault = read_policy(str(path))
    assert isinstance(fault, Diagnostic)
    assert message in fault.message
    assert fault.help


def test_a_folder_and_a_missing_file_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.policy"):
        assert isinstance(read_policy(str(path)), Diagnostic)
