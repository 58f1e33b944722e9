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
from verifier.core.program import Step
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
    program = court.questions.program
    decision = next(d for d in program.decisions if any(rule.full_name == item.subject for rule in d.rules))
    rule = next(rule for rule in decision.rules if rule.full_name == item.subject)
    labels = tuple(Label(base.span, "excepted from") for base in decision.rules if base.name in (rule.targets or ()))
    bases = listing(rule.targets or ())
    message = f"the exception `{item.subject}` also decides where {bases} would not"
    advice = "an exception applies on its own condition; repeat in it what it is an exception from, or make it a rule"
    told = confirmed_story(court, item.goal, answer, None) if not decision.params else None
    if told is not None or decision.params:
        yield Finding(_warning(WIDER, message, item, advice, labels), told, subject=item.subject)


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
