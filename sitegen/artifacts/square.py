"""The square that a map shows: from a layout's own coordinates to those of the map."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

OUTLYING = 0.2
"""Percent of the documents, at each of the four sides, that the map square may cut off."""
UNFRAMED = 0.5
"""Percent of the documents, at each of the four sides, that the whole map need not show."""
MARGIN = 0.07
"""Of the frame, at each of its sides, for the names of what lies there."""


def find_square(layout: npt.NDArray[np.float32], given: bool = False) -> list[float]:
    """Return the middle, x and y, and the side of the square of a layout, float32 (n, 2).

    UMAP places a few documents far out. Including them would shrink the map, so percentiles set the square. A layout
    that is `given` is shown as it is: the square holds all of it.
    """
    exact, outlying = layout.astype(np.float64), 0 if given else OUTLYING
    low, high = np.percentile(exact, [outlying, 100 - outlying], axis=0)
    middle = np.percentile(exact, [UNFRAMED, 100 - UNFRAMED], axis=0).mean(axis=0)
    side = 2 * float(np.maximum(high - middle, middle - low).max()) * (1 + 2 * MARGIN) or 1.0
    return [*middle.tolist(), side]
