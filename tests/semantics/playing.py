"""Short ways to write a policy, a case and a run in a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from verifier.checking.load import load
from verifier.core.dates import day_number
from verifier.core.program import Program, Promise
from verifier.core.types import Value
from verifier.semantics.errors import EvaluationError
from verifier.semantics.evaluate import evaluate
from verifier.semantics.run import Case, Erred, Forbidden, Outcome, Run, Taken, initial_state, try_step, wait
from verifier.source import SourceFile

Act: TypeAlias = "str | int | tuple[Value, ...]"
"""A step by name; a step with arguments ``("pay", 3)``; or a number of days to wait."""


def program(text: str) -> Program:
    """The checked program of a policy text without its header."""
    loaded = load("test.policy", lambda path: SourceFile(path, f"policy test\n{text}"))
    assert loaded.program is not None, [item.message for item in loaded.diagnostics]
    return loaded.program


def day(iso: str) -> int:
    """The number of a day."""
    year, month, of_month = (int(part) for part in iso.split("-"))
    return day_number(year, month, of_month)


def case(of: Program, at: str = "2012-04-23", **given: Value) -> Case:
    """A case; ``given`` holds facts, readings and statuses without ``starts``."""
    readings = {item.name: str(given[item.name]) for item in of.readings}
    initial = {item.name: given[item.name] for item in of.statuses if item.starts is None}
    return Case({item.name: given[item.name] for item in of.facts}, readings, initial, day(at))


def start(of: Program, at: str = "2012-04-23", **given: Value) -> Run:
    """The run without events of a case."""
    opened = initial_state(of, case(of, at, **given))
    assert isinstance(opened, Run), opened
    return opened


def attempt(of: Program, run: Run, act: Act) -> Outcome | Forbidden:
    """Try one act."""
    if isinstance(act, int):
        return wait(of, run, act)
    name, *arguments = (act,) if isinstance(act, str) else act
    return try_step(of, run, str(name), tuple(arguments))


def play(of: Program, run: Run, *acts: Act) -> Run:
    """The run after some acts, all of which must be possible."""
    for act in acts:
        outcome = attempt(of, run, act)
        assert isinstance(outcome, Taken), (act, outcome)
        run = outcome.run
    return run


def value(of: Program, run: Run, name: str = "probe", position: int | None = None) -> Value:
    """The value of a definition without parameters."""
    body = next(item.body for item in of.definitions if item.name == name)
    return evaluate(of, body, run, position)


def values(of: Program, run: Run, name: str = "probe") -> list[Value]:
    """The values of a definition at every position."""
    return [value(of, run, name, position) for position in range(run.length + 1)]


def error(of: Program, run: Run, name: str = "probe") -> str:
    """The kind of error that a definition without parameters meets."""
    try:
        found = value(of, run, name)
    except EvaluationError as met:
        return met.kind
    raise AssertionError(f"no error, but {found!r}")


def erred(outcome: object) -> tuple[str, str]:
    """Kind and name of the error of an outcome."""
    assert isinstance(outcome, Erred), outcome
    return outcome.error.kind, outcome.error.name


def promise(of: Program, name: str = "p") -> Promise:
    """A promise by name."""
    return next(item for item in of.promises if item.name == name)


def statuses(run: Run) -> Mapping[str, Value]:
    """The statuses at the end of a run."""
    return run.last.statuses
