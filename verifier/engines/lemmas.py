"""Candidate lemmas for procedures.

Takes a system and goals; gives terms that might be invariants, most of them of the shape "what was required when this
was recorded still holds". Claims nothing: ``houdini`` keeps those that are inductive together. Sources of candidates,
each a function:

* goals: the negation of each goal, and of what a goal on a step says besides the step's inputs;
* steps: for what a step records (a status set to a constant, its occurrence, also with the constants of a promise as
arguments, a date), each of its requirements and other records, also with ``today`` replaced by the recorded date; where
several steps record the same, one of each;
* order: dates lie in the past, counts are not negative, the first is not after the last;
* pairs: implications between yes/no variables, equalities between dates, and duties with the promises that they serve;
* two cases side by side: corresponding variables, and what the steps require, equal or in order, or equal as long as
each case meets a requirement about facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, product

from verifier.properties.goals import Goal
from verifier.records import dataclass
from verifier.symbolic.system import WAIT, System, Transition
from verifier.symbolic.terms import INT, Term, Terms
from verifier.symbolic.values import rank

LIMIT, LIMIT_UNPAIRED = 4000, 40_000
COMBINATIONS = 48
MOST_LASTING = 8
MOST_TAKEN = 96


@dataclass(frozen=True, slots=True)
class Record:
    """What is known right after a transition: ``facts`` it establishes, ``dates`` it sets to today, ``conditions`` it
    required, of which the transition itself makes some false (``undone``).
    """

    facts: tuple[Term, ...]
    dates: tuple[Term, ...]
    conditions: tuple[Term, ...]
    undone: frozenset[Term] = frozenset()


def candidates(system: System, goals: Sequence[Goal], *, paired: bool = True) -> list[Term]:
    """The candidates, without repetition, in a fixed order; at most ``LIMIT``. ``paired``: with those that pair any two
    variables, which are most of them in large systems; without, at most ``LIMIT_UNPAIRED``.
    """
    most = LIMIT if paired else LIMIT_UNPAIRED
    terms = system.terms
    state = frozenset(variable.term for variable in system.variables)
    found: dict[Term, None] = {}
    for source in _sources(system, goals, state, paired):
        for term in source:
            if term.op != "const" and terms.free(term) <= state:
                found[term] = None
            if len(found) >= most:
                return list(found)
    return list(found)


def _sources(system: System, goals: Sequence[Goal], state: frozenset[Term], paired: bool) -> Iterator[Iterator[Term]]:
    """Each source of candidates; for two cases side by side also what is true of each."""
    sides = (system,) if system.halves is None else (system.halves.first, system.halves.second)
    yield _domains(system)
    yield _from_goals(system.terms, goals, state)
    yield _between_cases(system)
    for side in sides:
        own = frozenset(variable.term for variable in side.variables)
        steps = [t for t in side.transitions if t.name != WAIT]
        records = [_record(side, t, own) for t in steps]
        records += [record for t in steps for record in _with_constants_taken(side, t, own)]
        yield _from_steps(side, records)
    for source in (_order, _dates_in_order, _duties, _pairs) if paired else (_order, _duties):
        for side in sides:
            yield source(side)


def _domains(system: System) -> Iterator[Term]:
    for variable in system.variables:
        yield from conjuncts(variable.domain)


def conjuncts(term: Term) -> tuple[Term, ...]:
    """The operands of a conjunction; of anything else itself."""
    return term.args if term.op == "and" else (term,)


def disjuncts(terms: Terms, term: Term) -> tuple[Term, ...]:
    """The operands of a disjunction, also of a negated conjunction; of anything else itself."""
    if term.op == "not" and term.args[0].op == "and":
        return tuple(terms.not_(part) for part in term.args[0].args)
    return term.args if term.op == "or" else (term,)


# ---------------------------------------------------------------- goals


def _from_goals(terms: Terms, goals: Sequence[Goal], state: frozenset[Term]) -> Iterator[Term]:
    for goal in goals:
        for term in goal.terms():
            for alternative in disjuncts(terms, term):
                fixed = terms.and_(*_with_constants(terms, conjuncts(alternative), state))
                parts = [part for part in conjuncts(fixed) if terms.free(part) <= state]
                yield terms.not_(terms.and_(*parts))
                if 2 < len(parts) <= 8:
                    for index, part in enumerate(parts):
                        for other in parts[:index]:
                            yield terms.not_(terms.and_(other, part))


def _with_constants(terms: Terms, parts: Sequence[Term], state: frozenset[Term]) -> list[Term]:
    """The parts of a goal with each input that equals a constant of the promise replaced by it."""
    fixed = {}
    for part in parts:
        pair = _same(part)
        if pair is not None and (pair[0] in state) != (pair[1] in state):
            constant, argument = pair if pair[0] in state else reversed(pair)
            fixed[argument] = constant
    return [terms.substitute(part, fixed) for part in parts] if fixed else list(parts)


def _same(term: Term) -> tuple[Term, Term] | None:
    """The two variables that a term says to be equal."""
    if term.op != "=" or len(term.args) != 2 or any(arg.op != "var" for arg in term.args):
        return None
    if term.payload is not None and (sum(term.linear[0]) != 0 or term.linear[1] != 0):
        return None
    return term.args[0], term.args[1]


# ---------------------------------------------------------------- steps


def _record(system: System, transition: Transition, state: frozenset[Term]) -> Record:
    terms = system.terms
    today = terms.var("today", INT)
    facts, dates, kept = [], [], {}
    for variable, new in transition.updates.items():
        if new.op == "const":
            facts.append(_is(terms, variable, new))
        elif new is today:
            dates.append(variable)
        elif new.op == "var" and new not in state:
            kept[new] = variable
        elif new.op == "or" and variable in new.args:
            facts.append(variable)
        elif new.op == "ite" and today in new.args:
            dates.append(variable)
    conditions = [
        terms.substitute(part, kept) if kept else part
        for whole in conjuncts(transition.enabled)
        for part in conjuncts(whole)
    ]
    required = tuple(c for c in conditions if terms.free(c) <= state)
    undone = frozenset(c for c in required if terms.substitute(c, transition.updates) is terms.false)
    return Record(tuple(facts), tuple(dates), required, undone)


def _is(terms: Terms, variable: Term, value: Term) -> Term:
    return terms.eq(variable, value)


def _with_constants_taken(system: System, transition: Transition, state: frozenset[Term]) -> Iterator[Record]:
    """What a transition records that was taken with constants of one promise as its arguments: elements of arrays, and
    what is remembered of just these constants.
    """
    terms = system.terms
    constants: dict[str, list[Term]] = {}
    for variable in system.variables:
        if variable.kind == "argument" and variable.term.sort == INT:
            constants.setdefault(variable.owner.rpartition(" of ")[2], []).append(variable.term)
    inputs = [part.variable for part in transition.inputs if part.variable.sort == INT]
    remembering = [v for v in transition.updates if v.sort.kind == "array"]
    if not inputs or not remembering:
        return
    chosen = chain.from_iterable(product(own, repeat=len(inputs)) for own in constants.values())
    for values in islice(chosen, MOST_TAKEN):
        fixed = dict(zip(inputs, values, strict=True))
        facts = [fact for v in remembering if (fact := _recorded(terms, v, transition.updates[v], fixed)) is not None]
        facts += [v for v, new in transition.updates.items() if terms.substitute(new, fixed) is terms.true]
        conditions = [terms.substitute(part, fixed) for part in conjuncts(transition.enabled)]
        kept = tuple(condition for condition in conditions if terms.free(condition) <= state)
        yield Record(tuple(dict.fromkeys(facts)), (), kept)


def _recorded(terms: Terms, array: Term, new: Term, fixed: Mapping[Term, Term]) -> Term | None:
    """The yes/no element of an array that is then stored, if it is one."""
    while new.op == "store":
        array, new = terms.select(array, terms.substitute(new.args[1], fixed)), new.args[2]
    return array if array.sort.kind == "Bool" else None


def _from_steps(system: System, records: Sequence[Record]) -> Iterator[Term]:
    terms = system.terms
    today = terms.var("today", INT)
    writers: dict[Term, list[Record]] = {}
    for record in records:
        for fact in record.facts:
            writers.setdefault(fact, []).append(record)
    for fact, sources in writers.items():
        options = [list(_consequences(terms, fact, record, today)) for record in sources]
        if len(options) == 1:
            yield from (terms.implies(fact, option) for option in options[0] if option not in sources[0].undone)
            continue
        for index, combination in enumerate(product(*options)):
            if index >= COMBINATIONS:
                break
            yield terms.implies(fact, terms.or_(*combination))
        shared = set(options[0]).intersection(*options[1:])
        yield from (terms.implies(fact, option) for option in options[0] if option in shared)


def _consequences(terms: Terms, fact: Term, record: Record, today: Term) -> Iterator[Term]:
    yield from (other for other in record.facts if other is not fact)
    yield from record.conditions
    for date in record.dates:
        at_date = {today: date}
        yield from (terms.substitute(condition, at_date) for condition in record.conditions)
        yield terms.le(date, today)


# ---------------------------------------------------------------- order


def _order(system: System) -> Iterator[Term]:
    terms = system.terms
    today = terms.var("today", INT)
    dates = _dates(system)
    for date in dates:
        yield terms.le(date, today)
    for variable in system.variables:
        name = str(variable.term.payload)
        if variable.kind == "history" and variable.term.sort == INT and name.endswith(" count"):
            yield terms.le(terms.integer(0), variable.term)


def _dates_in_order(system: System) -> Iterator[Term]:
    terms, dates = system.terms, _dates(system)
    if len(dates) <= 24:
        for first in dates:
            for second in dates:
                if first is not second:
                    yield terms.le(first, second)


def _dates(system: System) -> list[Term]:
    """The variables that some transition sets to today."""
    today = system.terms.var("today", INT)
    found: dict[Term, None] = {}
    for transition in system.transitions:
        for variable, new in transition.updates.items():
            if variable is not today and (new is today or (new.op == "ite" and today in new.args)):
                found[variable] = None
    return list(found)


# ---------------------------------------------------------------- duties and pairs


def _duties(system: System) -> Iterator[Term]:
    """What waiting required: each condition of the wait, for the state after it."""
    terms = system.terms
    for transition in system.transitions:
        if transition.name != WAIT:
            continue
        one = {part.variable: terms.integer(0) for part in transition.inputs}
        today = terms.var("today", INT)
        back = {} if transition.inputs else {today: terms.sub(today, terms.integer(1))}
        for part in conjuncts(transition.enabled):
            yield terms.substitute(part, one or back)


def _pairs(system: System) -> Iterator[Term]:
    terms = system.terms
    flags = [v.term for v in system.variables if v.term.sort.kind == "Bool" and not v.static]
    dates = _dates(system)
    for flag in flags:
        for first in dates:
            for second in dates:
                if first.key < second.key:
                    yield terms.implies(flag, terms.eq(first, second))
    if len(flags) <= 40:
        for a in flags:
            for b in flags:
                if a is not b:
                    yield terms.implies(a, b)
                if a.key < b.key:
                    yield terms.not_(terms.and_(a, b))
                    yield terms.or_(a, b)


# ---------------------------------------------------------------- two cases


def _between_cases(system: System) -> Iterator[Term]:
    """How the first states are related, and for variables and requirements of both cases: equal, or one no more than
    the other.
    """
    if system.halves is None:
        return
    terms, other = system.terms, system.halves.other
    for constraint in system.initial:
        yield constraint.term
    for one, two in other.items():
        yield from _compared(terms, one, two)
    memo: dict[Term, Term] = {}
    required = {part: None for t in system.halves.first.transitions for part in conjuncts(t.enabled)}
    for part in required:
        yield from _compared(terms, part, terms.substitute(part, other, memo))
    yield from _where_both_go_on(system, [(part, terms.substitute(part, other, memo)) for part in required])


def _where_both_go_on(system: System, required: Sequence[tuple[Term, Term]]) -> Iterator[Term]:
    """Corresponding variables agree unless something is required that one case never meets."""
    assert system.halves is not None
    terms = system.terms
    changing = {variable for transition in system.transitions for variable in transition.updates}
    inputs = {part.variable for transition in system.transitions for part in transition.inputs}
    lasting = [
        pair for pair in required if terms.free(pair[0]).isdisjoint(changing | inputs) and pair[0] is not pair[1]
    ]
    for one, two in system.halves.other.items():
        if one in changing:
            for pair in lasting[:MOST_LASTING]:
                yield from (terms.implies(part, terms.eq(one, two)) for part in pair)


def _compared(terms: Terms, one: Term, two: Term) -> Iterator[Term]:
    match one.sort.kind:
        case "Bool":
            yield from (terms.eq(one, two), terms.implies(one, two), terms.implies(two, one))
        case "Int" | "Real":
            yield from (terms.eq(one, two), terms.le(one, two), terms.le(two, one))
        case "enum":
            places = rank(terms, one, one.sort), rank(terms, two, two.sort)
            yield from (terms.eq(one, two), terms.le(*places), terms.le(*reversed(places)))
        case _:
            yield terms.eq(one, two)
