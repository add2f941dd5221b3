"""The look before modelling: what it says of rows and of the documents made from them."""

import io
import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from sitegen.commands.inspect import column_profile, phrases, window
from sitegen.commands.inspect.column_profile import RowTally
from sitegen.commands.inspect.distributions import SHOWN, Categories, Numbers
from sitegen.commands.inspect.histogram import BARS, histogram
from sitegen.commands.inspect.profile import profile
from sitegen.commands.inspect.profile_dataset import profile_dataset
from sitegen.commands.inspect.terminal import show
from sitegen.config import load_project
from tests.unit.helpers import REPO, dataset, run_cli, to_yaml

TEXT = "The quick brown fox number {} jumps over the lazy dog."


def looked(rows, limit=None, embeddings=None, **options):
    entry = dataset(documents=options, **({"embeddings": embeddings} if embeddings else {}))
    return profile(lambda: iter(rows), entry, REPO, limit)


def numbered(count, **more):
    return [{"text": TEXT.format(number), **more} for number in range(count)]


def printed(found):
    screen = io.StringIO()
    show(found, Console(file=screen, width=100))
    return screen.getvalue()


def column(rows, name):
    tally = RowTally(1)
    assert list(tally.watch(rows)) == rows
    (found,) = [each for each in tally.columns() if each.name == name]
    return found


CONTENTS = {
    "text": ["a word", "two words"],
    "numbers": [1, 2.5],
    "numbers as text": ["$12.99", "7", "1,299.00 EUR"],
    "dates as text": ["2024-01-31", "3 May 2020"],
    "links": ["https://a.org/1", "http://b.org"],
    "true or false": [True, False],
    "objects": [{"a": 1}],
    "lists of text": [["a"], ["b", None]],
    "lists of objects": [[{"a": 1}]],
    "lists of lists": [[["a"]]],
    "lists": [[None]],
    "nothing": [None, "", " "],
    "text 67%, numbers 33%": ["a", "b", 1],
}


@pytest.mark.parametrize(("contents", "values"), CONTENTS.items(), ids=CONTENTS.keys())
def test_a_column_says_what_it_holds(contents, values):
    assert column([{"x": value} for value in values], "x").contents == contents


def test_null_blank_not_a_number_and_no_key_count_as_missing():
    rows = [{"x": None}, {"x": ""}, {"x": " "}, {"x": float("nan")}, {"x": []}, {}, {"x": "there"}, {"x": 0}]
    assert column(rows, "x").missing == 6 / 8


def test_rows_with_ever_new_columns_do_not_grow_memory():
    tally = RowTally(1)
    for _ in tally.watch({f"column {number}": number} for number in range(5000)):
        pass
    assert (len(tally.columns()), tally.more_columns) == (column_profile.MOST_COLUMNS, column_profile.MOST_COLUMNS)
    assert tally.rows == 5000


def test_few_rows_are_kept_and_long_values_are_not():
    tally = RowTally(1)
    for _ in tally.watch({"text": "x" * 100_000, "deep": json.loads("[" * 400 + "]" * 400)} for _ in range(1000)):
        pass
    assert len(tally.whole_rows()) == column_profile.WHOLE_ROWS
    assert max(len(text) for text in map(str, tally._sample)) < 2000


def test_the_rows_kept_are_drawn_from_all_of_them_by_the_seed():
    def kept(seed):
        tally = RowTally(seed)
        for _ in tally.watch(numbered(5000)):
            pass
        return [number for number, _ in tally.whole_rows()]

    assert kept(1) == kept(1) != kept(2)
    assert max(kept(1)) > 1000


def test_a_profile_counts_rows_documents_and_what_the_rules_did():
    rows = [*numbered(8), {"text": "short"}, {"text": TEXT.format(1)}, {"text": None}]
    found = looked(rows, min_chars=20)
    assert (found.rows, found.all_rows, found.documents, found.repeated) == (11, True, 8, 0)
    assert found.dropped == {"empty": 1, "shorter than min_chars": 1, "duplicate": 1}
    assert found.chars.low == found.chars.high == len(TEXT) - 1
    assert "1 dropped, 0 left" in printed(found)


def test_documents_that_a_cut_makes_equal_are_told():
    found = looked([{"text": f"One sentence. Then {number}"} for number in range(3)], max_chars=14)
    assert (found.documents, found.repeated) == (3, 2)


def test_a_sample_reads_the_rows_twice_and_counts_them_once():
    found = looked(numbered(30), sample=10)
    assert (found.rows, found.documents) == (30, 10)


@pytest.mark.parametrize(("limit", "everything"), [(9, False), (10, True), (11, True)])
def test_a_look_at_some_rows_says_so(limit, everything):
    found = looked(numbered(10), limit)
    assert (found.rows, found.all_rows) == (min(limit, 10), everything)
    assert ("there are more" in phrases.looked_at(found)) != everything


def test_a_look_at_some_rows_reads_no_more():
    endless = ({"text": TEXT.format(number)} for number in itertools.count())
    assert looked(endless, 100).rows == 100


def test_the_example_is_a_row_and_its_document():
    rows = [{"body": TEXT.format(7), "key": "k", "turns": [{"a": 1}]}]
    example = looked(rows, text="body", id="key").example
    assert dict(example.raw) == {"body": TEXT.format(7), "key": "k", "turns": '[{"a": 1}]'}
    assert dict(example.document) == {"text": TEXT.format(7), "title": TEXT.format(7), "id": "k"}
    assert (example.row, example.pieces) == (0, 1)


def test_the_example_is_a_row_that_became_a_document():
    rows = [{"text": "x"}] * 5 + numbered(1) + [{"text": None}] * 3
    assert looked(rows, min_chars=10).example.row == 5


def test_the_shortest_and_the_longest_are_shown():
    found = looked([{"text": "word " * count} for count in (50, 3, 9, 1, 70, 20)])
    assert [each.chars for each in found.shortest] == [4, 14, 44]
    assert [each.chars for each in found.longest] == [349, 249, 99]


def test_sentences_that_documents_share_are_told_with_the_share():
    same = "This package contains the development files."
    rows = [{"text": f"Number {n} alone.\n{same if n % 4 == 0 else 'Words of its own, ' + str(n)}"} for n in range(40)]
    found = looked(rows)
    assert found.shared.sentences == ((0.25, same),)
    assert f"25% of the documents hold “{same}”" in printed(found)
    assert not looked(numbered(40)).shared.sentences


def test_a_document_that_holds_much_of_all_text_is_told():
    found = looked([*numbered(40), {"text": "word " * 1000}])
    assert found.shared.longest == pytest.approx(4999 / (4999 + sum(len(row["text"]) for row in numbered(40))))
    assert "The longest document holds 70% of all characters" in printed(found)
    assert not looked(numbered(40)).shared.longest


def test_tokens_are_counted_against_the_window_of_the_embedder():
    rows = [{"text": "word " * count} for count in (6, 28)]
    found = looked(rows, embeddings={"max_tokens": 16}).tokens
    assert (found.window, found.measured, found.cut) == (16, 2, 0.5)
    assert found.lost == pytest.approx(14 / 34)  # 28 words and two special tokens, of which 16 are seen
    assert (found.lengths.low, found.lengths.high) == (8, 30)
    assert "50% of the documents" in phrases.window(found, 2)
    assert "41% of all tokens" in phrases.window(found, 2)


def test_a_prompt_takes_room_in_the_window():
    plain, prompted = (looked(numbered(3), embeddings={"prompt": prompt}).tokens for prompt in ("", "query: "))
    assert prompted.lengths.low == plain.lengths.low + 2


def test_of_very_many_documents_some_are_counted(monkeypatch):
    monkeypatch.setattr(window, "MOST_DOCUMENTS", 10)
    found = looked(numbered(30))
    assert found.tokens.measured == 10
    assert "Counted in 10 documents" in printed(found).replace("\n  ", " ")


WINDOWS = {
    "sentence-transformers": ({"sentence_bert_config.json": {"max_seq_length": 256}}, {}, 256),
    "config is less": ({"sentence_bert_config.json": {"max_seq_length": 256}}, {"max_tokens": 128}, 128),
    "config is more": ({"sentence_bert_config.json": {"max_seq_length": 256}}, {"max_tokens": 512}, 256),
    "model": ({"config.json": {"max_position_embeddings": 514}}, {}, 514),
    "model and tokenizer": (
        {"config.json": {"max_position_embeddings": 514}, "tokenizer_config.json": {"model_max_length": 512}},
        {},
        512,
    ),
    "null": ({"sentence_bert_config.json": {"max_seq_length": None}, "config.json": {}}, {}, None),
    "no limit": ({"tokenizer_config.json": {"model_max_length": 10**30}}, {}, None),
    "no files": ({}, {"max_tokens": 64}, 64),
}


@pytest.mark.parametrize(("files", "options", "tokens"), WINDOWS.values(), ids=WINDOWS.keys())
def test_the_window_is_read_from_the_models_files(tmp_path, files, options, tokens):
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content))
    config = dataset(embeddings={"model": str(tmp_path), **options}).embeddings
    assert window.window(config, tmp_path) == tokens


def test_without_the_embedder_all_else_is_shown(tmp_path):
    found = looked(numbered(3), embeddings={"model": str(tmp_path)})
    assert found.tokens is None
    assert "not counted: tokenizer" in printed(found)
    assert found.documents == 3


def test_what_rides_along_is_shown_by_type():
    kinds = [f"kind {number % 14}" for number in range(40)]
    rows = [
        {
            "text": TEXT.format(number),
            "kind": kinds[number],
            "price": f"${number}.50",
            "day": f"2024-01-{number % 28 + 1}",
        }
        for number in range(40)
    ] + [{"text": "without"}]
    found = looked(rows, category="kind", date="day", columns={"price": "number"})
    category, date, price = found.distributions
    assert isinstance(category, Categories)
    assert (category.distinct, category.missing, len(category.top), category.others) == (14, 1, SHOWN, 4)
    assert category.top[0] == ("kind 0", 3)
    assert isinstance(date, Numbers)
    assert phrases.summary(date) == "from 2024-01-01 to 2024-01-28, median 2024-01-10; 1 without"
    assert (price.bars.low, price.bars.high, price.missing) == (0.5, 39.5, 1)
    screen = printed(found)
    assert "from 0.50 to 39.50, median 20" in screen
    assert "2 " in screen


def test_a_column_without_any_value_has_no_bars():
    (price,) = looked([{"text": "a", "price": None}], columns={"price": "number"}).distributions
    assert (price.bars, phrases.summary(price)) == (None, "no value; 1 without")


NUMBERS = st.lists(st.floats(-1e12, 1e12) | st.integers(-(10**6), 10**6).map(float), min_size=1, max_size=300)


@given(NUMBERS)
def test_every_number_is_in_a_bar_or_counted_beside_them(values):
    found = histogram(np.array(values))
    assert sum(found.counts) + found.under + found.over == len(values)
    assert 1 <= len(found.counts) <= BARS + 2
    assert found.low == min(values)
    assert found.high == max(values)


def test_whole_numbers_have_whole_bars():
    found = histogram(np.arange(10))
    assert (found.start, found.width, found.counts) == (0, 1, (1,) * 10)


def test_one_number_far_out_does_not_squeeze_the_others():
    found = histogram(np.array([*range(1000), 10**9]))
    assert found.over == 1
    assert found.end < 2000
    assert "1 beyond" in phrases.beyond(found)


def test_numbers_too_far_apart_to_subtract_are_told_as_they_are():
    found = histogram(np.array([-1e308, 0.0, 1e308]))
    assert (found.low, found.high, found.under + sum(found.counts) + found.over) == (-1e308, 1e308, 3)


HOSTILE = "\x1b[31mred\x9b1m [bold]\ud800\x00</script><script>alert(1)</script>"


def test_texts_cannot_steer_the_terminal():
    screen = printed(looked([{"text": HOSTILE, HOSTILE: HOSTILE, "kind": HOSTILE}], category="kind"))
    assert not {"\x1b", "\x9b", "\x00", "\ud800"} & set(screen)
    assert "[bold]" in screen


@pytest.fixture
def project(tmp_path):
    rows = [{"text": TEXT.format(number), "kind": f"kind {number % 3}"} for number in range(20)]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    entry = {"slug": "a", "title": "A", "source": {"type": "file", "path": "rows.jsonl"}}
    (tmp_path / "datasets.yaml").write_text(to_yaml({"datasets": [{**entry, "documents": {"category": "kind"}}]}))
    return tmp_path


def test_long_reading_says_how_far_it_is(project, report, screen, monkeypatch):
    monkeypatch.setattr("sitegen.commands.inspect.profile_dataset.TOLD_EVERY", 8)
    profile_dataset(load_project(project / "datasets.yaml"), "a", None, report)
    assert screen.getvalue().splitlines() == ["  8 rows read", "  16 rows read"]


def test_the_command_shows_a_dataset_and_writes_only_the_page(project):
    done = run_cli("inspect", "a", "--html", "look.html", cwd=project)
    assert done.returncode == 0, done.stderr
    assert "all 20 rows; 20 documents" in done.stdout
    assert "kind 0" in done.stdout
    assert {path.name for path in project.iterdir()} == {"datasets.yaml", "rows.jsonl", "look.html"}
    assert run_cli("inspect", "a", "--html", "look.html", cwd=project).stdout == done.stdout


def test_the_command_reads_as_many_rows_as_asked(project):
    done = run_cli("inspect", "a", "--rows", "5", cwd=project)
    assert "the first 5 rows, there are more; 5 documents" in done.stdout


def test_a_slug_that_is_not_there_names_those_that_are(project):
    done = run_cli("inspect", "b", cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert "datasets.yaml: no dataset b; there are a" in done.stderr


def test_a_page_that_cannot_be_written_is_told(project):
    done = run_cli("inspect", "a", "--html", "no/look.html", cwd=project)
    assert done.returncode == 1
    assert "no/look.html: cannot be written: No such file or directory" in done.stderr


def test_no_model_library_is_loaded(project):
    code = (
        "import sys; from pathlib import Path; from sitegen.config import load_project;"
        "from sitegen.commands.inspect.profile_dataset import profile_dataset, write_page;"
        "from sitegen.report import Report;"
        "found = profile_dataset(load_project(Path('datasets.yaml')), 'a', None, Report(-1));"
        "write_page(found, Path('x.html')); assert found.tokens; print(*sys.modules)"
    )
    import subprocess
    import sys

    from tests.unit.helpers import CAPTURE, cli_env

    done = subprocess.run([sys.executable, "-c", code], cwd=project, env=cli_env(project), **CAPTURE)
    assert done.returncode == 0, done.stderr
    assert {"torch", "transformers", "sentence_transformers"}.isdisjoint(done.stdout.split())
