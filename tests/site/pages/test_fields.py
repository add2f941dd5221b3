"""What of the documents' columns is published for the map, and how cells of CSV are written."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from sitegen.artifacts import Documents
from sitegen.config import PrivacyConfig
from sitegen.site.map.text_shards import FIELD_CHARS, FIELDS_PER_SHARD, field_names, text_shard_source, write_fields
from sitegen.site.output.hashed_files import HashedFiles
from sitegen.site.pages.files.downloads import csv_line
from sitegen.site.privacy.published_documents import publish_documents

VECTORS = json.loads((Path(__file__).parents[2] / "js" / "csv.json").read_text("utf-8"))


def with_columns(each, **publish):
    """The tiny map with columns that ride along."""
    count = len(each.documents)
    columns = {
        "stars": pa.array([(4.0, 2.5, float("nan"), None, 1e300)[k % 5] for k in range(count)], pa.float64()),
        "seen": pa.array(
            [datetime(2024, 1, 2, 3 * (k % 2), tzinfo=UTC) for k in range(count)], pa.timestamp("us", "UTC")
        ),
        "note": pa.array([f"mail me{k}@example.org " + "x" * (k * 3) for k in range(count)]),
        "secret": pa.array(["secret"] * count),
    }
    table = each.documents.table
    for name, values in columns.items():
        table = table.append_column(name, values)
    return each.dataset.model_copy(update={"privacy": PrivacyConfig(**publish)}), Documents(table, {})


def read(folder, unpack):
    files = sorted(folder.glob("fields-*/*/*.js"), key=lambda file: int(file.stem))
    shards = [json.loads(unpack(file.read_text("ascii")), parse_constant=lambda name: 1 / 0) for file in files]
    assert all(len(shard) == FIELDS_PER_SHARD for shard in shards[:-1])
    return [row for shard in shards for row in shard]


def test_ids_links_dates_and_columns_stand_in_storage_order(tiny, tmp_path, unpack):
    each = tiny.maps["tiny"]
    dataset, documents = with_columns(each, columns=("date", "seen", "stars", "note"))
    order = np.random.default_rng(1).permutation(len(documents)).astype(np.int64)
    write_fields(
        HashedFiles(tmp_path), text_shard_source(dataset, publish_documents(documents, dataset).documents, order)
    )
    rows = read(tmp_path, unpack)
    assert field_names(dataset.privacy) == ["seen", "stars", "note"]
    assert [row[0] for row in rows] == [f"d{document}" for document in order]
    for row, document in zip(rows, order.tolist(), strict=True):
        url, date = (each.documents.column(name)[document] for name in ("url", "date"))
        assert row[1] == (url if url and url.startswith("https://") else None)
        assert row[2] == (date.date().isoformat() if date else None)
        assert row[3] == ("2024-01-02 03:00" if document % 2 else "2024-01-02")
        assert row[4] == (4, 2.5, None, None, 1e300)[document % 5]
        note = f"mail me{document}@example.org " + "x" * (document * 3)
        assert row[5] == (note if len(note) <= FIELD_CHARS else note[:FIELD_CHARS] + "…")


def test_unpublished_columns_stay_away_and_others_are_redacted(tiny, tmp_path, unpack):
    dataset, documents = with_columns(tiny.maps["tiny"], columns=("note",), redact=("emails",), text="none")
    write_fields(
        HashedFiles(tmp_path),
        text_shard_source(dataset, publish_documents(documents, dataset).documents, np.arange(len(documents))),
    )
    written = json.dumps(read(tmp_path, unpack))
    assert "secret" not in written
    assert "@example.org" not in written


def test_csv_cells_are_written_alike_by_downloads_and_the_page():
    for cells, line in VECTORS:
        assert csv_line(cells) == f"{line}\r\n"
