"""The social card of a map: what a chat or a social network shows of a link to it."""

from __future__ import annotations

import io
import textwrap
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

WIDTH, HEIGHT = 1200, 630
MARGIN = 56
PICTURE = 560
PAPER, INK, SOFT = "#fbfaf7", "#1d1c1a", "#5d5a53"
NO_SUCH_GLYPH = "\U0010fffd"


def social_card(preview: Path, title: str, figures: str, site: str) -> bytes:
    """A JPEG of 1200 x 630 pixels: the title, its `figures` and the name of the site beside the picture of the map.

    The font is the one that Pillow carries, so every machine draws the same. What it has no letters for is left out.
    """
    from PIL import Image, ImageDraw

    card = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    with Image.open(preview) as picture:
        square = picture.convert("RGBA").resize((PICTURE, PICTURE), Image.Resampling.LANCZOS)
    card.paste(square, (WIDTH - PICTURE - 24, (HEIGHT - PICTURE) // 2), square)
    draw = ImageDraw.Draw(card)
    if _drawable(title):
        lines = textwrap.wrap(title, 18, max_lines=4, placeholder=" …")
        draw.multiline_text((MARGIN, 110), "\n".join(lines), INK, _font(60), spacing=14)
    draw.text((MARGIN, HEIGHT - 132), figures, SOFT, _font(30))
    if _drawable(site):
        draw.text((MARGIN, HEIGHT - 84), textwrap.shorten(site, 34, placeholder=" …"), SOFT, _font(30))
    file = io.BytesIO()
    card.save(file, "JPEG", quality=88, optimize=True)
    return file.getvalue()


@cache
def _font(size: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _drawable(text: str) -> bool:
    """Whether the font has a letter for every character."""
    box = _mask(NO_SUCH_GLYPH)
    return all(letter.isprintable() and (letter.isspace() or _mask(letter) != box) for letter in set(text))


def _mask(letter: str) -> bytes:
    return bytes(_font(30).getmask(letter))
