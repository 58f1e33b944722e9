"""Finding and reading policy files: the only place that reads what the user names.

Gives policy paths and ``SourceFile`` values. A path that is not there is a ``UsageFault`` (the run cannot start); a
file that is there but is not a policy text is a diagnostic.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from verifier.diagnostics.model import Diagnostic
    from verifier.source import SourceFile

SUFFIX = ".policy"
LARGEST = 16 * 1024 * 1024
STANDARD_INPUT = "<standard input>"


class UsageFault(Exception):
    """The run cannot start as asked; the message says why and what to do."""


def find_policies(paths: Sequence[str]) -> tuple[str, ...]:
    """Policy files of the given files and folders, each once; a folder gives all of its ``*.policy`` files, sorted.

    Raises:
        UsageFault: a path does not exist, or a folder holds no policy.
    """
    found: dict[str, str] = {}
    for path in paths:
        for file in _policies_of(path):
            found.setdefault(os.path.realpath(file), file)
    return tuple(found.values())


def _policies_of(path: str) -> list[str]:
    place = Path(path)
    if place.is_dir():
        files = sorted(_walk(place))
        if not files:
            raise UsageFault(f"`{path}` holds no policy: no file in it or below it ends in `{SUFFIX}`")
        return files
    if not os.path.lexists(path):
        raise UsageFault(f"`{path}` does not exist{_did_you_mean(place)}")
    return [path]


def _walk(folder: Path) -> Iterator[str]:
    """Policies below a folder; hidden folders hold environments and caches, not policies."""
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (os.path.join(parent, name) for name in files if name.endswith(SUFFIX))


def _did_you_mean(place: Path) -> str:
    from verifier.checking.suggest import closest

    try:
        names = [item.name for item in place.parent.iterdir() if item.is_dir() or item.name.endswith(SUFFIX)]
    except OSError:
        return ""
    close = closest(place.name, names)
    return f"; did you mean `{place.parent / close}`?" if close else ""


def need_folders(named: Mapping[str, Sequence[str]]) -> None:
    """Make sure that what options name are folders.

    Raises:
        UsageFault: one is none.
    """
    for option, folders in named.items():
        for folder in folders:
            if not os.path.isdir(folder):
                raise UsageFault(f"`{option} {folder}` is not a folder")


def read_policy(path: str) -> SourceFile | Diagnostic:
    """The text of a policy file, or a diagnostic that says why it has none; see ``policy_text``."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        return _fault("E0120", path, "does not exist", "Check the name, or name its folder with `--path`.")
    except OSError as error:
        reason = f"cannot be read: {error.strerror or 'unknown reason'}"
        return _fault("E0120", path, reason, "Check that it is a file and that you may read it.")
    return policy_text(path, content)


def read_standard_input() -> SourceFile | Diagnostic:
    """The text of a policy on the standard input, or a diagnostic that says why it has none; see ``policy_text``."""
    try:
        content = sys.stdin.buffer.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = f"cannot be read: {getattr(error, 'strerror', None) or 'it is closed'}"
        return _fault("E0120", STANDARD_INPUT, reason, "Send the text of a policy to it.")
    return policy_text(STANDARD_INPUT, content)


def policy_text(path: str, content: bytes) -> SourceFile | Diagnostic:
    r"""The content of a file as the text of a policy, or a diagnostic that says why it is none.

    A byte order mark is dropped and line ends become ``\n``.
    """
    from verifier.source import SourceFile

    if len(content) > LARGEST:
        return _fault("E0122", path, "is larger than 16 MB", "Split the policy and join its parts with `use`.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"is not UTF-8 text (byte {error.start + 1} cannot be read)"
        return _fault("E0121", path, reason, "Save the file as UTF-8, or check that it is a policy.")
    if "\0" in text:
        return _fault("E0121", path, "is not a text: it contains zero bytes", "Check that the file is a policy.")
    return SourceFile(path, text.replace("\r\n", "\n").replace("\r", "\n"))


def read_bytes(path: str) -> bytes | None:
    """The content of a cited source file, or ``None`` where there is no readable file."""
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError):
        return None


def _fault(code: str, path: str, reason: str, advice: str) -> Diagnostic:
    from verifier.diagnostics.model import Diagnostic, Severity

    return Diagnostic(code, Severity.ERROR, f"`{path}` {reason}", None, help=advice)
