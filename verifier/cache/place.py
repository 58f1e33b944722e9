"""Where the cache of results is kept, and whether there is one at all.

Takes what the user asked and the environment; gives a folder, or ``None`` for no cache. Touches no file.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE: Final = "CLAUSEPROOF_CACHE"
"""The environment variable that names the folder; ``off`` means no cache."""

OFF: Final = "off"


def cache_folder(asked: str, environment: Mapping[str, str]) -> Path | None:
    """The folder of the cache: what the user asked for, else what the environment says, else the platform's place."""
    if asked:
        return Path(asked)
    named = environment.get(VARIABLE, "")
    if named:
        return None if named.lower() == OFF else Path(named)
    base = _base(environment)
    return None if base is None else base / "clauseproof" / "results"


def _base(environment: Mapping[str, str]) -> Path | None:
    """Where this platform keeps the caches of a user; ``None`` where the user has no home."""
    given = environment.get("XDG_CACHE_HOME", "")
    if os.path.isabs(given):
        return Path(given)
    if sys.platform == "win32":
        local = environment.get("LOCALAPPDATA", "")
        return Path(local) if local else None
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        return None
    return Path(home, "Library", "Caches") if sys.platform == "darwin" else Path(home, ".cache")
