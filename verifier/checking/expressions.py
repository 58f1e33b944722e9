"""Elaboration: surface expressions to typed core expressions.

``infer`` finds the type of an expression, ``check`` asks for one. Types flow both ways: of two operands the one whose
type shows is elaborated first and tells the other what it should be. Trusts the scope; reports every fault once and
then answers ``None``, which silences what depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from verifier.checking import arithmetic, comparing
from verifier.checking.collecting import element_list, sized
from verifier.checking.context import UNKNOWN, Binder, Context, Hint
from verifier.checking.escaping import escaped
from verifier.checking.fitting import SUMMABLE, declared_at, fit, meet, plain, present_type, with_type
from verifier.checking.history import duration_of, known_act, rounding_for
from verifier.checking.references import callee, hyphenated, member_of, resolve, use, wrong_count
from verifier.checking.scope import Parameter
from verifier.checking.taking import (
    any_value_meant,
    not_counted,
    shared_past,
    uncountable,
    wrong_count_of_step,
)
from verifier.core import expressions as core
from verifier.core.dates import day_number, month_length
from verifier.core.types import (
    DATE,
    DECIMAL,
    INT,
    MONEY,
    PERCENT,
    YES_NO,
    DaysType,
    SetType,
    Type,
    unranged,
)
from verifier.source import Span
from verifier.syntax import tree


def check(expr: tree.Expr, context: Context, expected: Type | None) -> core.Expr | None:
    """The expression as one of the expected type; ``None`` as type means that the declaration is in error."""
    if expected is None:
        infer(expr, context, UNKNOWN)
        return None
    if isinstance(expr, tree.If):
        return _choice(expr, context, expected)
    found = infer(expr, context, expected)
    return None if found is None else fit(found, expected, context, expr.span)


def condition(expr: tree.Expr, context: Context) -> core.Expr | None:
    """The expression as a yes/no."""
    return check(expr, context, YES_NO)


def infer(expr: tree.Expr, context: Context, hint: Hint = None) -> core.Expr | None:
    """The expression with the type that it has; ``hint`` only tells bare names and literals what is meant."""
    match expr:
        case tree.Ref():
            return resolve(expr, context, hint)
        case tree.Apply(name, arguments):
            return _call(name, arguments, expr.span, context)
        case tree.Attr():
            return member_of(expr, context)
        case tree.YesNo() | tree.Number() | tree.DateLiteral() | tree.Duration() | tree.Today():
            return _literal(expr, context)
        case tree.Not() | tree.Junction() | tree.Implies() | tree.Iff():
            return _logic(expr, context)
        case tree.If():
            return _branches(expr, context, hint)
        case tree.Is() | tree.Compare() | tree.IsIn() | tree.Between():
            return _comparison(expr, context)
        case tree.Arithmetic() | tree.Negative() | tree.Choice() | tree.Weekday():
            return _arithmetic(expr, context, hint)
        case tree.SetLiteral() | tree.SetChange():
            return _set(expr, context, hint)
        case tree.Happened() | tree.HappenedWithin() | tree.DateOf() | tree.CountOf():
            return _occurrence(expr, context)
        case tree.Ever() | tree.JustBefore() | tree.EverSince():
            return _past(expr, context)
        case tree.Quantified() | tree.NumberOf() | tree.TotalOf() | tree.SizeOf():
            return _over_elements(expr, context)
        case _:
            raise TypeError(f"not a surface expression: {expr!r}")


# ---------------------------------------------------------------- two operands, one of which tells the type


def _reticence(expr: tree.Expr, context: Context) -> int:
    """How little an expression says of its type: 0 all, 1 perhaps an enum value, 2 nothing without its place."""
    match expr:
        case tree.Ref("none") | tree.SetLiteral():
            return 2
        case tree.Ref(name):
            declared = name in context.locals or name in context.scope.values
            return (1 if declared else 2) if context.scope.enums_with(name) or not declared else 0
        case tree.If(_, then, otherwise):
            return min(_reticence(then, context), _reticence(otherwise, context))
        case tree.Choice(_, left, right):
            return min(_reticence(left, context), _reticence(right, context))
        case tree.SetChange(_, base):
            return _reticence(base, context)
        case _:
            return 0


def _hint_from(found: core.Expr | None) -> Hint:
    return UNKNOWN if found is None else found.type


def pair(left: tree.Expr, right: tree.Expr, context: Context, hint: Hint = None) -> tuple[core.Expr, core.Expr] | None:
    """Both expressions, the one that tells its type first."""
    if _reticence(left, context) <= _reticence(right, context):
        first = infer(left, context, hint)
        second = infer(right, context, _hint_from(first))
    else:
        second = infer(right, context, hint)
        first = infer(left, context, _hint_from(second))
    return None if first is None or second is None else (first, second)


def _all(items: tuple[tree.Expr, ...], context: Context, expected: Type) -> tuple[core.Expr, ...] | None:
    found = [check(item, context, expected) for item in items]
    kept = tuple(item for item in found if item is not None)
    return kept if len(kept) == len(found) else None


# ---------------------------------------------------------------- names and literals


def arguments_for(
    given: tuple[tree.Expr, ...], params: tuple[Parameter, ...], context: Context
) -> tuple[core.Expr, ...] | None:
    """Arguments checked against parameters of the same number; surplus ones are still looked at."""
    types = [param.type for param in params] + [None] * max(0, len(given) - len(params))
    found = [check(item, context, type_) for item, type_ in zip(given, types, strict=False)]
    kept = tuple(item for item in found if item is not None)
    return kept if len(kept) == len(params) == len(given) else None


def _call(name: tree.Name, given: tuple[tree.Expr, ...], span: Span, context: Context) -> core.Expr | None:
    symbol = callee(name, span, context)
    if symbol is None or len(given) != len(symbol.params):
        for item in given:
            infer(item, context, UNKNOWN)
        if symbol is not None:
            wrong_count(name.text, len(given), symbol.params, span, symbol.span, context)
        return None
    arguments = arguments_for(given, symbol.params, context)
    return None if arguments is None else use(symbol, arguments, span, context)


def date_literal(expr: tree.DateLiteral, context: Context) -> core.Const | None:
    """A date that exists, as its day number."""
    if 1 <= expr.month <= 12 and 1 <= expr.day <= month_length(expr.year, expr.month):
        return core.Const(day_number(expr.year, expr.month, expr.day), type=DATE, span=expr.span)
    if 1 <= expr.month <= 12:
        advice = f"this month has {month_length(expr.year, expr.month)} days"
    else:
        advice = "dates are written year-month-day, and months are numbered 01 to 12"
    context.collector.error("E0308", f"the date `{expr.span.text}` does not exist", expr.span, help=advice)
    return None


_NUMBER_TYPES: Mapping[str, Type] = {"decimal": DECIMAL, "percent": PERCENT, "money": MONEY}


def _literal(
    expr: tree.YesNo | tree.Number | tree.DateLiteral | tree.Duration | tree.Today, context: Context
) -> core.Expr | None:
    match expr:
        case tree.YesNo(value):
            return core.Const(value, type=YES_NO, span=expr.span)
        case tree.Number(kind, value):
            if kind == "int":
                return core.Const(int(value), type=INT, span=expr.span)
            return core.Const(value, type=_NUMBER_TYPES[kind], span=expr.span)
        case tree.DateLiteral():
            return date_literal(expr, context)
        case tree.Duration():
            return duration_of(expr)
        case tree.Today():
            return core.Today(type=DATE, span=expr.span)


# ---------------------------------------------------------------- logic


def _logic(expr: tree.Not | tree.Junction | tree.Implies | tree.Iff, context: Context) -> core.Expr | None:
    match expr:
        case tree.Not(operand):
            inner = condition(operand, context)
            return None if inner is None else core.Not(inner, type=YES_NO, span=expr.span)
        case tree.Junction(operator):
            found = _parts(shared_past(expr, context), context)
            if found is None:
                return None
            return (core.And if operator == "and" else core.Or)(found, type=YES_NO, span=expr.span)
        case tree.Implies(left, right) | tree.Iff(left, right):
            both = _parts((left, right), context)
            if both is None:
                return None
            node = core.Implies if isinstance(expr, tree.Implies) else core.Iff
            return node(*both, type=YES_NO, span=expr.span)


def _parts(parts: tuple[tree.Expr, ...], context: Context) -> tuple[core.Expr, ...] | None:
    """The conditions that a connective joins, each a yes/no."""
    silenced = escaped(parts, context)
    if silenced is None:
        return _all(parts, context, YES_NO)
    for part in parts:
        infer(part, silenced, UNKNOWN)
    return None


def _choice(expr: tree.If, context: Context, expected: Type) -> core.Expr | None:
    test = condition(expr.condition, context)
    then, otherwise = check(expr.then, context, expected), check(expr.otherwise, context, expected)
    if test is None or then is None or otherwise is None:
        return None
    return core.If(test, then, otherwise, type=unranged(expected), span=expr.span)


def _branches(expr: tree.If, context: Context, hint: Hint) -> core.Expr | None:
    test = condition(expr.condition, context)
    both = pair(expr.then, expr.otherwise, context, hint)
    joined = None if both is None else meet(*both, context, expr.span)
    if test is None or joined is None:
        return None
    return core.If(test, *joined, type=unranged(joined[0].type), span=expr.span)


# ---------------------------------------------------------------- comparison and arithmetic


def _comparison(expr: tree.Is | tree.Compare | tree.IsIn | tree.Between, context: Context) -> core.Expr | None:
    match expr:
        case tree.Is(left, right, negated):
            both = pair(left, right, context)
            return None if both is None else comparing.equal(*both, negated, expr.span, context)
        case tree.Compare(operator, left, right):
            both = pair(left, right, context)
            return None if both is None else comparing.compare(operator, *both, expr.span, context)
        case tree.IsIn(item, container, negated):
            found = _membership(item, container, expr.span, context)
            return None if found is None else comparing.negate(found, negated, expr.span)
        case tree.Between(item, low, high):
            return _between(item, low, high, expr.span, context)


def _between(item: tree.Expr, low: tree.Expr, high: tree.Expr, span: Span, context: Context) -> core.Expr | None:
    subject = infer(item, context)
    hint = _hint_from(subject)
    ends = infer(low, context, hint), infer(high, context, hint)
    if subject is None or ends[0] is None or ends[1] is None:
        return None
    return comparing.between(subject, ends[0], ends[1], span, context)


def _membership(item: tree.Expr, container: tree.Expr, span: Span, context: Context) -> core.Expr | None:
    if isinstance(container, tree.SetLiteral):
        subject = infer(item, context)
        options = [infer(member, context, _hint_from(subject)) for member in container.members]
        kept = [option for option in options if option is not None]
        if subject is None or len(kept) < len(options):
            return None
        return comparing.one_of(subject, kept, span, context)
    where = infer(container, context)
    of = None if where is None else present_type(where.type)
    hint: Hint = of.element if isinstance(of, SetType) else UNKNOWN
    subject = infer(item, context, hint)
    if where is not None and not isinstance(of, SetType):
        comparing.not_a_collection(where, "set", context)
    elif subject is not None and where is not None:
        return comparing.member(subject, where, span, context)
    return None


def _arithmetic(
    expr: tree.Arithmetic | tree.Negative | tree.Choice | tree.Weekday, context: Context, hint: Hint
) -> core.Expr | None:
    match expr:
        case tree.Arithmetic(operator, left, right, rounding):
            if operator == "-" and hyphenated(expr.span, context):
                return None
            first, second = infer(left, context), infer(right, context)
            if first is None or second is None:
                return None
            return arithmetic.combine(operator, first, second, rounding, expr.span, context)
        case tree.Negative(operand):
            inner = infer(operand, context)
            return None if inner is None else arithmetic.negative(inner, expr.span, context)
        case tree.Choice(operator, left, right):
            both = pair(left, right, context, hint)
            return None if both is None else comparing.extreme(operator, *both, expr.span, context)
        case tree.Weekday(operand):
            inner = infer(operand, context)
            return None if inner is None else arithmetic.weekday_of(inner, expr.span, context)


# ---------------------------------------------------------------- sets and lists


def _set(expr: tree.SetLiteral | tree.SetChange, context: Context, hint: Hint) -> core.Expr | None:
    match expr:
        case tree.SetLiteral(members):
            return _set_literal(members, expr.span, context, hint)
        case tree.SetChange(operator, base, item):
            found = infer(base, context, hint)
            of = None if found is None else present_type(found.type)
            if found is not None and not isinstance(of, SetType):
                comparing.not_a_collection(found, "set", context)
            element = check(item, context, of.element if isinstance(of, SetType) else None)
            if found is None or element is None:
                return None
            return core.SetChange(operator, plain(found), element, type=of or found.type, span=expr.span)


def _set_literal(members: tuple[tree.Expr, ...], span: Span, context: Context, hint: Hint) -> core.Expr | None:
    of = None if hint is None or hint is UNKNOWN else present_type(hint)
    if isinstance(of, SetType):
        found = _all(members, context, of.element)
        return None if found is None else core.SetOf(found, type=of, span=span)
    for member in members:
        infer(member, context, UNKNOWN)
    if hint is not UNKNOWN:
        message = (
            "nothing here says what this is a set of" if of is None else f"a set stands where {with_type(of)} is needed"
        )
        advice = "compare it with something whose type is `set of …`, or give it to a status of that type"
        context.collector.error("E0312" if of is None else "E0301", message, span, help=advice)
    return None


def _over_elements(
    expr: tree.Quantified | tree.NumberOf | tree.TotalOf | tree.SizeOf, context: Context
) -> core.Expr | None:
    whole = infer(tree.Ref(expr.collection.text, span=expr.collection.span), context)
    if isinstance(expr, tree.SizeOf):
        return None if whole is None else sized(whole, expr.span, context)
    collection = None if whole is None else element_list(whole, context)
    variable = context.session.fresh(expr.variable.text)
    element = None if collection is None else collection[1]
    inner = context.bind({expr.variable.text: Binder(variable, element, expr.variable.span, "element")})
    match expr:
        case tree.TotalOf(summand):
            total = infer(summand, inner)
            return None if total is None or collection is None else _total(variable, collection[0], total, expr, inner)
        case tree.Quantified() | tree.NumberOf():
            test = condition(expr.condition, inner)
    if test is None or collection is None:
        return None
    if isinstance(expr, tree.NumberOf):
        return core.NumberOf(variable, collection[0], test, type=INT, span=expr.span)
    return core.Quantified(expr.quantifier, variable, collection[0], test, type=YES_NO, span=expr.span)


def _total(
    variable: str, collection: core.Expr, summand: core.Expr, expr: tree.TotalOf, context: Context
) -> core.Expr | None:
    value = plain(summand)
    if isinstance(value.type, SUMMABLE):
        return core.TotalOf(variable, collection, value, type=unranged(value.type), span=expr.span)
    context.collector.error(
        "E0304",
        f"{with_type(value.type)} cannot be added up",
        expr.summand.span,
        labels=declared_at(value, context),
        help="`total of` takes a number, money or a duration; to count elements write `number of … with (…)`",
    )
    return None


# ---------------------------------------------------------------- history


def act_of(act: tree.Act, context: Context) -> core.Act | None:
    """A step as a history term names it, with its arguments checked."""
    step = known_act(act, context)
    if step is None or act.arguments is None:
        for item in act.arguments or ():
            infer(item, context, UNKNOWN)
        return None if step is None else core.Act(step.name, None)
    if len(act.arguments) != len(step.params):
        wrong_count_of_step(act, step, context)
        return None
    if any_value_meant(act, step, context):
        return None
    arguments = arguments_for(act.arguments, step.params, context)
    return None if arguments is None else core.Act(step.name, arguments)


def _occurrence(
    expr: tree.Happened | tree.HappenedWithin | tree.DateOf | tree.CountOf, context: Context
) -> core.Expr | None:
    if isinstance(expr, tree.CountOf) and (value := uncountable(expr, context)) is not None:
        not_counted(expr, value, context)
        return None
    act = act_of(expr.act, context)
    match expr:
        case tree.Happened(negated=negated):
            if act is None:
                return None
            return comparing.negate(core.Happened(act, type=YES_NO, span=expr.span), negated, expr.span)
        case tree.HappenedWithin(duration=duration, rounding=rounding):
            length = duration_of(duration)
            if not rounding_for(length, rounding, duration.span, context) or act is None:
                return None
            kept: Literal["up", "down"] | None = None if isinstance(length.type, DaysType) else rounding
            return core.HappenedWithin(act, length, kept, type=YES_NO, span=expr.span)
        case tree.DateOf(first=first):
            return None if act is None else core.DateOf(act, first, type=DATE, span=expr.span)
        case tree.CountOf():
            return None if act is None else core.CountOf(act, type=INT, span=expr.span)


def _past(expr: tree.Ever | tree.JustBefore | tree.EverSince, context: Context) -> core.Expr | None:
    operand = condition(expr.operand, context)
    match expr:
        case tree.Ever():
            return None if operand is None else core.Ever(operand, type=YES_NO, span=expr.span)
        case tree.JustBefore():
            return None if operand is None else core.JustBefore(operand, type=YES_NO, span=expr.span)
        case tree.EverSince():
            since = condition(expr.since, context)
            if operand is None or since is None:
                return None
            return core.EverSince(operand, since, type=YES_NO, span=expr.span)
