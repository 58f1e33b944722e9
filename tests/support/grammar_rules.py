"""The rules of the grammar, and which of them a text uses.

A rule whose alternatives have names (``-> name`` in ``policy.lark``) counts once for each of these.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from lark import Token
from lark.exceptions import UnexpectedInput
from lark.grammar import Rule

from verifier.source import SourceFile
from verifier.syntax.expectations import END
from verifier.syntax.grammar import compile_grammar, grammar_text, load_grammar
from verifier.syntax.keywords import ITEM_WORDS
from verifier.syntax.lexer import lex


def alternatives() -> set[tuple[str, str]]:
    """Every rule of the grammar with each of its named alternatives, without those that Lark adds for repetition."""
    rules = compile_grammar(grammar_text()).rules
    return {alternative(rule) for rule in rules if not rule.origin.name.startswith("__")}


def alternative(rule: Rule) -> tuple[str, str]:
    """The rule and what tells its alternatives apart: the alias, or the one thing that it stands for."""
    only = rule.expansion[0].name if len(rule.expansion) == 1 else ""
    return str(rule.origin.name), str(rule.alias or only)


def reduced(text: str, start: str) -> set[tuple[str, str]]:
    """The alternatives that the parser uses for a text."""
    return {alternative(rule) for rule in _used(lex(SourceFile("", text)).tokens, start)}


def _used(tokens: Iterable[Token], start: str) -> set[Rule]:
    """The rules that the parser uses for some words, up to one that does not fit."""
    state = load_grammar().tables.parse_interactive("", start=start).parser_state
    used: set[Rule] = set()
    state.parse_conf = copy.copy(state.parse_conf)
    state.parse_conf.callbacks = {rule: (lambda _, rule=rule: used.add(rule)) for rule in state.parse_conf.callbacks}
    for token in (*tokens, Token(END, "")):
        state.feed_token(token, token.type == END)
    return used


# ---------------------------------------------------------------- forms, item by item


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a policy, or its header: where it stands, its name, the names that it speaks of, the forms it uses."""

    keyword: str
    name: str
    first_line: int
    names: frozenset[str]
    forms: frozenset[str]


@lru_cache(maxsize=1)
def forms() -> frozenset[str]:
    """Every rule that a policy can use, and ``rule:alias`` for each named alternative."""
    rules = compile_grammar(grammar_text()).rules
    parts: dict[str, set[str]] = {}
    for rule in rules:
        parts.setdefault(rule.origin.name, set()).update(symbol.name for symbol in rule.expansion)
    reached, waiting = set(), ["policy"]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting += [part for part in parts[name] - reached if part in parts]
    return frozenset(form for rule in rules if rule.origin.name in reached for form in _forms_of(rule))


def _forms_of(rule: Rule) -> set[str]:
    name = str(rule.origin.name)
    if name.startswith("__"):
        return set()
    return {name, f"{name}:{rule.alias}"} if rule.alias else {name}


def items(text: str) -> list[Item]:
    """The header and the items of a policy. Of an item that does not parse there are the forms before the mistake."""
    tokens = [token for token in lex(SourceFile("", text)).tokens if token.type != END]
    starts = [index for index, token in enumerate(tokens) if token.value in ITEM_WORDS]
    return [_item(tokens[first:end], text) for first, end in pairwise([*starts, len(tokens)])]


def _item(tokens: list[Token], text: str) -> Item:
    keyword = str(tokens[0].value)
    used = _used_before_a_mistake(tokens, "policy" if keyword == "policy" else "items")
    names = [str(token.value) for token in tokens if token.type == "NAME"]
    line = text.count("\n", 0, tokens[0].start_pos) + 1
    return Item(
        keyword,
        names[0] if names else "",
        line,
        frozenset(names),
        frozenset(form for rule in used for form in _forms_of(rule)),
    )


def _used_before_a_mistake(tokens: list[Token], start: str) -> set[Rule]:
    for end in range(len(tokens), 0, -1):
        with suppress(UnexpectedInput):
            return _used(tokens[:end], start)
    return set()
