"""Binary decision diagrams: sets of states as graphs, one node for each different function.

Takes levels (the place of each bit in the order) and operations; gives functions that are equal exactly when they are
the same number. Plain Python, for sets that are small; ``wide_diagrams`` offers the same operations for larger ones.
Method: reduced ordered diagrams (Bryant, 1986).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeAlias

Function: TypeAlias = Any
"""A function of bits. Two are equal exactly when they compare equal."""

LAST = 1 << 30


class TooLarge(Exception):
    """More nodes, steps or time than is allowed; ``by_time`` tells the last from the others."""

    def __init__(self, by_time: bool = False) -> None:
        super().__init__("out of time" if by_time else "too many states of too many kinds")
        self.by_time = by_time


class Store(Protocol):
    """What reachability needs of diagrams. Levels are numbered from 0, the topmost."""

    true: Function
    false: Function

    def bit(self, level: int) -> Function:
        """The function that is one bit."""
        ...

    def not_(self, f: Function) -> Function:
        """The complement."""
        ...

    def and_(self, f: Function, g: Function) -> Function:
        """The intersection."""
        ...

    def or_(self, f: Function, g: Function) -> Function:
        """The union."""
        ...

    def levels(self, levels: Iterable[int]) -> Any:
        """Levels to be quantified, prepared once."""
        ...

    def and_exists(self, f: Function, g: Function, levels: Any) -> Function:
        """The intersection, whatever the bits at these (prepared) levels are."""
        ...

    def move(self, f: Function, pairs: Iterable[tuple[int, int]]) -> Function:
        """The function with bits moved from the first level of each pair to the second, which it does not read; the two
        are neighbours.
        """
        ...

    def size(self, f: Function) -> int:
        """How many inner nodes a function has."""
        ...


class Diagrams:
    """Diagrams in plain Python. ``most``: how many nodes there may be; ``deadline`` on ``time.monotonic``."""

    def __init__(self, most: int, deadline: float) -> None:
        self.false, self.true = 0, 1
        self.most, self.deadline = most, deadline
        self.level, self.low, self.high = [LAST, LAST], [0, 1], [0, 1]
        self._nodes: dict[tuple[int, int, int], int] = {}
        self._and: dict[tuple[int, int], int] = {}
        self._not: dict[int, int] = {0: 1, 1: 0}
        self._quantified: dict[frozenset[int], dict[tuple[int, int], int]] = {}

    def node(self, level: int, low: int, high: int) -> int:
        """The function that is ``high`` where a bit is set and ``low`` elsewhere; both read lower levels only."""
        if low == high:
            return low
        key = (level, low, high)
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = len(self.level)
            self.level.append(level)
            self.low.append(low)
            self.high.append(high)
            if found > self.most or (not found & 1023 and time.monotonic() > self.deadline):
                raise TooLarge(by_time=found <= self.most)
        return found

    def bit(self, level: int) -> int:
        """The function that is one bit."""
        return self.node(level, 0, 1)

    def not_(self, f: int) -> int:
        """The complement."""
        found = self._not.get(f)
        if found is None:
            found = self.node(self.level[f], self.not_(self.low[f]), self.not_(self.high[f]))
            self._not[f] = found
            self._not[found] = f
        return found

    def or_(self, f: int, g: int) -> int:
        """The union."""
        return self.not_(self.and_(self.not_(f), self.not_(g)))

    def and_(self, f: int, g: int) -> int:
        """The intersection."""
        if f < 2 or g < 2 or f == g:
            return min(f, g) if f == g or 0 in (f, g) else max(f, g)
        key = (f, g) if f < g else (g, f)
        found = self._and.get(key)
        if found is None:
            level = min(self.level[f], self.level[g])
            (f0, f1), (g0, g1) = self.parts(f, level), self.parts(g, level)
            found = self._and[key] = self.node(level, self.and_(f0, g0), self.and_(f1, g1))
        return found

    def parts(self, f: int, level: int) -> tuple[int, int]:
        """The function where the bit at a level, above which it reads nothing, is not set, and where it is."""
        return (self.low[f], self.high[f]) if self.level[f] == level else (f, f)

    def levels(self, levels: Iterable[int]) -> frozenset[int]:
        """Levels to be quantified."""
        return frozenset(levels)

    def and_exists(self, f: int, g: int, levels: frozenset[int]) -> int:
        """The intersection, whatever the bits at these levels are."""
        if not levels:
            return self.and_(f, g)
        return self._and_exists(f, g, levels, self._quantified.setdefault(levels, {}))

    def _and_exists(self, f: int, g: int, levels: frozenset[int], memo: dict[tuple[int, int], int]) -> int:
        if f == 0 or g == 0:
            return 0
        if f == 1 and g == 1:
            return 1
        key = (f, g) if f < g else (g, f)
        found = memo.get(key)
        if found is None:
            level = min(self.level[f], self.level[g])
            (f0, f1), (g0, g1) = self.parts(f, level), self.parts(g, level)
            low = self._and_exists(f0, g0, levels, memo)
            if level not in levels:
                found = self.node(level, low, self._and_exists(f1, g1, levels, memo))
            else:
                found = 1 if low == 1 else self.or_(low, self._and_exists(f1, g1, levels, memo))
            memo[key] = found
        return found

    def move(self, f: int, pairs: Iterable[tuple[int, int]]) -> int:
        """The function with bits at other levels."""
        return self._moved(f, dict(pairs), {0: 0, 1: 1})

    def _moved(self, f: int, to: dict[int, int], memo: dict[int, int]) -> int:
        found = memo.get(f)
        if found is None:
            level = self.level[f]
            low, high = self._moved(self.low[f], to, memo), self._moved(self.high[f], to, memo)
            found = memo[f] = self.node(to.get(level, level), low, high)
        return found

    def size(self, f: int) -> int:
        """How many inner nodes a function has."""
        return sum(1 for _ in self._inner(f))

    def shortest(self, f: int) -> list[tuple[int, bool]]:
        """As few bits as a path has, with values for which the function holds; it must hold somewhere."""
        lengths = {self.false: LAST, self.true: 0}
        for item in sorted(self._inner(f)):  # what a node leads to was made before it
            lengths[item] = 1 + min(lengths[self.low[item]], lengths[self.high[item]])
        path = []
        while f != self.true:
            low, high = self.low[f], self.high[f]
            path.append((self.level[f], lengths[high] < lengths[low]))
            f = high if path[-1][1] else low
        return path

    def _inner(self, f: int) -> Iterator[int]:
        seen, stack = {0, 1}, [f]
        while stack:
            item = stack.pop()
            if item not in seen:
                seen.add(item)
                yield item
                stack += (self.low[item], self.high[item])
