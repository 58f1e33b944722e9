"""Parsing on after an error: item by item, and clause by clause inside an item that has one.

Takes the tokens of a file; gives the pieces that are whole, a diagnostic for each independent error, and what the
broken items seem to declare. An error in one item never changes how another is read.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from types import MappingProxyType
from typing import Final, cast

from lark import Token, UnexpectedToken

from verifier.diagnostics.model import Diagnostic, Fix, Severity
from verifier.records import dataclass
from verifier.source import SourceFile, Span
from verifier.syntax.build import Piece
from verifier.syntax.expectations import END
from verifier.syntax.faults import explain
from verifier.syntax.grammar import Start, load_grammar
from verifier.syntax.keywords import CLAUSE_OWNERS, ITEM_WORDS
from verifier.syntax.repair import Stop, end_token, starts_line, walk
from verifier.syntax.shapes import place_of_clause
from verifier.syntax.synonyms import ITEM_SYNONYMS, SYNONYMS

_ITEM_TERMINALS: Final = frozenset(word.upper() for word in ITEM_WORDS)
_HEADS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "RECORD": ("RECORD", "NAME"),
        "DECIDE": ("DECIDE", "NAME", "COLON", "NAME"),
        "TABLE": ("TABLE", "NAME", "LPAR", "NAME", "COLON", "NAME", "RPAR", "COLON", "NAME"),
        "STEP": ("STEP", "NAME"),
        "SCENARIO": ("SCENARIO", "NAME"),
    }
)
"""The shortest beginning of each item that has clauses, so that its later clauses can be read alone."""

_CLAUSES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "RECORD": frozenset(("FIELD",)),
        "DECIDE": frozenset(("RULE", "EXCEPTION", "OTHERWISE")),
        "TABLE": frozenset(("ROW", "OTHERWISE")),
        "STEP": frozenset(("REQUIRES", "THEN")),
        "SCENARIO": frozenset(("GIVEN", "WHEN", "ON", "AFTER", "EXPECT")),
    }
)
_ITEM_COLUMN: Final = 2
_CLAUSE_TERMINALS: Final = frozenset(terminal for clauses in _CLAUSES.values() for terminal in clauses)


@dataclass(slots=True)
class Recovered:
    """What could be read of a broken file, filled while it is read."""

    source: SourceFile
    header: Piece | None = None
    pieces: list[Piece] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    dropped: list[Token] = field(default_factory=list)


def build(tokens: Sequence[Token], start: Start) -> Piece:
    """Run the parse tables over tokens; raises ``UnexpectedToken`` at the first that does not fit."""
    session = load_grammar().tables.parse_interactive("", start=start)
    feed = session.feed_token
    for token in tokens:
        feed(token)
    return cast("Piece", feed(end_token(tokens)))


def recover(source: SourceFile, tokens: Sequence[Token]) -> Recovered:
    """Read every part of a broken file on its own."""
    result = Recovered(source)
    chunks = list(_chunks(source, tokens))
    place = next((i for i, chunk in enumerate(chunks) if chunk[0].type == "POLICY"), None)
    if place is None:
        result.problems.append(missing_header(source, tokens))
        place = 0 if result.problems[0].code == "E0102" else None
        if place is None and tokens and tokens[0].type not in _ITEM_TERMINALS:
            result.dropped.extend(chunks.pop(0))
    elif place > 0:
        result.problems.append(_late_header(source, chunks[place][0]))
    if place is not None:
        chunks[place : place + 1] = _read_header(result, chunks[place])
    for chunk in chunks:
        _read_items(result, chunk)
    return result


def missing_header(source: SourceFile, tokens: Sequence[Token]) -> Diagnostic:
    """A file that does not start with `policy`."""
    if not tokens:
        span = Span(source, 0, 0)
        advice = 'Start with `policy NAME "title"`.'
        return Diagnostic("E0114", Severity.ERROR, "This file contains no policy", span, (), advice)
    first = tokens[0]
    span = Span(source, first.start_pos or 0, first.end_pos or 0)
    if difflib.get_close_matches(str(first).lower(), ["policy"], cutoff=0.7):
        fixes = (Fix(span, "policy", "Write `policy`"),)
        message = f"Expected `policy`, found `{first}`"
        return Diagnostic("E0102", Severity.ERROR, message, span, (), "A file starts with `policy NAME`.", fixes)
    message = f"A policy starts with its name, not with `{first}`"
    advice = 'Write `policy NAME "title"` before everything else.'
    return Diagnostic("E0114", Severity.ERROR, message, span, (), advice)


def declared_names(tokens: Sequence[Token]) -> Iterator[str]:
    """Names that broken items seem to declare: after a keyword, before a colon, or among the values of an enum."""
    listing = typing = False
    yield from _written_apart(tokens)
    for index, token in enumerate(tokens):
        before = tokens[index - 1].type if index else ""
        after = tokens[index + 1].type if index + 1 < len(tokens) else ""
        if token.type in {"FACT", "STATUS", "FIELD"}:
            typing = True  # a type that could not be read may hold several names, or the values of an enum
        elif token.type in {*_CLAUSE_TERMINALS, *_ITEM_TERMINALS, "STARTS", "READS"}:
            typing = False
        if token.type in _ITEM_TERMINALS:
            listing = token.type in {"ENUM", "READING"}
        elif listing and token.type == "STRING":
            yield from re.findall(r"[A-Za-z_]\w*", token)  # an unclosed text swallows values
        elif token.type == "NAME" and (
            before in _ITEM_TERMINALS
            or before in {"RULE", "EXCEPTION", "FIELD"}
            or after == "COLON"
            or after in _ITEM_TERMINALS
            or listing
            or typing
        ):
            yield str(token)


def _written_apart(tokens: Sequence[Token]) -> Iterator[str]:
    """Names such as `work_permit` that were written `work-permit` or `work permit` in a broken item."""
    words: list[str] = []
    for token in tokens:
        if token.type == "NAME":
            words.append(str(token))
        elif token.type != "MINUS":
            words = []
        if len(words) > 1:
            yield "_".join(words)


# ---------------------------------------------------------------- pieces of a file


def _chunks(source: SourceFile, tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens from each item keyword at the start of a line to the next."""
    chunk: list[Token] = []
    for token in tokens:
        if token.type in _ITEM_TERMINALS and chunk and starts_line(source, token):
            yield chunk
            chunk = []
        chunk.append(token)
    if chunk:
        yield chunk


def _read_header(result: Recovered, chunk: list[Token]) -> list[list[Token]]:
    """Read `policy NAME "title"`; gives back what else stands on its lines."""
    end = next((i for i, token in enumerate(chunk) if i > 1 and token.type in _ITEM_TERMINALS), len(chunk))
    word = chunk[0]
    head, rest = [Token("POLICY", "policy", word.start_pos, end_pos=word.end_pos), *chunk[1:end]], chunk[end:]
    stop = walk(result.source, head, "header")
    if stop is None:
        result.header = build(head, "header")
    elif END in stop.accepted and starts_line(result.source, stop.found):
        result.header = build(head[: stop.index], "header")
        rest = [*head[stop.index :], *rest]
    else:
        result.problems.append(explain(stop))
    return [rest] if rest else []


def _read_items(result: Recovered, chunk: list[Token]) -> None:
    """Read one chunk: usually one item."""
    try:
        result.pieces.extend(cast("list[Piece]", build(chunk, "items").children))
    except UnexpectedToken:
        stop = walk(result.source, chunk, "items")
        assert stop is not None
        _read_broken(result, chunk, stop)


def _read_broken(result: Recovered, chunk: list[Token], stop: Stop) -> None:
    found = stop.found
    if stop.index == 0 and found.type == "POLICY":
        result.problems.append(_second_header(result.source, found))
        return
    if END in stop.accepted and found.type != END and _starts_item(result.source, stop):
        if stop.index:
            _read_items(result, chunk[: stop.index])
        _read_unknown_items(result, chunk[stop.index :])
        return
    split = next((i for i in range(max(1, stop.index), len(chunk)) if chunk[i].type in _ITEM_TERMINALS), None)
    if split is not None and walk(result.source, chunk[split:], "items") is None:
        _read_items(result, chunk[:split])
        _read_items(result, chunk[split:])
        return
    later = _later_item(result.source, chunk, stop.index + 1)
    result.dropped.extend(chunk[:later])
    result.problems.append(explain(stop))
    _read_later_clauses(result, chunk[:later], stop.index)
    _read_unknown_items(result, chunk[later:])


def _late_header(source: SourceFile, token: Token) -> Diagnostic:
    span = Span(source, token.start_pos or 0, token.end_pos or 0)
    message = "`policy` stands after other items"
    return Diagnostic("E0115", Severity.ERROR, message, span, (), "Move it to the start of the file.")


def _second_header(source: SourceFile, token: Token) -> Diagnostic:
    span = Span(source, token.start_pos or 0, token.end_pos or 0)
    message = "A second `policy` in the same file"
    return Diagnostic("E0115", Severity.ERROR, message, span, (), "Move it to a file of its own, and `use` it here.")


# ---------------------------------------------------------------- items with an unknown keyword


def _starts_item(source: SourceFile, stop: Stop) -> bool:
    """Whether a word that does not fit was meant to start an item: it starts a line and looks most like that."""
    if not starts_line(source, stop.found) or not str(stop.found)[:1].isalpha():
        return False
    clauses = [each.lower() for kind in _CLAUSES.values() for each in kind if each in stop.accepted]
    clauses += ["reads"] if "READS" in stop.accepted else []
    guess = _guess(str(stop.found), clauses)
    in_column = _in_first_column(source, stop.found)
    if not in_column and guess is not None:
        meant = set(SYNONYMS.get(str(stop.found).lower(), ())) & set(clauses)
        if meant or not _resembles(str(stop.found), guess):
            return False
    if guess is not None and guess in ITEM_WORDS:
        return in_column or guess not in clauses
    return in_column and guess is None


def _in_first_column(source: SourceFile, token: Token) -> bool:
    """Whether a token stands where items start; a space left by a deleted word does not matter."""
    return starts_line(source, token) and source.position(token.start_pos or 0)[1] <= _ITEM_COLUMN


def _resembles(word: str, meant: str) -> bool:
    """Whether a word that is not in the first column is close enough to that of an item to start one."""
    known = ITEM_SYNONYMS.get(word.lower()) == meant
    return known or bool(difflib.get_close_matches(word.lower(), [meant], n=1, cutoff=0.8))


def _later_item(source: SourceFile, chunk: Sequence[Token], index: int) -> int:
    """Where, after an error, the next item with a misspelt keyword seems to start (the end if nowhere)."""
    for i in range(max(index, 1), len(chunk)):
        token = chunk[i]
        if token.type == "NAME" and _in_first_column(source, token):
            swapped = i + 1 < len(chunk) and chunk[i + 1].type in _ITEM_TERMINALS
            if swapped or _guess(str(token), ()):
                return i
    return len(chunk)


def _guess(word: str, clauses: Sequence[str]) -> str | None:
    if word.lower() in ITEM_SYNONYMS and not clauses:
        return ITEM_SYNONYMS[word.lower()]
    close = difflib.get_close_matches(word.lower(), [*ITEM_WORDS, *clauses], n=1, cutoff=0.65)
    return close[0] if close else ITEM_SYNONYMS.get(word.lower())


def _read_unknown_items(result: Recovered, chunk: list[Token]) -> None:
    """Report each item with a misspelt keyword, of which several may follow each other."""
    while chunk:
        end = _later_item(result.source, chunk, 1)
        _read_unknown_item(result, chunk[:end])
        chunk = chunk[end:]


def _read_unknown_item(result: Recovered, chunk: list[Token]) -> None:
    """Report the first word, then read on as if it had been the one that it resembles."""
    word = chunk[0]
    span = Span(result.source, word.start_pos or 0, word.end_pos or 0)
    if str(word) in CLAUSE_OWNERS:
        message = f"`{word}` stands here under no item of its own"
        result.problems.append(Diagnostic("E0101", Severity.ERROR, message, span, (), place_of_clause(chunk)))
        result.dropped.extend(chunk)
        return
    if len(chunk) > 1 and chunk[1].type in _ITEM_TERMINALS and word.type == "NAME":
        result.problems.append(_swapped(result.source, word, chunk[1]))
        result.dropped.extend([chunk[1], word, *chunk[2:]])
        return
    guess = _guess(str(word), ())
    if guess is None and (missing := _missing_words(result.source, chunk)):
        result.problems.append(_without_its_word(span, missing))
        result.dropped.extend([Token(missing[0].upper(), missing[0], span.start, end_pos=span.start), *chunk])
        return
    fixes = () if guess is None else (Fix(span, guess, f"Write `{guess}`"),)
    known = ", ".join(f"`{each}`" for each in ITEM_WORDS[1:])
    advice = f"Did you mean `{guess}`?" if guess else f"Items start with {known}."
    message = f"`{word}` does not start an item"
    result.problems.append(Diagnostic("E0102", Severity.ERROR, message, span, (), advice, fixes))
    meant = chunk if guess is None else [Token(guess.upper(), guess, word.start_pos, end_pos=word.end_pos), *chunk[1:]]
    result.dropped.extend(meant)
    if guess is not None:
        _read_on(result, meant)


def _swapped(source: SourceFile, name: Token, word: Token) -> Diagnostic:
    span = Span(source, name.start_pos or 0, word.end_pos or 0)
    fix = Fix(span, f"{word} {name}", f"Write `{word} {name}`")
    message = f"`{word}` stands before the name"
    return Diagnostic("E0101", Severity.ERROR, message, span, (), f"Write `{word} {name}`.", (fix,))


def _missing_words(source: SourceFile, chunk: list[Token]) -> list[str]:
    """The words of items of which one is missing before what is otherwise whole."""
    place = chunk[0].start_pos or 0
    heads = [Token(word.upper(), word, place, end_pos=place) for word in ITEM_WORDS[1:]]
    return [str(head) for head in heads if walk(source, [head, *chunk], "items") is None]


def _without_its_word(span: Span, missing: list[str]) -> Diagnostic:
    words = " or ".join(f"`{word}`" for word in missing)
    place = Span(span.source, span.start, span.start)
    fixes = tuple(Fix(place, f"{word} ", f"Add `{word}`") for word in missing)
    message = f"{words} is missing before `{span.text}`"
    return Diagnostic("E0101", Severity.ERROR, message, span, (), f"Write {words} at the start of the line.", fixes)


def _read_on(result: Recovered, meant: list[Token]) -> None:
    """Report the errors on the later lines of an item whose keyword was misspelt."""
    stop = walk(result.source, meant, "items")
    if stop is None:
        return
    line = result.source.position(meant[0].start_pos or 0)[0]
    problem = explain(stop)
    if problem.span is not None and problem.span.first[0] > line:
        result.problems.append(problem)
    _read_later_clauses(result, meant, stop.index)


# ---------------------------------------------------------------- clauses after the first error


def _read_later_clauses(result: Recovered, chunk: list[Token], index: int) -> None:
    """Report further errors in the clauses after the one with an error at ``index``."""
    kind = next((token.type for token in reversed(chunk[: index + 1]) if token.type in _ITEM_TERMINALS), "")
    clauses = _CLAUSES.get(kind, frozenset())
    while True:
        # A misspelt first word of a clause is what was just reported; a right one follows an unfinished clause.
        first = index if index < len(chunk) and chunk[index].type in clauses else index + 1
        start = next((i for i in range(first, len(chunk)) if _starts_clause(result.source, chunk[i], clauses)), None)
        if start is None:
            return
        place = chunk[start].start_pos or 0
        head = [Token(terminal, terminal.lower(), place, end_pos=place) for terminal in _HEADS[kind]]
        stop = walk(result.source, [*head, *chunk[start:]], "items")
        if stop is None:
            return
        result.problems.append(explain(stop))
        index = max(stop.index - len(head) + start, start + 1)


def _starts_clause(source: SourceFile, token: Token, clauses: frozenset[str]) -> bool:
    """Whether a token starts a line and is, or was meant to be, the first word of a clause."""
    if not starts_line(source, token):
        return False
    words = [each.lower() for each in clauses]
    close = difflib.get_close_matches(token.lower(), words, n=1, cutoff=0.75)
    return token.type in clauses or (
        token.type == "NAME" and bool(close or set(SYNONYMS.get(token.lower(), ())) & set(words))
    )
