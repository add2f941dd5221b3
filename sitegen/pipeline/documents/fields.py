"""What rides along with a text: id, title, link, date, category, turns, and more columns by type."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sitegen.artifacts import CHUNK_FIELDS, COLUMN_TYPES, DOCUMENT_SCHEMA, TURNS_FIELD, Float32, Int64
from sitegen.config import DocumentsConfig, GivenConfig
from sitegen.errors import DataError
from sitegen.pipeline.documents.drop_counts import Dropped
from sitegen.pipeline.documents.passages import Passage
from sitegen.pipeline.documents.values import (
    EXACT,
    WHOLE,
    BadValueError,
    as_category,
    as_date,
    as_number,
    as_text,
    as_url,
    as_vector,
    clean,
    is_missing,
)

TITLE_CHARS = 100
NO_PLACE = "without a place on the map"
DOUBTFUL = f"is a float of {EXACT:,} or more, whose last digits may be wrong"
BATCH_ROWS = 10_000
BATCH_CHARS = 50_000_000
Record = dict[str, Any]
SOURCE_ROW = pa.field("__source_row__", pa.int64())
VECTOR = pa.field("__vector__", pa.list_(pa.float32()))
UNSEEN = (SOURCE_ROW.name, VECTOR.name)
"""Columns of a record that are no columns of the table of documents."""
GIVEN = "__given__"
"""Beginning of the names of such columns that hold results which the dataset brings."""


def _as_line(value: object) -> str | None:
    return clean(as_text(value)) or None


# fmt: off
PARSERS: dict[str, tuple[Callable[[object], object], str]] = {
    "number":   (as_number,   "not a number"),
    "date":     (as_date,     "not a date"),
    "category": (as_category, "not text"),
    "text":     (_as_line,    "not text"),
    "url":      (as_url,      "not a link"),
}
# fmt: on


class Fields:
    """Reads the typed columns of a row.

    Attributes:
        columns: config field and name of each column that it reads.
        rules: names of the rules by which it drops rows.
        schema: of the table of documents.
        noted: values that could not be read and became null, or may be wrong, by what was wrong.
        reason: what the first row held that was dropped for its vector.
    """

    def __init__(self, config: DocumentsConfig, given: GivenConfig) -> None:
        self.noted: Counter[str] = Counter()
        self.reason = ""
        self._first: tuple[int, int] | None = None
        wanted = [("id", "text", config.id), ("title", "text", config.title), ("url", "url", config.url)]
        wanted += [("date", "date", config.date), ("category", "category", config.category)]
        self._fields = [(field, field, kind, column) for field, kind, column in wanted if column is not None]
        self._fields += [(name, f"columns.{name}", kind, name) for name, kind in config.columns.items()]
        self._id = config.id
        self._vector = config.vector
        self._policy = config.on_bad_value
        self._chunks = config.chunk is not None
        self._places = [(GIVEN + "x", given.x), (GIVEN + "y", given.y)] if given.x and given.y else []
        self._given = [(GIVEN + role, field, column) for role, field, column in given.columns]
        self.columns = [(f"documents.{place}", column) for _, place, _, column in self._fields]
        self.columns += [("given.x", column) for _, column in self._places]
        self.columns += [(field, column) for _, field, column in self._given]
        self.rules = tuple(f"{column} is {PARSERS[kind][1]}" for _, _, kind, column in self._fields)
        if self._vector is not None:
            self.columns.append(("documents.vector", self._vector))
            self.rules += (f"{self._vector} is no vector", f"{self._vector} has another length")
        if self._places:
            self.rules += (NO_PLACE,)
        extra = [pa.field(name, COLUMN_TYPES[kind]) for name, kind in config.columns.items()]
        if self._chunks:
            extra += CHUNK_FIELDS
        if config.turns is not None:
            extra.append(TURNS_FIELD)
        unseen = [SOURCE_ROW] if self._vector is None else [SOURCE_ROW, VECTOR]
        unseen += [pa.field(name, pa.float64()) for name, _ in self._places]
        unseen += [pa.field(name, pa.string()) for name, *_ in self._given]
        self.schema = pa.schema([*DOCUMENT_SCHEMA, *extra, *unseen])

    def __call__(self, number: int, row: dict[str, object]) -> Record:
        """Return the columns of row `number` but for its text.

        Raises:
            Dropped, DataError: a value cannot be read and the config drops or refuses such rows.
        """
        record: Record = {}
        for field, place, kind, column in self._fields:
            value, (parse, problem) = row.get(column), PARSERS[kind]
            try:
                record[field] = None if is_missing(value) else parse(value)
                if isinstance(value, float) and kind in ("text", "category") and EXACT <= abs(value) < WHOLE:
                    self.noted[f"{column} {DOUBTFUL}"] += 1
            except BadValueError as error:
                if self._policy == "drop":
                    raise Dropped(f"{column} is {problem}") from error
                if self._policy == "fail":
                    raise refusal(number, column, problem, value, f"documents.{place}") from error
                record[field] = None
                self.noted[f"{column} is {problem}, left empty"] += 1
        if not record.get("id"):
            record["id"] = str(number)
            if self._id is not None:
                self.noted[f"without {self._id}, whose id is the number of the row"] += 1
        record[SOURCE_ROW.name] = number
        if self._vector is not None:
            record[VECTOR.name] = self._vector_of(number, row.get(self._vector))
        for name, column in self._places:
            record[name] = self._coordinate(number, row.get(column), column)
        for name, field, column in self._given:
            record[name] = self._label(number, row.get(column), field, column)
        return record

    def _coordinate(self, number: int, value: object, column: str) -> float:
        try:
            return as_number(value)
        except BadValueError as error:
            if self._policy == "fail":
                raise refusal(number, column, "no finite number", value, "given.x") from error
            self.reason = self.reason or f"row {number}: {column} is no finite number but {shown(value)}"
            raise Dropped(NO_PLACE) from error

    def _label(self, number: int, value: object, field: str, column: str) -> str | None:
        try:
            return as_category(value)
        except BadValueError as error:
            if self._policy == "fail":
                raise refusal(number, column, str(error), value, field) from error
            self.noted[f"{column} is no label, left empty"] += 1
            return None

    def _vector_of(self, number: int, value: object) -> Float32:
        """Return the vector of a row, of the length of the first one."""
        column = str(self._vector)
        try:
            vector = as_vector(value)
        except BadValueError as error:
            if self._policy == "fail":
                raise refusal(number, column, str(error), value, "documents.vector") from error
            self.reason = self.reason or f"row {number}: {column} is no list of numbers but {shown(value)}"
            raise Dropped(f"{column} is no vector") from error
        self._first = self._first or (number, len(vector))
        first, width = self._first
        if len(vector) != width:
            if self._policy == "drop":
                raise Dropped(f"{column} has another length")
            raise DataError(
                f"row {number} has a vector of {len(vector)} numbers, row {first} one of {width}; "
                "documents.on_bad_value can drop such rows",
                "documents.vector",
            )
        return vector

    def with_passage(self, record: Record, passage: Passage, piece: int, pieces: int) -> Record:
        """Return the document of one piece of a row's text."""
        title = shorten(record.get("title") or passage.text, TITLE_CHARS)
        document = {**record, "text": passage.text, "title": title}
        document[TURNS_FIELD.name] = [turn._asdict() for turn in passage.turns]
        if self._chunks:
            name = f"{record['id']}#{piece}" if pieces > 1 else record["id"]
            document |= {"id": name, "document": record["id"], "chunk": piece}
        return document


def refusal(number: int, column: str, problem: str, value: object, field: str) -> DataError:
    """Say why the build fails at a value."""
    return DataError(
        f"row {number}: {column} is {problem}: {shown(value)}; documents.on_bad_value can drop such rows", field
    )


def shown(value: object) -> str:
    """Return a value as a message shows it, on one line and not long."""
    if isinstance(value, dict):
        return f"an object of {', '.join(map(str, list(value)[:6]))}"
    if isinstance(value, str | bytes | bool | int | float | None):
        return repr(value)[:60]
    return json.dumps(value, default=str, ensure_ascii=False)[:60]


def shorten(text: str, limit: int) -> str:
    """Return the beginning of `text` on one line, cut at a word where one is near."""
    line = " ".join(text.split(None, limit)[:limit])
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    word = head.rfind(" ")
    return (head[:word] if word > limit // 2 else head).rstrip(" ,.;:") + "…"


def write_table(documents: Iterator[Record], schema: pa.Schema, folder: Path) -> pa.Table:
    """Return the documents as a table that lies in a file, of which the system keeps in memory what is in use."""
    path = folder / "documents.arrow"
    path.unlink(missing_ok=True)  # never write into a file that an earlier table still reads
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema) as writer:
        for batch in _batches(documents):
            writer.write_batch(pa.RecordBatch.from_pylist(batch, schema))
    with pa.memory_map(str(path)) as file:
        table = pa.ipc.open_file(file).read_all()
    path.unlink()  # the memory map keeps it readable
    return table


def take_unseen(table: pa.Table) -> tuple[pa.Table, Int64, Float32, pa.Table | None]:
    """Return the table without its hidden columns, and what those hold.

    They hold the row in the source, the vector and the given results of each document.
    """
    rows = table.column(SOURCE_ROW.name).to_numpy()
    vectors = np.empty((0, 0), np.float32)
    if VECTOR.name in table.column_names:
        column = table.column(VECTOR.name)
        vectors = pc.list_flatten(column).to_numpy().reshape(len(rows), -1)
    brought = {name.removeprefix(GIVEN): table[name] for name in table.column_names if name.startswith(GIVEN)}
    seen = [name for name in table.column_names if name not in UNSEEN and not name.startswith(GIVEN)]
    return table.select(seen), rows, vectors, pa.table(brought) if brought else None


def _batches(documents: Iterable[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    chars = 0
    for document in documents:
        batch.append(document)
        chars += len(document["text"])
        if len(batch) >= BATCH_ROWS or chars >= BATCH_CHARS:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch
