"""A report as a document: what it says and how that hangs together, for every view that has chapters.

Plain data between what was found and how it looks: a node is a text, a part of a line, a block, or a sequence of nodes.
``place`` names where a link can lead; ``look`` is what a view may show differently, and never the only thing that says
something. Knows nothing of results, and nothing of HTML, PDF or Word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from types import MappingProxyType
from typing import TypeAlias

from verifier.explain.procedure import Diagram
from verifier.records import dataclass

SIGNS = MappingProxyType(
    {
        "proved": ("✓", "Proved", "good"),
        "passed": ("✓", "Passed", "good"),
        "violated": ("✗", "Violated", "bad"),
        "failed": ("✗", "Failed", "bad"),
        "unknown": ("?", "Not decided", "doubt"),
        "error": ("✗", "Error", "bad"),
        "warning": ("!", "Warning", "doubt"),
        "info": ("·", "Note", "quiet"),
        "uncited": ("–", "Not cited", "quiet"),
    }
)
"""Each verdict by a sign and words, never by colour alone; and how it looks."""


# ---------------------------------------------------------------- parts of a line


@dataclass(frozen=True, slots=True)
class Code:
    """A name or text as it stands in a file."""

    text: str
    look: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a line that looks different, or that a link can lead to."""

    body: Node
    look: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Leads to a place, of this document or of the one at the address ``base``."""

    place: str
    body: Node
    look: str | None = None
    base: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """A verdict; ``word`` is one of ``signs``."""

    word: str
    signs: Mapping[str, tuple[str, str, str]] = field(default_factory=lambda: SIGNS)


@dataclass(frozen=True, slots=True)
class Day:
    """A date, as ISO 8601 writes it."""

    iso: str


# ---------------------------------------------------------------- blocks


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of what follows; 2 is the highest level below the title of the document."""

    level: int
    body: Node


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks that belong together, the first of them a heading."""

    body: Node
    place: str | None = None
    look: str | None = None


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph."""

    body: Node
    look: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, in a sentence."""

    word: str
    body: Node


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list."""

    body: Node
    look: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list. ``look`` "timeline" counts its entries; those of "clauses" and "parts" have their own numbers."""

    items: tuple[Item, ...]
    look: str | None = None
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Labels and what they stand for."""

    pairs: tuple[tuple[Node, Node], ...]
    look: str = "terms"


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first cell of each row is its head."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Node, ...], ...]
    look: str | None = None


@dataclass(frozen=True, slots=True)
class Folded:
    """What need not be read at once; paper shows it in full."""

    summary: Node
    body: Node


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines as they stand in a file or on a terminal; ``label``: what they are."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks and parts of lines that paper keeps on one page."""

    body: Node


@dataclass(frozen=True, slots=True)
class Drawing:
    """A diagram, with the same as a list. ``start``: where cases start, in words, or nothing."""

    diagram: Diagram
    place: str
    start: str

    @property
    def caption(self) -> str:
        """What boxes and arrows are, and where cases start."""
        return f"{self.diagram.intro} {self.start}".rstrip()


Inline: TypeAlias = "str | Code | Mark | Link | Badge | Day"
Block: TypeAlias = "Heading | Section | Para | Verdict | Items | Terms | Table | Folded | Verbatim | Group | Drawing"
Node: TypeAlias = "Inline | Block | Iterable[Node] | None"

INLINE = (str, Code, Mark, Link, Badge, Day)
_NODES = (*INLINE, Heading, Section, Para, Verdict, Items, Terms, Table, Folded, Verbatim, Group, Drawing)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the index: where a term is explained (``number``: of that clause), and what else speaks of it."""

    term: str
    number: str
    place: str
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """All that is told about a policy. ``chapters``: the name and the title of each; ``index``: its terms."""

    place: str
    title: str
    path: str
    body: Node
    chapters: tuple[tuple[str, str], ...]
    index: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. ``summary`` is a section of its own."""

    title: str
    tool_version: str
    summary: Section
    articles: tuple[Article, ...]

    @property
    def alone(self) -> bool:
        """Whether it is about one policy, whose name is that of the document."""
        return len(self.articles) == 1

    def heading(self, article: Article) -> str:
        """What stands above what is told about a policy."""
        return "The policy and its promises" if self.alone else article.title

    @property
    def made_by(self) -> str:
        """What made it."""
        return f"Clauseproof {self.tool_version}"


# ---------------------------------------------------------------- nodes as sequences


def flat(node: Node) -> Iterator[Inline | Block]:
    """The parts of a line and the blocks of a node, without sequences."""
    if node is None or node == "":
        return
    if isinstance(node, _NODES):
        yield node
    else:
        for part in node:
            yield from flat(part)


def is_empty(node: Node) -> bool:
    """Whether there is nothing to show."""
    return next(flat(node), None) is None


def between(separator: str, nodes: Iterable[Node]) -> Sequence[Node]:
    """The nodes that are not empty, with a text between them."""
    found: list[Node] = []
    for node in nodes:
        if not is_empty(node):
            found += [separator, node] if found else [node]
    return tuple(found)
