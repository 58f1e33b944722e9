"""The command ``fmt``: policies rewritten in the one style, or what that would change.

Takes paths; gives an exit code. A policy with errors is left as it is and its errors are shown. A file is replaced as a
whole or not at all, and only where its text changes.
"""

from __future__ import annotations

import sys
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.cli.exits import FINDING, PROVED
from verifier.cli.files import find_policies, read_policy
from verifier.cli.output import complain, print_text, replace_file, stream_style

if TYPE_CHECKING:
    from verifier.diagnostics.model import Diagnostic


def format_policies(paths: tuple[str, ...], check: bool, diff: bool, color: str) -> int:
    """Format the policies; with ``check`` or ``diff`` nothing is written. Gives 1 where one has errors or is
    unformatted.
    """
    outcomes = [_format(path, check=check, diff=diff, color=color) for path in find_policies(paths)]
    changed, broken = outcomes.count("changed"), outcomes.count("broken")
    verb = "would be reformatted" if check or diff else "reformatted"
    same = len(outcomes) - changed - broken
    complain(f"{changed} {verb}, {same} unchanged{f', {broken} with errors' if broken else ''}")
    return FINDING if broken or (changed and check) else PROVED


def _format(path: str, *, check: bool, diff: bool, color: str) -> str:
    from verifier.source import SourceFile
    from verifier.syntax.format import format_source

    source = read_policy(path)
    formatted = format_source(source) if isinstance(source, SourceFile) else (source,)
    if not isinstance(formatted, str) or not isinstance(source, SourceFile):
        _show_errors(formatted if isinstance(formatted, tuple) else (), color)
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


def _difference(path: str, before: str, after: str) -> str:
    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), path, f"{path} (formatted)")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _show_errors(errors: tuple[Diagnostic, ...], color: str) -> None:
    from verifier.diagnostics.render import render_all

    print_text(render_all(errors, stream_style(sys.stdout, color).color) + "\n")
