"""Colours of topics and categories, told apart on light and dark.

Which slot a topic has is settled with its id, for good; here is the colour of each slot.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from sitegen.artifacts import COLOR_SHADES, FIRST_COLOR

# Paul Tol's "muted" and "bright" schemes for colour-blind readers (https://personal.sron.nl/~pault/),
# each moved to a middle lightness so that it holds on paper and on slate.
PALETTE = (
    "#4477aa",
    "#e0667a",
    "#2f9e58",
    "#c9a227",
    "#3fb0cf",
    "#a8509a",
    "#e08a3c",
    "#7a6fd0",
    "#8a9a2b",
    "#c0583e",
    "#2fa39a",
    "#9c6b4f",
)
"""Colours of categories."""
OUTLIER = "#8b929c"
OUTLIER_WEIGHT = 90
HUES = (255, 12, 150, 85, 333, 218, 55, 290, 118, 187)
"""Degrees in OKLCH."""
SHADES = (0.615, 0.745, 0.55, 0.68)
"""Lightness in OKLCH. It is what all readers see alike, colour-blind or not, and neighbours differ in it."""
CHROMA = 0.145
"""Of colours of topics, where the screen has it."""


def rgb(color: str) -> tuple[int, int, int]:
    """Return `#rrggbb` as three numbers from 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


PANES = ("#f3f1ea", "#0b0d11")
"""Behind the map, on a light and on a dark page."""
CONTRAST = 4.6
"""Of a name with what is behind the map: WCAG asks for 4.5."""


@cache
def topic_color(slot: int) -> str:
    """Return `#rrggbb` of a topic's slot, see `COLOR_HUES`."""
    hue, shade = divmod(slot - FIRST_COLOR, COLOR_SHADES)
    return from_oklch(SHADES[shade], CHROMA, HUES[hue])


def document_colors(of_topics: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Return red, green, blue and weight of documents by rank of their topic, uint8 (k + 1, 4).

    The last row is of documents outside any topic. They weigh less, so that they lie below where both are.
    """
    weight = OUTLIER_WEIGHT if of_topics else 255
    return np.array([*((*rgb(color), 255) for color in of_topics), (*rgb(OUTLIER), weight)], np.uint8)


@cache
def inks(color: str) -> tuple[str, str]:
    """Return the colour in which a topic's name is written on a light and on a dark map.

    It has the topic's hue, dark or light enough to be read.
    """
    light, dark = (_readable(color, pane) for pane in PANES)
    return light, dark


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours after WCAG 2.2, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """Return `#rrggbb` of a colour in OKLCH (https://bottosson.github.io/posts/oklab), hue in degrees.

    Where the screen has no such colour, one with less chroma.
    """
    a, b = math.cos(math.radians(hue)), math.sin(math.radians(hue))
    while True:
        linear = _LINEAR_OF_LMS @ (_LMS_OF_LAB @ np.array([lightness, chroma * a, chroma * b])) ** 3
        if chroma < 1e-4 or ((linear > -1e-4) & (linear < 1.0001)).all():
            break
        chroma *= 0.97
    linear = linear.clip(0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#{:02x}{:02x}{:02x}".format(*np.rint(255 * encoded).astype(int).tolist())


def oklch(color: str) -> tuple[float, float, float]:
    """Return the lightness, chroma and hue in degrees of `#rrggbb`."""
    lightness, a, b = np.linalg.solve(_LMS_OF_LAB, np.cbrt(np.linalg.solve(_LINEAR_OF_LMS, _linear(color)))).tolist()
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _readable(color: str, pane: str) -> str:
    lightness, chroma, hue = oklch(color)
    step = -0.01 if _luminance(pane) > 0.2 else 0.01
    while contrast(color, pane) < CONTRAST and 0 < lightness < 1:
        lightness += step
        color = from_oklch(lightness, chroma, hue)
    return color


def _linear(color: str) -> npt.NDArray[np.float64]:
    encoded = np.array(rgb(color)) / 255
    linear: npt.NDArray[np.float64] = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return linear


def _luminance(color: str) -> float:
    return float(_linear(color) @ (0.2126, 0.7152, 0.0722))


_LMS_OF_LAB = np.array(
    [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.2914855480]]
)
_LINEAR_OF_LMS = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)
