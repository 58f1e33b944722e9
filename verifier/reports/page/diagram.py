"""A diagram as SVG: boxes below each other, arrows down on the right and up on the left, numbered as in the list below.

Takes a diagram; gives markup. The layout is plain arithmetic, the same wherever it is drawn; colours come from the
page's style, so that it is dark where the page is.
"""

from __future__ import annotations

from textwrap import wrap

from verifier.explain.procedure import Arc, Diagram
from verifier.records import dataclass
from verifier.reports.page.markup import Html, el

_BOX = 176
_LINE = 17
_PADDING = 11
_GAP = 34
_PORT = 15
_STEP = 24
_NEAREST = 30
_LETTERS = 24
_MARGIN = 14


@dataclass(frozen=True, slots=True)
class _Box:
    lines: tuple[str, ...]
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class _Curve:
    number: int
    first: float
    second: float
    reach: float
    right: bool


def drawing(diagram: Diagram, place: str, said: str) -> Html:
    """A figure with the drawing and what is said of it, and the same as a list."""
    listed = el(
        "ol",
        [el("li", arc.said) for arc in diagram.arcs],
        class_="arcs",
        id=f"{place}-list",
        aria_label="The arrows in words",
    )
    figure = el("figure", picture(diagram, place), el("figcaption", said))
    return el("section", el("h4", diagram.title), figure, listed, class_="diagram")


def picture(diagram: Diagram, place: str) -> Html:
    """The drawing alone."""
    boxes = _boxes(diagram)
    curves = _curves(diagram, boxes)
    left = max((curve.reach for curve in curves if not curve.right), default=0) * 0.75 + _MARGIN
    right = max((curve.reach for curve in curves if curve.right), default=0) * 0.75 + _MARGIN
    side = max(left, right)
    width, height = _BOX + 2 * side, boxes[-1].top + boxes[-1].height + 8
    return el(
        "svg",
        el("title", f"{diagram.title}: {len(diagram.boxes)} boxes and {len(diagram.arcs)} arrows", id=f"{place}-title"),
        [_curve(curve, side) for curve in curves],
        [_box(box, side, index == diagram.start) for index, box in enumerate(boxes)],
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        width=_number(width),
        height=_number(height),
        role="img",
        aria_labelledby=f"{place}-title",
        aria_describedby=f"{place}-list",
    )


def _boxes(diagram: Diagram) -> list[_Box]:
    """Each high enough for its words and for the arrows at its sides."""
    found, top = [], 8.0
    for index, words in enumerate(diagram.boxes):
        lines = [*wrap(words, _LETTERS, break_long_words=True), *(["start"] if index == diagram.start else [])]
        right = sum(index in (arc.source, arc.target) for arc in diagram.arcs if arc.source < arc.target)
        left = sum(index in (arc.source, arc.target) for arc in diagram.arcs if arc.source > arc.target)
        height = max(len(lines) * _LINE + 2 * _PADDING, (max(left, right) + 1) * _PORT)
        found.append(_Box(tuple(lines), top, height))
        top += height + _GAP
    return found


def _curves(diagram: Diagram, boxes: list[_Box]) -> list[_Curve]:
    found = []
    for number, arc in enumerate(diagram.arcs, start=1):
        right = arc.source < arc.target
        first = _port(arc, arc.source, diagram.arcs, boxes[arc.source])
        second = _port(arc, arc.target, diagram.arcs, boxes[arc.target])
        reach = _NEAREST + _STEP * (abs(arc.source - arc.target) - 1) * 1.5
        found.append(_Curve(number, first, second, reach, right))
    return found


def _port(arc: Arc, index: int, arcs: tuple[Arc, ...], box: _Box) -> float:
    """Where an arrow meets a box: arrows that lead up above those that lead down, so that they do not cross there."""
    down = arc.source < arc.target
    same = [other for other in arcs if (other.source < other.target) == down and index in (other.source, other.target)]
    same.sort(key=lambda other: _order(other, index))
    return box.top + box.height * (same.index(arc) + 1) / (len(same) + 1)


def _order(arc: Arc, index: int) -> tuple[bool, int]:
    other = arc.target if arc.source == index else arc.source
    return other > index, -abs(other - index) if other > index else abs(other - index)


def _curve(curve: _Curve, side: float) -> Html:
    sign = 1 if curve.right else -1
    edge = side + (_BOX if curve.right else 0)
    out = edge + sign * curve.reach
    head = edge + sign * 2
    middle = (edge + 3 * out) / 4, (curve.first + curve.second) / 2
    tip = curve.second
    first, second = _number(curve.first), _number(tip)
    bend = f"{_number(out)} {first} {_number(out)} {second}"
    path = f"M{_number(edge)} {first}C{bend} {_number(head)} {second}"
    wing = edge + sign * 9
    point = f"M{_number(wing)} {_number(tip - 4)}L{_number(head)} {second}L{_number(wing)} {_number(tip + 4)}"
    return el(
        "g",
        el("path", d=path, class_="arc"),
        el("path", d=point, class_="arc"),
        el("circle", cx=_number(middle[0]), cy=_number(middle[1]), r=9, class_="disc"),
        el("text", str(curve.number), x=_number(middle[0]), y=_number(middle[1] + 4), class_="count"),
    )


def _box(box: _Box, side: float, starts: bool) -> Html:
    first = box.top + (box.height - len(box.lines) * _LINE) / 2 + 13
    texts = [
        el(
            "text",
            line,
            x=_number(side + _BOX / 2),
            y=_number(first + _LINE * place),
            class_="begin" if starts and place == len(box.lines) - 1 else "label",
        )
        for place, line in enumerate(box.lines)
    ]
    shape = el("rect", x=_number(side), y=_number(box.top), width=_BOX, height=_number(box.height), rx=6, class_="box")
    return el("g", shape, texts)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
