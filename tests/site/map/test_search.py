"""The search index: written here, read by the page's own code in Node, and compared with reading every document."""

import base64
import gzip
import itertools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sitegen.site.output.hashed_files import HashedFiles
from sitegen.site.search import index, postings
from sitegen.site.search.index import Batch, write_search, write_topic_rows
from sitegen.site.search.tokens import MAX_CHARS, tokens

ROOT = Path(__file__).resolve().parents[3]
NODE = shutil.which("node") or str(Path(sys.executable).parent / "node")
WORDS = ["alpha", "alphabet", "alpine", "beta", "betatron", "gamma", "über", "機械学習", "𠀀𠀁", "x", "\uffee", "Ａ1"]


def node(script, *arguments, given):
    command = [NODE, *([script] if isinstance(script, Path) else ["--input-type=module", "-e", script]), *arguments]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, cwd=ROOT, check=True)
    return json.loads(done.stdout)


def ask(folder, root, queries):
    """The answers of the page's code to queries, each a string or a string and its facets; a root for each part."""
    roots = [root] if isinstance(root, str) else root
    return node(ROOT / "tests" / "js" / "ask.js", *(str(folder / each) for each in roots), given=queries)


def write(folder, titles, texts, topics=None, size=7, part=0):
    batches = [Batch(titles[at : at + size], texts[at : at + size]) for at in range(0, len(titles), size)]
    if topics is not None:
        write_topic_rows(topics, HashedFiles(folder), part)
    return write_search(batches, {}, {}, HashedFiles(folder), part) + "/root.js"


def has(words, term, prefix):
    return any(word.startswith(term) if prefix else word == term for word in words)


def test_words_are_those_that_the_page_looks_for():
    for text, words in json.loads((ROOT / "tests" / "js" / "tokens.json").read_text("utf-8")):
        assert tokens(text) == words, text


def test_letters_newer_than_python_3_11_are_in_words():
    assert tokens("\U00011f12\U00011f13 a\U0001e4d0b") == ["\U00011f12\U00011f13", "a\U0001e4d0b"]
    assert tokens("\U0002ebf0\U0002ebf1") == ["\U0002ebf0\U0002ebf1", "\U0002ebf1"]


@pytest.mark.parametrize("text", ["", "word"])
def test_the_root_says_whether_there_is_any_word(tmp_path, text):
    root = write(tmp_path, ["", ""], ["", text], np.array([0, 1]))
    (packed,) = re.findall(rb',"(.*)"', (tmp_path / root).read_bytes())
    assert json.loads(gzip.decompress(base64.b64decode(packed)))["words"] is bool(text)


def test_python_and_javascript_find_the_same_words_in_any_text():
    texts = []
    assigned = st.characters(exclude_categories=["Cs", "Cn"])
    telling = st.sampled_from("aZß İΣς０ｶﾞ゛́̈ـé機習 กาำ한ㅎﬁ½𝐁\u200d_-'\u0345\u1e9eǅ")

    @settings(max_examples=10_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.text(assigned | telling, max_size=40))
    def collect(text):
        texts.append(text)

    collect()
    script = """
        import { readFileSync } from "node:fs";
        import { tokensOf } from "./static/js/search/tokens.js";
        console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf-8")).map(tokensOf)));
    """
    assert len(texts) > 5000
    different = [
        (text, ours, theirs)
        for text, theirs in zip(texts, node(script, given=texts), strict=True)
        if (ours := tokens(text)) != theirs
    ]
    assert different == []


@pytest.mark.parametrize(
    ("limit", "shard_bytes", "ends"),
    [
        (10_000, 32_000, [300]),
        (10_000, 120, [300]),
        (15, 120, [300]),
        (10_000, 120, [250, 299, 300]),
        (15, 120, [250, 300]),
    ],
)
def test_answers_are_those_of_reading_every_document(tmp_path, monkeypatch, limit, shard_bytes, ends):
    for module in (postings, index):
        monkeypatch.setattr(module, "LIMIT", limit)
    monkeypatch.setattr(index, "SHARD_BYTES", shard_bytes)
    monkeypatch.setattr(postings, "RUN", 500)
    rng = np.random.default_rng(5)
    weights = 1 / np.arange(1, len(WORDS) + 1)
    drawn = [" ".join(rng.choice(WORDS, rng.integers(0, 6), p=weights / weights.sum())) for _ in range(600)]
    titles, texts = drawn[:300], drawn[300:]
    topics = rng.integers(-1, 3, 300)
    root = [
        write(tmp_path, titles[start:end], texts[start:end], topics[start:end], part=part)
        for part, (start, end) in enumerate(itertools.pairwise([0, *ends]))
    ]
    singles = [
        "alpha",
        "alpha ",
        "al",
        "a",
        "b",
        "betat",
        "UBER",
        "機",
        "習",
        "学習",
        "𠀀",
        "x",
        "ﾮ",
        "1",
        "a1",
        "none",
        "",
    ]
    pairs = [f"{a.strip()} {b}" for a, b in itertools.product(["alpha", "beta", "x", "none"], singles)]
    asked = [[query, facets] for query in singles + pairs for facets in ([], [["=topic1"]], [["=topic1", "=topic2"]])]
    indexed = [(set(tokens(title)), set(tokens(text))) for title, text in zip(titles, texts, strict=True)]
    script = """
        import { readFileSync } from "node:fs";
        import { queryTerms } from "./static/js/search/tokens.js";
        console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf-8")).map(([query]) => queryTerms(query))));
    """
    cut = 0
    for (query, facets), terms, answer in zip(
        asked, node(script, given=asked), ask(tmp_path, root, asked), strict=True
    ):
        wanted = [
            row
            for row, (title, text) in enumerate(indexed)
            if terms
            and all(has(title | text, term=each["text"], prefix=each["prefix"]) for each in terms)
            and all(f"=topic{topics[row]}" in choice for choice in facets)
        ]
        listed, sure = answer["rows"], answer["rows"][: answer["sure"]]
        assert len(set(listed)) == len(listed)
        assert len(dict(answer["loads"])) <= len(ends) * (len(terms) + sum(1 + len(choice) for choice in facets))
        if answer["exact"]:
            assert sorted(sure) == wanted, query
            assert answer["total"] == len(wanted)
            assert answer["partial"] or listed == sure
        else:
            cut += 1
            assert set(sure) <= set(wanted), query
            assert len(ends) > 1 or answer["partial"] or set(wanted[: len(sure)]) <= set(listed), query
            assert len(sure) <= answer["total"]
        if len(terms) == 1 and sure:
            term, prefix = terms[0]["text"], terms[0]["prefix"]
            in_title = [has(indexed[row][0], term, prefix) for row in sure]
            assert in_title == sorted(in_title, reverse=True), query
    assert (cut > 0) == (limit == 15)


def test_a_common_word_says_how_many_have_it(tmp_path, monkeypatch):
    for module in (postings, index):
        monkeypatch.setattr(module, "LIMIT", 50)
    texts = ["common" if row % 2 else "rare" if row == 700 else "other" for row in range(1000)]
    root = write(tmp_path, ["" for _ in texts], texts)
    common, both = ask(tmp_path, root, [["common ", []], ["common rare ", []]])
    assert (common["sure"], common["total"], common["exact"]) == (50, 500, False)
    assert common["rows"] == list(range(1, 101, 2))
    assert (both["sure"], both["rows"]) == (0, [700])


def test_a_query_is_few_requests_and_bytes(tmp_path):
    rng = np.random.default_rng(6)
    vocabulary = np.array(["".join(rng.choice(list("abcdefghijklmno"), rng.integers(2, 9))) for _ in range(30_000)])
    ranks = (30_000 ** rng.random((20_000, 60))).astype(int)
    texts = [" ".join(row) for row in vocabulary[ranks]]
    root = write(tmp_path, [text[:40] for text in texts], texts, np.arange(20_000) % 40, size=5000)
    words = vocabulary[(30_000 ** rng.random(60)).astype(int)]
    asked = [
        [f"{a} {b} {c[: length + 1]}", []] for (a, b, c), length in zip(words.reshape(20, 3), range(20), strict=True)
    ]
    asked += [[f"{word[:1]}", [["=topic3"]]] for word in words[:20]]
    root_bytes = (tmp_path / root).stat().st_size
    for answer in ask(tmp_path, root, asked):
        assert len(answer["loads"]) <= 3  # words, or a word, the root of the topics and one of them
        assert sum(size for _, size in answer["loads"]) + root_bytes <= 150_000
    assert all(path.stat().st_size < 45_000 for path in tmp_path.rglob("*.js"))


def test_the_index_is_the_same_on_each_build_and_in_any_batches(tmp_path, tree):
    texts = [f"{a} {b}" for a, b in itertools.product(WORDS, WORDS)]
    trees = []
    for name, size in (("a", 7), ("b", 7), ("c", 1000)):
        (tmp_path / name).mkdir()
        write(tmp_path / name, texts, texts[::-1], size=size)
        trees.append(tree(tmp_path / name))
    assert trees[0] == trees[1] == trees[2]


def test_no_documents_and_no_words_are_an_index_too(tmp_path):
    for name, titles in (("none", []), ("empty", ["", "!?"])):
        (tmp_path / name).mkdir()
        root = write(tmp_path / name, titles, titles)
        assert [answer["rows"] for answer in ask(tmp_path / name, root, [["word", []], ["", []]])] == [[], []]


def test_a_word_of_kilobytes_is_cut_the_same_on_both_sides(tmp_path):
    root = write(tmp_path, ["w" * 5000], ["text"])
    found = ask(tmp_path, root, [["w" * 5000, []], ["w" * (MAX_CHARS + 1), []], ["w" * (MAX_CHARS - 1), []]])
    assert [answer["rows"] for answer in found] == [[0], [0], [0]]
