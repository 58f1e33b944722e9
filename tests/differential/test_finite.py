"""The engine that looks at all states at once: diagrams against truth tables, its answers against enumeration, and the
same answers with and without the library for large sets.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from functools import reduce
from itertools import product
from random import Random

import pytest
from brute_force import Enumerated
from checked import checked_policy, checked_text
from generator import FINITE, Profile

from verifier.analysis.questions import Questions, pose
from verifier.core.program import Program, Promise
from verifier.engines import certificate, exhaust
from verifier.engines.answers import Answer, Reached, Unreachable
from verifier.engines.complete import completed
from verifier.engines.decide import Limits
from verifier.engines.diagrams import Diagrams, Store, TooLarge
from verifier.engines.liveness import Escapable, Quest, Trapped, always_possible
from verifier.engines.wide_diagrams import NotAvailable, WideDiagrams
from verifier.explain.replay import replay
from verifier.properties.goals import Goal
from verifier.semantics.explore import explore
from verifier.semantics.verdicts import verdict

DEEP = os.environ.get("CLAUSEPROOF_DEPTH") == "nightly"
SEEDS = 600 if DEEP else 40
BUDGET = 20_000_000
LEVELS = 6


def stores() -> list[Store]:
    """The plain one, and the wide one where its library is there."""
    found: list[Store] = [Diagrams(1_000_000, time.monotonic() + 60)]
    with suppress(NotAvailable):
        found.append(WideDiagrams(2))
    return found


# ---------------------------------------------------------------- diagrams

Table = frozenset[tuple[bool, ...]]
EVERY: Table = frozenset(product((False, True), repeat=LEVELS))


def grown(random: Random, store: Store) -> list[tuple[Table, object]]:
    """Random functions, as tables of what satisfies them and as diagrams."""
    found = [(frozenset(row for row in EVERY if row[level]), store.bit(level)) for level in range(LEVELS)]
    for _ in range(40):
        (a, f), (b, g) = random.choice(found), random.choice(found)
        match random.randrange(5):
            case 0:
                found.append((a & b, store.and_(f, g)))
            case 1:
                found.append((a | b, store.or_(f, g)))
            case 2:
                found.append((EVERY - a, store.not_(f)))
            case 3:
                free = random.sample(range(LEVELS), 2)
                found.append((whatever(a & b, free), store.and_exists(f, g, store.levels(free))))
            case _:
                rest = whatever(a, [0, 2])
                moved = frozenset(row for row in EVERY if (False, row[0], False, row[2], *row[4:]) in rest)
                below = store.and_exists(f, store.true, store.levels([0, 2]))
                found.append((moved, store.move(below, [(1, 0), (3, 2)])))
    return found


def whatever(rows: Table, free: list[int]) -> Table:
    """The rows that are in the table for some values at these places."""
    kept = [place for place in range(LEVELS) if place not in free]
    seen = {tuple(row[place] for place in kept) for row in rows}
    return frozenset(row for row in EVERY if tuple(row[place] for place in kept) in seen)


def row_of(store: Store, row: tuple[bool, ...]) -> object:
    bits = (store.bit(level) if value else store.not_(store.bit(level)) for level, value in enumerate(row))
    return reduce(store.and_, bits, store.true)


@pytest.mark.parametrize("seed", range(12))
def test_diagrams_are_truth_tables(seed: int) -> None:
    sizes = []
    for store in stores():
        found = grown(Random(seed), store)
        tables: dict[Table, object] = {}
        for table, function in found:
            assert tables.setdefault(table, function) == function, "equal functions are the same"
            for row in EVERY:
                assert (store.and_(row_of(store, row), function) != store.false) is (row in table)
        assert len(set(tables.values())) == len(tables), "different ones are not"
        sizes.append([store.size(function) for _, function in found])
    assert all(other == sizes[0] for other in sizes)


def test_too_many_nodes_are_refused() -> None:
    store = Diagrams(2_000, time.monotonic() + 60)
    with pytest.raises(TooLarge):
        grown_without_end(store)


def grown_without_end(store: Diagrams) -> None:
    function = store.false
    for level in range(12):  # a diagram whose pairs stand far apart has a node for each combination
        function = store.or_(function, store.and_(store.bit(level), store.bit(level + 12)))


# ---------------------------------------------------------------- answers


def answered(questions: Questions, goals: list[Goal]) -> dict[str, Answer]:
    limits = Limits(BUDGET, time.monotonic() + 60, 12)
    return exhaust.settle(questions.system, questions.system, goals, limits)


def finite(seed: int) -> Program:
    return checked_policy(seed, Profile(FINITE - {"duties"}, size=1 + seed % 2, errors=seed % 3 == 0, promises=12))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_answers_are_those_of_enumeration(seed: int) -> None:
    """And each proof is one for the whole system, each run one of the interpreter."""
    program = finite(seed)
    exploration = explore(program, limit=600)
    if exploration is None or not exploration.openings:
        return
    known = Enumerated(exploration)
    questions = pose(program, program.promises, probing=False)
    for promise in program.promises:
        claim = questions.claims.get(promise.name)
        if claim is not None and not verdict(exploration, promise).errs:
            found = answered(questions, [claim.goal]).get(claim.goal.name)
            compare(known, questions, promise, claim.goal, found)


def compare(known: Enumerated, questions: Questions, promise: Promise, goal: Goal, found: Answer | None) -> None:
    run = verdict(known.exploration, promise).run
    if isinstance(found, Reached):
        assert run is not None, f"{promise.name}: {found}"
        trace = completed(questions.system, found.trace, (), BUDGET)
        assert trace is not None
        replay(questions.encoding, trace, duties=True)
        lengths = {known.fewest(promise, True), known.fewest(promise, False)}
        assert not found.shortest or len(found.trace.steps) in lengths, f"{promise.name}: {found}"
    elif isinstance(found, Unreachable):
        assert run is None, f"{promise.name}: {found}"
        assert certificate.check(questions.system, goal, found.invariant, BUDGET).accepted


# ---------------------------------------------------------------- deep runs, and the library

PAYMENTS = """
policy payments "Twenty-six weekly payments"

fact wages    : money $0..    reads "the wages"
status stage  : Stage starts paying  reads "the stage"
status weeks  : int 0..26 starts 0   reads "weeks paid"
enum Stage = paying | stopped | exhausted

step pay
  requires stage is paying and wages >= $100
  requires pay has never happened or today >= date of pay + 7 days
  then weeks becomes weeks + 1, stage becomes if weeks + 1 = 26 then exhausted else paying

step stop    requires stage is paying then stage becomes stopped
step resume  requires stage is stopped and wages < $100 then stage becomes paying

prove late      never weeks = 26 while stage is exhausted
prove counted   always count of pay = weeks
prove poor      never stage is exhausted and wages < $100
prove stopped   never stage is stopped and weeks = 25
prove returned  never pay after resume
"""


def payments() -> Questions:
    program = checked_text(PAYMENTS)
    return pose(program, program.promises, probing=False)


def test_deep_runs_and_their_absence() -> None:
    """26 payments need 25 waits of a week between them. That wages are at once below and above $100 is excluded only
    when a run has shown that bits alone allow it.
    """
    questions = payments()
    found = answered(questions, [claim.goal for claim in questions.claims.values()])
    lengths = {name: len(a.trace.steps) if isinstance(a, Reached) else None for name, a in found.items()}
    assert lengths == {"late": 51, "counted": None, "poor": None, "stopped": 50, "returned": None}


def answers_with(monkeypatch: pytest.MonkeyPatch, questions: Questions, library: bool) -> dict[str, Answer]:
    """The answers where every set is too large for plain diagrams at first."""
    made: list[int] = []

    class Counted(WideDiagrams):
        def __init__(self, count: int) -> None:
            super().__init__(count)
            made.append(count)

    with monkeypatch.context() as patched:
        patched.setattr(exhaust, "WideDiagrams", Counted)
        patched.setattr(exhaust, "FEW_NODES", 0)
        if not library:
            patched.setitem(sys.modules, "oxidd", None)
        found = answered(questions, [claim.goal for claim in questions.claims.values()])
    assert bool(made) is (library and bool(found))
    return found


def test_the_same_answers_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("oxidd")
    compared = 0
    programs = [finite(seed) for seed in range(SEEDS // 4)]
    for questions in (payments(), *(pose(program, program.promises, probing=False) for program in programs)):
        small = answered(questions, [claim.goal for claim in questions.claims.values()])
        assert answers_with(monkeypatch, questions, library=True) == small
        assert answers_with(monkeypatch, questions, library=False) == small
        compared += len(small)
    assert compared > SEEDS


def test_a_library_that_does_not_load_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "oxidd", None)
    with pytest.raises(NotAvailable):
        WideDiagrams(1)


# ---------------------------------------------------------------- ways

WAYS = """
policy ways "Forty turns, and three pots"

status turn  : int 0..40 starts 0
status mine  : yes/no starts yes
status a     : int 0..20 starts 0
status b     : int 0..20 starts 0
status c     : int 0..20 starts 0
status spilt : yes/no starts no

step play   requires mine and turn < 40 then turn becomes turn + 1, mine becomes no
step reply  requires not mine and turn < 40 then turn becomes turn + 1, mine becomes yes

step fill   requires a < 20 and not spilt then a becomes a + 1
step pour   requires a > 0 and b < 20 and not spilt then a becomes a - 1, b becomes b + 1
step serve  requires b > 0 and c < 20 and not spilt then b becomes b - 1, c becomes c + 1
step spill  requires a = 17 and b = 13 and c = 2 then spilt becomes yes

prove ends  always possible turn = 40
prove full  always possible a = 20 and b = 20 and c = 20
"""


def test_long_ways_and_deep_traps() -> None:
    """Two players in turn: no step repeats, so forty regions. To spill, 17 + 13 + 2 fillings, 13 + 2 pourings and 2
    servings come first.
    """
    program = checked_text(WAYS)
    questions = pose(program, program.promises, probing=False)
    found = {
        name: always_possible(questions.system, Quest(name, way.goal), Limits(BUDGET, time.monotonic() + 120, 12))
        for name, way in questions.ways.items()
    }
    ends, full = found["ends"], found["full"]
    assert isinstance(ends, Escapable)
    assert (len(ends.regions), ends.method) == (41, "all states")
    assert isinstance(full, Trapped)
    assert (len(full.trace.steps), full.shortest, full.method) == (32 + 15 + 2 + 1, True, "all states")
