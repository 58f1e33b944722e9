"""Which rules of a decision apply, given which conditions hold: rules, exceptions, and exceptions to exceptions.

Pure logic over names; evaluates nothing.
"""

from __future__ import annotations

from collections.abc import Collection

from verifier.core.program import Decision, Rule


def applying(decision: Decision, holding: Collection[str]) -> tuple[Rule, ...]:
    """The rules and exceptions whose condition holds (``holding``: their bare names) and that nothing defeats.

    An exception defeats the rules that it names when its own condition holds and it is not itself defeated.
    Terminates because exceptions are acyclic.
    """

    def in_force(rule: Rule) -> bool:
        return rule.name in holding and not any(in_force(exception) for exception in exceptions_to(decision, rule))

    return tuple(rule for rule in decision.rules if in_force(rule))


def exceptions_to(decision: Decision, rule: Rule) -> tuple[Rule, ...]:
    """The exceptions that name a rule (or exception)."""
    return tuple(other for other in decision.rules if other.targets is not None and rule.name in other.targets)
