"""Promises: every surface form to its core form.

Takes a form in the context of its policy; gives the core form with the keyword of the JSON record, or ``None`` after
reporting. ``S only after T`` and ``never S after T`` become ``S only if …``, as ``core.program.OnlyIf`` says.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from verifier.checking.citing import cites_of
from verifier.checking.comparing import equal, negate
from verifier.checking.context import Binder, Context
from verifier.checking.expressions import act_of, condition, infer, pair
from verifier.checking.fitting import ORDERED, with_type
from verifier.checking.history import duration_of, known_step, rounding_for
from verifier.checking.references import use, wrong_count
from verifier.checking.restrictions import can_be_followed
from verifier.checking.scope import StepSymbol, ValueSymbol, with_article
from verifier.checking.suggest import unknown
from verifier.checking.taking import OfStep, as_condition, named_step, never_taken, with_arguments
from verifier.core import expressions as core
from verifier.core import program
from verifier.core.types import YES_NO, DaysType
from verifier.diagnostics.model import Label
from verifier.source import Span
from verifier.syntax import tree

_Bound: TypeAlias = tuple[StepSymbol | None, tuple[program.Param, ...], Context]
Found: TypeAlias = "tuple[program.Form, str] | None"


def promise(item: tree.Prove, context: Context) -> program.Promise | None:
    """A named promise."""
    cites = cites_of(item.cites, context)
    found = form(item.form, context)
    if found is None:
        return None
    title = None if item.title is None else item.title.text
    name, origin = item.name, context.scope.policy
    return program.Promise(name.text, title, found[0], found[1], span=name.span, cites=cites, origin=origin)


def form(written: tree.Form, context: Context) -> Found:
    """A promise form and its keyword."""
    match written:
        case tree.Always() | tree.NeverChanges() | tree.Possible():
            return _of_states(written, context)
        case tree.OnlyIf() | tree.OnlyAfter() | tree.NeverAfter():
            return _of_steps(written, context)
        case tree.AfterUntil():
            return _after_until(written, context)
        case tree.Response():
            return _response(written, context)
        case tree.DependsOnly() | tree.More():
            return _two_cases(written, context)
        case tree.Equals(left, right):
            return _equals(left, right, written.span, context)
        case tree.NeverBoth(left, right):
            both = _followed(condition(left, context), context), _followed(condition(right, context), context)
            if both[0] is None or both[1] is None:
                return None
            return program.NeverBoth(both[0], both[1]), "never both"
        case _:
            raise TypeError(f"not a promise form: {written!r}")


def _followed(expr: core.Expr | None, context: Context) -> core.Expr | None:
    if expr is not None:
        can_be_followed(expr, context)
    return expr


def _state(expr: tree.Expr | None, context: Context) -> core.Expr | None:
    return None if expr is None else _followed(condition(expr, context), context)


# ---------------------------------------------------------------- about states


def _of_states(written: tree.Always | tree.NeverChanges | tree.Possible, outer: Context) -> Found:
    context = replace(outer, of_states=not (isinstance(written, tree.Possible) and not written.always))
    match written:
        case tree.Always(body, scope, negated):
            step = named_step(body, context) if negated else None
            while_ = _state(scope, context if step is None else with_arguments(body, step, context))
            if step is not None:
                never_taken(written, step, scope is None or while_ is not None, context)
                return None
            found = _state(body, context)
            if found is None or (scope is not None and while_ is None):
                return None
            return program.Always(found, while_, negated), "never" if negated else "always"
        case tree.NeverChanges(body, scope):
            changing, while_ = _followed(infer(body, context), context), _state(scope, context)
            if changing is None or while_ is None:
                return None
            return program.NeverChanges(changing, while_), "never changes"
        case tree.Possible(goal, always):
            reached = _state(goal, context)
            if reached is None:
                return None
            if always:
                return program.AlwaysPossible(reached), "always possible"
            return program.Possible(reached), "possible"


def _equals(left: tree.Expr, right: tree.Expr, span: Span, context: Context) -> Found:
    both = pair(left, right, context)
    joined = None if both is None else equal(*both, False, span, context)
    if joined is None:
        return None
    assert isinstance(joined, core.Equal)
    can_be_followed(joined, context)
    return program.Equals(joined.left, joined.right), "equals"


# ---------------------------------------------------------------- about steps


def _bound(written: OfStep, context: Context) -> _Bound:
    """The step of a promise (``None``: in error), its arguments as fresh variables, and where these are bound."""
    act = written.act
    step = known_step(act.name, context)
    given = act.arguments or ()
    if step is not None and act.arguments is not None and len(given) != len(step.params):
        wrong_count(step.name, len(given), step.params, act.span, step.span, context)
        step = None
    types = [param.type for param in step.params] if step is not None else [None] * len(given)
    names = [name for argument in given if (name := _fresh_name(argument, step, written, context)) is not None]
    _distinct(names, context)
    binders = {n.name: Binder(n.name, t, n.span, "argument") for n, t in zip(names, types, strict=False)}
    inner = context.bind(binders)
    params = tuple(program.Param(n.name, t, span=n.span) for n, t in zip(names, types, strict=False) if t is not None)
    return step, params, inner


def _fresh_name(argument: tree.Expr, step: StepSymbol | None, written: OfStep, context: Context) -> tree.Ref | None:
    advice = as_condition(argument, step, written, context)
    if not isinstance(argument, tree.Ref):
        message = "the arguments of this step must be fresh names"
        context.collector.error("E0410", message, argument.span, help=advice)
        return None
    taken = context.scope.values.get(argument.name)
    if taken is not None:
        message = f"`{argument.name}` is {with_article(taken.kind)}, but a fresh name is needed for the argument"
        label = Label(taken.span, f"`{taken.name}` is declared here")
        context.collector.error("E0410", message, argument.span, labels=[label], help=advice)
    elif argument.name == "none" or (step is not None and context.scope.enums_with(argument.name)):
        message = f"`{argument.name}` is a value, but a fresh name is needed for the argument"
        context.collector.error("E0410", message, argument.span, help=advice)
    return argument


def _distinct(names: list[tree.Ref], context: Context) -> None:
    first: dict[str, tree.Ref] = {}
    for name in names:
        found = first.setdefault(name.name, name)
        if found is not name:
            label = Label(found.span, "it stands for this argument")
            message = f"`{name.name}` stands for two arguments"
            context.collector.error("E0201", message, name.span, labels=[label], help="give each argument its own name")


def _of_steps(written: tree.OnlyIf | tree.OnlyAfter | tree.NeverAfter, context: Context) -> Found:
    step, binders, inner = bound = _bound(written, context)
    match written:
        case tree.OnlyIf(_, condition_):
            test = _state(condition_, inner)
            if test is None or step is None:
                return None
            return program.OnlyIf(step.name, binders, test), "only if"
        case tree.OnlyAfter():
            return _only_after(written, bound)
        case tree.NeverAfter(_, earlier, unless):
            act, excuse = _other(earlier, inner), _state(unless, inner)
            if act is None or step is None or (unless is not None and excuse is None):
                return None
            base = negate(core.Happened(act, type=YES_NO, span=earlier.span), True, earlier.span)
            test = _followed(_or(base, excuse, written.span), inner)
            assert test is not None
            only_if = program.OnlyIf(step.name, binders, test, "never after", act, excuse)
            return only_if, "never after"


def _only_after(written: tree.OnlyAfter, bound: _Bound) -> Found:
    step, binders, inner = bound
    act, excuse = _other(written.earlier, inner), _state(written.unless, inner)
    span = written.earlier.span
    duration = None if written.duration is None else duration_of(written.duration)
    fits = duration is None or rounding_for(duration, written.rounding, span, inner)
    if act is None or step is None or not fits or (written.unless is not None and excuse is None):
        return None
    base: core.Expr = core.Happened(act, type=YES_NO, span=span)
    if duration is not None:
        rounding = None if isinstance(duration.type, DaysType) else written.rounding
        base = core.HappenedWithin(act, duration, rounding, type=YES_NO, span=span)
    test = _or(base, excuse, written.span)
    can_be_followed(test, inner)
    return program.OnlyIf(step.name, binders, test, "only after", act, excuse), "only after"


def _or(base: core.Expr, excuse: core.Expr | None, span: Span) -> core.Expr:
    return base if excuse is None else core.Or((base, excuse), type=YES_NO, span=span)


def _after_until(written: tree.AfterUntil, context: Context) -> Found:
    step, binders, inner = _bound(written, context)
    body = _state(written.body, replace(inner, of_states=True))
    until = None if written.until is None else _other(written.until, inner)
    if step is None or body is None or (written.until is not None and until is None):
        return None
    _follow_act(until, written.until, inner)
    return program.AfterUntil(step.name, binders, body, until), "after"


def _response(written: tree.Response, context: Context) -> Found:
    step, binders, inner = _bound(written, context)
    response = _other(written.response, inner)
    duration = duration_of(written.duration)
    fits = rounding_for(duration, written.rounding, written.duration.span, context)
    if step is None or response is None or not fits:
        return None
    _follow_act(response, written.response, inner)
    rounding = None if isinstance(duration.type, DaysType) else written.rounding
    return program.Response(step.name, binders, response, duration, rounding), "within"


def _other(act: tree.Act, context: Context) -> core.Act | None:
    """The second step of a promise; its arguments may be those that the first one names."""
    unbound = [item for item in act.arguments or () if isinstance(item, tree.Ref) and _means_nothing(item, context)]
    for item in unbound:
        context.collector.error(
            "E0202",
            f"`{item.name}` is not bound: the first step of this promise does not name it",
            item.span,
            help="an argument that both steps share is named in the first: `S(x) only after T(x)`",
        )
    return None if unbound else act_of(act, context)


def _means_nothing(ref: tree.Ref, context: Context) -> bool:
    scope = context.scope
    known = ref.name in context.locals or ref.name in scope.values or ref.name in scope.steps or ref.name == "none"
    return not (known or scope.enums_with(ref.name) or scope.excuses(ref.name))


def _follow_act(act: core.Act | None, written: tree.Act | None, context: Context) -> None:
    """The arguments of an awaited step are bound by the same rules as those of a past one."""
    if act is not None and written is not None:
        can_be_followed(core.Happened(act, type=YES_NO, span=written.span), context)


# ---------------------------------------------------------------- about two cases


def _named(name: tree.Name, needed: str, context: Context) -> tuple[ValueSymbol, core.Expr] | None:
    """A declared value without parameters."""
    symbol = context.scope.values.get(name.text)
    if symbol is None:
        names = [value.name for value in context.scope.values.values() if not value.params]
        unknown(context.collector, context.scope, "E0202", name.text, name.span, needed, names)
        return None
    if symbol.params:
        advice = f"define a value for the arguments that you mean: `define … means {name.text}(…)`"
        _unfit(f"`{name.text}` has parameters, and this promise needs a plain value", name, symbol, advice, context)
        return None
    found = use(symbol, (), name.span, context)
    return None if found is None else (symbol, found)


def _unfit(message: str, name: tree.Name, symbol: ValueSymbol, advice: str, context: Context) -> None:
    label = Label(symbol.span, f"`{symbol.name}` is declared here")
    context.collector.error("E0412", message, name.span, labels=[label], help=advice)


def _two_cases(written: tree.DependsOnly | tree.More, context: Context) -> Found:
    subject = _named(written.subject, "a value", context)
    match written:
        case tree.DependsOnly(on=names):
            others = [_named(name, "a value", context) for name in names]
            kept = tuple(other[1] for other in others if other is not None)
            if subject is None or len(kept) < len(others):
                return None
            can_be_followed(subject[1], context)
            return program.DependsOnly(subject[1], kept), "depends only on"
        case tree.More(item, direction):
            varied = _named(item, "a fact or status", context)
            fits = [_free(item, varied, context), _has_order(written.subject, subject, context)]
            if varied is None or subject is None or not all(fits):
                return None
            can_be_followed(subject[1], context)
            return program.More(varied[1], direction, subject[1]), f"more never {direction}"


def _free(name: tree.Name, found: tuple[ValueSymbol, core.Expr] | None, context: Context) -> bool:
    """Whether a case is free to have more of it: an ordered fact, or an ordered status without ``starts``."""
    if found is None:
        return False
    symbol = found[0]
    if symbol.kind == "fact" or (symbol.kind == "status" and not symbol.starts):
        return _has_order(name, found, context)
    what = "a status with a fixed start" if symbol.kind == "status" else with_article(symbol.kind)
    advice = "`more` takes a fact, or a status without `starts`: what may differ from case to case"
    _unfit(f"`{name.text}` is {what}, which no case can simply have more of", name, symbol, advice, context)
    return False


def _has_order(name: tree.Name, found: tuple[ValueSymbol, core.Expr] | None, context: Context) -> bool:
    if found is None or isinstance(found[1].type, ORDERED):
        return found is not None
    message = f"`{name.text}` is {with_type(found[1].type)}, which has no order"
    _unfit(message, name, found[0], "only numbers, dates, durations, enums and yes/no are ordered", context)
    return False
