"""Pictures of the map to take away: drawn without names here, with the places of their names.

Pages write names, title and origin on them, for those may change without the map.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sitegen.site.map.labels.placed_label import PlacedLabel
from sitegen.site.map.labels.placement import TopicName, place_in_picture
from sitegen.site.map.map_square import Frame
from sitegen.site.map.pictures.shading import RGBA, Picture, shade_part

HEAD, FOOT, SIDE = 96, 48, 24
"""Units of a picture above the map, below it and beside it."""


@dataclass(frozen=True)
class Shape:
    """Width and height of a picture in pixels, and pixels per unit; letters are measured in units."""

    name: str
    width: int
    height: int
    unit: float

    def smaller(self, factor: int) -> Shape:
        """Return the same picture in fewer pixels."""
        return Shape(self.name, self.width // factor, self.height // factor, self.unit / factor)


SHAPES = (Shape("wide", 3000, 2000, 2.0), Shape("square", 2160, 2160, 1.8), Shape("card", 1200, 630, 1.0))


@dataclass(frozen=True)
class BarePicture:
    """A picture without names.

    Attributes:
        shape: its size.
        file: name of the transparent PNG, beside the summary.
        scale: units per map unit; the middle of the map square is in the middle of the map's part of the picture.
        labels: names, largest topics first, with one place each.
    """

    shape: Shape
    file: str
    scale: float
    labels: tuple[PlacedLabel, ...]


def draw_picture(
    shape: Shape,
    frame: Frame,
    xy: npt.NDArray[np.float32],
    colors: npt.NDArray[np.uint8],
    names: Sequence[TopicName],
    assignment: npt.NDArray[np.int32],
    drawn: bytes | None = None,
    placed: Sequence[PlacedLabel] | None = None,
) -> tuple[bytes, BarePicture]:
    """Draw one picture without names, as PNG, and find the places of its names.

    Args:
        frame: the part of the map that it shows at least.
        xy: float32 (n, 2), places in the map square, in the order in which they are painted.
        colors: uint8 (n, 4), as in `shading.shade`.
        names: of all topics, by rank.
        assignment: int32 (n,), topic by rank, -1 outside.
        drawn: the PNG, if it is known.
        placed: the names with their places, if these are known.
    """
    width, height = shape.width / shape.unit - 2 * SIDE, shape.height / shape.unit - HEAD - FOOT
    scale = frame.scale(width, height)
    pixels = scale * shape.unit
    middle_down = (HEAD + height / 2) * shape.unit
    part = Picture(
        shape.width,
        shape.height,
        0.5 - shape.width / 2 / pixels,
        0.5 - (shape.height - middle_down) / pixels,
        pixels,
    )
    if placed is None:
        placed = place_in_picture(names, xy, assignment, Frame(width / scale, height / scale), scale)
    return drawn or _png(shade_part(xy, colors, part)), BarePicture(shape, f"{shape.name}.png", scale, tuple(placed))


def _png(picture: RGBA) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    image: Any = Image.fromarray(picture)
    image.save(file, "PNG", compress_level=4)
    return file.getvalue()
