"""The solver's version, for the record."""

from __future__ import annotations

import z3


def solver_version() -> str:
    """z3's own version, as in ``5.4.1``."""
    return str(z3.get_version_string())
