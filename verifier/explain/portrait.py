"""The policy itself in plain English: every clause numbered, with its citations.

Takes a checked program; gives sections of clauses in words, from fixed templates over the author's phrases. A clause
keeps the full name by which proofs speak of it, so that a view can lead from a verdict to what it rests on. Judges
nothing. Decisions and tables are in ``portrait_rules``.
"""

from __future__ import annotations

from collections.abc import Sequence

from verifier.core.expressions import Act, Const, Expr
from verifier.core.program import (
    Assumption,
    Declared,
    Definition,
    Duty,
    Effect,
    Enum,
    Fact,
    Param,
    Program,
    Reading,
    Reads,
    Record,
    Requirement,
    Status,
    Step,
)
from verifier.core.types import Type, YesNoType
from verifier.explain.conditions import say_act, say_condition, say_noun
from verifier.explain.kinds import say_kind, type_words
from verifier.explain.phrases import clause_of, declared, say_actors
from verifier.explain.portrait_model import Clause, Portrait, Section
from verifier.explain.portrait_rules import decision_clause
from verifier.explain.statements import Statement, capital, sentence, spelled
from verifier.explain.words import bare_name, listed, named, say_member, spaced, with_article

AT_THE_START, AFTER_IT, BY_IT = "at the start,", "after it,", "by it,"


def portray(program: Program) -> Portrait:
    """The policy and all that it uses."""
    drafts = (
        ("The sources", "What the clauses cite.", [_source(item) for item in program.sources]),
        ("Who takes part", "Who may act in a case.", [_plain(i, sentence(i.phrase)) for i in program.actors]),
        (
            "What the words mean",
            "Terms with a fixed list of values, and abbreviations.",
            [
                *(_plain(item, _enum(item, program)) for item in program.enums),
                *(
                    _plain(item, Statement(f"Of each {type_words(item.name)} only its identity counts."))
                    for item in program.entities
                ),
                *(_plain(item, _record(item, program)) for item in program.records),
                *(_definition(item, program) for item in program.definitions),
            ],
        ),
        ("What is given with a case", "These facts never change.", [_fact(item, program) for item in program.facts]),
        ("What can change", "Only steps change these.", [_status(item, program) for item in program.statuses]),
        (
            "Open questions of reading",
            "The text can be read in more than one way; each is looked at.",
            [_plain(item, _reading(item, program)) for item in program.readings],
        ),
        ("What is assumed", "Cases for which this is not so are left out.", _assumptions(program)),
        ("What is decided, and how", "", [decision_clause(item, program) for item in program.decisions]),
        ("The steps", "A step can be taken whenever all that it requires holds.", _steps(program)),
        ("Duties", "What must follow, and by when.", [_duty(item, program) for item in program.duties]),
    )
    sections = [(title, intro, clauses) for title, intro, clauses in drafts if clauses]
    return Portrait(
        tuple(
            Section(title, intro, tuple(item.numbered(f"{place}.{n}") for n, item in enumerate(clauses, 1)))
            for place, (title, intro, clauses) in enumerate(sections, start=1)
        )
    )


def _plain(item: Declared, said: Statement) -> Clause:
    return Clause(item.name, said, item.cites, item.origin)


def _source(item: Declared) -> Clause:
    title = getattr(item, "title", item.name)
    return _plain(item, Statement(f"“{title}”, cited as {spaced(item.name)}."))


# ---------------------------------------------------------------- terms


def _enum(item: Enum, program: Program) -> Statement:
    members = [say_member(member, item.type, program) for member in item.type.members]
    return sentence(f"{type_words(item.name)} is one of: {listed(members, 'or')}")


def _record(item: Record, program: Program) -> Statement:
    fields = [
        Statement(f"{spaced(name) if reads is None else reads.positive} ({say_kind(type_, program)})")
        for (name, type_), reads in zip(item.type.fields, item.phrases, strict=True)
    ]
    return Statement(f"Of each {spaced(item.name).lower()} it is known:", tuple(fields))


def _definition(item: Definition, program: Program) -> Clause:
    who = _for(item.params, program)
    if isinstance(item.type, YesNoType):
        words = spaced(item.name) if item.reads is None else item.reads.positive
        return _plain(item, spelled(f"“{words}”{who} means that", item.body, program))
    words = spaced(item.name) if item.reads is None else item.reads.positive
    return _plain(item, sentence(f"“{words}”{who} means {say_noun(item.body, program)}"))


def _for(params: Sequence[Param], program: Program) -> str:
    return (
        f" (for {listed([f'{bare_name(p.name)}, {say_kind(p.type, program)}' for p in params], '; and')})"
        if params
        else ""
    )


# ---------------------------------------------------------------- facts, statuses, readings, assumptions


def _fact(item: Fact, program: Program) -> Clause:
    return _plain(item, _what(item.name, item.type, item.reads, program))


def _what(name: str, type_: Type, reads: Reads | None, program: Program) -> Statement:
    """What a fact or status tells, and which values it has."""
    if isinstance(type_, YesNoType):
        return sentence(f"whether {reads.positive}" if reads else f"{named(name)}: yes or no")
    subject = named(name) if reads is None else with_article(reads.positive)
    return sentence(f"{subject}: {say_kind(type_, program)}")


def _status(item: Status, program: Program) -> Clause:
    said = _what(item.name, item.type, item.reads, program)
    if item.starts is None:
        start = Clause(
            "",
            Statement(
                "At the start, this may be either."
                if isinstance(item.type, YesNoType)
                else "At the start, this may have any value."
            ),
            (),
            item.origin,
        )
    else:
        start = Clause(f"{item.name}.starts", becomes(AT_THE_START, item.name, item.starts, program), (), item.origin)
    return Clause(item.name, said, item.cites, item.origin, parts=(start,))


def becomes(opening: str, name: str, value: Expr, program: Program) -> Statement:
    """That a status has a value from some time on."""
    item = declared(name, program)
    reads = None if item is None else item.reads
    if not isinstance(value.type, YesNoType):
        subject = named(name) if reads is None else with_article(reads.positive)
        verb = "is" if opening == AT_THE_START or isinstance(value, Const) else "becomes"
        return sentence(f"{opening} {subject} {verb} {say_noun(value, program)}")
    if isinstance(value, Const):
        answer = value.value is True
        words = f"{bare_name(name)} is {'yes' if answer else 'no'}" if reads is None else clause_of(reads, answer)
        return sentence(f"{opening} {words}")
    words = bare_name(name) if reads is None else reads.positive
    return spelled(f"{opening} “{words}” holds exactly when", value, program)


def _reading(item: Reading, program: Program) -> Statement:
    choices = tuple(Statement(say_member(member, item.type, program)) for member in item.type.members)
    return Statement(f"{capital(item.question)}:", choices)


def _assumptions(program: Program) -> list[Clause]:
    return [_assumption(item, program) for item in program.assumptions]


def _assumption(item: Assumption, program: Program) -> Clause:
    said = spelled("it is assumed that", item.condition, program)
    return Clause(item.name, said, item.cites, item.origin, because=item.because)


# ---------------------------------------------------------------- steps and duties


def _steps(program: Program) -> list[Clause]:
    return [_step(item, program) for item in program.steps]


def _step(item: Step, program: Program) -> Clause:
    actors = f" Who acts: {say_actors(item.actors, program)}." if item.actors else ""
    comes = [f"{bare_name(p.name)} ({say_kind(p.type, program)})" for p in item.params]
    choices = f" It comes with {listed(comes)}." if comes else ""
    lead = f"{capital(say_act(Act(item.name, None), program))}.{actors}{choices}"
    parts = [_requirement(each, program) for each in item.requires]
    parts = parts or [_aside("It can be taken at any time.", item)]
    parts += [_effect(each, program) for each in item.effects]
    parts += [] if item.effects else [_aside("It changes nothing but that it has happened.", item)]
    return Clause(item.name, Statement(lead), item.cites, item.origin, parts=tuple(parts))


def _aside(text: str, item: Declared) -> Clause:
    return Clause("", Statement(text), (), item.origin)


def _requirement(item: Requirement, program: Program) -> Clause:
    return Clause(item.full_name, spelled("it requires that", item.condition, program), item.cites, item.origin)


def _effect(item: Effect, program: Program) -> Clause:
    return Clause(
        item.full_name,
        becomes(AFTER_IT if isinstance(item.value, Const) else BY_IT, item.name, item.value, program),
        item.cites,
        item.origin,
    )


def _duty(item: Duty, program: Program) -> Clause:
    answers = listed([say_act(Act(name, None), program) for name in item.answers], "or")
    trigger = say_act(Act(item.trigger, None), program)
    rounding = f" (rounding {item.rounding})" if item.rounding else ""
    who = f" Who must see to it: {say_actors(item.actors, program)}." if item.actors else ""
    within = f"Within {say_noun(item.duration, program)}{rounding} after it happens that {trigger}, it must follow that"
    unless = "" if item.unless is None else f" Not so where {say_condition(item.unless, program)}."
    return _plain(item, Statement(f"{within} {answers}.{who}{unless}"))
