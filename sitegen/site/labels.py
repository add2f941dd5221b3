"""Label placement: from which scale on each topic's name may show, so that no two ever overlap or flicker.

A scale is pixels per map unit. Two boxes at fixed places touch below one scale and never above it; so a label that
comes after more important ones gets the smallest scale from which it touches none that is shown.
"""

from __future__ import annotations

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
NARROW = frozenset("iljtfrI.,:;'|!()[]- ")


@dataclass(frozen=True)
class PlacedLabel:
    """A label and when it shows.

    Attributes:
        topic: the topic it names.
        lines: the name, broken into one or two lines.
        x, y: its centre in the map square, y up.
        size: index into `FONT_PX`.
        width: pixels that it surely fits into.
        min_scale: pixels per map unit from which it shows.
    """

    topic: int
    lines: tuple[str, ...]
    x: float
    y: float
    size: int
    width: float
    min_scale: float

    @property
    def tier(self) -> int:
        """How large a static map must be to show it whole: 0 to 3, 3 for never."""
        margin = max(min(self.x, 1 - self.x), 1e-6)
        needed = max(self.min_scale, self.width / 2 / margin)
        return sum(needed > scale for scale in TIER_SCALES)


def place_labels(names: Sequence[str], centers: Sequence[tuple[float, float]]) -> list[PlacedLabel]:
    """Place the names of topics, most important first, at their centres in the map square."""
    placed: list[PlacedLabel] = []
    boxes: list[tuple[float, float]] = []
    for topic, (name, (x, y)) in enumerate(zip(names, centers, strict=True)):
        size = label_size(topic, len(names))
        lines = wrap(name)
        box = box_px(lines, size)
        placed.append(PlacedLabel(topic, lines, x, y, size, box[0], _first_free_scale((x, y), box, placed, boxes)))
        boxes.append(box)
    return placed


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


def box_px(lines: Sequence[str], size: int) -> tuple[float, float]:
    """Width and height that the label surely fits into, whatever the reader's sans-serif font."""
    width = max(sum(map(_advance_em, line)) for line in lines) * FONT_PX[size]
    return width + PADDING_PX, len(lines) * FONT_PX[size] * LINE_HEIGHT + PADDING_PX


def _first_free_scale(
    place: tuple[float, float],
    box: tuple[float, float],
    placed: Sequence[PlacedLabel],
    boxes: Sequence[tuple[float, float]],
) -> float:
    if not placed:
        return 0.0
    apart = np.abs(np.array([(label.x, label.y) for label in placed]) - place)
    reach = (np.array(boxes) + box) / 2
    with np.errstate(divide="ignore", over="ignore"):
        touch_below = (reach / apart).min(axis=1)
    starts = np.array([label.min_scale for label in placed])
    # A label that only shows from where the two no longer touch is no obstacle.
    obstacles = touch_below[touch_below > starts]
    return min(float(obstacles.max(initial=0.0)), NEVER)


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
