"""Tiny repositories with the columns and the layouts of the datasets that people map."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .hub import Repository

PUFFIN = [
    {"id": "1_x", "conversations": [{"from": "human", "value": "Hi, ä"}, {"from": "gpt", "value": "Hello"}]},
    {"id": "2_x", "conversations": [{"from": "human", "value": "Why?"}, {"from": "gpt", "value": ""}]},
]
OPENHERMES = [
    {"output": "4", "input": "", "instruction": "What is 2 + 2?"},
    {"output": "Paris", "input": "France", "instruction": "Name the capital."},
]
TEXTBOOK = [
    {
        "topic": "Lists",
        "model": "gpt-3.5-turbo",
        "concepts": ["append", "slice"],
        "outline": ["1. What a list is", "2. Slices"],
        "markdown": "# Lists\n\nA list holds things.",
    }
]
ARXIV = [
    {"Unnamed: 0.1": 0, "Unnamed: 0": 0.0, "title": "On maps, again", "abstract": "We draw.\nAnd draw."},
    {"Unnamed: 0.1": 1, "Unnamed: 0": 1.0, "title": "On \u201cquotes\u201d", "abstract": 'We say "so".'},
]


def product(title: str, **changes: Any) -> dict[str, Any]:
    """A row of Amazon-Reviews-2023's `raw_meta_*`."""
    picture = {"hi_res": [None], "large": ["https://example.org/1.jpg"], "thumb": ["t"], "variant": ["MAIN"]}
    return {
        "main_category": "Appliances",
        "title": title,
        "average_rating": 4.5,
        "rating_number": 12,
        "features": ["Quiet", "Small"],
        "description": ["It cleans."],
        "price": "29.99",
        "images": picture,
        "videos": {"title": [], "url": [], "user_id": []},
        "store": "A store",
        "categories": ["Appliances", "Parts"],
        "details": '{"Brand": "B"}',
        "parent_asin": "B000",
        "bought_together": None,
        "subtitle": None,
        "author": None,
        **changes,
    }


APPLIANCES = [product("Filter"), product("Hose", price="None", description=[], average_rating=None)]
ALL_BEAUTY = [product("Soap", main_category="All Beauty")]
PRODUCT_SCHEMA = pa.Table.from_pylist(APPLIANCES + ALL_BEAUTY).schema.set(13, pa.field("bought_together", pa.string()))


def parquet(rows: list[dict[str, Any]], schema: pa.Schema | None = None) -> bytes:
    stream = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows, schema), stream)
    return stream.getvalue().to_pybytes()


def table(rows: list[dict[str, Any]]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


CONFIGS = """---
configs:
- config_name: raw_meta_All_Beauty
  data_files:
  - split: full
    path: raw_meta_All_Beauty/full-*.parquet
- config_name: raw_meta_Appliances
  data_files:
  - split: full
    path: raw_meta_Appliances/full-*.parquet
---
# Amazon Reviews 2023
"""
# The prices in the original files: numbers, texts and nulls side by side.
MIXED = [
    {"title": "Filter", "price": 29.99, "details": {"Brand": "B"}},
    {"title": "Hose", "price": None, "details": {"Weight": 3}},
    {"title": "Set", "price": "from 12.99", "details": {}},
]


def repositories() -> dict[str, Repository]:
    """All of them, fresh."""
    return {
        "LDJnr/Puffin": Repository({"README.md": b"---\nlicense: apache-2.0\n---\n", "Puffin.jsonl": lines(PUFFIN)}),
        "teknium/openhermes": Repository({"openhermes.json": json.dumps(OPENHERMES).encode()}),
        "vikp/textbook_quality_programming": Repository(
            {"data/train-00000-of-00001-0123456789abcdef.parquet": parquet(TEXTBOOK)}
        ),
        "CShorten/ML-ArXiv-Papers": Repository({"ML-Arxiv-Papers.csv": table(ARXIV)}),
        "McAuley-Lab/Amazon-Reviews-2023": Repository(
            {
                "README.md": CONFIGS.encode(),
                "raw_meta_All_Beauty/full-00000-of-00001.parquet": parquet(ALL_BEAUTY, PRODUCT_SCHEMA),
                "raw_meta_Appliances/full-00000-of-00002.parquet": parquet(APPLIANCES[:1], PRODUCT_SCHEMA),
                "raw_meta_Appliances/full-00001-of-00002.parquet": parquet(APPLIANCES[1:], PRODUCT_SCHEMA),
            }
        ),
        "original/Amazon-Reviews-2023": Repository(
            {
                "Amazon-Reviews-2023.py": b"raise SystemExit('this code was run')\n",
                "raw/meta_categories/meta_Appliances.jsonl": lines(MIXED),
                "raw/review_categories/Appliances.jsonl": b'{"rating": 5}\n',
            }
        ),
        "someone/gated": Repository({"x.jsonl": b'{"text": "secret"}\n'}, gated=True),
        "someone/large": Repository({"x.jsonl": lines([{"n": n, "text": "x" * 2000} for n in range(2000)])}),
        "someone/mixed": Repository({"x.csv": b"a,b\n1,2\n1,2,3\n"}),
        "someone/splits": Repository({"train.csv": b"a\n1\n", "test.csv": b"a\n2\n"}),
        "someone/nothing": Repository({"README.md": b"# Nothing\n"}),
    }
