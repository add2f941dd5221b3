"""What becomes a document, what is dropped by which rule, and that it is the same every time."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.config import DocumentsConfig, FileSource, GivenConfig, PackageSource, RuntimeConfig, TurnsConfig
from sitegen.errors import DataError
from sitegen.pipeline import Context
from sitegen.pipeline.documents.fields import TITLE_CHARS, shorten
from sitegen.pipeline.documents.read_documents import read_documents
from sitegen.pipeline.documents.values import clean
from sitegen.report import Report
from tests.unit.helpers import make_package

SOURCE = PackageSource(type="package", package="rows_for_tests", path="rows.json")


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Reads rows as the pipeline would, out of a package; `seed` and `documents:` as keywords."""
    parent = tmp_path_factory.mktemp("packages")
    folder = make_package(parent, SOURCE.package, {})
    context = Context(parent, RuntimeConfig(), Report(-1), parent, parent)

    def read(rows, seed=42, **options):
        (folder / SOURCE.path).write_text(json.dumps(rows))
        config = DocumentsConfig(**options)
        return read_documents(
            source_config=SOURCE, documents_config=config, given_config=GivenConfig(), seed=seed, context=context
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(parent))
        yield read


def texts(*values):
    return [{"text": value} for value in values]


def numbered(count):
    return texts(*(f"text number {number}" for number in range(count)))


def test_a_row_becomes_a_document(read):
    row = {"body": " A text. ", "key": "k1", "name": " A title ", "kind": "letters", "other": 1}
    documents = read([row], text="body", id="key", title="name", category="kind")
    (document,) = documents.table.to_pylist()
    wanted = {"id": "k1", "title": "A title", "text": "A text.", "category": "letters", "url": None, "date": None}
    assert document == wanted
    assert (documents.dropped, documents.noted, documents.rows) == ({}, {}, 1)


def test_the_build_tells_what_became_of_the_rows(tmp_path, capsys):
    rows = [{"text": "one", "day": "x"}, {"text": "two"}, {"text": "two"}, {"text": ""}]
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    read_documents(
        source_config=FileSource(type="file", path="rows.json"),
        documents_config=DocumentsConfig(text="text", date="day"),
        given_config=GivenConfig(),
        seed=1,
        context=Context(tmp_path, RuntimeConfig(), Report(), tmp_path, tmp_path),
    )
    told = "4 rows, 2 documents; dropped: 1 empty, 1 duplicate; noted: 1 day is not a date, left empty"
    assert told in capsys.readouterr().err


def test_ids_that_a_float_may_have_changed_are_a_warning(tmp_path, capsys):
    (tmp_path / "rows.json").write_text(json.dumps([{"text": "one", "id": 2.0**60}, {"text": "two", "id": 5.0}]))
    report = Report()
    documents = read_documents(
        source_config=FileSource(type="file", path="rows.json"),
        documents_config=DocumentsConfig(text="text", id="id"),
        given_config=GivenConfig(),
        seed=1,
        context=Context(tmp_path, RuntimeConfig(), report, tmp_path, tmp_path),
    )
    assert documents.column("id") == [str(2**60), "5"]
    assert report.warnings == 1
    assert "1 rows: id is a float of 9,007,199,254,740,992 or more" in capsys.readouterr().err


def test_without_columns_for_them_id_and_title_are_made_up(read):
    documents = read(texts("", "one text", "another text"))
    assert documents.column("id") == ["1", "2"]
    assert documents.column("title") == ["one text", "another text"]
    assert documents.column("category") == [None, None]


def test_a_missing_value_is_filled_like_a_missing_column(read):
    rows = [{"text": "full", "id": "x", "title": "T", "category": "c"}, {"text": "bare"}, {"text": "null", "id": None}]
    documents = read(rows, id="id", title="title", category="category")
    assert documents.column("id") == ["x", "1", "2"]
    assert documents.column("title") == ["T", "bare", "null"]
    assert documents.column("category") == ["c", None, None]


def test_numbers_are_ids_and_categories(read):
    documents = read([{"text": "a", "n": 7, "x": 1.5}], id="n", category="x")
    assert (documents.column("id"), documents.column("category")) == (["7"], ["1.5"])


def test_turns_are_joined_one_per_line(read):
    turns = [{"text": " Hello "}, {"text": "Hi"}, {"sender": 1}, {"text": ""}, {"text": None}, {"text": 3}, "loose", 4]
    documents = read([{"messages": turns}], text="messages", turns=TurnsConfig(text="text"))
    assert documents.column("text") == ["Hello\nHi\n3\nloose\n4"]


def test_messages_of_one_speaker_in_a_row_share_a_line(read):
    turns = [[{"text": "Hello"}, {"text": "there"}], [], [{"text": "Hi"}]]
    assert read([{"m": turns}], text="m", turns=TurnsConfig()).column("text") == ["Hello there\nHi"]


def test_the_key_of_a_turns_text_can_be_named(read):
    rows = [{"m": [{"body": "yes", "text": "no"}]}]
    assert read(rows, text="m", turns=TurnsConfig(text="body")).column("text") == ["yes"]


@pytest.mark.parametrize("value", ["not turns", 3, {"a": 1}])
def test_what_is_no_conversation_is_counted_apart(read, value):
    documents = read([{"m": value}, {"m": [{"text": "Hi"}]}], text="m", turns=TurnsConfig())
    assert documents.dropped == {"not text": 1}


@pytest.mark.parametrize("value", [None, [], {}])
def test_a_conversation_without_turns_is_empty(read, value):
    documents = read([{"m": value}, {"m": [{"text": "Hi"}]}], text="m", turns=TurnsConfig())
    assert documents.dropped == {"empty": 1}


@pytest.mark.parametrize("value", [None, "", " \n\t ", float("nan"), [], [None, " "], {}, "\x00"])
def test_what_holds_nothing_is_empty(read, value):
    documents = read(texts(value, "text"))
    assert documents.column("text") == ["text"]
    assert documents.dropped == {"empty": 1}


@pytest.mark.parametrize("value", [True, {"text": "text"}, [{"body": "text"}]])
def test_what_cannot_be_text_is_counted_apart(read, value):
    documents = read(texts(value, "text"))
    assert documents.column("text") == ["text"]
    assert documents.dropped == {"not text": 1}


@pytest.mark.parametrize(
    ("value", "text"), [(3, "3"), (3.5, "3.5"), (["a", "b"], "a\nb"), (["a", None, ["b", 1]], "a\nb\n1")]
)
def test_numbers_are_text_and_lists_are_joined(read, value, text):
    assert read(texts(value)).column("text") == [text]


def test_a_missing_key_is_empty(read):
    assert read([{"other": 1}, {"text": "text"}]).dropped == {"empty": 1}


def test_short_documents_are_dropped_and_counted(read):
    documents = read(texts("1234", "12345", " 1234 "), min_chars=5)
    assert documents.column("text") == ["12345"]
    assert documents.dropped == {"shorter than min_chars": 2}


def test_long_documents_are_cut(read):
    documents = read(texts("12 45 78", "12", "1234567"), max_chars=6)
    assert documents.column("text") == ["12 45", "12"]
    assert documents.noted == {"cut at max_chars": 1}
    assert documents.dropped == {"no word within max_chars": 1}


def test_repeated_texts_are_dropped_but_the_first(read):
    rows = [{"text": "same", "id": "a"}, {"text": "other", "id": "b"}, {"text": " same ", "id": "c"}]
    documents = read(rows, id="id")
    assert documents.column("id") == ["a", "b"]
    assert documents.dropped == {"duplicate": 1}


def test_repeated_texts_are_kept_if_asked(read):
    assert len(read(texts("same", "same"), drop_duplicates=False)) == 2


def test_a_sample_is_drawn_by_seed_and_stays_in_source_order(read):
    rows = numbered(50)
    one, again, other = read(rows, sample=10), read(rows, sample=10), read(rows, seed=43, sample=10)
    assert one.table == again.table
    assert one.table != other.table
    places = [int(number) for number in one.column("id")]
    assert len(places) == 10
    assert places == sorted(places)
    assert one.dropped == {"not in the sample": 40}


@pytest.mark.parametrize("sample", [3, 4])
def test_a_sample_that_is_large_enough_keeps_all(read, sample):
    documents = read(numbered(3), sample=sample)
    assert len(documents) == 3
    assert documents.dropped == {}


def test_the_sample_is_drawn_from_what_the_other_rules_leave(read):
    rows = texts("", "x", "long enough", "long enough", "also long", "long as well")
    documents = read(rows, min_chars=3, sample=2)
    assert len(documents) == 2
    assert documents.dropped == {
        "empty": 1,
        "shorter than min_chars": 1,
        "duplicate": 1,
        "not in the sample": 1,
    }


ODD = "a\ud800b \x00c \U0001f469\u200d\U0001f467 e\u0301 \u202bעברית\u202c 机器"


def test_surrogates_and_nuls_go_accents_compose_the_rest_stays(read):
    documents = read(
        [{"text": ODD, "id": ODD, "title": ODD, "category": ODD}], id="id", title="title", category="category"
    )
    (row,) = documents.table.to_pylist()
    assert {row[name] for name in ("text", "id", "title", "category")} == {
        "a?b c \U0001f469\u200d\U0001f467 \u00e9 \u202bעברית\u202c 机器"
    }


@pytest.mark.parametrize("field", ["text", "id", "title", "category"])
def test_a_column_no_row_has_is_told_with_field_and_columns(read, field):
    with pytest.raises(DataError, match=r"no row has a column 'nope'; columns are other, source, text") as caught:
        read([{"text": "a", "other": 1}], **{field: "nope"})
    assert f"documents.{field}" in (caught.value.field, str(caught.value).split(":")[0])


def test_a_column_within_an_object_is_told_and_read_by_its_name(read):
    rows = [{"_id": 1, "_source": {"text": "one", "a b": "x"}}]
    with pytest.raises(DataError, match="columns are _id, _source") as caught:
        read(rows)
    assert "the object _source has a text, whose name is _source.text" in str(caught.value)
    documents = read(rows, text="_source.text", category="_source.a b")
    assert documents.column("text") == ["one"]
    assert documents.column("category") == ["x"]


def test_a_column_with_dots_goes_before_one_within_an_object(read):
    rows = [{"a.b": "flat", "a": {"b": "deep"}}, {"a": {"b": "deep"}}, {"a": ["no object"]}]
    assert read(rows, text="a.b", id="a.b").column("text") == ["flat", "deep"]


def test_when_nothing_is_left_the_counts_say_why(read):
    rows = texts("", None, "short", "short")
    with pytest.raises(DataError, match=r"2 empty, 2 shorter than min_chars") as caught:
        read(rows, min_chars=100)
    assert "documents.min_chars" in str(caught.value)


def test_a_source_without_rows_is_an_error(read):
    with pytest.raises(DataError, match="the source has no rows"):
        read([])


def test_a_title_is_the_beginning_of_the_text_on_one_line(read):
    text = "First line\nsecond\tline " + "word " * 100
    (title,) = read(texts(text)).column("title")
    assert title.startswith("First line second line word")
    assert title.endswith("word…")
    assert len(title) <= TITLE_CHARS


@pytest.mark.parametrize(
    ("text", "limit", "title"),
    [
        ("short", 10, "short"),
        ("exactly 10", 10, "exactly 10"),
        ("one two three", 10, "one two…"),
        ("one two, three", 10, "one two…"),
        ("abcdefghijklmnop", 10, "abcdefghi…"),
        ("a bcdefghijklmnop", 10, "a bcdefgh…"),
        ("  white \n\n space ", 20, "white space"),
        ("机器学习的会话和日常生活", 6, "机器学习的…"),
        ("word" + " " * 500 + "more", 20, "word more"),
    ],
)
def test_a_title_is_cut_at_a_word_where_one_is_near(text, limit, title):
    assert shorten(text, limit) == title


@given(st.text(), st.integers(2, 120))
def test_a_title_is_one_line_within_its_limit(text, limit):
    title = shorten(text, limit)
    assert len(title) <= limit
    assert len(title.splitlines()) <= 1
    assert bool(title) == bool(text.split())


@given(st.text(st.characters()))
def test_clean_text_can_be_written_and_is_clean_already(text):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


VALUES = st.sampled_from(["same", "same ", "", "long enough to stay", "x"]) | st.text() | st.none() | st.integers()
TURNS = st.lists(st.fixed_dictionaries({}, optional={"text": VALUES}) | VALUES, max_size=3) | VALUES
ROWS = st.lists(st.fixed_dictionaries({}, optional={"text": TURNS, "n": VALUES}), max_size=12)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "turns": st.just(TurnsConfig()),
        "min_chars": st.integers(1, 10),
        "max_chars": st.integers(1, 10),
        "sample": st.integers(1, 5),
        "drop_duplicates": st.booleans(),
        "title": st.just("n"),
        "category": st.just("n"),
    },
)


@given(rows=ROWS, options=OPTIONS)
def test_every_row_is_a_document_or_counted_as_dropped(read, rows, options):
    try:
        documents = read(rows, **options)
    except DataError as error:
        assert str(error)
        return
    assert len(documents) + sum(documents.dropped.values()) == len(rows)
    assert all(count > 0 for count in documents.dropped.values())
    places = [int(number) for number in documents.column("id")]
    assert places == sorted(set(places))
    for text, title in zip(documents.column("text"), documents.column("title"), strict=True):
        assert 0 < len(text) <= options.get("max_chars", len(text))
        assert 0 < len(title) <= TITLE_CHARS
    assert read(rows, **options).table == documents.table
