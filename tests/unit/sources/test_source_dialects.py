"""CSV, TSV and JSON as spreadsheets, pandas, Spark, databases and programs write them, and what is told of it."""

import csv
import gzip
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.config import FileSource
from sitegen.errors import SourceError
from sitegen.pipeline.sources import open_source
from sitegen.pipeline.sources.data_file import DataFile
from sitegen.pipeline.sources.options import Options
from sitegen.pipeline.sources.readers import read_rows

AB = [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}]
LAYOUTS_OF_CSV = {
    "trailing columns without a name": "a,b,,\n1,x,,\n2,y,,\n",
    "rows wider than the header, but blank": "a,b\n1,x,,\n2,y, ,\n",
    "the separator in a line of its own": "sep=;\na;b\n1;x\n2;y\n",
    "semicolons": "a;b\n1;x\n2;y\n",
    "bars": "a|b\n1|x\n2|y\n",
    "tabs": "a\tb\n1\tx\n2\ty\n",
    "blank lines": "a,b\n\n1,x\n\n2,y\n\n",
    "line ends of old Macs": "a,b\r1,x\r2,y\r",
    "blanks around the names": "a , b\n1,x\n2,y\n",
    "line ends of Windows": "a,b\r\n1,x\r\n2,y\r\n",
}


@pytest.mark.parametrize("content", LAYOUTS_OF_CSV.values(), ids=LAYOUTS_OF_CSV)
def test_every_layout_of_csv_gives_the_same_rows(read, content):
    assert read("a.csv", content)[0] == AB


def test_what_short_rows_lack_is_missing_and_told(read):
    rows, remarks = read("a.csv", "a,b,c\n1,x,k\n2,y\n3\n")
    assert rows[1:] == [{"a": "2", "b": "y", "c": None}, {"a": "3", "b": None, "c": None}]
    assert remarks.told == [
        "a.csv: 2 rows have fewer fields than the first line, first in line 3; what they lack is missing"
    ]


@pytest.mark.parametrize("content", ["a,b\n1,x,more\n", "a,b,\n1,x,more\n"], ids=["no column", "a column without name"])
def test_data_beyond_the_header_is_an_error(read, content):
    with pytest.raises(SourceError, match=r"a\.csv: line 2 has 3 fields, the first line has 2; .*delimiter, quoting"):
        read("a.csv", content)


@pytest.mark.parametrize("head", ["Report of 2024\n", "# made by hand\n", "Report,,\n,,\n"])
def test_lines_above_the_header_are_told(read, head):
    with pytest.raises(SourceError, match="the first line has 1; lines above the names of the columns must go"):
        read("a.csv", f"{head}a,b,c\n1,x,y\n")


@pytest.mark.parametrize("first", ["1,x", "-1.5,x", f"{'a long text ' * 11},x"])
def test_a_first_line_that_looks_like_a_row_is_told(read, first):
    rows, remarks = read("a.csv", f"{first}\n2,y\n")
    assert len(rows) == 1
    assert "a.csv: line 1 is read as the names of the columns, one of them " in remarks.told[0]
    assert read("b.csv", "a1,b\n1,x\n")[1].told == []


def test_nameless_columns_with_data_are_named_as_by_pandas(read):
    assert read("a.csv", ",text,,kind,\n0,t,u,k,\n")[0] == [
        {"Unnamed: 0": "0", "text": "t", "Unnamed: 2": "u", "kind": "k"}
    ]


def test_a_recognised_delimiter_is_told_and_can_be_taken_over(read):
    _, remarks = read("a.csv", "id;text\n1;one, two, three\n2;four\n")
    assert remarks.options == {"delimiter": ";"}
    assert remarks.told == ["a.csv: delimiter ';', as it looks; delimiter of the source says it for good"]
    assert read("a.csv", "id;text\n1;one\n", delimiter=";")[1].told == []


@pytest.mark.parametrize(
    "content",
    ["text\none; two\nthree\n", "what; why\nno more\nno; more; of it\n", "id,a;b\n1,x;y\n", "text\n", ""],
    ids=["one column", "a header with one in it", "a comma as well", "a header alone", "nothing"],
)
def test_a_comma_stays_one_where_nothing_speaks_against_it(content):
    options = Options()
    list(read_rows(DataFile("a.csv", lambda: io.BytesIO(content.encode())), options))
    assert options.remarks.options == {}


SPARK = 'id,text\n1,"she said \\"yes\\", and left"\n2,"C:\\new \\"x\\""\n3,plain\n'


def test_quotes_escaped_by_backslashes_are_recognised_and_told(read):
    rows, remarks = read("a.csv", SPARK)
    assert [row["text"] for row in rows] == ['she said "yes", and left', 'C:\\new "x"', "plain"]
    assert remarks.options == {"escape": "\\"}
    assert remarks.told == [r"a.csv: escape '\', as it looks; escape of the source says it for good"]
    assert read("a.csv", SPARK, escape="\\")[0] == rows


def test_late_escaped_quotes_are_an_error_that_names_the_option(read):
    content = "id,text\n" + "1,plain text of some length\n" * 20_000 + '2,"she said \\"yes\\" then"\n'
    with pytest.raises(SourceError, match=r"line 20,002 is not valid CSV: .*; if a backslash .* say escape: '\\'"):
        read("a.csv", content)
    assert read("a.csv", content, escape="\\")[0][-1]["text"] == 'she said "yes" then'


TSV = 'id\ttext\n1\t"quoted" at first\n2\ta 5" pipe\n3\t"open\n4\tlast\n'


def test_a_field_of_tsv_is_what_stands_between_tabs(read):
    assert [row["text"] for row in read("a.tsv", TSV)[0]] == ['"quoted" at first', 'a 5" pipe', '"open', "last"]
    with pytest.raises(SourceError, match="say quoting: none"):
        read("a.tsv", TSV, quoting="double")


def test_tsv_that_is_quoted_is_read_as_such(read):
    stream = io.StringIO()
    rows = [["id", "text"], ["1", 'two\nlines and "quotes"'], ["2", "plain"]]
    csv.writer(stream, delimiter="\t", lineterminator="\n").writerows(rows)
    assert [[*row.values()] for row in read("a.tsv", stream.getvalue())[0]] == rows[1:]
    assert read("a.tsv", stream.getvalue().replace("\n2", "\n2"), quoting="none")[0][0]["text"] == '"two'


def test_text_as_databases_export_it(read):
    content = "id\ttext\n1\ttwo\\nlines\\tand \\\\\n2\t\\N\n"
    rows, _ = read("a.tsv", content, quoting="none", escape="\\")
    assert rows == [{"id": "1", "text": "two\nlines\tand \\"}, {"id": "2", "text": None}]


def test_a_quote_that_swallows_many_rows_is_a_warning(read):
    content = 'id,text\n1,"open\n' + "2,x\n" * 1500 + '3,end"\n4,y\n'
    rows, remarks = read("a.csv", content)
    assert len(rows) == 2
    assert remarks.warned == [
        "a.csv: lines 2 to 1,503 are one row, for a quote opens there; if it is a quote like any other, "
        "say quoting: none"
    ]


def test_a_quote_that_never_ends_names_the_line_where_it_opens(read):
    with pytest.raises(SourceError, match=r"the row begins in line 3\).*say quoting: none"):
        read("a.csv", 'id,text\n1,x\n2,"open\n3,y\n4,"z" or "w\n')


cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8)


@given(st.lists(st.tuples(cells, cells), max_size=8), st.sampled_from([",", ";", "\t", "|"]))
def test_what_csv_writers_write_is_read_back(pairs, delimiter):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows([("a", "b"), *pairs])
    data = stream.getvalue().encode()
    options = Options(delimiter=delimiter, escape=None, quoting="double")
    rows = list(read_rows(DataFile("a.csv", lambda: io.BytesIO(data)), options))
    if "escape" not in options.remarks.options:  # both readings of `\"` may fit, and then doubled quotes win
        assert rows == [{"a": a or None, "b": b or None} for a, b in pairs]


ROWS = [{"text": "one", "n": 1}, {"text": "two", "n": 2}]
LAYOUTS_OF_JSON = {
    "a list": json.dumps(ROWS),
    "objects below each other": "\n".join(json.dumps(row, indent=2) for row in ROWS),
    "objects on one line": "".join(map(json.dumps, ROWS)),
    "a list under a key": json.dumps({"version": "1.1", "data": ROWS}),
    "a list below two keys": json.dumps({"response": {"took": 3, "docs": ROWS}, "ok": True}),
    "columns by index": json.dumps({"text": {"0": "one", "1": "two"}, "n": {"0": 1, "1": 2}}),
    "columns as lists": json.dumps({"text": ["one", "two"], "n": [1, 2]}),
    "columns and data": json.dumps({"columns": ["text", "n"], "index": [0, 1], "data": [["one", 1], ["two", 2]]}),
    "a table with its schema": json.dumps({"schema": {"fields": [{"name": "text"}]}, "data": ROWS}),
}


@pytest.mark.parametrize("content", LAYOUTS_OF_JSON.values(), ids=LAYOUTS_OF_JSON)
def test_every_layout_of_json_gives_the_same_rows(read, content, request):
    if "schema" in content:
        with pytest.raises(SourceError, match=r"lists of objects under schema\.fields, data; say rows"):
            read("a.json", content)
        assert read("a.json", content, rows="data")[0] == ROWS
    else:
        assert read("a.json", content)[0] == ROWS


@pytest.mark.parametrize(("name", "content"), [("a.json", '["one", "two"]'), ("a.jsonl", '"one"\n"two"\n')])
def test_texts_alone_are_rows(read, name, content):
    assert read(name, content)[0] == [{"text": "one"}, {"text": "two"}]


def test_a_number_too_long_to_read_is_told(read):
    with pytest.raises(SourceError, match=r"a\.json cannot be read: .*4300 digits"):
        read("a.json", f'[{{"n": {"9" * 5000}}}]')


@pytest.mark.parametrize("name", ["a list", "objects below each other"])
def test_json_that_is_called_json_lines_is_read_all_the_same(read, name):
    content = json.dumps(ROWS, indent=1) if name == "a list" else LAYOUTS_OF_JSON[name]
    assert read("a.jsonl", content)[0] == ROWS


def test_the_key_of_the_rows_is_told_and_can_be_taken_over(read):
    content = LAYOUTS_OF_JSON["a list below two keys"]
    assert read("a.json", content)[1].options == {"rows": "response.docs"}
    assert read("a.json", content, rows="response.docs")[0] == ROWS
    with pytest.raises(SourceError, match=r"a\.json holds nothing under 'nope'") as caught:
        read("a.json", content, rows="response.nope")
    assert caught.value.field == "source[0].rows"


def test_an_object_of_objects_has_keys(read):
    content = json.dumps({f"k{number}": {"text": str(number)} for number in range(50)})
    rows, _ = read("a.json", content)
    assert rows == [{"key": f"k{number}", "text": str(number)} for number in range(50)]


def test_an_object_can_be_one_row(read):
    one = {"id": 7, "messages": [{"role": "user", "content": "hi"}]}
    assert read("a.json", json.dumps(one))[0] == one["messages"]
    assert read("a.json", json.dumps(one), rows=".")[0] == [one]
    assert read("a.json", '{"id": 7, "text": "alone"}')[0] == [{"id": 7, "text": "alone"}]


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.json", "a.jsonl", "a.parquet", "a.txt", "a.jsonl.gz"])
def test_a_pointer_of_git_lfs_is_called_one(read, name):
    with pytest.raises(SourceError, match=f"{name} is a Git LFS pointer, not the data; run `git lfs pull`"):
        read(name, POINTER)


DISGUISED = {
    "packed": ("a.jsonl", gzip.compress(b'{"text": "a"}'), "is packed by gzip; let its name end in .gz"),
    "a spreadsheet": ("a.csv", b"PK\x03\x04\x14\x00", "is an archive or a spreadsheet; unpack it"),
    "a database": ("a.csv", b"SQLite format 3\x00", "is a database of SQLite"),
    "Parquet": ("a.csv", b"PAR1\x15", "is Parquet; let its name end in .parquet"),
    "UTF-16": ("a.csv", "id,text\n".encode("utf-16"), "is UTF-16; save it as UTF-8"),
    "a page": ("a.parquet", b"\n<!DOCTYPE html><html>404</html>", "is a page of HTML, not the data"),
}


@pytest.mark.parametrize(("name", "content", "message"), DISGUISED.values(), ids=DISGUISED)
def test_a_file_that_is_something_else_is_called_so(read, name, content, message):
    with pytest.raises(SourceError, match=f"{name} {re.escape(message)}"):
        read(name, content)


def test_a_page_of_html_may_be_a_text(read):
    assert read("a.txt", "<html>\n")[0] == [{"text": "<html>"}]


def test_columns_named_source_and_original_source_both_stay(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "t", "source": "s", "original_source": "o"}\n')
    source = open_source(FileSource(type="file", path="a.jsonl", tag="mine"), tmp_path)
    assert list(source.rows()) == [
        {"text": "t", "original_source": "o", "original_original_source": "s", "source": "mine"}
    ]
