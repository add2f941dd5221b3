"""Pictures of the map: datashader aggregates the documents, sums of colour are shaded into transparent WebP.

Count and the three colour sums are aggregated, not one grid per topic, so that memory does not grow with the
number of topics.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from sitegen.parallel import in_threads

RGBA = npt.NDArray[np.uint8]
Array = npt.NDArray[np.float32]

GLOW = 0.012
"""Standard deviation of the soft density, as a share of the map's side."""
GLOW_ALPHA, GLOW_POWER = 0.7, 1.3
"""Opacity of the densest places, and how much faster than linearly it falls beside them."""
GLOW_PX = 512
"""Pixels per map unit of the soft density: six to a standard deviation, so nothing is lost between them."""


@dataclass(frozen=True)
class WebpSettings:
    """How a picture is written: by how many pixels its dots are softened, quality of colours, steps of alpha.

    Lone dots are what costs bytes. Soft ones look far better in few bytes than crisp ones in few colours.
    """

    soft: float
    quality: int
    steps: int


PREVIEW_LOOKS = (
    WebpSettings(0.0, 50, 24),
    WebpSettings(0.0, 50, 16),
    WebpSettings(0.0, 40, 12),
    WebpSettings(1.0, 40, 12),
    WebpSettings(2.0, 40, 12),
    WebpSettings(3.0, 40, 12),
    WebpSettings(3.0, 30, 8),
)
"""From the best that pays."""
TILE_LOOKS = (
    WebpSettings(0.0, 30, 12),
    WebpSettings(1.0, 30, 12),
    WebpSettings(1.5, 30, 12),
    WebpSettings(2.0, 30, 12),
    WebpSettings(3.0, 30, 8),
    WebpSettings(4.0, 20, 6),
)
TILE_BYTES = 16_000
"""Of the tiles of a level, on average: a view shows up to nine, and a step of the zoom may cost 150 kB."""
SAMPLED = 4
"""Tiles of a level by which its look is chosen."""
TILE_PX = 512
"""Pixels of a tile; the page shows it at 256 to 512 CSS pixels, so it is crisp where pixels are small."""
LEVELS = 4
"""The deepest level of a pyramid, 8192 pixels wide: beyond it the points tell more than a picture."""
DOCUMENTS_PER_PIXEL = 1 / 256
"""Of the deepest level, on average: a larger picture of few documents shows nothing new."""


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
    """As `shade`, for any part of the plane."""
    return _shade(xy, colors, picture, _glow(xy, colors, picture), _dot_radius(len(xy), picture.scale), soft)


def pyramid_levels(documents: int) -> int:
    """How many levels of tiles a map has beyond level 0, which is one tile and stands for the preview."""
    wanted = np.log2(max(1.0, np.sqrt(documents / DOCUMENTS_PER_PIXEL) / TILE_PX))
    return int(np.clip(np.ceil(wanted), 1, LEVELS))


def pyramid(
    xy: npt.NDArray[np.float32], colors: npt.NDArray[np.uint8], levels: int
) -> Iterator[tuple[int, int, int, bytes]]:
    """Return the tiles of levels 1 to `levels` that are not empty: level, column, row from the bottom, WebP.

    A level is drawn row by row, so memory grows with its width only. Its tiles have one look, so there are no seams.

    Args:
        xy: float32 (n, 2), places in the map square.
        colors: uint8 (n, 4), as in `shade`.
        levels: level l is 2**l tiles of `TILE_PX` pixels wide.
    """
    by_height = np.argsort(xy[:, 1], kind="stable")
    xy, colors = xy[by_height], colors[by_height]
    glow = _glow(xy, colors, Picture.whole(TILE_PX, TILE_PX))
    radius = _dot_radius(len(xy), 2 * TILE_PX)

    def drawn(picture: Picture, soft: float) -> RGBA:
        # What lies just outside reaches in with its dots.
        reach = (3 * float(np.hypot(radius, soft)) + 3) / picture.scale
        top = picture.y + picture.height / picture.scale
        low, high = np.searchsorted(xy[:, 1], [picture.y - reach, top + reach])
        return _shade(xy[low:high], colors[low:high], picture, glow, radius, soft)

    def settings_of(level: int) -> WebpSettings:
        samples = [
            Picture(TILE_PX, TILE_PX, column / 2**level, row / 2**level, 2**level * TILE_PX)
            for column, row in _fuller_tiles(xy, level)
        ]
        for look in TILE_LOOKS:
            size = sum(len(webp(drawn(each, look.soft), look.quality, look.steps)) for each in samples)
            if size <= TILE_BYTES * len(samples):
                break
        return look

    def draw(place: tuple[int, int, WebpSettings]) -> list[tuple[int, int, int, bytes]]:
        level, row, look = place
        across = 2**level
        strip = drawn(Picture(across * TILE_PX, TILE_PX, 0.0, row / across, across * TILE_PX), look.soft)
        tiles = ((column, strip[:, column * TILE_PX : (column + 1) * TILE_PX]) for column in range(across))
        return [
            (level, column, row, webp(tile, look.quality, look.steps)) for column, tile in tiles if tile[..., 3].any()
        ]

    looks = zip(range(1, levels + 1), in_threads(settings_of, range(1, levels + 1)), strict=True)
    return chain.from_iterable(
        in_threads(draw, ((level, row, look) for level, look in looks for row in range(2**level)))
    )


def _fuller_tiles(xy: Array, level: int) -> list[tuple[int, int]]:
    """Return some of that half of a level's tiles that has more documents: column, row from the bottom."""
    cells = np.clip((xy * 2**level).astype(np.int64), 0, 2**level - 1)
    filled, counts = np.unique(cells[:, 1] << level | cells[:, 0], return_counts=True)
    fuller = filled[np.argsort(counts, kind="stable")][len(filled) // 2 :]
    some = fuller[:: max(1, len(fuller) // SAMPLED)][:SAMPLED]
    return [(int(cell) % 2**level, int(cell) >> level) for cell in some]


def webp(picture: RGBA, quality: int = 30, steps: int = 12) -> bytes:
    """Return the picture as WebP. Few steps of alpha are small, and look like the contour lines of a chart.

    The steps are our own, the same for every tile: an encoder chooses them anew for each, which shows as seams.
    """
    from PIL import Image

    stepped = picture.copy()
    stepped[..., 3] = np.rint(np.rint(picture[..., 3] * (steps / 255)) * (255 / steps))
    file = io.BytesIO()
    Image.fromarray(stepped).save(file, "WEBP", quality=quality, method=4)
    return file.getvalue()


def webp_within(draw: Callable[[float], RGBA], limit: int) -> bytes:
    """Encode what `draw` returns for a softness as WebP.

    The settings are the best that fit into `limit` bytes, or the last.
    """
    data, drawn = b"", cache(draw)
    for look in PREVIEW_LOOKS:
        data = webp(drawn(look.soft), look.quality, look.steps)
        if len(data) <= limit:
            break
    return data


def _glow(xy: Array, colors: RGBA, shown: Picture) -> Glow:
    """Return the soft density of the documents where `shown` is, which may have far more pixels."""
    factor = min(1.0, GLOW_PX / shown.scale)
    width, height = (int(np.ceil(pixels * factor)) for pixels in (shown.width, shown.height))
    picture = Picture(width, height, shown.x, shown.y, shown.scale * factor)
    full = colors[:, 3] == 255
    sums = _blurred(_aggregate(xy[full], colors[full], picture), GLOW * picture.scale)
    occupied = sums[3][sums[3] > 1e-9]
    return Glow(sums, picture, float(np.percentile(occupied, 90)) if occupied.size else 1.0)


def _shade(xy: Any, colors: Any, picture: Picture, glow: Glow, dot: float, soft: float) -> RGBA:
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


def _aggregate(xy: Any, colors: Any, picture: Picture) -> Array:
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


def _dot_radius(count: int, side: float) -> float:
    """Pixels: large enough to see a lone document, small enough that a million do not smear."""
    return float(np.clip(side / 10 / np.sqrt(max(count, 1)), 0.5, 1.6)) * side / 1280 + 0.2
