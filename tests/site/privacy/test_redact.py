"""What is masked before anything of the documents is published."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.artifacts import DOCUMENT_SCHEMA, Documents
from sitegen.config import DatasetConfig, DocstringsSource, DocumentsConfig, PrivacyConfig, RedactPattern
from sitegen.site.privacy.published_documents import SNIPPET_CHARS, publish_documents
from sitegen.site.privacy.redact import redactor

ALL = ("emails", "phones", "urls")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to jane.doe+x@mail.example.org.", "write to [email]."),
        ("write to रामा77@example.org", "write to [email]"),
        ("राम@उदाहरण.भारत", "[email]"),
        ("می‌خواهم@example.org", "[email]"),
        ("see https://example.org/a?b=c, please", "see [link] please"),
        ("WWW.Example.org/x is down", "[link] is down"),
        ("mailto https://x.org/?to=jane@example.org", "mailto [link]"),
        ("call +49 (0)30 / 123456-78 now", "call [phone] now"),
        ("call (555) 123-4567", "call [phone]"),
        ("call 015112345678!", "call [phone]!"),
        ("in 2024 there were 12345 of 99.5", "in 2024 there were 12345 of 99.5"),
        ("on 2024-01-15 at noon", "on 2024-01-15 at noon"),
        ("nothing here", "nothing here"),
    ],
)
def test_what_identifies_someone_is_masked_and_the_rest_stays(text, masked):
    assert redactor(ALL)(text) == masked


@given(st.text(), st.text())
def test_an_address_between_blanks_is_never_left(before, after):
    assert "jane@example.org" not in redactor(ALL)(f"{before} jane@example.org {after}")


def test_a_pattern_of_ones_own_joins_what_it_overlaps():
    redact = redactor((RedactPattern(pattern="jane|example"), "emails"))
    assert redact("jane: jane@example.org") == "[redacted]: [redacted]"


def test_no_rule_changes_nothing():
    assert redactor(())("jane@example.org") == "jane@example.org"


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "1 " * 100_000, "a." * 100_000, "+" * 100_000, "@" + "a." * 100_000, "@" * 100_000]
)
def test_long_texts_of_one_kind_end(text):
    assert len(redactor(ALL)(text)) <= len(text)


def documents(**columns):
    count = len(columns["text"])
    rows = {"id": [f"d{i}" for i in range(count)], "category": [None] * count, "url": [None] * count}
    table = {name: (rows | columns).get(name, [None] * count) for name in DOCUMENT_SCHEMA.names}
    extra = {name: pa.array(values) for name, values in columns.items() if name not in table}
    base = pa.Table.from_pydict(table, DOCUMENT_SCHEMA)
    for name, values in extra.items():
        base = base.append_column(name, values)
    return Documents(base, {})


def dataset(publish, **config):
    source = DocstringsSource(type="docstrings", packages=("json",))
    return DatasetConfig(slug="a", title="A", source=source, publish=publish, documents=DocumentsConfig(**config))


def test_only_chosen_columns_are_public():
    source = documents(title=["t"], text=["x"], note=["kept"], secret=["hidden"])
    config = dataset(PrivacyConfig(columns=("note",)), columns={"note": "text", "secret": "text"})
    assert publish_documents(source, config).documents.column_names == [*DOCUMENT_SCHEMA.names, "note"]


def test_every_string_is_redacted_before_it_is_cut():
    long = "x" * (SNIPPET_CHARS - 6) + " jane@example.org"
    source = documents(title=["jane@example.org"], text=[long], note=["at jane@example.org"], category=["jane@a.org"])
    config = dataset(PrivacyConfig(columns=("note",), redact=("emails",)), title="title", columns={"note": "text"})
    (row,) = publish_documents(source, config).documents.to_pylist()
    assert row["text"].startswith("x") and "jane" not in row["text"]
    assert (row["title"], row["note"], row["category"]) == ("[email]", "at [email]", "[email]")


def test_a_title_cut_inside_an_address_does_not_show_its_half():
    text = "y" * 90 + " jane@example.org and more"
    source = documents(title=[text[:97] + "…"], text=[text])
    (row,) = publish_documents(source, dataset(PrivacyConfig(redact=("emails",)))).documents.to_pylist()
    assert "jane" not in row["title"]
    assert row["title"].endswith("…")


def test_without_texts_no_title_made_of_one_is_public():
    texts = ["The whole text", "A long text that goes on", "A text with a title"]
    source = documents(title=["The whole text", "A long…", "Its title"], text=texts)
    table = publish_documents(source, dataset(PrivacyConfig(text="none"), title="title")).documents
    assert table.column("title").to_pylist() == ["Document 1", "Document 2", "Its title"]
    assert table.column("text").to_pylist() == [None] * 3
