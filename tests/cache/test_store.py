"""The folder of entries: what it gives back is what this user's runs have put there, or nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import verifier
from verifier.cache.place import cache_folder
from verifier.cache.store import Store, digest, open_store

NAME, OTHER = digest("one"), digest("another")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = open_store(tmp_path / "cache")
    assert found is not None
    return found


def entries(store: Store) -> list[Path]:
    return [path for path in sorted(store.folder.rglob("*")) if path.is_file() and path.name != "key"]


def test_what_was_put_is_found_again(store: Store) -> None:
    content = os.urandom(100_000) + b"\0" * 100_000
    store.put(NAME, content)
    assert store.get(NAME) == content
    assert store.get(OTHER) is None
    again = open_store(store.folder.parent)
    assert again is not None
    assert again.get(NAME) == content


def test_a_name_stands_for_its_parts_in_their_order() -> None:
    names = [digest("a", "b"), digest("b", "a"), digest("ab"), digest("a\0b"), digest("a", "b", "")]
    assert len(set(names)) == len(names)


def test_every_damaged_bit_and_every_cut_is_noticed(store: Store) -> None:
    store.put(NAME, b"proved")
    (path,) = entries(store)
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place])
        assert store.get(NAME) is None
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert store.get(NAME) is None
    path.write_bytes(whole + b"\0")
    assert store.get(NAME) is None
    path.write_bytes(whole)
    assert store.get(NAME) == b"proved"


def test_an_entry_under_another_name_is_ignored(store: Store) -> None:
    store.put(NAME, b"proved")
    store.put(OTHER, b"violated")
    first, second = entries(store)
    shutil.copy(first, second)
    assert {store.get(NAME), store.get(OTHER)} in ({None, b"proved"}, {None, b"violated"})


def test_an_entry_from_another_users_cache_is_ignored(store: Store, tmp_path: Path) -> None:
    foreign = open_store(tmp_path / "foreign")
    assert foreign is not None
    foreign.put(NAME, b"proved")
    (path,) = entries(foreign)
    place = store.folder / path.relative_to(foreign.folder)
    place.parent.mkdir()
    shutil.copy(path, place)
    assert foreign.get(NAME) == b"proved"
    assert store.get(NAME) is None


def test_the_key_is_private(store: Store) -> None:
    assert (store.folder / "key").stat().st_mode & 0o777 == 0o600
    assert store.folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("spoil", ["open", "short", "long", "empty", "link"])
def test_a_key_that_others_may_know_is_replaced_and_what_it_signed_is_ignored(
    store: Store, spoil: str, tmp_path: Path
) -> None:
    store.put(NAME, b"proved")
    key = store.folder / "key"
    if spoil == "open":
        key.chmod(0o644)
    elif spoil == "link":
        elsewhere = tmp_path / "elsewhere"
        key.rename(elsewhere)
        key.symlink_to(elsewhere)
    else:
        key.write_bytes({"short": store.key[:31], "long": store.key + b"x", "empty": b""}[spoil])
    again = open_store(store.folder.parent)
    assert again is not None
    assert again.key != store.key
    assert again.get(NAME) is None
    again.put(NAME, b"violated")
    assert again.get(NAME) == b"violated"


def test_the_oldest_entries_go_first_and_what_is_used_stays(store: Store) -> None:
    names = [digest(str(number)) for number in range(8)]
    for age, name in enumerate(names):
        store.put(name, os.urandom(10_000))
        path = store.folder / name[:2] / name[2:]
        os.utime(path, (time.time() - 1000 + age,) * 2)
    assert store.get(names[0]) is not None
    store.trim(50_000)
    left = [name for name in names if store.get(name) is not None]
    assert left == [names[0], *names[6:]]


def test_what_killed_runs_left_behind_is_removed_in_time(store: Store) -> None:
    store.put(NAME, b"proved")
    (path,) = entries(store)
    fresh, old = path.parent / ".new-1", path.parent / ".new-2"
    fresh.write_bytes(b"half")
    old.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    store.trim()
    assert fresh.exists()
    assert not old.exists()
    assert store.get(NAME) == b"proved"


@pytest.mark.parametrize("obstacle", ["file", "file below", "file in the way"])
def test_a_folder_that_cannot_be_used_is_no_store(tmp_path: Path, obstacle: str) -> None:
    blocked = tmp_path / "blocked"
    if obstacle == "file in the way":
        blocked.mkdir()
        (blocked / "v1").write_text("")
    else:
        blocked.write_text("")
    assert open_store(blocked / "cache" if obstacle == "file below" else blocked) is None


def test_an_entry_that_cannot_be_written_is_left_out(store: Store) -> None:
    (store.folder / NAME[:2]).write_text("in the way")
    store.put(NAME, b"proved")
    assert store.get(NAME) is None
    store.trim()


WRITER = """
import sys
from pathlib import Path
from verifier.cache.store import digest, open_store
store = open_store(Path(sys.argv[1]))
for turn in range(200):
    for number in range(5):
        content = store.get(digest(str(number)))
        assert content is None or content == str(number).encode() * 5000, content[:20]
        store.put(digest(str(number)), str(number).encode() * 5000)
    store.trim(20_000 if turn % 10 == 0 else 10**9)
"""


def test_processes_share_a_folder_from_its_first_moment(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(verifier.__file__).parents[1])}
    runs = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "cache")], env=environment) for _ in range(4)
    ]
    assert [run.wait(timeout=120) for run in runs] == [0, 0, 0, 0]
    store = open_store(tmp_path / "cache")
    assert store is not None
    assert any(store.get(digest(str(number))) for number in range(5)), "the runs had different keys"
    assert not list(store.folder.rglob(".new-*"))


def test_where_the_cache_is() -> None:
    home = os.path.expanduser("~")
    assert cache_folder("here", {"CLAUSEPROOF_CACHE": "off"}) == Path("here")
    assert cache_folder("", {"CLAUSEPROOF_CACHE": "off"}) is None
    assert cache_folder("", {"CLAUSEPROOF_CACHE": "/there", "XDG_CACHE_HOME": "/x"}) == Path("/there")
    assert cache_folder("", {"XDG_CACHE_HOME": "/x"}) == Path("/x/clauseproof/results")
    assert cache_folder("", {"XDG_CACHE_HOME": "relative"}) == cache_folder("", {})
    if sys.platform == "linux" and os.path.isabs(home):
        assert cache_folder("", {}) == Path(home, ".cache", "clauseproof", "results")
