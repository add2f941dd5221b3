"""In which script a language is written, as far as names of topics need it."""

from __future__ import annotations

from functools import cache

import regex

from sitegen.words import LETTER

LATIN = "LATIN"
# fmt: off
SCRIPTS: dict[str, tuple[str, ...]] = {
    "am": ("ETHIOPIC",), "ar": ("ARABIC",), "as": ("BENGALI",), "be": ("CYRILLIC",), "bg": ("CYRILLIC",),
    "bn": ("BENGALI",), "bo": ("TIBETAN",), "el": ("GREEK",), "fa": ("ARABIC",), "gu": ("GUJARATI",),
    "he": ("HEBREW",), "hi": ("DEVANAGARI",), "hy": ("ARMENIAN",),
    "ja": ("HAN", "HIRAGANA", "KATAKANA"),
    "ka": ("GEORGIAN",), "kk": ("CYRILLIC", LATIN), "km": ("KHMER",), "kn": ("KANNADA",), "ko": ("HANGUL",),
    "ky": ("CYRILLIC",), "lo": ("LAO",), "mk": ("CYRILLIC",), "ml": ("MALAYALAM",), "mn": ("CYRILLIC", "MONGOLIAN"),
    "mr": ("DEVANAGARI",), "my": ("MYANMAR",), "ne": ("DEVANAGARI",), "or": ("ORIYA",), "pa": ("GURMUKHI", "ARABIC"),
    "ps": ("ARABIC",), "ru": ("CYRILLIC",), "sa": ("DEVANAGARI",), "sd": ("ARABIC",), "si": ("SINHALA",),
    "sr": ("CYRILLIC", LATIN), "ta": ("TAMIL",), "te": ("TELUGU",), "tg": ("CYRILLIC",), "th": ("THAI",),
    "ti": ("ETHIOPIC",), "ug": ("ARABIC",), "uk": ("CYRILLIC",), "ur": ("ARABIC",), "yi": ("HEBREW",),
    "yue": ("HAN",), "zh": ("HAN",),
}
# fmt: on
"""Scripts by language, named as Unicode names them. All other languages are taken for Latin ones."""


def matches_script_of(text: str, language: str) -> bool:
    """Tell whether `text` is in a script of `language` (BCP 47). Words in Latin letters may stand among others.

    A script does not tell languages apart that share it: German passes for English.
    """
    scripts = SCRIPTS.get(language.partition("-")[0], (LATIN,))
    letters = LETTER.findall(text)
    allowed, own = _letters_of((*scripts, LATIN)), _letters_of(scripts)
    return all(map(allowed.match, letters)) and (not letters or any(map(own.match, letters)))


@cache
def _letters_of(scripts: tuple[str, ...]) -> regex.Pattern[str]:
    """Match a letter that is used in one of the scripts, also one that several share, as `ー` of Japanese."""
    classes = [rf"\p{{Script_Extensions={script}}}" for script in scripts]
    return regex.compile(f"[{''.join(classes)}]")
