"""Core expressions as terms: twin of ``semantics.evaluate``, in the same order, node by node.

Takes a program and gives, for an expression in the present state, a symbolic value and the condition under which its
evaluation errs. The claim that joins the twins, tested on random programs: in every state, the interpreter raises
exactly where ``error`` is true, and elsewhere yields exactly ``value``. Where ``error`` is true, ``value`` means
nothing.
"""

from __future__ import annotations

from verifier.core import expressions as core
from verifier.core.types import EnumType, SetType, Type
from verifier.symbolic import calendar, values
from verifier.symbolic.evaluator import Evaluator, Result, Rules, Scope
from verifier.symbolic.terms import BOOL, INT, Term
from verifier.symbolic.values import Flags, Number, Optional, Row, Rows, Scalar, SymbolicValue

# ---------------------------------------------------------------- values and references


def _const(ev: Evaluator, e: core.Const, scope: Scope) -> Result:
    return Result(values.constant(ev.terms, e.value, e.type), ev.terms.false)


def _fact(ev: Evaluator, e: core.FactRef, scope: Scope) -> Result:
    return Result(ev.state.facts[e.name], ev.terms.false)


def _status(ev: Evaluator, e: core.StatusRef, scope: Scope) -> Result:
    return Result(ev.state.statuses[e.name], ev.state.unset.get(e.name, ev.terms.false))


def _reading(ev: Evaluator, e: core.ReadingRef, scope: Scope) -> Result:
    return Result(ev.state.readings[e.name], ev.terms.false)


def _local(ev: Evaluator, e: core.Local, scope: Scope) -> Result:
    return Result(scope.locals[e.name], ev.terms.false)


def _today(ev: Evaluator, e: core.Today, scope: Scope) -> Result:
    return Result(Scalar(ev.state.today), ev.terms.false)


def _defined(ev: Evaluator, e: core.Defined, scope: Scope) -> Result:
    value = ev.evaluate(e.body, scope)
    if ev.stand_in is None:
        return value
    use = (e.name, *(ev.evaluate(argument, scope).value for argument in e.arguments))
    return ev.replaceable(e.name, value, e.type, ev.uses.setdefault(use, len(ev.uses)))


def _decision(ev: Evaluator, e: core.DecisionCall, scope: Scope) -> Result:
    decision = ev.decisions[e.name]
    arguments = [ev.evaluate(argument, scope) for argument in e.arguments]
    outside = [
        ev.terms.not_(values.in_range(ev.terms, argument.value, param.type))
        for argument, param in zip(arguments, decision.params, strict=True)
    ]
    before = ev.terms.or_(ev.all_errors(*arguments), *outside)
    outcome = ev.outcome(decision, tuple(argument.value for argument in arguments))
    return Result(outcome.value, ev.terms.or_(before, outcome.any_error(ev.terms)))


# ---------------------------------------------------------------- logic


def _not(ev: Evaluator, e: core.Not, scope: Scope) -> Result:
    operand = ev.evaluate(e.operand, scope)
    return ev.yes_no(ev.terms.not_(operand.holds), operand.error)


def _and(ev: Evaluator, e: core.And, scope: Scope) -> Result:
    return conjunction(ev, [ev.evaluate(operand, scope) for operand in e.operands])


def conjunction(ev: Evaluator, results: list[Result]) -> Result:
    """``and``, from left to right up to the first false."""
    reached, errors = ev.terms.true, []
    for result in results:
        errors.append(ev.terms.and_(reached, result.error))
        reached = ev.terms.and_(reached, result.holds)
    return ev.yes_no(reached, *errors)


def _or(ev: Evaluator, e: core.Or, scope: Scope) -> Result:
    return disjunction(ev, [ev.evaluate(operand, scope) for operand in e.operands])


def disjunction(ev: Evaluator, results: list[Result]) -> Result:
    """``or``, from left to right up to the first true."""
    found, errors = ev.terms.false, []
    for result in results:
        errors.append(ev.terms.and_(ev.terms.not_(found), result.error))
        found = ev.terms.or_(found, result.holds)
    return ev.yes_no(found, *errors)


def _implies(ev: Evaluator, e: core.Implies, scope: Scope) -> Result:
    premise, conclusion = ev.evaluate(e.premise, scope), ev.evaluate(e.conclusion, scope)
    error = ev.terms.and_(premise.holds, conclusion.error)
    return ev.yes_no(ev.terms.implies(premise.holds, conclusion.holds), premise.error, error)


def _iff(ev: Evaluator, e: core.Iff, scope: Scope) -> Result:
    left, right = ev.evaluate(e.left, scope), ev.evaluate(e.right, scope)
    return ev.yes_no(ev.terms.eq(left.holds, right.holds), left.error, right.error)


def _if(ev: Evaluator, e: core.If, scope: Scope) -> Result:
    condition = ev.evaluate(e.condition, scope)
    then, otherwise = ev.evaluate(e.then, scope), ev.evaluate(e.otherwise, scope)
    branch = ev.terms.ite(condition.holds, then.error, otherwise.error)
    value = values.choose(ev.terms, condition.holds, then.value, otherwise.value)
    return Result(value, ev.terms.or_(condition.error, branch))


# ---------------------------------------------------------------- comparison


def _equal(ev: Evaluator, e: core.Equal, scope: Scope) -> Result:
    left, right = ev.evaluate(e.left, scope), ev.evaluate(e.right, scope)
    return ev.yes_no(values.equal(ev.terms, left.value, right.value), left.error, right.error)


def ordered(ev: Evaluator, operator: str, left: SymbolicValue, right: SymbolicValue, type_: Type) -> Term:
    """An order comparison of two values of a type."""
    if isinstance(left, Number) and isinstance(right, Number):
        return values.compare(ev.terms, operator, left, right)
    assert isinstance(left, Scalar) and isinstance(right, Scalar)
    a, b = _rank(ev, left.term, type_), _rank(ev, right.term, type_)
    return values.compare(ev.terms, operator, Number(a), Number(b))


def _rank(ev: Evaluator, term: Term, type_: Type) -> Term:
    if isinstance(type_, EnumType):
        return values.rank(ev.terms, term, values.sort_of_enum(type_))
    if term.sort == BOOL:
        return ev.terms.ite(term, ev.terms.integer(1), ev.terms.integer(0))
    return term


def _compare(ev: Evaluator, e: core.Compare, scope: Scope) -> Result:
    left, right = ev.evaluate(e.left, scope), ev.evaluate(e.right, scope)
    return ev.yes_no(ordered(ev, e.operator, left.value, right.value, e.left.type), left.error, right.error)


def _one_of(ev: Evaluator, e: core.OneOf, scope: Scope) -> Result:
    item = ev.evaluate(e.item, scope)
    tried = []
    for option in e.options:
        result = ev.evaluate(option, scope)
        tried.append(ev.yes_no(values.equal(ev.terms, item.value, result.value), result.error))
    found = disjunction(ev, tried)
    return ev.yes_no(found.holds, item.error, found.error)


def _member(ev: Evaluator, e: core.Member, scope: Scope) -> Result:
    item, container = ev.evaluate(e.item, scope), ev.evaluate(e.container, scope)
    assert isinstance(container.value, Flags) and isinstance(e.container.type, SetType)
    sort = values.sort_of_enum(e.container.type.element)
    assert isinstance(item.value, Scalar)
    present = [
        ev.terms.and_(flag, ev.terms.eq(item.value.term, ev.terms.member(sort, member)))
        for flag, member in zip(container.value.members, sort.members, strict=True)
    ]
    return ev.yes_no(ev.terms.or_(*present), item.error, container.error)


def _between(ev: Evaluator, e: core.Between, scope: Scope) -> Result:
    item, low, high = (ev.evaluate(part, scope) for part in (e.item, e.low, e.high))
    inside = ev.terms.and_(
        ordered(ev, "<=", low.value, item.value, e.item.type), ordered(ev, "<=", item.value, high.value, e.item.type)
    )
    return ev.yes_no(inside, item.error, low.error, high.error)


# ---------------------------------------------------------------- arithmetic


def _to_rational(ev: Evaluator, e: core.ToRational, scope: Scope) -> Result:
    return ev.evaluate(e.operand, scope)


def _present(ev: Evaluator, e: core.Present, scope: Scope) -> Result:
    operand = ev.evaluate(e.operand, scope)
    return Result(Optional(ev.terms.true, operand.value), operand.error)


def _unwrap(ev: Evaluator, e: core.Unwrap, scope: Scope) -> Result:
    operand = ev.evaluate(e.operand, scope)
    assert isinstance(operand.value, Optional)
    return Result(operand.value.value, ev.terms.or_(operand.error, ev.terms.not_(operand.value.present)))


def number_of(value: SymbolicValue) -> Number:
    """A number, date or duration as a number."""
    if isinstance(value, Number):
        return value
    assert isinstance(value, Scalar) and value.term.sort == INT
    return Number(value.term)


def typed_number(value: Number, type_: Type) -> SymbolicValue:
    """A number as the value of a type: dates and durations are scalars."""
    return value if values.is_number(type_) else Scalar(value.term)


def _arithmetic(ev: Evaluator, e: core.Arithmetic, scope: Scope) -> Result:
    left, right = ev.evaluate(e.left, scope), ev.evaluate(e.right, scope)
    number = values.arithmetic(ev.terms, e.operator, number_of(left.value), number_of(right.value))
    return Result(typed_number(number, e.type), ev.terms.or_(left.error, right.error))


def _negative(ev: Evaluator, e: core.Negative, scope: Scope) -> Result:
    operand = ev.evaluate(e.operand, scope)
    number = number_of(operand.value)
    negated = Number(ev.terms.scale(-1, number.term), number.denominator)
    return Result(typed_number(negated, e.type), operand.error)


def _add_months(ev: Evaluator, e: core.AddMonths, scope: Scope) -> Result:
    date, months = ev.evaluate(e.date, scope), ev.evaluate(e.months, scope)
    shift = ev.terms.scale(e.sign, number_of(months.value).term)
    day = calendar.add_months(ev.terms, number_of(date.value).term, shift, e.rounding)
    return Result(Scalar(day), ev.terms.or_(date.error, months.error))


def _extreme(ev: Evaluator, e: core.Extreme, scope: Scope) -> Result:
    left, right = ev.evaluate(e.left, scope), ev.evaluate(e.right, scope)
    operator = "<=" if e.operator == "lesser" else ">="
    first = ordered(ev, operator, left.value, right.value, e.type)
    return Result(values.choose(ev.terms, first, left.value, right.value), ev.terms.or_(left.error, right.error))


def _weekday(ev: Evaluator, e: core.WeekdayOf, scope: Scope) -> Result:
    operand = ev.evaluate(e.operand, scope)
    return Result(Scalar(calendar.weekday(ev.terms, number_of(operand.value).term)), operand.error)


# ---------------------------------------------------------------- sets, records, lists


def _set_of(ev: Evaluator, e: core.SetOf, scope: Scope) -> Result:
    assert isinstance(e.type, SetType)
    sort = values.sort_of_enum(e.type.element)
    members = [ev.evaluate(member, scope) for member in e.members]
    chosen = [member.value.term for member in members if isinstance(member.value, Scalar)]
    flags = tuple(ev.terms.or_(*(ev.terms.eq(c, ev.terms.member(sort, m)) for c in chosen)) for m in sort.members)
    return Result(Flags(flags), ev.all_errors(*members))


def _set_change(ev: Evaluator, e: core.SetChange, scope: Scope) -> Result:
    base, item = ev.evaluate(e.base, scope), ev.evaluate(e.item, scope)
    assert isinstance(e.type, SetType) and isinstance(base.value, Flags) and isinstance(item.value, Scalar)
    sort, terms = values.sort_of_enum(e.type.element), ev.terms
    flags = []
    for flag, member in zip(base.value.members, sort.members, strict=True):
        hit = terms.eq(item.value.term, terms.member(sort, member))
        flags.append(terms.or_(flag, hit) if e.operator == "with" else terms.and_(flag, terms.not_(hit)))
    return Result(Flags(tuple(flags)), terms.or_(base.error, item.error))


def _field(ev: Evaluator, e: core.FieldOf, scope: Scope) -> Result:
    operand = ev.evaluate(e.operand, scope)
    kind = e.operand.type
    assert isinstance(operand.value, Row) and hasattr(kind, "index")
    return Result(operand.value.fields[kind.index(e.field)], operand.error)


def _elements(
    ev: Evaluator, e: core.Quantified | core.NumberOf | core.TotalOf, part: core.Expr, scope: Scope
) -> tuple[Result, list[tuple[Term, Result]]]:
    """The collection, and for each place whether there is an element and the part evaluated for it."""
    collection = ev.evaluate(e.collection, scope)
    assert isinstance(collection.value, Rows)
    found = []
    for index, element in enumerate(collection.value.elements):
        exists = ev.terms.lt(ev.terms.integer(index), collection.value.size)
        inner = Scope({**scope.locals, e.variable: element})
        found.append((exists, ev.evaluate(part, inner)))
    return collection, found


def _quantified(ev: Evaluator, e: core.Quantified, scope: Scope) -> Result:
    collection, elements = _elements(ev, e, e.condition, scope)
    terms = ev.terms
    if e.quantifier == "some":
        tried = [
            ev.yes_no(terms.and_(exists, result.holds), terms.and_(exists, result.error)) for exists, result in elements
        ]
        whole = disjunction(ev, tried)
    else:
        tried = [
            ev.yes_no(terms.implies(exists, result.holds), terms.and_(exists, result.error))
            for exists, result in elements
        ]
        whole = conjunction(ev, tried)
    return ev.yes_no(whole.holds, collection.error, whole.error)


def _number_of(ev: Evaluator, e: core.NumberOf, scope: Scope) -> Result:
    collection, elements = _elements(ev, e, e.condition, scope)
    one, zero = ev.terms.integer(1), ev.terms.integer(0)
    counted = [ev.terms.ite(ev.terms.and_(exists, result.holds), one, zero) for exists, result in elements]
    errors = [ev.terms.and_(exists, result.error) for exists, result in elements]
    return Result(Number(ev.terms.add(zero, *counted)), ev.terms.or_(collection.error, *errors))


def _total(ev: Evaluator, e: core.TotalOf, scope: Scope) -> Result:
    collection, elements = _elements(ev, e, e.summand, scope)
    total: SymbolicValue = Number(ev.terms.integer(0))
    for exists, result in elements:
        assert isinstance(total, Number)
        longer = values.arithmetic(ev.terms, "+", total, number_of(result.value))
        total = values.choose(ev.terms, exists, longer, total)
    errors = [ev.terms.and_(exists, result.error) for exists, result in elements]
    return Result(typed_number(number_of(total), e.type), ev.terms.or_(collection.error, *errors))


def _size(ev: Evaluator, e: core.SizeOf, scope: Scope) -> Result:
    collection = ev.evaluate(e.collection, scope)
    if isinstance(collection.value, Rows):
        return Result(Number(collection.value.size), collection.error)
    assert isinstance(collection.value, Flags)
    one, zero = ev.terms.integer(1), ev.terms.integer(0)
    counted = [ev.terms.ite(flag, one, zero) for flag in collection.value.members]
    return Result(Number(ev.terms.add(zero, *counted)), collection.error)


# ---------------------------------------------------------------- history


def _happened(ev: Evaluator, e: core.Happened, scope: Scope) -> Result:
    return ev.memory.happened(e.act, scope, e)


def _happened_within(ev: Evaluator, e: core.HappenedWithin, scope: Scope) -> Result:
    happened = ev.memory.happened(e.act, scope, e)
    last = ev.memory.date_of(e.act, False, scope, e)
    deadline = later(ev, number_of(last.value).term, e.duration, e.rounding)
    return ev.yes_no(ev.terms.and_(happened.holds, ev.terms.le(ev.state.today, deadline)), happened.error)


def later(ev: Evaluator, day: Term, duration: core.Const, rounding: core.Rounding | None) -> Term:
    """A date plus a constant duration of days or months."""
    shift = ev.terms.integer(int(duration.value))  # type: ignore[arg-type]
    if rounding is None:
        return ev.terms.add(day, shift)
    return calendar.add_months(ev.terms, day, shift, rounding)


def _date_of(ev: Evaluator, e: core.DateOf, scope: Scope) -> Result:
    return ev.memory.date_of(e.act, e.first, scope, e)


def _count_of(ev: Evaluator, e: core.CountOf, scope: Scope) -> Result:
    return ev.memory.count_of(e.act, scope, e)


def _over_time(ev: Evaluator, e: core.Ever | core.JustBefore | core.EverSince, scope: Scope) -> Result:
    return ev.memory.over_time(e, scope)


RULES: Rules = {
    core.Const: _const,
    core.FactRef: _fact,
    core.StatusRef: _status,
    core.ReadingRef: _reading,
    core.Local: _local,
    core.Today: _today,
    core.Defined: _defined,
    core.DecisionCall: _decision,
    core.Not: _not,
    core.And: _and,
    core.Or: _or,
    core.Implies: _implies,
    core.Iff: _iff,
    core.If: _if,
    core.Equal: _equal,
    core.Compare: _compare,
    core.OneOf: _one_of,
    core.Member: _member,
    core.Between: _between,
    core.ToRational: _to_rational,
    core.Present: _present,
    core.Unwrap: _unwrap,
    core.Arithmetic: _arithmetic,
    core.Negative: _negative,
    core.AddMonths: _add_months,
    core.Extreme: _extreme,
    core.WeekdayOf: _weekday,
    core.SetOf: _set_of,
    core.SetChange: _set_change,
    core.FieldOf: _field,
    core.Quantified: _quantified,
    core.NumberOf: _number_of,
    core.TotalOf: _total,
    core.SizeOf: _size,
    core.Happened: _happened,
    core.HappenedWithin: _happened_within,
    core.DateOf: _date_of,
    core.CountOf: _count_of,
    core.Ever: _over_time,
    core.JustBefore: _over_time,
    core.EverSince: _over_time,
}
