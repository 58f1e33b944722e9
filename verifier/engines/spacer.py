"""Unbounded reachability by z3's Spacer, its invariant taken out for an independent check.

Takes a (sliced) system and a goal; gives an invariant as a term, "reachable", or why not. Nothing that it says is
trusted: a proof must pass ``certificate.check``, a reachable goal is found again by bounded search. Method:
property-directed reachability for constrained Horn clauses (Komuravelli, Gurfinkel, Chaki, CAV 2014); one relation, one
disjunctive rule.
"""

from __future__ import annotations

from typing import Literal

import z3

from verifier.engines.answers import in_words
from verifier.engines.compiled import compile_system, primed
from verifier.engines.reader import read
from verifier.properties.goals import Goal
from verifier.records import dataclass
from verifier.symbolic.system import System
from verifier.symbolic.terms import Sort, Term

STOPPED = "the solver was stopped at its limit"
"""Spacer does not say whether time or resource units ended its work."""


@dataclass(frozen=True, slots=True)
class SpacerAnswer:
    """``invariant`` only for ``unreachable``."""

    verdict: Literal["unreachable", "reachable", "unknown"]
    invariant: Term | None = None
    reason: str = ""


def solve(system: System, goal: Goal, known: Term, milliseconds: int, budget: int, globally: bool) -> SpacerAnswer:
    """Ask Spacer, by default or with global guidance (``spacer.global``); either may diverge where the other does not.

    ``known`` is an inductive invariant of the system; the answer's invariant includes it.
    """
    changing = {variable for transition in system.transitions for variable in transition.updates}
    after = system.terms.substitute(known, {variable: primed(system.terms, variable) for variable in changing})
    compiled = compile_system(system, [goal], [known, after])
    known_now, known_next = compiled.wishes
    context = compiled.context
    fixedpoint = z3.Fixedpoint(ctx=context)
    fixedpoint.set(engine="spacer", timeout=milliseconds, rlimit=budget)
    # Without these two the cover of the relation is not always inductive (measured, see decisions).
    fixedpoint.set("xform.inline_linear", False)
    fixedpoint.set("xform.inline_eager", False)
    if globally:
        fixedpoint.set("spacer.global", True)
    boolean = z3.BoolSort(context)
    holds = z3.Function("reached", *(v.sort() for v in compiled.now), boolean)
    bad = z3.Function("bad", boolean)
    fixedpoint.register_relation(holds)
    fixedpoint.register_relation(bad)
    moved = [new for old, new in zip(compiled.now, compiled.next, strict=True) if not new.eq(old)]
    fixedpoint.declare_var(*compiled.now, *moved, *compiled.inputs.values())
    initial = compiled.initial or (z3.BoolVal(True, context),)
    fixedpoint.rule(holds(*compiled.now), z3.And(*initial))
    if system.transitions:
        fixedpoint.rule(holds(*compiled.next), z3.And(holds(*compiled.now), known_now, compiled.step, known_next))
    fixedpoint.rule(bad(), z3.And(holds(*compiled.now), known_now, compiled.goal(goal.name)))
    try:
        answer = fixedpoint.query(bad())
        if answer == z3.sat:
            return SpacerAnswer("reachable")
        if answer == z3.unknown:
            return SpacerAnswer("unknown", reason=in_words(fixedpoint.reason_unknown(), STOPPED))
        cover = z3.substitute_vars(fixedpoint.get_cover_delta(-1, holds), *compiled.now)
    except z3.Z3Exception as fault:
        return SpacerAnswer("unknown", reason=in_words(str(fault), STOPPED))
    names = {str(variable.payload): variable for variable in compiled.variables}
    invariant = read(system.terms, cover, names, _enums(system))
    if invariant is None:
        return SpacerAnswer("unknown", reason="the invariant could not be read back")
    return SpacerAnswer("unreachable", system.terms.and_(known, invariant))


def _enums(system: System) -> list[Sort]:
    sorts = {variable.term.sort: None for variable in system.variables}
    return [sort for sort in sorts if sort.kind == "enum"]
