"""From a path to a checked program: parse the policy, find and parse what it uses, check it all.

Takes a path, a reader and the folders to search; gives ``Checked``. Every file access goes through the reader. A used
policy is looked for beside the file that uses it, then in the folders in their order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from verifier.checking.checker import Checked, check_found
from verifier.checking.uses import Missing
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.records import dataclass
from verifier.source import SourceFile
from verifier.syntax import tree

if TYPE_CHECKING:
    from verifier.syntax.parser import Parsed

Read: TypeAlias = Callable[[str], SourceFile | Diagnostic]
SUFFIX = ".policy"


@dataclass(slots=True)
class ParseCache:
    """Files read and parsed so far, by path; shared by all policies of a run. ``asked``: the paths that were looked
    for, in whatever state they were found.
    """

    parsed: dict[str, Parsed | Diagnostic] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Loading:
    """One ``load`` under way: what was parsed for it, in the order of use."""

    read: Read
    search_path: tuple[str, ...]
    cache: ParseCache
    used: dict[str, Parsed] = field(default_factory=dict)


def load(path: str, read: Read, search_path: tuple[str, ...] = (), cache: ParseCache | None = None) -> Checked:
    """Parse and check the policy at ``path``.

    ``read`` gives the text of a file, or a diagnostic that says why it has none. Diagnostics of all files come in one
    list, those about the text before those about its meaning.
    """
    loading = _Loading(read, search_path, cache or ParseCache())
    root = _parsed(path, loading)
    if isinstance(root, Diagnostic):
        return Checked(None, (root,))
    loading.used[path] = root
    if root.tree is None:
        return Checked(None, root.diagnostics)
    checked = check_found(root.tree, lambda name, user: _find(name, user, loading), lambda: _lost(loading))
    texts = [item for parsed in loading.used.values() for item in parsed.diagnostics]
    sound = not any(item.severity is Severity.ERROR for item in texts)
    return Checked(checked.program if sound else None, (*texts, *checked.diagnostics))


def _parsed(path: str, loading: _Loading) -> Parsed | Diagnostic:
    from verifier.syntax.parser import parse  # noqa: PLC0415  (the parser's library is loaded only when a text is read)

    loading.cache.asked.add(path)
    known = loading.cache.parsed.get(path)
    if known is None:
        source = loading.read(path)
        known = source if isinstance(source, Diagnostic) else parse(source)
        loading.cache.parsed[path] = known
    return known


def _lost(loading: _Loading) -> frozenset[str]:
    return frozenset(name for parsed in loading.used.values() for name in parsed.incomplete)


def _find(name: str, user: tree.PolicyTree, loading: _Loading) -> tree.PolicyTree | Missing:
    failures: list[str] = []
    for place in _places(name, user, loading.search_path):
        found = _parsed(place, loading)
        if isinstance(found, Diagnostic):
            failures.append(place)
            continue
        loading.used[place] = found
        return found.tree or Missing(told=True)
    return Missing(tuple(failures))


def _places(name: str, user: tree.PolicyTree, search_path: tuple[str, ...]) -> list[str]:
    beside = str(PurePath(user.source.path).parent) if user.source is not None else "."
    places = [str(PurePath(folder) / f"{name}{SUFFIX}") for folder in (beside, *search_path)]
    return list(dict.fromkeys(places))
