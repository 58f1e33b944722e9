"""Did-you-mean: names close to a misspelt one, and the diagnostic for a name that is not there.

Takes a wrong name, the kind needed and the names of that kind; gives a diagnostic with a fix. Never guesses silently.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from verifier.checking.scope import Scope
from verifier.diagnostics.model import Collector, Diagnostic, Fix, Label
from verifier.source import Span

_FEW = 6
_OF_MISSING_NAMES = ("E0202", "E0203", "E0204", "E0205", "E0206", "E0207")


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like the name, or ``None``; case, underscores and the order of the letters hardly matter."""
    by_key: dict[str, str] = {}
    for candidate in sorted(candidates):
        by_key.setdefault(_key(candidate), candidate)
    key = _key(name)
    found = get_close_matches(key, list(by_key), n=1, cutoff=0.7)
    swapped = [other for other in by_key if sorted(other) == sorted(key)]
    return by_key[(found or swapped)[0]] if found or swapped else None


def _key(name: str) -> str:
    return name.lower().replace("_", "")


def listing(names: Iterable[str], limit: int = 8) -> str:
    """```a`, `b` and `c```: names in backticks, at most ``limit`` of them."""
    quoted = [f"`{name}`" for name in names]
    if len(quoted) > limit:
        return ", ".join(quoted[:limit]) + f" and {len(quoted) - limit} more"
    if len(quoted) < 2:
        return "".join(quoted)
    return ", ".join(quoted[:-1]) + f" and {quoted[-1]}"


def unknown(
    collector: Collector, scope: Scope, code: str, name: str, span: Span, needed: str, candidates: Iterable[str]
) -> None:
    """Report that ``name`` is not ``needed`` (``a step``), unless that is the echo of another error."""
    if scope.excuses(name):
        return
    names = list(dict.fromkeys(candidates))
    other = scope.kind_of(name)
    guess = closest(name, names)
    what = f"`{name}` is {other[0]}, not {needed}" if other else f"`{name}` is not {needed}"
    labels = [Label(other[1], f"`{name}` is declared here")] if other else []
    collector.error(
        code, what, span, labels=labels, help=_advice(name, guess, names, needed), fixes=did_you_mean(guess, span)
    )


def _advice(name: str, guess: str | None, names: list[str], needed: str) -> str:
    if guess is not None:
        return f"did you mean `{guess}`?"
    noun = needed.removeprefix("an ").removeprefix("a ")
    if not names:
        return f"no {noun} is declared here; declare one, or `use` the policy that does"
    if len(names) > _FEW:
        return f"declare `{name}`, or `use` the policy that does"
    return f"declare it, or write one of these: {listing(names)}"


def once_each(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics with repetitions joined: one missing name is one fault, however often it is used.

    What says the same and has no fix of its own becomes a label of the first of its kind.
    """
    kept: dict[object, Diagnostic] = {}
    for item in diagnostics:
        key = (item.code, item.message, item.help) if item.code in _OF_MISSING_NAMES and not item.fixes else id(item)
        first = kept.setdefault(key, item)
        if first is not item and item.span is not None and len(first.labels) < _FEW:
            kept[key] = replace(first, labels=(*first.labels, Label(item.span, "and here")))
    return tuple(kept.values())


def did_you_mean(guess: str | None, span: Span) -> tuple[Fix, ...]:
    """The fix that puts the guess in the place of the wrong name."""
    return () if guess is None else (Fix(span, guess, f"write `{guess}`"),)
