#!/usr/bin/env bash
# pyarrow 26.0.1 (Linux, Python 3.11), seen on 2026-11-30.
#
# A site that grows publishes its documents as Parquet, and rsync is to find an unchanged table unchanged.
#
# Guess before the run: tables that compare as equal and have one schema are written as the same bytes; in how many
# chunks a column lies in memory is its own business, or begins a row group at most.
# Seen: the bytes differ where a chunk ends at a row that is no multiple of 1,024, although each file has one row group:
# the writer looks for the end of a page after each batch of rows, and begins a batch anew with each chunk. Where chunks
# end at a multiple, and after combine_chunks, the bytes are those of a table of one chunk.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyarrow==26.0.1
cat >"$folder/trial.py" <<'PY'
"""Writes one table of texts, cut into chunks at several rows."""
import io
import random

import pyarrow as pa
import pyarrow.parquet as pq

random.seed(1)
whole = pa.table({"text": ["".join(random.choices("abcdef ", k=80)) for _ in range(40_000)]})


def written(table):
    """Return the bytes of a table, and in how many row groups it lies."""
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    return file.getvalue(), pq.ParquetFile(file).num_row_groups


expected, groups = written(whole)
for row in (7_001, 16_384, 20_000, 20_480):
    cut = pa.concat_tables([whole.slice(0, row), whole.slice(row)])
    assert cut.equals(whole) and cut.column(0).num_chunks == 2
    content, of_cut = written(cut)
    print(f"a chunk ends at row {row}: the bytes are {'the same' if content == expected else 'others'}")
    assert of_cut == groups == 1
    assert (content == expected) == (row % 1024 == 0)
    assert written(cut.combine_chunks())[0] == expected
PY
"$folder/venv/bin/python" "$folder/trial.py"
