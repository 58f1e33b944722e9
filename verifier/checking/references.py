"""What a name means: facts, statuses, readings, definitions, decisions, bound variables, and values of enums.

Takes names in a context, with the type that the place asks for; gives core expressions or ``None`` after reporting.
The rule for a bare name that is a value of the expected enum: it is that value, unless a variable, fact or status
*of that type* has the same name; then it is the variable, fact or status.
"""

from __future__ import annotations

from verifier.checking.context import UNKNOWN, Binder, Context, Hint
from verifier.checking.fitting import enum_of, present_type, with_type
from verifier.checking.inline import inline
from verifier.checking.scope import ValueSymbol
from verifier.checking.suggest import closest, did_you_mean, listing, unknown
from verifier.core import expressions as core
from verifier.core import program
from verifier.core.types import WEEKDAY, EnumType, OptionType, RecordType, Type, YesNoType, unranged
from verifier.diagnostics.model import Fix, Label
from verifier.source import Span
from verifier.syntax import tree


def resolve(ref: tree.Ref, context: Context, hint: Hint) -> core.Expr | None:
    """The meaning of a bare name."""
    enum = enum_of(hint)
    binder, symbol = context.locals.get(ref.name), context.scope.values.get(ref.name)
    if enum is not None and ref.name in enum.members and not _hidden(enum, binder, symbol):
        return core.Const(ref.name, type=enum, span=ref.span)
    if ref.name == "none":
        return _absent(ref, context, hint)
    if binder is not None:
        return _local(binder, ref.span)
    if symbol is not None:
        return use(symbol, (), ref.span, context)
    if hint is not UNKNOWN or not (context.scope.enums_with(ref.name) or ref.name in WEEKDAY.members):
        _unknown_value(ref, context, hint)
    return None


def _hidden(enum: EnumType, binder: Binder | None, symbol: ValueSymbol | None) -> bool:
    """Whether a variable, fact or status of the enum's type hides its value of the same name."""
    if binder is not None:
        return binder.type is None or present_type(binder.type) == enum
    if symbol is None or symbol.kind not in ("fact", "status"):
        return False
    return symbol.type is None or present_type(symbol.type) == enum


def _local(binder: Binder, span: Span) -> core.Expr | None:
    return None if binder.type is None else core.Local(binder.core_name, type=binder.type, span=span)


def _absent(ref: tree.Ref, context: Context, hint: Hint) -> core.Expr | None:
    if isinstance(hint, OptionType):
        return core.Const(None, type=hint, span=ref.span)
    if hint is UNKNOWN:
        return None
    if hint is None:
        message, advice = "nothing here says what `none` is a value of", _none_advice(context)
        context.collector.error("E0312", message, ref.span, help=advice)
        return None
    message = f"{with_type(hint)} is needed here, and it is never `none`"
    advice = f"declare it as `{unranged(hint)} or none` where it may be absent"
    context.collector.error("E0301", message, ref.span, help=advice)
    return None


def _none_advice(context: Context) -> str:
    enums = context.scope.enums_with("none")
    if enums:
        return f"write {' or '.join(f'`{enum.name}.none`' for enum in enums)}, or compare it with something"
    return "compare it with something whose type is `… or none`"


def use(symbol: ValueSymbol, arguments: tuple[core.Expr, ...], span: Span, context: Context) -> core.Expr | None:
    """A use of a declared value with its arguments, which have the parameters' types already."""
    if len(arguments) != len(symbol.params):
        wrong_count(symbol.name, len(arguments), symbol.params, span, symbol.span, context)
        return None
    if symbol.kind == "definition":
        definition = definition_of(symbol.name, context)
        return None if definition is None else inline(definition, arguments, span, context.session)
    if symbol.type is None:
        return None
    match symbol.kind:
        case "fact":
            return core.FactRef(symbol.name, type=symbol.type, span=span)
        case "status":
            return core.StatusRef(symbol.name, type=symbol.type, span=span)
        case "reading":
            return core.ReadingRef(symbol.name, type=symbol.type, span=span)
        case _:
            return core.DecisionCall(symbol.name, arguments, type=symbol.type, span=span)


def hyphenated(span: Span, context: Context) -> bool:
    """Report ``a-b`` where ``a_b`` is known and its parts are not; whether that was so."""
    scope, words = context.scope, span.text.split("-")
    meant = "_".join(words)
    known = meant in scope.values or meant in context.locals or meant in scope.steps or scope.enums_with(meant)
    if not known or not all(word.isidentifier() for word in words):
        return False
    if all(word in scope.values or word in context.locals for word in words):
        return False
    fix = Fix(span, meant, f"write `{meant}`")
    context.collector.error(
        "E0202", f"names have no `-`: this is `{meant}`", span, help=f"write `{meant}`", fixes=[fix]
    )
    return True


def definition_of(name: str, context: Context) -> program.Definition | None:
    """The elaborated definition of that name; one that still waits is noted as needed first."""
    session = context.session
    if name in session.waiting and name not in session.definitions:
        session.needed = session.needed or name
    return session.definitions.get(name)


def wrong_count(
    name: str,
    found: int,
    params: tuple[object, ...],
    span: Span,
    declared: Span,
    context: Context,
    more: str | None = None,
) -> None:
    """Report a call with too few or too many arguments; ``more`` is said behind the usual advice."""
    wanted = len(params)
    names = ", ".join(getattr(param, "name", "…") for param in params)
    takes = "takes no arguments" if wanted == 0 else f"takes {wanted} argument{'s' if wanted > 1 else ''}"
    given = "none" if found == 0 else str(found)
    context.collector.error(
        "E0311",
        f"`{name}` {takes}, but {given} {'is' if found in (0, 1) else 'are'} given",
        span,
        labels=[Label(declared, f"`{name}` is declared here")],
        help=(f"write `{name}({names})` with a value for each" if wanted else f"write `{name}`")
        + (f"; {more}" if more else ""),
    )


def callee(name: tree.Name, span: Span, context: Context) -> ValueSymbol | None:
    """The definition or decision that is called; ``span`` is the whole call."""
    symbol = context.scope.values.get(name.text)
    if symbol is not None:
        return symbol
    if (step := context.scope.steps.get(name.text)) is not None:
        _step_as_value(name.text, span, step.span, context)
        return None
    if (meant := {"max": "greater of", "min": "lesser of"}.get(name.text)) is not None:
        fix, message = Fix(name.span, meant, f"write `{meant}`"), f"`{name.text}` is not a definition or decision"
        context.collector.error("E0202", message, name.span, help=f"write `{meant} (a, b)`", fixes=[fix])
        return None
    calls = [s.name for s in context.scope.values.values() if s.params]
    unknown(context.collector, context.scope, "E0202", name.text, name.span, "a definition or decision", calls)
    return None


def _step_as_value(name: str, span: Span, declared: Span, context: Context) -> None:
    """Report it. Where a promise speaks of states, only its author knows whether the taking of the step was meant."""
    act = " ".join(span.text.split())
    advice = f"write `{act} has happened`, `date of {act}` or `count of {act}`"
    fixes = [Fix(span, f"{act} has happened", f"write `{act} has happened`")]
    if context.of_states:
        advice = f"`{act} has happened` is so in every state after it; about its moment, write `{name} only if …`"
        fixes = []
    context.collector.error(
        "E0216",
        f"`{name}` is a step, not a value",
        span,
        labels=[Label(declared, f"`{name}` is declared here")],
        help=advice,
        fixes=fixes,
    )


def member_of(attr: tree.Attr, context: Context) -> core.Expr | None:
    """``owner.member``: a field of an element, or a value of an enum or reading."""
    binder = context.locals.get(attr.owner.text)
    if binder is not None and (binder.type is None or isinstance(binder.type, RecordType)):
        return _field(attr, binder, context)
    enum = context.scope.owner(attr.owner.text)
    if enum is None:
        _unknown_owner(attr, binder, context)
        return None
    if attr.member.text in enum.members:
        return core.Const(attr.member.text, type=enum, span=attr.span)
    not_a_member(attr.member.text, attr.member.span, enum, context)
    return None


def _field(attr: tree.Attr, binder: Binder, context: Context) -> core.Expr | None:
    if not isinstance(binder.type, RecordType):
        return None
    found = dict(binder.type.fields).get(attr.member.text)
    if found is not None:
        element = core.Local(binder.core_name, type=binder.type, span=attr.owner.span)
        return core.FieldOf(element, attr.member.text, type=found, span=attr.span)
    names = [name for name, _ in binder.type.fields]
    guess = closest(attr.member.text, names)
    record = context.scope.types.get(binder.type.name)
    context.collector.error(
        "E0209",
        f"`{binder.type.name}` has no field `{attr.member.text}`",
        attr.member.span,
        labels=[Label(record.span, f"`{record.name}` is declared here")] if record else (),
        help=f"did you mean `{guess}`?" if guess else f"its fields are {listing(names)}",
        fixes=did_you_mean(guess, attr.member.span),
    )
    return None


def _unknown_owner(attr: tree.Attr, binder: Binder | None, context: Context) -> None:
    scope, name = context.scope, attr.owner.text
    if binder is not None and binder.type is not None:
        message = f"`{name}` is {with_type(binder.type)}, which has no fields"
        context.collector.error("E0209", message, attr.owner.span, help="only the elements of a list have fields")
        return
    readings = [symbol.name for symbol in scope.values.values() if symbol.kind == "reading"]
    owners = [*(n for n, symbol in scope.types.items() if symbol.kind == "enum"), *readings, *context.locals]
    needed = "an enum, a reading or an element of a list"
    unknown(context.collector, scope, "E0202", name, attr.owner.span, needed, owners)


def not_a_member(name: str, span: Span, enum: EnumType, context: Context) -> None:
    """Report a name that is no value of the enum it should be a value of."""
    if context.scope.excuses(name):
        return
    guess = closest(name, enum.members) or closest(name, _values_of(enum, context))
    others = [f"`{other.name}`" for other in context.scope.enums_with(name) if other != enum]
    rest = f"; it is a value of {' and of '.join(others)}" if others else ""
    declared = context.scope.types.get(enum.name) or context.scope.values.get(enum.name)
    context.collector.error(
        "E0207",
        f"`{name}` is not a value of `{enum.name}`{rest}",
        span,
        labels=[Label(declared.span, f"`{enum.name}` is declared here")] if declared else (),
        help=f"did you mean `{guess}`?" if guess else f"its values are {listing(enum.members)}",
        fixes=did_you_mean(guess, span),
    )


def _values_of(type_: Type, context: Context) -> list[str]:
    symbols = (s.name for s in context.scope.values.values() if s.type is not None and present_type(s.type) == type_)
    binders = (n for n, b in context.locals.items() if b.type is not None and present_type(b.type) == type_)
    return [*symbols, *binders]


def _unknown_value(ref: tree.Ref, context: Context, hint: Hint) -> None:
    """Report a name that means nothing here, as helpfully as its place allows."""
    scope, name = context.scope, ref.name
    if scope.excuses(name):
        return
    enum = enum_of(hint)
    if enum is not None and name not in scope.steps:
        not_a_member(name, ref.span, enum, context)
    elif (step := scope.steps.get(name)) is not None:
        _step_as_value(name, ref.span, step.span, context)
    elif enums := scope.enums_with(name):
        _stray_member(ref, enums, context, hint)
    else:
        members = [
            m for symbol in scope.types.values() if isinstance(symbol.type, EnumType) for m in symbol.type.members
        ]
        needed = "a fact, status, definition, decision or parameter"
        candidates = [*scope.values, *context.locals, *(members if hint is None else ())]
        candidates += ["today"] if closest(name, ["today"]) else []
        if name in {"now", "current_date"}:
            message, fix = f"`{name}` is written `today`", Fix(ref.span, "today", "write `today`")
            context.collector.error("E0202", message, ref.span, help="write `today`", fixes=[fix])
            return
        unknown(context.collector, scope, "E0202", name, ref.span, needed, candidates)


def _stray_member(ref: tree.Ref, enums: tuple[EnumType, ...], context: Context, hint: Hint) -> None:
    owners = " or ".join(f"`{enum.name}.{ref.name}`" for enum in enums)
    holders = [name for enum in enums for name in _values_of(enum, context)]
    of = " and of ".join(f"`{enum.name}`" for enum in enums)
    if isinstance(hint, YesNoType) or (hint is not None and hint is not UNKNOWN):
        message = f"`{ref.name}` is a value of {of}, not {with_type(hint)}"
        advice = f"did you mean `{holders[0]} is {ref.name}`?" if holders else f"write a comparison with {owners}"
        context.collector.error("E0301", message, ref.span, help=advice)
        return
    fixes = [Fix(ref.span, f"{e.name}.{ref.name}", f"write `{e.name}.{ref.name}`") for e in enums]
    message = f"`{ref.name}` is a value of {of}, but nothing here says that this is meant"
    context.collector.error("E0208", message, ref.span, help=f"write {owners}", fixes=fixes)


def step_symbol_needed(name: tree.Name, context: Context) -> None:
    """Report that a name is not a step."""
    steps = context.scope.steps
    unknown(context.collector, context.scope, "E0203", name.text, name.span, "a step", steps)
