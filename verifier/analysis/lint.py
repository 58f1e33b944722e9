"""Suspicions about the drafting of a policy, as goals that decide whether they are justified.

Takes a program's encoding (before the system is built) and its system; gives ``Suspicion``s. Solves nothing. ``wider``
and ``broader`` are justified exactly when their goal is reachable, all others exactly when it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias, TypeGuard

from verifier.analysis.unused import own
from verifier.core import expressions as core
from verifier.core.program import Decision, Enum, Program, Rule, Step
from verifier.core.types import YES_NO, EnumType, ListType, OptionType, RecordType, SetType, Type
from verifier.core.walks import expressions_of
from verifier.properties.goals import Goal, state_goal
from verifier.records import dataclass
from verifier.source import Span
from verifier.symbolic import values
from verifier.symbolic.encoding import Encoding
from verifier.symbolic.evaluator import NotTrackable, Outcome, Result
from verifier.symbolic.system import System, Transition
from verifier.symbolic.terms import Term, Terms

Doubt: TypeAlias = Literal["unreached value", "idle exception", "wider", "broader", "implied requirement"]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What may be a slip, about ``subject`` (a full name).

    ``unreached value``: no state has the value. ``idle exception``: the decision is the same without it. ``wider``: the
    exception changes the decision where nothing that it defeats applies. ``broader``: its condition holds there.
    ``implied requirement``: the step is the same without it.
    """

    doubt: Doubt
    subject: str
    span: Span
    goal: Goal


# ---------------------------------------------------------------- values and exceptions


def early_suspicions(encoding: Encoding) -> list[Suspicion]:
    """Suspicions that evaluate something; to be asked for before the system is built."""
    program = encoding.program
    found = [item for enum in own(program, program.enums) for item in _unreached(encoding, enum)]
    for decision in program.decisions:
        exceptions = [rule for rule in own(program, decision.rules) if rule.targets]
        if exceptions:
            found += _about_exceptions(encoding, decision, exceptions)
    return found


def definition_results(encoding: Encoding) -> dict[str, Result]:
    """The yes/no definitions that the program uses, without parameters, evaluated; to be asked for before the system
    is built. One that is written as a constant is left out.
    """
    used = {
        part.name: part for e in expressions_of(encoding.program) for part in core.subexpressions(e) if _plain(part)
    }
    found = {}
    for name, use in used.items():
        try:
            found[name] = encoding.evaluator.evaluate(use)
        except NotTrackable:
            continue
    return found


def _plain(part: core.Expr) -> TypeGuard[core.Defined]:
    return (
        isinstance(part, core.Defined)
        and not part.arguments
        and part.type == YES_NO
        and not isinstance(part.body, core.Const)
    )


def arguments_of(encoding: Encoding, decision: Decision) -> tuple[values.SymbolicValue, ...]:
    """Arbitrary arguments of a decision: what holds for them holds for all."""
    known = encoding.evaluator.state.facts
    named = [(f"{param.name} of decision {decision.name}", param.type) for param in decision.params]
    return tuple(known[name] if name in known else encoding.add_constant(name, type_) for name, type_ in named)


def _about_exceptions(encoding: Encoding, decision: Decision, exceptions: Iterable[Rule]) -> Iterator[Suspicion]:
    arguments = arguments_of(encoding, decision)
    whole = encoding.evaluator.outcome(decision, arguments)
    for rule in exceptions:
        name = rule.full_name
        without = encoding.evaluator.outcome(_without(decision, rule), arguments)
        changes = _differ(encoding.terms, whole, without)
        yield Suspicion("idle exception", name, rule.span, state_goal(f"{name} matters", changes))
        narrow = encoding.evaluator.outcome(_narrowed(decision, rule), arguments)
        changes = _differ(encoding.terms, whole, narrow)
        yield Suspicion("wider", name, rule.span, state_goal(f"{name} decides beyond its rule", changes))
        beyond = encoding.evaluator.outcome(_beyond(decision, rule), arguments)
        assert isinstance(beyond.value, values.Scalar)
        holds = encoding.terms.and_(beyond.value.term, encoding.terms.not_(beyond.any_error(encoding.terms)))
        yield Suspicion("broader", name, rule.span, state_goal(f"{name} holds beyond its rule", holds))


def _without(decision: Decision, exception: Rule) -> Decision:
    """The decision as it would be had an exception not been written; another name keeps it apart."""
    others = [rule for rule in decision.rules if rule is not exception]
    freed = [replace(rule, targets=_other_than(rule.targets, exception.name)) for rule in others]
    return replace(decision, name=f"{decision.name} without {exception.name}", rules=tuple(freed))


def _other_than(targets: tuple[str, ...] | None, name: str) -> tuple[str, ...] | None:
    return None if targets is None else tuple(target for target in targets if target != name)


def _narrowed(decision: Decision, exception: Rule) -> Decision:
    """The decision as it would be if an exception repeated the condition of what it defeats."""
    condition = core.And((exception.condition, _base(decision, exception)), type=YES_NO)
    narrow = replace(exception, condition=condition)
    rules = tuple(narrow if rule is exception else rule for rule in decision.rules)
    return replace(decision, name=f"{decision.name} with narrow {exception.name}", rules=rules)


def _beyond(decision: Decision, exception: Rule) -> Decision:
    """Whether an exception's condition holds and none of what it defeats applies, as a decision."""
    outside = core.Not(_base(decision, exception), type=YES_NO)
    condition = core.And((exception.condition, outside), type=YES_NO)
    yes, no = (core.Const(value, type=YES_NO) for value in (True, False))
    only = replace(exception, targets=None, condition=condition, value=yes)
    name = f"{decision.name} beyond {exception.name}"
    return replace(decision, name=name, type=YES_NO, rules=(only,), otherwise=no)


def _base(decision: Decision, exception: Rule) -> core.Expr:
    """The condition under which something that an exception defeats applies."""
    bases = tuple(rule.condition for rule in decision.rules if rule.name in (exception.targets or ()))
    return bases[0] if len(bases) == 1 else core.Or(bases, type=YES_NO)


def _differ(terms: Terms, one: Outcome, other: Outcome) -> Term:
    """Whether two decisions differ: in whether they have an answer, or in the answer."""
    fails, other_fails = one.any_error(terms), other.any_error(terms)
    differ = terms.not_(values.equal(terms, one.value, other.value))
    return terms.or_(terms.not_(terms.eq(fails, other_fails)), terms.and_(terms.not_(fails), differ))


def _unreached(encoding: Encoding, enum: Enum) -> Iterator[Suspicion]:
    """The values of an enum that only statuses with a start value and decisions can have."""
    program, terms = encoding.program, encoding.terms
    if not program.steps or any(enum.type in _parts(type_) for type_ in _free_types(program)):
        return
    carriers = [c for c in _carriers(encoding) if enum.type in _parts(c[0])]
    for member in enum.type.members if carriers else ():
        having = terms.or_(
            *(terms.and_(terms.not_(r.error), _has(terms, r.value, type_, member)) for type_, r in carriers)
        )
        name = f"{enum.name}.{member}"
        yield Suspicion("unreached value", name, _place(enum, member), state_goal(f"{name} is reached", having))


def _place(enum: Enum, member: str) -> Span:
    """Where an enum's value stands."""
    source = enum.span.source
    found = re.compile(rf"\b{member}\b").search(source.text, enum.span.end)
    return enum.span if found is None else Span(source, found.start(), found.end())


def _free_types(program: Program) -> Iterator[Type]:
    """The types of what may have any value of its type from the start."""
    yield from (fact.type for fact in program.facts)
    yield from (status.type for status in program.statuses if status.starts is None or _is_list(status.type))
    yield from (param.type for step in program.steps for param in step.params)


def _is_list(type_: Type) -> bool:
    return isinstance(type_, ListType)


def _parts(type_: Type) -> list[Type]:
    """A type and the types of what its values are made of."""
    match type_:
        case OptionType(inner):
            return [type_, *_parts(inner)]
        case SetType(element) | ListType(element):
            return [type_, *_parts(element)]
        case RecordType():
            return [type_, *(part for _, inner in type_.fields for part in _parts(inner))]
        case _:
            return [type_]


def _carriers(encoding: Encoding) -> Iterator[tuple[Type, Result]]:
    """The type and the value of every status and decision."""
    evaluator, terms = encoding.evaluator, encoding.terms
    for status in encoding.program.statuses:
        yield status.type, Result(evaluator.state.statuses[status.name], terms.false)
    for decision in encoding.program.decisions:
        if any(isinstance(part, EnumType) for part in _parts(decision.type)):
            outcome = evaluator.outcome(decision, arguments_of(encoding, decision))
            yield decision.type, Result(outcome.value, outcome.any_error(terms))


def _has(terms: Terms, value: values.SymbolicValue, type_: Type, member: str) -> Term:
    """Whether a value is, or contains, a member of an enum."""
    match value, type_:
        case values.Scalar(term), EnumType():
            return terms.eq(term, terms.member(values.sort_of_enum(type_), member))
        case values.Optional(present, inner), OptionType(inner_type):
            return terms.and_(present, _has(terms, inner, inner_type, member))
        case values.Flags(flags), SetType(element):
            return flags[element.members.index(member)]
        case _:
            return terms.false


# ---------------------------------------------------------------- requirements


def late_suspicions(program: Program, system: System) -> list[Suspicion]:
    """Suspicions about the steps of a built system."""
    return [item for step in own(program, program.steps) for item in _implied(system, step)]


def _implied(system: System, step: Step) -> Iterator[Suspicion]:
    transition = system.transition(step.name)
    for requirement in step.requires:
        goal = goal_without(system.terms, transition, [requirement.name])
        yield Suspicion("implied requirement", requirement.full_name, requirement.span, goal)


def goal_without(terms: Terms, transition: Transition, dropped: Sequence[str]) -> Goal:
    """Reached where a step without some of its requirements would do something that it does not do with them: be taken,
    or meet an error in a later requirement.
    """
    reached, wrong, harm = terms.and_(*(part.domain for part in transition.inputs)), terms.false, []
    for name, result in transition.requirements:
        if name in dropped:
            wrong = terms.or_(wrong, result.error, terms.not_(result.holds))
        else:
            harm.append(terms.and_(reached, result.error, wrong))
            reached = terms.and_(reached, terms.not_(result.error), result.holds)
    name = f"{transition.name} needs {', '.join(dropped)}"
    return Goal(name, terms.false, {transition.name: terms.or_(*harm, terms.and_(reached, wrong))})
