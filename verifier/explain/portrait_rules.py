"""Decisions in plain English: rules, exceptions, what holds otherwise, and tables as tables.

Takes a decision and its program; gives one clause with a part for each rule.
"""

from __future__ import annotations

from verifier.core.expressions import And, Const, Expr, If, Local, subexpressions
from verifier.core.program import Decision, Param, Program, Rule
from verifier.core.types import YesNoType
from verifier.explain.conditions import say_condition, say_noun
from verifier.explain.kinds import say_kind
from verifier.explain.phrases import clause_of
from verifier.explain.portrait_model import Clause, Grid
from verifier.explain.statements import Statement, always_holds, capital, sentence, spelled
from verifier.explain.words import bare_name, listed, named, spaced, with_article


def decision_clause(item: Decision, program: Program) -> Clause:
    """A decision or table with all its rules."""
    parts = [_rule(rule, item, program) for rule in item.rules]
    if item.otherwise is not None:
        said = sentence(f"otherwise, {_outcome(item, item.otherwise, program)}")
        parts.append(Clause(f"{item.name}.otherwise", said, item.otherwise_cites, item.origin))
    else:
        none = "Where no row fits, there is no answer." if item.table else "Where no rule applies, there is no answer."
        parts.append(Clause("", Statement(none), (), item.origin))
    grid = _grid(item, program) if item.table else None
    return Clause(item.name, _lead(item, program), item.cites, item.origin, parts=tuple(parts), grid=grid)


def _lead(item: Decision, program: Program) -> Statement:
    params = listed([f"{bare_name(p.name)} ({say_kind(p.type, program)})" for p in item.params])
    given = f", for a given {params}" if params else ""
    if isinstance(item.type, YesNoType):
        words = spaced(item.name) if item.reads is None else item.reads.positive
        return Statement(f"Whether {words}{given}." if item.reads else f"“{words}”, yes or no{given}.")
    return sentence(f"{_subject(item)}: {say_kind(item.type, program)}{given}")


def _subject(item: Decision) -> str:
    return named(item.name) if item.reads is None else with_article(item.reads.positive)


def _outcome(item: Decision, value: Expr, program: Program) -> str:
    if not isinstance(item.type, YesNoType):
        said = say_noun(value, program)
        return f"{_subject(item)} is {f'({said})' if isinstance(value, If) else said}"
    if isinstance(value, Const):
        answer = value.value is True
        if item.reads is not None:
            return clause_of(item.reads, answer)
        return f"{bare_name(item.name)} is {'yes' if answer else 'no'}"
    words = bare_name(item.name) if item.reads is None else f"“{item.reads.positive}”"
    return f"{words} holds exactly when {say_condition(value, program)}"


def _rule(rule: Rule, item: Decision, program: Program) -> Clause:
    opening = _outcome(item, rule.value, program)
    if rule.targets is not None:
        opening = f"{_exception(rule.targets, item)}: {opening}"
    if always_holds(rule.condition):
        return Clause(rule.full_name, sentence(f"{opening}, in any case"), rule.cites, rule.origin)
    return Clause(rule.full_name, spelled(f"{opening} if", rule.condition, program), rule.cites, rule.origin)


def _exception(targets: tuple[str, ...], item: Decision) -> str:
    """Which rules an exception overrides, by their places in the list."""
    places = [place for place, rule in enumerate(item.rules, start=1) if rule.name in targets]
    plain = [place for place, rule in enumerate(item.rules, start=1) if rule.targets is None]
    if places == plain and len(places) > 1:
        return "as an exception to every rule"
    noun = "rule" if len(places) == 1 else "rules"
    return f"as an exception to {noun} {listed([str(place) for place in places])} of this list"


# ---------------------------------------------------------------- tables


def _grid(item: Decision, program: Program) -> Grid:
    """A row for each rule: what it asks of each parameter, and its outcome."""
    heads = (*(capital(bare_name(param.name)) for param in item.params), "Outcome")
    rows = [
        (*(_cell(rule, param, program) for param in item.params), _value(item, rule.value, program))
        for rule in item.rules
    ]
    if item.otherwise is not None:
        blank = ("any other",) * len(item.params)
        rows.append((*blank, _value(item, item.otherwise, program)))
    return Grid(heads, tuple(rows))


def _cell(rule: Rule, param: Param, program: Program) -> str:
    tests = rule.condition.operands if isinstance(rule.condition, And) else (rule.condition,)
    said = [say_condition(test, program) for test in tests if _speaks_of(test, param)]
    subject = f"{say_noun(Local(param.name, type=param.type), program)} is "
    return listed([text.removeprefix(subject) for text in said]) or "any"


def _speaks_of(test: Expr, param: Param) -> bool:
    return any(isinstance(part, Local) and part.name == param.name for part in subexpressions(test))


def _value(item: Decision, value: Expr, program: Program) -> str:
    if isinstance(item.type, YesNoType):
        return _outcome(item, value, program)
    return say_noun(value, program)
