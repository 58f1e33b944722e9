"""What a project says once for all runs: ``clauseproof.toml``, or the table ``tool.clauseproof`` of ``pyproject.toml``.

Takes the text of such a file; gives defaults for options, which the command line overrides. Every fault is told with
its line, before any work: a key that is ignored would be a promise that nobody checks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from verifier.cli.exits import FAIL_ON
from verifier.cli.files import UsageFault
from verifier.records import dataclass

if TYPE_CHECKING:
    from verifier.explain.grading import Level

NAME: Final = "clauseproof.toml"
SHARED: Final = "pyproject.toml"
TABLE: Final = ("tool", "clauseproof")
_LARGEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Configuration:
    """``options``: defaults by the names of the commands' parameters, with paths as seen from the current folder;
    ``file``: where they stand, empty where there is no such file.
    """

    file: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


def configuration(asked: str = "", start: str = ".") -> Configuration:
    """The configuration in a file that was asked for, else in the nearest one upwards from a folder.

    Raises:
        UsageFault: it cannot be read, or says something that has no meaning.
    """
    if asked:
        return _read(Path(asked), required=True)
    folders = [Path(os.path.abspath(start)), *Path(os.path.abspath(start)).parents]
    own = next((folder / NAME for folder in folders if (folder / NAME).is_file()), None)
    if own is not None:
        return _read(own, required=True)
    shared = (_read(folder / SHARED, required=False) for folder in folders if (folder / SHARED).is_file())
    return next((found for found in shared if found.file), Configuration())


def _read(path: Path, required: bool) -> Configuration:
    """The configuration in a file; where it is not ``required``, a file that says nothing about us is none."""
    shown = os.path.relpath(path)
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST).decode("utf-8-sig")
    except OSError as error:
        raise UsageFault(f"`{shown}` cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageFault(f"`{shown}` is not UTF-8 text (byte {error.start + 1} cannot be read)") from error
    prefix = TABLE if path.name == SHARED else ()
    if prefix and not required and TABLE[-1] not in text:
        return Configuration()
    table: Any = _parsed(text, shown)
    for part in prefix:
        table = table.get(part, {}) if isinstance(table, dict) else {}
    if prefix and not table and not required:
        return Configuration()
    found = _File(shown, text, prefix, os.path.relpath(path.parent))
    if not isinstance(table, dict):
        raise UsageFault(f"{shown}:{_line_of(text, prefix)}: `{'.'.join(TABLE)}` must be a table")
    return found.configuration(table)


def _parsed(text: str, shown: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        reason = str(error)[: line.start()] if line else str(error).removesuffix(" (at end of document)")
        number = line[1] if line else str(text.count("\n") + 1)
        raise UsageFault(f"{shown}:{number}: this is not TOML: {reason}") from error


# ---------------------------------------------------------------- what may be said


def _is_whole(least: int) -> Callable[[object], bool]:
    return lambda value: type(value) is int and value >= least


def _is_seconds(value: object) -> bool:
    return type(value) in (int, float) and isinstance(value, int | float) and 0.001 <= value < float("inf")


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(item in FAIL_ON for item in value)


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


_KEYS: Final[Mapping[str, tuple[Callable[[object], bool], str]]] = MappingProxyType(
    {
        "paths": (_are_texts, "a list of policies or folders"),
        "path": (_are_texts, "a list of folders"),
        "sources": (_are_texts, "a list of folders"),
        "budget": (_is_whole(1), "a whole number of at least 1"),
        "timeout": (_is_seconds, "a number of seconds of at least 0.001"),
        "max_steps": (_is_whole(0), "a whole number of at least 0"),
        "jobs": (_is_whole(0), "a whole number of at least 0"),
        "fail_on": (_are_words, f"a list of some of {', '.join(FAIL_ON)}"),
        "severity": (_is_table, 'a table such as `W0201 = "error"`'),
    }
)
"""Each key, whether a value fits, and what would."""

_FOLDERS = ("path", "sources")
_PLACES = ("paths", *_FOLDERS)


@dataclass(frozen=True, slots=True)
class _File:
    """A file as its user knows it: its path, its text, the table that is ours, and the folder that paths start from."""

    shown: str
    text: str
    prefix: tuple[str, ...]
    folder: str

    def configuration(self, table: dict[str, Any]) -> Configuration:
        """What a table says, once all of it makes sense."""
        faults = [*self._faults(table)]
        levels = table.get("severity", {})
        if isinstance(levels, dict):
            faults += self._severity_faults(levels)
        if faults:
            raise UsageFault("\nclauseproof: ".join(f"{self.shown}:{line}: {fault}" for line, fault in sorted(faults)))
        options = table | {key: [self._from_here(item) for item in table[key]] for key in _PLACES if key in table}
        if "fail_on" in options:
            options["fail_on"] = ",".join(options["fail_on"])
        if levels:
            options["severity"] = [f"{code}={level}" for code, level in sorted(levels.items())]
        return Configuration(self.shown, options)

    def _faults(self, table: dict[str, Any]) -> Iterator[tuple[int, str]]:
        for key, value in table.items():
            if key not in _KEYS:
                yield self._line(key), f"there is no setting `{key}`{_guess(key, _KEYS)}"
            elif not _KEYS[key][0](value):
                yield self._line(key), f"`{key}` must be {_KEYS[key][1]}{_wrong_word(key, value)}"
            elif key in _FOLDERS:
                absent = (item for item in value if not os.path.isdir(self._from_here(item)))
                yield from ((self._line_of_item(key, item), f"`{key}`: `{item}` is not a folder") for item in absent)

    def _severity_faults(self, levels: dict[str, Any]) -> Iterator[tuple[int, str]]:
        for code, level in levels.items():
            if fault := _severity_fault(code, level):
                yield self._line("severity", code), fault

    def _from_here(self, path: str) -> str:
        if self.folder == os.curdir or os.path.isabs(path):
            return path
        return os.path.relpath(os.path.join(self.folder, path))

    def _line_of_item(self, key: str, item: str) -> int:
        """The line of a text in a list: its own, where the list is written over several, else that of its key."""
        first = self._line(key)
        lines = self.text.splitlines()[first - 1 :]
        quoted = (f'"{item}"', f"'{item}'")
        return next((number for number, line in enumerate(lines, first) if any(q in line for q in quoted)), first)

    def _line(self, *key: str) -> int:
        return _line_of(self.text, (*self.prefix, *key))


def severities(texts: Iterable[str]) -> dict[str, Level]:
    """Levels by diagnostic code, from texts ``CODE=LEVEL``.

    Raises:
        UsageFault: a code or level does not exist, or may not be set.
    """
    pairs = [text.partition("=")[::2] for text in texts]
    for code, level in pairs:
        if fault := _severity_fault(code, level):
            raise UsageFault(f"`--severity {code}={level}`: {fault}")
    return cast("dict[str, Level]", dict(pairs))


def _severity_fault(code: str, level: object) -> str:
    """What is wrong with a severity, if anything."""
    from verifier.diagnostics.codes import TITLES
    from verifier.explain.grading import GRADABLE, LEVELS

    if code not in TITLES:
        return f"there is no diagnostic `{code}`{_guess(code, GRADABLE, '`clauseproof rules` lists them')}"
    if code not in GRADABLE:
        return f"the severity of `{code}` is fixed ({TITLES[code]})"
    if level not in LEVELS:
        return f"`{code}` must be one of {', '.join(LEVELS)}, not {level!r}{_close_to(level, LEVELS)}"
    return ""


def _guess(name: str, known: Mapping[str, object] | tuple[str, ...], otherwise: str = "") -> str:
    from verifier.checking.suggest import closest, listing

    if (close := closest(name.replace("-", "_"), known)) is not None:
        return f"; did you mean `{close}`?"
    return f"; {otherwise or f'the settings are {listing(sorted(known))}'}"


def _close_to(word: object, known: tuple[str, ...]) -> str:
    from verifier.checking.suggest import closest

    close = closest(word, known) if isinstance(word, str) else None
    return f"; did you mean `{close}`?" if close else ""


def _wrong_word(key: str, value: object) -> str:
    """What is wrong with a value: the word in a list that has no meaning, else the value itself."""
    if key == "fail_on" and isinstance(value, list):
        wrong = next(item for item in value if item not in FAIL_ON)
        return f", and {wrong!r} is none{_close_to(wrong, FAIL_ON)}"
    if isinstance(value, str) and key in ("fail_on", *_PLACES):
        return f', not a text; write `{key} = ["{value}"]`'
    kinds = {bool: "true or false", str: "a text", dict: "a table", list: "a list"}
    return f", not {kinds.get(type(value), repr(value))}"


# ---------------------------------------------------------------- places

_PART = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*\[\[?\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")


def _line_of(text: str, wanted: tuple[str, ...]) -> int:
    """The line of a key: its own, else that of the innermost table or key that it stands in, else the first."""
    table: tuple[str, ...] = ()
    best, line = 0, 1
    for number, content in enumerate(text.splitlines(), start=1):
        named: tuple[str, ...] = ()
        if header := _HEADER.match(content):
            named = table = _parts(header[1])
        elif key := _KEY.match(content):
            named = (*table, *_parts(key[1]))
        shared = min(len(named), len(wanted))
        if shared > best and named[:shared] == wanted[:shared]:
            best, line = shared, number
    return line


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))
