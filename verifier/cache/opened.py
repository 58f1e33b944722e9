"""The cache of this user, where it can be used. Takes what was asked and the environment; touches its folder only."""

from __future__ import annotations

import os

from verifier.cache.fingerprint import fingerprint
from verifier.cache.place import cache_folder
from verifier.cache.store import Store, open_store


def usable_store(asked: str = "") -> tuple[Store, str] | None:
    """The store, and what identifies this program; ``None`` where there is to be no cache or it cannot be used."""
    folder = cache_folder(asked, os.environ)
    store = None if folder is None else open_store(folder)
    tool = None if store is None else fingerprint()
    return None if store is None or tool is None else (store, tool)
