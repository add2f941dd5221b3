"""Phone numbers are masked, identifiers that hold such digits are not."""

import time
import uuid

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.artifacts import DOCUMENT_SCHEMA, Documents
from sitegen.config import DocumentsConfig, GivenConfig, MapConfig, PrivacyConfig
from sitegen.site.privacy.published_documents import describe_published, publish_documents
from sitegen.site.privacy.redact import redactor
from sitegen.site.settings import MapSettings

phones = redactor(("phones",))


@given(st.uuids())
def test_no_uuid_is_masked(value):
    assert phones(str(value)) == str(value)
    assert phones(f"see {str(value).upper()}, please") == f"see {str(value).upper()}, please"


@given(st.text("0123456789abcdef", min_size=8, max_size=64).filter(lambda text: not text.isdecimal()))
def test_no_run_of_hexadecimal_digits_is_masked(value):
    assert phones(value) == value


@pytest.mark.parametrize(
    "text",
    [
        "10.1000/123456789",
        "doi:10.1038/s41586-020-2649-2",
        "2024-01-31T10:20:30.123456+01:00",
        "2024-01-31 10:20:30",
        "1.2.20240101-1234567ubuntu1",
        "a1b2c3d4-1234-4567-8901-123456789012",
    ],
)
def test_no_code_is_masked(text):
    assert phones(text) == text
    assert phones(f"({text}) and more") == f"({text}) and more"


@pytest.mark.parametrize(
    "text",
    [
        "+49 30 1234567",
        "(555) 123-4567",
        "555.123.4567",
        "030/1234567",
        "tel:+1-555-123-4567",
        "tel:5551234567",
        "Tel.-030-1234567",
        "fax-555-123-4567",
        "cafe 030-1234567",
        "0151 12345678",
        "call 5551234567",
    ],
)
def test_phone_numbers_are_masked(text):
    assert "123" not in phones(text)
    assert "123" not in phones(f"or {text}; {uuid.UUID(int=7)}")


def test_long_texts_of_identifiers_end():
    started = time.monotonic()
    for text in ("ab-" * 50_000, "1234567 " * 30_000, "a1" * 100_000, "1.2" * 60_000, "-1" * 100_000):
        phones(text)
    assert time.monotonic() - started < 60


def test_ids_with_something_masked_stay_unique_and_are_counted():
    ids = ["030 1234567", "040 7654321", "plain"]
    rows = [{"id": each, "title": "T", "text": f"text {each[:3]}"} for each in ids]
    documents = Documents(pa.Table.from_pylist(rows, DOCUMENT_SCHEMA), {})
    settings = MapSettings(MapConfig(), PrivacyConfig(redact=("phones",)), DocumentsConfig(), GivenConfig(), 42)
    public = publish_documents(documents, settings)
    assert public.documents.column("id").to_pylist() == ["[phone] 1", "[phone] 2", "plain"]
    assert public.masked_ids == 2
    assert "masked: phones, 2 ids among it" in describe_published(settings, documents, public.masked_ids)
