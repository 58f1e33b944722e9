"""Where the reports of a run go: the standard output, files, and the summary of a job on GitHub.

Takes what the user asked for; gives how each report is shown, and puts the finished texts in their places.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from verifier.cli.files import UsageFault
from verifier.cli.formats import OUTPUTS, content, lacking
from verifier.cli.output import (
    FILE_STYLE,
    append_text,
    output_targets,
    print_text,
    seen_from_root,
    stream_style,
    view,
    write_reports,
)
from verifier.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier.explain.model import RunResult
    from verifier.reports.style import View

_SUMMARY = "GITHUB_STEP_SUMMARY"


@dataclass(frozen=True, slots=True)
class Shown:
    """The reports of a run: the printed one, one for each of ``paths``, and where ``summary`` names a file, one for
    it.
    """

    views: list[tuple[str, View]]
    paths: tuple[str, ...]
    summary: str | None

    def of(self, run: RunResult) -> list[tuple[str, View]]:
        """The views of a run: from the root in every format, where its findings must be known among those of a
        baseline.
        """
        if run.baseline is None:
            return self.views
        root = seen_from_root()
        return [(form, replace(each, folder=root.folder, root=root.root)) for form, each in self.views]

    def deliver(self, texts: Sequence[str]) -> None:
        """Put the finished texts in their places: files first, whole or not at all.

        Raises:
            UsageFault: one cannot be written.
        """
        printed, *others = texts
        forms = [form for form, _ in self.views[1:]]
        files = [content(form, text) for form, text in zip(forms, others, strict=True)]
        write_reports(list(zip(files[: len(self.paths)], self.paths, strict=True)))
        if self.summary is not None:
            append_text(self.summary, texts[-1])
        print_text(printed)


def shown_reports(
    form: str, outputs: tuple[str, ...], color: str, command: str, sources: tuple[str, ...] = ()
) -> Shown:
    """What is asked for by ``--format`` and ``--output``. With annotations for GitHub goes a summary of the job, where
    the build service asks for one. ``sources``: where cited texts are looked for.

    Raises:
        UsageFault: a report cannot be written where it is wanted, or what makes it is not installed.
    """
    targets = output_targets(outputs, OUTPUTS)
    if missing := lacking(each for each, _ in targets):
        raise UsageFault(missing)
    views = [(form, view(form, stream_style(sys.stdout, color), command, sources))]
    views += [(each, view(each, FILE_STYLE, command, sources)) for each, _ in targets]
    summary = os.environ.get(_SUMMARY) or None if "github" in (form, *(each for each, _ in targets)) else None
    if summary is not None:
        views.append(("markdown", view("markdown", FILE_STYLE, command)))
    return Shown(views, tuple(path for _, path in targets), summary)
