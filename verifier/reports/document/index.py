"""The index of a report: the terms of a policy, where each is explained, and the promises that rest on it.

Takes a policy in a report; gives entries in alphabetical order. Solves nothing.
"""

from __future__ import annotations

import unicodedata
from dataclasses import fields

from verifier.core.expressions import Act
from verifier.core.program import (
    Actor,
    Decision,
    Declared,
    Definition,
    Entity,
    Enum,
    Fact,
    Program,
    Reading,
    Record,
    Source,
    Status,
    Step,
)
from verifier.explain.conditions import say_act
from verifier.explain.kinds import type_words
from verifier.explain.statements import capital
from verifier.explain.words import spaced, without_article
from verifier.reports.document.model import Entry
from verifier.reports.document.parts import Folio
from verifier.reports.document.promises import title_of


def index_of(folio: Folio) -> tuple[Entry, ...]:
    """An entry for each term, step, rule or duty that a clause of its own explains."""
    found = []
    for item in _declared(folio.program):
        clause = folio.portrait.find(item.name)
        if clause is not None:
            place = folio.place("clause", clause.label)
            found.append(Entry(capital(_term(item, folio.program)), clause.number, place, _resting_on(item, folio)))
    return tuple(sorted(found, key=lambda entry: (_sorted_by(entry.term), entry.number)))


def _declared(program: Program) -> list[Declared]:
    """What clauses explain. Of two things of one name, the portrait finds the first, so only that one is listed."""
    items = {
        item.name: item
        for field in reversed(fields(program))
        if isinstance(group := getattr(program, field.name), tuple)
        for item in reversed(group)
        if isinstance(item, Declared)
    }
    return list(items.values())


def _term(item: Declared, program: Program) -> str:
    """What is looked up: the author's phrase, without an article."""
    match item:
        case Source():
            return item.title
        case Actor():
            return without_article(item.phrase)
        case Enum() | Entity() | Record():
            return type_words(item.name).strip("“”")
        case Fact() | Status() | Decision() | Definition() if item.reads is not None:
            return without_article(item.reads.positive)
        case Step():
            return without_article(say_act(Act(item.name, None), program))
        case Reading():
            return without_article(item.question)
        case _:
            return spaced(item.name)


def _resting_on(item: Declared, folio: Folio) -> tuple[tuple[str, str], ...]:
    """The promises, by title and place, whose proofs rest on a clause or on a part of it."""
    return tuple(
        (title_of(result), folio.place("promise", result.name))
        for result in folio.policy.properties
        if any(label == item.name or label.startswith(f"{item.name}.") for label in result.rests_on)
    )


def _sorted_by(term: str) -> str:
    """The letters and digits of a term, without accents and capitals."""
    plain = unicodedata.normalize("NFKD", term.casefold())
    return "".join(sign for sign in plain if sign.isalnum() or sign == " ").strip()
