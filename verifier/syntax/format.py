"""The formatter: the same policy in the one style.

Takes a source file; gives its formatted text, or the errors that keep it from being read. Works on the tokens as they
are written, so it can neither change what a policy means nor lose a comment, and checks both before it gives the
text. Empty lines between items and clauses are kept, up to one, and so are line breaks before `reads` and titles; all
other line breaks inside clauses are chosen anew.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from lark import Token

from verifier.diagnostics.model import Diagnostic, Severity
from verifier.records import dataclass
from verifier.source import SourceFile
from verifier.syntax import tree as t
from verifier.syntax.layout import Line, Note, lay_out
from verifier.syntax.lexer import lex
from verifier.syntax.parser import parse
from verifier.syntax.words import Context, spaced

_CLAUSE_INDENT: Final = 2


def format_source(source: SourceFile) -> str | tuple[Diagnostic, ...]:
    """The formatted text of a policy; its errors if it has any."""
    parsed = parse(source)
    errors = tuple(each for each in parsed.diagnostics if each.severity is Severity.ERROR)
    if errors or parsed.tree is None:
        return errors
    text = _formatted(source, parsed.tree)
    again = parse(SourceFile(source.path, text)).tree
    assert again == parsed.tree, "formatting must not change the meaning"
    assert again is not None
    assert _texts(again) == _texts(parsed.tree), "formatting must not lose a comment"
    return text


def _texts(tree: t.PolicyTree) -> list[str]:
    return [comment.text for comment in tree.comments]


def _formatted(source: SourceFile, tree: t.PolicyTree) -> str:
    tokens = lex(source).tokens
    comments = _attached(source, tokens, tree.comments)
    starts = _line_starts(tree, tokens)
    lines = []
    for number, (index, kind) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(tokens)
        context = Context(source, kind, index, tokens, comments.before, comments.after)
        indent = 0 if kind in _HEADS else _CLAUSE_INDENT
        words, columns = spaced(context, end)
        lines.append(Line(kind, indent, words, _blank_before(source, tokens[index].start_pos or 0), columns))
    return lay_out(lines, comments.closing)


# ---------------------------------------------------------------- lines

_HEADS: Final = frozenset(
    (
        *("Policy", "Source", "Use", "Actor", "Enum", "Entity", "Record", "Fact", "Status", "Reading", "Assume"),
        *("Define", "Decide", "Table", "Step", "Duty", "Prove", "Scenario", "Waive"),
    )
)


def _line_starts(tree: t.PolicyTree, tokens: Sequence[Token]) -> list[tuple[int, str]]:
    """The index of the first token of every line, and what the line is."""
    places = [token.start_pos or 0 for token in tokens]
    starts = [(0, "Policy")]
    nodes = (node for item in tree.items for node in (item, *_clauses(item)))
    starts.extend((bisect_left(places, node.span.start), type(node).__name__) for node in nodes)
    return starts


def _clauses(item: t.Item) -> Iterator[t.Node]:
    """The parts of an item that start a line of their own, in text order."""
    parts: list[t.Node] = []
    match item:
        case t.Record(fields=fields):
            parts += fields
        case t.Decide(rules=rules, otherwise=otherwise):
            parts += [*rules, *([] if otherwise is None else [otherwise])]
        case t.Table(rows=rows, otherwise=otherwise):
            parts += [*rows, *([] if otherwise is None else [otherwise])]
        case t.Step(clauses=clauses):
            parts += clauses
        case t.Prove(form=form):
            parts.append(form)
        case t.Scenario(clauses=steps):
            parts += steps
        case _:
            pass
    return iter(sorted(parts, key=lambda node: node.span.start))


def _blank_before(source: SourceFile, place: int) -> bool:
    """Whether an empty line stands directly before a place."""
    text = source.text[:place] if place < 200 else source.text[place - 200 : place]
    gap = text[len(text.rstrip()) :]
    return gap.count("\n") > 1


# ---------------------------------------------------------------- comments


@dataclass(frozen=True, slots=True)
class _Comments:
    """Comments by the index of the token after them (on lines of their own) or before them (at the end of a line)."""

    before: dict[int, tuple[Note, ...]]
    after: dict[int, str]
    closing: tuple[Note, ...]


def _attached(source: SourceFile, tokens: Sequence[Token], comments: Sequence[t.Comment]) -> _Comments:
    places = [token.start_pos or 0 for token in tokens]
    before: dict[int, tuple[Note, ...]] = {}
    after: dict[int, str] = {}
    for comment in comments:
        start = comment.span.start
        index = bisect_left(places, start)
        line_start = source.text.rfind("\n", 0, start) + 1
        if source.text[line_start:start].strip():
            after[index - 1] = comment.text
        else:
            indent = 0 if start == line_start else _CLAUSE_INDENT
            note = Note(comment.text, indent, _blank_before(source, start))
            before[index] = (*before.get(index, ()), note)
    return _Comments(before, after, before.pop(len(tokens), ()))
