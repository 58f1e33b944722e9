"""Decisions, decision tables and amendments.

Takes the declared decision with everything that policies add to it; gives the core decision. Rows become rules whose
condition says what their patterns say; ``to all`` is spelled out; exceptions must not defeat each other in a circle.
"""

from __future__ import annotations

from verifier.checking.citing import cites_of, reads_of
from verifier.checking.comparing import between, compare, equal
from verifier.checking.context import Context
from verifier.checking.definitions import core_params, parameter_binders
from verifier.checking.expressions import check, condition, infer
from verifier.checking.restrictions import can_be_followed
from verifier.checking.scope import Parameter, ValueSymbol
from verifier.checking.suggest import closest, did_you_mean, listing
from verifier.checking.written_types import type_of
from verifier.core import expressions as core
from verifier.core import program
from verifier.core.types import YES_NO, Type
from verifier.diagnostics.model import Label
from verifier.records import dataclass
from verifier.source import Span
from verifier.syntax import tree


@dataclass(frozen=True, slots=True)
class Part:
    """The text of a decision in one policy: the declaration itself, or an amendment."""

    item: tree.Decide
    context: Context


@dataclass(frozen=True, slots=True)
class _Placed:
    """A rule with the policy part that it stands in."""

    rule: tree.Rule
    context: Context


# ---------------------------------------------------------------- decide


def decision(symbol: ValueSymbol, parts: list[Part]) -> program.Decision | None:
    """A decision with its amendments; the first part is the declaration. ``None`` after an error."""
    base, amendments = parts[0], [part for part in parts[1:] if _fits(part, symbol, parts[0])]
    placed = _distinct([_Placed(rule, p.context) for p in (base, *amendments) for rule in p.item.rules], symbol)
    targets = {p.rule.name.text: _targets(p, placed) for p in placed}
    _acyclic(targets, placed)
    rules = [_rule(p, symbol, targets[p.rule.name.text]) for p in placed]
    ends = [(part.item.otherwise, part.context) for part in (base, *amendments) if part.item.otherwise is not None]
    otherwise = _otherwise(ends[0][0], symbol, ends[0][1]) if ends else None
    cites = tuple(cite for part in (base, *amendments) for cite in cites_of(part.item.cites, part.context))
    return _whole(symbol, rules, otherwise, bool(ends), base.item.reads, cites, table=False)


def _whole(
    symbol: ValueSymbol,
    rules: list[program.Rule | None],
    otherwise: tuple[core.Expr, tuple[program.Cite, ...]] | None,
    has_otherwise: bool,
    reads: tree.Reads | None,
    cites: tuple[program.Cite, ...],
    *,
    table: bool,
) -> program.Decision | None:
    kept = tuple(rule for rule in rules if rule is not None)
    params = core_params(symbol.params)
    if len(kept) < len(rules) or params is None or symbol.type is None or (has_otherwise and otherwise is None):
        return None
    return program.Decision(
        symbol.name,
        params,
        symbol.type,
        kept,
        None if otherwise is None else otherwise[0],
        reads_of(reads),
        table,
        () if otherwise is None else otherwise[1],
        span=symbol.span,
        cites=cites,
        origin=symbol.origin,
    )


def _inside(symbol: ValueSymbol, context: Context) -> Context:
    return context.bind(parameter_binders(symbol.params))


def _otherwise(
    otherwise: tree.Otherwise | None, symbol: ValueSymbol, context: Context
) -> tuple[core.Expr, tuple[program.Cite, ...]] | None:
    if otherwise is None:
        return None
    inner = _inside(symbol, context)
    value = check(otherwise.value, inner, symbol.type)
    cites = cites_of(otherwise.cites, context)
    if value is None:
        return None
    can_be_followed(value, inner)
    return value, cites


def _rule(placed: _Placed, symbol: ValueSymbol, targets: tuple[str, ...] | None) -> program.Rule | None:
    rule, inner = placed.rule, _inside(symbol, placed.context)
    value, test = check(rule.value, inner, symbol.type), condition(rule.condition, inner)
    return _built_rule(rule.name.text, rule.span, rule.cites, value, test, targets, symbol, inner)


def _built_rule(
    name: str,
    span: Span,
    cites: tuple[tree.Cite, ...],
    value: core.Expr | None,
    test: core.Expr | None,
    targets: tuple[str, ...] | None,
    symbol: ValueSymbol,
    context: Context,
) -> program.Rule | None:
    shown = cites_of(cites, context)
    if value is None or test is None:
        return None
    can_be_followed(test, context)
    can_be_followed(value, context)
    full_name, origin = f"{symbol.name}.{name}", context.scope.policy
    return program.Rule(name, full_name, targets, test, value, span=span, cites=shown, origin=origin)


def _distinct(rules: list[_Placed], symbol: ValueSymbol) -> list[_Placed]:
    first: dict[str, _Placed] = {}
    for placed in rules:
        name = placed.rule.name
        found = first.setdefault(name.text, placed)
        if found is not placed:
            placed.context.collector.error(
                "E0201",
                f"the name `{name.text}` of this rule is taken",
                name.span,
                labels=[Label(found.rule.name.span, f"`{symbol.name}` has a rule `{name.text}` here")],
                help="give one of the two another name",
            )
    return list(first.values())


# ---------------------------------------------------------------- exceptions


def _targets(placed: _Placed, rules: list[_Placed]) -> tuple[str, ...] | None:
    """The names that an exception defeats, ``to all`` spelled out; ``None`` for a rule."""
    written = placed.rule.targets
    if written is None:
        return None
    if written == "all":
        return tuple(other.rule.name.text for other in rules if other.rule.targets is None)
    visible = [o.rule.name.text for o in rules if o.context.scope.policy in placed.context.scope.policies]
    found: dict[str, None] = {}
    for target in written:
        if target.text in visible:
            found.setdefault(target.text)
        elif not placed.context.scope.excuses(target.text):
            _unknown_target(target, visible, placed)
    return tuple(found)


def _unknown_target(target: tree.Name, visible: list[str], placed: _Placed) -> None:
    others = [name for name in visible if name != placed.rule.name.text]
    guess = closest(target.text, others)
    placed.context.collector.error(
        "E0214",
        f"this decision has no rule or exception `{target.text}`",
        target.span,
        help=f"did you mean `{guess}`?" if guess else f"it has {listing(others) or 'none that could be defeated'}",
        fixes=did_you_mean(guess, target.span),
    )


def _acyclic(targets: dict[str, tuple[str, ...] | None], placed: list[_Placed]) -> None:
    """Report exceptions that defeat each other in a circle; each circle once."""
    settled: set[str] = set()
    for root, defeated in targets.items():
        path, stack = [root], [iter(defeated or ())]
        while stack:
            name = next(stack[-1], None)
            if name is None:
                stack.pop()
                settled.add(path.pop())
            elif name in path:
                _report_circle([*path[path.index(name) :], name], placed)
            elif name not in settled:
                path.append(name)
                stack.append(iter(targets.get(name) or ()))


def _report_circle(circle: list[str], placed: list[_Placed]) -> None:
    found = next(p for p in placed if p.rule.name.text == circle[0])
    found.context.collector.error(
        "E0402",
        f"these exceptions defeat each other in a circle: {' → '.join(circle)}",
        found.rule.name.span,
        help="decide which of them prevails, and let only that one name the other",
    )


# ---------------------------------------------------------------- amendments


def _fits(part: Part, symbol: ValueSymbol, base: Part) -> bool:
    """Whether an amendment speaks of the decision as it is declared; reports where it does not."""
    item, context = part.item, part.context
    written = [(p.name.text, type_of(p.type, "a parameter", context.scope, context.collector)) for p in item.params]
    same = written == [(p.name, p.type) for p in symbol.params]
    type_ = type_of(item.type, "a decision", context.scope, context.collector)
    if type_ is None or any(found is None for _, found in written) or symbol.type is None:
        return False
    if not same or type_ != symbol.type:
        needed = f"`{_signature(symbol.name, symbol.params, symbol.type)}`"
        _refuse(
            f"this amends `{symbol.name}`, which is declared differently",
            item.name.span,
            symbol,
            context,
            f"write {needed}",
        )
        return False
    if item.reads is not None:
        _refuse(
            f"an amendment of `{symbol.name}` cannot change how it reads",
            item.reads.span,
            symbol,
            context,
            "remove it here",
        )
    if item.otherwise is not None and base.item.otherwise is not None:
        advice = "write an exception instead, which says when it prevails"
        _refuse(f"`{symbol.name}` has an `otherwise` already", item.otherwise.span, symbol, context, advice)
    return True


def _signature(name: str, params: tuple[Parameter, ...], type_: Type) -> str:
    inside = ", ".join(f"{p.name}: {p.type}" for p in params)
    return f"decide {name}{f'({inside})' if params else ''} : {type_}"


def _refuse(message: str, span: Span, symbol: ValueSymbol, context: Context, advice: str) -> None:
    label = Label(symbol.span, f"`{symbol.name}` is declared in `{symbol.origin}`")
    context.collector.error("E0403", message, span, labels=[label], help=advice)


# ---------------------------------------------------------------- tables


def table(symbol: ValueSymbol, item: tree.Table, context: Context) -> program.Decision | None:
    """A decision table: each row is a rule ``row.N``."""
    rules = [_row(number, row, symbol, context) for number, row in enumerate(item.rows, 1)]
    otherwise = _otherwise(item.otherwise, symbol, context)
    cites = cites_of(item.cites, context)
    return _whole(symbol, rules, otherwise, item.otherwise is not None, item.reads, cites, table=True)


def _row(number: int, row: tree.Row, symbol: ValueSymbol, context: Context) -> program.Rule | None:
    inner = _inside(symbol, context)
    value = check(row.value, inner, symbol.type)
    test = _row_condition(row, symbol, inner)
    return _built_rule(f"row.{number}", row.span, row.cites, value, test, None, symbol, inner)


def _row_condition(row: tree.Row, symbol: ValueSymbol, context: Context) -> core.Expr | None:
    if len(row.patterns) != len(symbol.params):
        wanted, found = len(symbol.params), len(row.patterns)
        context.collector.error(
            "E0407",
            f"this row has {found} pattern{'s' if found != 1 else ''}, but `{symbol.name}` has {wanted}"
            f" parameter{'s' if wanted != 1 else ''}",
            row.patterns[0].span.to(row.patterns[-1].span),
            labels=[Label(symbol.span, f"`{symbol.name}` is declared here")],
            help="write one pattern for each parameter; `any` fits every value",
        )
        return None
    tests = [_pattern(p, param, context) for p, param in zip(row.patterns, symbol.params, strict=True) if p.cells]
    kept = tuple(test for test in tests if test is not None)
    if len(kept) < len(tests):
        return None
    if len(kept) == 1:
        return kept[0]
    return core.And(kept, type=YES_NO, span=row.span) if kept else core.Const(True, type=YES_NO, span=row.span)


def _pattern(pattern: tree.Pattern, param: Parameter, context: Context) -> core.Expr | None:
    if param.type is None:
        return None
    subject = core.Local(param.name, type=param.type, span=pattern.span)
    cells = [_cell(cell, subject, param.type, context) for cell in pattern.cells]
    kept = tuple(cell for cell in cells if cell is not None)
    if len(kept) < len(cells):
        return None
    return kept[0] if len(kept) == 1 else core.Or(kept, type=YES_NO, span=pattern.span)


def _cell(cell: tree.Cell, subject: core.Local, type_: Type, context: Context) -> core.Expr | None:
    low = infer(cell.low, context, type_)
    high = None if cell.high is None else infer(cell.high, context, type_)
    if low is None or (cell.high is not None and high is None):
        return None
    if high is not None:
        return between(subject, low, high, cell.span, context)
    if cell.operator is None or cell.operator == "=":
        return equal(subject, low, False, cell.span, context)
    return compare(cell.operator, subject, low, cell.span, context)
