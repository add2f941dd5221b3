"""Data that a page loads on demand, as scripts: they load from any server, compressed or not, and from disk.

`file://` forbids `fetch` and modules, but not a classic script. The payload is gzipped and written in base64, so
that no text in it can end the string it stands in.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Sequence
from typing import Any

SYSTEM_AT, UNKNOWN_SYSTEM = 9, 255
"""Where gzip's header names the system that packed (RFC 1952). Python 3.11 writes Unix, 3.13 that it is unknown."""


def shard(name: str, payload: bytes) -> bytes:
    """Return a script that hands `payload` to the page under `name`; the same bytes from every Python."""
    packed = bytearray(gzip.compress(payload, 6, mtime=0))
    packed[SYSTEM_AT] = UNKNOWN_SYSTEM
    return f'sitegenShard({json.dumps(name)},"{base64.b64encode(packed).decode("ascii")}");\n'.encode("ascii")


def in_shards(lengths: Sequence[int], limit: int) -> list[int]:
    """Where each shard starts, so that its items have at most `limit` in all, or are one item."""
    starts: list[int] = []
    filled = 0
    for index, length in enumerate(lengths):
        if not starts or filled + length > limit:
            starts.append(index)
            filled = 0
        filled += length
    return starts


def json_payload(value: Any) -> bytes:
    """Compact UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
