"""Pictures of the map: datashader aggregates the documents, sums of colour are shaded into transparent WebP.

Count and the three colour sums are aggregated, not one grid per topic, so that memory does not grow with the
number of topics.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt

RGBA = npt.NDArray[np.uint8]
Array = npt.NDArray[np.float64]

GLOW = 0.012
"""Standard deviation of the soft density, as a share of the picture's shorter side."""


def shade(xy: npt.NDArray[np.float32], colors: npt.NDArray[np.uint8], width: int, height: int) -> RGBA:
    """Draw documents on a transparent picture, uint8 (height, width, 4), row 0 on top.

    The map square is fitted into the picture and centred.

    Args:
        xy: float32 (n, 2), places in the map square.
        colors: uint8 (n, 3).
    """
    from scipy.ndimage import gaussian_filter

    sums = _aggregate(xy, colors, width, height)
    side = min(width, height)
    dot = _dot_radius(len(xy), side)
    # A blur of the sums and of the count alike keeps their ratio, the mean colour.
    dots = np.stack([gaussian_filter(layer, dot, truncate=3) for layer in sums])
    glow = np.stack([gaussian_filter(layer, GLOW * side, truncate=3) for layer in sums])
    dots *= 2 * np.pi * dot**2
    occupied = glow[3][glow[3] > 1e-9]
    typical = float(np.percentile(occupied, 90)) if occupied.size else 1.0
    dot_alpha = 0.75 * (1 - np.exp(-1.6 * dots[3]))
    glow_alpha = 0.34 * (1 - np.exp(-1.5 * glow[3] / typical))
    alpha = dot_alpha + glow_alpha * (1 - dot_alpha)
    share = np.where(alpha > 0, dot_alpha / np.maximum(alpha, 1e-9), 0)
    color = share * _mean_color(dots) + (1 - share) * _mean_color(glow)
    picture = np.concatenate([color, 255 * alpha[None]]).transpose(1, 2, 0)
    return np.flipud(np.clip(np.rint(picture), 0, 255).astype(np.uint8))


def webp(picture: RGBA, quality: int = 50) -> bytes:
    """The picture as WebP. Few steps of alpha are small, and look like the contour lines of a chart."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(picture).save(file, "WEBP", quality=quality, alpha_quality=40, method=6)
    return file.getvalue()


def _aggregate(xy: Any, colors: Any, width: int, height: int) -> Array:
    """Red, green, blue and count per pixel, float (4, height, width), row 0 at the bottom."""
    import datashader as ds
    import pandas as pd

    side = min(width, height)
    x_reach, y_reach = width / side / 2, height / side / 2
    canvas = ds.Canvas(width, height, x_range=(0.5 - x_reach, 0.5 + x_reach), y_range=(0.5 - y_reach, 0.5 + y_reach))
    frame = pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1]} | {name: colors[:, i] for i, name in enumerate("rgb")})
    layers = ds.summary(r=ds.sum("r"), g=ds.sum("g"), b=ds.sum("b"), n=ds.count())
    found = canvas.points(frame, "x", "y", agg=layers)
    return np.stack([np.nan_to_num(found[name].values.astype(np.float64)) for name in "rgbn"])


def _mean_color(sums: Array) -> Array:
    mean: Array = sums[:3] / np.maximum(sums[3], 1e-9)
    return mean


def _dot_radius(count: int, side: int) -> float:
    """Pixels: large enough to see a lone document, small enough that a million do not smear."""
    return float(np.clip(side / 10 / np.sqrt(max(count, 1)), 0.5, 1.6)) * side / 1280 + 0.2
