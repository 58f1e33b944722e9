"""Decision diagrams for larger sets, by OxiDD, where that library is there and works.

The same operations as ``diagrams.Diagrams``, many times faster. Whoever uses it must come to the same answer without:
what may stop a search is measured on the sets themselves (``diagrams.Store.size``), which are the same in both.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from verifier.engines.diagrams import Diagrams, Function, TooLarge

NODES, REMEMBERED = 4_000_000, 1_000_000


_BROKEN = (ImportError, OSError, AttributeError, TypeError, ValueError, RuntimeError, MemoryError)
"""What a library raises that is missing, of another version, or does not fit the machine."""


class NotAvailable(Exception):
    """The library is missing, or does not work here."""


def _library() -> tuple[ModuleType, Any]:
    try:
        from oxidd import bdd  # noqa: PLC0415  (it takes longer to load than most questions to answer)
        from oxidd.util import BooleanOperator  # noqa: PLC0415
    except _BROKEN as problem:
        raise NotAvailable(str(problem)) from problem
    return bdd, BooleanOperator.AND


class WideDiagrams:
    """Diagrams of ``count`` levels at first; more are added as they are used."""

    def __init__(self, count: int) -> None:
        library, self._conjunction = _library()
        try:
            self._manager = library.BDDManager(NODES, REMEMBERED, 1)
            self._manager.add_vars(count)
            self._count = count
            self.true, self.false = self._manager.true(), self._manager.false()
        except _BROKEN as problem:
            raise NotAvailable(str(problem)) from problem

    def bit(self, level: int) -> Function:
        """The function that is one bit."""
        if level >= self._count:
            self._manager.add_vars(level + 1 - self._count)
            self._count = level + 1
        return self._manager.var(level)

    def not_(self, f: Function) -> Function:
        """The complement."""
        return _within(lambda: ~f)

    def and_(self, f: Function, g: Function) -> Function:
        """The intersection."""
        return _within(lambda: f & g)

    def or_(self, f: Function, g: Function) -> Function:
        """The union."""
        return _within(lambda: f | g)

    def levels(self, levels: Iterable[int]) -> Function:
        """The conjunction of bits, by which the library names what is quantified."""
        found = self.true
        for level in sorted(levels, reverse=True):
            found = self.and_(self.bit(level), found)
        return found

    def and_exists(self, f: Function, g: Function, levels: Function) -> Function:
        """The intersection, whatever the bits at these levels are."""
        return _within(lambda: f.apply_exists(self._conjunction, g, levels))

    def move(self, f: Function, pairs: Iterable[tuple[int, int]]) -> Function:
        """The function with bits at other levels."""
        pairs = list(pairs)
        same = self.true
        for old, new in sorted(pairs, reverse=True):
            same = self.and_(same, _within(lambda a=old, b=new: self.bit(a).equiv(self.bit(b))))
        return self.and_exists(f, same, self.levels(old for old, _ in pairs))

    def size(self, f: Function) -> int:
        """How many inner nodes a function has."""
        return _inner_nodes(f)

    def copied(self, f: Function, into: Diagrams) -> int:
        """The same function among plain diagrams."""
        memo: dict[Function, int] = {self.false: into.false, self.true: into.true}

        def copy(item: Function) -> int:
            found = memo.get(item)
            if found is None:
                high, low = item.cofactors()
                found = memo[item] = into.node(item.node_var(), copy(low), copy(high))
            return found

        return copy(f)


def _inner_nodes(f: Function) -> int:
    """The library counts terminals that can be reached: none beside itself for a constant, else both."""
    total = int(f.node_count())
    return total - 2 if total > 1 else 0


def _within(operation: Any) -> Function:
    try:
        return operation()
    except MemoryError as problem:
        raise TooLarge from problem
