"""Lists and sets as collections.

Takes elaborated expressions; gives them as the list or sized collection that their place asks for.
"""

from __future__ import annotations

from verifier.checking.comparing import not_a_collection
from verifier.checking.context import Context
from verifier.checking.fitting import plain
from verifier.core import expressions as core
from verifier.core.types import INT, ListType, RecordType, SetType
from verifier.source import Span


def element_list(collection: core.Expr, context: Context) -> tuple[core.Expr, RecordType] | None:
    """A list and its element type."""
    if isinstance(collection.type, ListType):
        return collection, collection.type.element
    not_a_collection(collection, "list", context)
    return None


def sized(collection: core.Expr, span: Span, context: Context) -> core.Expr | None:
    """``size of`` a list or set."""
    whole = plain(collection)
    if isinstance(whole.type, ListType | SetType):
        return core.SizeOf(whole, type=INT, span=span)
    not_a_collection(whole, "list or set", context)
    return None
