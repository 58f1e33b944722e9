"""Promises about single runs as reachability goals: twin of ``semantics.promises``.

Each form is one function whose docstring says when the promise holds. Two stages, because a system is built only when
every expression has been evaluated: a form evaluates its expressions at once and returns how to make the claim from the
system.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias, assert_never

from verifier.core import expressions as core
from verifier.core.program import (
    AfterUntil,
    Always,
    AlwaysPossible,
    DependsOnly,
    Equals,
    More,
    NeverBoth,
    NeverChanges,
    OnlyIf,
    Param,
    Possible,
    Promise,
    Response,
)
from verifier.properties.goals import Claim, Goal, Way, state_goal, taken
from verifier.symbolic import values
from verifier.symbolic.encoding import Encoding, Monitor
from verifier.symbolic.evaluate import later
from verifier.symbolic.evaluator import Result, Scope
from verifier.symbolic.system import WAIT, System, Transition, days_input
from verifier.symbolic.terms import BOOL, INT, Term, Terms
from verifier.symbolic.values import Scalar, SymbolicValue

Finish: TypeAlias = Callable[[System], Claim]


def prepare(encoding: Encoding, promise: Promise) -> Finish | None:
    """How to make the claim of a promise; ``None`` for forms that are not about reaching something in single runs."""
    name, form = promise.name, promise.form
    match form:
        case Always():
            return _always(encoding, name, form)
        case NeverBoth():
            return _never_both(encoding, name, form)
        case Equals():
            return _equals(encoding, name, form)
        case NeverChanges():
            return _never_changes(encoding, name, form)
        case Possible():
            return _possible(encoding, name, form)
        case OnlyIf():
            return _only_if(encoding, name, form)
        case AfterUntil():
            return _after_until(encoding, name, form)
        case Response():
            return _response(encoding, name, form)
        case AlwaysPossible() | DependsOnly() | More():
            return None
        case _:
            assert_never(form)


def prepare_way(encoding: Encoding, promise: Promise) -> Way | None:
    """``always possible E``: iff from every reachable state a compliant run leads to a state with E. ``None`` for
    other forms. Never vacuous.
    """
    if not isinstance(promise.form, AlwaysPossible):
        return None
    error = encoding.evaluator.evaluate(promise.form.goal).error
    return Way(promise.name, _reached(encoding, promise.form.goal), state_goal(f"{promise.name}: error", error))


def _trigger(name: str, number: int, term: Term) -> Goal:
    return state_goal(f"{name}: trigger {number}", term)


def _conjuncts(expression: core.Expr) -> tuple[core.Expr, ...]:
    return expression.operands if isinstance(expression, core.And) else (expression,)


def _always(encoding: Encoding, name: str, form: Always) -> Finish:
    """``always E [while F]``: iff no reachable state has F and not E. ``never E [while F]``: iff none has F and E.

    Vacuous: ``P implies Q``: P unreachable; ``while F``: F unreachable, for ``never`` also E; ``never A and B``: a
    conjunct unreachable.
    """
    terms, evaluate = encoding.terms, encoding.evaluator.evaluate
    body = evaluate(form.body)
    scope = evaluate(form.scope) if form.scope is not None else Result(Scalar(terms.true), terms.false)
    bad = terms.and_(scope.holds, body.holds if form.negated else terms.not_(body.holds))
    error = terms.or_(scope.error, terms.and_(scope.holds, body.error))
    watched: list[core.Expr] = []
    if form.scope is not None:
        watched = [form.scope, form.body] if form.negated else [form.scope]
    elif form.negated and isinstance(form.body, core.And):
        watched = list(_conjuncts(form.body))
    if not form.negated and isinstance(form.body, core.Implies):
        watched.append(form.body.premise)
    triggers = tuple(_trigger(name, i, _reached(encoding, expression)) for i, expression in enumerate(watched))
    return _never(encoding, name, bad, error, triggers, _reads(body, scope))


def _never(
    encoding: Encoding, name: str, bad: Term, error: Term, triggers: tuple[Goal, ...], reads: tuple[Term, ...]
) -> Finish:
    """No reachable state is bad; one where the promise errs is neither good nor bad."""
    wrong = encoding.terms.and_(bad, encoding.terms.not_(error))
    goal, errs = state_goal(name, wrong), state_goal(f"{name}: error", error)
    return lambda system: Claim(name, "never", goal, errs, triggers, reads)


def _reads(*results: Result) -> tuple[Term, ...]:
    """The terms of evaluated parts of a promise."""
    return tuple(term for result in results for term in (*values.flatten(result.value), result.error))


def _reached(encoding: Encoding, expression: core.Expr) -> Term:
    result = encoding.evaluator.evaluate(expression)
    return encoding.terms.and_(result.holds, encoding.terms.not_(result.error))


def _never_both(encoding: Encoding, name: str, form: NeverBoth) -> Finish:
    """``E never both F``: iff no reachable state has both. Vacuous: either unreachable."""
    terms = encoding.terms
    left, right = encoding.evaluator.evaluate(form.left), encoding.evaluator.evaluate(form.right)
    bad = terms.and_(left.holds, right.holds)
    error = terms.or_(left.error, terms.and_(left.holds, right.error))
    triggers = tuple(_trigger(name, i, _reached(encoding, part)) for i, part in enumerate((form.left, form.right)))
    return _never(encoding, name, bad, error, triggers, _reads(left, right))


def _equals(encoding: Encoding, name: str, form: Equals) -> Finish:
    """``E equals F``: iff they are equal in every reachable state. Never vacuous."""
    terms = encoding.terms
    left, right = encoding.evaluator.evaluate(form.left), encoding.evaluator.evaluate(form.right)
    bad = terms.not_(values.equal(terms, left.value, right.value))
    error = terms.or_(left.error, right.error)
    return _never(encoding, name, bad, error, (), _reads(left, right))


def _possible(encoding: Encoding, name: str, form: Possible) -> Finish:
    """``possible E``: iff some compliant run reaches a state with E."""
    result = encoding.evaluator.evaluate(form.goal)
    goal, errs = state_goal(name, _reached(encoding, form.goal)), state_goal(f"{name}: error", result.error)
    return lambda system: Claim(name, "some", goal, errs, (), _reads(result))


def _never_changes(encoding: Encoding, name: str, form: NeverChanges) -> Finish:
    """``never E changes while F``: iff no step or one-day wait gives E another value where F holds before or after it.

    Vacuous: no step is ever taken from or into F.
    """
    terms = encoding.terms
    body, scope = encoding.evaluator.evaluate(form.body), encoding.evaluator.evaluate(form.scope)

    def finish(system: System) -> Claim:
        bad, errors, steps = {}, {}, {}
        for transition in system.transitions:
            bad[transition.name], errors[transition.name], inside = _change(terms, transition, body, scope)
            if transition.name != WAIT:
                steps[transition.name] = inside
        one_day = terms.eq(days_input(terms).variable, terms.integer(1))
        bad[WAIT], errors[WAIT] = terms.and_(one_day, bad[WAIT]), terms.and_(one_day, errors[WAIT])
        goal, errs = taken(system, name, bad), taken(system, f"{name}: error", errors)
        return Claim(name, "never", goal, errs, (taken(system, f"{name}: trigger", steps),), _reads(body, scope))

    return finish


def _change(terms: Terms, transition: Transition, body: Result, scope: Result) -> tuple[Term, Term, Term]:
    """Whether a transition changes the body within the scope, whether asking errs, whether the scope holds at an end.

    The scope is asked before the transition, after it only where it did not hold before; then the body at both ends.
    """
    memo: dict[Term, Term] = {}

    def after(term: Term) -> Term:
        return terms.substitute(term, transition.updates, memo)

    into = terms.and_(terms.not_(scope.holds), after(scope.holds))
    outside = terms.or_(scope.error, terms.and_(terms.not_(scope.holds), after(scope.error)))
    inside = terms.and_(terms.or_(scope.holds, into), terms.not_(outside))
    error = terms.or_(outside, terms.and_(inside, terms.or_(body.error, after(body.error))))
    same = values.equal(terms, body.value, values.mapped(body.value, after))
    return terms.and_(inside, terms.not_(same), terms.not_(error)), error, inside


# ---------------------------------------------------------------- promises about steps


def _binding(encoding: Encoding, name: str, binders: tuple[Param, ...], remembered: bool) -> dict[str, SymbolicValue]:
    """Values for bound arguments that must be remembered: one arbitrary constant each, so that a proof holds for every
    value.
    """
    if not remembered:
        return {}
    return {b.name: encoding.add_constant(f"{b.name} of {name}", b.type) for b in binders}


def _speaks_of_the_past(expression: core.Expr, binders: tuple[Param, ...]) -> bool:
    """Whether a history term of the expression reads a bound argument."""
    names = {binder.name for binder in binders}
    history = (
        core.Happened | core.HappenedWithin | core.DateOf | core.CountOf | core.Ever | core.JustBefore | core.EverSince
    )
    return any(
        isinstance(inner, core.Local) and inner.name in names
        for part in core.subexpressions(expression)
        if isinstance(part, history)
        for inner in core.subexpressions(part)
    )


def _arguments_are(encoding: Encoding, step: str, constants: Mapping[str, SymbolicValue]) -> Term:
    """Whether the step being taken has these arguments."""
    pairs = zip(encoding.parameters[step], constants.values(), strict=False)
    return encoding.terms.and_(*(values.equal(encoding.terms, argument, value) for argument, value in pairs))


def _step_scope(encoding: Encoding, step: str, binders: tuple[Param, ...]) -> Scope:
    arguments = encoding.parameters[step]
    return Scope({b.name: a for b, a in zip(binders, arguments, strict=True)} if binders else {})


def _only_if(encoding: Encoding, name: str, form: OnlyIf) -> Finish:
    """``S only if E``: iff S is never taken in a state without E.

    Vacuous: S never taken (with ``unless`` false); ``never S after T``: either never taken (T with its arguments).
    """
    terms = encoding.terms
    constants, scope = _of_the_step(encoding, name, form)
    these = _arguments_are(encoding, form.step, constants)
    condition = encoding.evaluator.evaluate(form.condition, scope)
    due, other = terms.true, terms.false
    if form.written == "never after" and form.earlier is not None:
        other = _occurs(encoding, form.earlier, scope.locals)[0]
    elif form.unless is not None:
        excused = encoding.evaluator.evaluate(form.unless, scope)
        due = terms.not_(terms.or_(excused.holds, excused.error))
    bad = terms.and_(these, terms.not_(condition.holds), terms.not_(condition.error))
    error = terms.and_(these, condition.error)

    def finish(system: System) -> Claim:
        triggers = [taken(system, f"{name}: trigger", {form.step: terms.and_(these, due)})]
        if form.written == "never after" and form.earlier is not None:
            triggers.append(taken(system, f"{name}: trigger 2", {form.earlier.step: other}))
        goal, errs = taken(system, name, {form.step: bad}), taken(system, f"{name}: error", {form.step: error})
        return Claim(name, "never", goal, errs, tuple(triggers), _reads(condition), frozenset([form.step]))

    return finish


def _of_the_step(encoding: Encoding, name: str, form: OnlyIf) -> tuple[dict[str, SymbolicValue], Scope]:
    """The arbitrary constants that the arguments of a step equal, where the promise or what the step requires speaks of
    their past: a proof then needs to follow the past of these values only. And what the bound arguments mean.
    """
    step = next(step for step in encoding.program.steps if step.name == form.step)
    if _speaks_of_the_past(form.condition, form.binders):
        constants = _binding(encoding, name, form.binders, remembered=True)
        return constants, Scope(constants)
    remembered = any(_speaks_of_the_past(requirement.condition, step.params) for requirement in step.requires)
    return _binding(encoding, name, form.binders or step.params, remembered), _step_scope(
        encoding, form.step, form.binders
    )


def _occurs(encoding: Encoding, act: core.Act, constants: Mapping[str, SymbolicValue]) -> tuple[Term, Term]:
    """Whether taking the act's step is that act, and the error of asking (arguments are evaluated before the step)."""
    terms = encoding.terms
    if act.arguments is None:
        return terms.true, terms.false
    results = [encoding.evaluator.evaluate(argument, Scope(constants)) for argument in act.arguments]
    pairs = zip(encoding.parameters[act.step], results, strict=True)
    same = terms.and_(*(values.equal(terms, parameter, result.value) for parameter, result in pairs))
    return same, terms.or_(*(result.error for result in results))


def _after_until(encoding: Encoding, name: str, form: AfterUntil) -> Finish:
    """``after S, E [until T]``: iff E holds in every state from the one after S up to and including the one before the
    next T.

    A step that is both ends the old obligation and begins a new one. Vacuous: S never taken.
    """
    terms = encoding.terms
    constants = _binding(encoding, name, form.binders, bool(form.binders))
    these = _arguments_are(encoding, form.step, constants)
    body = encoding.evaluator.evaluate(form.body, Scope(constants))
    active = terms.var(f"monitor {name}", BOOL)
    updates: dict[str, Term] = {}
    erred = terms.false
    if form.until is not None:
        ends, until_error = _occurs(encoding, form.until, constants)
        updates[form.until.step] = terms.and_(active, terms.not_(ends))
        erred = _erred(encoding, name, form.until.step, terms.and_(active, until_error))
    updates[form.step] = terms.or_(these, updates.get(form.step, active))
    encoding.monitors.append(Monitor(active, terms.false, updates))
    error = terms.or_(erred, terms.and_(active, body.error))
    claim = _never(encoding, name, terms.and_(active, terms.not_(body.holds)), error, (), (active, *_reads(body)))
    return lambda system: replace(claim(system), triggers=(_taken_at_all(system, name, form.step),))


def _erred(encoding: Encoding, name: str, step: str, asking: Term) -> Term:
    """Whether the arguments of a promise's act had no value when its step was taken: then the run decides nothing."""
    if asking is encoding.terms.false:
        return asking
    erred = encoding.terms.var(f"monitor {name} errs", BOOL)
    encoding.monitors.append(Monitor(erred, encoding.terms.false, {step: encoding.terms.or_(erred, asking)}))
    return erred


def _taken_at_all(system: System, name: str, step: str) -> Goal:
    return taken(system, f"{name}: trigger", {step: system.terms.true})


def _response(encoding: Encoding, name: str, form: Response) -> Finish:
    """``after S, T within D``: iff no run gets past D after its earliest unanswered S.

    A step in both roles answers, then triggers. Vacuous: S never taken.
    """
    terms = encoding.terms
    constants = _binding(encoding, name, form.binders, bool(form.binders))
    these = _arguments_are(encoding, form.step, constants)
    answers, error = _occurs(encoding, form.response, constants)
    pending, since = terms.var(f"monitor {name}", BOOL), terms.var(f"monitor {name} since", INT)
    updates = {form.response.step: terms.and_(pending, terms.not_(answers))}
    kept = updates.get(form.step, pending)
    updates[form.step] = terms.or_(kept, these)
    begins = {form.step: terms.ite(terms.and_(these, terms.not_(kept)), encoding.today, since)}
    encoding.monitors.append(Monitor(pending, terms.false, updates))
    encoding.monitors.append(Monitor(since, encoding.today, begins))
    deadline = later(encoding.evaluator, since, form.duration, form.rounding)
    erred = _erred(encoding, name, form.response.step, terms.and_(pending, error))
    claim = _never(encoding, name, terms.and_(pending, terms.lt(deadline, encoding.today)), erred, (), (pending,))
    return lambda system: replace(claim(system), triggers=(_taken_at_all(system, name, form.step),))
