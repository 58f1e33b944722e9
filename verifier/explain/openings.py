"""Cases that cannot start, as a finding: an assumption or a ``starts`` has no value there.

Takes the questions of one program; gives the finding with the case that shows it, which the interpreter has confirmed.
Such cases have no runs, so that no verdict speaks about them: that is why the author must hear of them.
"""

from __future__ import annotations

from verifier.analysis.plain import plain_wishes
from verifier.analysis.questions import Questions, uses_dates
from verifier.core.program import Program
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.engines.query import Model, Question, preferred_model
from verifier.explain.judge import QUERY_BUDGET, Judge
from verifier.explain.model import Binding, Finding, Story
from verifier.explain.replay import case_of
from verifier.explain.stories import bindings
from verifier.semantics.model import Case
from verifier.semantics.opening import CaseFault, initial_state
from verifier.source import Span
from verifier.symbolic.opening import errs_at_the_start

CANNOT_START = "F0106"


def cannot_start(court: Judge) -> Finding | None:
    """The finding that some case cannot start, if there is one."""
    program = court.questions.program
    case = _erring_case(court.questions)
    if case is None:
        return None
    fault = initial_state(program, case)
    if not isinstance(fault, CaseFault) or fault.error is None:
        court.faults.append(f"{program.name}: the case found that cannot start does start")
        return None
    message = (
        f"`{fault.name}` has no value at the start of some case, which therefore has no run: {fault.error.message}"
    )
    advice = "ask first whether the value is present and in range, or exclude the case by an assumption before this one"
    diagnostic = Diagnostic(CANNOT_START, Severity.ERROR, message, _place(program, fault.name), help=advice)
    return Finding(diagnostic, _told(program, case))


def _erring_case(questions: Questions) -> Case | None:
    """A case that errs at its start, as plain as possible."""
    encoding = questions.encoding
    errs = errs_at_the_start(encoding)
    if errs is encoding.terms.false:
        return None
    variables = [v.term for v in encoding.variables if v.kind in ("fact", "reading", "status", "today", "cents")]
    wishes = list(plain_wishes(encoding))
    question = Question(encoding.terms, [errs], variables, wishes, QUERY_BUDGET)
    answer = preferred_model(question, range(len(wishes)))
    return case_of(encoding, answer.values) if isinstance(answer, Model) else None


def _place(program: Program, name: str) -> Span:
    return next(item.span for item in (*program.statuses, *program.assumptions) if item.name == name)


def _told(program: Program, case: Case) -> Story:
    """The case alone: nothing happens in it."""
    opened = tuple(Binding(s.name, case.initial[s.name], s.type) for s in program.statuses if s.starts is None)
    start = case.start if uses_dates(program) else None
    return Story(bindings(program, case), opened, (), start, (), replayed=True, shortest=True)
