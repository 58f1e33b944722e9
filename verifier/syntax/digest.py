"""A digest of what a policy says: over its tokens, so that comments and layout do not count.

Takes the sources of a policy; gives a hexadecimal SHA-256. Two texts have the same one exactly when they have the same
words in the same order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from verifier.source import SourceFile
from verifier.syntax.lexer import lex


def tokens_digest(sources: Iterable[SourceFile]) -> str:
    """The digest of some files in their order; where they lie does not count."""
    digest = hashlib.sha256()
    for source in sources:
        for token in lex(source).tokens:
            written = str(token).encode("utf-8", "surrogatepass")
            digest.update(f"{token.type} {len(written)} ".encode())
            digest.update(written)
        digest.update(b"\0")
    return digest.hexdigest()
