"""Generated policies, checked: the same seed and profile give the same program."""

from __future__ import annotations

from random import Random

from generator import Profile, generate

from verifier.checking.load import load
from verifier.core.program import Program
from verifier.diagnostics.model import Severity
from verifier.source import SourceFile


def checked_policy(seed: int, profile: Profile) -> Program:
    """The program of a generated policy; an error in its text is a fault of the generator (or of the checker)."""
    return checked_text(generate(Random(seed), profile))


def checked_text(text: str) -> Program:
    """The program of a policy text, which must have no errors."""
    loaded = load("generated.policy", lambda path: SourceFile(path, text))
    errors = [f"{item.span}: {item.message}" for item in loaded.diagnostics if item.severity is Severity.ERROR]
    assert loaded.program is not None, "\n".join([*errors, text])
    return loaded.program
