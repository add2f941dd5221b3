"""Fonts of the pictures to take away, and which of them can write a text.

Source Sans Pro is bundled unchanged with its licence (SIL OFL 1.1) in `fonts/`, so that every machine draws the same.
It has Latin, Greek and Cyrillic. For other scripts a project names fonts of its own (`site.picture_fonts`).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import regex

from sitegen.errors import PublishError
from sitegen.words import JOINERS, is_printable

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FONTS = Path(__file__).parent / "fonts"
NO_SUCH_GLYPH = "\U0010fffd"
SHAPED = regex.compile(r"[\p{M}\p{Bidi_Class=R}\p{Bidi_Class=AL}\p{Bidi_Class=AN}]")
"""A mark, or what is written from right to left."""


@dataclass(frozen=True)
class Typeface:
    """Font files of regular and of strong letters."""

    regular: Path
    strong: Path

    def font(self, text: str, size: float, *, strong: bool) -> FreeTypeFont:
        """Return the font that draws a text."""
        return _font(self.strong if strong else self.regular, size, shaped=_needs_shaping(text))

    def writes(self, text: str) -> bool:
        """Tell whether there is a letter for every character, and what the script needs to join and order them."""
        if self != SOURCE_SANS and _needs_shaping(text):
            return _can_shape() and all(letter in JOINERS or self._has(letter) for letter in set(text))
        return all(map(self._has, set(unicodedata.normalize("NFC", text))))

    def _has(self, letter: str) -> bool:
        return letter.isspace() or (is_printable(letter) and _has_glyph(self.regular, letter))


SOURCE_SANS = Typeface(FONTS / "SourceSansPro-Regular.otf", FONTS / "SourceSansPro-Semibold.otf")


@dataclass(frozen=True)
class PictureFonts:
    """Typefaces in the order in which they are tried."""

    faces: tuple[Typeface, ...] = (SOURCE_SANS,)

    def that_writes(self, text: str) -> Typeface | None:
        """Return the first typeface that can write all of a text."""
        return next((face for face in self.faces if face.writes(text)), None)

    def best(self, text: str) -> tuple[Typeface, str]:
        """Return the typeface that writes most characters of a text, and what it can write of it."""
        if face := self.that_writes(text):
            return face, text
        written = [(face, "".join(filter(face.writes, text))) for face in self.faces]
        return max(written, key=lambda each: len(each[1]))

    def unwritable(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the names that no typeface can write."""
        return tuple(name for name in names if self.that_writes(name) is None)

    def digest(self) -> list[str]:
        """Return the hash of each font of the project."""
        return [hashlib.sha256(face.regular.read_bytes()).hexdigest() for face in self.faces[1:]]


def picture_fonts(files: Sequence[str], root: Path) -> PictureFonts:
    """Return the bundled typeface and those in files of the project.

    Raises:
        PublishError: one is not there, or is no font.
    """
    faces = [SOURCE_SANS]
    for file in files:
        path = root / file
        if not path.is_file():
            raise PublishError(f"site.picture_fonts: {path} does not exist; paths start at the folder of datasets.yaml")
        try:
            _font(path, 12, shaped=False)
        except OSError as error:
            raise PublishError(
                f"site.picture_fonts: {path} is no font ({error}); OTF, TTF and TTC files are, WOFF files are for pages"
            ) from error
        faces.append(Typeface(path, path))
    return PictureFonts(tuple(faces))


def _needs_shaping(text: str) -> bool:
    """Whether letters join, stack or run from right to left, so that drawing one after the other is wrong."""
    return SHAPED.search(unicodedata.normalize("NFC", text)) is not None


@cache
def _can_shape() -> bool:
    """Whether this machine has the library that shapes text; where it does not, names in such scripts are left out."""
    from PIL import features

    return bool(features.check("raqm") and features.check("fribidi"))


@cache
def _font(file: Path, size: float, *, shaped: bool) -> FreeTypeFont:
    from PIL import ImageFont

    # The engine that shapes is a library that some machines have: for other texts they would draw other bytes.
    engine = ImageFont.Layout.RAQM if shaped and _can_shape() and file.parent != FONTS else ImageFont.Layout.BASIC
    return ImageFont.truetype(file, size, layout_engine=engine)


@cache
def _has_glyph(file: Path, letter: str) -> bool:
    return _mask(file, letter) != _mask(file, NO_SUCH_GLYPH)


@cache
def _mask(file: Path, letter: str) -> bytes:
    return bytes(_font(file, 30, shaped=False).getmask(letter))
