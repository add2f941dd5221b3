"""Pictures of a map to take away: names, title and origin written on what the map drew, as PNG, SVG and social card.

Names that no font can write (see `picture_fonts`) are left out of the PNG and are text in the SVG.
"""

from __future__ import annotations

import base64
import io
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from sitegen.site.map.labels.label_type import BOLD_FROM_PX, LINE_HEIGHT
from sitegen.site.map.labels.placed_label import PlacedLabel, leader_start
from sitegen.site.map.palette import inks
from sitegen.site.map.pictures.static_image import FOOT, HEAD, SIDE, BarePicture
from sitegen.site.map.summary import PICTURES, MapSummary
from sitegen.site.pages.files.picture_fonts import PictureFonts
from sitegen.words import is_printable

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

JPEG_QUALITY = 90


@dataclass(frozen=True)
class Scheme:
    """Colours of a picture; `ink` is the place of its colours in `palette.inks`."""

    suffix: str
    paper: str
    text: str
    soft: str
    ink: int


LIGHT = Scheme("", "#fbfaf7", "#1d1c1a", "#5d5a53", 0)
DARK = Scheme("-dark", "#101318", "#eceae4", "#a3a6ad", 1)


@dataclass(frozen=True)
class Caption:
    """What stands around the map: its title and figures above, where it comes from below."""

    title: str
    figures: str
    origin: str


def picture_files(
    folder: Path, summary: MapSummary, caption: Caption, fonts: PictureFonts
) -> dict[str, Callable[[], bytes]]:
    """Return what draws each picture to download, by file name; `folder` is what `render_dataset` filled."""
    files: dict[str, Callable[[], bytes]] = {}
    for bare in summary.pictures:
        if bare.shape.name == "card":
            continue
        shape = "" if bare.shape.name == "wide" else f"-{bare.shape.name}"
        for scheme in (LIGHT, DARK):
            files[f"map{shape}{scheme.suffix}.png"] = partial(_png, folder, summary, bare, caption, scheme, fonts)
        if bare.shape.name == "wide":
            files["map.svg"] = partial(_svg, folder, summary, bare, caption)
    return files


def social_card(folder: Path, summary: MapSummary, caption: Caption, fonts: PictureFonts) -> bytes:
    """Return a JPEG of 1200 x 630 pixels: what a chat or a social network shows of a link to the map."""
    bare = next(bare for bare in summary.pictures if bare.shape.name == "card")
    return _encoded(_drawn(folder, summary, bare, caption, LIGHT, fonts), "JPEG")


def _png(
    folder: Path, summary: MapSummary, bare: BarePicture, caption: Caption, scheme: Scheme, fonts: PictureFonts
) -> bytes:
    return _encoded(_drawn(folder, summary, bare, caption, scheme, fonts), "PNG")


def _drawn(
    folder: Path, summary: MapSummary, bare: BarePicture, caption: Caption, scheme: Scheme, fonts: PictureFonts
) -> Image:
    from PIL import ImageDraw

    image = _on_paper(folder, bare, scheme)
    draw: Any = ImageDraw.Draw(image)
    unit = bare.shape.unit
    halo = max(1, round(2 * unit))
    written = [(label, face) for label in bare.labels if (face := fonts.that_writes(" ".join(label.type.lines)))]
    for label, _ in written:
        ink = inks(summary.topics[label.topic].color)[scheme.ink]
        place = label.places[0]
        if place.leader is not None:
            ends = [_spot(bare, leader_start(label, place, bare.scale)), _spot(bare, place.leader)]
            draw.line([(x * unit, y * unit) for x, y in ends], ink, max(1, round(unit)))
    for label, face in written:
        ink = inks(summary.topics[label.topic].color)[scheme.ink]
        for text, x, y in _lines(bare, label):
            font = face.font(text, label.type.font_px(bare.scale) * unit, strong=_strong(label))
            draw.text((x * unit, y * unit), text, ink, font, "mm", stroke_width=halo, stroke_fill=scheme.paper)
    room = bare.shape.width - 2 * SIDE * unit
    for text, strong, size, color, y in (
        (caption.title, True, 30, scheme.text, 40),
        (caption.figures, False, 17, scheme.soft, 72),
        (caption.origin, False, 13, scheme.soft, bare.shape.height / unit - FOOT / 2),
    ):
        face, writable = fonts.best(text)
        font = face.font(writable, size * unit, strong=strong)
        shown = _shortened(font, writable, room)
        draw.text((SIDE * unit, y * unit), shown, color, font, "lm")
    return image


def _svg(folder: Path, summary: MapSummary, bare: BarePicture, caption: Caption) -> bytes:
    """Return the picture as SVG: the dots as an embedded JPEG, all that is written as text.

    So characters that the font lacks are there too.
    """
    width, height = bare.shape.width / bare.shape.unit, bare.shape.height / bare.shape.unit
    dots = base64.b64encode(_encoded(_on_paper(folder, bare, LIGHT), "JPEG")).decode("ascii")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f"height=\"{height:g}\" font-family=\"'Source Sans Pro', 'Source Sans 3', system-ui, sans-serif\">",
        f"<title>{_text(caption.title)}</title>",
        f'<image width="{width:g}" height="{height:g}" href="data:image/jpeg;base64,{dots}"/>',
    ]
    for label in bare.labels:
        place = label.places[0]
        if place.leader is not None:
            (x1, y1), (x2, y2) = _spot(bare, leader_start(label, place, bare.scale)), _spot(bare, place.leader)
            ink = inks(summary.topics[label.topic].color)[0]
            parts.append(f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{ink}"/>')
    parts.append(
        f'<g text-anchor="middle" stroke="{LIGHT.paper}" stroke-width="4" stroke-linejoin="round" paint-order="stroke">'
    )
    for label in bare.labels:
        size, weight = label.type.font_px(bare.scale), 600 if _strong(label) else 400
        ink = inks(summary.topics[label.topic].color)[0]
        parts += [
            f'<text x="{x:.1f}" y="{y + size * 0.33:.1f}" font-size="{size:g}" font-weight="{weight}" fill="{ink}">'
            f"{_text(text)}</text>"
            for text, x, y in _lines(bare, label)
        ]
    parts += [
        "</g>",
        f'<text x="{SIDE}" y="50" font-size="30" font-weight="600" fill="{LIGHT.text}">{_text(caption.title)}</text>',
        f'<text x="{SIDE}" y="78" font-size="17" fill="{LIGHT.soft}">{_text(caption.figures)}</text>',
        f'<text x="{SIDE}" y="{height - FOOT / 2 + 4:g}" font-size="13" fill="{LIGHT.soft}">'
        f"{_text(caption.origin)}</text>",
        "</svg>",
        "",
    ]
    return "\n".join(parts).encode("utf-8")


def _on_paper(folder: Path, bare: BarePicture, scheme: Scheme) -> Image:
    from PIL import Image

    with Image.open(folder / PICTURES / bare.file) as dots:
        paper = Image.new("RGBA", dots.size, scheme.paper)
        paper.alpha_composite(dots.convert("RGBA"))
    return paper.convert("RGB")


def _encoded(image: Image, kind: str) -> bytes:
    file = io.BytesIO()
    if kind == "JPEG":
        image.save(file, kind, quality=JPEG_QUALITY, optimize=True)
    else:
        image.save(file, kind, compress_level=4)  # 6 takes half as long again for 7 % fewer bytes
    return file.getvalue()


def _lines(bare: BarePicture, label: PlacedLabel) -> Iterator[tuple[str, float, float]]:
    """Each line of a name, and its middle in units of the picture."""
    spot = label.places[0].spot
    if spot is None:
        return
    x, y = _spot(bare, spot)
    step = label.type.font_px(bare.scale) * LINE_HEIGHT
    for number, text in enumerate(label.type.lines):
        yield text, x, y + (number - (len(label.type.lines) - 1) / 2) * step


def _spot(bare: BarePicture, place: tuple[float, float]) -> tuple[float, float]:
    """Return a place in the map square, in units of the picture, y down."""
    width, height = bare.shape.width / bare.shape.unit, bare.shape.height / bare.shape.unit
    middle = HEAD + (height - HEAD - FOOT) / 2
    return width / 2 + (place[0] - 0.5) * bare.scale, middle - (place[1] - 0.5) * bare.scale


def _strong(label: PlacedLabel) -> bool:
    return label.type.size >= BOLD_FROM_PX


def _shortened(font: FreeTypeFont, text: str, room: float) -> str:
    if font.getlength(text) <= room:
        return text
    end = bisect_right(range(1, len(text)), room, key=lambda end: font.getlength(f"{text[:end]}…"))
    return f"{text[:end].rstrip()}…"


def _text(text: str) -> str:
    """Escaped, without the characters that XML forbids."""
    return str(escape("".join(c for c in text if is_printable(c) or c in "\u200d\u200e\u200f")))
