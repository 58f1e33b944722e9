"""Policies in strings, checked: what the tests of the checking room share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import PurePath

from verifier.checking.checker import Checked
from verifier.checking.load import load
from verifier.core import expressions as core
from verifier.core.program import Program
from verifier.diagnostics.model import Diagnostic, Severity
from verifier.source import SourceFile, Span


def check_files(files: Mapping[str, str], main: str, search_path: tuple[str, ...] = ()) -> Checked:
    """Check the policy ``main`` among files that exist only here."""

    def read(path: str) -> SourceFile | Diagnostic:
        name = str(PurePath(path))
        if name in files:
            return SourceFile(name, files[name])
        nowhere = Span(SourceFile(name, ""), 0, 0)
        return Diagnostic("E001", Severity.ERROR, f"`{name}` does not exist", nowhere)

    return load(main, read, search_path)


def check_text(text: str, **used: str) -> Checked:
    """Check one policy; ``used`` are the texts of policies beside it."""
    files = {f"{name}.policy": body for name, body in used.items()}
    return check_files({**files, "main.policy": text}, "main.policy")


def program(text: str, **used: str) -> Program:
    """The program of a policy without errors."""
    checked = check_text(text, **used)
    assert checked.program is not None, [f"{item.code} {item.message}" for item in checked.diagnostics]
    return checked.program


def codes(checked: Checked) -> list[str]:
    """Codes of all diagnostics, in order."""
    return [item.code for item in checked.diagnostics]


def shape(expr: core.Expr) -> str:
    """An expression in one line with every node named, coercions included; binder numbers left out."""
    parts: list[str] = []
    for item in fields(expr):
        value = getattr(expr, item.name)
        if item.name in ("type", "span") or value is None or value == ():
            continue
        parts.append(_shown(value))
    return f"{type(expr).__name__}({', '.join(parts)})"


def _shown(value: object) -> str:
    if isinstance(value, core.Node):
        return shape(value)  # type: ignore[arg-type]
    if isinstance(value, core.Act):
        arguments = "" if value.arguments is None else f"({', '.join(_shown(item) for item in value.arguments)})"
        return value.step + arguments
    if isinstance(value, tuple):
        return f"[{', '.join(_shown(item) for item in value)}]"
    return value.partition("#")[0] if isinstance(value, str) else str(value)
