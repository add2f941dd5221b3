"""Where documents lie in the map square, [0, 1] x [0, 1] with y up, and which part of it the whole map shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import find_square
from sitegen.artifacts.square import MARGIN, UNFRAMED

Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Frame:
    """The part of the map square that the whole map shows, around its middle: its width and height in map units."""

    width: float = 1.0
    height: float = 1.0

    def scale(self, width: float, height: float) -> float:
        """Return pixels per map unit of a pane of so many pixels that shows the whole map."""
        return min(width / self.width, height / self.height)


def to_map_square(layout: Float32, given: bool = False, square: Sequence[float] | None = None) -> Float32:
    """Scale a layout, float32 (n, 2), into the map square, both axes alike, with the middle of the frame in its middle.

    What lies outside is moved to its border.

    Args:
        square: its middle and side, where a map that grows keeps them; else those of `find_square`.
    """
    x, y, side = square or find_square(layout, given)
    exact = layout.astype(np.float64)
    placed: Float32 = np.clip((exact - [x, y]) / side + 0.5, 0.0, 1.0).astype(np.float32)
    return placed


def find_frame(square: Float32) -> Frame:
    """Return the frame of documents in the map square, float32 (n, 2): islands far out do not shrink the continent."""
    low, high = np.percentile(square.astype(np.float64), [UNFRAMED, 100 - UNFRAMED], axis=0)
    extent = 2 * np.maximum(high - 0.5, 0.5 - low)
    width, height = (extent + 2 * MARGIN * extent.max()).clip(0.2, 1.0).round(4).tolist()
    return Frame(width or 1.0, height or 1.0)
