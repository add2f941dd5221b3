"""Where documents lie in the map square, [0, 1] x [0, 1] with y up."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]

OUTLYING = 0.2
"""Percent of the documents, at each of the four sides, that the frame may cut off."""
MARGIN = 0.06


def to_map_square(layout: Float32, given: bool = False) -> Float32:
    """Scale a layout, float32 (n, 2), into the map square, both axes alike.

    UMAP throws a few documents far out; a frame around all of them would leave the map a small blot. So the
    frame is set by percentiles, and what lies outside is moved to its border. A layout that is `given` is shown as it
    is: the frame holds all of it.
    """
    outlying = 0 if given else OUTLYING
    low, high = np.percentile(layout.astype(np.float64), [outlying, 100 - outlying], axis=0)
    side = float((high - low).max()) * (1 + 2 * MARGIN) or 1.0
    square: Float32 = np.clip((layout - (low + high) / 2) / side + 0.5, 0.0, 1.0).astype(np.float32)
    return square
