"""Awkward columns: dates of any year, names that we take ourselves; and addresses beyond ASCII."""

import json
import math
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from sitegen.config import DatasetConfig, DocstringsSource, DocumentsConfig, PrivacyConfig
from sitegen.errors import PublishError
from sitegen.site.map.column_codes import HIGHEST, MISSING, MapColumn, range_codes, write_columns
from sitegen.site.output.hashed_files import HashedFiles
from sitegen.site.pages.files.downloads import documents_table
from sitegen.site.pages.files.feeds import absolute, ascii_address

FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


def test_dates_of_every_year_are_drawn_and_range_ends_say_so(tmp_path, unpack):
    days = [datetime(2020, 1, 1 + n % 28, tzinfo=UTC) for n in range(998)]
    values = pa.table({"date": pa.array([FIRST, LAST, *days, None], pa.timestamp("us", tz="UTC"))})
    files = HashedFiles(tmp_path)
    written = write_columns(files, [MapColumn("date", "date", "date")], values, np.arange(1001))
    (meaning,) = json.loads(unpack((tmp_path / written.index).read_text("ascii")))
    assert (meaning["below"], meaning["above"], meaning["missing"]) == (True, True, 1)
    for end in ("low", "high"):
        assert datetime.fromtimestamp(meaning[end] / 1000, UTC).year == 2020
    packed = unpack((tmp_path / written.folder / "0/0/0.js").read_text("ascii"))
    low, high = np.frombuffer(packed, np.uint8).reshape(2, -1)
    codes = low + 256 * high.astype(int)
    assert (codes[0], codes[1], codes[-1]) == (0, HIGHEST, MISSING)


def test_columns_that_are_called_like_ours_stay_beside_them():
    names = ("topic", "x", "original_x", "y", "name")
    rows = {name: pa.array([f"{name} of the data"]) for name in names}
    public = pa.table({"id": pa.array(["1"]), "title": pa.array(["T"]), "text": pa.array(["t"]), **rows})
    public = public.append_column("category", pa.array(["c"]))
    dataset = DatasetConfig(
        slug="d",
        title="D",
        source=DocstringsSource(type="docstrings", packages=("json",)),
        documents=DocumentsConfig(columns=dict.fromkeys(names, "category")),
        privacy=PrivacyConfig(columns=names),
    )
    table = documents_table(dataset, public, np.array([3], np.int32), np.array([[0.25, 0.75]]))
    (row,) = table.to_pylist()
    assert (row["topic"], row["x"], row["y"], row["category"]) == (3, 0.25, 0.75, "c")
    assert (row["original_topic"], row["original_original_x"]) == ("topic of the data", "x of the data")
    assert (row["original_x"], row["original_y"], row["name"]) == (
        "original_x of the data",
        "y of the data",
        "name of the data",
    )


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("https://münchen.example/stadt-übersicht", "https://xn--mnchen-3ya.example/stadt-%C3%BCbersicht"),
        ("https://例え.example:8080/地図/", "https://xn--r8jz45g.example:8080/%E5%9C%B0%E5%9B%B3/"),
        ("https://example.org/a%20b/c", "https://example.org/a%20b/c"),
        ("https://example.org", "https://example.org"),
    ],
)
def test_addresses_are_written_in_ascii_as_machines_read_them(address, wanted):
    assert ascii_address(address) == wanted
    assert absolute(ascii_address(address), "map/index.html").isascii()


def test_a_host_that_is_no_name_is_told():
    with pytest.raises(PublishError, match="is no name of a host"):
        ascii_address("https://ü..example/")


def test_nothing_of_a_number_is_lost_in_codes():
    codes, meaning = range_codes(np.array([0.0, 1e308, -1e308, math.inf, math.nan]))
    assert meaning["missing"] == 2
    assert codes[3] == codes[4] == MISSING
