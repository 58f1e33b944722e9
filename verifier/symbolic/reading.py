"""SMT-LIB text back as terms: the small parser by which certificates are read.

Takes text that may come from anyone, known variables and sorts; gives a term, or raises ``Unreadable``. Knows only the
operators that ``emit`` writes, evaluates nothing, and works within fixed limits of size, so that no text can do harm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final, Literal, TypeAlias, cast

from verifier.records import dataclass
from verifier.symbolic.terms import INT, REAL, Sort, Term, Terms, array_sort

MOST_CHARACTERS: Final = 5_000_000
MOST_DEPTH: Final = 5_000
MOST_DIGITS: Final = 400
MOST_MONTHS: Final = 12_000

Tree: TypeAlias = "str | list[Tree]"

_TOKEN = re.compile(r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<atom>\|[^|\\]*\||[^\s()|\";]+))")
_INTEGER = re.compile(r"[0-9]+\Z")
_REAL = re.compile(r"([0-9]+)\.0\Z")
_MONTHS = re.compile(r"\|months (-?[0-9]{1,5}) (up|down)\|\Z")


class Unreadable(Exception):
    """The text is no term over these variables; the message says what was found."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a text may speak of: variables and members of enumerations by their symbols, sorts by their text."""

    variables: Mapping[str, Term]
    members: Mapping[str, Term]
    sorts: Mapping[str, Sort]


def names_of(terms: Terms, roots: Iterable[Term]) -> Names:
    """Every variable, enumeration and sort that occurs in some terms."""
    variables: dict[str, Term] = {}
    members: dict[str, Term] = {}
    sorts: dict[str, Sort] = {"Bool": terms.true.sort, "Int": INT, "Real": REAL}
    seen: set[Term] = set()
    stack = list(roots)
    while stack:
        item = stack.pop()
        if item in seen:
            continue
        seen.add(item)
        stack.extend(item.args)
        sort = item.sort
        while sort.kind == "array" and sort.element is not None:
            sort = sort.element
        if sort.kind == "enum":
            sorts[f"|enum {sort.name}|"] = sort
            members.update({f"|{sort.name}.{member}|": terms.member(sort, member) for member in sort.members})
        if item.op == "var":
            variables[f"|{item.payload}|"] = item
    return Names(variables, members, sorts)


def parse_tree(text: str) -> Tree:
    """The one parenthesised expression, or atom, that a text consists of."""
    if len(text) > MOST_CHARACTERS:
        raise Unreadable("it is too long")
    stack: list[list[Tree]] = [[]]
    place = 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise Unreadable(f"`{text[place : place + 20]}` is no part of a term")
        place = match.end()
        if match["open"]:
            stack.append([])
            if len(stack) > MOST_DEPTH:
                raise Unreadable("its parentheses are nested too deeply")
        elif match["close"]:
            if len(stack) == 1:
                raise Unreadable("it closes a parenthesis that it never opened")
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(match["atom"])
    if len(stack) != 1 or len(stack[0]) != 1:
        raise Unreadable("it is not one whole expression")
    return stack[0][0]


def read_term(terms: Terms, tree: Tree, names: Names) -> Term:
    """A tree as a term."""
    try:
        return _Reader(terms, names).read(tree)
    except (ValueError, TypeError, KeyError, IndexError, AssertionError, AttributeError, RecursionError) as fault:
        # Folding trusts that terms are well sorted; whatever it stumbles over was not.
        raise Unreadable("it is not well sorted") from fault


_Local: TypeAlias = "Mapping[str, Term]"


class _Reader:
    """An iterative evaluator of trees: a stack of work, so that depth costs no recursion."""

    def __init__(self, terms: Terms, names: Names) -> None:
        self.terms = terms
        self.names = names

    def read(self, root: Tree) -> Term:
        """Post-order: ("read", tree, locals) puts a term on the stack of results, ("make", tree, n) combines n."""
        results: list[Term] = []
        work: list[tuple[str, Tree, dict[str, Term] | int]] = [("read", root, {})]
        while work:
            what, tree, extra = work.pop()
            if what == "make":
                count = cast("int", extra)
                args = results[len(results) - count :]
                del results[len(results) - count :]
                results.append(self._make(cast("list[Tree]", tree), args))
            elif what == "bind":
                scope = cast("dict[str, Term]", extra)
                scope[cast("str", tree)] = results.pop()
            else:
                self._open(tree, cast("dict[str, Term]", extra), results, work)
        (result,) = results
        return result

    def _open(
        self,
        tree: Tree,
        scope: dict[str, Term],
        results: list[Term],
        work: list[tuple[str, Tree, dict[str, Term] | int]],
    ) -> None:
        number = _number(self.terms, tree)
        if number is not None:
            results.append(number)
        elif isinstance(tree, str):
            results.append(self._atom(tree, scope))
        elif len(tree) == 3 and tree[0] == "let":
            (bound,) = cast("list[list[Tree]]", tree[1])
            name, value = bound
            if not isinstance(name, str) or not name.startswith("?"):
                raise Unreadable("a `let` names something else than it may")
            # `scope` is shared with the definition's own work, which is done before the name is bound.
            inner = dict(scope) if name in scope else scope
            work += [("read", tree[2], inner), ("bind", name, inner), ("read", value, scope)]
        else:
            arguments = _arguments(tree)
            head = tree[0]
            if isinstance(head, str) and head not in _BUILD and not _MONTHS.match(head):
                raise Unreadable(f"it uses `{head[:60]}`, which no certificate does")
            work.append(("make", tree, len(arguments)))
            work += [("read", argument, scope) for argument in reversed(arguments)]

    def _atom(self, atom: str, scope: _Local) -> Term:
        if atom in ("true", "false"):
            return self.terms.boolean(atom == "true")
        for known in (scope, self.names.variables, self.names.members):
            if atom in known:
                return known[atom]
        raise Unreadable(f"it speaks of `{atom[:60]}`, which the policy does not have")

    def _make(self, tree: list[Tree], args: list[Term]) -> Term:
        head = tree[0]
        if isinstance(head, list):
            return self._filled(head, args)
        months = _MONTHS.match(head)
        if months is not None:
            (day,) = args
            count = int(months[1])
            if day.sort != INT or not 0 < abs(count) <= MOST_MONTHS:
                raise Unreadable("it moves a date by more months than it may")
            return self.terms.months(day, count, cast("Literal['up', 'down']", months[2]))
        return _BUILD[head](self.terms, args)

    def _filled(self, head: list[Tree], args: list[Term]) -> Term:
        (_, _, sort), (value,) = head, args
        if head[:2] != ["as", "const"] or self._sort(sort) != array_sort(value.sort):
            raise Unreadable("it uses an operator that no certificate does")
        return self.terms.fill(value)

    def _sort(self, tree: Tree) -> Sort:
        if isinstance(tree, str):
            return self.names.sorts[tree]
        array, index, element = tree
        if array != "Array" or index != "Int" or not isinstance(element, str):
            raise Unreadable("it has an array of a kind that no policy has")
        return array_sort(self.names.sorts[element])


def _arguments(tree: list[Tree]) -> list[Tree]:
    if not tree:
        raise Unreadable("it has empty parentheses")
    return tree[1:]


def _number(terms: Terms, tree: Tree) -> Term | None:
    """A numeral, also a negative one or a fraction, as ``emit.number_text`` writes it."""
    if isinstance(tree, str):
        if len(tree) > MOST_DIGITS and tree[0].isdigit():
            raise Unreadable("it has a number of too many digits")
        if _INTEGER.match(tree):
            return terms.integer(int(tree))
        real = _REAL.match(tree)
        return terms.rational(Fraction(int(real[1]))) if real else None
    if len(tree) == 2 and tree[0] == "-":
        inner = _number(terms, tree[1]) if _plain(tree[1]) else None
        return terms.scale(-1, inner) if inner is not None else None
    if len(tree) == 3 and tree[0] == "/":
        parts = [_number(terms, part) if isinstance(part, str) else None for part in tree[1:]]
        if any(part is None or part.sort != REAL for part in parts):
            raise Unreadable("it divides what are no numbers")
        above, below = (Fraction(cast("Term", part).number) for part in parts)
        if below == 0:
            raise Unreadable("it divides by zero")
        return terms.rational(above / below)
    return None


def _plain(tree: Tree) -> bool:
    return isinstance(tree, str) or tree[:1] == ["/"]


# ---------------------------------------------------------------- operators


def _sorts(args: Sequence[Term], *kinds: str) -> None:
    if any(arg.sort.kind not in kinds for arg in args) or len({arg.sort for arg in args}) > 1:
        raise Unreadable("it is not well sorted")


def _junction(junction: Callable[[Terms], Callable[..., Term]]) -> Callable[[Terms, list[Term]], Term]:
    def build(terms: Terms, args: list[Term]) -> Term:
        _sorts(args, "Bool")
        return junction(terms)(*args)

    return build


def _not(terms: Terms, args: list[Term]) -> Term:
    (operand,) = args
    _sorts(args, "Bool")
    return terms.not_(operand)


def _ite(terms: Terms, args: list[Term]) -> Term:
    condition, then, otherwise = args
    _sorts([condition], "Bool")
    _sorts([then, otherwise], "Bool", "Int", "Real", "enum", "array")
    return terms.ite(condition, then, otherwise)


def _equal(terms: Terms, args: list[Term]) -> Term:
    one, other = args
    _sorts(args, "Bool", "Int", "Real", "enum", "array")
    if one.sort.kind == "enum" and "const" in (one.op, other.op) and "ite" in (one.op, other.op):
        # Terms never have it, and folding it could take time without end.
        raise Unreadable("it compares a choice with a constant")
    return terms.eq(one, other)


def _ordered(terms: Terms, args: list[Term], *, strictly: bool) -> Term:
    one, other = args
    _sorts(args, "Int", "Real")
    return terms.lt(one, other) if strictly else terms.le(one, other)


def _sum(terms: Terms, args: list[Term]) -> Term:
    _sorts(args, "Int", "Real")
    return terms.add(*args)


def _product(terms: Terms, args: list[Term]) -> Term:
    one, other = args
    _sorts(args, "Int", "Real")
    if one.op == other.op == "const":
        raise Unreadable("it multiplies two numbers")  # terms never do, and the product could grow without end
    return terms.times(one, other)


def _divided(terms: Terms, args: list[Term], *, remainder: bool) -> Term:
    number, divisor = args
    _sorts(args, "Int")
    if divisor.op != "const" or divisor.number <= 0:
        raise Unreadable("it divides by something else than a positive number")
    return terms.mod(number, int(divisor.number)) if remainder else terms.div(number, int(divisor.number))


def _to_real(terms: Terms, args: list[Term]) -> Term:
    (number,) = args
    _sorts(args, "Int")
    return terms.to_real(number)


def _select(terms: Terms, args: list[Term]) -> Term:
    array, index = args
    _sorts([array], "array")
    _sorts([index], "Int")
    if array.op != "var":
        raise Unreadable("it selects from something else than a variable")
    return terms.select(array, index)


def _store(terms: Terms, args: list[Term]) -> Term:
    array, index, value = args
    _sorts([array], "array")
    _sorts([index], "Int")
    if array.sort.element != value.sort:
        raise Unreadable("it is not well sorted")
    return terms.store(array, index, value)


_BUILD: Final[Mapping[str, Callable[[Terms, list[Term]], Term]]] = {
    "and": _junction(lambda terms: terms.and_),
    "or": _junction(lambda terms: terms.or_),
    "not": _not,
    "ite": _ite,
    "=": _equal,
    "<=": lambda terms, args: _ordered(terms, args, strictly=False),
    "<": lambda terms, args: _ordered(terms, args, strictly=True),
    "+": _sum,
    "*": _product,
    "div": lambda terms, args: _divided(terms, args, remainder=False),
    "mod": lambda terms, args: _divided(terms, args, remainder=True),
    "to_real": _to_real,
    "select": _select,
    "store": _store,
}
