"""History terms as finitely many state variables.

Implements ``evaluate.Memory``. A variable is made the first time that a term needs it, and is updated by every
transition from then on (``memories`` lists them, inner ones before outer ones):

* ``S``, ``S(x)`` occurrences: whether, the last and first date, the count. An argument that only reads facts is
compared when S is taken; one of finite type that can vary gets a variable for each value; one of infinite type indexes
an array, a second one an array of arrays.
* ``ever``, ``just before``, ``ever since``: one yes/no following the recurrence of ``core.expressions``, and one for
its error.

Trusts that the variables called static never change. Never looks at a solver or at values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Literal, TypeAlias

from verifier.core import expressions as core
from verifier.core.printer import show_expr
from verifier.core.program import Program
from verifier.core.types import DecimalType, ListType, MoneyType, OptionType, RecordType, Type, finite_values, is_finite
from verifier.records import dataclass
from verifier.symbolic import values
from verifier.symbolic.evaluator import Evaluator, NotTrackable, Result, Scope
from verifier.symbolic.terms import BOOL, INT, REAL, Sort, Term, Terms, array_sort
from verifier.symbolic.values import Number, Scalar, SymbolicValue

Kind: TypeAlias = Literal["happened", "last", "first", "count"]
FAMILY_LIMIT = 512


@dataclass(frozen=True, slots=True)
class Fixed:
    """The argument must equal this static value (never, where evaluating it errs)."""

    value: SymbolicValue
    error: Term


@dataclass(frozen=True, slots=True)
class Indexed:
    """The argument is the index of the array."""


Matcher: TypeAlias = Fixed | Indexed


@dataclass(frozen=True, slots=True)
class Occurrences:
    """What is remembered about a step; ``matchers`` is ``None`` for any arguments. ``happened`` is the variable that
    tells whether there was any occurrence (``variable`` itself for that kind).
    """

    kind: Kind
    step: str
    matchers: tuple[Matcher, ...] | None
    variable: Term
    happened: Term
    description: str


@dataclass(frozen=True, slots=True)
class OverTime:
    """A recurrence over states. ``operand`` and ``since`` are terms of the present state; ``error`` is the variable for
    errors.
    """

    kind: Literal["ever", "before", "since"]
    variable: Term
    error: Term
    operand: Result
    since: Result | None
    description: str


AnyMemory: TypeAlias = Occurrences | OverTime


class History:
    """The memories of one program, made on demand."""

    def __init__(self, terms: Terms, program: Program, evaluator: Evaluator, static: set[Term]) -> None:
        self.terms = terms
        self.evaluator = evaluator
        self.static = static
        self.memories: dict[tuple[object, ...], AnyMemory] = {}
        self.closed = False
        self._params = {step.name: step.params for step in program.steps}
        self._names: Counter[str] = Counter()

    # ------------------------------------------------------------ occurrences

    def happened(self, act: core.Act, scope: Scope, expression: core.Node) -> Result:
        """Whether the act occurred."""
        return self._read("happened", act, scope, expression)

    def date_of(self, act: core.Act, first: bool, scope: Scope, expression: core.Node) -> Result:
        """The last or first date; errs before any occurrence."""
        happened = self._read("happened", act, scope, expression)
        date = self._read("first" if first else "last", act, scope, expression)
        return Result(date.value, self.terms.or_(happened.error, self.terms.not_(happened.holds)))

    def count_of(self, act: core.Act, scope: Scope, expression: core.Node) -> Result:
        """How often the act occurred."""
        count = self._read("count", act, scope, expression)
        assert isinstance(count.value, Scalar)
        return Result(Number(count.value.term), count.error)

    def _read(self, kind: Kind, act: core.Act, scope: Scope, expression: core.Node) -> Result:
        if act.arguments is None:
            return Result(Scalar(self._occurrences(kind, act.step, None, "").variable), self.terms.false)
        arguments = [self.evaluator.evaluate(argument, scope) for argument in act.arguments]
        params = self._params[act.step]
        choices = [
            list(self._choices(argument, param.type, expression))
            for argument, param in zip(arguments, params, strict=True)
        ]
        if len(list(product(*choices))) > FAMILY_LIMIT:
            raise NotTrackable(
                f"`{act.step}` would have to be remembered for more than {FAMILY_LIMIT} values", expression
            )
        value = self._unset(kind)
        for combination in product(*choices):
            applies = self.terms.and_(*(condition for condition, _, _ in combination))
            memory = self._occurrences(
                kind, act.step, tuple(m for _, m, _ in combination), ", ".join(text for _, _, text in combination)
            )
            stored = memory.variable
            for argument, param, (_, matcher, _) in zip(arguments, params, combination, strict=True):
                if isinstance(matcher, Indexed):
                    index = index_term(self.terms, argument.value, param.type)
                    if index is None:
                        raise NotTrackable(
                            f"occurrences of `{act.step}` cannot be followed for this amount", expression
                        )
                    stored = self.terms.select(stored, index)
            stored = self._only_if_at_all(kind, act.step, memory, stored)
            value = self.terms.ite(applies, stored, value)
        return Result(Scalar(value), self.evaluator.all_errors(*arguments))

    def _only_if_at_all(self, kind: Kind, step: str, memory: Occurrences, stored: Term) -> Term:
        """What an array remembers of some arguments: nothing while the step never happened at all. That is so in every
        reachable state, and said here because a proof would need it of each index.
        """
        if memory.variable.sort.kind != "array" or kind not in ("happened", "count"):
            return stored
        at_all = self._occurrences("happened", step, None, "").variable
        return self.terms.ite(at_all, stored, self._unset(kind))

    def _choices(self, argument: Result, type_: Type, expression: core.Node) -> Iterator[tuple[Term, Matcher, str]]:
        """The ways in which an argument is matched: (when it applies in the present state, matcher, text)."""
        parts = tuple(values.flatten(argument.value))
        if all(self.static.issuperset(self.terms.free(part)) for part in parts):
            shown = (str(part.payload) if part.op in ("var", "const") else "…" for part in parts)
            yield self.terms.true, Fixed(argument.value, argument.error), " ".join(shown)
        elif is_finite(type_) and len(finite_values(type_)) <= FAMILY_LIMIT:
            for value in finite_values(type_):
                constant = values.constant(self.terms, value, type_)
                here = values.equal(self.terms, argument.value, constant)
                yield here, Fixed(constant, self.terms.false), repr(value)
        elif isinstance(type_, ListType | RecordType | OptionType | DecimalType):
            raise NotTrackable(f"occurrences cannot be followed for every `{type_}`", expression)
        else:
            yield self.terms.true, Indexed(), "*"

    def _unset(self, kind: Kind) -> Term:
        return self.terms.false if kind == "happened" else self.terms.integer(0)

    def _occurrences(self, kind: Kind, step: str, matchers: tuple[Matcher, ...] | None, text: str) -> Occurrences:
        key = (kind, step, matchers)
        found = self.memories.get(key)
        if found is None:
            assert not self.closed, "a history term is evaluated after its system was built"
            sort: Sort = BOOL if kind == "happened" else INT
            for matcher in matchers or ():
                sort = array_sort(sort) if isinstance(matcher, Indexed) else sort
            name = f"{step} {kind}" if matchers is None else f"{step}({text}) {kind}"
            variable = self.terms.var(self._unique(name), sort)
            happened = variable if kind == "happened" else self._occurrences("happened", step, matchers, text).variable
            found = Occurrences(kind, step, matchers, variable, happened, name)
            self.memories[key] = found
        assert isinstance(found, Occurrences)
        return found

    def _unique(self, text: str) -> str:
        """A name for a variable that depends as little as possible on what else is remembered: a system and a part of
        it, or the same system with switches, then speak of the same variables. The text alone may be the same for
        different memories (0.25 is shown as its numerator, an argument by its name).
        """
        self._names[text] += 1
        return f"history {text}" if self._names[text] == 1 else f"history {self._names[text]} {text}"

    # ------------------------------------------------------------ earlier states

    def over_time(self, expression: core.Ever | core.JustBefore | core.EverSince, scope: Scope) -> Result:
        """The value of a term about earlier states."""
        evaluator = self.evaluator
        operand = evaluator.evaluate(expression.operand, scope)
        since = evaluator.evaluate(expression.since, scope) if isinstance(expression, core.EverSince) else None
        varying = self._varying(operand) | (self._varying(since) if since else frozenset())
        if not varying:
            return self._recurrence(expression, operand, since)
        return self._by_value(expression, scope, varying)

    def _varying(self, result: Result) -> frozenset[Term]:
        """The inputs of the present step that a result reads: what earlier states cannot know."""
        free = self.terms.free(result.error)
        for part in values.flatten(result.value):
            free |= self.terms.free(part)
        return frozenset(variable for variable in free if str(variable.payload).startswith(INPUT))

    def _by_value(
        self, expression: core.Ever | core.JustBefore | core.EverSince, scope: Scope, varying: frozenset[Term]
    ) -> Result:
        """A recurrence for each value of the arguments that it reads."""
        types = {e.name: e.type for e in core.subexpressions(expression) if isinstance(e, core.Local)}
        names = [
            name
            for name in types
            if name in scope.locals
            and any(varying & self.terms.free(part) for part in values.flatten(scope.locals[name]))
        ]
        if not all(is_finite(types[name]) for name in names):
            raise NotTrackable("a term about earlier states cannot read an argument with unlimited values", expression)
        combinations = list(product(*(finite_values(types[name]) for name in names)))
        if len(combinations) > FAMILY_LIMIT:
            raise NotTrackable(f"this would have to be remembered for more than {FAMILY_LIMIT} values", expression)
        value, error = self.terms.false, self.terms.false
        for combination in combinations:
            constants = {
                name: values.constant(self.terms, chosen, types[name])
                for name, chosen in zip(names, combination, strict=True)
            }
            here = self.terms.and_(
                *(values.equal(self.terms, scope.locals[name], constant) for name, constant in constants.items())
            )
            result = self.over_time(expression, Scope({**scope.locals, **constants}))
            value = self.terms.ite(here, result.holds, value)
            error = self.terms.ite(here, result.error, error)
        return Result(Scalar(value), error)

    def _recurrence(
        self, expression: core.Ever | core.JustBefore | core.EverSince, operand: Result, since: Result | None
    ) -> Result:
        kind: Literal["ever", "before", "since"] = "since"
        if isinstance(expression, core.Ever):
            kind = "ever"
        elif isinstance(expression, core.JustBefore):
            kind = "before"
        key: tuple[object, ...] = (kind, operand.holds, operand.error)
        if since is not None:
            key += (since.holds, since.error)
        found = self.memories.get(key)
        if found is None:
            assert not self.closed, "a history term is evaluated after its system was built"
            unique = self._unique(f"{kind} {show_expr(expression)}")
            variable = self.terms.var(unique, BOOL)
            error = self.terms.var(f"{unique} errs", BOOL)
            if operand.error is self.terms.false and (since is None or since.error is self.terms.false):
                error = self.terms.false
            text = expression.span.text if expression.span else kind
            found = OverTime(kind, variable, error, operand, since, text)
            self.memories[key] = found
        assert isinstance(found, OverTime)
        return Result(Scalar(found.variable), found.error)


INPUT = "input "
"""Names of input variables start so: the arguments of the step being taken, and the days that pass."""


def index_term(terms: Terms, value: SymbolicValue, type_: Type) -> Term | None:
    """A value of an infinite type as an array index: money in cents; ``None`` where it may be no whole cents."""
    if isinstance(value, Scalar):
        return value.term
    assert isinstance(value, Number)
    unit = values.CENTS if isinstance(type_, MoneyType) else 1
    if value.term.sort == REAL or unit % value.denominator:
        return None
    return values.over(terms, value, unit)


# ---------------------------------------------------------------- how memories start and change


def initial(terms: Terms, memory: AnyMemory, today: Term) -> dict[Term, Term]:
    """What gives each variable of a memory its value in the first state."""
    match memory:
        case Occurrences(kind, _, _, variable, _, _):
            start = terms.false if kind == "happened" else terms.integer(0)
            if variable.sort.kind == "array":
                start = _everywhere(terms, start, variable.sort)
            elif kind in ("last", "first"):
                start = today  # meaningless before the first occurrence; this way it never lies in the future
            return {variable: terms.eq(variable, start)}
        case OverTime("before", variable, error, _, _):
            return _given(terms, (variable, terms.false), (error, terms.false))
        case OverTime("ever", variable, error, operand, _):
            held = terms.and_(operand.holds, terms.not_(operand.error))
            return _given(terms, (variable, held), (error, operand.error))
        case OverTime(_, variable, error, _, since):
            assert since is not None
            return _given(terms, (variable, since.holds), (error, since.error))


def _everywhere(terms: Terms, value: Term, sort: Sort) -> Term:
    """The array, of arrays perhaps, that holds one value everywhere."""
    while value.sort != sort:
        value = terms.fill(value)
    return value


def _element(terms: Terms, array: Term, indices: Sequence[Term]) -> Term:
    for index in indices:
        array = terms.select(array, index)
    return array


def _with_element(terms: Terms, array: Term, indices: Sequence[Term], value: Term) -> Term:
    if not indices:
        return value
    first, *rest = indices
    return terms.store(array, first, _with_element(terms, terms.select(array, first), rest, value))


def _given(terms: Terms, *pairs: tuple[Term, Term]) -> dict[Term, Term]:
    """Equations for variables; one that is the constant false, because nothing can err, needs none."""
    return {variable: terms.eq(variable, value) for variable, value in pairs if variable is not terms.false}


def may_change(terms: Terms, memory: OverTime, updates: Mapping[Term, Term]) -> bool:
    """Whether a step with these updates may change a recurrence.

    `ever` and `ever since` include the current state, so that a step which changes nothing that they read leaves them
    as they are. `just before` looks at the state before the step, whatever it changes.
    """
    if memory.kind == "before":
        return True
    results = [memory.operand] if memory.since is None else [memory.operand, memory.since]
    return any(not terms.free(part).isdisjoint(updates) for result in results for part in (result.holds, result.error))


def occurrence_update(
    terms: Terms, memory: Occurrences, arguments: tuple[SymbolicValue, ...], today: Term
) -> dict[Term, Term]:
    """The new value of a memory when its step is taken."""
    matches = terms.true
    indices: list[Term] = []
    if memory.matchers is not None:
        for matcher, argument in zip(memory.matchers, arguments, strict=True):
            if isinstance(matcher, Indexed):
                indices += values.flatten(argument)
            else:
                same = values.equal(terms, argument, matcher.value)
                matches = terms.and_(matches, same, terms.not_(matcher.error))
    old = _element(terms, memory.variable, indices)
    happened = _element(terms, memory.happened, indices)
    match memory.kind:
        case "happened":
            new = terms.or_(old, matches)
        case "count":
            new = terms.ite(matches, terms.add(old, terms.integer(1)), old)
        case "last":
            new = terms.ite(matches, today, old)
        case "first":
            new = terms.ite(terms.and_(matches, terms.not_(happened)), today, old)
    return {memory.variable: _with_element(terms, memory.variable, indices, new)}


def recurrence_update(
    terms: Terms, memory: OverTime, after: Mapping[Term, Term], before: Mapping[Term, Term]
) -> dict[Term, Term]:
    """The new value of a recurrence; ``after`` maps every variable that changes to its new value, ``before`` to its
    value in the state just before the new one where that is not the present state (days pass).
    """
    memo: dict[Term, Term] = {}

    def new(term: Term) -> Term:
        return terms.substitute(term, after, memo)

    m, e = memory.variable, memory.error
    if memory.kind == "before":
        holds, error = (terms.substitute(part, before) for part in (memory.operand.holds, memory.operand.error))
        value = terms.and_(holds, terms.not_(error))
    elif memory.kind == "ever":
        holds, errs = new(memory.operand.holds), new(memory.operand.error)
        value = terms.or_(m, terms.and_(terms.not_(e), terms.not_(errs), holds))
        error = terms.or_(e, terms.and_(terms.not_(m), errs))
    else:
        assert memory.since is not None
        holds, errs = new(memory.operand.holds), new(memory.operand.error)
        start, start_errs = new(memory.since.holds), new(memory.since.error)
        value = terms.or_(start, terms.and_(holds, m))
        error = terms.or_(e, start_errs, terms.and_(terms.not_(start), m, errs))
    return {m: value} if e is terms.false else {m: value, e: error}
