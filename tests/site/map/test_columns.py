"""Columns of a map: what is offered, what codes mean, and that the page's own code reads back what was packed."""

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from sitegen.config import DatasetConfig, DocstringsSource, DocumentsConfig, PrivacyConfig, RedactPattern
from sitegen.site.map.column_codes import (
    HIGHEST,
    LARGEST,
    MISSING,
    NAME_CHARS,
    ROWS_PER_SHARD,
    MapColumn,
    category_codes,
    category_colors,
    columns_of,
    range_codes,
    write_columns,
)
from sitegen.site.output.hashed_files import HashedFiles
from sitegen.site.privacy.published_documents import publish_documents

READ = Path(__file__).parents[2] / "js" / "codes.js"


def strings(*values):
    return pa.chunked_array([pa.array(values, pa.string())])


def dataset(**publish):
    return DatasetConfig(
        slug="d",
        title="D",
        source=DocstringsSource(type="docstrings", packages=("json",)),
        documents=DocumentsConfig(
            date="day", category="kind", columns={"price": "number", "note": "text", "tag": "category"}
        ),
        privacy=PrivacyConfig(**publish),
    )


def test_only_published_columns_are_offered_and_no_free_text():
    assert [each.name for each in columns_of(dataset())] == ["category"]
    offered = columns_of(dataset(columns=("url", "date", "price", "note", "tag")))
    assert [(each.name, each.kind) for each in offered] == [
        ("category", "category"),
        ("date", "date"),
        ("price", "number"),
        ("tag", "category"),
    ]
    assert offered[0].label == "kind"


def test_the_largest_categories_have_codes_and_others_share_one():
    names = [f"c{k:02}" for k in range(LARGEST + 3) for _ in range(50 - k)]
    codes, meaning = category_codes(strings(*names, None, ""))
    assert [name for name, _, _ in meaning["values"]] == [f"c{k:02}" for k in range(LARGEST)]
    assert codes[0] == 0
    assert codes[names.index("c07")] == 7
    assert set(codes[names.index(f"c{LARGEST}") : -2]) == {LARGEST}
    assert list(codes[-2:]) == [MISSING, MISSING]
    assert (meaning["others"], meaning["other"], meaning["missing"]) == (3, 30 + 29 + 28, 2)
    assert sum(count for _, count, _ in meaning["values"]) + meaning["other"] == len(names)


def test_a_name_of_any_length_is_cut():
    _, meaning = category_codes(strings("x" * 5000, "y"))
    assert sorted(len(name) for name, _, _ in meaning["values"]) == [1, NAME_CHARS + 1]


@pytest.mark.parametrize("count", [1, 2, 12, 13, 20])
def test_colours_differ_and_do_not_depend_on_counts(count):
    names = [f"name {k}" for k in range(count)]
    colors = category_colors(names)
    assert len(set(colors)) == count
    assert dict(zip(names, colors, strict=True)) == dict(zip(names[::-1], category_colors(names[::-1]), strict=True))


def test_numbers_are_divided_over_a_range_others_are_missing():
    codes, meaning = range_codes(np.array([0.5, 10.5, 5.5, np.nan, np.inf]))
    assert list(codes) == [0, HIGHEST, round(HIGHEST / 2), MISSING, MISSING]
    assert (meaning["low"], meaning["high"], meaning["missing"]) == (0.5, 10.5, 2)
    assert sum(meaning["histogram"]) == 3
    assert not meaning["below"]
    assert not meaning["whole"]


def test_a_few_values_far_out_do_not_stretch_the_range():
    numbers = np.concatenate([np.linspace(0, 1, 5000), [-1e308, 1e308]])
    codes, meaning = range_codes(numbers)
    assert -0.1 < meaning["low"] < meaning["high"] < 1.1
    assert meaning["below"]
    assert meaning["above"]
    assert (codes[-2], codes[-1]) == (0, HIGHEST)


def test_extremes_alone_are_a_range_too():
    codes, meaning = range_codes(np.array([-1.7e308, 0, 1.7e308]))
    assert list(codes) == [0, round(HIGHEST / 2), HIGHEST]
    assert np.isfinite([meaning["low"], meaning["high"]]).all()


def test_whole_numbers_have_a_bar_each():
    _, meaning = range_codes(np.array([1.0, 1, 2, 5]))
    assert meaning["whole"]
    assert meaning["histogram"] == [2, 1, 0, 0, 1]


def test_columns_that_tell_nothing_apart_are_left_out(tmp_path):
    public = pa.table({"same": ["a"] * 3, "none": pa.array([None] * 3, pa.float64()), "one": [2.0] * 3})
    columns = [MapColumn("same", "category", "same"), MapColumn("none", "number", "none")]
    columns.append(MapColumn("one", "number", "one"))
    assert write_columns(HashedFiles(tmp_path), columns, public, np.arange(3)) is None
    assert list(tmp_path.iterdir()) == []


def test_the_page_reads_what_was_packed_in_storage_order(tmp_path):
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    count = 2 * ROWS_PER_SHARD + 10
    rng = np.random.default_rng(3)
    kinds = [("a", "b", None)[k] for k in rng.integers(0, 3, count)]
    days = [datetime(2020, 1, 1 + int(k), tzinfo=UTC) if k else None for k in rng.integers(0, 28, count)]
    prices = np.where(rng.random(count) < 0.1, np.nan, rng.normal(5, 2, count))
    public = pa.table(
        {
            "category": pa.array(kinds, pa.string()),
            "date": pa.array(days, pa.timestamp("us", tz="UTC")),
            "price": pa.array(prices),
        }
    )
    order = rng.permutation(count)
    columns = columns_of(dataset(columns=("date", "price")))
    written = write_columns(HashedFiles(tmp_path), columns, public, order)
    said = subprocess.run(
        ["node", READ, tmp_path / written.index, tmp_path / written.folder, str(count)],
        capture_output=True,
        text=True,
        check=True,
    )
    read = json.loads(said.stdout)
    for column, (codes, _) in zip(
        read,
        (
            category_codes(public["category"]),
            range_codes(np.array([each.timestamp() * 1000 if each else np.nan for each in days])),
            range_codes(prices),
        ),
        strict=True,
    ):
        assert column["codes"] == codes[order].tolist()
    assert [column["label"] for column in read] == ["kind", "date", "price"]


def test_a_redacted_category_is_never_written(tiny, tmp_path):
    config = dataset(columns=("tag",), redact=(RedactPattern(pattern="secret"),))
    documents = tiny.maps["tiny"].documents
    count = len(documents)
    table = documents.table.append_column("tag", pa.array(["a secret", "plain"] * (count // 2), pa.string()))
    public = publish_documents(type(documents)(table, {}), config).documents
    _, meaning = category_codes(public["tag"])
    assert sorted(name for name, _, _ in meaning["values"]) == ["a [redacted]", "plain"]
