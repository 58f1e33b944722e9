"""A step where a promise about states needs a condition: `never S while E`, and what its author most likely meant.

Takes the form as written; reports it with a form about the *taking* of the step, which is another thing than a state in
which it has happened: what the step itself changes would escape such a state.
"""

from __future__ import annotations

from typing import TypeAlias

from verifier.checking.context import Binder, Context
from verifier.checking.references import wrong_count
from verifier.checking.scope import StepSymbol, ValueSymbol, with_article
from verifier.checking.suggest import closest
from verifier.core.types import EnumType, ListType
from verifier.diagnostics.model import Fix, Label
from verifier.syntax import tree

OfStep: TypeAlias = "tree.OnlyIf | tree.OnlyAfter | tree.NeverAfter | tree.AfterUntil | tree.Response"
"""The promises about the taking of a step, whose arguments are fresh names."""


def named_step(expr: tree.Expr, context: Context) -> StepSymbol | None:
    """The step that stands alone as a condition, with or without arguments, where its name means nothing else."""
    name = expr.name if isinstance(expr, tree.Ref) else expr.name.text if isinstance(expr, tree.Apply) else ""
    if name in context.scope.values or name in context.locals:
        return None
    return context.scope.steps.get(name)


def shared_past(expr: tree.Junction, context: Context) -> tuple[tree.Expr, ...]:
    """The operands of `S or T happened within 3 days` that are conditions; a bare S before such a T is reported.

    In a promise, `S and T has happened` may also mean the moment of S, after T: only its author knows.
    """
    operands = expr.operands
    if expr.operator == "and" and context.of_states:
        return operands
    kept: list[tree.Expr] = []
    for index, operand in enumerate(operands):
        step = named_step(operand, context)
        later = [item for item in operands[index:] if isinstance(item, (tree.Happened, tree.HappenedWithin))]
        if step is None or not later:
            kept.append(operand)
            continue
        past = _on_one_line(later[0].span.text[len(later[0].act.span.text) :]).strip()
        meant = f"{_on_one_line(operand.span.text)} {past}"
        context.collector.error(
            "E0216",
            f"`{step.name}` is a step, not a value",
            operand.span,
            labels=[Label(step.span, f"`{step.name}` is declared here")],
            help=f"say of each step that it happened: write `{meant}`",
            fixes=[Fix(operand.span, meant, f"write `{meant}`")],
        )
    return tuple(kept)


def uncountable(expr: tree.CountOf, context: Context) -> ValueSymbol | None:
    """The value whose name stands after ``count of``, where no step has that name."""
    name = expr.act.name.text
    return None if name in context.scope.steps else context.scope.values.get(name)


def not_counted(expr: tree.CountOf, value: ValueSymbol, context: Context) -> None:
    """Report ``count of`` something that is no step; of a list, its size was meant."""
    name = expr.act.name
    size = f"size of {name.text}"
    fixes = [Fix(expr.span, size, f"write `{size}`")] if isinstance(value.type, ListType) else []
    context.collector.error(
        "E0203",
        f"`{name.text}` is {with_article(value.kind)}, not a step",
        name.span,
        labels=[Label(value.span, f"`{name.text}` is declared here")],
        help=f"write `{size}`" if fixes else "`count of` counts how often a step has happened",
        fixes=fixes,
    )


def with_arguments(act: tree.Expr, step: StepSymbol, context: Context) -> Context:
    """The context in which the fresh names among the step's arguments are known, as in ``S(x) only if …``."""
    given = act.arguments if isinstance(act, tree.Apply) else ()
    binders = {
        argument.name: Binder(argument.name, param.type, argument.span, "argument")
        for argument, param in zip(given, step.params, strict=False)
        if isinstance(argument, tree.Ref) and _is_fresh(argument.name, context)
    }
    return context.bind(binders)


def never_taken(written: tree.Always, step: StepSymbol, sound: bool, context: Context) -> None:
    """Report ``never S [while E]``; ``sound`` says whether E is without an error of its own."""
    form = _instead(written, step, context)
    general = "never S has happened" if written.scope is None else f"{step.name} only if not (…)"
    moment = "" if written.scope is None else ", which speaks of the moment in which the step is taken"
    context.collector.error(
        "E0216",
        f"`{step.name}` is a step, not a value",
        written.body.span,
        labels=[Label(step.span, f"`{step.name}` is declared here")],
        help=f"write `{form or general}`{moment}",
        fixes=[Fix(written.span, form, f"write `{form}`")] if form is not None and sound else [],
    )


def _instead(written: tree.Always, step: StepSymbol, context: Context) -> str | None:
    """The promise that says exactly that the step is never taken (while the condition holds), if one can be written."""
    act = _on_one_line(written.body.span.text)
    if "#" in written.span.text:
        return None  # a comment would end the line of what is proposed
    if written.scope is None:
        return f"never {act} has happened"
    condition = _on_one_line(written.scope.span.text)
    if not isinstance(written.body, tree.Apply):
        return f"{act} only if not ({condition})"
    named = _named_arguments(written.body.arguments, step, context)
    if named is None:
        return None
    names, tests = named
    whole = " and ".join([*tests, f"({condition})"]) if tests else condition
    return f"{step.name}({', '.join(names)}) only if not ({whole})"


def _named_arguments(
    given: tuple[tree.Expr, ...], step: StepSymbol, context: Context
) -> tuple[list[str], list[str]] | None:
    """A fresh name for each argument, and what says which value was meant where one was written."""
    if len(given) != len(step.params):
        return None
    names: list[str] = []
    tests: list[str] = []
    for argument, param in zip(given, step.params, strict=True):
        if isinstance(argument, tree.Ref) and _is_fresh(argument.name, context):
            names.append(argument.name)
        elif _is_fresh(param.name, context):
            names.append(param.name)
            tests.append(f"{param.name} is {_operand(argument)}")
        else:
            return None
    return None if len(set(names)) < len(names) else (names, tests)


def _operand(expr: tree.Expr) -> str:
    """An expression so that it can stand after `is`."""
    text = _on_one_line(expr.span.text)
    simple = isinstance(expr, (tree.Ref, tree.Apply, tree.Attr, tree.Number, tree.DateLiteral, tree.YesNo))
    return text if simple else f"({text})"


def _is_fresh(name: str, context: Context) -> bool:
    scope = context.scope
    return name != "none" and not (name in scope.values or name in context.locals or scope.enums_with(name))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def as_condition(argument: tree.Expr, step: StepSymbol | None, form: OfStep, context: Context) -> str:
    """How a promise speaks of one value of an argument, for an author who wrote the value in the argument's place."""
    given = form.act.arguments or ()
    params = step.params if step is not None else ()
    named = {id(item): param.name for item, param in zip(given, params, strict=False)}.get(id(argument), "x")
    name = named if _is_fresh(named, context) else "x"
    shown = ", ".join(name if item is argument else _on_one_line(item.span.text) for item in given)
    act, value = f"{form.act.name.text}({shown})", _operand(argument)
    match form:
        case tree.OnlyIf():
            return f"write `{act} only if {name} is {value} implies …`"
        case tree.OnlyAfter(_, earlier):
            return f"write `{act} only after {_on_one_line(earlier.span.text)} … unless {name} is not {value}`"
        case tree.NeverAfter(_, earlier):
            return f"write `never {act} after {_on_one_line(earlier.span.text)} unless {name} is not {value}`"
        case tree.AfterUntil():
            return f"write `after {act}, {name} is {value} implies …`"
        case tree.Response():
            step_name = form.act.name.text
            return f"a deadline counts from every `{step_name}`; for this value alone, make a step of its own of it"


# ---------------------------------------------------------------- any argument


def any_value_meant(act: tree.Act, step: StepSymbol, context: Context) -> bool:
    """Report `read(someone, clerk) has happened`, whose arguments are no values; whether that was so."""
    given = act.arguments or ()
    stray = [item for item in given if isinstance(item, tree.Ref) and _names_nothing(item.name, context)]
    if not stray:
        return False
    names = " and ".join(f"`{item.name}`" for item in stray)
    context.collector.error(
        "E0202",
        f"{names} {'is no value' if len(stray) == 1 else 'are no values'} that an argument of `{step.name}` could have",
        stray[0].span.to(stray[-1].span),
        labels=[Label(step.span, f"`{step.name}` is declared here")],
        help=_any_of(step),
    )
    return True


def _names_nothing(name: str, context: Context) -> bool:
    """Whether a name has no meaning as a value, nor resembles one that has."""
    scope = context.scope
    if not _is_fresh(name, context) or name in scope.steps or scope.excuses(name):
        return False
    members = [m for symbol in scope.types.values() if isinstance(symbol.type, EnumType) for m in symbol.type.members]
    return closest(name, [*scope.values, *context.locals, *members]) is None


def wrong_count_of_step(act: tree.Act, step: StepSymbol, context: Context) -> None:
    """Report a past step with too few or too many arguments, and how to speak of any."""
    advice = _any_of(step) if step.params else None
    wrong_count(step.name, len(act.arguments or ()), step.params, act.span, step.span, context, advice)


def _any_of(step: StepSymbol) -> str:
    whole = f"{step.name}({', '.join(param.name for param in step.params)})"
    return (
        f"for a `{step.name}` with any arguments leave them all out: `{step.name} has happened`; to name some of "
        f"them, promise it of the step itself, which binds them: `{whole} only if …` (or `only if not (…)`)"
    )
