"""A transition system inside z3: emitted as text, parsed once, instantiated for any moment by substitution.

Takes a ``System`` and goals; gives z3 formulas and reads models back as plain values. The only rooms that import z3 are
this package's files. One ``z3.Context`` for each compilation, so that nothing is shared between workers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import z3

from verifier.engines.answers import Plain
from verifier.properties.goals import Goal
from verifier.records import dataclass
from verifier.symbolic.calendar import axioms, months_terms
from verifier.symbolic.emit import Script
from verifier.symbolic.system import System
from verifier.symbolic.terms import BOOL, Sort, Term, Terms, enum_sort

SELECTOR = "transition taken"


@dataclass(frozen=True, slots=True)
class Compiled:
    """``pairs`` maps each state variable to its z3 constants now and next (the same one where it never changes).

    ``initial`` is over now; ``step`` over now, inputs and next. ``inputs`` include the selector. ``goals`` gives for
    each goal its parts: ``""`` for the states, else the transition taken, over now and inputs. ``calendar`` is what
    solvers are told about the ``months`` terms, which an exact answer must still be checked for (see
    ``symbolic.calendar``).
    """

    context: z3.Context
    system: System
    variables: tuple[Term, ...]
    now: tuple[z3.ExprRef, ...]
    next: tuple[z3.ExprRef, ...]
    inputs: Mapping[Term, z3.ExprRef]
    selector: z3.ExprRef
    initial: tuple[z3.ExprRef, ...]
    step: z3.ExprRef
    goals: Mapping[str, Mapping[str, z3.ExprRef]]
    wishes: tuple[z3.ExprRef, ...]
    calendar: z3.ExprRef
    months: tuple[tuple[Term, z3.ExprRef], ...]

    def goal(self, name: str) -> z3.ExprRef:
        """The whole goal over now and inputs."""
        return z3.Or(*self.goals[name].values())


def selector_sort(system: System) -> Sort:
    """The enumeration of the transitions of a system."""
    return enum_sort(SELECTOR, tuple(t.name for t in system.transitions) or ("nothing",))


def next_values(terms: Terms, system: System, selector: Term) -> dict[Term, Term]:
    """The next value of each variable that some transition changes, chosen by the selector."""
    result: dict[Term, Term] = {}
    for transition in reversed(system.transitions):
        here = terms.eq(selector, terms.member(selector.sort, transition.name))
        for variable, new in transition.updates.items():
            result[variable] = terms.ite(here, new, result.get(variable, variable))
    return result


def inputs_of(system: System) -> tuple[Term, ...]:
    """The inputs of all transitions, in order."""
    return tuple(part.variable for transition in system.transitions for part in transition.inputs)


def compile_system(system: System, goals: Sequence[Goal], wishes: Sequence[Term] = ()) -> Compiled:
    """Emit and parse a system with its goals, and further terms over now, inputs and next: ``wishes``, Bool or Int."""
    terms = system.terms
    script = Script()
    selector = terms.var(SELECTOR, selector_sort(system))
    changing = next_values(terms, system, selector)
    variables = tuple(variable.term for variable in system.variables)
    inputs = (*inputs_of(system), selector)
    script.declare((*variables, *inputs))
    after = {variable: primed(terms, variable) if variable in changing else variable for variable in variables}
    for variable, primed_variable in after.items():
        script.lines.append(f"(assert (= {script.text(variable)} {script.text(primed_variable)}))")
    for item in inputs:
        script.lines.append(f"(assert (= {script.text(item)} {script.text(item)}))")
    for constraint in system.initial:
        script.claim(constraint.term)
    one_of = [
        terms.and_(terms.eq(selector, terms.member(selector.sort, t.name)), t.enabled) for t in system.transitions
    ]
    script.claim(terms.or_(*one_of))
    for variable, new in changing.items():
        text = script.text(new)
        script.lines.append(f"(assert (= {script.text(after[variable])} {text}))")
    for goal in goals:
        for _, part in parts_of(goal):
            script.claim(part)
    for wish in wishes:
        if wish.sort == BOOL:
            script.claim(wish)
        else:
            script.lines.append(f"(assert (= 0 {script.text(wish)}))")
    shared = [c.term for c in system.initial] + [*one_of, *changing.values(), *wishes]
    months = months_terms([*shared, *(part for goal in goals for _, part in parts_of(goal))])
    script.claim(terms.and_(*axioms(terms, months)))
    for application in months:
        script.lines.append(f"(assert (= {script.text(application)} 0))")
    context = z3.Context()
    parsed = list(z3.parse_smt2_string(str(script), ctx=context))
    return _pick(context, system, (variables, inputs, tuple(wishes), tuple(months)), parsed, len(changing), goals)


def parts_of(goal: Goal) -> tuple[tuple[str, Term], ...]:
    """The states of a goal (``""``), then its transitions."""
    return (("", goal.state), *goal.on.items())


def primed(terms: Terms, variable: Term) -> Term:
    """A variable in the next state."""
    return terms.var(f"{variable.payload} next", variable.sort)


def _pick(
    context: z3.Context,
    system: System,
    written: tuple[tuple[Term, ...], tuple[Term, ...], tuple[Term, ...], tuple[Term, ...]],
    parsed: list[z3.ExprRef],
    changing: int,
    goals: Sequence[Goal],
) -> Compiled:
    """Take the parsed assertions apart, in the order in which they were written."""
    variables, inputs, wishes, months = written
    place = 0

    def take(count: int) -> list[z3.ExprRef]:
        nonlocal place
        place += count
        return parsed[place - count : place]

    pairs = [(equation.arg(0), equation.arg(1)) for equation in take(len(variables))]
    declared = {item: equation.arg(0) for item, equation in zip(inputs, take(len(inputs)), strict=True)}
    initial = tuple(take(len(system.initial)))
    step = z3.And(*take(1 + changing))
    found = {}
    for goal in goals:
        names = [name for name, _ in parts_of(goal)]
        found[goal.name] = dict(zip(names, take(len(names)), strict=True))
    granted = tuple(
        claim if wish.sort == BOOL else claim.arg(1) for claim, wish in zip(take(len(wishes)), wishes, strict=True)
    )
    (calendar,) = take(1)
    applied = tuple((term, equation.arg(0)) for term, equation in zip(months, take(len(months)), strict=True))
    now, after = tuple(a for a, _ in pairs), tuple(b for _, b in pairs)
    return Compiled(
        context,
        system,
        variables,
        now,
        after,
        declared,
        declared[inputs[-1]],
        initial,
        step,
        found,
        granted,
        calendar,
        applied,
    )


def plain(value: z3.ExprRef) -> Plain:
    """A model value as bool, int, Fraction, or the bare name of an enum member."""
    if z3.is_true(value) or z3.is_false(value):
        return bool(z3.is_true(value))
    if z3.is_int_value(value):
        return int(value.as_long())
    if z3.is_rational_value(value):
        return Fraction(value.numerator_as_long(), value.denominator_as_long())
    return str(value.decl().name()).rsplit(".", 1)[-1]
