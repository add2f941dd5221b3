"""Files of every format give plain rows; whatever is wrong with one is told with its file and line."""

import bz2
import datetime
import gzip
import json
import lzma
import os
import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sitegen.config import FileSource, parse_config
from sitegen.errors import SourceError
from sitegen.pipeline.sources import open_source
from sitegen.pipeline.sources.formats.json_values import json_values
from tests.unit.helpers import to_yaml

ROWS = [{"text": "ä"}, {"text": "二"}]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)


@pytest.fixture
def source(tmp_path):
    """Writes files below a project's folder and opens a `file` source there."""

    def source(path, files=None, **fields):
        for name, content in (files or {}).items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        entry = {"slug": "a", "title": "A", "source": {"type": "file", "path": path, **fields}}
        return open_source(parse_config(to_yaml({"datasets": [entry]})).datasets[0].source, tmp_path)

    return source


@pytest.fixture
def rows(source):
    """The rows of one file, without the column `source`."""

    def rows(name, content, **fields):
        opened = source(name, {name: content}, **fields)
        found, again = list(opened.rows()), list(opened.rows())
        assert found == again
        return [{key: value for key, value in row.items() if key != "source"} for row in found]

    return rows


def parquet(table, **options):
    stream = pa.BufferOutputStream()
    pq.write_table(table, stream, **options)
    return stream.getvalue().to_pybytes()


def zstd(data):
    stream = pa.BufferOutputStream()
    with pa.CompressedOutputStream(stream, "zstd") as packed:
        packed.write(data)
    return stream.getvalue().to_pybytes()


FORMATS = {
    "a.parquet": parquet(pa.Table.from_pylist(ROWS)),
    "a.csv": "text\nä\n二\n",
    "a.tsv": "text\nä\n二\n",
    "a.json": json.dumps(ROWS),
    "b.json": json.dumps(ROWS, indent=2),
    "lines.json": LINES,
    "a.jsonl": LINES,
    "a.ndjson": LINES,
    "a.txt": "ä\n二\n",
    "crlf.txt": "ä\r\n二",
    "A.CSV": "text\r\nä\r\n二\r\n",
    "bom.csv": "\ufefftext\nä\n二\n",
    "bom.json": "\ufeff" + json.dumps(ROWS),
}


@pytest.mark.parametrize(("name", "content"), FORMATS.items(), ids=FORMATS.keys())
def test_every_format_gives_the_same_rows(rows, name, content):
    assert rows(name, content) == ROWS


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.jsonl", "a.txt"])
@pytest.mark.parametrize(
    ("ending", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress), (".zst", zstd)]
)
def test_every_compression_is_read(rows, name, ending, pack):
    assert rows(name + ending, pack(FORMATS[name].encode())) == ROWS


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz", ".zst"])
@pytest.mark.parametrize("damage", ["cut", "other"])
def test_a_damaged_archive_is_told(rows, ending, damage):
    packed = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zstd}[ending](os.urandom(5000))
    with pytest.raises(SourceError, match=rf"^a\.txt\{ending} is damaged or cannot be read: .") as caught:
        rows(f"a.txt{ending}", packed[:-20] if damage == "cut" else b"no archive at all")
    assert caught.value.field == "source[0].path"


def test_a_format_can_be_given(rows):
    assert rows("a.dat", LINES, format="jsonl") == ROWS


def test_a_name_without_a_format_is_told_with_those_there_are(rows):
    with pytest.raises(SourceError, match="say format: csv, json, jsonl, mbox, parquet, text, tsv, whatsapp") as caught:
        rows("a.dat", LINES)
    assert caught.value.field == "source[0].format"


def test_a_text_file_is_one_row_if_asked(rows):
    assert rows("deep/a.md", "# ä\n二\n", per="file") == [{"file": "deep/a.md", "text": "# ä\n二\n"}]


def test_another_delimiter_is_read(rows):
    assert rows("a.csv", "a;b\n1;2,5\n", delimiter=";") == [{"a": "1", "b": "2,5"}]


def test_csv_gives_texts_with_empty_ones_missing(rows):
    content = 'a,b,c\n1,,"x\ny"\n\n2,"",""""\n'
    assert rows("a.csv", content) == [{"a": "1", "b": None, "c": "x\ny"}, {"a": "2", "b": None, "c": '"'}]


def test_parquet_gives_plain_values_nested_nulls_and_all(rows):
    day = datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)
    found = [
        {"turns": [{"from": "a", "value": None}, None], "when": day, "price": 1.5, "tags": ["x", None]},
        {"turns": None, "when": None, "price": None, "tags": []},
    ]
    assert rows("a.parquet", parquet(pa.Table.from_pylist(found), row_group_size=1)) == found


def test_json_gives_mixed_types_and_nested_nulls_as_they_are(rows):
    found = [{"a": 1}, {"a": "x"}, {"a": [None, {"b": None}]}, {"b": 2.5}, {}]
    assert rows("a.json", json.dumps(found)) == found
    assert rows("a.jsonl", "\n".join(map(json.dumps, found))) == found


def test_an_object_of_objects_gives_its_keys(rows):
    assert rows("a.json", '{"x": {"a": 1}, "y": {}}\n') == [{"key": "x", "a": 1}, {"key": "y"}]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a.txt", "a.parquet"])
def test_a_row_of_10_mb_is_a_row(rows, name):
    text = "ä" * 5_000_000
    content = {
        "a.json": json.dumps([{"text": text}], ensure_ascii=False),
        "a.jsonl": json.dumps({"text": text}),
        "a.csv": f'text\n"{text}"\n',
        "a.txt": text,
        "a.parquet": parquet(pa.table({"text": [text]})),
    }[name]
    assert rows(name, content) == [{"text": text}]


PROBLEMS = {
    "cut list": ("a.json", '[{"a": 1},\n{"a": 2', r"a\.json is not valid JSON: Expecting ',' delimiter, near line 2"),
    "no comma": ("a.json", '[{"a": 1}\n{"a": 2}]', "a\\.json is not valid JSON: Expecting ']', near line 2"),
    "word": ("a.json", '[{"a": 1},\n{"a":\n oops}]', "a\\.json is not valid JSON: Expecting value, near line 3"),
    "trailing comma": ("a.json", '[{"a": 1},\n]', "a\\.json is not valid JSON: .*, near line 2"),
    "more behind": ("a.json", '[{"a": 1}]\n[]', "a\\.json is not valid JSON: Extra data, near line 2"),
    "no key": ("a.json", "{\n1: 2}", "a\\.json is not valid JSON: .*, near line 2"),
    "number as row": ("a.json", '[{"a": 1}, 3]', "a\\.json: row 2 is int, not an object"),
    "list as row": ("a.json", "[[{}]]", "a\\.json: row 1 is list, not an object"),
    "no list": ("a.json", '"text"', "a\\.json holds neither a list nor an object of objects"),
    "deep": ("a.json", "[" * 100_000, "a\\.json is not valid JSON"),
    "broken line": ("a.jsonl", "{}\n\n{oops}\n", "a\\.jsonl: line 3 is not valid JSON"),
    "text as line": ("a.jsonl", '{}\n"x"\n', "a\\.jsonl: line 2 is str, not an object"),
    "too many fields": ("a.csv", 'a,b\n"1\n1",2\n1,2,3\n', "a\\.csv: line 4 has 3 fields, the first line has 2"),
    "open quote": ("a.csv", 'a\n"x\ny\n', "a\\.csv: line 3 is not valid CSV"),
    "a column twice": ("a.csv", "a,b,a\n1,2,3\n", "a\\.csv: line 1: two columns are called 'a'"),
    "no parquet": ("a.parquet", "text", "a\\.parquet is damaged or cannot be read"),
    "cut parquet": ("a.parquet", FORMATS["a.parquet"][:-9], "a\\.parquet is damaged or cannot be read"),
    "empty": ("a.csv", "", "a\\.csv: no data, 0 bytes"),
    "latin-1": ("a.csv", b"text\nx\ncaf\xe9\n", r"a\.csv: line 3: not UTF-8 text \(byte 10\); save it as UTF-8"),
    "latin-1 line": ("a.jsonl", b'{}\n{"a": "\xe9"}\n', r"a\.jsonl: line 2: not UTF-8 text \(byte 10\)"),
    "latin-1 text": ("a.txt", b"\xe9", r"a\.txt: line 1: not UTF-8 text \(byte 0\)"),
    "cut character": ("a.txt", "x\nä".encode()[:-1], r"a\.txt: line 2: not UTF-8 text \(byte 2\)"),
    "UTF-16": ("a.txt", "x".encode("utf-16"), r"a\.txt is UTF-16; save it as UTF-8"),
}


@pytest.mark.parametrize(("name", "content", "message"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_a_bad_file_is_told_with_its_place(rows, name, content, message):
    with pytest.raises(SourceError, match=f"^{message}") as caught:
        rows(name, content)
    assert caught.value.field == "source[0].path"
    assert "\n" not in str(caught.value)


def test_bytes_in_parquet_that_are_not_utf8_stay_bytes(rows):
    data = pa.array([b"x", b"\xe9"])
    texts = pa.StringArray.from_buffers(2, *data.buffers()[1:])
    assert rows("a.parquet", parquet(pa.table({"text": texts}))) == [{"text": "x"}, {"text": b"\xe9"}]


def test_a_bad_byte_far_into_a_file_is_told_with_its_place(rows):
    line = "ä" * 700 + "\n"  # no divisor of a chunk, so that characters lie across chunks
    content = (line * 2000).encode() + b"ok\nbad \xff\n"
    place = rf"line 2,002: not UTF-8 text \(byte {len(content) - 2:,}\)"
    with pytest.raises(SourceError, match=place):
        rows("a.txt", content)


def test_globs_give_files_by_name_and_pass_empty_ones(source):
    files = {"d/b.jsonl": '{"n": 2}', "d/a.csv": "n\n1\n", "d/c.txt": "no", "d/e/d.jsonl": '{"n": 3}', "d/0.jsonl": ""}
    assert [row["n"] for row in source("d/[abe0]*", files).rows()] == ["1", 2]
    assert [row["n"] for row in source("d/**/*.jsonl").rows()] == [2, 3]


def test_a_name_that_looks_like_a_glob_is_a_name_if_it_is_there(source):
    files = {"a[1].txt": "right", "a1.txt": "wrong"}
    assert [row["text"] for row in source("a[1].txt", files).rows()] == ["right"]


def test_paths_may_be_absolute_or_start_at_home(source, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for path in (str(tmp_path / "a.txt"), str(tmp_path / "*.txt"), "~/a.txt", "./a.txt"):
        assert [row["text"] for row in source(path, {"a.txt": "x"}).rows()] == ["x"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("docs.csv", "no file 'docs.csv' in {root}; did you mean doc.csv?"),
        ("*.parquet", "no file '*.parquet' in {root}; {name} holds doc.csv, z.txt"),
        ("data/x.csv", "no file 'data/x.csv' in {root}; there is no folder {root}/data"),
        ("data/**/x.csv", "no file 'data/**/x.csv' in {root}"),
        ("a\0b", "no file 'a\ufffdb' in {root}"),
    ],
)
def test_a_path_without_a_file_says_what_was_sought_and_where(source, tmp_path, path, message):
    with pytest.raises(SourceError) as caught:
        source(path, {"doc.csv": "a", "z.txt": "b", ".hidden": ""})
    assert str(caught.value).startswith(message.format(root=tmp_path.resolve(), name=tmp_path.name))
    assert caught.value.field == "source[0].path"


def test_the_content_decides_the_revision(source, tmp_path):
    before = source("*.txt", {"a.txt": "x", "b.txt": "y"}).revision()
    os.utime(tmp_path / "a.txt", ns=(5, 5))
    assert source("*.txt").revision() == before
    assert source("*.txt", {"a.txt": "z"}).revision() != before
    (tmp_path / "a.txt").write_text("x")
    assert source("*.txt").revision() == before
    (tmp_path / "a.txt").rename(tmp_path / "c.txt")
    assert source("*.txt").revision() != before


def test_a_file_is_hashed_once(source, tmp_path, monkeypatch):
    first = source("a.txt", {"a.txt": "x"}).revision()
    opened = []
    monkeypatch.setattr("hashlib.file_digest", lambda *_: opened.append(1))
    assert source("a.txt").revision() == first
    assert opened == []


def test_a_project_may_move(source, tmp_path):
    before = source("d/*.txt", {"d/a.txt": "x", "moved/d/a.txt": "x"}).revision()
    entry = {"slug": "a", "title": "A", "source": {"type": "file", "path": "d/*.txt"}}
    config = parse_config(to_yaml({"datasets": [entry]})).datasets[0].source
    assert open_source(config, tmp_path / "moved").revision() == before


def test_fsspec_addresses_are_read(source):
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    system.pipe({"/sitegen/a.jsonl": LINES.encode(), "/sitegen/b.csv.gz": gzip.compress(b"text\nx\n")})
    opened = source("memory://sitegen/*")
    assert [row["text"] for row in opened.rows()] == ["ä", "二", "x"]
    before = opened.revision()
    assert source("memory://sitegen/*").revision() == before
    system.pipe("/sitegen/a.jsonl", b'{"text": "other"}')
    assert source("memory://sitegen/*").revision() != before


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("memory://sitegen/nothing.csv", "cannot open memory://sitegen/nothing.csv: FileNotFoundError"),
        ("memory://sitegen/nothing/*.csv", "no file matches memory://sitegen/nothing/*.csv"),
        ("nosuch://x/y.csv", "cannot open nosuch://x/y.csv: ValueError: Protocol not known: nosuch"),
    ],
)
def test_an_address_without_a_file_is_told(source, path, message):
    with pytest.raises(SourceError) as caught:
        source(path)
    assert str(caught.value).startswith(message)
    assert caught.value.field == "source[0].path"


def test_without_fsspec_an_address_is_told(source, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "fsspec", None)
    with pytest.raises(SourceError, match="fsspec"):
        source("memory://x/y.csv")


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a.parquet"])
def test_a_large_file_is_not_held_in_memory(source, name):
    text, count = "x" * 1000, 40_000
    content = {
        "a.json": lambda: json.dumps([{"text": text}] * count),
        "a.jsonl": lambda: (json.dumps({"text": text}) + "\n") * count,
        "a.csv": lambda: "text\n" + f"{text}\n" * count,
        "a.parquet": lambda: parquet(pa.table({"text": [text] * count}), compression="none", row_group_size=1000),
    }[name]()
    opened = source(name, {name: content})
    del content
    tracemalloc.start()
    try:
        assert sum(len(row["text"]) for row in opened.rows()) == 1000 * count
        assert tracemalloc.get_traced_memory()[1] < 12e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
@pytest.mark.parametrize(
    "value", [[{"a": "\\ud83d\\ude00 ä"}, {"b": [1.5e3, -12345, True, None]}], {"k": {"x": 1}}, [12345, 1.5e3], []]
)
def test_json_is_read_the_same_wherever_it_is_cut(size, value):
    text = json.dumps(value, indent=1)
    pieces = (text[at : at + size] for at in range(0, len(text), size))
    found = list(json_values(pieces, "x.json"))
    assert found == (list(value.items()) if isinstance(value, dict) else [(None, item) for item in value])


def test_a_mistake_at_the_start_of_a_large_file_is_told_at_once():
    pieces = iter(['[{"a" 1}, ' + " " * 1000, *["x" * 1000] * 100])
    with pytest.raises(SourceError, match="near line 1"):
        list(json_values(pieces, "x.json"))
    assert len(list(pieces)) >= 99


@pytest.mark.parametrize("path", ["/home/me/private/chats.jsonl", "data/chats.jsonl", "chats.jsonl"])
def test_pages_name_the_file_and_not_its_folder(path):
    assert FileSource(type="file", path=path).describe() == "chats.jsonl"
