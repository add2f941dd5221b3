"""Documents of several datasets, for one map: each read by its own rules, then put below each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sitegen.artifacts import CHUNK_FIELDS, DOCUMENT_SCHEMA, TURNS_FIELD, Documents, Float32
from sitegen.config import DATASET, DatasetConfig, DocumentsConfig, Source
from sitegen.errors import DataError, SitegenError
from sitegen.pipeline.documents.read_documents import check_documents, read_documents, source_revision
from sitegen.pipeline.stage import Context

Joined = tuple[DatasetConfig, ...]


def joined_revision(
    *, joined_config: Joined, source_config: Source, documents_config: DocumentsConfig, seed: int, root: Path
) -> str:
    """Name the rows that `read_joined` would read."""
    revisions = []
    for number, each in enumerate(joined_config):
        with located(number):
            revisions.append(source_revision(**_settings(each), root=root))
    return "; ".join(revisions)


def check_joined(*, joined_config: Joined, source_config: Source, documents_config: DocumentsConfig, seed: int) -> None:
    """Raise a DataError if a library that a rule of a dataset needs is not installed."""
    for number, each in enumerate(joined_config):
        with located(number):
            check_documents(**_settings(each))


def read_joined(
    *,
    joined_config: Joined,
    source_config: Source,
    documents_config: DocumentsConfig,
    seed: int,
    context: Context,
) -> Documents:
    """Read the documents of every dataset.

    Raises:
        SourceError, DataError: as `read_documents`, with the field of the dataset.
    """
    parts = []
    for number, each in enumerate(joined_config):
        context.report.info(f"  {each.slug}:")
        with located(number):
            parts.append(read_documents(**_settings(each), context=context))
    return join(joined_config, parts)


def join(joined: Joined, parts: Sequence[Documents]) -> Documents:
    """Return the documents of all datasets in their order; their ids begin with the slug of their dataset.

    Columns that a dataset does not have are empty for its documents. A document that is not part of a longer one is
    one of its own, where others are parts.
    """
    table = pa.concat_tables(
        [_marked(each, part.table) for each, part in zip(joined, parts, strict=True)], promote_options="default"
    )
    if CHUNK_FIELDS[0].name in table.column_names:
        of_longer, chunk = (table.column(field.name) for field in CHUNK_FIELDS)
        table = _set(table, CHUNK_FIELDS[0], pc.coalesce(of_longer, table.column("id")))
        table = _set(table, CHUNK_FIELDS[1], chunk.fill_null(0))
    if TURNS_FIELD.name in table.column_names:
        table = _set(table, TURNS_FIELD, pc.coalesce(table.column(TURNS_FIELD.name), pa.scalar([], TURNS_FIELD.type)))
    dropped, noted = Counter[str](), Counter[str]()
    for part in parts:
        dropped.update(part.dropped)
        noted.update(part.noted)
    return Documents(
        table,
        dict(dropped),
        dict(noted),
        sum(part.rows for part in parts),
        np.concatenate([part.source_rows for part in parts]),
        _vectors(joined, parts),
        "\n\n".join(dict.fromkeys(filter(None, (part.card for part in parts)))),
        rows_of_parts=np.array([part.rows for part in parts], np.int64),
    )


def take_apart(joined: Joined, documents: Documents) -> Iterator[Documents]:
    """Yield the documents of each dataset again, in its order, as far as vectors are made from them."""
    titles = documents.table.column(DATASET).combine_chunks()
    rows_of_parts = documents.rows_of_parts
    for number, each in enumerate(joined):
        rows = np.flatnonzero(pc.equal(titles, each.title).to_numpy(zero_copy_only=False))
        vectors = documents.vectors[rows] if documents.vectors.size else documents.vectors
        yield Documents(
            documents.table.take(pa.array(rows)),
            {},
            rows=int(rows_of_parts[number]) if rows_of_parts is not None else 0,
            source_rows=documents.source_rows[rows],
            vectors=vectors if each.documents.vector is not None else np.empty((0, 0), np.float32),
        )


@contextmanager
def located(number: int) -> Iterator[None]:
    """Make errors name the field of the dataset that they come from."""
    try:
        yield
    except SitegenError as error:
        raise type(error)(str(error), f"joined[{number}].{error.field}".rstrip(".")) from error


def _settings(dataset: DatasetConfig) -> dict[str, Any]:
    return {
        "source_config": dataset.source,
        "documents_config": dataset.documents,
        "given_config": dataset.given,
        "seed": dataset.seed,
    }


def _marked(dataset: DatasetConfig, table: pa.Table) -> pa.Table:
    """Return a dataset's documents with ids that no other dataset has, and the dataset's title as a column."""
    for field in (DOCUMENT_SCHEMA.field("id"), CHUNK_FIELDS[0]):
        if field.name in table.column_names:
            table = _set(table, field, pc.binary_join_element_wise(dataset.slug, table.column(field.name), "/"))
    return table.append_column(DATASET, pa.repeat(pa.scalar(dataset.title, pa.string()), len(table)))


def _set(table: pa.Table, field: pa.Field, values: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.schema.get_field_index(field.name), field, values.cast(field.type))


def _vectors(joined: Joined, parts: Sequence[Documents]) -> Float32:
    """Return the vectors that came with rows, float32 (n, d), NaN where a dataset brings none; (0, 0) if none does."""
    brought = {each.slug: part.vectors for each, part in zip(joined, parts, strict=True) if part.vectors.size}
    if not brought:
        return np.empty((0, 0), np.float32)
    check_lengths(brought)
    width = next(iter(brought.values())).shape[1]
    nothing = (np.full((len(part), width), np.nan, np.float32) for part in parts)
    return np.concatenate(
        [part.vectors if part.vectors.size else nan for part, nan in zip(parts, nothing, strict=True)]
    )


def check_lengths(vectors: Mapping[str, Float32]) -> None:
    """Raise a DataError if vectors of datasets, by slug, differ in length."""
    (first, of_first), *others = vectors.items()
    for slug, each in others:
        if each.shape[1] != of_first.shape[1]:
            raise DataError(
                f"vectors of {first!r} have {of_first.shape[1]} numbers and those of {slug!r} {each.shape[1]}, so they "
                "are not of one model and cannot be compared; leave one of them out",
                "datasets",
            )
