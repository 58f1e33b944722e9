"""A question about one case, from the policy's path to the answer.

Takes a path, the question and the given facts as texts; gives an answer about the case, or the result of a promise that
was asked of such cases. Reads files only through the function it is given, and prints nothing.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from verifier import LANGUAGE_VERSION, __version__, pipeline
from verifier.checking.reopen import check_form
from verifier.counsel.consult import Case, consult, subject_of, supposing
from verifier.counsel.given import Fact, NotGiven, given_facts
from verifier.counsel.model import Counsel
from verifier.counsel.questions import how, kind_of
from verifier.engines.version import solver_version
from verifier.explain.model import Finding, PolicyResult, RunResult
from verifier.explain.verify import Work, verify_program
from verifier.records import dataclass
from verifier.source import SourceFile
from verifier.syntax.parser import parse_form

if TYPE_CHECKING:
    from verifier.checking.load import Read
    from verifier.core.program import Program


@dataclass(frozen=True, slots=True)
class Asked:
    """The result of a question: a run as of ``ask``, and for questions about a case their answer."""

    run: RunResult
    counsel: Counsel | None = None


def ask_about_case(
    path: str, question: str, given: Mapping[str, str], kept: Sequence[str], options: pipeline.Options, read: Read
) -> Asked:
    """Answer a question about the case with the ``given`` facts (texts by name); those ``kept`` may not be changed.

    Raises:
        NotGiven: a fact is unknown, or its value does not fit.
    """
    begun = time.perf_counter()
    checked = pipeline.check([path], options, read).policies[0]
    if checked.program is None:
        return Asked(_run(checked, (), begun))
    program = checked.program
    facts = given_facts(program, given)
    for name in kept:
        if name not in given:
            raise NotGiven(f"`{name}` is to be kept, but it is not given")
    deadline = time.monotonic() + options.timeout
    work = Work((), (), False, options.budget, deadline, options.max_steps, options.duties)
    found = kind_of(question)
    plain = replace(checked, findings=())
    if found is None:
        return Asked(_run(*_promise(plain, program, question, facts, work), begun))
    kind, text = found
    subject, problems = subject_of(program, text)
    if subject is None:
        return Asked(_run(replace(plain, findings=tuple(Finding(item) for item in problems)), (), begun))
    counsel = consult(Case(program, " ".join(question.split()), kind, subject, facts, frozenset(kept), work))
    return Asked(_run(plain, counsel.faults, begun), counsel)


def _promise(
    checked: PolicyResult, program: Program, question: str, facts: Sequence[Fact], work: Work
) -> tuple[PolicyResult, Sequence[str]]:
    """A promise asked of the cases with the given facts, and faults of the verifier; ``how can E`` asks whether E is
    possible.
    """
    text = " ".join(question.split())
    wanted = how(question)
    if wanted is not None:
        step = any(item.name == wanted for item in program.steps)
        text = f"possible {wanted}{' has happened' if step else ''}"
    tree, problems = parse_form(SourceFile("question", text))
    promise = None
    if tree is not None:
        promise, more = check_form(program, tree, "question")
        problems = (*problems, *more)
    if promise is None:
        return replace(checked, findings=tuple(Finding(item) for item in problems)), ()
    promise = replace(promise, title=text)
    of_case = supposing(program, [fact.condition for fact in facts], "given")
    outcome = verify_program(of_case, replace(work, promises=(promise,), asked=True))
    shown = replace(of_case, promises=(promise,))
    asked = replace(checked, program=shown, properties=outcome.properties, findings=outcome.findings)
    if outcome.properties and outcome.properties[0].verdict == "violated":
        # What would prevent it is asked of the whole policy: a requirement that is added concerns every case.
        asked = replace(asked, properties=pipeline.mended(outcome.properties, program, promise, work))
    return asked, outcome.faults


def _run(policy: PolicyResult, faults: Sequence[str], begun: float) -> RunResult:
    seconds = time.perf_counter() - begun
    return RunResult((policy,), __version__, LANGUAGE_VERSION, solver_version(), tuple(faults), seconds)
