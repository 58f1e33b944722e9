"""Suspicions about the drafting of a policy as findings, where the engines proved or showed them.

Takes the questions and answers of one program; gives findings about its own text. Whatever is undecided is not
mentioned, and what a louder finding about the same clause says is not said again. All are warnings or less: they say
that a text may not mean what it seems to, not that it is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.analysis.constants import Constant, Overlap, constant_definitions, overlapping_rows
from verifier.analysis.lint import Suspicion, goal_without
from verifier.checking.suggest import listing
from verifier.core.program import Decision, Rule, Step
from verifier.diagnostics.model import Diagnostic, Label, Severity
from verifier.engines.answers import Reached, Unreachable
from verifier.engines.certificate import unsatisfiable
from verifier.explain.judge import Judge, confirmed_story
from verifier.explain.model import Finding
from verifier.properties.goals import anywhere

UNREACHED, IDLE, WIDER, IMPLIED, CONSTANT, OVERLAP = "W0211", "W0212", "W0213", "W0214", "W0215", "W0205"
QUERY_BUDGET = 10_000_000


def slips(court: Judge) -> Iterator[Finding]:
    """The findings, kind by kind."""
    suspicions = court.questions.suspicions
    for item in suspicions:
        answer = court.answers[item.goal.name]
        match item.doubt:
            case "unreached value" if isinstance(answer, Unreachable):
                yield _unreached(item)
            case "idle exception" if isinstance(answer, Unreachable) and _alive(court, f"{item.subject} fires"):
                yield _idle(item)
            case "wider" if isinstance(answer, Reached):
                yield from _wider(court, item, answer)
            case "broader" if isinstance(answer, Reached) and not _decides(court, item):
                yield _broader(court, item)
            case _:
                pass
    for step in court.questions.program.steps:
        if _alive(court, f"{step.name} is taken"):
            yield from _implied(court, step, [item for item in suspicions if _is_about(item, step)])
    yield from (_constant(found) for found in constant_definitions(court.questions, QUERY_BUDGET))
    yield from (_overlap(found) for found in overlapping_rows(court.questions, QUERY_BUDGET))


def _alive(court: Judge, goal: str) -> bool:
    """Whether a step can be taken or a rule can fire, as far as is known; where not, that is the finding."""
    return not isinstance(court.answers.get(goal), Unreachable)


def _warning(code: str, message: str, item: Suspicion, advice: str, labels: tuple[Label, ...] = ()) -> Diagnostic:
    return Diagnostic(code, Severity.WARNING, message, item.span, labels, advice)


def _unreached(item: Suspicion) -> Finding:
    enum, _, member = item.subject.rpartition(".")
    message = f"nothing ever has the value `{member}` of `{enum}`"
    advice = "remove the value, or let a step or rule lead to it"
    return Finding(_warning(UNREACHED, message, item, advice), subject=item.subject)


# ---------------------------------------------------------------- exceptions


def _idle(item: Suspicion) -> Finding:
    message = f"the exception `{item.subject}` never makes a difference"
    advice = "wherever it applies the answer is the same without it; remove it, or correct its value or condition"
    return Finding(_warning(IDLE, message, item, advice), subject=item.subject)


def _wider(court: Judge, item: Suspicion, answer: Reached) -> Iterator[Finding]:
    """The finding with the case; arguments of a decision are no part of a case, so that there is none to show."""
    decision, rule = _exception(court, item)
    message = f"the exception `{item.subject}` also decides where {_nothing_of(rule)}"
    advice = "an exception applies on its own condition; repeat in it what it is an exception from, or make it a rule"
    told = confirmed_story(court, item.goal, answer, None) if not decision.params else None
    if told is not None or decision.params:
        yield Finding(_warning(WIDER, message, item, advice, _bases(decision, rule)), told, subject=item.subject)


def _broader(court: Judge, item: Suspicion) -> Finding:
    decision, rule = _exception(court, item)
    message = f"the exception `{item.subject}` also applies where {_nothing_of(rule)}, without effect"
    advice = "repeat in it the condition of what it is an exception from, so that it stays without effect there"
    labels = _bases(decision, rule)
    diagnostic = Diagnostic(WIDER, Severity.INFO, message, item.span, labels, advice)
    return Finding(diagnostic, subject=item.subject)


def _decides(court: Judge, item: Suspicion) -> bool:
    """Whether an exception is known to change the decision beyond what it defeats."""
    return isinstance(court.answers[f"{item.subject} decides beyond its rule"], Reached)


def _exception(court: Judge, item: Suspicion) -> tuple[Decision, Rule]:
    decisions = court.questions.program.decisions
    return next((d, rule) for d in decisions for rule in d.rules if rule.full_name == item.subject)


def _nothing_of(rule: Rule) -> str:
    """``none of `a` and `b` applies``."""
    targets = rule.targets or ()
    return f"none of {listing(targets)} applies" if len(targets) > 1 else f"{listing(targets)} does not apply"


def _bases(decision: Decision, rule: Rule) -> tuple[Label, ...]:
    bases = [base for base in decision.rules if base.name in (rule.targets or ())]
    return tuple(Label(base.span, "what it is an exception from") for base in bases)


# ---------------------------------------------------------------- requirements


def _is_about(item: Suspicion, step: Step) -> bool:
    return item.doubt == "implied requirement" and any(r.full_name == item.subject for r in step.requires)


def _implied(court: Judge, step: Step, suspicions: list[Suspicion]) -> Iterator[Finding]:
    """The requirements without which the step would be the same, later ones first, all of them taken together."""
    terms, transition = court.questions.system.terms, court.questions.system.transition(step.name)
    answers = [court.answers[item.goal.name] for item in suspicions]
    proofs = [(i, a.invariant) for i, a in zip(suspicions, answers, strict=True) if isinstance(a, Unreachable)]
    known = terms.and_(*(invariant for _, invariant in proofs))
    dropped: list[str] = []
    for item, _ in reversed(proofs):
        more = [*dropped, item.subject.removeprefix(f"{step.name}.")]
        together = terms.and_(known, anywhere(terms, goal_without(terms, transition, more)))
        if not dropped or unsatisfiable(terms, together, QUERY_BUDGET):
            dropped = more
            yield _implied_finding(item, step)


def _implied_finding(item: Suspicion, step: Step) -> Finding:
    if len(step.requires) == 1:
        message, advice = f"the requirement `{item.subject}` always holds", "remove it, or correct its condition"
    else:
        message = f"the requirement `{item.subject}` follows from the others"
        advice = f"whenever the other requirements of `{step.name}` hold this one holds; remove it, or correct it"
    return Finding(_warning(IMPLIED, message, item, advice), subject=item.subject)


# ---------------------------------------------------------------- definitions and tables


def _constant(found: Constant) -> Finding:
    name, answer = found.definition.name, "yes" if found.value else "no"
    message = f"the definition `{name}` is always {answer}"
    why = "its conditions exclude each other" if not found.value else "its conditions leave no case out"
    advice = f"{why}, whatever the case; correct it, or write `{answer}`"
    return Finding(Diagnostic(CONSTANT, Severity.WARNING, message, found.definition.span, help=advice), subject=name)


def _overlap(found: Overlap) -> Finding:
    name = found.table.name
    pairs = "; ".join(f"{_number(a)} and {_number(b)}" for a, b in found.pairs[:4])
    more = f" and {len(found.pairs) - 4} more pairs" if len(found.pairs) > 4 else ""
    message = f"rows of `{name}` overlap, and agree where they do: {pairs}{more}"
    advice = "nothing is wrong; but a later change of one row may need the same change of the other"
    return Finding(Diagnostic(OVERLAP, Severity.INFO, message, found.table.span, help=advice), subject=name)


def _number(row: str) -> str:
    return row.removeprefix("row.")
