"""What a planted fault is, and how one is planted: by putting another function in the place of one of the product's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import pytest

Catcher: TypeAlias = Literal["twins", "pairs", "calendar", "states", "enumeration", "certificate", "replay", "examiner"]
"""Who must notice: the encoding beside the interpreter, the same for pairs of cases, the calendar's tests, the
interpreter's states that an invariant must hold in, enumeration, the certificate check of the engines, the replay of
every story, the check of saved certificates."""

Plant: TypeAlias = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Fault:
    """A fault by its name: what is patched, how, and who must notice."""

    name: str
    plant: Plant
    catcher: Catcher
    policy: str = ""
    """For faults of engines: the policy (of ``written``) on which it shows."""

    def __str__(self) -> str:
        return self.name


def wrapping(owner: Any, name: str, change: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Plant:
    """Put what ``change`` makes of the true function into its place."""
    return lambda patch: patch.setattr(owner, name, change(getattr(owner, name)))


def replacing(owner: Any, name: str, other: Callable[..., Any]) -> Plant:
    """Put another function into the place of one."""
    return lambda patch: patch.setattr(owner, name, other)
