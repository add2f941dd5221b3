"""Documents -> transparent pictures: datashader aggregates them, sums of colour are shaded.

Count and the three colour sums are aggregated, not one grid per topic, so that memory does not grow with the
number of topics.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RGBA = npt.NDArray[np.uint8]
Array = npt.NDArray[np.float32]

GLOW = 0.012
"""Standard deviation of the soft density, as a share of the map's side."""
GLOW_ALPHA, GLOW_POWER = 0.7, 1.3
"""Opacity of the densest places, and how much faster than linearly it falls beside them."""
GLOW_PX = 512
"""Pixels per map unit of the soft density: six to a standard deviation, so nothing is lost between them."""


@dataclass(frozen=True)
class Picture:
    """What part of the map a picture shows, and how many pixels make a map unit.

    Attributes:
        width, height: pixels.
        x, y: the map point at the lower left corner.
        scale: pixels per map unit.
    """

    width: int
    height: int
    x: float
    y: float
    scale: float

    @classmethod
    def whole(cls, width: int, height: int) -> Picture:
        """Return the map square fitted into a picture, and centred."""
        return cls.centered(width, height, min(width, height))

    @classmethod
    def centered(cls, width: int, height: int, scale: float) -> Picture:
        """Return a picture with the middle of the map in its middle."""
        return cls(width, height, 0.5 - width / scale / 2, 0.5 - height / scale / 2, scale)


@dataclass(frozen=True)
class Glow:
    """The soft density of the whole map, blurred once, small, and enlarged for any picture: it has no detail to lose.

    Attributes:
        sums: float32 (4, h, w), red, green, blue and count, row 0 at the bottom.
        picture: what they show.
        typical: the count that is taken as dense, one for all pictures of a map, so that tiles have no seams.
    """

    sums: Array
    picture: Picture
    typical: float

    def around(self, part: Picture) -> Array:
        """Return the sums that the pixels of a part of the map are made from."""
        scale, own = self.picture.scale, self.picture
        low, left = (max(0, int((at - start) * scale) - 2) for at, start in ((part.y, own.y), (part.x, own.x)))
        high, right = low + int(part.height * scale / part.scale) + 6, left + int(part.width * scale / part.scale) + 6
        return self.sums[:, low:high, left:right]


def shade(
    xy: npt.NDArray[np.float32], colors: npt.NDArray[np.uint8], width: int, height: int, soft: float = 0.0
) -> RGBA:
    """Draw documents on a transparent picture, uint8 (height, width, 4), row 0 on top.

    The map square is fitted into the picture and centred.

    Args:
        xy: float32 (n, 2), places in the map square.
        colors: uint8 (n, 4), red, green, blue and weight; only documents of full weight make the soft density.
        soft: pixels by which dots are softened.
    """
    return shade_part(xy, colors, Picture.whole(width, height), soft)


def shade_part(xy: npt.NDArray[np.float32], colors: npt.NDArray[np.uint8], picture: Picture, soft: float = 0.0) -> RGBA:
    """Draw as `shade` does, for any part of the plane."""
    return shade_with(xy, colors, picture, find_glow(xy, colors, picture), dot_radius(len(xy), picture.scale), soft)


def find_glow(xy: Array, colors: RGBA, shown: Picture) -> Glow:
    """Return the soft density of the documents where `shown` is, which may have far more pixels."""
    factor = min(1.0, GLOW_PX / shown.scale)
    width, height = (int(np.ceil(pixels * factor)) for pixels in (shown.width, shown.height))
    picture = Picture(width, height, shown.x, shown.y, shown.scale * factor)
    full = colors[:, 3] == 255
    sums = _blurred(_aggregate(xy[full], colors[full], picture), GLOW * picture.scale)
    occupied = sums[3][sums[3] > 1e-9]
    typical = float(np.percentile(occupied, 90)) if occupied.size else 1.0
    return Glow(sums, picture, float(f"{typical:.2g}"))  # so that hiding a topic does not change every tile


def shade_with(xy: Array, colors: RGBA, picture: Picture, glow: Glow, dot: float, soft: float) -> RGBA:
    """Draw as `shade_part` does, with a soft density and a radius of dots, in pixels, that are given."""
    spread = float(np.hypot(dot, soft))
    margin = int(np.ceil(3 * spread))
    wider = Picture(
        picture.width + 2 * margin,
        picture.height + 2 * margin,
        picture.x - margin / picture.scale,
        picture.y - margin / picture.scale,
        picture.scale,
    )
    # A blur of the sums and of the count alike keeps their ratio, the mean colour.
    dots = _blurred(_aggregate(xy, colors, wider), spread)[:, margin : -margin or None, margin : -margin or None]
    haze = _enlarged(glow, picture)
    dot_alpha = 0.75 * (1 - np.exp(-1.6 * 2 * np.pi * dot**2 * dots[3]))
    glow_alpha = GLOW_ALPHA * (1 - np.exp(-0.9 * (haze[3] / glow.typical) ** GLOW_POWER))
    alpha = dot_alpha + glow_alpha * (1 - dot_alpha)
    share = np.where(alpha > 0, dot_alpha / np.maximum(alpha, 1e-9), 0)
    drawn = np.empty((picture.height, picture.width, 4), np.uint8)
    for channel in range(3):
        drawn[..., channel] = np.rint(
            np.clip(share * _mean_color(dots, channel) + (1 - share) * _mean_color(haze, channel), 0, 255)
        )
    drawn[..., 3] = np.rint(255 * alpha)
    return np.flipud(drawn)


def _aggregate(xy: Array, colors: RGBA, picture: Picture) -> Array:
    """Weighted red, green, blue and count per pixel, float32 (4, height, width), row 0 at the bottom."""
    import datashader as ds
    import pandas as pd

    canvas = ds.Canvas(
        picture.width,
        picture.height,
        x_range=(picture.x, picture.x + picture.width / picture.scale),
        y_range=(picture.y, picture.y + picture.height / picture.scale),
    )
    weights = colors[:, 3] / np.float32(255)
    frame = pd.DataFrame(
        {"x": xy[:, 0], "y": xy[:, 1], "n": weights}
        | {name: colors[:, channel] * weights for channel, name in enumerate("rgb")}
    )
    layers = ds.summary(r=ds.sum("r"), g=ds.sum("g"), b=ds.sum("b"), n=ds.sum("n"))
    found = canvas.points(frame, "x", "y", agg=layers)
    return np.stack([np.nan_to_num(found[name].values.astype(np.float32)) for name in "rgbn"])


def _blurred(sums: Array, sigma: float) -> Array:
    from scipy.ndimage import gaussian_filter

    return np.stack([gaussian_filter(layer, sigma, truncate=3, mode="constant") for layer in sums])


def _enlarged(glow: Glow, picture: Picture) -> Array:
    """Return the soft density on the pixels of another picture, between its own pixels linearly."""
    if glow.picture == picture:
        return glow.sums

    def along(sums: Array, axis: int, pixels: int, start: float, own: float) -> Array:
        places = ((np.arange(pixels) + 0.5) / picture.scale + start - own) * glow.picture.scale - 0.5
        places = np.clip(places, 0, sums.shape[axis] - 1)
        below = np.minimum(places.astype(np.int64), sums.shape[axis] - 2)
        share = (places - below).astype(np.float32).reshape([-1 if each == axis else 1 for each in range(3)])
        lower = np.take(sums, below, axis)
        enlarged: Array = lower + share * (np.take(sums, below + 1, axis) - lower)
        return enlarged

    rows = along(glow.sums, 1, picture.height, picture.y, glow.picture.y)
    return along(rows, 2, picture.width, picture.x, glow.picture.x)


def _mean_color(sums: Array, channel: int) -> Array:
    mean: Array = sums[channel] / np.maximum(sums[3], 1e-9)
    return mean


def dot_radius(count: int, side: float) -> float:
    """Return a radius in pixels: large enough to see a lone document, so small that a million do not smear."""
    return float(np.clip(side / 10 / np.sqrt(max(count, 1)), 0.5, 1.6)) * side / 1280 + 0.2
