"""The variables of a program: how its facts, statuses, duties and monitors are laid out, and the evaluator over them.

Takes a checked program; gives an ``Encoding``, from which terms of any expression may be asked for until
``transitions.build`` makes the system.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from verifier.core.program import Duty, Program
from verifier.core.types import MoneyType, OptionType, Type
from verifier.records import dataclass
from verifier.symbolic import values
from verifier.symbolic.evaluate import RULES
from verifier.symbolic.evaluator import Evaluator, Scope, State
from verifier.symbolic.history import INPUT, History
from verifier.symbolic.system import Constraint, Variable
from verifier.symbolic.terms import BOOL, INT, REAL, Term, Terms
from verifier.symbolic.values import Number, Part, SymbolicValue


@dataclass(slots=True)
class DutyVariables:
    """Whether a duty is pending, and since when."""

    duty: Duty
    pending: Term
    since: Term


@dataclass(frozen=True, slots=True)
class Monitor:
    """A variable that watches a run for a promise: how it starts, and its new value for the transitions that change
    it.
    """

    variable: Term
    start: Term
    updates: Mapping[str, Term]


@dataclass(slots=True)
class Encoding:
    """The evaluator of a program with its variables; terms of any expression may be asked for until ``build`` is
    called. ``whole_cents``: what is true at the start of statuses that may come to hold fractions of a cent.
    """

    program: Program
    terms: Terms
    evaluator: Evaluator
    history: History
    today: Term
    duties: tuple[DutyVariables, ...]
    variables: list[Variable] = field(default_factory=list)
    parameters: dict[str, tuple[SymbolicValue, ...]] = field(default_factory=dict)
    parameter_parts: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    monitors: list[Monitor] = field(default_factory=list)
    whole_cents: list[Constraint] = field(default_factory=list)

    def scope(self, step: str) -> Scope:
        """The scope in which a step's requirements and effects are evaluated."""
        params = self.program.step(step).params
        return Scope({p.name: v for p, v in zip(params, self.parameters[step], strict=True)})

    def add_constant(self, name: str, type_: Type) -> SymbolicValue:
        """A fresh fact of any value, for claims about every argument ("for each x")."""
        value, parts = values.variables(self.terms, f"some {name}", type_)
        self.evaluator.state.facts[name] = value
        for part in parts:
            self.variables.append(Variable(part.variable, part.domain, "argument", name, True))
            self.history.static.add(part.variable)
        return value


def encode(program: Program, duties: bool = True, switched: Terms | None = None) -> Encoding:
    """Lay out the variables of a program. ``duties=False`` drops the duties, so that time always passes.

    ``switched`` asks for the same layout, in the terms of an earlier one, in which every clause can be switched off:
    for each label (``clause_labels``) there is a static yes/no variable, and where it is false the system is that of
    the text without the clause (for a rule, an ``otherwise`` or a definition: with an arbitrary one in its place).
    """
    real_money: frozenset[str] = frozenset()
    while True:
        encoding = _lay_out(program, duties, real_money, switched or Terms())
        if switched is not None:
            _add_switches(encoding)
        wider = real_money | _fractional(encoding)
        if wider == real_money:
            return encoding
        real_money = wider


def clause_labels(program: Program) -> Iterator[str]:
    """The names of the clauses that can be taken out of a program one by one."""
    yield from (f"{s.name}.starts" for s in program.statuses if s.starts is not None)
    yield from (assumption.name for assumption in program.assumptions)
    yield from (definition.name for definition in program.definitions)
    for decision in program.decisions:
        yield from (rule.full_name for rule in decision.rules)
        if decision.otherwise is not None:
            yield f"{decision.name}.otherwise"
    for step in program.steps:
        yield from (requirement.full_name for requirement in step.requires)
        yield from (effect.full_name for effect in step.effects)
    yield from (duty.name for duty in program.duties)


def switch(terms: Terms, label: str) -> Term:
    """The variable that says whether a clause is there."""
    return terms.var(f"clause {label}", BOOL)


def _add_switches(encoding: Encoding) -> None:
    terms = encoding.terms
    labels = tuple(clause_labels(encoding.program))
    known = frozenset(labels)
    encoding.evaluator.present = lambda label: switch(terms, label) if label in known else terms.true
    encoding.variables += [Variable(switch(terms, label), terms.true, "clause", label, True) for label in labels]
    encoding.history.static |= {switch(terms, label) for label in labels}
    arbitrary: dict[tuple[str, int], tuple[Term, SymbolicValue]] = {}

    def stand_in(label: str, type_: Type, call: int) -> tuple[Term, SymbolicValue]:
        if (label, call) not in arbitrary:
            condition = terms.var(f"any condition of {label} {call}", BOOL)
            value, parts = values.variables(terms, f"any value of {label} {call}", type_)
            arbitrary[label, call] = condition, value
            laid = [Part(condition, terms.true), *parts]
            encoding.variables += [Variable(p.variable, p.domain, "stand-in", label, True) for p in laid]
            encoding.history.static |= {part.variable for part in laid}
        return arbitrary[label, call]

    encoding.evaluator.stand_in = stand_in


def _lay_out(program: Program, duties: bool, real_money: frozenset[str], terms: Terms) -> Encoding:
    state = State({}, {}, {}, terms.var("today", INT))
    found: list[Variable] = []

    def lay(kind: str, name: str, type_: Type, static: bool, real: bool = False) -> SymbolicValue:
        value, parts = values.variables(terms, f"{kind} {name}", type_, real)
        found.extend(Variable(part.variable, part.domain, kind, name, static) for part in parts)
        return value

    for reading in program.readings:
        state.readings[reading.name] = lay("reading", reading.name, reading.type, True)
    for fact in program.facts:
        state.facts[fact.name] = lay("fact", fact.name, fact.type, True)
    whole_cents = []
    for status in program.statuses:
        value = lay("status", status.name, status.type, False, status.name in real_money)
        state.statuses[status.name] = value
        if status.starts is None and status.name in real_money:
            cents = terms.var(f"status {status.name} cents", INT)
            found.append(Variable(cents, terms.true, "cents", status.name, False))
            whole_cents.append(Constraint(str(cents.payload), _in_cents(terms, value, cents)))
    found.append(Variable(state.today, terms.true, "today", "today", False))
    pending = []
    for duty in program.duties if duties else ():
        variables = DutyVariables(
            duty, terms.var(f"duty {duty.name} pending", BOOL), terms.var(f"duty {duty.name} since", INT)
        )
        found += [Variable(v, terms.true, "duty", duty.name, False) for v in (variables.pending, variables.since)]
        pending.append(variables)
    evaluator = Evaluator(terms, program, state, RULES)
    history = History(terms, program, evaluator, {variable.term for variable in found if variable.static})
    evaluator.memory = history
    encoding = Encoding(program, terms, evaluator, history, state.today, tuple(pending), found, whole_cents=whole_cents)
    for step in program.steps:
        laid = [values.variables(terms, f"{INPUT}{step.name}.{p.name}", p.type) for p in step.params]
        encoding.parameters[step.name] = tuple(value for value, _ in laid)
        encoding.parameter_parts[step.name] = tuple(part for _, parts in laid for part in parts)
    return encoding


def _in_cents(terms: Terms, value: SymbolicValue, cents: Term) -> Term:
    """Whether a real amount, if it is there, is this number of cents: what enters from outside is in whole cents."""
    if isinstance(value, values.Optional):
        return terms.implies(value.present, _in_cents(terms, value.value, cents))
    assert isinstance(value, Number)
    return terms.eq(terms.scale(values.CENTS, value.term), terms.to_real(cents))


def _fractional(encoding: Encoding) -> frozenset[str]:
    """The money statuses that may come to hold fractions of a cent, which cents cannot represent."""
    money = {s.name: s.starts for s in encoding.program.statuses if _is_money(s.type)}
    given = [(name, starts, None) for name, starts in money.items() if starts is not None]
    effects = [(e.name, e.value, s.name) for s in encoding.program.steps for e in s.effects if e.name in money]
    found = set()
    for name, expression, step in [*given, *effects]:
        result = encoding.evaluator.evaluate(expression, encoding.scope(step) if step else None)
        number = result.value.value if isinstance(result.value, values.Optional) else result.value
        assert isinstance(number, Number)
        layout = encoding.evaluator.state.statuses[name]
        layout = layout.value if isinstance(layout, values.Optional) else layout
        assert isinstance(layout, Number)
        cents = layout.term.sort == INT
        if cents and (number.term.sort == REAL or values.CENTS % number.denominator):
            found.add(name)
    return frozenset(found)


def _is_money(type_: Type) -> bool:
    return isinstance(type_.inner if isinstance(type_, OptionType) else type_, MoneyType)
