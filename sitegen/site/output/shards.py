"""Data that a page loads on demand, as scripts: they load from any server, compressed or not, and from disk.

`file://` forbids `fetch` and modules, but not a classic script. The payload is gzipped and written in base64, so
that no text in it can end the string it stands in.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import zlib
from collections.abc import Sequence

SYSTEM_AT, UNKNOWN_SYSTEM = 9, 255
"""Where gzip's header names the system that packed (RFC 1952). Python 3.11 writes Unix, 3.13 that it is unknown."""

SCRIPT = re.compile(rb'sitegenShard\(("[\w-]+"),"([A-Za-z0-9+/=]*)"\);\n')


def shard(name: str, payload: bytes) -> bytes:
    """Return a script that hands `payload` to the page under `name`; the same bytes from every Python."""
    packed = bytearray(gzip.compress(payload, 6, mtime=0))
    packed[SYSTEM_AT] = UNKNOWN_SYSTEM
    return f'sitegenShard({json.dumps(name)},"{base64.b64encode(packed).decode("ascii")}");\n'.encode("ascii")


def read_shard(script: bytes) -> tuple[str, bytes]:
    """Return the name and the payload of a script that `shard` made.

    Raises:
        ValueError: it is none, or damaged.
    """
    found = SCRIPT.fullmatch(script)
    if found is None:
        raise ValueError("no shard")
    try:
        return json.loads(found[1]), gzip.decompress(base64.b64decode(found[2], validate=True))
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error


def in_shards(lengths: Sequence[int], limit: int) -> list[int]:
    """Return where each shard starts, so that its items have at most `limit` in all, or are one item."""
    starts: list[int] = []
    filled = 0
    for index, length in enumerate(lengths):
        if not starts or filled + length > limit:
            starts.append(index)
            filled = 0
        filled += length
    return starts


def json_payload(value: object) -> bytes:
    """Return compact UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
