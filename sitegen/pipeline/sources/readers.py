"""Rows of one file of any format, read without holding them all. What is wrong is told with the file and the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import PurePosixPath

import pyarrow.parquet as pq

from sitegen.errors import SourceError
from sitegen.pipeline.models.git_lfs import is_pointer
from sitegen.pipeline.sources.arrow_values import plain_rows
from sitegen.pipeline.sources.data_file import COMPRESSIONS, DAMAGED, DataFile, text_lines, text_pieces
from sitegen.pipeline.sources.formats.csv_rows import csv_rows
from sitegen.pipeline.sources.formats.disguises import LONGEST, disguise
from sitegen.pipeline.sources.formats.json_rows import json_lines, json_rows
from sitegen.pipeline.sources.formats.mail_rows import mail_rows
from sitegen.pipeline.sources.formats.whatsapp_rows import LOOKED_AT, looks_like_whatsapp, whatsapp_rows
from sitegen.pipeline.sources.options import Options

BATCH_BYTES = 16 << 20
"""Of a Parquet file, at a time: rows may be 10 MB each."""

FORMATS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".geojson": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".txt": "text",
    ".md": "text",
    ".mbox": "mbox",
}

Row = dict[str, object]


def read_rows(file: DataFile, options: Options) -> Iterator[Row]:
    """Return the rows of `file`.

    Raises:
        SourceError: it is not of its format.
    """
    kind = options.format or guess_format(file.name)
    if kind is None:
        hint = "; a table of a spreadsheet or a database can be saved as CSV"
        raise SourceError(
            f"{file.name}: the name does not tell the format; say format: {', '.join(sorted(_READERS))}{hint}",
            "format",
        )
    try:
        with file.open() as stream:
            if is_pointer(stream):
                raise SourceError(
                    f"{file.name} is a Git LFS pointer, not the data; run `git lfs pull` where it lies", "path"
                )
        with file.open() as stream:
            packed = PurePosixPath(file.name.lower()).suffix in COMPRESSIONS
            if not packed and (what := disguise(stream.read(LONGEST), kind)) is not None:
                raise SourceError(f"{file.name} {what}", "path")
        yield from _READERS[kind](file, options)
    except DAMAGED as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SourceError(f"{file.name} is damaged or cannot be read: {reason[:300]}", "path") from error


def guess_format(name: str) -> str | None:
    """Return the format of a file called `name`, which may end in a compression."""
    path = PurePosixPath(name.lower())
    return FORMATS.get((PurePosixPath(path.stem) if path.suffix in COMPRESSIONS else path).suffix)


def _parquet(file: DataFile, _: Options) -> Iterator[Row]:
    with file.open() as stream:
        table = pq.ParquetFile(stream)
        twice = [name for name, count in Counter(table.schema_arrow.names).items() if count > 1]
        if twice:
            raise SourceError(f"{file.name}: two columns are called {twice[0]!r}", "path")
        groups = [table.metadata.row_group(index) for index in range(table.num_row_groups)]
        widest = max((group.total_byte_size / max(group.num_rows, 1) for group in groups), default=1.0)
        for batch in table.iter_batches(batch_size=int(min(max(BATCH_BYTES / max(widest, 1.0), 1), 1000))):
            yield from plain_rows(batch)


def _plain(file: DataFile, options: Options) -> Iterable[Row]:
    if options.per == "file":
        return [{"file": file.name, "text": "".join(text_pieces(file))}]
    if options.format is None and looks_like_whatsapp(list(islice(text_lines(file), LOOKED_AT))):
        options.remarks.recognise("format", "whatsapp", f"{file.name} is read as a chat that WhatsApp exported")
        return whatsapp_rows(file, options)
    return ({"text": line.rstrip("\r\n")} for line in text_lines(file))


_READERS: dict[str, Callable[[DataFile, Options], Iterable[Row]]] = {
    "parquet": _parquet,
    "csv": partial(csv_rows, default=","),
    "tsv": partial(csv_rows, default="\t"),
    "json": json_rows,
    "jsonl": json_lines,
    "text": _plain,
    "mbox": mail_rows,
    "whatsapp": whatsapp_rows,
}
