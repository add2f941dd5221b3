"""What of the documents' text is published, and how it is split."""

import base64
import dataclasses
import gzip
import json
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.artifacts import Documents
from sitegen.config import DocumentsConfig, PrivacyConfig
from sitegen.site.map.render import render_map
from sitegen.site.output.shards import in_shards
from sitegen.site.privacy.published_documents import SNIPPET_CHARS, publish_documents


@given(st.lists(st.integers(0, 300)), st.integers(1, 500))
def test_shards_hold_everything_in_order_within_the_limit(lengths, limit):
    starts = in_shards(lengths, limit)
    parts = [lengths[a:b] for a, b in pairwise([*starts, len(lengths)])]
    assert [length for part in parts for length in part] == lengths
    assert all(sum(part) <= limit or len(part) == 1 for part in parts)
    assert all(parts)


def rendered(tiny_map, tmp_path, **changes):
    """Summary, and every payload of every shard as text, of the tiny map with a changed config."""
    dataset = tiny_map.dataset.model_copy(update=changes)
    public = publish_documents(tiny_map.documents, dataset)
    summary = render_map(dataset, public, tiny_map.continuity, tiny_map.topics, tiny_map.labels, tmp_path)
    scripts = [path.read_text("ascii").split('"') for path in tmp_path.rglob("*.js")]
    payloads = {
        name: gzip.decompress(base64.b64decode(packed)).decode("utf-8", "replace") for _, name, _, packed, _ in scripts
    }
    return summary, payloads


def published_texts(payloads):
    numbers = sorted(int(name.removeprefix("texts-")) for name in payloads if name.startswith("texts-"))
    assert numbers == list(range(len(numbers)))
    return [text for number in numbers for text in json.loads(payloads[f"texts-{number}"])]


def test_full_publishes_every_text_in_storage_order(tiny, tmp_path):
    _, payloads = rendered(tiny.maps["tiny"], tmp_path, privacy=PrivacyConfig(text="full"))
    texts = tiny.maps["tiny"].documents.column("text")
    assert published_texts(payloads) == [texts[document] for document in tiny.stored("tiny")]


def test_a_snippet_is_the_beginning(tiny, tmp_path):
    _, payloads = rendered(tiny.maps["tiny"], tmp_path, privacy=PrivacyConfig())
    texts = published_texts(payloads)
    assert all(len(text) <= SNIPPET_CHARS + 1 for text in texts)
    assert any(text.endswith("…") for text in texts) == any(
        len(text) > SNIPPET_CHARS for text in tiny.maps["tiny"].documents.column("text")
    )


@pytest.mark.parametrize("titled", [True, False])
def test_none_publishes_no_text_and_no_title_made_of_text(tiny, tmp_path, titled):
    documents = DocumentsConfig(title="name" if titled else None)
    summary, payloads = rendered(tiny.maps["tiny"], tmp_path, privacy=PrivacyConfig(text="none"), documents=documents)
    assert summary.texts is None
    titles = [row[0] for name, text in payloads.items() if name.startswith("titles") for row in json.loads(text)]
    assert any(title.startswith("An ordinary") for title in titles) == titled
    # made-up titles such as "Document 7" are not searched: the page says that only topics can be
    assert json.loads(payloads["search-root"])["words"] is titled


@pytest.mark.parametrize(
    ("text", "titled", "indexed"),
    [
        ("full", False, {"an", "opening", "closing"}),
        ("snippet", False, {"an", "opening"}),
        ("none", True, {"an"}),
        ("none", False, set()),
    ],
)
def test_the_search_index_holds_only_words_that_are_published(tiny, tmp_path, text, titled, indexed):
    source = tiny.maps["tiny"]
    long = [f"opening {'filler ' * SNIPPET_CHARS} closing"] * len(source.documents)
    place = source.documents.table.schema.get_field_index("text")
    table = source.documents.table
    table = table.set_column(place, table.schema.field(place), pa.array(long))
    changed = dataclasses.replace(source, documents=Documents(table, {}))
    config = {"privacy": PrivacyConfig(text=text), "documents": DocumentsConfig(title="name" if titled else None)}
    _, payloads = rendered(changed, tmp_path, **config)
    terms = {
        term for name, payload in payloads.items() if name.startswith("search-t") for term in payload[4:].split("\n")
    }
    assert terms & {"an", "opening", "closing"} == indexed
