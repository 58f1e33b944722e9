"""The parse tables: finds ``policy.lark``, compiles it, and keeps the result in the user's own cache folder.

Takes nothing; gives a ready ``Grammar``. Trusts a cached file only if the user owns it and it is whole; any doubt means
compiling again. Never unpickles anything (the cache is ``marshal`` data: plain values, no code) and never fails because
of a cache.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

from verifier.records import dataclass

Start = Literal["policy", "header", "items", "form", "expression"]

STARTS: Final[tuple[Start, ...]] = ("policy", "header", "items", "form", "expression")
_LAYOUT: Final = b"clauseproof-grammar-1"
_DIGEST_LENGTH: Final = 32
_DAMAGE: Final = (EOFError, ValueError, TypeError, LookupError, AttributeError, AssertionError)
"""What reading other content than expected may raise."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """Parse tables, and the terminals that the lexer needs.

    ``patterns``: regular expression by terminal, highest priority first. ``words`` and ``marks``: terminal by spelling.
    """

    tables: lark.Lark
    patterns: Mapping[str, str]
    words: Mapping[str, str]
    marks: Mapping[str, str]


def grammar_text() -> str:
    """The text of ``policy.lark``: from inside the installed package, else from the root of the repository."""
    installed = files("verifier") / "_data" / "grammar" / "policy.lark"
    if installed.is_file():
        return installed.read_text(encoding="utf-8")
    return (Path(__file__).resolve().parents[2] / "grammar" / "policy.lark").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def load_grammar() -> Grammar:
    """The grammar of the language, from the cache when there is a good one."""
    text = grammar_text()
    cache = cache_file(text)
    tables = _read_cache(cache)
    if tables is None:
        tables = compile_grammar(text)
        _write_cache(cache, tables)
    return _with_terminals(tables)


def compile_grammar(text: str, *, strict: bool = False) -> lark.Lark:
    """Compile a grammar text; ``strict`` also reports every conflict and needs ``interegular``."""
    return lark.Lark(
        text,
        parser="lalr",
        lexer="contextual" if strict else "basic",
        start=list(STARTS),
        strict=strict,
        propagate_positions=True,
        maybe_placeholders=True,
    )


def _with_terminals(tables: lark.Lark) -> Grammar:
    patterns: dict[str, str] = {}
    words: dict[str, str] = {}
    marks: dict[str, str] = {}
    for terminal in sorted(tables.terminals, key=lambda each: -each.priority):
        spelling = terminal.pattern.value
        if terminal.pattern.type == "re":
            patterns[terminal.name] = terminal.pattern.to_regexp()
        elif re.fullmatch(r"[a-z0-9]+", spelling):
            words[spelling] = terminal.name
        else:
            marks[spelling] = terminal.name
    return Grammar(tables, MappingProxyType(patterns), MappingProxyType(words), MappingProxyType(marks))


# ---------------------------------------------------------------- the cache


def cache_folder() -> Path:
    """The user's own cache folder for this program (``XDG_CACHE_HOME``, else ``~/.cache``)."""
    base = os.environ.get("XDG_CACHE_HOME")
    root = Path(base) if base and os.path.isabs(base) else Path(os.path.expanduser("~")) / ".cache"
    return root / "clauseproof"


def cache_file(text: str) -> Path:
    """Where the tables of a grammar text are kept: one file for each text and each version of what reads it."""
    version = f"{lark.__version__} {sys.implementation.cache_tag} {marshal.version} {STARTS}"
    key = hashlib.sha256(b"\0".join((_LAYOUT, version.encode(), text.encode()))).hexdigest()
    return cache_folder() / f"grammar-{key[:32]}.bin"


def _read_cache(path: Path) -> lark.Lark | None:
    """The tables in a cache file, or ``None`` when it is missing, not the user's, damaged or from elsewhere."""
    try:
        with path.open("rb") as file:
            if not _is_private(os.fstat(file.fileno())):
                return None
            content = file.read()
    except OSError:
        return None
    digest, payload = content[:_DIGEST_LENGTH], content[_DIGEST_LENGTH:]
    if hashlib.sha256(payload).digest() != digest:
        return None
    try:
        stored: Any = marshal.loads(payload)  # noqa: S302 - holds plain values only, in a file that only this user can write
        load: Callable[[object, object], lark.Lark] = lark.Lark._load_from_dict  # noqa: SLF001 - as standalone parsers do
        return load(stored["data"], stored["memo"])
    except (*_DAMAGE, lark.exceptions.LarkError):
        return None


def _is_private(status: os.stat_result) -> bool:
    """Whether a file belongs to this user and nobody else may write it (not decidable, so true, on Windows)."""
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _write_cache(path: Path, tables: lark.Lark) -> None:
    """Store tables under a temporary name, then rename: a reader never sees half a file. Failure is no error."""
    payload = marshal.dumps(_plain_data(tables))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".grammar-")
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(payload).digest() + payload)
        os.replace(temporary, path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)


def _plain_data(tables: lark.Lark) -> dict[str, Any]:
    """What ``Lark.save`` would pickle: nested dictionaries, lists and strings."""
    data, memo = tables.memo_serialize([TerminalDef, Rule])
    return {"data": data, "memo": memo}
