"""Which policies belong together: a tree and everything that it uses, directly or not.

Takes a tree and a way to find others; gives the policies in an order in which each comes after those that it uses, each
once. Reports policies that are missing, misnamed, or use each other in a circle. Reads nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from typing import TypeAlias

from verifier.checking.suggest import listing
from verifier.diagnostics.model import Collector, Label
from verifier.records import dataclass
from verifier.syntax.tree import PolicyTree, Use


@dataclass(frozen=True, slots=True)
class Unit:
    """One policy with the names of those that it uses and could be loaded. ``complete``: all of them could."""

    tree: PolicyTree
    uses: tuple[Use, ...]
    complete: bool

    @property
    def name(self) -> str:
        """The policy's name."""
        return self.tree.name.text


@dataclass(frozen=True, slots=True)
class Missing:
    """A used policy that could not be read, and the places that were searched; ``told``: its own errors say why."""

    places: tuple[str, ...] = ()
    told: bool = False


Find: TypeAlias = Callable[[str, PolicyTree], PolicyTree | Missing]


@dataclass(slots=True)
class _Visit:
    """A policy whose uses are being followed."""

    tree: PolicyTree
    pending: Iterator[Use]
    kept: list[Use] = field(default_factory=list)
    complete: bool = True


def gather(root: PolicyTree, find: Find, collector: Collector) -> tuple[Unit, ...]:
    """All policies of a program, used ones first, the root last."""
    done: dict[str, Unit] = {}
    path = [_visit(root)]
    while path:
        visit = path[-1]
        use = next(visit.pending, None)
        if use is None:
            path.pop()
            done[visit.tree.name.text] = Unit(visit.tree, tuple(visit.kept), visit.complete)
        elif use.name.text in done:
            _keep(visit, use, collector)
        elif any(use.name.text == other.tree.name.text for other in path):
            _circle(use, [other.tree.name.text for other in path], collector)
            visit.complete = False
        else:
            _follow(visit, use, path, find, collector)
    return tuple(done.values())


def _visit(policy: PolicyTree) -> _Visit:
    return _Visit(policy, iter([item for item in policy.items if isinstance(item, Use)]))


def _keep(visit: _Visit, use: Use, collector: Collector) -> None:
    earlier = next((other for other in visit.kept if other.name.text == use.name.text), None)
    if earlier is None:
        visit.kept.append(use)
        return
    label = Label(earlier.span, "it is used here already")
    message = f"`{use.name.text}` is used twice"
    collector.error("E0201", message, use.name.span, labels=[label], help="remove one of the two")


def _follow(visit: _Visit, use: Use, path: list[_Visit], find: Find, collector: Collector) -> None:
    found = find(use.name.text, visit.tree)
    if isinstance(found, Missing):
        visit.complete = False
        if found.told:
            return
        places = f"looked for {listing(found.places)}; " if found.places else ""
        advice = f"{places}put `{use.name.text}.policy` beside this file, or name its folder with `--path`"
        collector.error("E0210", f"the policy `{use.name.text}` cannot be read", use.name.span, help=advice)
    elif found.name.text != use.name.text:
        collector.error(
            "E0212",
            f"the file for `{use.name.text}` holds the policy `{found.name.text}`",
            use.name.span,
            labels=[Label(found.name.span, f"it is named `{found.name.text}` here")],
            help="a policy has the name of its file; rename one of the two",
        )
        visit.complete = False
    else:
        visit.kept.append(use)
        path.append(_visit(found))


def _circle(use: Use, path: list[str], collector: Collector) -> None:
    circle = [*path[path.index(use.name.text) :], use.name.text]
    collector.error(
        "E0211",
        f"these policies use each other in a circle: {' → '.join(circle)}",
        use.name.span,
        help="move what both need into a third policy that both use",
    )
