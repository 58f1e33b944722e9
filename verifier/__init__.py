"""Clauseproof: prove that the promises of a law or policy hold for every case and every sequence of events.

What is named in ``__all__`` may be used by Python programs and stays within a schema version; it is loaded when it is
first asked for, so that ``import verifier`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.api import PolicyError, ask, check, diff, findings, load, passed, run_scenario, verify
    from verifier.cli.files import UsageFault
    from verifier.comparison.model import Comparison, Difference, PromiseChange
    from verifier.core.program import Program
    from verifier.counsel.model import Counsel
    from verifier.diagnostics.model import Diagnostic, Severity
    from verifier.explain.model import Finding, PolicyResult, PropertyResult, RunResult, ScenarioResult, Story

__version__ = "0.1.0"
LANGUAGE_VERSION = "1"

__all__ = [
    "LANGUAGE_VERSION",
    "Comparison",
    "Counsel",
    "Diagnostic",
    "Difference",
    "Finding",
    "PolicyError",
    "PolicyResult",
    "Program",
    "PromiseChange",
    "PropertyResult",
    "RunResult",
    "ScenarioResult",
    "Severity",
    "Story",
    "UsageFault",
    "__version__",
    "ask",
    "check",
    "diff",
    "findings",
    "load",
    "passed",
    "run_scenario",
    "verify",
]

_ELSEWHERE = MappingProxyType(
    {
        "UsageFault": "verifier.cli.files",
        "Comparison": "verifier.comparison.model",
        "Difference": "verifier.comparison.model",
        "PromiseChange": "verifier.comparison.model",
        "Program": "verifier.core.program",
        "Counsel": "verifier.counsel.model",
        "Diagnostic": "verifier.diagnostics.model",
        "Severity": "verifier.diagnostics.model",
        "Finding": "verifier.explain.model",
        "PolicyResult": "verifier.explain.model",
        "PropertyResult": "verifier.explain.model",
        "RunResult": "verifier.explain.model",
        "ScenarioResult": "verifier.explain.model",
        "Story": "verifier.explain.model",
    }
)
"""Where the public classes are; the functions are in ``verifier.api``."""


def __getattr__(name: str) -> object:
    """A public name, from where it is defined."""
    if name not in __all__:
        raise AttributeError(f"module `verifier` has no attribute `{name}`")
    return getattr(import_module(_ELSEWHERE.get(name, "verifier.api")), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
