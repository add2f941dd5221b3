"""What data can do to a user: each is counted, or told in one line with its place, by `inspect` and by `build`."""

import json
import sys

import pytest

from sitegen.cli import main
from tests.unit.helpers import to_yaml

TEXT = "The quick brown fox number {} jumps over the lazy dog."
GOOD = [{"text": TEXT.format(number), "n": number, "day": f"2024-01-{number + 1:02}"} for number in range(9)]


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a command on one data file; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(command, data, name="rows.jsonl", slugs=("a",), **documents):
        (tmp_path / name).write_bytes(data)
        source = {"type": "file", "path": name}
        named = {"labels": {"model": None}}  # needs no language model here
        entries = [{"slug": slug, "title": "A", "source": source, "documents": documents, **named} for slug in slugs]
        (tmp_path / "datasets.yaml").write_text(to_yaml({"datasets": entries}))
        monkeypatch.setattr(sys, "argv", ["sitegen", command, *(["a"] if command == "inspect" else [])])
        try:
            main()
        except SystemExit as done:
            code = done.code
        else:
            code = 0
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def lines(rows):
    return "\n".join(map(json.dumps, rows)).encode()


REFUSED = {
    "a column that is not there": (
        (lines(GOOD), {"title": "nope"}),
        "documents.title: no row has a column 'nope'; columns are day, n, source, text",
    ),
    "no rows": ((b"[]", {"name": "rows.json"}), "no document is left (the source has no rows)"),
    "no bytes": ((b"", {}), "rows.jsonl: no data, 0 bytes"),
    "a header alone": ((b"text,n\n", {"name": "rows.csv"}), "no document is left (the source has no rows)"),
    "rules that drop everything": (
        (lines(GOOD), {"min_chars": 900}),
        "no document is left (9 shorter than min_chars)",
    ),
    "bytes that are not UTF-8": ((b'{"text": "fine"}\n{"text": "\xff"}\n', {}), "rows.jsonl: line 2: not UTF-8 text"),
    "UTF-16": ((json.dumps(GOOD[0]).encode("utf-16"), {}), "rows.jsonl is UTF-16; save it as UTF-8"),
    "a broken line": ((b'{"text": "fine"}\n{"text": \n', {}), "rows.jsonl: line 2 is not valid JSON"),
    "a list where a row should be": ((b'{"text": "fine"}\n[1]\n', {}), "rows.jsonl: line 2 is list, not an object"),
    "a line that is too long": ((b"text,n\na,1\nb,2,3\n", {"name": "rows.csv"}), "rows.csv: line 3 has 3 fields"),
    "a date that does not parse": (
        (lines([*GOOD, {"text": "other", "day": "31 February"}]), {"date": "day", "on_bad_value": "fail"}),
        "documents.date: row 9: day is not a date: '31 February'",
    ),
    "texts that are none": (
        (lines([{"text": {"a": 1}}, {"text": [{"b": 2}]}]), {}),
        "no document is left (2 not text); row 0 is not text",
    ),
}


@pytest.mark.parametrize("command", ["inspect", "build"])
@pytest.mark.parametrize(("given", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_used_is_told_in_one_line(run, command, given, message):
    data, options = given
    code, out, err = run(command, data, **options)
    *before, last = err.splitlines()
    assert (code, out) == (1, "")
    assert last.startswith("error: datasets.yaml:")
    assert message in last
    assert [line for line in before if not line.startswith("a ")] == []  # how far the build came


@pytest.mark.parametrize("command", ["inspect", "build"])
def test_two_datasets_of_one_slug_are_refused(run, command):
    code, _, err = run(command, lines(GOOD), slugs=("a", "a"))
    assert code == 2
    assert err.count("\n") == 1
    assert "'a' is used twice, each map needs a slug of its own" in err


ODD = "before \ud800 \x00 \x1b[31m after"
BORNE = {
    "mixed types in a column": (
        [*GOOD, {"text": 5}, {"text": True}, {"text": ["two", "parts"]}, {"text": {"a": 1}}, {"text": None}],
        {},
        ["-2  not text", "-1  empty", "11  documents", "text 69%"],
    ),
    "nested nulls": (
        [{"m": [None, {"role": None, "content": None}, {"content": "Hi"}, [None]]}, {"m": [None]}, {"m": None}],
        {"text": "m", "turns": {}},
        ["-2  empty", "1  documents"],
    ),
    "lone surrogates, NUL and escapes": ([*GOOD, {"text": ODD}], {}, ["10  documents", "before ? [31m after"]),
    "a row of 10 MB": ([*GOOD, {"text": "word " * 2_000_000}], {"max_chars": 500}, ["1  cut at max_chars", "499"]),
    "a date that does not parse": (
        [*GOOD, {"text": "other", "day": "31 February"}, {"text": "more", "day": {"y": 1}}],
        {"date": "day"},
        ["2  day is not a date, left empty", "11  documents", "from 2024-01-01 to 2024-01-09"],
    ),
    "a date that drops its row": (
        [*GOOD, {"text": "other", "day": "31 February"}],
        {"date": "day", "on_bad_value": "drop"},
        ["-1  day is not a date", "9  documents"],
    ),
    "numbers that are none": (
        [*GOOD, {"text": "other", "n": "many"}, {"text": "more", "n": 1e400}],
        {"columns": {"n": "number"}},
        ["2  n is not a number, left empty", "from 0 to 8"],
    ),
    "numbers that are huge": ([*GOOD, {"text": "other", "n": 1e300}], {"columns": {"n": "number"}}, ["1e+300"]),
    "dates at the ends of time": (
        [*GOOD, {"text": "other", "day": "0001-01-01"}, {"text": "more", "day": "9999-12-31"}],
        {"date": "day"},
        ["from 0001-01-01 to 9999-12-31"],
    ),
}


@pytest.mark.parametrize(("rows", "options", "shown"), BORNE.values(), ids=BORNE.keys())
def test_what_can_be_borne_is_counted_and_shown(run, rows, options, shown):
    code, out, err = run("inspect", lines(rows), **options)
    assert (code, err) == (0, "")
    for each in shown:
        assert each in out
    assert not {"\x00", "\x1b", "\ud800"} & set(out)
