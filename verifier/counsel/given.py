"""The facts of a case as a user gives them: ``NAME=VALUE``, or the values of a JSON object.

Takes texts and a checked program; gives constants of the declared types, or says what is wrong with one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from verifier.checking.reopen import check_expression
from verifier.checking.suggest import closest
from verifier.core import expressions as core
from verifier.core.building import given_with_a_case
from verifier.core.program import Program
from verifier.core.types import DATE, YES_NO, Type
from verifier.records import dataclass
from verifier.source import SourceFile
from verifier.syntax.parser import parse_expression

TODAY = "today"


class NotGiven(Exception):
    """A fact that cannot be given so; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A given value: the name, what it refers to, and the value as an expression."""

    name: str
    reference: core.Expr
    value: core.Expr

    @property
    def condition(self) -> core.Expr:
        """That the value is so."""
        return core.Equal(self.reference, self.value, type=YES_NO)


def given_facts(program: Program, texts: Mapping[str, str]) -> tuple[Fact, ...]:
    """The given facts, in the order given.

    Raises:
        NotGiven: there is no such fact, or the value does not fit it.
    """
    known = _known(program)
    return tuple(_fact(program, known, name, text) for name, text in texts.items())


def _known(program: Program) -> dict[str, core.Expr]:
    return given_with_a_case(program) | {TODAY: core.Today(type=DATE)}


def _fact(program: Program, known: Mapping[str, core.Expr], name: str, text: str) -> Fact:
    reference = known.get(name)
    if reference is None:
        if any(status.name == name for status in program.statuses):
            raise NotGiven(f"`{name}` starts in the same way in every case, so that it cannot be given")
        close = closest(name, known)
        hint = f"; did you mean `{close}`?" if close else f"; there are {', '.join(known)}"
        raise NotGiven(f"the policy has no fact `{name}`{hint}")
    return Fact(name, reference, plain_value(program, name, reference.type, text))


def plain_value(program: Program, name: str, type_: Type, text: str) -> core.Expr:
    """The value that a text gives to a name.

    Raises:
        NotGiven: it is no value of the type, or not a plain one.
    """
    tree, problems = parse_expression(SourceFile(f"the value of `{name}`", text))
    found = None
    if tree is not None:
        found, problems = check_expression(program, tree, expected=type_)
    if found is None:
        message = problems[0].message if problems else "it is no value"
        raise NotGiven(f"`{name}={text}` is not a value of type {type_}: {message}")
    reads = (core.FactRef, core.StatusRef, core.ReadingRef, core.DecisionCall, core.Today)
    if any(isinstance(part, reads) for part in core.subexpressions(found)):
        raise NotGiven(f"`{name}={text}` is not a plain value")
    return found


def facts_of_json(text: str) -> dict[str, str]:
    """The facts of a JSON object, or of its object ``facts``, by name as policy text.

    Raises:
        NotGiven: it is no such object, or a value cannot be given.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotGiven(f"this is no JSON: {error}") from error
    facts = found.get("facts", found) if isinstance(found, dict) else found
    if not isinstance(facts, dict):
        raise NotGiven("this must be a JSON object with a value for each given fact")
    return {name: as_policy_text(name, value) for name, value in facts.items()}


def as_policy_text(name: str, value: object) -> str:
    """A JSON value as policy text: as the JSON record shows values.

    Raises:
        NotGiven: lists of records and objects cannot be given.
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return f"{{{', '.join(value)}}}"
    raise NotGiven(f"`{name}` is a list of records or an object, which cannot be given yet; leave it out")
