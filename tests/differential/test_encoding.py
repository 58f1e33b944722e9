"""The encoding against the interpreter, on random policies and runs, without a solver.

What is compared is in ``encoding_check``. The named policies were each a disagreement once, found here or by thinking
about where the twins could part.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from checked import checked_policy, checked_text
from encoding_check import disagreements
from generator import ALL, FINITE, Profile

from verifier.symbolic.evaluator import NotTrackable

BATCHES = 400 if os.environ.get("CLAUSEPROOF_DEPTH") == "nightly" else 26
SEEDS = 20


def profile(seed: int) -> Profile:
    """All profiles in turn: finite or not, small to large, without and with errors."""
    finite = seed % 2 == 0
    features = FINITE if finite else ALL
    return Profile(features, size=1 + seed % 3, finite=finite, errors=seed % 4 > 1, promises=15)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_twins_agree(batch: int) -> None:
    tally: Counter[str] = Counter()
    for seed in range(batch * SEEDS, (batch + 1) * SEEDS):
        try:
            check = disagreements(checked_policy(seed, profile(seed)), seed)
        except NotTrackable:
            tally["not trackable"] += 1
            continue
        assert not check.faults, f"seed {seed}: {check.faults[0]} ({len(check.faults)} in all)"
        tally += check.tally
    assert tally["not trackable"] <= 1
    for compared in ("value", "promise", "step", "requires", "memory", "monitor", "wait", "jump", "status", "duty"):
        assert tally[compared] > SEEDS, f"too little was compared: {tally}"


# ---------------------------------------------------------------- policies on which the twins disagreed

DISAGREED = {
    # A jump of many days took the eve of an inner `just before` for its last day.
    "the day before the day before": """
        policy p
        status x : yes/no starts no
        step go
          requires not x
          then x becomes yes
        prove a never just before (just before (x)) while just before (not x)
        prove b always not (ever (just before (just before (x)) and not just before (x)))
    """,
    # The first day that passes ends the excuse: not many days at once.
    "an excuse that ends while days pass": """
        policy p
        status x : yes/no starts yes
        step ask
        step off
          requires x
          then x becomes no
        step answer
        duty d: answer within 1 days of ask unless just before (x)
        prove a never today > 2001-01-01 while x
    """,
    # An error of `since` in an earlier state is an error for good, whatever happens later.
    "a start without a value": """
        policy p
        status x : int or none starts none
        status y : int 0..3 starts 0
        step go
          then x becomes 1, y becomes y + 1
        step clear
          then x becomes none
        prove a always (y < 3) ever since (x > 0)
    """,
    # Turning true before it errs: what was true once needs no value later.
    "true before it errs": """
        policy p
        fact d : date or none
        prove a never ever ((today > 2001-01-01) and ((today <= 2001-01-05) or (d <= d)))
    """,
    # Dollars as an index were not counted in cents.
    "an amount that is one of two": """
        policy p
        step pay(n: money $0..)
          requires not (pay(if n > $5 then $5 else $6) has happened)
        prove b pay(x) only if pay(if x > $5 then $5 else $6) has never happened
    """,
    # A quarter and a whole shared one memory.
    "amounts over different denominators": """
        policy p
        fact f : decimal or none
        step pay(n: decimal or none)
          requires not (pay(0.25) has happened)
        prove a pay only after pay(1.0)
        prove b never pay after pay(1.25)
    """,
    # The flag of `or none` and the flag of the member `present` were one variable.
    "a member called present": """
        policy p
        enum E = present | absent
        status s : set of E or none starts none
        step go
          then s becomes {absent}
        step stop
          requires s is not none
          then s becomes none
        prove a never s changes while s is {present}
        prove b always s is none or present is not in s
    """,
    # The first duty in the order declared that forbids the day is asked last.
    "two duties, one of them without a value": """
        policy p
        status x : int or none starts none
        step ask
        step give
          then x becomes 1
        step answer
        duty one: answer within 1 days of ask
        duty two: answer within 2 days of ask unless x > 0
        duty three: answer within 1 days of give unless x > 1
        prove a after ask, answer within 1 days
    """,
    # The body of a window errs for one argument, and is false for another.
    "one window errs, another breaks": """
        policy p
        fact limit : int or none
        enum Kind = loose | strict
        step go(k: Kind)
        prove a after go(k), (k is loose or limit > 2)
        prove b after go(k), k is loose until go(k)
    """,
    # Where the scope holds before a step, it is not asked after it.
    "a scope that errs only after the step": """
        policy p
        status x : int or none starts 1
        status y : yes/no starts no
        step go
          then x becomes none, y becomes yes
        step back
          then x becomes 2
        prove a never y changes while x > 0
        prove b never x changes while y
    """,
}


# Planted faults (tests/sabotage) that random policies show too seldom.
DEMANDING = {
    "effects that read what others change": """
        policy p
        status a : int 0..9 starts 1
        status b : int 0..9 starts 2
        status c : yes/no starts no
        step swap
          then a becomes b, b becomes a
        step shift
          requires a > 0
          then a becomes a - 1, c becomes a > 3
        step grow
          requires b < 9
          then b becomes b + 1
        prove x never a > b and c
    """,
    "signs": """
        policy p
        fact f : int -3..3
        status a : int starts 1
        step flip
          then a becomes -a
        step join
          requires a > -f
          then a becomes a + f
        prove x always (-a <= -f)
        prove y never a = -(a - f)
    """,
    "conditions that turn twice": """
        policy p
        status x : yes/no starts no
        step go
          then x becomes yes
        step off
          then x becomes no
        prove a never ever (today = 2001-01-05) and x
        prove b never ever ((today > 2001-01-03 and today < 2001-01-06) or today = 2001-01-09)
        prove c never ever (weekday of today is Monday) while x
        prove e never (x ever since weekday of today is Friday)
    """,
    "an excuse that may have no value": """
        policy p
        fact f : int or none
        status open : yes/no starts no
        step ask
          then open becomes yes
        step answer
          then open becomes no
        duty d: answer within 1 days of ask unless f > 0
        prove a after ask, answer within 1 days
        prove b never open changes while open
    """,
    "an excuse that ends and comes back": """
        policy p
        step ask
        step answer
        duty d: answer within 1 days of ask unless today <= 2001-01-04 or today >= 2001-01-07
        prove a after ask, answer within 9 days
    """,
}


@pytest.mark.parametrize("name", [*DISAGREED, *DEMANDING])
def test_they_agree_where_they_once_did_not(name: str) -> None:
    program = checked_text((DISAGREED | DEMANDING)[name])
    tally: Counter[str] = Counter()
    for seed in range(30):
        check = disagreements(program, seed, runs=2, length=7)
        assert not check.faults, check.faults[0]
        tally += check.tally
    assert tally["promise"] > 50
