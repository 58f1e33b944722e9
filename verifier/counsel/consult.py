"""A question about a case to an answer: ``why``, ``why not``, ``who can`` and ``what would change``.

Takes a checked program, the question as text and the given facts; gives a ``Counsel``. What is given with a case is
asked about at the start (``start``); what steps bring about, in all runs (``verify_program`` on the policy with the
given facts assumed). Nothing is answered that was not proved or replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from verifier.checking.reopen import check_expression
from verifier.core import expressions as core
from verifier.core.building import negation
from verifier.core.program import Assumption, Possible, Program, Promise
from verifier.core.types import DATE, YES_NO, Value
from verifier.core.walks import decision_expressions
from verifier.counsel import start
from verifier.counsel.given import TODAY, Fact
from verifier.counsel.grounds import Condition, of_expression, of_step
from verifier.counsel.membership import within
from verifier.counsel.model import Answer, Counsel, Ground, Group, Held, Remedy
from verifier.counsel.questions import Kind
from verifier.diagnostics.model import Diagnostic
from verifier.explain.model import Binding, PropertyResult, Story
from verifier.explain.verbalise import say_act, say_condition
from verifier.explain.verify import Work, verify_program
from verifier.records import dataclass
from verifier.source import SourceFile, Span
from verifier.syntax.parser import parse_expression

_PAST = (core.Happened, core.HappenedWithin, core.DateOf, core.CountOf, core.Ever, core.JustBefore, core.EverSince)

MOST_GROUPS = 8
MOST_PROOFS = 40


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about: a yes/no expression, the step behind it, and whether steps have to do with it."""

    expression: core.Expr
    step: str | None
    eventually: bool


@dataclass(frozen=True, slots=True)
class Case:
    """The question with everything that answering needs."""

    program: Program
    question: str
    kind: Kind
    subject: Subject
    facts: tuple[Fact, ...]
    kept: frozenset[str]
    work: Work


def subject_of(program: Program, text: str) -> tuple[Subject | None, tuple[Diagnostic, ...]]:
    """What a text asks about: a step by its name, or a yes/no expression."""
    name = text.removesuffix(" happen").removesuffix(" be taken").strip()
    step = next((item for item in program.steps if item.name == name), None)
    if step is not None:
        return Subject(core.Happened(core.Act(name, None), type=YES_NO), name, eventually=True), ()
    tree, problems = parse_expression(SourceFile("question", text))
    if tree is None:
        return None, problems
    found, problems = check_expression(program, tree, expected=YES_NO)
    return None if found is None else Subject(found, None, _depends_on_steps(program, found)), problems


def _depends_on_steps(program: Program, expr: core.Expr) -> bool:
    changing = {effect.name for step in program.steps for effect in step.effects}
    seen: set[str] = set()
    work = [expr]
    while work:
        for part in core.subexpressions(work.pop()):
            if isinstance(part, _PAST) or (isinstance(part, core.StatusRef) and part.name in changing):
                return True
            if isinstance(part, core.DecisionCall) and part.name not in seen:
                seen.add(part.name)
                work += decision_expressions(program.decision(part.name))
    return False


def consult(case: Case) -> Counsel:
    """The answer to a question about a case."""
    blank = _blank(case)
    try:
        if case.kind == "who can":
            return _who(case, blank)
        if case.subject.eventually:
            return _eventually(case, blank)
        return _at_the_start(case, blank)
    except start.Unanswered as fault:
        return replace(blank, answer="unknown", reason=str(fault))
    except start.Unconfirmed as fault:
        return replace(blank, answer="unknown", reason="this is an internal error", faults=(str(fault),))


def _blank(case: Case) -> Counsel:
    program, step = case.program, case.subject.step
    if step is not None:
        happens = say_act(core.Act(step, None), program)
        said = (happens, f"it does not happen that {happens}")
    else:
        expr = case.subject.expression
        said = (say_condition(expr, program), say_condition(expr, program, positive=False))
    given = tuple(Binding(f.name, _constant(f.value), f.reference.type) for f in case.facts)
    return Counsel(case.question, case.kind, said, case.subject.eventually, given, "unknown", program)


def _constant(expr: core.Expr) -> Value:
    """The value of a plain value as written."""
    match expr:
        case core.Const(value):
            return value
        case core.Present(operand) | core.ToRational(operand):
            return _constant(operand)
        case core.Negative(operand):
            value = _constant(operand)
            return -value if isinstance(value, int) else value
        case core.SetOf(members):
            return frozenset(str(_constant(member)) for member in members)
        case _:
            return None


# ---------------------------------------------------------------- at the start


def _at_the_start(case: Case, blank: Counsel) -> Counsel:
    conditions = of_expression(case.program, case.subject.expression)
    at = start.opening(case.program, case.subject.expression, case.facts, [item.expression for item in conditions])
    if not start.possible(at, at.encoding.terms.true, at.given):
        return replace(blank, reason="no case has these facts: they contradict each other or an assumption")
    holds = start.possible(at, at.holds, at.given)
    fails = start.possible(at, at.fails, at.given)
    grounds = _grounds(conditions, case.program, lambda expr: _held(at, expr))
    found = replace(blank, grounds=grounds)
    if holds and fails:
        return _open(case, at, found)
    if not holds and not fails:
        return replace(found, reason="it has no value in such a case")
    because = start.deciding(at, holds)
    if because is None:
        return replace(found, reason="in some such case it has no value")
    found = replace(found, answer="yes" if holds else "no", because=_bindings(because, blank))
    shown = start.example(at, holds, at.given)
    found = replace(found, yes=shown) if holds else replace(found, no=shown)
    if case.kind != "what would change":
        return found
    sets, complete = start.remedies(at, not holds, case.kept)
    return replace(found, remedies=tuple(_remedy(facts, told, blank) for facts, told in sets), complete=complete)


def _open(case: Case, at: start.Opening, found: Counsel) -> Counsel:
    """Neither yes nor no: an example each way, and what decides."""
    yes, no = (start.example(at, side, at.given) for side in (True, False))
    assert yes is not None
    assert no is not None
    known = {fact.name for fact in at.facts}
    matter = {*yes.needed, *no.needed, *_further(case, at, yes)} - known
    names = [item.name for item in (*yes.facts, *yes.initial) if item.name in matter]
    names += [TODAY] if TODAY in matter else []
    asked = start.next_question(at, names, (yes, no))
    return replace(found, answer="depends", yes=yes, no=no, decides=tuple(names), next_question=asked)


def _further(case: Case, at: start.Opening, told: Story) -> set[str]:
    """What matters in the other cases in which the subject holds, as far as they are looked through."""
    names, given = set[str](), list(at.given)
    for _ in range(MOST_GROUPS):
        inside = within(case.program, _group(told, {fact.name for fact in case.facts}))
        if inside is None:
            break
        given.append(at.outside(inside))
        other = start.example(at, True, given)
        if other is None:
            break
        told = other
        names |= {*told.needed}
    return names


def _held(at: start.Opening, expr: core.Expr) -> Held:
    holds, fails = (start.possible(at, side, at.given) for side in at.others[expr])
    return "open" if holds and fails else "yes" if holds else "no"


def _grounds(
    conditions: Sequence[Condition], program: Program, held: Callable[[core.Expr], Held]
) -> tuple[Ground, ...]:
    return tuple(
        Ground(say_condition(c.expression, program), held(c.expression), c.depth, c.name, c.cites, c.span)
        for c in conditions
    )


def _bindings(facts: Sequence[Fact], blank: Counsel) -> tuple[Binding, ...]:
    names = {fact.name for fact in facts}
    return tuple(item for item in blank.given if item.name in names)


def _remedy(facts: Sequence[Fact], told: Story, blank: Counsel) -> Remedy:
    changed = {fact.name for fact in facts}
    known = {item.name for item in blank.given}
    values = {item.name: item for item in (*told.facts, *told.initial)}
    if told.start is not None:
        values[TODAY] = Binding(TODAY, told.start, DATE)
    after = tuple(values[fact.name] for fact in facts if fact.name in values)
    also = tuple(item for name, item in values.items() if name in told.needed and name not in known)
    limits = tuple(item for item in told.bounds if item.name in changed or item.name not in known)
    return Remedy(_bindings(facts, blank), after, also, limits, told)


# ---------------------------------------------------------------- in the course of the procedure


def _eventually(case: Case, blank: Counsel) -> Counsel:
    step = next((item for item in case.program.steps if item.name == case.subject.step), None)
    expr = case.subject.expression
    conditions = of_step(case.program, step) if step is not None else of_expression(case.program, expr)
    plain = {item.expression: None for item in conditions if not _has_locals(item.expression)}
    results = _reached(case, case.facts, [expr, *plain])
    whole, parts = results[0], dict(zip(plain, results[1:], strict=True))

    def held(part: core.Expr) -> Held:
        return "no" if part in parts and parts[part].verdict == "violated" else "open"

    found = replace(blank, grounds=_grounds(conditions, case.program, held))
    if whole.verdict == "unknown":
        return replace(found, reason=whole.reason)
    if whole.verdict == "proved":
        found = replace(found, answer="yes", yes=whole.witness)
        if case.kind == "what would change":
            found = replace(found, reason="it can happen in such a case; ask `why` for how")
        return found
    if _reached(case, case.facts, [core.Const(True, type=YES_NO)])[0].verdict != "proved":
        return replace(found, reason="no case has these facts: they contradict each other or an assumption")
    found = replace(found, answer="no", because=_bindings(_needed_given(case), blank))
    return _eventual_remedies(case, found, blank) if case.kind == "what would change" else found


def _reached(case: Case, facts: Sequence[Fact], goals: Sequence[core.Expr]) -> list[PropertyResult]:
    """Whether each goal can be reached in a case with these facts."""
    of_case = supposing(case.program, [fact.condition for fact in facts], "given")
    span = _anywhere(case.program)
    promises = tuple(
        Promise(f"goal {number}", None, Possible(goal), "possible", span=span, origin=case.program.name)
        for number, goal in enumerate(goals)
    )
    work = replace(case.work, promises=promises, scenarios=(), probing=False, reasoning=False, splitting=False)
    outcome = verify_program(of_case, work)
    if outcome.faults:
        raise start.Unconfirmed(outcome.faults[0])
    return list(outcome.properties)


def supposing(program: Program, conditions: Iterable[core.Expr], why: str) -> Program:
    """The policy for the cases of which some conditions are true at the start."""
    span = _anywhere(program)
    assumed = tuple(
        Assumption(f"{why} {number}", condition, None, span=span, origin=program.name)
        for number, condition in enumerate(conditions)
    )
    return replace(program, assumptions=(*program.assumptions, *assumed), promises=(), scenarios=(), waivers=())


def _anywhere(program: Program) -> Span:
    return Span(program.source, 0, 0)


def _has_locals(expr: core.Expr) -> bool:
    """Whether an expression speaks of the arguments of a step."""
    bound = {
        p.variable for p in core.subexpressions(expr) if isinstance(p, core.Quantified | core.NumberOf | core.TotalOf)
    }
    return any(isinstance(part, core.Local) and part.name not in bound for part in core.subexpressions(expr))


def _needed_given(case: Case) -> list[Fact]:
    """Given facts that exclude the subject, none of which can be left out."""
    kept = list(case.facts)
    for fact in case.facts:
        fewer = [other for other in kept if other is not fact]
        if _reached(case, fewer, [case.subject.expression])[0].verdict == "violated":
            kept = fewer
    return kept


def _eventual_remedies(case: Case, found: Counsel, blank: Counsel) -> Counsel:
    """The smallest sets of given facts that would have to be others for the subject to be reached."""
    free = [fact for fact in case.facts if fact.name not in case.kept]
    sets: list[tuple[frozenset[str], Remedy]] = []
    left, complete = MOST_PROOFS, len(free) <= start.LARGEST_REMEDY
    for size in range(1, min(start.LARGEST_REMEDY, len(free)) + 1):
        for chosen in combinations(free, size):
            names = frozenset(fact.name for fact in chosen)
            if any(smaller <= names for smaller, _ in sets):
                continue
            if left == 0:
                return replace(found, remedies=tuple(remedy for _, remedy in sets))
            left -= 1
            rest = [fact for fact in case.facts if fact.name not in names]
            (result,) = _reached(case, rest, [case.subject.expression])
            complete &= result.verdict != "unknown"
            if result.verdict == "proved" and result.witness is not None:
                sets.append((names, _remedy(chosen, result.witness, blank)))
    return replace(found, remedies=tuple(remedy for _, remedy in sets), complete=complete)


# ---------------------------------------------------------------- who


def _who(case: Case, blank: Counsel) -> Counsel:
    """Sufficient sets of facts, one after the other, until nobody else is left; what others cover is left out."""
    found = _everyone(case, blank, case.subject.expression) if case.subject.eventually else _at_once(case, blank)
    first = next(iter(found.groups), None)
    given = any(fact.name == TODAY for fact in case.facts)
    if first is not None and first.story.start is not None and TODAY in first.story.needed and not given:
        found = _on_a_day(case, blank, first.story.start)
    told = [group for group in found.groups if not any(_covers(other, group) for other in found.groups)]
    return replace(found, groups=tuple(told))


def _covers(one: Group, other: Group) -> bool:
    """Whether each case of the other group is one of the first, which asks for less."""
    fewer = {item.name for item in one.facts} < {item.name for item in other.facts}
    timed = TODAY in one.story.needed
    return fewer and not timed and set(one.facts) <= set(other.facts) and set(one.bounds) <= set(other.bounds)


def _on_a_day(case: Case, blank: Counsel, day: int) -> Counsel:
    """Who can, in cases that start on that day: on the day itself, or where nobody can then, later."""
    on_a_day = replace(case, facts=(*case.facts, _day(day)))
    if not case.subject.eventually:
        return replace(_at_once(on_a_day, blank), day=day)
    today = core.Equal(core.Today(type=DATE), core.Const(day, type=DATE), type=YES_NO)
    same_day = core.And((case.subject.expression, today), type=YES_NO)
    found = _everyone(on_a_day, blank, same_day)
    return replace(found if found.groups else _everyone(on_a_day, blank, case.subject.expression), day=day)


def _at_once(case: Case, blank: Counsel) -> Counsel:
    """Who can where steps have nothing to do with it: asked of first states."""
    at = start.opening(case.program, case.subject.expression, case.facts)

    def further(others: Sequence[core.Expr]) -> Story | None:
        return start.example(at, True, [*at.given, *(at.outside(inside) for inside in others)])

    return _collected(case, blank, further)


def _everyone(case: Case, blank: Counsel, goal: core.Expr) -> Counsel:
    """Who can reach a goal in some run."""

    def further(others: Sequence[core.Expr]) -> Story | None:
        given = [*case.facts, *(_as_fact(negation(inside)) for inside in others)]
        (result,) = _reached(case, given, [goal])
        if result.verdict == "unknown":
            raise start.Unanswered(result.reason or "it was not decided")
        return result.witness

    return _collected(case, blank, further)


def _collected(case: Case, blank: Counsel, further: Callable[[Sequence[core.Expr]], Story | None]) -> Counsel:
    """The groups one after the other; ``further`` tells a case outside of those so far, or that there is none."""
    groups: list[Group] = []
    others: list[core.Expr] = []
    known = {fact.name for fact in case.facts}
    complete, reason = False, None
    while len(groups) < MOST_GROUPS and not complete:
        try:
            told = further(others)
        except start.Unanswered as fault:
            reason = str(fault)
            break
        if told is None:
            complete = True
            break
        groups.append(_group(told, known))
        inside = within(case.program, groups[-1])
        complete = inside is None
        others += [] if inside is None else [inside]
    answer: Answer = "yes" if groups else "unknown" if reason is not None else "no"
    return replace(blank, answer=answer, groups=tuple(groups), complete=complete, reason=reason)


def _day(day: int) -> Fact:
    return Fact(TODAY, core.Today(type=DATE), core.Const(day, type=DATE))


def _as_fact(condition: core.Expr) -> Fact:
    """A condition as something given: that it is so."""
    return Fact("", condition, core.Const(True, type=YES_NO))


def _group(told: Story, known: Collection[str]) -> Group:
    items = [item for item in (*told.facts, *told.initial) if item.name in told.needed and item.name not in known]
    names = {item.name for item in items}
    return Group(tuple(items), tuple(bound for bound in told.bounds if bound.name in names), told)
