"""Proofs of earlier runs: found again by the slice that they are about, and believed only after the same check as
new ones.

Takes a system and goals; gives invariants that the independent check accepts, on the whole system, with a fresh solver.
So nothing that a memory holds can make a verdict wrong; at worst it costs the time of a refused check. Only proofs are
kept: runs that reach a goal are always searched for, so that every run tells the same story.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import field
from typing import Final, Protocol

from verifier.engines import certificate
from verifier.engines.answers import Unreachable
from verifier.engines.lemmas import conjuncts
from verifier.properties.goals import Goal, slice_for
from verifier.records import dataclass
from verifier.symbolic import written
from verifier.symbolic.system import System
from verifier.symbolic.terms import Term

METHODS: Final = ("induction", "all states", "spacer", "spacer-global")
"""How a proof that is kept may have been found."""


class Memory(Protocol):
    """Texts by digests; what was kept may be gone."""

    def get(self, name: str) -> str | None:
        """What was kept under a name."""
        ...

    def put(self, name: str, text: str) -> None:
        """Keep a text."""
        ...


@dataclass(slots=True)
class Proofs:
    """The proofs about a slice of one system that a memory holds or shall hold. ``whole``: the system on which
    invariants over the variables of the slice are checked, within ``check_budget``; ``budget``: what the search for
    proofs may take.
    """

    memory: Memory
    system: System
    sliced: System
    whole: System
    check_budget: int
    budget: int
    _cones: dict[str, System] = field(default_factory=dict)
    _slices: dict[tuple[object, ...], tuple[str, dict[Term, str]]] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _inductive: dict[Term, bool] = field(default_factory=dict)

    def recall(self, goals: Sequence[Goal]) -> tuple[dict[str, Unreachable], frozenset[str]]:
        """Proofs of goals, as far as the memory holds some that are proofs of this system; and the goals of which it
        says that they were not proved before.
        """
        found, hopeless = {}, set()
        for goal in goals:
            kept = self.memory.get(self._name(goal))
            if kept == self._not_proved():
                hopeless.add(goal.name)
            proof = None if kept is None else self._proof(goal, kept)
            if proof is not None:
                found[goal.name] = proof
        return found, frozenset(hopeless)

    def keep(self, goal: Goal, proof: Unreachable | None) -> None:
        """Keep a proof of a goal, or that none was found."""
        if proof is None:
            self.memory.put(self._name(goal), self._not_proved())
            return
        _, names = self._slice(self._cone(goal))
        lemmas = written.write(conjuncts(proof.invariant), names)
        record = json.dumps({"method": proof.method, "lemmas": lemmas}, separators=(",", ":"))
        self.memory.put(self._name(goal), record)

    def _proof(self, goal: Goal, kept: str) -> Unreachable | None:
        """What was kept, if it is a proof. Lemmas over what has changed are left out, then all that are not about the
        goal's own slice.
        """
        terms, cone = self.system.terms, self._cone(goal)
        _, names = self._slice(cone)
        # Only state variables of the slice: what speaks of inputs, or of what must be followed day by day where the
        # slice is not, could pass the check without being an invariant.
        known = {str(variable.term.payload): variable.term for variable in self.sliced.variables}
        known |= {names[variable.term]: variable.term for variable in cone.variables}
        try:
            record = json.loads(kept)
            method, read = record["method"], written.read(record["lemmas"], terms, known)
        except (ValueError, LookupError, TypeError, RecursionError, written.Unreadable):
            return None
        lemmas = [lemma for lemma in read if lemma is not None and lemma.sort.kind == "Bool"]
        near = [lemma for lemma in lemmas if terms.free(lemma) <= names.keys()]
        for chosen in (lemmas, near) if method in METHODS else ():
            invariant = terms.and_(*chosen)
            if self._accepts(goal, invariant):
                return Unreachable(invariant, method)
        return None

    def _accepts(self, goal: Goal, invariant: Term) -> bool:
        if invariant not in self._inductive:
            check = certificate.check_inductive(self.whole, invariant, self.check_budget)
            self._inductive[invariant] = check.accepted
        return (
            self._inductive[invariant]
            and certificate.check_excluded(self.whole, goal, invariant, self.check_budget).accepted
        )

    def _not_proved(self) -> str:
        return f"not proved within {self.budget}"

    def _cone(self, goal: Goal) -> System:
        if goal.name not in self._cones:
            self._cones[goal.name] = slice_for(self.system, [goal])
        return self._cones[goal.name]

    def _name(self, goal: Goal) -> str:
        """The digest of a question: the goal and what it depends on, whatever things are called."""
        known = self._names.get(goal.name)
        if known is None:
            sliced = self._cone(goal)
            text, names = self._slice(sliced)
            order = {transition.name: str(index) for index, transition in enumerate(sliced.transitions)}
            parts = json.dumps([written.write(goal.terms(), names), [order.get(step) for step in goal.on]])
            known = hashlib.sha256(f"{text}\n{parts}".encode("utf-8", "surrogatepass")).hexdigest()
            self._names[goal.name] = known
        return known

    def _slice(self, sliced: System) -> tuple[str, dict[Term, str]]:
        """The text of a slice, and what its variables are called in it: by their places."""
        key = (
            tuple(variable.term for variable in sliced.variables),
            tuple((transition.name, len(transition.inputs)) for transition in sliced.transitions),
            tuple(constraint.term for constraint in sliced.initial),
        )
        if key not in self._slices:
            names = _names(sliced)
            self._slices[key] = (_text(sliced, names), names)
        return self._slices[key]


def _names(sliced: System) -> dict[Term, str]:
    """Variables by their places in a slice. No variable of a policy has such a name."""
    names = {variable.term: f"#{index}" for index, variable in enumerate(sliced.variables)}
    for number, transition in enumerate(sliced.transitions):
        names |= {part.variable: f"#{number}.{index}" for index, part in enumerate(transition.inputs)}
    return names


def _text(sliced: System, names: dict[Term, str]) -> str:
    """Everything about a slice that an answer depends on."""
    roots = [variable.domain for variable in sliced.variables]
    roots += [constraint.term for constraint in sliced.initial]
    shape: list[object] = [[variable.static for variable in sliced.variables], len(sliced.initial)]
    for transition in sliced.transitions:
        roots += [transition.enabled, transition.error, *(part.domain for part in transition.inputs)]
        roots += [term for pair in transition.updates.items() for term in pair]
        shape.append([len(transition.inputs), len(transition.updates)])
    return json.dumps([shape, written.write([*(v.term for v in sliced.variables), *roots], names)])
