"""Label placement: between which scales each name may show, so that no two ever overlap or flicker.

A scale is pixels per map unit. Two boxes at fixed places touch below one scale and never above it; so a label that
comes after more important ones gets the smallest scale from which it touches none that is shown. Names of parent
topics come first while the map is far away, and go where enough of their topics show.
"""

from __future__ import annotations

import dataclasses
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FONT_PX = (11.0, 12.0, 13.5, 15.0)
LINE_HEIGHT = 1.15
PADDING_PX = 8.0
WRAP_AT = 18
NEVER = 1e9
"""A scale beyond any zoom: two topics lie in the same place."""
TIER_SCALES = (340.0, 620.0, 900.0)
PARENT_SIZE = 1
PARENT_SPACING_EM = 0.08
PARENTS_UNTIL = 1100.0
"""The smallest scale at which the name of a parent may go: the whole map on a desktop still shows it."""
ENOUGH = 0.5
"""The share of a parent's topics whose names take the place of its own."""
NARROW = frozenset("iljtfrI.,:;'|!()[]- ")


@dataclass(frozen=True)
class PlacedLabel:
    """A label and when it shows.

    Attributes:
        topic: the topic it names, by its rank; or the parent.
        lines: the name, broken into one or two lines.
        x, y: its centre in the map square, y up.
        size: index into `FONT_PX`.
        width: pixels that it surely fits into.
        min_scale: pixels per map unit from which it shows.
        max_scale: pixels per map unit from which it shows no more.
        parent: whether it names a parent.
    """

    topic: int
    lines: tuple[str, ...]
    x: float
    y: float
    size: int
    width: float
    min_scale: float
    max_scale: float = NEVER
    parent: bool = False

    @property
    def tier(self) -> int:
        """How large a static map must be to show it whole: 0 to 3, 3 for never."""
        margin = max(min(self.x, 1 - self.x), 1e-6)
        needed = max(self.min_scale, self.width / 2 / margin)
        return sum(needed > scale for scale in TIER_SCALES)


@dataclass(frozen=True)
class ParentName:
    """The name of a parent, its place in the map square, and its topics by rank."""

    name: str
    x: float
    y: float
    topics: tuple[int, ...]


def place_labels(
    names: Sequence[str], centers: Sequence[tuple[float, float]], parents: Sequence[ParentName] = ()
) -> list[PlacedLabel]:
    """Place the names of topics, most important first, at their centres in the map square; then those of parents.

    The topics come first in the result, by rank, although the parents are placed before them.
    """
    drafts = [
        _draft(topic, name, center, len(names)) for topic, (name, center) in enumerate(zip(names, centers, strict=True))
    ]
    alone = _place(drafts, ())
    over = [_parent_draft(number, parent, alone) for number, parent in enumerate(parents)]
    placed_parents = [label for label in _place(over, ()) if label.min_scale < label.max_scale]
    return [*(_place(drafts, placed_parents) if placed_parents else alone), *placed_parents]


def _draft(topic: int, name: str, center: tuple[float, float], count: int) -> PlacedLabel:
    size, lines = label_size(topic, count), wrap(name)
    return PlacedLabel(topic, lines, *center, size, box_px(lines, size)[0], 0.0)


def _parent_draft(number: int, parent: ParentName, topics: Sequence[PlacedLabel]) -> PlacedLabel:
    lines = wrap(parent.name)
    starts = sorted(topics[topic].min_scale for topic in parent.topics)
    enough = starts[math.ceil(len(starts) * ENOUGH) - 1] if starts else NEVER
    until = max(PARENTS_UNTIL, enough)
    width = box_px(lines, PARENT_SIZE, parent=True)[0]
    return PlacedLabel(number, lines, parent.x, parent.y, PARENT_SIZE, width, 0.0, until, parent=True)


def _place(drafts: Sequence[PlacedLabel], before: Sequence[PlacedLabel]) -> list[PlacedLabel]:
    """Give each draft, in turn, the first scale from which it touches neither those before it nor `before`."""
    every = [*before, *drafts]
    boxes = np.array([box_px(label.lines, label.size, parent=label.parent) for label in every]).reshape(-1, 2)
    places = np.array([(label.x, label.y) for label in every]).reshape(-1, 2)
    starts = np.array([label.min_scale for label in every])
    stops = np.array([label.max_scale for label in every])
    for index in range(len(before), len(every)):
        reach = (boxes[:index] + boxes[index]) / 2
        with np.errstate(divide="ignore", over="ignore"):
            touch_below = (reach / np.abs(places[:index] - places[index])).min(axis=1)
        ends = np.minimum(touch_below, stops[:index])
        # A label that only shows from where the two no longer touch is no obstacle.
        starts[index] = min(float(ends[ends > starts[:index]].max(initial=0.0)), NEVER)
    return [
        dataclasses.replace(label, min_scale=float(start))
        for label, start in zip(drafts, starts[len(before) :], strict=True)
    ]


def label_size(rank: int, count: int) -> int:
    """Index into `FONT_PX`: the first tenth of the topics large, the last half small."""
    share = rank / max(count, 1)
    return 3 if share < 0.1 else 2 if share < 0.25 else 1 if share < 0.5 else 0


def wrap(name: str) -> tuple[str, ...]:
    """The name in one line, or in two of about equal length if it is long."""
    if len(name) <= WRAP_AT or " " not in name:
        return (name,)
    words = name.split(" ")
    splits = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return min(splits, key=lambda pair: max(map(len, pair)))


def box_px(lines: Sequence[str], size: int, *, parent: bool = False) -> tuple[float, float]:
    """Width and height that the label surely fits into, whatever the reader's sans-serif font.

    Names of parents are set in spaced capitals.
    """
    lines, spacing = ([line.upper() for line in lines], PARENT_SPACING_EM) if parent else (lines, 0.0)
    width = max(line_em(line) + spacing * len(line) for line in lines) * FONT_PX[size]
    return width + PADDING_PX, len(lines) * FONT_PX[size] * LINE_HEIGHT + PADDING_PX


def line_em(line: str) -> float:
    """A width that the line surely stays within, in font sizes."""
    return sum(map(_advance_em, line))


def _advance_em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if unicodedata.combining(character):
        return 0.0
    if character in NARROW:
        return 0.42
    if character in "mwMW@%&":
        return 1.02
    return 0.80 if character.isupper() else 0.68
