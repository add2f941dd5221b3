"""The density of documents as tiles of transparent WebP, and how a picture is fitted into a number of bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from functools import cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from sitegen.parallel import in_threads
from sitegen.site.map.pictures.known_tiles import NOTHING, KnownTiles
from sitegen.site.map.pictures.shading import RGBA, Array, Picture, dot_radius, find_glow, shade_with
from sitegen.site.output.hashed_files import digest_of


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


def pyramid_levels(documents: int) -> int:
    """Return how many levels of tiles a map has beyond level 0, which is one tile and stands for the preview."""
    wanted = np.log2(max(1.0, np.sqrt(documents / DOCUMENTS_PER_PIXEL) / TILE_PX))
    return int(np.clip(np.ceil(wanted), 1, LEVELS))


def pyramid(
    xy: npt.NDArray[np.float32],
    colors: npt.NDArray[np.uint8],
    levels: int,
    known: KnownTiles | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Yield the tiles of levels 1 to `levels` that are not empty: `level/column-row.webp`, rows from the top; WebP.

    A level is drawn row by row, so memory grows with its width only. Its tiles have one look, so there are no seams.
    Nothing is computed before the first tile is asked for: a set that is taken over costs nothing.

    Args:
        xy: float32 (n, 2), places in the map square.
        colors: uint8 (n, 4), as in `shading.shade`.
        levels: level l is 2**l tiles of `TILE_PX` pixels wide.
        known: tiles of the rendering before; those that are drawn from the same are taken from there.
    """
    by_height = np.argsort(xy[:, 1], kind="stable")
    xy, colors = xy[by_height], colors[by_height]
    glow = find_glow(xy, colors, Picture.whole(TILE_PX, TILE_PX))
    radius = dot_radius(len(xy), 2 * TILE_PX)

    def near(picture: Picture, soft: float) -> slice:
        # What lies just outside reaches in with its dots.
        reach = _reach(picture, radius, soft)
        top = picture.y + picture.height / picture.scale
        low, high = np.searchsorted(xy[:, 1], [picture.y - reach, top + reach])
        return slice(int(low), int(high))

    def drawn(picture: Picture, soft: float) -> RGBA:
        rows = near(picture, soft)
        return shade_with(xy[rows], colors[rows], picture, glow, radius, soft)

    def key(tile: Picture, look: WebpSettings) -> str:
        """Return a digest of all that a tile is drawn from."""
        rows, reach = near(tile, look.soft), _reach(tile, radius, look.soft)
        right = tile.x + tile.width / tile.scale
        inside = (xy[rows, 0] >= tile.x - reach) & (xy[rows, 0] <= right + reach)
        soft = glow.around(tile)
        facts = [*astuple(tile), *astuple(look), radius, glow.typical]
        return digest_of(facts, xy[rows][inside], colors[rows][inside], soft)

    def size_of(tile: Picture, look: WebpSettings) -> int:
        sized = f"size {key(tile, look)}" if known else ""  # most are of another look than the tile will have
        size = known.size(sized) if known else None
        if size is None:
            size = len(webp(drawn(tile, look.soft), look.quality, look.steps))
        if known:
            known.note(sized, NOTHING, size)
        return size

    def settings_of(level: int) -> WebpSettings:
        samples = [
            Picture(TILE_PX, TILE_PX, column / 2**level, row / 2**level, 2**level * TILE_PX)
            for column, row in _fuller_tiles(xy, level)
        ]
        for look in TILE_LOOKS:
            size = sum(size_of(each, look) for each in samples)
            if size <= TILE_BYTES * len(samples):
                break
        return look

    def draw(place: tuple[int, int, WebpSettings]) -> list[tuple[str, bytes]]:
        level, row, look = place
        across = 2**level
        pictures = [Picture(TILE_PX, TILE_PX, each / across, row / across, across * TILE_PX) for each in range(across)]
        keys = [key(each, look) for each in pictures] if known else [""] * across
        tiles = [known.read(each) if known else None for each in keys]
        if None in tiles:
            strip = drawn(Picture(across * TILE_PX, TILE_PX, 0.0, row / across, across * TILE_PX), look.soft)
        found = []
        for column, data in enumerate(tiles):
            path = f"{level}/{column}-{across - 1 - row}.webp"
            if data is None:
                tile = strip[:, column * TILE_PX : (column + 1) * TILE_PX]
                data = webp(tile, look.quality, look.steps) if tile[..., 3].any() else b""
            if known:
                known.note(keys[column], path if data else NOTHING, len(data))
            if data:
                found.append((path, data))
        return found

    looks = zip(range(1, levels + 1), in_threads(settings_of, range(1, levels + 1)), strict=True)
    yield from chain.from_iterable(
        in_threads(draw, ((level, row, look) for level, look in looks for row in range(2**level)))
    )


def _reach(picture: Picture, radius: float, soft: float) -> float:
    """Return how far outside a picture a document may lie to be seen in it, in map units."""
    return (3 * float(np.hypot(radius, soft)) + 3) / picture.scale


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
