"""Reading values as what a column should hold. Rows come from anywhere, so any value may be of any type."""

from __future__ import annotations

import math
import re
import unicodedata
import warnings
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import numpy as np
import numpy.typing as npt

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
NEWLINES = re.compile(r"\r\n?|\x85")
NUMBER = re.compile(r"(?:[^\d.,+-]|[.,](?!\d))*([+-]?)(?:[^\d.,+-]|[.,](?!\d))*([.,]?\d(?:[.,' \u00a0\u202f]?\d)*)\D*")
GROUPED = re.compile(r"(\d{1,3}(?:([.,' \u00a0\u202f])\d{3})(?:\2\d{3})*)((?!\2)[.,]\d+)?")
LINK = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)
YEARS = range(1000, 3000)
WHOLE = 2**63
EXACT = 2**53
"""From here on a float does not tell whole numbers apart."""
BEYOND_YEARS = re.compile(r"[+-]?\d{5,}-\d\d|-\d{1,4}-\d\d|0000-\d\d")
"""A date before the year 1 or after 9999, which no calendar here can hold."""
LEAP_SECOND = re.compile(r"(?<=\d\d:\d\d:)60(?!\d)")
"""Which RFC 3339 allows and no calendar here holds."""
NUMBERS = re.compile(r"\[[-+.,;\s\deEnaifNIAF]*\]")


class BadValueError(ValueError):
    """A value is not what its column should hold. The message completes "column x is …"."""


def is_missing(value: object) -> bool:
    """Tell whether a value is null, not a number, blank or an empty list: nothing that could be wrong."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value != value or (isinstance(value, list | tuple | dict | bytes) and not value)


def clean(text: str) -> str:
    """Return composed Unicode (NFC) without control characters and without what UTF-8 cannot hold; ends stripped."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    if not text.isprintable():
        text = CONTROLS.sub("", NEWLINES.sub("\n", text))
    return text.strip()


def as_text(value: object) -> str:
    """Return the text of a scalar; the items of a list below each other.

    Raises:
        BadValueError: it holds something else, such as an object or bytes that are not UTF-8.
    """
    if isinstance(value, str):
        return value
    if is_missing(value):
        return ""
    if isinstance(value, list | tuple):
        if any(isinstance(item, dict) for item in value):
            return "".join(map(_part, value))
        return "\n".join(text for item in value if (text := as_text(item)))
    if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE:
        return str(int(value))  # an integer that a library made a float, for another row had none
    if isinstance(value, int | float | Decimal | date | time | UUID) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, timedelta):
        return as_text(value.total_seconds())
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadValueError("not UTF-8") from error
    raise BadValueError("not text")


def _part(value: object) -> str:
    """Return a piece of a formatted text, such as `{"type": "bold", "text": "so"}` in exports of chats."""
    if isinstance(value, dict):
        value = value.get("text")
        if not isinstance(value, str):
            raise BadValueError("not text")
    return as_text(value)


def as_category(value: object) -> str | None:
    """Return one line of text, the items of a list set apart by commas; null if there is none."""
    if isinstance(value, bool):
        return str(value)
    items = value if isinstance(value, list | tuple) else [value]
    return ", ".join(" ".join(clean(as_text(item)).split()) for item in items if not is_missing(item)) or None


def as_number(value: Any) -> float:
    """Return a finite number, also of a text that holds one number and whatever else: `$1,299.00`, `12,99 €`, `-5 %`.

    A mark before exactly three digits parts thousands, but a single point, as in `1.299`, is a decimal point.

    Raises:
        BadValueError: there is none, or more than one.
    """
    if isinstance(value, timedelta):
        value = value.total_seconds()
    try:
        number = _number_in(value) if isinstance(value, str) else float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadValueError("not a number") from error
    if isinstance(value, bool) or not math.isfinite(number):
        raise BadValueError("not a number")
    return number


def _number_in(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        found = NUMBER.fullmatch(text)
    if found is None:
        raise BadValueError("not a number")
    sign, digits = found.groups()
    grouped = GROUPED.fullmatch(digits)
    if grouped and (grouped[2] != "." or grouped[3] or digits.count(".") > 1):
        whole, fraction = re.sub(r"\D", "", grouped[1]), (grouped[3] or "")[1:]
    else:
        whole, _, fraction = digits.replace(",", ".").partition(".")
    return float(f"{sign}{whole or 0}.{fraction or 0}")


def as_date(value: object) -> datetime:
    """Return a moment in UTC: a date, an ISO 8601 or other usual text, a year, `20240131`, or a time since 1970.

    Raises:
        BadValueError: it is none of these, or does not say the year.
    """
    try:
        found = _date_in(value.strip() if isinstance(value, str) else value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError, TypeError) as error:
        raise BadValueError("not a date") from error


def _date_in(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, str):
        if BEYOND_YEARS.match(value):
            raise BadValueError("not a date")
        try:
            value = float(value)
        except ValueError:
            text, leap = LEAP_SECOND.subn("59", value, count=1)
            try:
                found = datetime.fromisoformat(text)
            except ValueError:
                found = _loose_date(text)
            return found + timedelta(seconds=leap)
    if isinstance(value, bool):
        raise BadValueError("not a date")
    number = float(value)
    if number in YEARS:
        return datetime(int(number), 1, 1)
    if len(str(int(number))) == 8 and int(number) // 10000 in YEARS:
        return datetime.strptime(str(int(number)), "%Y%m%d")
    # Seconds since 1970 have 11 digits at most for 3,000 years; more digits are milliseconds, microseconds, …
    while abs(number) >= 1e11:
        number /= 1000
    if abs(number) < 1e8:
        raise BadValueError("not a date")
    return datetime.fromtimestamp(number, UTC)


def _loose_date(text: str) -> datetime:
    """Return the date in a text. What it leaves out comes from a default.

    Two defaults show whether it says the year.
    """
    from dateutil import parser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # unknown names of time zones are taken as UTC
        one, other = (parser.parse(text, default=datetime(year, 1, 1)) for year in (2000, 2004))
    if one.year != other.year:
        raise BadValueError("not a date")
    return cast(datetime, one)


def as_url(value: object) -> str:
    """Return a link that a page may carry.

    Raises:
        BadValueError: it is not http or https.
    """
    text = clean(value) if isinstance(value, str) else ""
    if not LINK.fullmatch(text):
        raise BadValueError("not a link")
    return text


def as_vector(value: object) -> npt.NDArray[np.float32]:
    """Return a list of numbers as float32 (d,); also as text, as JSON or numpy write it, or the only item of a list.

    Raises:
        BadValueError: it is none, or holds something else, or is of no direction.
    """
    try:
        with np.errstate(over="ignore"):
            vector = np.array(_numbers_in(value) if isinstance(value, str) else value, dtype=np.float32)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadValueError("no vector") from error
    if vector.ndim == 2 and len(vector) == 1:
        vector = vector[0]
    if vector.ndim != 1 or not vector.size or not np.isfinite(vector).all() or not vector.any():
        raise BadValueError("no vector")
    return vector


def _numbers_in(text: str) -> list[float]:
    """Return the numbers of a text such as `[0.1, 0.2]` or `[0.1 0.2]`, inside of one pair of brackets or two."""
    inner = text.strip()
    if inner.startswith("[["):
        inner = inner[1:-1].strip()
    if not NUMBERS.fullmatch(inner):
        raise ValueError(text)
    return [float(number) for number in re.split(r"[\s,;]+", inner[1:-1].strip(" ,;\n\r\t"))]
