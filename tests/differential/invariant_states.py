"""Do the invariants of proofs hold in the interpreter's states? A fault of the encoder passes every solver, not this.

``python tests/differential/invariant_states.py [FILE …]`` proves the promises of policies (without files: of those in
``policies/``) and evaluates each invariant on the states of random runs of the reference interpreter, and on what
follows in the interpreter from sampled states that satisfy it. Prints counts; exits 1 where an invariant fails.

A state of the encoding is made from the interpreter's: statuses, date, duties, what happened, and what promises watch.
Only the recurrences (``ever`` and its like) follow the encoding's own updates, which other tests compare.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from random import Random

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[2])]

from encoding_beside import constants_of_program
from mirror import Assignment, Filler, Mirror, NotRepresentable, remembered

from verifier.analysis.questions import Questions, pose
from verifier.checking.load import load
from verifier.core.program import Program
from verifier.core.types import Value
from verifier.engines.answers import Unreachable
from verifier.engines.decide import Limits, decide
from verifier.engines.lemmas import conjuncts
from verifier.engines.liveness import Escapable, Quest, always_possible
from verifier.semantics.errors import EvaluationError
from verifier.semantics.model import Case, Run, State, StepEvent
from verifier.semantics.sample import Pool, pool, sample_case, sample_opening, sample_run, sample_step, sample_value
from verifier.source import SourceFile
from verifier.symbolic.concrete import evaluate
from verifier.symbolic.history import Occurrences
from verifier.symbolic.terms import Term

POLICIES = Path(__file__).resolve().parents[2] / "policies"
BUDGET, SECONDS, DEPTH = 50_000_000, 120.0, 12
LENGTH, LONGEST_WAIT = 12, 25
TRIES = 20
"""Runs that are begun for each state that is wanted, at most: few cases may satisfy all assumptions."""


@dataclass
class Tally:
    """How many states each invariant was asked about, and where it failed."""

    states: Counter[str] = field(default_factory=Counter)
    successors: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


@dataclass
class Proved:
    """A program with the invariants of its proofs (by goal), and the interpreter beside its encoding."""

    program: Program
    questions: Questions
    invariants: dict[str, Term]
    random: Random
    values: Pool
    mirror: Mirror

    @cached_property
    def different(self) -> dict[Term, list[str]]:
        """The goals of each invariant."""
        found: dict[Term, list[str]] = {}
        for name, term in self.invariants.items():
            found.setdefault(term, []).append(name)
        return found


def proved(program: Program, seed: int = 0, seconds: float = SECONDS) -> Proved:
    """Prove what can be proved about single runs of a program."""
    questions = pose(program, program.promises, probing=False)
    limits = Limits(BUDGET, time.monotonic() + seconds, DEPTH)
    goals = [goal for claim in questions.claims.values() for goal in (claim.goal, claim.error)]
    answers = decide(questions.system, goals, limits)
    found = {name: answer.invariant for name, answer in answers.items() if isinstance(answer, Unreachable)}
    for name, way in questions.ways.items():
        answer = always_possible(questions.system, Quest(name, way.goal), limits)
        if isinstance(answer, Escapable):
            found[name] = answer.invariant
    random, values = Random(seed), pool(program)
    mirror = Mirror(program, questions.encoding, questions.system, Filler(random, values))
    return Proved(program, questions, {n: t for n, t in found.items() if t.op != "const"}, random, values, mirror)


# ---------------------------------------------------------------- states


def states_along(work: Proved, run: Run) -> Iterator[Assignment]:
    """The encoding's state at each position of a run, made from the interpreter's."""
    chosen = {promise.name: _arguments(work, run, promise) for promise in work.program.promises}
    constants = constants_of_program(work.program, work.questions.encoding, work.mirror.filler, chosen)
    state = work.mirror.start(run.prefix(0), constants)
    yield state
    for position, event in enumerate(run.events):
        if isinstance(event, StepEvent):
            transition = work.mirror.system.transition(event.step)
            inputs = work.mirror.inputs(transition, event.arguments)
        else:
            transition, inputs = work.mirror.daily, {}
        state = work.mirror.after(transition, state, inputs)
        state = {**state, **_from_the_interpreter(work, run.prefix(position + 1), state, chosen)}
        yield state


def _arguments(work: Proved, run: Run, promise: object) -> tuple[Value, ...]:
    """Arguments that a promise remembers: those of a step of the run, if there is one, else any."""
    binders = remembered(work.program, promise)  # type: ignore[arg-type]
    step = getattr(promise.form, "step", None)  # type: ignore[attr-defined]
    taken = [e.arguments for e in run.events if isinstance(e, StepEvent) and e.step == step]
    if taken and work.random.random() < 0.8:
        return work.random.choice(taken)
    return tuple(work.mirror.filler.any(binder.type) for binder in binders)


def _from_the_interpreter(
    work: Proved, run: Run, followed: Assignment, chosen: dict[str, tuple[Value, ...]]
) -> Assignment:
    """What the interpreter says of the present; where it says nothing (the content of what is absent, the date of what
    never happened), the encoding's own value stays.
    """
    found: Assignment = {}
    work.mirror.present(run, found)
    idle = {duty.since for duty in work.questions.encoding.duties if not found[duty.pending]}
    contents = _contents_of_absent(work, run)
    found = {term: value for term, value in found.items() if term not in idle and term not in contents}
    for memory in work.questions.encoding.history.memories.values():
        if isinstance(memory, Occurrences) and memory.variable.sort.kind != "array":
            counted = work.mirror.occurrences(memory, run, followed)
            if memory.kind in ("happened", "count") or followed[memory.happened]:
                found[memory.variable] = counted
    monitors = {str(m.variable.payload): m.variable for m in work.questions.encoding.monitors}
    for promise in work.program.promises:
        try:
            told = work.mirror.monitors(promise, run, chosen[promise.name])
        except EvaluationError:
            continue
        found |= {monitors[name]: value for name, value in told.items() if name in monitors}
    return found


def _contents_of_absent(work: Proved, run: Run) -> set[Term]:
    """The variables that hold what is not there, which may be anything."""
    first, second = Assignment(), Assignment()
    for into in (first, second):
        for status in work.program.statuses:
            layout = work.questions.encoding.evaluator.state.statuses[status.name]
            _lay(work, layout, status.type, run.last.statuses[status.name], into)
    return {term for term, value in first.items() if second[term] != value} | _optional_contents(work, run)


def _optional_contents(work: Proved, run: Run) -> set[Term]:
    from verifier.symbolic import values

    found: set[Term] = set()
    for status in work.program.statuses:
        layout = work.questions.encoding.evaluator.state.statuses[status.name]
        if isinstance(layout, values.Optional) and run.last.statuses[status.name] is None:
            found |= set(values.flatten(layout.value))
        elif isinstance(layout, values.Rows):
            there = len(run.last.statuses[status.name])  # type: ignore[arg-type]
            found |= {term for row in layout.elements[there:] for term in values.flatten(row)}
    return found


def _lay(work: Proved, *rest: object) -> None:
    from mirror import lay

    lay(work.mirror.filler, *rest)  # type: ignore[arg-type]


# ---------------------------------------------------------------- evaluating


def on_reachable_states(work: Proved, wanted: int, tally: Tally) -> None:
    """Each invariant holds in each state of random runs."""
    seen = 0
    for _ in range(TRIES * wanted):
        if seen >= wanted or not work.invariants:
            return
        run = sample_run(work.random, work.program, work.values, LENGTH, longest_wait=LONGEST_WAIT)
        if run is None:
            continue
        try:
            for number, state in enumerate(states_along(work, run)):
                seen += 1
                _ask(work, state, tally, f"at {number} of {run}")
        except NotRepresentable:
            continue


def _ask(work: Proved, state: Assignment, tally: Tally, where: str) -> None:
    memo: Assignment = {}
    for invariant, names in work.different.items():
        for part in conjuncts(invariant):
            if not evaluate(part, state, memo):
                tally.failures.append(f"{', '.join(names)}: {part} fails {where}")
        tally.states.update(names)


def on_successors(work: Proved, wanted: int, tally: Tally) -> None:
    """From any state in which an invariant holds, reachable or not, the interpreter leads only to such states."""
    seen = Counter[Term]()
    for _ in range(TRIES * wanted):
        if all(seen[invariant] >= wanted for invariant in work.different):
            return
        run = _anywhere(work)
        for _ in range(3):
            longer = sample_step(work.random, work.program, work.values, run)
            run = run if longer is None else longer
        try:
            states = list(states_along(work, run))
        except (NotRepresentable, EvaluationError):
            continue
        for before, after in pairwise(states):
            memos = Assignment(), Assignment()
            for invariant, names in work.different.items():
                if evaluate(invariant, before, memos[0]):
                    seen[invariant] += 1
                    tally.successors.update(names)
                    if not evaluate(invariant, after, memos[1]):
                        tally.failures.append(f"{', '.join(names)}: not kept by the last of {run.events}")


def _anywhere(work: Proved) -> Run:
    """A run without events in a state that need not be a first one, as if other statuses might be at the start."""
    opening = sample_opening(work.random, work.program, work.values)
    case = sample_case(work.random, work.program, work.values) if opening is None else opening.case
    statuses = {s.name: sample_value(work.random, work.values, s.type) for s in work.program.statuses}
    if opening is not None:
        other = work.random.choice([0.1, 0.3, 1.0])  # seldom anything holds where everything is arbitrary
        kept = opening.last.statuses
        statuses = {n: value if work.random.random() < other else kept[n] for n, value in statuses.items()}
    initial = {name: statuses[name] for name in case.initial}
    return Run(Case(case.facts, case.readings, initial, case.start), (State(statuses, case.start),))


# ---------------------------------------------------------------- the command


def shipped() -> list[Path]:
    """The policies that come with the program."""
    return sorted(path for path in POLICIES.rglob("*.policy"))


def program_of(path: Path) -> Program:
    """The program of a policy file."""

    def read(name: str) -> SourceFile:
        return SourceFile(name, Path(name).read_text(encoding="utf-8"))

    loaded = load(str(path), read)
    assert loaded.program is not None, path
    return loaded.program


def main() -> int:
    """Evaluate the invariants of some policies and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--states", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    failed = 0
    for path in given.files or shipped():
        begun = time.monotonic()
        work, tally = proved(program_of(path), given.seed), Tally()
        on_reachable_states(work, given.states, tally)
        on_successors(work, given.states, tally)
        failed += len(tally.failures)
        sys.stdout.write(
            f"{path.stem}: {len(work.invariants)} invariants ({len(work.different)} different), "
            f"at least {min(tally.states.values(), default=0)} states and {min(tally.successors.values(), default=0)} "
            f"successors each, {len(tally.failures)} failures, {time.monotonic() - begun:.0f} s\n"
        )
        sys.stdout.write("".join(f"  {line}\n" for line in _shortened(tally.failures)))
        sys.stdout.flush()
    return 1 if failed else 0


def _shortened(failures: Sequence[str]) -> list[str]:
    return [line[:600] for line in failures[:5]]


if __name__ == "__main__":
    sys.exit(main())
