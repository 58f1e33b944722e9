"""The independent check of "a way always remains": regions, each of which one step leads into an earlier one.

Takes a system (unsliced), a goal, an invariant and regions; a fresh solver says for each obligation whether it holds:
the invariant is inductive; from each state of a region its step can be taken with its inputs, and leads into an earlier
region or the goal; and the goal and the regions cover the invariant. Then from every reachable state finitely many
steps lead to the goal. Trusts no engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verifier.engines.certificate import Check, check_inductive, unsatisfiable
from verifier.symbolic.system import System
from verifier.symbolic.terms import Term


@dataclass(frozen=True, slots=True)
class Region:
    """The states of ``term``; ``transition``, taken with ``inputs`` (terms over the state), leads from each of them
    into the region at index ``into`` of the same sequence, always an earlier one. The first region is the goal, with no
    transition.
    """

    term: Term
    transition: str | None = None
    inputs: Mapping[Term, Term] | None = None
    into: int = -1


def check_progress(system: System, goal: Term, invariant: Term, regions: Sequence[Region], budget: int) -> Check:
    """Whether regions and invariant are a certificate; at most ``budget`` resource units for each obligation."""
    terms = system.terms
    if not regions or regions[0].term is not goal:
        return Check(False, "goal")
    inductive = check_inductive(system, invariant, budget)
    if not inductive.accepted:
        return inductive
    for index, region in enumerate(regions[1:], start=1):
        if not _leads_on(system, invariant, regions, index, budget):
            return Check(False, f"progress by {region.transition}")
    outside = terms.and_(invariant, *(terms.not_(region.term) for region in regions))
    return Check(True) if unsatisfiable(terms, outside, budget) else Check(False, "cover")


def _leads_on(system: System, invariant: Term, regions: Sequence[Region], index: int, budget: int) -> bool:
    region, terms = regions[index], system.terms
    if region.transition is None or region.inputs is None or not 0 <= region.into < index:
        return False
    transition = system.transition(region.transition)
    if set(region.inputs) != {part.variable for part in transition.inputs}:
        return False
    target = terms.substitute(regions[region.into].term, transition.updates)
    reached = terms.substitute(terms.and_(transition.enabled, target), region.inputs)
    return unsatisfiable(terms, terms.and_(invariant, region.term, terms.not_(reached)), budget)


def needed_regions(regions: Sequence[Region], wanted: Sequence[int]) -> list[Region]:
    """The wanted regions (by index), with the goal and those that they lead into; a shorter certificate."""
    kept = {0}
    for start in wanted:
        index = start
        while index not in kept:
            kept.add(index)
            index = regions[index].into
    place = {old: new for new, old in enumerate(sorted(kept))}
    return [
        Region(r.term, r.transition, r.inputs, place.get(r.into, -1))
        for index, r in enumerate(regions)
        if index in kept
    ]
