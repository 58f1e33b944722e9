"""Definitions: their meaning, the order in which they are looked at, and circles of definitions and decisions.

Takes declared definitions; gives elaborated ones. Uses of a definition are inlined by ``references``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields

from verifier.checking.citing import cites_of, reads_of
from verifier.checking.context import Binder, Context, Session
from verifier.checking.expressions import infer
from verifier.checking.inline import too_big
from verifier.checking.scope import Parameter, Scope
from verifier.core import expressions as core
from verifier.core import program
from verifier.diagnostics.model import Collector, Label
from verifier.syntax import tree

_FEW = 8


def parameter_binders(params: tuple[Parameter, ...]) -> dict[str, Binder]:
    """The parameters of an owner as bound variables; their ``Local`` has the parameter's own name."""
    return {param.name: Binder(param.name, param.type, param.span, "parameter") for param in params}


def core_params(params: tuple[Parameter, ...]) -> tuple[program.Param, ...] | None:
    """The parameters in the core; ``None`` when a type is in error."""
    typed = [(p, p.type) for p in params]
    kept = tuple(program.Param(p.name, type_, span=p.span) for p, type_ in typed if type_ is not None)
    return kept if len(kept) == len(params) else None


def elaborate(session: Session, define: tree.Define, scope: Scope) -> program.Definition | None:
    """A definition's meaning; ``None`` after an error in it."""
    context = Context(session, scope)
    params = scope.values[define.name.text].params
    body = infer(define.body, context.bind(parameter_binders(params)))
    cites = cites_of(define.cites, context)
    typed = core_params(params)
    if body is None or typed is None:
        return None
    if too_big(body):
        session.collector.error(
            "E0413",
            f"the definition of `{define.name.text}` grows too large when the definitions in it are written out",
            define.name.span,
            help="use the inner definitions fewer times, or turn one of them into a `decide`",
        )
        return None
    return program.Definition(
        define.name.text,
        typed,
        body.type,
        body,
        reads_of(define.reads),
        span=define.name.span,
        cites=cites,
        origin=scope.policy,
    )


def settle(session: Session) -> None:
    """Elaborate all definitions that wait, each after those that it uses; reports circles.

    An attempt that needs another definition first is given up without a trace, and made again afterwards.
    """
    for root in _in_order(session.waiting):
        stack = [root]
        while stack:
            needed = _attempt(stack[-1], session)
            if needed is None:
                stack.pop()
            elif needed in stack:
                circle = stack[stack.index(needed) :]
                session.definitions.update(dict.fromkeys(circle))
                _report_definitions(circle, session)
            else:
                stack.append(needed)


def _attempt(name: str, session: Session) -> str | None:
    """Elaborate a definition unless that is done; or name the one that must come first."""
    if name in session.definitions:
        return None
    collector = session.collector
    session.collector, session.needed = Collector(), None
    found = elaborate(session, *session.waiting[name])
    attempt, session.collector = session.collector, collector
    if session.needed is None:
        session.definitions[name] = found
        collector.items.extend(attempt.items)
    return session.needed


def _report_definitions(circle: list[str], session: Session) -> None:
    """Report a circle at its member that is written first."""
    first = min(range(len(circle)), key=lambda index: session.waiting[circle[index]][0].name.span.start)
    circle = [*circle[first:], *circle[:first]]
    names = [session.waiting[name][0].name for name in circle]
    session.collector.error(
        "E0401",
        f"the definition of `{circle[0]}` refers to itself: {_arrows(circle)}",
        names[0].span,
        labels=[Label(name.span, f"`{name.text}` takes part in the circle") for name in names[1:_FEW]],
        help="a definition is an abbreviation and must end in facts and statuses; break the circle",
    )


def _arrows(circle: list[str]) -> str:
    shown = circle if len(circle) <= _FEW else [*circle[: _FEW - 1], "…"]
    return " → ".join([*shown, circle[0]])


def _in_order(waiting: Mapping[str, tuple[tree.Define, Scope]]) -> list[str]:
    """Names of definitions, each after those whose names its text mentions as far as that is possible."""
    done: dict[str, None] = {}
    for root in waiting:
        stack = [(root, iter(sorted(mentioned(waiting[root][0].body))))]
        open_ = {root}
        while stack:
            name, rest = stack[-1]
            found = next((n for n in rest if n in waiting and n not in done and n not in open_), None)
            if found is None:
                done.setdefault(name)
                stack.pop()
            else:
                open_.add(found)
                stack.append((found, iter(sorted(mentioned(waiting[found][0].body)))))
    return list(done)


def mentioned(node: tree.Node) -> set[str]:
    """Every name that an expression mentions as a value or a call."""
    found: set[str] = set()
    stack: list[object] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(item)
        elif isinstance(item, tree.Node):
            if isinstance(item, tree.Ref):
                found.add(item.name)
            elif isinstance(item, tree.Apply):
                found.add(item.name.text)
            stack.extend(getattr(item, f.name) for f in fields(item) if f.name != "span")
    return found


# ---------------------------------------------------------------- circles of decisions


def decision_circles(
    decisions: Mapping[str, program.Decision], definitions: Iterable[program.Definition], session: Session
) -> None:
    """Report decisions that need themselves, through others or through definitions; each circle once."""
    graph = {name: _needs(_parts(decision)) for name, decision in decisions.items()}
    graph |= {item.name: _needs([item.body]) for item in definitions}
    settled: set[str] = set()
    for root in decisions:
        path: list[str] = []
        _walk(root, graph, path, settled, decisions, session)


def _parts(decision: program.Decision) -> list[core.Expr]:
    otherwise = [] if decision.otherwise is None else [decision.otherwise]
    return [part for rule in decision.rules for part in (rule.condition, rule.value)] + otherwise


def _needs(parts: list[core.Expr]) -> list[str]:
    """Decisions called and definitions used directly, without looking into the definitions."""
    found: dict[str, None] = {}
    stack = list(reversed(parts))
    while stack:
        item = stack.pop()
        if isinstance(item, core.Defined):
            found.setdefault(item.name)
            stack.extend(reversed(item.arguments))
            continue
        if isinstance(item, core.DecisionCall):
            found.setdefault(item.name)
        stack.extend(reversed(core.children(item)))
    return list(found)


def _walk(
    root: str,
    graph: Mapping[str, list[str]],
    path: list[str],
    settled: set[str],
    decisions: Mapping[str, program.Decision],
    session: Session,
) -> None:
    stack = [(root, iter(graph[root]))] if root not in settled else []
    path.extend([root] if stack else [])
    while stack:
        name, rest = stack[-1]
        needed = next(rest, None)
        if needed is None:
            settled.add(name)
            path.pop()
            stack.pop()
        elif needed in path:
            _report_decisions(path[path.index(needed) :], decisions, session)
        elif needed in graph and needed not in settled:
            path.append(needed)
            stack.append((needed, iter(graph[needed])))


def _report_decisions(circle: list[str], decisions: Mapping[str, program.Decision], session: Session) -> None:
    members = [decisions[name] for name in circle if name in decisions]
    first = members[0]
    session.collector.error(
        "E0401",
        f"the decision `{first.name}` needs itself: {_arrows(circle)}",
        first.span,
        labels=[Label(other.span, f"`{other.name}` takes part in the circle") for other in members[1:_FEW]],
        help="a decision must rest on facts, statuses and other decisions; break the circle",
    )
