"""The differences of two versions as Markdown, for a comment on a change.

Takes finished comparisons; gives one text that fits into a comment: for each policy a table of what changed, and folded
the smallest cases that show it. Renders, never computes a relation. Authors' words are escaped, as in ``markdown``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.comparison.model import Comparison, Difference, Example, InFlight, PromiseChange
from verifier.explain.words import plural
from verifier.reports.comparison import (
    SENTENCES,
    cases_of,
    counts,
    is_broken,
    is_same,
    phrase_of,
    unchanged,
    values_of,
    verdicts_of,
    word_of,
)
from verifier.reports.markdown import LONGEST, code, fenced, fitting, folded, inline
from verifier.reports.story import tell
from verifier.reports.style import Style

_PAGE = Style(color=False, unicode=True, width=80)
_HEAD = ("| item | change | meaning |", "|---|---|---|")


def comparison_markdown(
    found: Sequence[Comparison], only_old: Sequence[str], only_new: Sequence[str], style: Style
) -> str:
    """The report of a comparison: the sums, the tables, then as many cases as fit."""
    blocks = [f"### clauseproof diff: {inline(counts(found, only_old, only_new))}"]
    listed = [
        f"- {word}: {code(path)}" for word, paths in (("removed", only_old), ("added", only_new)) for path in paths
    ]
    tables = [table for comparison in found for table in _table(comparison)]
    tables += ["\n".join(fitting(listed, LONGEST // 6))] if listed else []
    several = len(found) > 1
    cases = [case for comparison in found for case in _cases(comparison, style, several)]
    for some, many, share in ((tables, "more parts of the overview", 2), (cases, "more cases", 1)):
        kept = fitting(some, LONGEST // share - sum(len(block) + 2 for block in blocks) - 100)
        blocks += kept
        if len(kept) < len(some):
            blocks.append(f"_{len(some) - len(kept)} {many} left out for want of room._")
    return style.signs("\n\n".join(blocks) + "\n")


# ---------------------------------------------------------------- the tables


def _table(found: Comparison) -> Iterator[str]:
    """What became of a policy: its relation in a sentence, and a row for each item that changed."""
    places = (
        code(found.old_path) if found.old_path == found.new_path else f"{code(found.old_path)} → {code(found.new_path)}"
    )
    head = f"**{inline(found.name)}: {found.relation}.** {inline(SENTENCES[found.relation])} ({places})"
    rows = [_row(item) for item in found.differences if not is_same(item)]
    rows += [_promise_row(item) for item in found.promises if not is_same(item)]
    yield head
    kept = fitting(rows, LONGEST // 6)
    if rows:
        more = [f"\n_{plural(len(rows) - len(kept), 'more row')}._"] if len(kept) < len(rows) else []
        yield "\n".join([*_HEAD, *kept, *more])
    if found.in_flight is not None:
        yield _in_flight(found.in_flight)
    same = unchanged(found)
    if same:
        yield same
    yield from (f"✗ **internal error**: {inline(fault)}" for fault in found.faults[:10])


def _row(item: Difference) -> str:
    meaning = [inline(phrase_of(item))] if phrase_of(item) else []
    meaning += [inline(f"{label.lower()}{values_of(case)}") for label, case in cases_of(item) if values_of(case)]
    meaning += [inline(item.reason)] if item.reason is not None else []
    return f"| {item.kind} {_named(item)} | {item.relation} | {'; '.join(meaning)} |"


def _promise_row(item: PromiseChange) -> str:
    title = f"{inline(item.title)}: " if item.title else ""
    return f"| promise {_named(item)} | {'✗ ' if is_broken(item) else ''}{word_of(item)} | {title}{verdicts_of(item)} |"


def _named(item: Difference | PromiseChange) -> str:
    return code(item.name) if item.old is None else f"{code(item.name)} (was {code(item.old)})"


def _in_flight(found: InFlight) -> str:
    """Cases under way, in a list."""
    lines = [f"- ✗ {code(name)} {inline(title or '')}: broken by a case under way" for name, title, _ in found.broken]
    lines += ["- ✗ a case can be at its end, although a step was possible"] if found.stuck is not None else []
    lines += [f"- ? {code(name)}: {inline(reason)}" for name, reason in found.unknown]
    lines += [f"- {plural(len(found.held), 'promise')} kept by every case under way"]
    lines += [f"- not asked: {', '.join(code(name) for name in found.left_out)}"] if found.left_out else []
    return "\n".join(["Cases under way:", "", *lines])


# ---------------------------------------------------------------- the cases


def _cases(found: Comparison, style: Style, several: bool) -> Iterator[str]:
    """The smallest cases, folded, broken promises first; of ``several`` policies each says which."""
    policy = f"{inline(found.name)}: " if several else ""
    for promise in found.promises:
        if promise.story is not None and is_broken(promise):
            yield _case(f"{policy}promise {code(promise.name)} broken", promise.story, style)
    if found.in_flight is not None:
        for name, _, example in found.in_flight.broken:
            yield _case(f"{policy}promise {code(name)} broken by a case under way", example, style)
        if found.in_flight.stuck is not None:
            yield _case(f"{policy}a case under way is at its end", found.in_flight.stuck, style)
    for item in found.differences:
        for label, example in cases_of(item):
            shown = inline(f"{label.lower()}{values_of(example)}")
            yield _case(f"{policy}{item.kind} {code(item.name)}: {shown}", example, style)


def _case(summary: str, example: Example, style: Style) -> str:
    page = Style(color=False, unicode=style.unicode, width=_PAGE.width)
    return folded(summary, fenced(tell(example.story, example.program, page)))
