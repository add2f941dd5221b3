"""`sitegen init --from`: a gallery from data, which loads and can be looked at at once."""

import csv
import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sitegen.commands.init.draft import draft
from sitegen.commands.init.scaffold import SCHEMA, write_scaffold
from sitegen.commands.inspect.profile_dataset import profile_dataset
from sitegen.config import load_project, parse_config
from sitegen.errors import DataError, SourceError
from sitegen.report import Report
from tests.unit.helpers import run_cli, snapshot

ROWS = [
    {
        "id": number,
        "title": f"On map {number}",
        "abstract": f"We draw map number {number} of a large collection of texts. " * 5,
        "published": f"2024-03-{number % 28 + 1:02}",
        "field": "maps" if number % 2 else "texts",
        "citations": number * 7,
    }
    for number in range(60)
]


def as_csv(rows):
    stream = io.StringIO()
    writer = csv.DictWriter(stream, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def as_parquet(rows):
    stream = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows), stream)
    return stream.getvalue().to_pybytes()


def as_lines(rows):
    return "\n".join(map(json.dumps, rows)).encode()


FILES = {
    "csv": ("papers.csv", as_csv, "papers.csv"),
    "json lines": ("papers.jsonl", as_lines, "papers.jsonl"),
    "compressed, by a glob": ("papers.jsonl.gz", lambda rows: gzip.compress(as_lines(rows)), "*.jsonl.gz"),
    "parquet": ("papers.parquet", as_parquet, "papers.parquet"),
    "json": ("papers.json", lambda rows: json.dumps(rows).encode(), "papers.json"),
    "folder of the hub's layout": ("papers/train.csv", as_csv, "papers"),
    "folder without a split train": ("papers/data/test-00000-of-00001.parquet", as_parquet, "papers"),
}


@pytest.mark.parametrize(("file", "encode", "name"), FILES.values(), ids=FILES.keys())
def test_files_of_any_format_become_a_gallery_to_look_at(tmp_path, monkeypatch, file, encode, name):
    (tmp_path / file).parent.mkdir(exist_ok=True, parents=True)
    (tmp_path / file).write_bytes(encode(ROWS))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    (tmp_path / "gallery").mkdir()
    slug, text = draft(name, tmp_path / "gallery")
    write_scaffold(tmp_path / "gallery", text)
    project = load_project(tmp_path / "gallery" / "datasets.yaml")
    (entry,) = project.config.datasets
    config = entry.documents
    assert (config.text, config.title, config.id) == (("title", "abstract"), "title", "id")
    assert (config.date, config.category, config.columns) == ("published", "field", {"citations": "number"})
    found = profile_dataset(project, slug, None, Report(-1))
    assert (found.rows, found.documents, len(found.distributions)) == (60, 60, 3)
    assert found.noted == {}


def test_the_file_names_its_schema_and_gives_its_reasons(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "papers.csv").write_bytes(as_csv([{**row, "editor": "x"} for row in ROWS]))
    slug, text = draft("papers.csv", tmp_path)
    assert slug == "papers"
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={SCHEMA}"
    assert "first 60 rows of papers.csv" in text.splitlines()[1]
    assert "abstract holds the longest texts" in text
    assert "citations: number  # numbers as text" in text
    assert "# Not used: editor (text)" in text


@pytest.mark.parametrize("name", ["datasets.yaml", SCHEMA, ".gitignore"])
def test_nothing_is_overwritten(tmp_path, name):
    (tmp_path / name).write_text("mine")
    (tmp_path / "papers.csv").write_bytes(as_csv(ROWS))
    before = snapshot(tmp_path)
    done = run_cli("init", "--from", "papers.csv", cwd=tmp_path)
    assert (done.returncode, snapshot(tmp_path)) == (1, before)
    assert f"holds {name} already" in done.stderr


def test_the_command_says_what_to_do_next_and_that_works(tmp_path):
    (tmp_path / "papers.csv").write_bytes(as_csv(ROWS))
    done = run_cli("init", "gallery", "--from", "papers.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    *_, last = done.stdout.splitlines()
    assert last == "next: sitegen inspect papers --config gallery/datasets.yaml"
    looked = run_cli(*last.split()[2:], cwd=tmp_path)
    assert looked.returncode == 0, looked.stderr
    assert "all 60 rows; 60 documents" in looked.stdout


def test_conversations_in_one_column_and_in_two(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = [{"messages": [{"role": "user", "content": f"Hi {n}"}, {"role": "bot", "content": "Yes"}]} for n in range(9)]
    pairs = [{"prompt": f"What is {n}?", "response": f"It is {n}."} for n in range(9)]
    for rows, text in ((said, "Hi 0\nYes"), (pairs, "What is 0?\nIt is 0.")):
        (tmp_path / "x.jsonl").write_bytes(as_lines(rows))
        (tmp_path / "datasets.yaml").write_text(draft("x.jsonl", tmp_path)[1])
        found = profile_dataset(load_project(tmp_path / "datasets.yaml"), "x", None, Report(-1))
        assert found.documents == 9
        assert text.replace("0", str(found.example.row)) == dict(found.example.document)["text"]


def test_objects_are_put_together_by_a_template(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [{"title": f"Filter {n}", "description": ["It is quiet. " * 5], "details": {"Brand": "B"}} for n in range(9)]
    (tmp_path / "x.jsonl").write_bytes(as_lines(rows))
    (tmp_path / "datasets.yaml").write_text(draft("x.jsonl", tmp_path)[1])
    found = profile_dataset(load_project(tmp_path / "datasets.yaml"), "x", None, Report(-1))
    text = dict(found.example.document)["text"].split("\n")
    assert (text[0], text[-1]) == (f"Filter {found.example.row}", "Brand: B")


ERRORS = {
    "nothing": ("nowhere at all", SourceError, "neither a file, a glob or a folder, nor a name on the Hub"),
    "no file": ("papers.csv", SourceError, "no file 'papers.csv'"),
    "no format": ("papers.dat", SourceError, "the name does not tell the format"),
    "no rows": ("empty.csv", DataError, "empty.csv: no rows"),
    "no text": ("numbers.csv", DataError, r"no column holds text; columns are a \(numbers as text\)"),
    "no bytes": ("void.csv", SourceError, "no data, 0 bytes"),
    "a password": ("s3://a:b@c/x.csv", SourceError, "a password does not belong here"),
    "a folder of nothing": ("folder", SourceError, "holds no data file"),
}


@pytest.mark.parametrize(("name", "kind", "message"), ERRORS.values(), ids=ERRORS.keys())
def test_what_cannot_be_guessed_at_is_told_in_one_line(tmp_path, monkeypatch, name, kind, message):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    (tmp_path / "folder").mkdir()
    for file, text in {"empty.csv": "a,b\n", "numbers.csv": "a\n1\n2\n", "void.csv": "", "papers.dat": "x"}.items():
        (tmp_path / file).write_text(text)
    with pytest.raises(kind, match=message) as caught:
        draft(name, tmp_path)
    assert "\n" not in str(caught.value)


NAMES = st.text(min_size=1, max_size=12).filter(lambda name: name.isprintable() and name.strip())
ODD = st.sampled_from(["a: b", "- x", "#", "yes", "{{ x }}", "%}", "1e3", "é", "'\"\\", "a #b", "null", "~", "row"])


@settings(max_examples=40)
@given(st.lists(NAMES | ODD, min_size=1, max_size=6, unique=True), st.booleans())
def test_columns_of_any_name_are_loaded_and_named_in_the_draft(tmp_path_factory, names, objects):
    folder = tmp_path_factory.mktemp("odd")
    value = {"title": "A title", **dict.fromkeys(names, "A text that is long enough to be one, and then some.")}
    rows = [value | ({"description": [f"Text {n}. " * 9], "details": {"a": "b"}} if objects else {}) for n in range(4)]
    (folder / "x.jsonl").write_bytes(as_lines(rows))
    _, text = draft(str(folder / "x.jsonl"), folder)
    (entry,) = parse_config(text).datasets
    assert entry.documents.template or set(entry.documents.text) <= {*names, "title"}
    json.dumps(YAML(typ="safe").load(text))


def test_texts_within_objects_are_found(tmp_path):
    features = [
        {"type": "Feature", "id": n, "geometry": {"type": "Point", "coordinates": [8, n]}, "properties": {"note": text}}
        for n, text in enumerate(row["abstract"] for row in ROWS)
    ]
    path = tmp_path / "notes.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    _, text = draft(str(path), tmp_path)
    (entry,) = YAML(typ="safe").load(text)["datasets"]
    assert entry["documents"]["text"] == "properties.note"
    assert entry["documents"]["id"] == "id"
    assert "# Not used: type (text), geometry.type (text), geometry.coordinates (lists of numbers)" in text


def test_a_text_in_the_row_itself_is_not_sought_within_objects(tmp_path):
    path = tmp_path / "papers.jsonl"
    path.write_bytes(as_lines([{**row, "meta": {"remark": row["abstract"] * 2}} for row in ROWS]))
    _, text = draft(str(path), tmp_path)
    assert "meta.remark" not in text


def test_names_of_columns_stay_on_one_line_in_errors(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text('"my\ntext",size\none,1\n', "utf-8")
    with pytest.raises(DataError, match=r'columns are "my\\ntext" \(text\), size \('):
        draft(str(path), tmp_path)
