"""From every reachable state, is there a way to the goal?

Takes a system, the goal as a term over its states, and the transitions that a way may use; gives regions that certify the way
(``progress``), or a run into a state from which no way leads to the goal, with an invariant of what follows, or why neither.

Method, each part with its own limit:

1. lemmas: what is known of the reachable states, so that ways from others need not be found;
2. backward saturation (``pursuit``): from the goal, the states that one transition takes into a region already known; where that
   comes to an end, the states outside of all regions are exactly those without a way, and the question is one of reachability;
3. otherwise plans: a state outside of the regions, reachable ones first, is asked for a run into them. Each run found adds a region
   for each of its steps; where there is none, the states that follow are shown never to meet the goal.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from verifier.engines import bmc, certificate, houdini
from verifier.engines.answers import Reached, Trace, Undecided, Unreachable
from verifier.engines.decide import CHECK_BUDGET, FIRST_DEPTH, SAMPLES, Limits, decide
from verifier.engines.progress import Region, check_progress, needed_regions
from verifier.engines.pursuit import Pursuit
from verifier.engines.query import Model, Question, constant_of
from verifier.engines.simulate import State, reachable
from verifier.properties.goals import Goal, state_goal
from verifier.symbolic.concrete import ArrayValue
from verifier.symbolic.system import WAIT, Constraint, System, by_single_days, cone
from verifier.symbolic.terms import Term, Terms

OUTSIDE = "outside of all regions"
PLAN_DEPTH = 12
MOST_PLANS = 60
QUESTION_BUDGET = 20_000_000


@dataclass(frozen=True, slots=True)
class Question_:
    """placeholder"""
