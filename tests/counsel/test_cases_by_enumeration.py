"""Answers about a case, against looking at every case in the interpreter."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from itertools import combinations, product
from random import Random

import pytest
from checking_cases import program as checked

from verifier.core.program import Program
from verifier.core.types import Value, finite_values
from verifier.counsel.consult import Case, consult, subject_of
from verifier.counsel.given import given_facts
from verifier.counsel.model import Counsel, Kind
from verifier.counsel.questions import kind_of
from verifier.explain.verify import Work
from verifier.semantics import model
from verifier.semantics.evaluate import evaluate
from verifier.semantics.model import Run
from verifier.semantics.opening import initial_state

SEEDS = 200 if os.environ.get("CLAUSEPROOF_DEPTH") == "nightly" else 12
TYPES = {"a": "yes/no", "b": "yes/no", "c": "yes/no", "n": "int 0..4", "k": "Kind"}


def policy(seed: int) -> Program:
    random = Random(seed)

    def atom() -> str:
        name = random.choice(list(TYPES))
        if name == "n":
            return f"n {random.choice(['>', '<', '>=', 'is'])} {random.randint(0, 4)}"
        if name == "k":
            return f"k is {random.choice(['x', 'y', 'z'])}"
        return random.choice([name, f"not {name}"])

    def condition() -> str:
        return random.choice([" and ", " or "]).join(atom() for _ in range(random.randint(1, 3)))

    lines = ["policy grants", "enum Kind = x | y | z", *(f"fact {name} : {kind}" for name, kind in TYPES.items())]
    lines += ["decide granted : yes/no", f"  rule main gives yes if {condition()}"]
    lines += [f"  exception but to main gives no if {condition()}", "  otherwise no"]
    lines += ["prove nothing", "  possible granted"]
    return checked("\n".join(lines) + "\n")


def values(program: Program) -> Iterator[dict[str, Value]]:
    for chosen in product(*(finite_values(fact.type) for fact in program.facts)):
        yield {fact.name: value for fact, value in zip(program.facts, chosen, strict=True)}


def granted(program: Program, facts: Mapping[str, Value], subject: object) -> bool:
    run = initial_state(program, model.Case(facts, {}, {}, 730000))
    assert isinstance(run, Run)
    return evaluate(program, subject, run) is True  # type: ignore[arg-type]


def written(value: Value) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def asked(program: Program, question: str, given: Mapping[str, Value]) -> Counsel:
    found = kind_of(question)
    assert found is not None
    kind: Kind = found[0]
    subject, problems = subject_of(program, found[1])
    assert subject is not None, problems
    facts = given_facts(program, {name: written(value) for name, value in given.items()})
    work = Work((), (), False, 20_000_000, time.monotonic() + 60, 10, True)
    return consult(Case(program, question, kind, subject, facts, frozenset(), work))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_answers_are_those_of_every_case(seed: int) -> None:
    program, random = policy(seed), Random(seed + 1000)
    subject, _ = subject_of(program, "granted")
    assert subject is not None
    every = [(case, granted(program, case, subject.expression)) for case in values(program)]
    for _ in range(4):
        given = {n: v for n, v in random.choice(every)[0].items() if random.random() < 0.6}
        fitting = {answer for case, answer in every if given.items() <= case.items()}
        found = asked(program, "why granted", given)
        assert found.answer == {frozenset({True}): "yes", frozenset({False}): "no"}.get(frozenset(fitting), "depends")
        if found.answer == "depends":
            assert found.next_question in found.decides
            continue
        because = {item.name: given[item.name] for item in found.because}
        assert {answer for case, answer in every if because.items() <= case.items()} == fitting
        for name in because:
            fewer = {key: value for key, value in because.items() if key != name}
            assert len({answer for case, answer in every if fewer.items() <= case.items()}) == 2


@pytest.mark.parametrize("seed", range(SEEDS))
def test_changes_are_the_smallest_ones(seed: int) -> None:
    program, random = policy(seed), Random(seed + 2000)
    subject, _ = subject_of(program, "granted")
    assert subject is not None
    every = [(case, granted(program, case, subject.expression)) for case in values(program)]
    given, now = random.choice(every)
    found = asked(program, "what would change granted", given)
    assert found.answer == ("yes" if now else "no")
    smallest: set[frozenset[str]] = set()
    for size in range(1, 4):
        for names in map(frozenset, combinations(given, size)):
            kept = {name: value for name, value in given.items() if name not in names}
            possible = any(answer is not now for case, answer in every if kept.items() <= case.items())
            if possible and not any(fewer <= names for fewer in smallest):
                smallest.add(names)
    assert {frozenset(item.name for item in remedy.after) for remedy in found.remedies} == smallest
    for remedy in found.remedies:
        changed = {**given, **{item.name: item.value for item in remedy.after}}
        assert granted(program, changed, subject.expression) is not now


@pytest.mark.parametrize("seed", range(SEEDS))
def test_groups_are_everyone_and_nobody_else(seed: int) -> None:
    program = policy(seed)
    subject, _ = subject_of(program, "granted")
    assert subject is not None
    found = asked(program, "who can granted", {})
    for case in values(program):
        inside = False
        for group in found.groups:
            limits = {bound.name: (bound.low, bound.high) for bound in group.bounds}
            inside |= all(_fits(case[item.name], item.value, limits.get(item.name)) for item in group.facts)
        yes = granted(program, case, subject.expression)
        assert not inside or yes, "a group holds only cases that can"
        if found.complete:
            assert inside == yes, "and every one of them"


def _fits(value: Value, told: Value, limits: tuple[Value, Value] | None) -> bool:
    if limits is None:
        return value == told
    low, high = limits
    return (low is None or value >= low) and (high is None or value <= high)  # type: ignore[operator]
