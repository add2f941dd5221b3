"""A file to read, wherever it lies: its bytes unpacked, its text decoded, its lines."""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

import pyarrow as pa

from sitegen.errors import SourceError

CHUNK = 1 << 20
DAMAGED = (EOFError, OSError, zlib.error, lzma.LZMAError, pa.ArrowException)
"""What the decompressors and Parquet raise for a file that is cut short or is something else."""


@dataclass(frozen=True)
class DataFile:
    """A file to read, wherever it lies.

    Attributes:
        name: how messages call it; its ending tells compression and format.
        open: opens it for reading bytes.
    """

    name: str
    open: Callable[[], BinaryIO]


def _zstd(file: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(file, "r"), "zstd"))


COMPRESSIONS: dict[str, Callable[[BinaryIO], Any]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
    ".zst": _zstd,
}


def chunks(file: DataFile) -> Iterator[bytes]:
    """Return the decompressed bytes."""
    unpack = COMPRESSIONS.get(PurePosixPath(file.name.lower()).suffix)
    with file.open() as packed, unpack(packed) if unpack else packed as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def text_pieces(file: DataFile) -> Iterator[str]:
    """Return the decoded text, in pieces.

    Raises:
        SourceError: it is not UTF-8.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = lines = 0
    for chunk in chunks(file):
        piece = _decode(decoder, chunk, file.name, read, lines)
        yield piece.removeprefix("\ufeff") if read == 0 else piece
        read += len(chunk)
        lines += chunk.count(b"\n")
    _decode(decoder, b"", file.name, read, lines)


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, name: str, read: int, lines: int) -> str:
    try:
        return decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError as error:
        kept = len(error.object) - len(chunk)  # of the chunk before
        line = lines + error.object.count(b"\n", 0, error.start) + 1
        byte = read - kept + error.start
        raise SourceError(f"{name}: line {line:,}: not UTF-8 text (byte {byte:,}); save it as UTF-8", "path") from error


def text_lines(file: DataFile) -> Iterator[str]:
    """Return the lines with their ends.

    Raises:
        SourceError: it is not UTF-8.
    """
    rest: list[str] = []
    for piece in text_pieces(file):
        *whole, last = piece.split("\n")
        for line in whole:
            yield "".join((*rest, line, "\n"))
            rest = []
        rest.append(last)
    if line := "".join(rest):
        yield line
