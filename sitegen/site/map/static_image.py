"""The map as one picture for slides and papers: PNG, and SVG whose names are text."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

from markupsafe import escape

from sitegen.site.map.density_tiles import RGBA
from sitegen.site.map.label_placement import PlacedLabel, shown_at
from sitegen.site.map.label_type import LINE_HEIGHT

SIDE = 1000
"""Of the picture, in the units in which labels are placed."""
PICTURE_PX = 2400
PAPER, INK, SOFT = "#fbfaf7", "#1d1c1a", "#5d5a53"
COLORS = 256


def map_png(picture: RGBA, labels: Sequence[PlacedLabel]) -> bytes:
    """The map on paper with its names. A name that Pillow's own font cannot write is left out; the SVG has it."""
    from PIL import ImageDraw, ImageFont

    image = _on_paper(picture)
    draw = ImageDraw.Draw(image)
    scale = image.width / SIDE
    for label, (x, y) in _shown(labels):
        size = label.type.font_px(SIDE)
        font: Any = ImageFont.load_default(size * scale)
        if not all(_can_write(font, line) for line in _lines(label)):
            continue
        ink = SOFT if label.type.parent else INK
        step = size * LINE_HEIGHT * scale
        for line, text in enumerate(_lines(label)):
            below = (1 - y) * image.width + (line - (len(label.type.lines) - 1) / 2) * step
            draw.text((x * image.width, below), text, ink, font, "mm", stroke_width=round(2 * scale), stroke_fill=PAPER)
    return _png(image)


def map_svg(picture: RGBA, labels: Sequence[PlacedLabel]) -> bytes:
    """The map as SVG: the dots as an embedded PNG, the names as text in the reader's own sans-serif font."""
    dots = base64.b64encode(_png(_on_paper(picture))).decode("ascii")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}">',
        "<title>Map of topics</title>",
        f'<image width="{SIDE}" height="{SIDE}" href="data:image/png;base64,{dots}"/>',
        f'<g font-family="system-ui, sans-serif" font-weight="600" text-anchor="middle" fill="{INK}" '
        f'stroke="{PAPER}" stroke-width="4" stroke-linejoin="round" paint-order="stroke">',
    ]
    for label, (x, y) in _shown(labels):
        size = label.type.font_px(SIDE)
        look = f' fill="{SOFT}"' if label.type.parent else ""
        for line, text in enumerate(_lines(label)):
            below = (1 - y) * SIDE + (line - (len(label.type.lines) - 1) / 2) * size * LINE_HEIGHT + size * 0.35
            parts.append(f'<text x="{x * SIDE:.1f}" y="{below:.1f}" font-size="{size:g}"{look}>{_text(text)}</text>')
    return "\n".join([*parts, "</g>", "</svg>", ""]).encode("utf-8")


def _shown(labels: Sequence[PlacedLabel]) -> list[tuple[PlacedLabel, tuple[float, float]]]:
    return [(label, place.spot) for label, place in shown_at(labels, SIDE) if place.spot]


def _lines(label: PlacedLabel) -> list[str]:
    return [line.upper() if label.type.parent else line for line in label.type.lines]


def _on_paper(picture: RGBA) -> Any:
    from PIL import Image

    dots = Image.fromarray(picture)
    paper = Image.new("RGBA", dots.size, PAPER)
    paper.alpha_composite(dots)
    return paper.convert("RGB")


def _png(image: Any) -> bytes:
    file = io.BytesIO()
    image.quantize(COLORS, dither=0).save(file, "PNG", optimize=True)
    return file.getvalue()


def _can_write(font: Any, text: str) -> bool:
    missing = bytes(font.getmask("\U000f0000"))
    return all(character.isspace() or bytes(font.getmask(character)) != missing for character in text)


def _text(text: str) -> str:
    """Escaped, without the characters that XML forbids."""
    return str(escape("".join(c for c in text if c.isprintable() or c in "\u200d\u200e\u200f")))
