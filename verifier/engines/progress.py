"""The independent check of "a way always remains": regions, each of which one step leads into an earlier one.

Takes a system (unsliced), a goal, an invariant and regions; a fresh solver says for each obligation whether it holds:
the invariant is inductive; from each state of a region its step can be taken with its inputs, and leads into an earlier
region or the goal, or stays in the region while a measure that is not negative there falls by a constant; and the goal
and the regions cover the invariant. Then from every reachable state finitely many steps lead to the goal. Trusts no
engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier.engines.certificate import Check, check_inductive, unsatisfiable
from verifier.records import dataclass
from verifier.symbolic.system import System, Transition
from verifier.symbolic.terms import Term, Terms


@dataclass(frozen=True, slots=True)
class Region:
    """The states of ``term``; ``transition``, taken with ``inputs`` (terms over the state), leads from each of them
    into the region at index ``into`` of the same sequence, always an earlier one; or, with a ``measure``, into the same
    region with a measure that is less by ``fall``. The first region is the goal, with no transition.
    """

    term: Term
    transition: str | None = None
    inputs: Mapping[Term, Term] | None = None
    into: int = -1
    measure: Term | None = None
    fall: Term | None = None


def check_progress(system: System, goal: Term, invariant: Term, regions: Sequence[Region], budget: int) -> Check:
    """Whether regions and invariant are a certificate; at most ``budget`` resource units for each obligation."""
    terms = system.terms
    if not regions or regions[0].term is not goal:
        return Check(False, "goal")
    inductive = check_inductive(system, invariant, budget)
    if not inductive.accepted:
        return inductive
    for index, region in enumerate(regions[1:], start=1):
        if not leads_on(system, invariant, regions, index, budget):
            return Check(False, f"progress by {region.transition}")
    outside = terms.and_(invariant, *(terms.not_(region.term) for region in regions))
    return Check(True) if unsatisfiable(terms, outside, budget) else Check(False, "cover")


def leads_on(system: System, invariant: Term, regions: Sequence[Region], index: int, budget: int) -> bool:
    """Whether from every state of a region of the invariant its transition leads on."""
    behind = left_behind(system, regions, index)
    return behind is not None and unsatisfiable(system.terms, system.terms.and_(invariant, behind), budget)


def left_behind(system: System, regions: Sequence[Region], index: int) -> Term | None:
    """The states of a region from which its transition does not lead on; ``None`` for a region that is none."""
    region, terms = regions[index], system.terms
    if region.transition is None or region.inputs is None or not 0 <= region.into < index:
        return None
    transition = system.transition(region.transition)
    if set(region.inputs) != {part.variable for part in transition.inputs}:
        return None
    target = terms.substitute(regions[region.into].term, transition.updates)
    again = _again(terms, region, transition)
    reached = terms.substitute(terms.and_(transition.enabled, terms.or_(target, again)), region.inputs)
    return terms.and_(region.term, terms.not_(reached))


def _again(terms: Terms, region: Region, transition: Transition) -> Term:
    """Whether the transition leads into the same region, nearer to its end; the measure is not negative before."""
    measure, fall = region.measure, region.fall
    if measure is None or fall is None or fall.op != "const" or fall.number <= 0:
        return terms.false
    less = terms.le(terms.substitute(measure, transition.updates), terms.sub(measure, fall))
    there = terms.le(terms.scale(0, measure), measure)
    return terms.and_(terms.substitute(region.term, transition.updates), less, there)


def needed_regions(regions: Sequence[Region], wanted: Sequence[int]) -> list[Region]:
    """The wanted regions (by index), with the goal and those that they lead into; a shorter certificate."""
    kept = {0}
    for start in wanted:
        index = start
        while index not in kept:
            kept.add(index)
            index = regions[index].into
    place = {old: new for new, old in enumerate(sorted(kept))}
    return [replace(r, into=place.get(r.into, -1)) for index, r in enumerate(regions) if index in kept]
