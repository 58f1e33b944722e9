"""Did-you-mean: names close to a misspelt one, and the diagnostic for a name that is not there.

Takes a wrong name, the kind needed and the names of that kind; gives a diagnostic with a fix. Never guesses silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches

from verifier.checking.scope import Scope
from verifier.diagnostics.model import Collector, Diagnostic, Fix, Label
from verifier.source import Span

_FEW = 6
_OF_MISSING_NAMES = ("E0202", "E0203", "E0204", "E0205", "E0206", "E0207", "E0209", "E0214", "E0215")


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


_Places = Mapping[str, "list[tuple[int, int]]"]


def once_each(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics with repetitions joined: one missing name is one fault, however often it is used.

    What is about the same name and has no correction of its own becomes a label of the first of its kind; where every
    use can only mean one declaration that is spelt otherwise, the correction is there.
    """
    kept: dict[object, list[Diagnostic]] = {}
    texts: dict[str, _Places] = {}
    for item in diagnostics:
        kept.setdefault(_fault(item, texts), []).append(item)
    return tuple(_joined(group, texts) for group in kept.values())


def _fault(item: Diagnostic, texts: dict[str, _Places]) -> object:
    """What two diagnostics have in common if they are about one missing name; otherwise the diagnostic itself."""
    if item.code not in _OF_MISSING_NAMES or item.span is None:
        return id(item)
    if item.fixes:
        fix = item.fixes[0]
        misspelt = fix.span == item.span and len(item.fixes) == 1 and _declared_once(fix, texts) is not None
        return ("misspelt", item.span.text, fix.replacement) if misspelt else id(item)
    if item.message.startswith(f"`{item.span.text}` is not "):
        return (item.code, item.span.text)
    return (item.code, item.message, item.help)


def _joined(group: list[Diagnostic], texts: dict[str, _Places]) -> Diagnostic:
    first = group[0]
    if len(group) == 1 or first.span is None:
        return first
    if first.fixes:
        return _misspelt_declaration(group, first.span.text, texts)
    others = [item.span for item in group[1:] if item.span is not None][: _FEW - len(first.labels)]
    return replace(first, labels=(*first.labels, *(Label(span, "and here") for span in others)))


def _misspelt_declaration(group: list[Diagnostic], used: str, texts: dict[str, _Places]) -> Diagnostic:
    """One report of a name that is declared in one spelling and always used in another."""
    first = group[0]
    declared = _declared_once(first.fixes[0], texts)
    assert declared is not None
    spelt = first.fixes[0].replacement
    labels = [Label(item.span, f"used as `{used}`") for item in group[: _FEW - 1] if item.span is not None]
    message = f"this is declared as `{spelt}`, but always used as `{used}`"
    fix = Fix(declared, used, f"write `{used}`")
    advice = f"write `{used}` here, or `{spelt}` in the {len(group)} places where it is used"
    return replace(first, message=message, span=declared, labels=tuple(labels), help=advice, fixes=(fix,))


def _declared_once(fix: Fix, texts: dict[str, _Places]) -> Span | None:
    """The one place outside texts and comments where the proposed name stands: its declaration, if in this file."""
    source = fix.span.source
    if source.path not in texts:
        texts[source.path] = _places_of_words(source.text)
    found = texts[source.path].get(fix.replacement, [])
    return Span(source, *found[0]) if len(found) == 1 else None


def _places_of_words(text: str) -> _Places:
    places: dict[str, list[tuple[int, int]]] = {}
    for match in re.finditer(r'"[^"\n]*"|#[^\n]*|[A-Za-z_][A-Za-z0-9_]*', text):
        places.setdefault(match[0], []).append(match.span())
    return places


def did_you_mean(guess: str | None, span: Span) -> tuple[Fix, ...]:
    """The fix that puts the guess in the place of the wrong name."""
    return () if guess is None else (Fix(span, guess, f"write `{guess}`"),)
