"""``ask`` about one case: which facts are given, and where the answer goes.

Takes the question and facts as the user writes them; gives an exit code.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.cli.exits import PROVED, UNKNOWN, exit_code
from verifier.cli.files import UsageFault, find_policies, read_policy
from verifier.records import dataclass

if TYPE_CHECKING:
    from verifier.cases import Asked
    from verifier.cli.work import Request

CASE_FORMATS = ("text", "json")


@dataclass(frozen=True, slots=True)
class GivenFacts:
    """What is given with a case: ``NAME=VALUE`` texts, JSON files, and the facts that may not be changed."""

    texts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.texts or self.files or self.kept)


def run_ask(request: Request, given: GivenFacts) -> int:
    """Answer a question about one case and give the exit code: 0 where there is an answer, 3 where none is known."""
    from verifier.cases import ask_about_case
    from verifier.cli.interruption import prompt_interruption
    from verifier.cli.output import FILE_STYLE, complain, output_targets, print_text, stream_style, view, write_reports
    from verifier.cli.today import present_day
    from verifier.counsel.given import NotGiven
    from verifier.pipeline import Options

    targets = output_targets(request.outputs, CASE_FORMATS)
    if request.format not in CASE_FORMATS:
        raise UsageFault(f"answers about one case are shown as {' or '.join(CASE_FORMATS)}, not as {request.format}")
    (path,) = find_policies(request.paths)
    options = Options(
        budget=request.budget,
        timeout=request.timeout,
        max_steps=request.max_steps,
        duties=request.duties,
        search_path=request.search_path,
        today=present_day(),
    )
    try:
        texts = _texts(given)
        with prompt_interruption():
            found = ask_about_case(path, request.question, texts, given.kept, options, read_policy)
    except NotGiven as fault:
        raise UsageFault(str(fault)) from fault
    shown = [(request.format, stream_style(sys.stdout, request.color)), *((form, FILE_STYLE) for form, _ in targets)]
    rendered = [_rendered(found, form, view(form, style, "ask")) for form, style in shown]
    write_reports([(text, path) for text, (_, path) in zip(rendered[1:], targets, strict=True)])
    print_text(rendered[0])
    for error in found.run.internal_errors if found.counsel is not None or request.format != "text" else ():
        complain(f"internal error: {error}")
    return _code(found, request)


def _code(found: Asked, request: Request) -> int:
    if found.counsel is None or found.run.internal_errors:
        return exit_code(found.run, request.fail_words)
    return UNKNOWN if found.counsel.answer == "unknown" and "unknown" in request.fail_words else PROVED


def _rendered(found: Asked, form: str, shown: object) -> str:
    from verifier.cli.formats import RENDERERS
    from verifier.reports.counsel import counsel_record, render_counsel
    from verifier.reports.json import run_record
    from verifier.reports.style import View

    assert isinstance(shown, View)
    if found.counsel is None:
        return RENDERERS[form](found.run, shown)
    if form == "text":
        return render_counsel(found.counsel, shown.style)
    record = run_record(found.run, shown)
    policies = record["policies"]
    assert isinstance(policies, list)
    (policy,) = policies
    assert isinstance(policy, dict)
    policy["answers"] = [counsel_record(found.counsel)]
    return json.dumps(record, indent=2) + "\n"


def _texts(given: GivenFacts) -> dict[str, str]:
    """The given facts by name, as policy text."""
    found: dict[str, str] = {}
    for file in given.files:
        found |= _facts_of(file)
    for text in given.texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UsageFault(f"`--set {text}` is not NAME=VALUE")
        found[name.strip()] = value.strip()
    return found


def _facts_of(file: str) -> dict[str, str]:
    from verifier.counsel.given import NotGiven, facts_of_json

    try:
        return facts_of_json(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageFault(f"`--facts {file}` cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageFault(f"`--facts {file}` is no text in UTF-8") from error
    except NotGiven as fault:
        raise UsageFault(f"`--facts {file}`: {fault}") from fault
