"""What the processes of the studio do: each function is one piece of work, from plain arguments to a result.

Takes the setting that the command line made and what a form said; gives results that travel between processes. Faults
of the user come back as values. Runs only in processes that can be killed; knows no page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from verifier import pipeline
from verifier.checking.sources import Library
from verifier.records import dataclass
from verifier.source import SourceFile

if TYPE_CHECKING:
    from verifier.cache.results import Results
    from verifier.cases import Asked
    from verifier.checking.load import Read
    from verifier.core.program import Program
    from verifier.diagnostics.model import Diagnostic
    from verifier.explain.model import RunResult
    from verifier.studio.playing import Move, Position
    from verifier.versions import Versions


@dataclass(frozen=True, slots=True)
class Setting:
    """How policies are read and proved. ``memory`` opens the cache, ``today`` looks at the calendar; all functions must
    be found by name in another process.
    """

    options: pipeline.Options
    read: Read
    read_bytes: pipeline.ReadBytes
    memory: Callable[[], Results | None]
    today: Callable[[], int]

    @property
    def library(self) -> Library:
        """The texts that policies cite."""
        return Library(self.read_bytes, self.options.sources)

    def now(self, seconds: float) -> pipeline.Options:
        """The options of a run that starts now and has so much time; it ends by itself before it is killed."""
        return replace(self.options, today=self.today(), timeout=min(self.options.timeout, 0.8 * seconds), jobs=1)


@dataclass(frozen=True, slots=True)
class Overlay:
    """A reader that sees a text which is in no file, under a path, and else what the other reader reads."""

    read: Read
    path: str
    text: str

    def __call__(self, path: str) -> SourceFile | Diagnostic:
        """The text of a policy."""
        return SourceFile(path, self.text) if path == self.path else self.read(path)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why something that was asked for cannot be done: a sentence for the user."""

    message: str


def prove(setting: Setting, path: str, seconds: float) -> RunResult:
    """Everything about a policy; what earlier runs found is found again."""
    return pipeline.verify(
        [path], setting.now(seconds), setting.read, read_bytes=setting.read_bytes, memory=setting.memory()
    )


def prove_text(setting: Setting, path: str, text: str, seconds: float) -> RunResult:
    """Everything about a text in the place of a policy; nothing of it is kept, and no cited file is opened."""
    return pipeline.verify([path], setting.now(seconds), Overlay(setting.read, path, text))


def answer(
    setting: Setting, path: str, question: str, given: Mapping[str, str], kept: tuple[str, ...], seconds: float
) -> Asked | Wrong:
    """The answer to a question about a case, or about all cases where nothing is given."""
    from verifier.cases import ask_about_case
    from verifier.counsel.given import NotGiven

    try:
        return ask_about_case(path, question, given, kept, setting.now(seconds), setting.read)
    except NotGiven as fault:
        return Wrong(str(fault))


def play(program: Program, facts: Mapping[str, str], moves: tuple[Move, ...]) -> Position | Wrong:
    """Where a case stands after some moves."""
    from verifier.studio import playing

    found = playing.play(program, facts, moves)
    return Wrong(found) if isinstance(found, str) else found


def set_beside(
    setting: Setting, old: tuple[str, str | None], new: tuple[str, str | None], under_way: bool, seconds: float
) -> Versions:
    """Two versions compared; each is a path, and a text where that is not what the file says. ``under_way``: also what
    becomes of cases that began under the older one.
    """
    from verifier.versions import compare_versions

    one, other = (setting.read if text is None else Overlay(setting.read, path, text) for path, text in (old, new))
    # Both versions are proved after they are compared, and asked about cases under way, each within its own time.
    options = replace(setting.now(seconds), timeout=min(setting.options.timeout, seconds / 5))
    return compare_versions([(old[0], new[0])], (one, other), options, taking_over=under_way)
