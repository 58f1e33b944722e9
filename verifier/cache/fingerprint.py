"""What the answers depend on beside the policies: this program's own text, and the libraries that read and solve.

Takes the installed files; gives one digest. Never imports what it identifies: a second run over unchanged policies must
not load a solver.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LIBRARIES: Final = (("z3", "z3_solver"), ("lark", "lark"))
"""Import package, and the name of its distribution as folders of metadata spell it."""

_VARIABLES: Final = ("Z3_LIBRARY_PATH", "Z3_LIB_DIRS")
"""By these z3 finds another library than the one that its distribution brought."""


def fingerprint() -> str | None:
    """The digest, or ``None`` where it cannot be told which solver a run would use."""
    libraries = [_version(package, distribution, sys.path) for package, distribution in LIBRARIES]
    if None in libraries:
        return None
    seen = hashlib.sha256(repr((libraries, _platform(), [os.environ.get(name) for name in _VARIABLES])).encode())
    package = Path(__file__).resolve().parent.parent
    try:
        for name, path in _texts(package):
            with open(path, "rb") as file:
                content = file.read()
            seen.update(f"\0{name}\0{len(content)}\0".encode())
            seen.update(content)
    except OSError:
        return None
    return seen.hexdigest()


def _platform() -> tuple[str, ...]:
    return (sys.version, sys.platform, os.uname().machine if hasattr(os, "uname") else "")


def _version(package: str, distribution: str, places: Sequence[str]) -> str | None:
    """The folder of a distribution's metadata, which names the version, beside the package that an import finds."""
    for place in places:
        if os.path.isdir(os.path.join(place, package)):
            try:
                names = os.listdir(place)
            except OSError:
                return None
            found = sorted(name for name in names if name.startswith(f"{distribution}-") and name.endswith("-info"))
            return f"{place}/{found[0]}" if len(found) == 1 else None
    return None


def _texts(package: Path) -> Iterator[tuple[str, str]]:
    """Every source file of this program, and the grammar, where it is read."""
    yield from _below(str(package), "")
    beside = package.parent / "grammar" / "policy.lark"
    if not (package / "_data" / "grammar" / "policy.lark").is_file():
        yield "grammar", str(beside)


def _below(folder: str, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(os.scandir(folder), key=lambda item: item.name):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _below(entry.path, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".py", ".lark", ".css", ".typ")):
            yield prefix + entry.name, entry.path
