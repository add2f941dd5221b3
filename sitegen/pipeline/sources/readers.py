"""Rows of one file of any format, read without holding them all. What is wrong is told with the file and the line."""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import json
import lzma
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from sitegen.errors import SourceError
from sitegen.pipeline.sources.json_values import json_values

CHUNK = 1 << 20
BATCH_BYTES = 16 << 20
"""Of a Parquet file, at a time: rows may be 10 MB each."""

FORMATS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".txt": "text",
    ".md": "text",
}
DAMAGED = (EOFError, OSError, zlib.error, lzma.LZMAError, pa.ArrowException)
"""What the decompressors and Parquet raise for a file that is cut short or is something else."""

Row = dict[str, Any]


@dataclass(frozen=True)
class DataFile:
    """A file to read, wherever it lies.

    Attributes:
        name: how messages call it; its ending tells compression and format.
        open: opens it for reading bytes.
    """

    name: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class Options:
    """How to read: the fields of the source `file` of the same names."""

    format: str | None = None
    delimiter: str | None = None
    per: str = "line"


def read_rows(file: DataFile, options: Options) -> Iterator[Row]:
    """The rows of `file`.

    Raises:
        SourceError: it is not of its format.
    """
    kind = options.format or guess_format(file.name)
    if kind is None:
        raise SourceError(
            f"{file.name}: the name does not tell the format; say format: {', '.join(sorted(set(FORMATS.values())))}",
            "format",
        )
    try:
        yield from _READERS[kind](file, options)
    except DAMAGED as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SourceError(f"{file.name} is damaged or cannot be read: {reason[:300]}", "path") from error


def guess_format(name: str) -> str | None:
    """The format of a file called `name`, which may end in a compression."""
    path = PurePosixPath(name.lower())
    return FORMATS.get((PurePosixPath(path.stem) if path.suffix in COMPRESSIONS else path).suffix)


def _zstd(file: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(file, "r"), "zstd"))


COMPRESSIONS: dict[str, Callable[[BinaryIO], Any]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
    ".zst": _zstd,
}


def _chunks(file: DataFile) -> Iterator[bytes]:
    """The decompressed bytes."""
    unpack = COMPRESSIONS.get(PurePosixPath(file.name.lower()).suffix)
    with file.open() as packed, unpack(packed) if unpack else packed as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _text(file: DataFile) -> Iterator[str]:
    """The decoded text, in pieces."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = lines = 0
    for chunk in _chunks(file):
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


def _lines(file: DataFile) -> Iterator[str]:
    """The lines with their ends."""
    rest: list[str] = []
    for piece in _text(file):
        *whole, last = piece.split("\n")
        for line in whole:
            yield "".join((*rest, line, "\n"))
            rest = []
        rest.append(last)
    if line := "".join(rest):
        yield line


def _parquet(file: DataFile, _: Options) -> Iterator[Row]:
    with file.open() as stream:
        table = pq.ParquetFile(stream)
        groups = [table.metadata.row_group(index) for index in range(table.num_row_groups)]
        widest = max((group.total_byte_size / max(group.num_rows, 1) for group in groups), default=1.0)
        number = 0
        for batch in table.iter_batches(batch_size=int(min(max(BATCH_BYTES / max(widest, 1.0), 1), 1000))):
            try:
                yield from batch.to_pylist()
            except UnicodeDecodeError as error:
                raise SourceError(
                    f"{file.name}: rows {number + 1:,} to {number + batch.num_rows:,}: not UTF-8 text ({error.reason})",
                    "path",
                ) from error
            number += batch.num_rows


def _csv(file: DataFile, options: Options) -> Iterator[Row]:
    kind = options.format or guess_format(file.name)
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(_lines(file), delimiter=options.delimiter or ("\t" if kind == "tsv" else ","), strict=True)
    try:
        header = next(reader, [])
        if len(set(header)) < len(header):
            twice = next(name for name in header if header.count(name) > 1)
            raise SourceError(f"{file.name}: line 1: two columns are called {twice!r}", "path")
        for row in reader:
            if len(row) != len(header) and row:
                counts = f"{len(row)} fields, the first line has {len(header)}"
                raise SourceError(f"{file.name}: line {reader.line_num:,} has {counts}", "path")
            if row:
                # An empty field is a missing value: CSV has no other way to say it.
                yield {name: value or None for name, value in zip(header, row, strict=True)}
    except csv.Error as error:
        raise SourceError(f"{file.name}: line {reader.line_num:,} is not valid CSV: {error}", "path") from error


def _json_lines(file: DataFile, _: Options) -> Iterator[Row]:
    for number, line in enumerate(_lines(file), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise SourceError(f"{file.name}: line {number:,} is not valid JSON: {error}", "path") from error
            yield _object(row, file, f"line {number:,}")


def _json(file: DataFile, options: Options) -> Iterator[Row]:
    if _holds_json_lines(file):
        yield from _json_lines(file, options)
        return
    for number, (key, value) in enumerate(json_values(_text(file), file.name), 1):
        row = _object(value, file, f"row {number:,}")
        yield row if key is None else {"key": key, **row}


def _holds_json_lines(file: DataFile) -> bool:
    """Whether the first line is an object of its own and more follows: `.json` often means JSON Lines."""
    pieces = _text(file)
    head, newline, rest = next(pieces, "").partition("\n")
    if not (newline and head.startswith("{") and (rest + next(pieces, "")).strip()):
        return False
    try:
        return isinstance(json.loads(head), dict)
    except (ValueError, RecursionError):
        return False


def _object(value: Any, file: DataFile, where: str) -> Row:
    if not isinstance(value, dict):
        raise SourceError(f"{file.name}: {where} is {type(value).__name__}, not an object", "path")
    return value


def _plain(file: DataFile, options: Options) -> Iterable[Row]:
    if options.per == "file":
        return [{"file": file.name, "text": "".join(_text(file))}]
    return ({"text": line.rstrip("\r\n")} for line in _lines(file))


_READERS: dict[str, Callable[[DataFile, Options], Iterable[Row]]] = {
    "parquet": _parquet,
    "csv": _csv,
    "tsv": _csv,
    "json": _json,
    "jsonl": _json_lines,
    "text": _plain,
}
