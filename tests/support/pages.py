"""A strict reader of HTML pages: what a page contains, and what is wrong with its form."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

_INLINE = {"a", "code", "span", "strong", "time", "text"}
_VOID = {"meta", "br", "link", "img", "input", "hr"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass
class Element:
    """An element with what stands in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, with single spaces."""
        return " ".join(_written(self).split())

    def all(self, *tags: str) -> list[Element]:
        """The elements of these kinds in it, in the order of the page; of any kind where none is named."""
        found = []
        for part in self.children:
            if isinstance(part, Element):
                found += [part] if not tags or part.tag in tags else []
                found += part.all(*tags)
        return found


def _written(part: Element | str) -> str:
    if isinstance(part, str):
        return part
    space = "" if part.tag in _INLINE else " "
    return space + "".join(map(_written, part.children)) + space


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        repeated = [name for name, number in Counter(name for name, _ in attrs).items() if number > 1]
        self.faults += [f"<{tag}> has {name} twice" for name in repeated]
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag == tag:
            self.open.pop()
        else:
            self.faults.append(f"</{tag}> where <{self.open[-1].tag}> is open")

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(page: str) -> Element:
    """The page as a tree.

    Raises:
        AssertionError: it is not well-formed.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.faults == []
    assert [element.tag for element in reader.open] == [""]
    return reader.root


def faults(page: Element) -> list[str]:
    """What is wrong with a page that stands alone and is for everyone."""
    elements = page.all()
    ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
    found = [f"two places are called {name}" for name, number in Counter(ids).items() if number > 1]
    for element in elements:
        found += _faults_of(element, set(ids))
    levels = [_HEADINGS.index(heading.tag) for heading in page.all(*_HEADINGS)]
    found += [f"h{b + 1} after h{a + 1}" for a, b in zip([-1, *levels], levels, strict=False) if b > a + 1]
    found += [f"there are {levels.count(0)} h1"] if levels.count(0) != 1 else []
    return found + [f"no {tag}" for tag in ("head", "nav", "main", "footer") if len(page.all(tag)) != 1]


def _faults_of(element: Element, ids: set[str]) -> list[str]:
    tag, attributes = element.tag, element.attributes
    found = [f"<{tag}> has {name}" for name in attributes if name.startswith("on") or name in ("style", "src")]
    found += [f"<{tag}>"] if tag in ("script", "iframe", "object", "embed", "link", "img", "form", "base") else []
    target = attributes.get("href", "#")
    found += [f"a link to {target}"] if not target.startswith("#") or (target != "#" and target[1:] not in ids) else []
    for name in ("aria-labelledby", "aria-describedby"):
        found += [f"{name} {attributes[name]}"] if attributes.get(name, next(iter(ids))) not in ids else []
    if tag == "table":
        found += [] if element.all("caption") else ["a table without a caption"]
        found += ["a head of a table without a scope" for head in element.all("th") if "scope" not in head.attributes]
    if tag == "svg":
        found += [] if attributes.get("role") == "img" and element.all("title") else ["a drawing without a name"]
    if tag in ("a", "h1", "h2", "h3", "h4", "h5", "summary", "dt", "li"):
        found += [] if element.text else [f"an empty <{tag}>"]
    return found
