"""Surface trees as lists of words: the inverse of the parser, written only for tests.

Parenthesises exactly where the grammar needs it, so that a wrong binding strength in the parser shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from verifier.syntax import tree as t

LOOSE, JUNCTION, NEGATION, SINCE, COMPARISON, SUM, PRODUCT, UNARY, ATOM = range(9)


def policy(tree: t.PolicyTree) -> list[str]:
    words = ["policy", tree.name.text, *text(tree.title)]
    return [*words, *(word for item in tree.items for word in item_words(item))]


# ---------------------------------------------------------------- leaves


def text(node: t.Text | None) -> list[str]:
    return [] if node is None else [f'"{node.text}"']


def cites(nodes: Iterable[t.Cite]) -> list[str]:
    return [f"[{node.source} {node.locator}]" if node.locator else f"[{node.source}]" for node in nodes]


def reads(node: t.Reads | None) -> list[str]:
    if node is None:
        return []
    return ["reads", f'"{node.positive}"', *([] if node.negative is None else ["/", f'"{node.negative}"'])]


def separated(parts: Sequence[Sequence[str]], mark: str = ",") -> list[str]:
    words: list[str] = []
    for index, part in enumerate(parts):
        words += ([mark] if index else []) + list(part)
    return words


def names(nodes: Iterable[t.Name], mark: str = ",") -> list[str]:
    return separated([[node.text] for node in nodes], mark)


def label(node: t.Name | None) -> list[str]:
    return [] if node is None else [node.text, ":"]


def type_words(node: t.TypeExpr) -> list[str]:
    words: list[str]
    match node.kind:
        case "name":
            assert node.name is not None
            words = [node.name.text]
        case "list":
            assert node.name is not None
            words = ["list", "of", node.name.text, "up", "to", str(node.limit)]
        case "set":
            assert node.name is not None
            words = ["set", "of", node.name.text]
        case kind:
            words = [kind, *bounds(node)]
    return [*words, *(["or", "none"] if node.optional else [])]


def bounds(node: t.TypeExpr) -> list[str]:
    if node.low is None:
        return []
    sign = "$" if node.kind == "money" else ""
    written = [
        [] if bound is None else [*(["-"] if bound < 0 else []), f"{sign}{abs(bound)}"]
        for bound in (node.low, node.high)
    ]
    return [*written[0], "..", *written[1]]


def parameters(nodes: Sequence[t.Param]) -> list[str]:
    if not nodes:
        return []
    return ["(", *separated([[node.name.text, ":", *type_words(node.type)] for node in nodes]), ")"]


def duration(node: t.Duration) -> list[str]:
    return [str(node.amount), node.unit if node.amount == 1 else node.unit + "s"]


def rounding(direction: str | None) -> list[str]:
    return [] if direction is None else ["rounding", direction]


def act(node: t.Act) -> list[str]:
    return [node.name.text, *([] if node.arguments is None else ["(", *arguments(node.arguments), ")"])]


def acts(nodes: Iterable[t.Act]) -> list[str]:
    return separated([act(node) for node in nodes])


def arguments(nodes: Iterable[t.Expr]) -> list[str]:
    return separated([words(node) for node in nodes])


# ---------------------------------------------------------------- expressions


def words(node: t.Expr, level: int = LOOSE) -> list[str]:
    """An expression where the grammar takes one at least as tight as ``level``."""
    own, written = expression(node)
    return written if own >= level else ["(", *written, ")"]


def expression(node: t.Expr) -> tuple[int, list[str]]:
    match node:
        case t.Implies():
            return LOOSE, [*words(node.premise, JUNCTION), "implies", *words(node.conclusion)]
        case t.Iff():
            return LOOSE, [*words(node.left, JUNCTION), "exactly", "when", *words(node.right, JUNCTION)]
        case t.If():
            return LOOSE, ["if", *words(node.condition), "then", *words(node.then), "else", *words(node.otherwise)]
        case t.Junction():
            return JUNCTION, separated([words(each, NEGATION) for each in node.operands], node.operator)
        case t.Not():
            return NEGATION, ["not", *words(node.operand, NEGATION)]
        case t.EverSince():
            return SINCE, [*words(node.operand, COMPARISON), "ever", "since", *words(node.since, COMPARISON)]
        case t.Arithmetic(operator="+" | "-"):
            sides = [*words(node.left, SUM), node.operator, *words(node.right, PRODUCT)]
            return SUM, [*sides, *rounding(node.rounding)]
        case t.SetChange():
            return SUM, [*words(node.base, SUM), node.operator, *words(node.item, PRODUCT)]
        case t.Arithmetic():
            return PRODUCT, [*words(node.left, PRODUCT), node.operator, *words(node.right, UNARY)]
        case t.Negative():
            return UNARY, ["-", *words(node.operand, UNARY)]
        case _:
            compared = comparison(node)
            return (ATOM, atom(node)) if compared is None else (COMPARISON, compared)


def comparison(node: t.Expr) -> list[str] | None:
    match node:
        case t.Is():
            between = ["="] if node.symbol else ["is", *(["not"] if node.negated else [])]
            return [*words(node.left, SUM), *between, *words(node.right, SUM)]
        case t.Compare():
            return [*words(node.left, SUM), node.operator, *words(node.right, SUM)]
        case t.IsIn():
            between = ["is", *(["not"] if node.negated else []), "in"]
            return [*words(node.item, SUM), *between, *words(node.container, SUM)]
        case t.Between():
            return [*words(node.item, SUM), "is", "between", *words(node.low, SUM), "to", *words(node.high, SUM)]
        case t.Happened():
            return [*act(node.act), "has", *(["never"] if node.negated else []), "happened"]
        case t.HappenedWithin():
            return [*act(node.act), "happened", "within", *duration(node.duration), *rounding(node.rounding)]
        case t.Quantified():
            head = [node.quantifier, node.variable.text, "in", node.collection.text, "has"]
            if isinstance(node.condition, t.Not):
                return [*head, "not", *words(node.condition.operand, COMPARISON)]
            return [*head, *words(node.condition, COMPARISON)]
        case _:
            return None


def atom(node: t.Expr) -> list[str]:
    match node:
        case t.Ref():
            return [node.name]
        case t.Apply():
            return [node.name.text, "(", *arguments(node.arguments), ")"]
        case t.Attr():
            return [node.owner.text, ".", node.member.text]
        case t.YesNo():
            return ["yes" if node.value else "no"]
        case t.Number():
            return [node.text]
        case t.DateLiteral():
            return [f"{node.year:04}-{node.month:02}-{node.day:02}"]
        case t.Duration():
            return duration(node)
        case t.Today():
            return ["today"]
        case t.SetLiteral():
            return ["{", *arguments(node.members), "}"]
        case t.Choice():
            return [node.operator, "of", "(", *words(node.left), ",", *words(node.right), ")"]
        case t.Weekday():
            return ["weekday", "of", *words(node.operand, ATOM)]
        case _:
            return history_or_list(node)


def history_or_list(node: t.Expr) -> list[str]:
    match node:
        case t.DateOf():
            return [*(["first"] if node.first else []), "date", "of", *act(node.act)]
        case t.CountOf():
            return ["count", "of", *act(node.act)]
        case t.Ever():
            return ["ever", "(", *words(node.operand), ")"]
        case t.JustBefore():
            return ["just", "before", "(", *words(node.operand), ")"]
        case t.NumberOf():
            head = ["number", "of", node.variable.text, "in", node.collection.text, "with"]
            return [*head, *words(node.condition, ATOM)]
        case t.TotalOf():
            tail = ["for", node.variable.text, "in", node.collection.text]
            return ["total", "of", *words(node.summand, PRODUCT), *tail]
        case t.SizeOf():
            return ["size", "of", node.collection.text]
        case _:
            raise AssertionError(node)


# ---------------------------------------------------------------- items


def item_words(node: t.Item) -> list[str]:
    match node:
        case t.Source():
            path = [] if node.path is None else ["from", *text(node.path)]
            digest = [] if node.sha256 is None else ["sha256", *text(node.sha256)]
            return ["source", node.name.text, *text(node.title), *path, *digest]
        case t.Use():
            return ["use", node.name.text]
        case t.Actor():
            return ["actor", node.name.text, *text(node.phrase), *cites(node.cites)]
        case t.Entity():
            return ["entity", node.name.text, *cites(node.cites)]
        case t.Enum():
            return ["enum", node.name.text, "=", *values(node.values), *cites(node.cites)]
        case t.Reading():
            return ["reading", node.name.text, *text(node.question), *cites(node.cites), "=", *values(node.values)]
        case t.Record():
            fields = [word for field in node.fields for word in field_words(field)]
            return ["record", node.name.text, *cites(node.cites), *fields]
        case t.Fact():
            return ["fact", *declared(node)]
        case t.Status():
            starts = [] if node.starts is None else ["starts", *words(node.starts)]
            return ["status", node.name.text, ":", *type_words(node.type), *starts, *remarks(node)]
        case t.Assume():
            because = [] if node.because is None else ["because", *text(node.because)]
            return ["assume", *label(node.name), *words(node.condition), *because, *cites(node.cites)]
        case t.Define():
            return ["define", node.name.text, *parameters(node.params), "means", *words(node.body), *remarks(node)]
        case t.Waive():
            target = [] if node.target is None else ["on", *separated([[p] for p in node.target.text.split(".")], ".")]
            until = [] if node.until is None else ["until", *words(node.until)]
            return ["waive", node.code.text, *target, *until, "because", *text(node.because)]
        case _:
            return item_with_clauses(node)


def values(nodes: Iterable[t.EnumValue]) -> list[str]:
    return separated([[node.name.text, *text(node.phrase)] for node in nodes], "|")


def remarks(node: t.Fact | t.Status | t.Define | t.Field | t.Decide | t.Table | t.Step) -> list[str]:
    return [*reads(node.reads), *cites(node.cites)]


def declared(node: t.Fact | t.Field) -> list[str]:
    return [node.name.text, ":", *type_words(node.type), *remarks(node)]


def field_words(node: t.Field) -> list[str]:
    return ["field", *declared(node)]


def item_with_clauses(node: t.Item) -> list[str]:
    match node:
        case t.Decide() | t.Table():
            head = [type(node).__name__.lower(), node.name.text, *parameters(node.params), ":", *type_words(node.type)]
            clauses = node.rules if isinstance(node, t.Decide) else node.rows
            body = [word for clause in clauses for word in decision_clause(clause)]
            return [*head, *remarks(node), *body, *otherwise(node.otherwise)]
        case t.Step():
            actors = ["by", *names(node.actors, "and")] if node.actors else []
            body = [word for clause in node.clauses for word in step_clause(clause)]
            return ["step", node.name.text, *parameters(node.params), *actors, *remarks(node), *body]
        case t.Duty():
            actors = ["by", *names(node.actors, "and")] if node.actors else []
            limit = ["within", *duration(node.duration), *rounding(node.rounding), "of", node.trigger.text]
            unless = [] if node.unless is None else ["unless", *words(node.unless)]
            return ["duty", *label(node.name), *names(node.answers, "or"), *actors, *limit, *unless, *cites(node.cites)]
        case t.Prove():
            return ["prove", node.name.text, *text(node.title), *cites(node.cites), *form(node.form)]
        case t.Scenario():
            body = [word for clause in node.clauses for word in scenario_clause(clause)]
            return ["scenario", node.name.text, *text(node.title), *cites(node.cites), *body]
        case _:
            raise AssertionError(node)


def decision_clause(node: t.Rule | t.Row) -> list[str]:
    if isinstance(node, t.Row):
        patterns = separated([pattern(each) for each in node.patterns])
        return ["row", *patterns, "gives", *words(node.value), *cites(node.cites)]
    if node.targets is None:
        head = ["rule", node.name.text]
    else:
        head = ["exception", node.name.text, "to", *(["all"] if node.targets == "all" else names(node.targets))]
    return [*head, "gives", *words(node.value), "if", *words(node.condition), *cites(node.cites)]


def pattern(node: t.Pattern) -> list[str]:
    return separated([cell(each) for each in node.cells], "|") if node.cells else ["any"]


def cell(node: t.Cell) -> list[str]:
    operator = [] if node.operator is None else [node.operator]
    high = [] if node.high is None else ["to", *words(node.high, SUM)]
    return [*operator, *words(node.low, SUM), *high]


def otherwise(node: t.Otherwise | None) -> list[str]:
    return [] if node is None else ["otherwise", *words(node.value), *cites(node.cites)]


def step_clause(node: t.Requires | t.Then) -> list[str]:
    if isinstance(node, t.Requires):
        return ["requires", *label(node.label), *words(node.condition), *cites(node.cites)]
    effects = [[each.target.text, "becomes", *words(each.value), *cites(each.cites)] for each in node.assignments]
    return ["then", *separated(effects)]


# ---------------------------------------------------------------- promises and scenarios


def form(node: t.Form) -> list[str]:
    match node:
        case t.Always():
            scope = [] if node.scope is None else ["while", *words(node.scope)]
            return ["never" if node.negated else "always", *words(node.body), *scope]
        case t.NeverChanges():
            return ["never", *words(node.body, SUM), "changes", "while", *words(node.scope)]
        case t.Possible():
            return [*(["always"] if node.always else []), "possible", *words(node.goal)]
        case t.OnlyIf():
            return [*act(node.act), "only", "if", *words(node.condition)]
        case t.OnlyAfter():
            limit = [] if node.duration is None else ["within", *duration(node.duration), *rounding(node.rounding)]
            return [*act(node.act), "only", "after", *act(node.earlier), *limit, *unless(node.unless)]
        case t.NeverAfter():
            return ["never", *act(node.act), "after", *act(node.earlier), *unless(node.unless)]
        case t.AfterUntil():
            until = [] if node.until is None else ["until", *act(node.until)]
            return ["after", *act(node.act), ",", *words(node.body), *until]
        case t.Response():
            limit = ["within", *duration(node.duration), *rounding(node.rounding)]
            return ["after", *act(node.act), ",", *act(node.response), *limit]
        case t.DependsOnly():
            return [node.subject.text, "depends", "only", "on", *names(node.on)]
        case t.More():
            return ["more", node.item.text, "never", node.direction, node.subject.text]
        case t.Equals():
            return [*words(node.left), "equals", *words(node.right)]
        case t.NeverBoth():
            return [*words(node.left), "never", "both", *words(node.right)]
        case _:
            raise AssertionError(node)


def unless(node: t.Expr | None) -> list[str]:
    return [] if node is None else ["unless", *words(node)]


def scenario_clause(node: t.Clause) -> list[str]:
    match node:
        case t.Given():
            return ["given", *arguments(node.conditions), *cites(node.cites)]
        case t.When():
            return ["when", *acts(node.acts), *cites(node.cites)]
        case t.On():
            return ["on", *atom(node.date), *acts(node.acts), *cites(node.cites)]
        case t.After():
            comma = [","] if node.acts else []
            length = [*duration(node.duration), *rounding(node.rounding)]
            return ["after", *length, *comma, *acts(node.acts), *cites(node.cites)]
        case t.Expect():
            return ["expect", *separated([outcome(each) for each in node.outcomes]), *cites(node.cites)]
        case _:
            raise AssertionError(node)


def outcome(node: t.Expr | t.Cannot) -> list[str]:
    if not isinstance(node, t.Cannot):
        return words(node)
    because = [] if node.label is None else ["because", *separated([[part] for part in node.label], ".")]
    return ["cannot", *act(node.act), *because]
