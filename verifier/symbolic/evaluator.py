"""The evaluator of expressions to terms: states, scopes, decisions, and what is known already.

Takes a program and gives, for an expression in the present state, a symbolic value and the condition under which its
evaluation errs; the rules for the single nodes are in ``evaluate``. The present state is a fixed set of variables
(``State``); other states are reached by substitution, never by evaluating again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, Protocol, TypeAlias

from verifier.core import expressions as core
from verifier.core.program import Decision, Program, Rule
from verifier.core.types import Type
from verifier.records import dataclass
from verifier.symbolic import values
from verifier.symbolic.terms import Term, Terms
from verifier.symbolic.values import Scalar, SymbolicValue


class NotTrackable(Exception):
    """A history term that finitely many variables cannot follow; the message says which and what to do instead."""

    def __init__(self, message: str, expression: core.Node) -> None:
        super().__init__(message)
        self.expression = expression


@dataclass(frozen=True, slots=True)
class Result:
    """A value, and the condition under which evaluation errs instead."""

    value: SymbolicValue
    error: Term

    @property
    def holds(self) -> Term:
        """The term of a yes/no value."""
        assert isinstance(self.value, Scalar)
        return self.value.term


@dataclass(slots=True)
class State:
    """The variables of the present state. ``unset``: when reading a status errs (see ``opening``; else never)."""

    facts: dict[str, SymbolicValue]
    readings: dict[str, SymbolicValue]
    statuses: dict[str, SymbolicValue]
    today: Term
    unset: dict[str, Term] = field(default_factory=dict)


@dataclass(slots=True)
class Scope:
    """Bound variables, with the results already known under them (by identity of the expression)."""

    locals: Mapping[str, SymbolicValue] = field(default_factory=dict)
    known: dict[int, tuple[core.Expr, Result]] = field(default_factory=dict)


class Memory(Protocol):
    """Answers history terms; implemented by ``symbolic.history``."""

    def happened(self, act: core.Act, scope: Scope, expression: core.Node) -> Result:
        """Whether the act occurred."""

    def date_of(self, act: core.Act, first: bool, scope: Scope, expression: core.Node) -> Result:
        """The date of the last or first occurrence; errs before any."""

    def count_of(self, act: core.Act, scope: Scope, expression: core.Node) -> Result:
        """How often the act occurred."""

    def over_time(self, expression: core.Ever | core.JustBefore | core.EverSince, scope: Scope) -> Result:
        """The value of a term about earlier states."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision in the present state: its value, and the three ways in which it errs."""

    value: SymbolicValue
    gap: Term
    conflict: Term
    error: Term
    firing: Mapping[str, Term]

    def any_error(self, terms: Terms) -> Term:
        """Any of the three."""
        return terms.or_(self.error, self.gap, self.conflict)


class Evaluator:
    """Evaluates the expressions of one program in the state of ``state``.

    ``present`` says of a clause (by its full name) whether it is there; a constant truth but where reasons are
    sought. Of a rule that is not there nothing is known: ``stand_in`` gives an arbitrary condition and value for it,
    others for other arguments (numbered calls; ``uses`` numbers those of definitions).
    """

    def __init__(self, terms: Terms, program: Program, state: State, rules: Rules) -> None:
        self._rules = rules
        self.terms = terms
        self.program = program
        self.state = state
        self.memory: Memory
        self.present: Callable[[str], Term] = lambda label: terms.true
        self.stand_in: Callable[[str, Type, int], tuple[Term, SymbolicValue]] | None = None
        self.closed = Scope()
        self.decisions = {decision.name: decision for decision in program.decisions}
        self._outcomes: dict[tuple[object, ...], Outcome] = {}
        self.uses: dict[tuple[object, ...], int] = {}

    def evaluate(self, expression: core.Expr, scope: Scope | None = None) -> Result:
        """Value and error of an expression; each expression is visited once in a scope."""
        scope = self.closed if scope is None else scope
        found = scope.known.get(id(expression))
        if found is not None:
            return found[1]
        result = self._rules[type(expression)](self, expression, scope)
        scope.known[id(expression)] = (expression, result)
        return result

    def outcome(self, decision: Decision, arguments: tuple[SymbolicValue, ...]) -> Outcome:
        """A decision for given arguments (already known to be in range)."""
        key = (decision.name, *arguments)
        found = self._outcomes.get(key)
        if found is None:
            scope = self.closed
            if decision.params:
                scope = Scope({p.name: a for p, a in zip(decision.params, arguments, strict=True)})
            found = self._decide(decision, scope, len(self._outcomes) if decision.params else 0)
            self._outcomes[key] = found
        return found

    def _decide(self, decision: Decision, scope: Scope, call: int) -> Outcome:
        terms = self.terms
        conditions = {rule.name: self._condition(decision, rule, scope, call) for rule in decision.rules}
        error = terms.or_(*(condition.error for condition in conditions.values()))
        firing = self._undefeated(decision, {name: condition.holds for name, condition in conditions.items()})
        results = [
            (firing[rule.name], self._value(decision, rule.full_name, rule.value, scope, call))
            for rule in decision.rules
        ]
        error = terms.or_(error, *(terms.and_(fires, result.error) for fires, result in results))
        silent = terms.not_(terms.or_(*firing.values()))
        gap, last = silent, None
        if decision.otherwise is not None:
            label = f"{decision.name}.otherwise"
            gap, last = terms.false, self._value(decision, label, decision.otherwise, scope, call)
            error = terms.or_(error, terms.and_(silent, last.error))
        conflict = terms.or_(
            *(
                terms.and_(f, g, terms.not_(values.equal(terms, a.value, b.value)))
                for i, (f, a) in enumerate(results)
                for g, b in results[:i]
            )
        )
        fallback = results[-1][1].value if results else values.default(terms, decision.type)
        value = last.value if last is not None else fallback
        for fires, result in reversed(results):
            value = values.choose(terms, fires, result.value, value)
        decided = terms.not_(terms.or_(error, gap, conflict))
        outside = terms.not_(values.in_range(terms, value, decision.type))
        return Outcome(value, gap, conflict, terms.or_(error, terms.and_(decided, outside)), firing)

    def _condition(self, decision: Decision, rule: Rule, scope: Scope, call: int) -> Result:
        """The condition of a rule."""
        condition = self.evaluate(rule.condition, scope)
        if self.stand_in is None:
            return condition
        present, (arbitrary, _) = self.present(rule.full_name), self.stand_in(rule.full_name, decision.type, call)
        holds = self.terms.ite(present, condition.holds, arbitrary)
        return Result(Scalar(holds), self.terms.and_(present, condition.error))

    def _value(self, decision: Decision, label: str, expression: core.Expr, scope: Scope, call: int) -> Result:
        """What a rule (or the ``otherwise``) gives."""
        return self.replaceable(label, self.evaluate(expression, scope), decision.type, call)

    def replaceable(self, label: str, value: Result, type_: Type, call: int) -> Result:
        """What a clause gives: where it is not there, an arbitrary value of its type."""
        if self.stand_in is None:
            return value
        present, (_, arbitrary) = self.present(label), self.stand_in(label, type_, call)
        chosen = values.choose(self.terms, present, value.value, arbitrary)
        return Result(chosen, self.terms.and_(present, value.error))

    def _undefeated(self, decision: Decision, holds: Mapping[str, Term]) -> dict[str, Term]:
        """Which rules and exceptions fire: their condition holds and no firing exception names them."""
        firing: dict[str, Term] = {}

        def fires(name: str) -> Term:
            if name not in firing:
                attackers = [rule.name for rule in decision.rules if rule.targets and name in rule.targets]
                firing[name] = self.terms.and_(
                    holds[name], *(self.terms.not_(fires(attacker)) for attacker in attackers)
                )
            return firing[name]

        return {rule.name: fires(rule.name) for rule in decision.rules}

    # ------------------------------------------------------------ helpers of the rules

    def yes_no(self, term: Term, *errors: Term) -> Result:
        """A yes/no result."""
        return Result(Scalar(term), self.terms.or_(*errors))

    def all_errors(self, *results: Result) -> Term:
        """The error of evaluating all of these."""
        return self.terms.or_(*(result.error for result in results))


Rules: TypeAlias = "Mapping[type, Callable[[Evaluator, Any, Scope], Result]]"
"""How each kind of node is evaluated; a rule takes nodes of its own kind only."""
