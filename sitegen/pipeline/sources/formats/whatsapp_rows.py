"""Rows of a chat that WhatsApp exported as text: one for each conversation, which ends with hours of silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sitegen.errors import SourceError
from sitegen.pipeline.sources.data_file import DataFile, text_lines
from sitegen.pipeline.sources.options import Options

PAUSE = timedelta(hours=6)
"""Silence after which a conversation is another one."""
LOOKED_AT = 20
"""Lines by which such a file is recognised."""
LINE = re.compile(
    r"""[\u200e\u200f]?\[?
    (?P<a>\d{1,4})[./-](?P<b>\d{1,2})[./-](?P<c>\d{1,4}),?\s+
    (?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d))?(?:\s*(?P<half>[ap])\.?\s?m\.?)?
    (?:\]|\s-)\s(?P<rest>.*)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
SAID = re.compile(r"[\u200e\u200f]?(?P<who>[^:\n]{1,80}): (?P<what>.*)", re.DOTALL)
ORDERS = {"day first": "cba", "month first": "cab", "year first": "abc"}
"""Groups of a line that hold year, month and day."""


@dataclass(frozen=True)
class _Message:
    when: dict[str, str | None]
    who: str
    what: str


def looks_like_whatsapp(lines: Sequence[str]) -> bool:
    """Tell whether a text file that begins with `lines` is an exported chat."""
    return bool(lines and LINE.match(lines[0])) and sum(bool(LINE.match(line)) for line in lines) > 1


def whatsapp_rows(file: DataFile, options: Options) -> Iterator[dict[str, object]]:
    """Return `date` and `messages` ({role, content}) of each conversation; notes of the program itself are left out.

    Days and months change places between countries: the order is the one by which time never runs backwards.

    Raises:
        SourceError: no order fits, or the file does not begin with a message.
    """
    messages, notes = _read(file)
    if notes:
        options.remarks.tell(f"{file.name}: {notes:,} notes of WhatsApp itself are left out")
    name, times = _times(messages, file.name)
    options.remarks.tell(f"{file.name}: dates are read {name}")
    row: dict[str, Any] = {}
    before = datetime.min
    for message, time in zip(messages, times, strict=True):
        if row and time - before > PAUSE:
            yield row
            row = {}
        row = row or {"date": time.isoformat(), "messages": []}
        row["messages"].append({"role": message.who, "content": message.what})
        before = time
    if row:
        yield row


def _read(file: DataFile) -> tuple[list[_Message], int]:
    """Return the messages, and the number of lines that nobody said."""
    messages: list[_Message] = []
    notes, continues = 0, False
    for number, line in enumerate(text_lines(file), 1):
        line = line.rstrip("\r\n")
        if found := LINE.match(line):
            said = SAID.fullmatch(found["rest"])
            continues = said is not None
            if said:
                messages.append(_Message(found.groupdict(), said["who"].strip(), said["what"]))
            else:
                notes += 1
        elif continues:
            last = messages[-1]
            messages[-1] = _Message(last.when, last.who, f"{last.what}\n{line}")
        elif not notes:
            raise SourceError(f"{file.name}: line {number:,} is no message of WhatsApp: {line[:60]!r}", "format")
    return messages, notes


def _times(messages: Sequence[_Message], name: str) -> tuple[str, list[datetime]]:
    """Return the name of the order that fits best, and the time of each message in it."""
    fitting = []
    for order, groups in ORDERS.items():
        try:
            times = [_time(message.when, groups) for message in messages]
        except ValueError:
            continue
        fitting.append((sum(b < a for a, b in pairwise(times)), order, times))
    if not fitting:
        raise SourceError(f"{name}: its dates fit neither {', '.join(ORDERS)}", "format")
    _, order, times = min(fitting, key=lambda each: each[0])
    return order, times


def _time(when: dict[str, str | None], groups: str) -> datetime:
    year, month, day = (int(when[group] or 0) for group in groups)
    hour = int(when["hour"] or 0)
    if when["half"]:
        hour = hour % 12 + 12 * (when["half"].lower() == "p")
    return datetime(year + 2000 * (year < 100), month, day, hour, int(when["minute"] or 0), int(when["second"] or 0))
