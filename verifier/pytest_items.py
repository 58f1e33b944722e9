"""The tests that a policy is to pytest: its text, its promises and its scenarios.

Takes a policy file; runs the pipeline as ``clauseproof verify`` does, once for all tests of the file, and gives the
story of what fails in place of a trace.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from verifier import pipeline
from verifier.analysis.amendments import affected_promises
from verifier.analysis.unused import own
from verifier.cache.results import usable_results
from verifier.cli.configuration import configuration, severities
from verifier.cli.exits import DEFAULT_FAIL_ON, words
from verifier.cli.files import UsageFault, read_bytes, read_policy
from verifier.cli.today import present_day
from verifier.explain.grading import graded
from verifier.explain.inherited import BROKEN
from verifier.reports.issues import PAGE, Issue, policy_issues
from verifier.reports.style import View

if TYPE_CHECKING:
    from verifier.explain.model import PolicyResult, PropertyResult, RunResult
    from verifier.source import Span

UNKNOWN = ("fail", "skip")
"""What a promise may count as that is not decided."""


class _Finding(Exception):
    """What a test found; the first line stands in pytest's summary, after the name of the class."""

    __module__ = "builtins"  # pytest shows the names of other modules before that of the class


class Violated(_Finding):
    """A promise is violated."""

    __module__ = "builtins"


class Failed(_Finding):
    """A scenario fails."""

    __module__ = "builtins"


class Undecided(_Finding):
    """It is not known whether a promise or scenario holds."""

    __module__ = "builtins"


class Faulty(_Finding):
    """The text of a policy has errors, or its rules do."""

    __module__ = "builtins"


class PolicyFile(pytest.File):
    """A policy: collected by its text alone, verified as a whole when its first test is run."""

    def collect(self) -> Iterator[pytest.Item]:
        """A test for the text, for each promise and for each scenario of the policy's own."""
        try:
            self._settings = configuration(start=str(self.config.rootpath)).options
        except UsageFault as fault:
            raise self.CollectError(str(fault)) from fault
        self._run: RunResult | None = None
        self._place = os.path.relpath(self.path)
        self._checked = pipeline.check([self._place], self._options(), read_policy, read_bytes)
        program = self._checked.policies[0].program
        yield self._marked(TextTest.from_parent(self, name="text"))
        if program is not None:
            for promise in (*own(program, program.promises), *affected_promises(program)):
                yield self._marked(PromiseTest.from_parent(self, name=f"promise:{promise.name}", about=promise))
            for scenario in own(program, program.scenarios):
                yield self._marked(ScenarioTest.from_parent(self, name=f"scenario:{scenario.name}", about=scenario))

    def _marked(self, item: pytest.Item) -> pytest.Item:
        """The test, kept together with the others of its policy where work is distributed by groups."""
        if self.config.pluginmanager.hasplugin("xdist"):
            item.add_marker(pytest.mark.xdist_group(name=self._place))
        return item

    def _options(self) -> pipeline.Options:
        limits = ("budget", "timeout", "max_steps")
        given: dict[str, Any] = {name: self._settings[name] for name in limits if name in self._settings}
        path, sources = (tuple(self._settings.get(name, ())) for name in ("path", "sources"))
        return pipeline.Options(search_path=path, sources=sources, today=present_day(), **given)

    def run(self) -> RunResult:
        """What ``verify`` finds; what could not be read is not verified."""
        if self._run is None:
            run = self._checked
            if run.policies[0].program is not None:
                run = pipeline.verify([self._place], self._options(), read_policy, None, read_bytes, usable_results())
            self._run = graded(run, severities(self._settings.get("severity", ())))
        return self._run

    def fails_on(self, word: str) -> bool:
        """Whether the configuration says that this counts, as it does for the command line."""
        return word in words(self._settings.get("fail_on", ",".join(DEFAULT_FAIL_ON)))

    def unknown_fails(self) -> bool:
        """Whether what is not decided fails: by option, by pytest's configuration, by that of the project."""
        asked = self.config.getoption("--clauseproof-unknown") or self.config.getini("clauseproof_unknown")
        if asked and asked not in UNKNOWN:
            raise pytest.UsageError(f"clauseproof_unknown must be one of {', '.join(UNKNOWN)}, not `{asked}`")
        return asked == "fail" or (not asked and self.fails_on("unknown"))


class _Test(pytest.Item):
    """A test about a policy, or about one of its promises or scenarios."""

    kind: ClassVar[str]

    def __init__(self, *, about: Any = None, **named: Any) -> None:
        super().__init__(**named)
        self.about = about

    @property
    def file(self) -> PolicyFile:
        """The policy."""
        assert isinstance(self.parent, PolicyFile)
        return self.parent

    @property
    def policy(self) -> PolicyResult:
        """What was found about it."""
        return self.file.run().policies[0]

    def issues(self) -> list[Issue]:
        """What there is to tell about the subject of this test."""
        here = os.getcwd()
        found = policy_issues(self.policy, View(PAGE, "pytest", here, here))
        return [issue for issue in found if issue.kind == self.kind and self.about in (None, *self._named(issue))]

    def _named(self, issue: Issue) -> tuple[Any, ...]:
        return (self.about,) if self.about is not None and issue.name == self.about.name else ()

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Where it stands."""
        span: Span | None = None if self.about is None else self.about.span
        return self.path, 0 if span is None else span.first[0] - 1, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The story instead of a trace of this program."""
        if isinstance(excinfo.value, _Finding):
            return excinfo.getrepr(style="value")
        return super().repr_failure(excinfo, style)

    def undecided(self, reason: str, told: list[Issue]) -> None:
        """What is not known: a failure or, where the user says so, a skipped test."""
        if self.file.unknown_fails():
            raise Undecided(_text(told) or reason)
        pytest.skip(f"not decided: {reason}")


class TextTest(_Test):
    """The policy can be read and applied: no errors, whatever it promises."""

    kind = "diagnostic"

    def runtest(self) -> None:
        """Fail where there are errors, or where warnings count, warnings."""
        counting = ("error", "warning") if self.file.fails_on("warning") else ("error",)
        found = [issue for issue in self.issues() if issue.level in counting and issue.waived is None]
        faults = [f"internal error: {fault}" for fault in self.file.run().internal_errors]
        if found or faults:
            raise Faulty("\n".join([_text(found), *faults]).strip())


class PromiseTest(_Test):
    """A promise is proved."""

    kind = "promise"

    def runtest(self) -> None:
        """Fail with the story of a violated promise."""
        found = next((item for item in self.policy.properties if item.name == self.about.name), None)
        if found is None:
            self.undecided("there is no result", [])
        elif found.verdict == "unknown":
            self.undecided(found.reason or "no reason is known", self.issues())
        elif found.verdict == "violated":
            self._violated(found)
        elif found.vacuous and self.file.fails_on("vacuous"):
            raise Violated(_text(self.issues()))

    def _violated(self, found: PropertyResult) -> None:
        """A promise of a used policy counts by its finding, which the author may have waived."""
        if found.inherited_from is None:
            raise Violated(_text(self.issues()))

        spans = [item for item in self.policy.findings if item.diagnostic.code == BROKEN]
        about = [item for item in spans if item.diagnostic.span == found.span]
        waived = next((item.waived for item in about if item.waived is not None), None)
        if waived is not None:
            pytest.skip(f"violated, and waived because {waived}")
        raise Violated("\n".join(item.diagnostic.message for item in about) or f"the promise of {found.inherited_from}")


class ScenarioTest(_Test):
    """A scenario passes in every case that it leaves open."""

    kind = "scenario"

    def runtest(self) -> None:
        """Fail with the case in which it does not."""
        found = next((item for item in self.policy.scenarios if item.name == self.about.name), None)
        if found is None or found.verdict == "unknown":
            self.undecided((found and found.reason) or "there is no result", self.issues())
        elif found.verdict == "failed":
            raise Failed(_text(self.issues()))


def _text(found: list[Issue]) -> str:
    """Issues as text: what it is, where it is, and the story."""
    told = [[_bare(issue), f"at {issue.place}", *_told(issue)] for issue in found]
    return "\n\n".join("\n".join(lines) for lines in told)


def _told(issue: Issue) -> tuple[str, ...]:
    """The story, which begins with the message; a diagnostic has its message and perhaps a story."""
    return issue.story if issue.story and issue.kind != "diagnostic" else (issue.message, *issue.story)


def _bare(issue: Issue) -> str:
    """The headline without what the name of the exception says already."""
    for said in ("Promise violated: ", "Promise not decided: ", "Scenario fails: ", "Scenario not decided: "):
        if issue.headline.startswith(said):
            return issue.headline.removeprefix(said)
    return issue.headline
