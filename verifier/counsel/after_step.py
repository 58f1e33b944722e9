"""Conditions of the state after a step, said of the state before it: weakest preconditions (Dijkstra, 1975).

Takes a condition and a step; gives the condition under which, and with which arguments, the step leads to a state in
which the first one holds, simplified as far as constants allow. ``None`` where that cannot be said in the language:
what was so ever since another time, and decisions that read what the step changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from verifier.core import expressions as core
from verifier.core.program import Program, Step
from verifier.core.types import DATE, INT, YES_NO, DaysType, IntType
from verifier.core.walks import decision_expressions, rebuild

_TRUE, _FALSE = core.Const(True, type=YES_NO), core.Const(False, type=YES_NO)


class _NotSayable(Exception):
    """The condition cannot be said of the state before."""


def before(program: Program, expr: core.Expr, step: Step) -> core.Expr | None:
    """The condition before the step, over its parameters."""
    try:
        return simple(_moved(program, expr, step))
    except _NotSayable:
        return None


def _moved(program: Program, expr: core.Expr, step: Step) -> core.Expr:
    changes = {effect.name: effect.value for effect in step.effects}
    match expr:
        case core.StatusRef(name):
            return changes.get(name, expr)
        case core.Defined(_, _, body):
            return _moved(program, body, step) if _reads(program, body, changes, step) else expr
        case core.DecisionCall():
            if _reads(program, expr, changes, step):
                raise _NotSayable
            return rebuild(expr, lambda part: _moved(program, part, step))
        case core.Happened(act) | core.HappenedWithin(act) if act.step == step.name:
            return _now(act, step) or expr
        case core.CountOf(act) if act.step == step.name:
            if act.arguments is not None:
                raise _NotSayable
            return core.Arithmetic("+", expr, core.Const(1, type=INT), type=expr.type)
        case core.DateOf(act, first) if act.step == step.name:
            if act.arguments is not None:
                raise _NotSayable
            happened = core.Happened(act, type=YES_NO)
            return core.If(happened, expr, core.Today(type=DATE), type=DATE) if first else core.Today(type=DATE)
        case core.JustBefore(operand):
            return operand
        case core.Ever(operand):
            return core.Or((expr, _moved(program, operand, step)), type=YES_NO)
        case core.EverSince():
            raise _NotSayable
        case _:
            return rebuild(expr, lambda part: _moved(program, part, step))


def _now(act: core.Act, step: Step) -> core.Expr | None:
    """That the step being taken is this act."""
    if act.arguments is None:
        return _TRUE
    pairs = zip(step.params, act.arguments, strict=True)
    same = [core.Equal(core.Local(p.name, type=p.type), argument, type=YES_NO) for p, argument in pairs]
    past = core.Happened(act, type=YES_NO)
    return core.Or((past, core.And(tuple(same), type=YES_NO) if len(same) > 1 else same[0]), type=YES_NO)


def _reads(program: Program, expr: core.Expr, changes: Collection[str], step: Step) -> bool:
    """Whether an expression reads anything that the step changes, decisions included."""
    work: list[core.Expr] = [expr]
    seen: set[str] = set()
    past = core.JustBefore | core.Ever | core.EverSince
    acts = core.Happened | core.HappenedWithin | core.DateOf | core.CountOf
    while work:
        for part in core.subexpressions(work.pop()):
            if isinstance(part, core.StatusRef) and part.name in changes:
                return True
            if isinstance(part, past) or (isinstance(part, acts) and part.act.step == step.name):
                return True
            if isinstance(part, core.DecisionCall) and part.name not in seen:
                seen.add(part.name)
                work += decision_expressions(program.decision(part.name))
    return False


# ---------------------------------------------------------------- simplifying


def simple(expr: core.Expr) -> core.Expr:
    """The same condition without parts that are known."""
    expr = rebuild(expr, simple)
    match expr:
        case core.Not(operand):
            return denied(operand)
        case core.And(operands):
            return junction(core.And, operands)
        case core.Or(operands):
            return junction(core.Or, operands)
        case core.Implies(premise, conclusion) if isinstance(premise, core.Const) or isinstance(conclusion, core.Const):
            return junction(core.Or, (denied(premise), conclusion))
        case core.If(core.Const(value), then, otherwise):
            return then if value else otherwise
        case core.Equal(core.Const(one), core.Const(other)):
            return _constant(one == other)
        case core.Equal(core.Present(core.Const(one)), core.Const(other)):
            return _constant(one == other)
        case core.OneOf(core.Const(item), options) if all(isinstance(option, core.Const) for option in options):
            return _constant(any(item == option.value for option in options if isinstance(option, core.Const)))
        case core.Compare(operator, core.Const(one), core.Const(other)) if _are_numbers(expr):
            assert isinstance(one, int)
            assert isinstance(other, int)
            return _constant({"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator])
        case _:
            return expr


def _are_numbers(expr: core.Compare) -> bool:
    return isinstance(expr.left.type, IntType | DaysType)


def _constant(value: bool) -> core.Expr:
    return _TRUE if value else _FALSE


def denied(expr: core.Expr) -> core.Expr:
    """The denial, pushed down to what cannot be taken apart."""
    match expr:
        case core.Const(value):
            return _constant(value is False)
        case core.Not(operand):
            return operand
        case core.And(operands):
            return junction(core.Or, [denied(part) for part in operands])
        case core.Or(operands):
            return junction(core.And, [denied(part) for part in operands])
        case core.Implies(premise, conclusion):
            return junction(core.And, (premise, denied(conclusion)))
        case _:
            return core.Not(expr, type=YES_NO)


def junction(kind: type[core.And | core.Or], parts: Iterable[core.Expr]) -> core.Expr:
    """A conjunction or disjunction without parts that are known, or said twice."""
    unit, zero = (_TRUE, _FALSE) if kind is core.And else (_FALSE, _TRUE)
    found: dict[core.Expr, None] = {}
    for part in parts:
        if part == zero:
            return zero
        inner = part.operands if isinstance(part, kind) else (part,)
        found.update(dict.fromkeys(item for item in inner if item != unit))
    left = tuple(found)
    if not left:
        return unit
    return left[0] if len(left) == 1 else kind(left, type=YES_NO)
