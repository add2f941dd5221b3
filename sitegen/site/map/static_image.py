"""The map as one picture for slides and papers: PNG, and SVG whose names are text."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

from markupsafe import escape

from sitegen.site.map.density_tiles import RGBA
from sitegen.site.map.label_placement import FONT_PX, LINE_HEIGHT, PlacedLabel

SIDE = 1000
"""Of the picture, in the units in which labels are placed."""
PICTURE_PX = 2400
PAPER, INK, SOFT = "#fbfaf7", "#1d1c1a", "#5d5a53"
COLORS = 256


def fitting(labels: Sequence[PlacedLabel]) -> list[PlacedLabel]:
    """The labels that show at this size and do not leave the picture."""
    return [
        label
        for label in labels
        if label.min_scale <= SIDE < label.max_scale
        and label.width / 2 <= SIDE * min(label.x, 1 - label.x)
        and 0.02 < label.y < 0.98
    ]


def map_png(picture: RGBA, labels: Sequence[PlacedLabel]) -> bytes:
    """The map on paper with its names. A name that Pillow's own font cannot write is left out; the SVG has it."""
    from PIL import ImageDraw, ImageFont

    image = _on_paper(picture)
    draw = ImageDraw.Draw(image)
    scale = image.width / SIDE
    for label in fitting(labels):
        font: Any = ImageFont.load_default(FONT_PX[label.size] * scale)
        if not all(_can_write(font, line) for line in _lines(label)):
            continue
        ink = SOFT if label.parent else INK
        step = FONT_PX[label.size] * LINE_HEIGHT * scale
        for line, text in enumerate(_lines(label)):
            y = (1 - label.y) * image.width + (line - (len(label.lines) - 1) / 2) * step
            draw.text(
                (label.x * image.width, y), text, ink, font, "mm", stroke_width=round(2 * scale), stroke_fill=PAPER
            )
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
    for label in fitting(labels):
        size = FONT_PX[label.size]
        look = f' fill="{SOFT}"' if label.parent else ""
        for line, text in enumerate(_lines(label)):
            y = (1 - label.y) * SIDE + (line - (len(label.lines) - 1) / 2) * size * LINE_HEIGHT + size * 0.35
            parts.append(f'<text x="{label.x * SIDE:.1f}" y="{y:.1f}" font-size="{size:g}"{look}>{_text(text)}</text>')
    return "\n".join([*parts, "</g>", "</svg>", ""]).encode("utf-8")


def _lines(label: PlacedLabel) -> list[str]:
    return [line.upper() if label.parent else line for line in label.lines]


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
