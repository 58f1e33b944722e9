"""A case, step by step: what has happened, what may happen now, and why the rest may not.

Takes a program, facts and moves as texts; gives plain data in words. Everything is asked of the reference interpreter,
which is the definition of what a policy means; nothing is proved here. The last move may turn out to be impossible:
then the position is the one before it, and says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from verifier.core.dates import iso
from verifier.core.program import Cite, Duty, Program, Requirement, Step
from verifier.core.types import Type, Value
from verifier.counsel.given import TODAY, NotGiven, given_facts, plain_value
from verifier.explain.model import Binding, Change, Happening
from verifier.explain.verbalise import say_actors, say_change, say_condition, say_fact, say_step
from verifier.explain.words import listed, plural, spaced
from verifier.records import dataclass
from verifier.semantics.duties import pending_duties
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate, holds
from verifier.semantics.run import (
    Case,
    CaseFault,
    Erred,
    Forbidden,
    NotAnArgument,
    Refused,
    Run,
    State,
    StepEvent,
    Taken,
    initial_state,
    try_step,
    wait,
)
from verifier.semantics.values import default_value

MOST_MOVES: Final = 200
MOST_DAYS: Final = 4000

Sign: TypeAlias = Literal["✓", "✗", "?"]


@dataclass(frozen=True, slots=True)
class Move:
    """A step with its arguments as policy texts, or (``step`` empty) days that pass."""

    step: str
    arguments: Mapping[str, str]
    days: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """A requirement in words, and whether it holds now; ``?`` where that depends on what is entered for the step, or
    where the policy gives no answer.
    """

    sign: Sign
    text: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A step as it stands now: it may happen (``✓``), may not (``✗``), or that depends on what is entered (``?``)."""

    name: str
    text: str
    who: str
    sign: Sign
    checks: tuple[Check, ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """Something that has happened: on which day, what, and what changed."""

    day: str
    text: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a case stands. ``problem``: why the last move was not possible; ``moves``: those that were."""

    day: str
    past: tuple[Past, ...]
    now: tuple[str, ...]
    duties: tuple[str, ...]
    choices: tuple[Choice, ...]
    moves: tuple[Move, ...]
    problem: str


def play(program: Program, texts: Mapping[str, str], moves: Sequence[Move]) -> Position | str:
    """The position after the moves, or why there is no such case."""
    try:
        case = _case(program, texts)
    except NotGiven as fault:
        return str(fault)
    if len(moves) > MOST_MOVES or sum(abs(move.days) for move in moves) > MOST_DAYS:
        return f"a case has at most {MOST_MOVES} moves and {MOST_DAYS:,} days here"
    run = initial_state(program, case)
    if isinstance(run, CaseFault):
        return _no_case(program, run)
    past: list[Past] = []
    for index, move in enumerate(moves):
        after = _moved(program, run, move)
        if isinstance(after, str):
            return _position(program, run, past, moves[:index], after)
        past.append(_told(program, run, after, move))
        run = after
    return _position(program, run, past, moves, "")


# ---------------------------------------------------------------- the case


def _case(program: Program, texts: Mapping[str, str]) -> Case:
    """The case with these facts; what is not given has a plain value."""
    nowhere = Run(Case({}, {}, {}, 1), (State({}, 1),))
    given = {fact.name: evaluate(program, fact.value, nowhere) for fact in given_facts(program, texts)}

    def value(name: str, type_: Type) -> Value:
        return given[name] if name in given else default_value(type_)

    start = given.get(TODAY)
    if not isinstance(start, int):
        raise NotGiven("enter the day on which the case starts")
    return Case(
        {item.name: value(item.name, item.type) for item in program.facts},
        {item.name: str(value(item.name, item.type)) for item in program.readings},
        {item.name: value(item.name, item.type) for item in program.statuses if item.starts is None},
        start,
    )


def _no_case(program: Program, fault: CaseFault) -> str:
    if fault.kind == "input":
        return f"what is entered for “{spaced(fault.name)}” is outside its range"
    if fault.error is not None:
        return f"the policy gives no answer at the start of this case: {fault.error.message}"
    found = next(item for item in program.assumptions if item.name == fault.name)
    return f"this is no case of the policy, which assumes that {say_condition(found.condition, program)}"


# ---------------------------------------------------------------- moves


def _moved(program: Program, run: Run, move: Move) -> Run | str:
    """The run after a move, or why it is not possible."""
    if not move.step:
        return _waited(program, run, move.days)
    step = next((item for item in program.steps if item.name == move.step), None)
    if step is None:
        return f"the policy has no step “{spaced(move.step)}”"
    try:
        arguments = _arguments(program, run, step, move.arguments)
    except NotGiven as fault:
        return str(fault)
    match try_step(program, run, step.name, arguments):
        case Taken(after):
            return after
        case Refused(index):
            return f"this cannot happen now, because it is required that {_required(program, step.requires[index])}"
        case NotAnArgument(name):
            return f"what is entered for “{spaced(name)}” is outside its range"
        case Erred(error):
            return f"the policy gives no answer here: {error.message}"


def _required(program: Program, requirement: Requirement) -> str:
    return say_condition(requirement.condition, program)


def _arguments(program: Program, run: Run, step: Step, texts: Mapping[str, str]) -> tuple[Value, ...]:
    missing = [spaced(param.name) for param in step.params if not texts.get(param.name)]
    if missing:
        raise NotGiven(f"enter {listed(missing)}")
    return tuple(
        evaluate(program, plain_value(program, param.name, param.type, texts[param.name]), run) for param in step.params
    )


def _waited(program: Program, run: Run, days: int) -> Run | str:
    if days < 1:
        return "enter how many days pass"
    match wait(program, run, days):
        case Taken(after):
            return after
        case Forbidden(duty, passed):
            waited = passed.last.today - run.last.today
            left = f"only {plural(waited, 'day')} can pass" if waited else "no day can pass"
            return f"{left} before {_answers(program, duty)}: the duty “{spaced(duty.name)}” is due then"
        case Erred(error):
            return f"the policy gives no answer here: {error.message}"


def _answers(program: Program, duty: Duty) -> str:
    return listed([_phrase(program, name) for name in duty.answers], "or")


def _phrase(program: Program, step: str) -> str:
    return say_step(Happening(step, (), (), None, 0, (), (), ()), program)


def _told(program: Program, before: Run, after: Run, move: Move) -> Past:
    values: tuple[Binding, ...] = ()
    event = after.events[-1]
    if isinstance(event, StepEvent):
        step = program.step(event.step)
        values = tuple(
            Binding(param.name, value, param.type) for param, value in zip(step.params, event.arguments, strict=True)
        )
    happening = Happening(move.step or None, values, (), None, move.days, (), (), ())
    changed = (
        Change(item.name, before.last.statuses[item.name], after.last.statuses[item.name], item.type)
        for item in program.statuses
        if before.last.statuses[item.name] != after.last.statuses[item.name]
    )
    return Past(
        iso(after.last.today), say_step(happening, program), tuple(say_change(change, program) for change in changed)
    )


# ---------------------------------------------------------------- the position


def _position(program: Program, run: Run, past: Sequence[Past], moves: Sequence[Move], problem: str) -> Position:
    now = (say_fact(Binding(item.name, run.last.statuses[item.name], item.type), program) for item in program.statuses)
    due = (f"{_answers(program, item.duty)}, by {iso(item.deadline)}" for item in pending_duties(program, run))
    choices = sorted((_choice(program, run, step) for step in program.steps), key=lambda item: "✓?✗".index(item.sign))
    return Position(iso(run.last.today), tuple(past), tuple(now), tuple(due), tuple(choices), tuple(moves), problem)


def _choice(program: Program, run: Run, step: Step) -> Choice:
    checks = tuple(_checks(program, run, step))
    signs = [check.sign for check in checks]
    sign: Sign = "✗" if "✗" in signs else "?" if "?" in signs or step.params else "✓"
    if sign == "✓" and not isinstance(try_step(program, run, step.name), Taken):
        sign = "?"  # an effect has no value, which the move will say
    text = _phrase(program, step.name)
    return Choice(step.name, text, say_actors(step.actors, program), sign, checks, step.cites)


def _checks(program: Program, run: Run, step: Step) -> Iterator[Check]:
    """The requirements, tried in order as the interpreter does; those of a step with arguments one by one."""
    for requirement in step.requires:
        yield Check(_sign(program, run, step, requirement), _required(program, requirement), requirement.cites)


def _sign(program: Program, run: Run, step: Step, requirement: Requirement) -> Sign:
    """Whether a requirement holds. Where it reads an argument, that is not known before one is entered."""
    try:
        return "✓" if holds(program, requirement.condition, run) else "✗"
    except EvaluationError:
        return "?"
    except KeyError as missing:
        if missing.args[0] not in {param.name for param in step.params}:
            raise
        return "?"
