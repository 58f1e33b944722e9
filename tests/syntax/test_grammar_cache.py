"""The cached parse tables: used when good, ignored when not, and never a reason to fail."""

from __future__ import annotations

import hashlib
import marshal
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from verifier.source import SourceFile
from verifier.syntax import grammar
from verifier.syntax.parser import parse


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache folder of one's own, and no grammar in memory."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    grammar.load_grammar.cache_clear()
    yield tmp_path / "clauseproof"
    grammar.load_grammar.cache_clear()


def parses() -> bool:
    grammar.load_grammar.cache_clear()
    return parse(SourceFile("x", "policy p\nfact a : int")).diagnostics == ()


def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list that grows with every compilation of the grammar."""
    seen: list[str] = []
    compile_grammar = grammar.compile_grammar

    def counting(text: str) -> object:
        seen.append(text)
        return compile_grammar(text)

    monkeypatch.setattr(grammar, "compile_grammar", counting)
    return seen


def only_file(cache: Path) -> Path:
    (file,) = cache.iterdir()
    return file


def test_the_second_start_does_not_compile(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = compilations(monkeypatch)
    assert parses()
    assert parses()
    assert len(seen) == 1
    assert only_file(cache).name.startswith("grammar-")


def test_the_cache_is_for_its_owner_alone(cache: Path) -> None:
    assert parses()
    assert cache.stat().st_mode & 0o077 == 0
    assert only_file(cache).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"short", b"\0" * 100_000])
def test_a_damaged_cache_is_compiled_again(cache: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    assert parses()
    only_file(cache).write_bytes(content)
    seen = compilations(monkeypatch)
    assert parses()
    assert len(seen) == 1


@pytest.mark.parametrize("value", [None, [], {}, {"data": {}, "memo": {}}, {"data": 3, "memo": "x"}])
def test_a_whole_cache_with_other_content_is_compiled_again(
    cache: Path, monkeypatch: pytest.MonkeyPatch, value: object
) -> None:
    assert parses()
    payload = marshal.dumps(value)
    only_file(cache).write_bytes(hashlib.sha256(payload).digest() + payload)
    seen = compilations(monkeypatch)
    assert parses()
    assert len(seen) == 1


def test_a_cache_that_others_may_write_is_not_trusted(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert parses()
    only_file(cache).chmod(0o666)
    seen = compilations(monkeypatch)
    assert parses()
    assert len(seen) == 1


def test_a_cache_of_another_user_is_not_trusted(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert parses()
    monkeypatch.setattr(os, "getuid", lambda: cache.stat().st_uid + 1)
    seen = compilations(monkeypatch)
    assert parses()
    assert len(seen) == 1


def test_a_cache_folder_that_cannot_be_made_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert parses()
    grammar.load_grammar.cache_clear()


def test_nothing_is_left_behind_when_writing_fails(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "replace", refuse)
    assert parses()
    assert list(cache.iterdir()) == []


def test_another_grammar_has_another_cache(cache: Path) -> None:
    assert grammar.cache_file("one") != grammar.cache_file("other")
    assert grammar.cache_file("one").parent == cache


def test_the_shared_temporary_folder_is_never_used(cache: Path) -> None:
    assert grammar.cache_folder() == cache


def test_a_relative_cache_home_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert grammar.cache_folder().is_absolute()
