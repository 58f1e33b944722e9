"""A folder of small entries that only this user's own runs can have written.

Takes names (hexadecimal digests) and contents; gives contents back, exactly as they were put, or nothing. An entry is
signed with a key that lies in the folder, readable by the user alone: what is damaged, cut short, renamed or copied
from elsewhere counts as missing. Entries appear whole (written beside, then renamed), so any number of processes may
share a folder and be killed at any moment. Never raises because of a file: a folder that cannot be used holds nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from verifier.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYOUT: Final = "1"
"""Changes with the way entries are written; it names a folder of its own."""

MOST_BYTES: Final = 256 * 1024 * 1024
LARGEST_ENTRY: Final = 32 * 1024 * 1024
_KEY_LENGTH: Final = 32
_SIGNATURE_LENGTH: Final = 32
_TEMPORARY: Final = ".new-"
_ABANDONED: Final = 3600.0
"""Seconds after which a temporary file belongs to no living run."""


@dataclass(frozen=True, slots=True)
class Store:
    """A usable folder, and the key that signs its entries. Picklable, for worker processes."""

    folder: Path
    key: bytes

    def get(self, name: str) -> bytes | None:
        """The content of an entry, or ``None`` where there is none that this user's runs have written."""
        path = self._path(name)
        try:
            with path.open("rb") as file:
                signed = file.read(LARGEST_ENTRY + 1)
        except OSError:
            return None
        packed = signed[_SIGNATURE_LENGTH:]
        if not hmac.compare_digest(signed[:_SIGNATURE_LENGTH], self._signature(name, packed)):
            return None
        with suppress(OSError):
            os.utime(path)  # the oldest entries go first, and this one is in use
        try:
            return zlib.decompress(packed)
        except zlib.error:
            return None

    def put(self, name: str, content: bytes) -> None:
        """Write an entry; where that is not possible, nothing happens."""
        packed = zlib.compress(content, 1)
        if len(packed) + _SIGNATURE_LENGTH > LARGEST_ENTRY:
            return
        path = self._path(name)
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _write(path, self._signature(name, packed) + packed)

    def trim(self, most: int = MOST_BYTES) -> None:
        """Where the entries take more than ``most`` bytes, remove the oldest until three quarters of that are left;
        what killed runs left behind goes too.
        """
        entries = []
        for entry in _files(self.folder):
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if not entry.name.startswith(_TEMPORARY):
                    entries.append((status.st_mtime, status.st_size, entry.path))
                elif time.time() - status.st_mtime > _ABANDONED:
                    os.unlink(entry.path)
        taken = sum(size for _, size, _ in entries)
        if taken <= most:
            return
        for _, size, path in sorted(entries):
            with suppress(OSError):
                os.unlink(path)
            taken -= size
            if taken <= most * 3 // 4:
                return

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / name[2:]

    def _signature(self, name: str, packed: bytes) -> bytes:
        return hmac.digest(self.key, name.encode() + b"\0" + packed, "sha256")


def open_store(folder: Path) -> Store | None:
    """The store in a folder, which is made where it is missing; ``None`` where it cannot be used."""
    place = folder / f"v{LAYOUT}"
    try:
        place.mkdir(parents=True, mode=0o700, exist_ok=True)
        key = _read_key(place / "key") or _make_key(place / "key")
    except OSError:
        return None
    return None if key is None else Store(place, key)


def digest(*parts: str) -> str:
    """A name for some texts, in this order."""
    sizes = ",".join(str(len(part)) for part in parts)
    return hashlib.sha256("\0".join((sizes, *parts)).encode("utf-8", "surrogatepass")).hexdigest()


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    """The files in the folders below a folder."""
    with suppress(OSError), os.scandir(folder) as rooms:
        for room in rooms:
            if room.is_dir(follow_symlinks=False):
                with suppress(OSError), os.scandir(room.path) as entries:
                    yield from (entry for entry in entries if entry.is_file(follow_symlinks=False))


def _write(path: Path, content: bytes) -> None:
    temporary = _beside(path, content)
    try:
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


def _beside(path: Path, content: bytes) -> str:
    """A private temporary file in the same folder, written to the end."""
    temporary = str(path.parent / f"{_TEMPORARY}{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(handle, "wb") as file:
            file.write(content)
    except OSError:
        os.unlink(temporary)
        raise
    return temporary


def _read_key(path: Path) -> bytes | None:
    """The key, where it is whole and nobody but the user can have read or made it."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o077):
            return None
        key = file.read(_KEY_LENGTH + 1)
    return key if len(key) == _KEY_LENGTH else None


def _make_key(path: Path) -> bytes | None:
    """A new key, or the one that another run has just made.

    A key that is there but useless is replaced, with which all entries lose their signatures.
    """
    useless = os.path.lexists(path)
    temporary = _beside(path, secrets.token_bytes(_KEY_LENGTH))
    try:
        if useless:
            os.replace(temporary, path)
        else:
            with suppress(FileExistsError):
                os.link(temporary, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
    return _read_key(path)
