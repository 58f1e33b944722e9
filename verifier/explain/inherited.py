"""Findings about promises of a used policy that are violated in the policy that amends it.

Takes results; gives findings. Whether a policy may break what another promises is for its author to say, by a waiver;
the verdict stays what it is.
"""

from __future__ import annotations

from verifier.diagnostics.model import Diagnostic, Severity
from verifier.explain.model import Finding, PropertyResult

BROKEN = "F0401"

_BEFORE = {
    "proved": "was proved before the amendment and is violated after it",
    "unknown": "was not decided before the amendment and is violated after it",
    "violated": "is violated after the amendment, as it was before",
}


def broken_promise(result: PropertyResult) -> Finding:
    """The finding about an inherited promise that is violated after the amendment."""
    message = f"the promise `{result.name}` of `{result.inherited_from}` {_BEFORE[result.before or 'unknown']}"
    advice = "correct the amendment; or, where it is meant to override the promise, waive this finding and say why"
    return Finding(Diagnostic(BROKEN, Severity.ERROR, message, result.span, help=advice), subject=result.name)
