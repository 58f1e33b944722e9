"""``diff``: which versions are meant, and what becomes of a comparison.

Takes the names of two versions (files, folders or git revisions); gives an exit code. A revision is read by ``git``
alone, which changes nothing.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from verifier.cli.exits import FINDING, INTERNAL, PROVED, UNKNOWN
from verifier.cli.files import SUFFIX, UsageFault, find_policies, policy_text, read_policy
from verifier.cli.revisions import commit_of, git
from verifier.cli.today import present_day
from verifier.options import BUDGET, MAX_STEPS, TIMEOUT
from verifier.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from verifier.comparison.model import Comparison
    from verifier.diagnostics.model import Diagnostic
    from verifier.reports.style import Style
    from verifier.source import SourceFile
    from verifier.versions import Versions

DIFF_FORMATS = ("text", "json", "markdown")
DIFF_FAIL_ON = ("broader", "narrower", "incomparable", "unknown", "broken")


@dataclass(frozen=True, slots=True)
class DiffRequest:
    """What the user asked for; ``fail_on``: words of ``DIFF_FAIL_ON``."""

    old: str
    new: str
    format: str = "text"
    outputs: tuple[str, ...] = ()
    budget: int = BUDGET
    timeout: float = TIMEOUT
    max_steps: int = MAX_STEPS
    color: str = "auto"
    search_path: tuple[str, ...] = ()
    fail_on: tuple[str, ...] = ()
    in_flight: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """A version of some policies: the path of each by its name below the ``root``, and how files are read."""

    paths: dict[str, str]
    single: bool
    read: Callable[[str], SourceFile | Diagnostic]


def run_diff(request: DiffRequest) -> int:
    """Compare the two versions and give the exit code: 1 where ``fail_on`` names what was found."""
    from verifier import LANGUAGE_VERSION, __version__, pipeline
    from verifier.cli.interruption import prompt_interruption
    from verifier.cli.output import FILE_STYLE, complain, output_targets, print_text, stream_style, write_reports
    from verifier.cli.progress import live_line
    from verifier.diagnostics.render import render
    from verifier.reports.comparison import comparison_record, render_comparisons
    from verifier.reports.comparison_markdown import comparison_markdown
    from verifier.versions import compare_versions

    targets = output_targets(request.outputs, DIFF_FORMATS)
    old, new = versions_of(request.old, request.new)
    names = [name for name in new.paths if name in old.paths]
    only_old = [old.paths[name] for name in old.paths if name not in new.paths]
    only_new = [new.paths[name] for name in new.paths if name not in old.paths]
    pairs = [(old.paths[name], new.paths[name]) for name in names]
    options = pipeline.Options(
        budget=request.budget,
        timeout=request.timeout,
        max_steps=request.max_steps,
        search_path=request.search_path,
        today=present_day(),
    )
    with prompt_interruption(), live_line(sys.stderr) as progress:
        found = compare_versions(pairs, (old.read, new.read), options, progress, taking_over=request.in_flight)
    tool = (__version__, LANGUAGE_VERSION, found.solver)

    def rendered(form: str, style: Style) -> str:
        if form == "json":
            return comparison_record(found.comparisons, only_old, only_new, tool)
        if form == "markdown":
            return comparison_markdown(found.comparisons, only_old, only_new, style)
        return render_comparisons(found.comparisons, only_old, only_new, style)

    for finding in (finding for policy in found.broken for finding in policy.findings):
        complain(render(finding.diagnostic, False, stream_style(sys.stderr, "never").width))
    write_reports([(rendered(form, FILE_STYLE), path) for form, path in targets])
    print_text(rendered(request.format, stream_style(sys.stdout, request.color)))
    for fault in found.faults if request.format != "text" else ():
        complain(f"internal error: {fault}")
    return _code(found, request.fail_on)


def _code(found: Versions, fail_on: tuple[str, ...]) -> int:
    if found.faults:
        return INTERNAL
    if found.broken or any(_fails(comparison, fail_on) for comparison in found.comparisons):
        return FINDING
    unknown = any(comparison.relation == "unknown" for comparison in found.comparisons)
    return UNKNOWN if unknown and "unknown" in fail_on else PROVED


def _fails(found: Comparison, fail_on: tuple[str, ...]) -> bool:
    """Whether a comparison shows what must not be; where some gain and others lose, it is broader and narrower."""
    broader = found.relation in ("broader", "incomparable") or any(item.gains for item in found.differences)
    narrower = found.relation in ("narrower", "incomparable") or any(item.loses for item in found.differences)
    broken = any(item.before == "proved" and item.after == "violated" for item in found.promises)
    broken |= found.in_flight is not None and bool(found.in_flight.broken or found.in_flight.stuck)
    shown = {
        "broader": broader,
        "narrower": narrower,
        "incomparable": found.relation == "incomparable",
        "broken": broken,
    }
    return any(shown.get(word, False) for word in fail_on)


# ---------------------------------------------------------------- versions


def versions_of(old: str, new: str) -> tuple[Version, Version]:
    """Both versions; a revision alone means the other version's paths, or the folder ``policies``.

    Raises:
        UsageFault: one is nowhere, or one is a file and the other a folder.
    """
    if os.path.lexists(old) and os.path.lexists(new):
        found = _on_disk(old), _on_disk(new)
    elif os.path.lexists(new):
        found = _in_git(old, new), _on_disk(new)
    elif os.path.lexists(old):
        found = _on_disk(old), _in_git(new, old)
    else:
        found = _in_git(old, "policies"), _in_git(new, "policies")
    if found[0].single != found[1].single:
        raise UsageFault(f"`{old}` and `{new}` cannot be compared: one is a file and the other a folder")
    if found[0].single:
        ((_, one),), ((_, other),) = found[0].paths.items(), found[1].paths.items()
        return Version({"": one}, True, found[0].read), Version({"": other}, True, found[1].read)
    return found


def _on_disk(path: str) -> Version:
    single = not os.path.isdir(path)
    paths = find_policies((path,))
    return Version({os.path.relpath(file, path): file for file in paths}, single, read_policy)


def _in_git(name: str, path: str) -> Version:
    """A revision, or ``REVISION:PATH``, of what is (or was) at a path."""
    revision, colon, own = name.partition(":")
    place = own if colon else path
    if commit_of(revision) is None:
        raise UsageFault(f"`{name}` is neither a file or folder nor a git revision")
    listed = git("ls-tree", "-r", "-z", "--name-only", revision, "--", place)
    files = [os.fsdecode(item) for item in (listed or b"").split(b"\0") if item]
    single = files == [os.path.normpath(place)]
    policies = files if single else [file for file in files if file.endswith(SUFFIX)]
    if not policies:
        raise UsageFault(f"`{place}` holds no policy in the revision `{revision}`")

    def read(file: str) -> SourceFile | Diagnostic:
        shown = file.removeprefix(f"{revision}:")
        content = git("show", f"{revision}:./{os.path.normpath(shown)}")
        return read_policy(os.path.join(os.devnull, shown)) if content is None else policy_text(file, content)

    return Version({os.path.relpath(file, place): f"{revision}:{file}" for file in policies}, single, read)
