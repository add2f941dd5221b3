"""Where documents lie in the map square, [0, 1] x [0, 1] with y up, and which part of it the whole map shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]

OUTLYING = 0.2
"""Percent of the documents, at each of the four sides, that the map square may cut off."""
UNFRAMED = 0.5
"""Percent of the documents, at each of the four sides, that the whole map need not show."""
MARGIN = 0.07
"""Of the frame, at each of its sides, for the names of what lies there."""


@dataclass(frozen=True)
class Frame:
    """The part of the map square that the whole map shows, around its middle: its width and height in map units."""

    width: float = 1.0
    height: float = 1.0

    def scale(self, width: float, height: float) -> float:
        """Pixels per map unit of a pane of so many pixels that shows the whole map."""
        return min(width / self.width, height / self.height)


def to_map_square(layout: Float32, given: bool = False) -> Float32:
    """Scale a layout, float32 (n, 2), into the map square, both axes alike, with the middle of the frame in its middle.

    UMAP places a few documents far out. Including them would shrink the map, so percentiles set the square, and what
    lies outside is moved to its border. A layout that is `given` is shown as it is: the square holds all of it.
    """
    exact, outlying = layout.astype(np.float64), 0 if given else OUTLYING
    low, high = np.percentile(exact, [outlying, 100 - outlying], axis=0)
    middle = np.percentile(exact, [UNFRAMED, 100 - UNFRAMED], axis=0).mean(axis=0)
    side = 2 * float(np.maximum(high - middle, middle - low).max()) * (1 + 2 * MARGIN) or 1.0
    square: Float32 = np.clip((exact - middle) / side + 0.5, 0.0, 1.0).astype(np.float32)
    return square


def find_frame(square: Float32) -> Frame:
    """Return the frame of documents in the map square, float32 (n, 2): islands far out do not shrink the continent."""
    low, high = np.percentile(square.astype(np.float64), [UNFRAMED, 100 - UNFRAMED], axis=0)
    extent = 2 * np.maximum(high - 0.5, 0.5 - low)
    width, height = (extent + 2 * MARGIN * extent.max()).clip(0.2, 1.0).round(4).tolist()
    return Frame(width or 1.0, height or 1.0)
