"""What is masked or left out is not found by a way around: keywords, borders of chunks, settings, summaries."""

import dataclasses

import pyarrow as pa
import pytest

from benchmarks.trust.privacy import leaks
from sitegen.artifacts import DOCUMENT_SCHEMA, Documents
from sitegen.config import (
    DatasetConfig,
    DocstringsSource,
    DocumentsConfig,
    FileSource,
    HuggingFaceSource,
    PrivacyConfig,
    RedactPattern,
)
from sitegen.site.pages.facts.provenance import parameters, yaml_entry
from sitegen.site.pages.facts.statistics import read_statistics
from sitegen.site.pages.write_site import RenderedMap, write_site
from sitegen.site.privacy.published_documents import describe_published, publish_documents, published_keywords
from sitegen.site.render_dataset import render_dataset

NAME = RedactPattern(pattern="Jane Doe")


def documents(texts, **columns):
    count = len(texts)
    rows = {name: [None] * count for name in DOCUMENT_SCHEMA.names} | {"id": list(map(str, range(count)))}
    table = pa.Table.from_pydict(rows | {"title": texts, "text": texts}, DOCUMENT_SCHEMA)
    for name, values in columns.items():
        table = table.append_column(name, pa.array(values))
    return Documents(table, {})


def dataset(publish=None, source=None, **config):
    source = source or DocstringsSource(type="docstrings", packages=("json",))
    return DatasetConfig(slug="a", title="A", source=source, publish=publish or PrivacyConfig(), **config)


def test_words_only_in_what_is_masked_are_in_no_keyword_or_name():
    source = documents(
        ["ask jane.doe77@support.example now", "our support is good", "Zoë_9@b.example", "रामा7@b.example"]
    )
    redact = publish_documents(source, dataset(PrivacyConfig(redact=("emails",)))).redact
    keywords = ["jane", "doe77", "support", "example", "jane doe77", "zoë_9", "zoe_9", "रामा7", "good"]
    assert published_keywords(keywords, redact) == ["support", "good"]
    assert redact("Doe77's support, jane@x.org") == "[redacted]'s support, [email]"


def test_without_rules_every_keyword_stays():
    redact = publish_documents(documents(["jane@example.org"]), dataset()).redact
    assert published_keywords(["jane", "jane@example.org"], redact) == ["jane", "jane@example.org"]


@pytest.mark.parametrize(
    ("pieces", "masked"),
    [
        (["ask jane.doe", "@mail.example.org today"], ["ask [email]", "[email] today"]),
        (["see https://example.org/a", "/b?c now"], ["see [link]", "[link] now"]),
        (["call +49 30 1234", "5678 99 now"], ["call [phone]", "[phone] now"]),
        (["it was Jane", "Doe again"], ["it was [redacted]", "[redacted] again"]),
        (["nothing", "at all"], ["nothing", "at all"]),
    ],
)
def test_what_a_border_of_chunks_cuts_is_masked_on_both_sides(pieces, masked):
    source = documents([*pieces, pieces[1]], document=["d", "d", "e"], chunk=[0.0, 1.0, 0.0])
    config = dataset(PrivacyConfig(text="full", redact=("emails", "urls", "phones", NAME)))
    table = publish_documents(source, config).documents
    assert table.column("text").to_pylist() == [*masked, pieces[1]]
    assert table.column("title").to_pylist() == [*masked, pieces[1]]


def test_masking_on_several_cores_keeps_order_and_neighbours(monkeypatch):
    source = documents(["it was Jane", "Doe again", "and Jane"], document=["d", "d", "e"], chunk=[0.0, 1.0, 0.0])
    monkeypatch.setattr("sitegen.site.privacy.published_documents.BATCH", 1)
    public = publish_documents(source, dataset(PrivacyConfig(text="full", redact=(NAME,))))
    assert public.documents.column("text").to_pylist() == ["it was [redacted]", "[redacted] again", "and Jane"]
    assert published_keywords(["jane", "doe", "again"], public.redact) == ["jane", "again"]


def test_the_words_of_a_name_that_a_border_cuts_are_no_keywords():
    source = documents(["it was Jane", "Doe again"], document=["d", "d"], chunk=[0.0, 1.0])
    redact = publish_documents(source, dataset(PrivacyConfig(redact=(NAME,)))).redact
    assert published_keywords(["jane", "doe", "again"], redact) == ["again"]


def test_the_summary_tells_of_public_titles_and_hides_patterns():
    source = documents(["text"])
    named = dataset(PrivacyConfig(text="none", redact=("emails", NAME)), documents=DocumentsConfig(title="head"))
    assert describe_published(named, source) == "titles, no texts; columns id; masked: emails, 1 pattern of its own"
    assert describe_published(dataset(PrivacyConfig(text="none")), source) == "no texts; columns id; masked: nothing"


@pytest.mark.parametrize(
    "source",
    [
        FileSource(type="file", path="/home/jane/private/reviews.csv"),
        HuggingFaceSource(type="huggingface", path="/home/jane/private/reviews"),
    ],
)
def test_published_settings_hold_no_patterns_and_no_folders(tiny, tmp_path, source):
    made = tiny.maps["tiny"]
    config = dataset(
        PrivacyConfig(redact=("emails", NAME)),
        (source,),
        embeddings={"model": "/home/jane/models/small"},
        labels={"model": "~jane/models/x.gguf"},
    )
    labels = dataclasses.replace(made.labels, provenance={"model": "/home/jane/models/x.gguf"})
    (tmp_path / "rendered").mkdir()
    render_dataset(config, made.documents, made.continuity, made.topics, labels, tmp_path / "rendered")
    write_site(tiny.site, None, [RenderedMap(config, tmp_path / "rendered")], tmp_path / "site")
    assert leaks(tmp_path / "site", ["jane/", "Jane Doe", "/private", "/home/"]) == {}
    assert "reviews" in yaml_entry(config)
    shown = {each.name: each.value for each in parameters(config)}
    assert (shown["privacy.redact"], shown["embeddings.model"]) == ('["emails"]', "small")
    assert read_statistics(tmp_path / "rendered").labelled_by == {"model": "x.gguf"}
