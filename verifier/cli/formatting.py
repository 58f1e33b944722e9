"""The command ``fmt``: policies rewritten in the one style, or what that would change.

Takes paths; gives an exit code. A policy with errors is left as it is and its errors are shown. A file is replaced as a
whole or not at all, and only where its text changes.
"""

from __future__ import annotations

import sys
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from verifier.cli.exits import FINDING, PROVED
from verifier.cli.files import UsageFault, find_policies, read_policy, read_standard_input
from verifier.cli.output import complain, print_exactly, print_text, replace_file, stream_style

if TYPE_CHECKING:
    from verifier.diagnostics.model import Diagnostic
    from verifier.source import SourceFile


def format_policies(paths: tuple[str, ...], check: bool, diff: bool, color: str) -> int:
    """Format the policies; with ``check`` or ``diff`` nothing is written. Gives 1 where one has errors or, with
    ``check``, is unformatted. The path ``-`` alone stands for the standard input, formatted to the standard output.

    Raises:
        UsageFault: ``-`` beside other paths, or a path that does not exist.
    """
    if "-" in paths:
        if len(paths) > 1:
            raise UsageFault("`-`, the standard input, cannot be combined with other paths")
        return _format_input(check, diff, color)
    outcomes = [_format(path, check=check, diff=diff, color=color) for path in find_policies(paths)]
    changed, broken = outcomes.count("changed"), outcomes.count("broken")
    verb = "would be reformatted" if check or diff else "reformatted"
    same = len(outcomes) - changed - broken
    complain(f"{changed} {verb}, {same} unchanged{f', {broken} with errors' if broken else ''}")
    return FINDING if broken or (changed and check) else PROVED


def _format_input(check: bool, diff: bool, color: str) -> int:
    """Format the standard input; errors go to the error stream, so that the output is a policy or empty."""
    source, formatted = _formatted(read_standard_input())
    if source is None or not isinstance(formatted, str):
        complain(_rendered(formatted if isinstance(formatted, tuple) else (), sys.stderr, color))
        return FINDING
    changed = formatted != source.text
    if diff:
        print_text(_difference(source.path, source.text, formatted))
    elif not check:
        print_exactly(formatted)
    if changed and check:
        complain("the standard input is not formatted")
    return FINDING if changed and check else PROVED


def _format(path: str, *, check: bool, diff: bool, color: str) -> str:
    source, formatted = _formatted(read_policy(path))
    if source is None or not isinstance(formatted, str):
        print_text(_rendered(formatted if isinstance(formatted, tuple) else (), sys.stdout, color) + "\n")
        return "broken"
    if formatted == source.text:
        return "unchanged"
    if diff:
        print_text(_difference(path, source.text, formatted))
    elif check:
        print_text(f"{path}\n")
    else:
        replace_file(Path(path), formatted)
    return "changed"


def _formatted(source: SourceFile | Diagnostic) -> tuple[SourceFile | None, str | tuple[Diagnostic, ...]]:
    """A text with its formatted text, or with the errors that keep it from being read."""
    from verifier.diagnostics.model import Diagnostic
    from verifier.syntax.format import format_source

    return (None, (source,)) if isinstance(source, Diagnostic) else (source, format_source(source))


def _difference(path: str, before: str, after: str) -> str:
    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), path, f"{path} (formatted)")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _rendered(errors: tuple[Diagnostic, ...], stream: TextIO, color: str) -> str:
    from verifier.diagnostics.render import render_all

    style = stream_style(stream, color)
    return render_all(errors, style.color, style.width)
