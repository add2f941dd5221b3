"""Every type that Parquet has gives plain values, and no value ends the reading of the others."""

import datetime
import json
import math
import re
import uuid
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.commands.init.draft import draft
from sitegen.commands.init.guess import guess
from sitegen.commands.inspect.histogram import histogram
from sitegen.commands.inspect.profile import profile
from sitegen.config import DatasetConfig, FileSource
from sitegen.errors import SitegenError
from sitegen.pipeline.sources import open_source
from sitegen.pipeline.sources.arrow_values import plain_rows
from tests.unit.helpers import shaped, to_yaml

PLAIN = (str, int, float, bool, bytes, Decimal, datetime.datetime, datetime.date, type(None))


def values(array):
    return [row["x"] for row in plain_rows(pa.record_batch({"x": array}))]


def uuids(count):
    return pa.ExtensionArray.from_storage(pa.uuid(), pa.array([bytes([n] * 16) for n in range(count)], pa.binary(16)))


def test_moments_outside_the_calendar_are_texts():
    far = pa.array([0, 253402300800000000, -62135596800000001, -62198755200000000, None], pa.timestamp("us"))
    assert values(far) == [
        datetime.datetime(1970, 1, 1),
        "10000-01-01T00:00:00",
        "0000-12-31T23:59:59",
        "-0001-01-01T00:00:00",
        None,
    ]
    days = pa.array([0, 10**7, -720_000, -(10**7)], pa.date32())
    assert values(days) == [datetime.date(1970, 1, 1), "29349-01-26", "-0002-09-16", "-25410-12-06"]


def test_a_zone_without_a_name_of_the_standard_is_read_as_utc():
    moment = pa.array([1_700_000_000_000_000], pa.timestamp("us", tz="PST"))
    assert values(moment) == [datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.UTC)]


def test_uuids_and_times_are_texts_and_durations_seconds():
    assert values(uuids(2)) == [str(uuid.UUID(bytes=bytes([n] * 16))) for n in range(2)]
    assert values(pa.array([3_600_000], pa.time32("ms"))) == ["01:00:00"]
    assert values(pa.array([1500], pa.duration("ms"))) == [1.5]


def test_what_is_inside_of_lists_and_objects_is_plain_too():
    inner = pa.struct([("at", pa.timestamp("us")), ("took", pa.duration("s"))])
    rows = [[{"at": 253402300800000000, "took": 2}], None, []]
    assert values(pa.array(rows, pa.list_(inner))) == [[{"at": "10000-01-01T00:00:00", "took": 2.0}], None, []]
    assert values(pa.array([[("k", 1)]], pa.map_(pa.string(), pa.duration("s")))) == [[["k", 1.0]]]


def test_two_columns_of_one_name_are_refused(tmp_path):
    pq.write_table(pa.table([pa.array(["t"]), pa.array(["u"])], names=["text", "text"]), tmp_path / "a.parquet")
    with pytest.raises(SitegenError, match=r"a\.parquet: two columns are called 'text'"):
        list(open_source(FileSource(type="file", path="a.parquet"), tmp_path).rows())


def test_a_date_beyond_any_calendar_becomes_null_and_is_counted():
    rows = [{"text": "a", "when": "10000-01-01T00:00:00"}, {"text": "b", "when": "-0044-03-15"}, {"text": "c"}]
    found = shaped(rows, date="when")
    assert found.column("date") == [None] * 3
    assert found.noted == {"when is not a date, left empty": 2}


def test_whole_floats_are_whole_and_doubtful_ones_are_counted():
    rows = [{"text": "a", "id": 1e15 + 1, "stars": 5.0}, {"text": "b", "id": 2.0**53 + 2, "stars": 4.5}]
    found = shaped(rows, id="id", category="stars")
    assert found.column("id") == ["1000000000000001", "9007199254740994"]
    assert found.column("category") == ["5", "4.5"]
    assert found.noted == {"id is a float of 9,007,199,254,740,992 or more, whose last digits may be wrong": 1}


def test_rows_without_an_id_are_counted():
    found = shaped([{"text": "a", "id": "x"}, {"text": "b"}, {"text": "c", "id": " "}], id="id")
    assert found.column("id") == ["x", "1", "2"]
    assert found.noted == {"without id, whose id is the number of the row": 2}


def test_ids_that_came_before_are_counted():
    found = shaped([{"text": text, "id": key} for text, key in zip("abcd", "xyxx", strict=True)], id="id")
    assert found.noted == {"id that came before": 2}


@pytest.mark.parametrize("value", ["[0.6, 0.8]", "[0.6 0.8]", "[[0.6, 0.8]]", " [ 0.6\n 0.8 ] ", [[0.6, 0.8]]])
def test_vectors_as_texts_and_in_lists_are_read(value):
    found = shaped([{"text": "a", "v": value}], vector="v")
    assert found.vectors.tolist() == [[np.float32(0.6), np.float32(0.8)]]


@pytest.mark.parametrize("value", [[0.0, 0.0], [math.inf, 1.0], [math.nan, 1.0], [1e300, 1.0], "[]", "[a b]", None])
def test_vectors_of_no_direction_are_dropped_and_counted(value):
    found = shaped([{"text": "a", "v": [1, 2]}, {"text": "b", "v": value}], vector="v", on_bad_value="drop")
    assert found.dropped == {"v is no vector": 1}


def test_vectors_of_another_length_are_dropped_as_bad_values():
    rows = [{"text": "a", "v": [1, 2]}, {"text": "b", "v": [1, 2, 3]}]
    assert shaped(rows, vector="v", on_bad_value="drop").dropped == {"v has another length": 1}
    with pytest.raises(SitegenError, match="row 1 has a vector of 3 numbers, row 0 one of 2"):
        shaped(rows, vector="v")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC), '"2024-01-02 00:00:00+00:00"'),
        (Decimal("1.50"), '"1.50"'),
        ([datetime.date(2024, 1, 2), None, "x"], '["2024-01-02", null, "x"]'),
        ("x", "'x'"),
    ],
)
def test_a_message_shows_values_as_readers_write_them(value, told):
    with pytest.raises(SitegenError, match=f"row 0: v is not a link: {re.escape(told)}"):
        shaped([{"text": "a", "v": value}], url="v", on_bad_value="fail")


def test_when_no_document_is_left_the_first_row_is_told():
    with pytest.raises(SitegenError, match="v is no list of numbers but 'none'"):
        shaped([{"text": "a", "v": "none"}], vector="v")
    with pytest.raises(SitegenError, match=r"the first row holds text 'short'"):
        shaped([{"text": "short"}], min_chars=50)


def test_inspect_draws_numbers_of_any_size():
    bars = histogram(np.array([-1.7e308, 0.0, 1.7e308, 5.0]))
    assert sum(bars.counts) + bars.under + bars.over == 4
    assert math.isfinite(bars.end)


def test_init_takes_dates_with_one_far_out_as_the_date():
    days = [datetime.datetime(2024, 1, 1 + n % 28) for n in range(40)]
    columns = {"text": [f"a longer text, number {n}" for n in range(41)], "made": [*days, "10000-01-01T00:00:00"]}
    assert guess(columns).fields["date"].columns == ("made",)


NUMBERS = [pa.int8(), pa.int64(), pa.uint64(), pa.float16(), pa.float32(), pa.float64(), pa.decimal128(20, 3)]
NUMBERS.append(pa.decimal256(60, 10))
TIMES = [
    *(
        pa.timestamp(unit, tz=zone)
        for unit in ("s", "ms", "us", "ns")
        for zone in (None, "UTC", "Europe/Berlin", "PST")
    ),
    *(pa.duration(unit) for unit in ("s", "ms", "us", "ns")),
    *(pa.time32("ms"), pa.time64("us"), pa.time64("ns"), pa.date32(), pa.date64()),
]
OTHERS = [pa.string(), pa.large_string(), pa.binary(), pa.binary(16), pa.bool_(), pa.null(), pa.uuid()]
OTHERS += [pa.large_binary(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
scalars = st.sampled_from([*NUMBERS, *TIMES, *OTHERS])
types = st.recursive(
    scalars,
    lambda inner: (
        inner.map(pa.list_)
        | inner.map(pa.large_list)
        | inner.map(lambda each: pa.list_(each, 2))
        | st.lists(inner, min_size=1, max_size=3).map(
            lambda each: pa.struct([(f"f{i}", t) for i, t in enumerate(each)])
        )
        | inner.map(lambda each: pa.map_(pa.string(), each))
    ),
    max_leaves=4,
)
BITS = st.sampled_from([0, 1, -1, 5, 10**6, 2**31 - 1, -(2**31), 2**53 + 1, 2**62, -(2**62), 253402300800, 10**15])
TEXTS = st.sampled_from(["", " ", "one text", "2024-01-31", "9999-12-31", "0001-01-01", "NaN", "1e400", "[1, 2]", "{}"])


@st.composite
def arrays(draw, kind, length):
    """An array of a type, with whatever bits fit into it."""
    nulls = pa.array(draw(st.lists(st.booleans(), min_size=length, max_size=length)))

    def numbers(like):
        least, most = (np.iinfo(like).min, np.iinfo(like).max) if np.issubdtype(like, np.integer) else (-1e4, 1e4)
        drawn = draw(st.lists(BITS, min_size=length, max_size=length))
        return np.array([min(max(each, least), most) for each in drawn]).astype(like)

    if isinstance(kind, pa.BaseExtensionType):
        return pa.ExtensionArray.from_storage(kind, draw(arrays(kind.storage_type, length)))
    if pa.types.is_null(kind):
        return pa.nulls(length)
    if pa.types.is_map(kind):
        offsets = list(range(length + 1))
        keys = pa.array([f"k{n}" for n in range(length)])
        return pa.MapArray.from_arrays(offsets, keys, draw(arrays(kind.item_type, length)))
    if pa.types.is_dictionary(kind):
        return draw(arrays(kind.value_type, length)).dictionary_encode()
    if pa.types.is_fixed_size_list(kind):
        return pa.FixedSizeListArray.from_arrays(draw(arrays(kind.value_type, length * kind.list_size)), kind.list_size)
    if pa.types.is_large_list(kind):
        return pa.LargeListArray.from_arrays(list(range(length + 1)), draw(arrays(kind.value_type, length)))
    if pa.types.is_list(kind):
        return pa.ListArray.from_arrays(list(range(length + 1)), draw(arrays(kind.value_type, length)))
    if pa.types.is_struct(kind):
        return pa.StructArray.from_arrays([draw(arrays(f.type, length)) for f in kind], fields=list(kind), mask=nulls)
    if pa.types.is_fixed_size_binary(kind):
        return pa.array(draw(st.lists(st.binary(min_size=16, max_size=16), min_size=length, max_size=length)), kind)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.array(draw(st.lists(st.binary(max_size=4) | st.none(), min_size=length, max_size=length)), kind)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.array(draw(st.lists(TEXTS | st.none(), min_size=length, max_size=length)), kind)
    if pa.types.is_boolean(kind):
        return nulls
    if pa.types.is_decimal(kind):
        return pa.array([Decimal(int(each)) for each in numbers(np.int32)], kind)
    if pa.types.is_floating(kind):
        found = draw(st.lists(st.sampled_from([0, -1.5, 5, math.nan, math.inf, 6e4]), min_size=length, max_size=length))
        return pa.array(np.array(found, kind.to_pandas_dtype()), kind)
    if pa.types.is_time(kind):
        return pa.array(numbers(np.int32) % 80_000, kind if kind.bit_width == 32 else pa.int64()).cast(kind)
    like = np.dtype(f"i{kind.bit_width // 8}") if not pa.types.is_unsigned_integer(kind) else np.uint64
    bits = numbers(like)
    if pa.types.is_date64(kind):
        bits = bits // 86_400_000 * 86_400_000
    return pa.Array.from_buffers(kind, length, [None, pa.py_buffer(bits.tobytes())])


def is_plain(value):
    if isinstance(value, list):
        return all(map(is_plain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_plain(each) for key, each in value.items())
    return isinstance(value, PLAIN)


@settings(max_examples=150)
@given(st.data(), types)
def test_every_type_gives_plain_values(data, kind):
    array = data.draw(arrays(kind, 4))
    found = values(array)
    assert len(found) == 4
    assert is_plain(found)
    assert [value is None for value in found] == array.is_null().to_pylist()


ROLES = ("id", "title", "url", "date", "category", "vector")


@settings(max_examples=60)
@given(st.data(), types, st.sampled_from(["null", "drop"]))
def test_every_type_in_every_role_is_seen_drafted_and_shaped(tmp_path_factory, data, kind, policy):
    folder = tmp_path_factory.mktemp("roles")
    table = pa.table({"text": [f"text number {n}" for n in range(4)], "x": data.draw(arrays(kind, 4))})
    try:
        pq.write_table(table, folder / "a.parquet")
    except (pa.ArrowException, ValueError):
        return  # what Parquet cannot hold
    roles = [{role: "x"} for role in ROLES]
    roles += [{"columns": {"x": each}} for each in ("number", "date", "category", "text")]
    roles += [{"text": "x"}, {"text": "x", "turns": {}}, {"text": ["text", "x"]}, {"template": "{{ text }} {{ x }}"}]
    roles += [{"turns": {"columns": ["x", "text"]}}]
    roles += [{"filter": [{"column": "x", **test}]} for test in ({"min": 1}, {"equals": 5}, {"matches": "1"})]
    roles += [{"sample": {"size": 3, **how}} for how in ({"stratify": "x"}, {"balance": "x"}, {"cap": CAP})]
    documents = data.draw(st.sampled_from(roles))
    entry = {"slug": "a", "title": "A", "source": {"type": "file", "path": "a.parquet"}}
    from sitegen.config import parse_config

    dataset = parse_config(
        to_yaml({"datasets": [{**entry, "documents": {**documents, "on_bad_value": policy}, "embeddings": NO_MODEL}]})
    ).datasets[0]
    assert isinstance(dataset, DatasetConfig)
    source = open_source(dataset.source, folder)
    rows = list(source.rows())
    assert [row["text"] for row in rows] == table["text"].to_pylist()
    slug, _ = draft(str(folder / "a.parquet"), folder)
    assert slug == "a"
    try:
        found = profile(source.rows, dataset, folder)
    except SitegenError as error:
        assert "\n" not in str(error)
        return
    assert found.documents + sum(found.dropped.values()) == 4
    json.dumps([column.example for column in found.columns])


CAP = {"column": "x", "width": 1, "most": 1}
NO_MODEL = {"model": None, "file": "v.npy"}
