"""Whether a way always remains, and traps: against enumeration on finite policies, else against the interpreter.

On finite policies every answer is known: a proof is right, a refutation is right, and a run that is called shortest is
one. On any policy the regions of a proof are a plan: from wherever a run has got to, doing what they say leads to the
goal, in the interpreter too.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from checked import checked_policy
from generator import ALL, FINITE, Profile
from mirror import Assignment, Filler, Mirror

from verifier.checking.load import load
from verifier.core.expressions import Expr
from verifier.core.program import AlwaysPossible, Program
from verifier.engines import liveness
from verifier.engines.answers import Trace, TraceStep, Undecided
from verifier.engines.decide import Limits
from verifier.engines.liveness import Escapable, Quest, Trapped, always_possible
from verifier.explain.replay import replay
from verifier.semantics.errors import EvaluationError
from verifier.semantics.explore import Exploration, Proposal, backward, explore
from verifier.semantics.model import Run
from verifier.semantics.promises import reaches
from verifier.semantics.run import Taken, wait
from verifier.semantics.sample import pool, sample_opening
from verifier.source import SourceFile
from verifier.symbolic.concrete import evaluate
from verifier.symbolic.encoding import Encoding, encode
from verifier.symbolic.evaluator import NotTrackable
from verifier.symbolic.system import WAIT, System, Transition, by_single_days
from verifier.symbolic.terms import Term
from verifier.symbolic.transitions import build

DEEP = os.environ.get("CLAUSEPROOF_DEPTH") == "nightly"
FINITE_SEEDS, INFINITE_SEEDS = (600, 400) if DEEP else (30, 16)
BUDGET, SECONDS, DEPTH = 20_000_000, 60, 14
LONGEST = 4000
WALKS, LENGTH, DAYS = 8, 8, (1, 1, 2, 20, 31, 200)
POLICIES = Path(__file__).resolve().parents[2] / "policies"


@dataclass(frozen=True)
class Asked:
    """A question to the engine: ``wanted`` is the goal of a promise, or ``None`` for "a day may pass"."""

    wanted: Expr | None
    encoding: Encoding
    system: System
    quest: Quest

    def arrived(self, run: Run) -> bool:
        """Whether the goal holds at the end of a run."""
        try:
            if self.wanted is None:
                return isinstance(wait(self.encoding.program, run), Taken)
            return reaches(self.encoding.program, self.wanted, run)
        except EvaluationError:
            return False

    def answer(self) -> Escapable | Trapped | Undecided:
        limits = Limits(BUDGET, time.monotonic() + SECONDS, DEPTH)
        return always_possible(self.system, self.quest, limits)


def questions(program: Program) -> Iterator[Asked]:
    """Every ``always possible`` of a policy, and whether its duties leave a way to the next day."""
    encoding = encode(program)
    terms, goals = encoding.terms, list[tuple[Expr, Term]]()
    for promise in program.promises:
        if isinstance(promise.form, AlwaysPossible):
            result = encoding.evaluator.evaluate(promise.form.goal)
            goals.append((promise.form.goal, terms.and_(result.holds, terms.not_(result.error))))
    system = build(encoding)
    for wanted, goal in goals:
        yield Asked(wanted, encoding, system, Quest("way", goal))
    if program.duties:
        steps = frozenset(step.name for step in program.steps)
        yield Asked(None, encoding, system, Quest("day", by_single_days(system).transition(WAIT).enabled, steps))


# ---------------------------------------------------------------- finite policies


@dataclass(frozen=True)
class Known:
    """The states without a way, of all that were explored."""

    exploration: Exploration
    stuck: frozenset[int]

    def lengths(self) -> set[int | None]:
        """The fewest events of a run into a state without a way: each day counted, and days in a row as one."""
        daily = min((self.exploration.states[number].length for number in self.stuck), default=None)
        return {daily, self._at_once()}

    def _at_once(self) -> int | None:
        seen: set[tuple[int, bool]] = set()
        front = [(number, False) for number in self.exploration.openings]
        for length in range(len(self.exploration.states) + 1):
            following = []
            while front:
                place = front.pop()
                if place in seen:
                    continue
                seen.add(place)
                for proposal, to in self.exploration.moves[place[0]].items():
                    waits = proposal.step is None
                    (front if waits and place[1] else following).append((to, waits))
            if any(number in self.stuck for number, _ in seen):
                return length
            front = following
        return None


def known(exploration: Exploration, asked: Asked) -> Known:
    """What enumeration says."""
    waiting = asked.wanted is not None
    goals = {number for number, run in enumerate(exploration.states) if asked.arrived(run)}
    moves = [[to for move, to in moves.items() if waiting or move != Proposal(None)] for moves in exploration.moves]
    return Known(exploration, frozenset(range(len(exploration.states))) - backward(goals, moves))


@pytest.mark.parametrize("seed", range(FINITE_SEEDS))
def test_answers_are_those_of_enumeration(seed: int) -> None:
    agree(checked_policy(seed, Profile(FINITE, size=1 + seed % 3, errors=seed % 4 == 0, promises=30)))


@pytest.mark.parametrize("seed", range(FINITE_SEEDS))
def test_so_are_those_by_all_states(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no region is looked for before, so that all finite slices are settled that way."""
    monkeypatch.setattr(liveness, "FEW_REGIONS", 0)
    agree(checked_policy(seed, Profile(FINITE - {"duties"}, size=1 + seed % 3, errors=seed % 4 == 0, promises=30)))


def agree(program: Program) -> None:
    exploration = explore(program, limit=800)
    if exploration is None or not exploration.openings:
        return
    for asked in questions(program):
        expected, found = known(exploration, asked), asked.answer()
        named = f"{asked.wanted}: {found}"
        assert isinstance(found, Trapped if expected.stuck else Escapable), named
        if isinstance(found, Trapped) and found.shortest:
            assert len(found.trace.steps) in expected.lengths(), named


# ---------------------------------------------------------------- the regions of a proof, as a plan


def policies() -> list[Path]:
    """The policies of this repository that ask for ways, or have duties."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(POLICIES.glob("*/*.policy"))}
    return [path for path, text in texts.items() if "always possible" in text or "\nduty " in text]


@pytest.mark.parametrize("path", policies(), ids=lambda path: path.stem)
def test_the_ways_of_a_policy_can_be_gone(path: Path) -> None:
    program = load(str(path), lambda name: SourceFile(name, Path(name).read_text(encoding="utf-8"))).program
    assert program is not None
    assert follow_ways(program, seed=1) >= WALKS


@pytest.mark.parametrize("seed", range(INFINITE_SEEDS))
def test_ways_can_be_gone(seed: int) -> None:
    program = checked_policy(seed, Profile(ALL - {"scenarios"}, size=1 + seed % 2, finite=False, promises=20))
    try:
        follow_ways(program, seed)
    except NotTrackable:
        return


def follow_ways(program: Program, seed: int) -> int:
    """Walk anywhere, then as the regions say; how many times that was done."""
    random, values, gone = Random(seed), pool(program), 0
    for asked in questions(program):
        answer = asked.answer()
        for _ in range(WALKS if isinstance(answer, Escapable) else 0):
            opened = sample_opening(random, program, values)
            if opened is None:
                return gone
            start = Mirror(program, asked.encoding, asked.system, Filler(random, values)).start(opened, {})
            steps, state = walk(random, asked.system, start)
            steps += go(asked, answer, state)
            run = replay(asked.encoding, Trace(start, tuple(steps)), duties=True).run
            assert asked.arrived(run), f"{asked.wanted}: {run}"
            gone += 1
    return gone


def walk(random: Random, system: System, start: Assignment) -> tuple[list[TraceStep], Assignment]:
    """Some random transitions, as the encoding allows them; day by day where it asks for that."""
    system = by_single_days(system) if system.transition(WAIT).single_day else system
    steps, state = list[TraceStep](), start
    for _ in range(LENGTH * 4):
        transition = random.choice(system.transitions)
        inputs = {part.variable: guess(random, part.variable, state) for part in transition.inputs}
        if evaluate(transition.enabled, {**state, **inputs}):
            steps.append(TraceStep(transition.name, inputs))
            state = after(transition, state, inputs)
        if len(steps) == LENGTH:
            break
    return steps, state


def after(transition: Transition, state: Assignment, inputs: Assignment) -> Assignment:
    assigned = {**state, **inputs}
    return {**state, **{v: evaluate(new, assigned) for v, new in transition.updates.items()}}


def guess(random: Random, variable: Term, state: Assignment) -> object:
    """A value of a sort: one that the state holds, or a small one."""
    present = [value for other, value in state.items() if other.sort == variable.sort]
    match variable.sort.kind:
        case "Bool":
            return random.random() < 0.5
        case "enum":
            return random.choice(variable.sort.members)
        case _:
            return (
                random.choice([*present, 0, 1, 2, 31, 400]) if variable.payload != "input days" else random.choice(DAYS)
            )


def go(asked: Asked, answer: Escapable, state: Assignment) -> list[TraceStep]:
    """The steps that the regions say, from a state to the goal."""
    steps = list[TraceStep]()
    while len(steps) < LONGEST:
        region = next(region for region in answer.regions if evaluate(region.term, state))
        if region.transition is None:
            return steps
        assert region.inputs is not None
        inputs = {variable: evaluate(term, state) for variable, term in region.inputs.items()}
        whole = asked.system if inputs or region.transition != WAIT else by_single_days(asked.system)
        transition = whole.transition(region.transition)
        assert evaluate(transition.enabled, {**state, **inputs}), region
        steps.append(TraceStep(transition.name, inputs))
        state = after(transition, state, inputs)
    raise AssertionError("the regions lead nowhere")
