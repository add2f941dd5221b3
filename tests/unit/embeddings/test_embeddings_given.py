"""Vectors that come with the data: from a column of the source or a file, matched to the documents that are left."""

import numpy as np
import pytest

from sitegen.config import EmbeddingsConfig
from sitegen.errors import DataError
from sitegen.pipeline.embeddings.embed import embed, embedder_revision
from tests.unit.helpers import documents, shaped

ROWS = [{"text": text, "keep": text != "b", "v": [float(n + 1), 0.5]} for n, text in enumerate("abcdef")]


def expected(numbers):
    vectors = np.array([[n + 1, 0.5] for n in numbers], dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def saved(context, array, name="vectors.npy"):
    np.save(context.root / name, array)
    return EmbeddingsConfig(file=name)


def vectors_of(config, found, context):
    return embed(embeddings_config=config, documents=found, context=context).vectors


def test_a_column_of_vectors_follows_a_filter_and_a_sample(context):
    found = shaped(ROWS, vector="v", filter=[{"column": "keep", "equals": True}], sample=3)
    assert len(found) == 3
    assert "b" not in found.column("text")
    numbers = ["abcdef".index(text) for text in found.column("text")]
    assert np.allclose(vectors_of(EmbeddingsConfig(), found, context), expected(numbers))


def test_a_file_of_vectors_follows_a_filter_and_a_sample(context):
    config = saved(context, np.array([row["v"] for row in ROWS], dtype=np.float64))
    found = shaped(ROWS, filter=[{"column": "keep", "equals": True}], sample=3)
    numbers = ["abcdef".index(text) for text in found.column("text")]
    assert np.allclose(vectors_of(config, found, context), expected(numbers))


def test_the_chunks_of_a_row_share_its_vector(context):
    rows = [{"text": "One sentence. Another sentence. A third one.", "v": [1, 0]}, {"text": "Short.", "v": [0, 1]}]
    found = shaped(rows, vector="v", chunk={"chars": 20})
    assert len(found) > 2
    assert vectors_of(EmbeddingsConfig(), found, context).tolist() == [[1, 0]] * (len(found) - 1) + [[0, 1]]


def test_what_rides_along_is_no_column_of_the_documents():
    found = shaped(ROWS, vector="v")
    assert not {"v", "__vector__", "__source_row__"} & set(found.table.column_names)
    assert found.source_rows.tolist() == list(range(6))


@pytest.mark.parametrize("bad", [None, [], "x", 3.5, [1.0, "x"], [[1.0], [2.0]]])
def test_a_row_without_a_vector_is_dropped_and_counted(bad):
    found = shaped([*ROWS, {"text": "g", "keep": True, "v": bad}], vector="v")
    assert found.dropped == {"v is no vector": 1}
    assert len(found) == 6


def test_or_the_build_fails_and_names_it():
    with pytest.raises(DataError, match="row 6: v is no vector") as caught:
        shaped([*ROWS, {"text": "g", "v": "x"}], vector="v", on_bad_value="fail")
    assert caught.value.field == "documents.vector"


def test_vectors_of_several_lengths_are_told():
    with pytest.raises(DataError, match="row 6 has a vector of 3 numbers, row 0 one of 2"):
        shaped([*ROWS, {"text": "g", "v": [1, 2, 3]}], vector="v")


def test_a_column_that_no_row_has_is_told():
    with pytest.raises(DataError, match="no row has a column 'w'"):
        shaped(ROWS, vector="w")


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_a_broken_vector_is_counted_and_named(context, value):
    array = np.ones((6, 2))
    array[[2, 4]] = value
    with pytest.raises(DataError, match="2 of 6 embeddings are zero or not finite, first that of document '2'"):
        vectors_of(saved(context, array), shaped(ROWS), context)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.ones((5, 2)), "holds 5 vectors, but the source has 6 rows"),
        (np.ones(6), r"holds float64 \(6,\), not a table of numbers"),
        (np.array([["a"]] * 6), "not a table of numbers"),
    ],
)
def test_a_file_that_does_not_fit_is_told(context, array, message):
    with pytest.raises(DataError, match=message) as caught:
        vectors_of(saved(context, array), shaped(ROWS), context)
    assert caught.value.field == "embeddings.file"


def test_a_file_that_would_run_code_is_not_read(context):
    with pytest.raises(DataError, match="cannot be read as an array"):
        vectors_of(saved(context, np.array([object()] * 6)), shaped(ROWS), context)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 no archive", b"0.1 0.2\n", None], ids=["nothing", "zip", "text", "npz"]
)
def test_a_file_that_is_no_array_is_told(context, content):
    path = context.root / "vectors.npy"
    if content is None:
        with path.open("wb") as file:
            np.savez(file, vectors=np.ones((6, 2)))
    else:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"vectors\.npy cannot be read as an array that numpy\.save wrote"):
        vectors_of(EmbeddingsConfig(file="vectors.npy", model=None), shaped(ROWS), context)


def test_a_missing_file_is_told_a_changed_one_is_a_new_revision(context):
    config = EmbeddingsConfig(file="vectors.npy", model=None)
    with pytest.raises(DataError, match=r"vectors\.npy does not exist"):
        embedder_revision(embeddings_config=config, root=context.root)
    saved(context, np.ones((6, 2)))
    before = embedder_revision(embeddings_config=config, root=context.root)
    saved(context, np.ones((7, 2)))
    assert embedder_revision(embeddings_config=config, root=context.root) != before


def test_vectors_from_two_places_are_told(context):
    with pytest.raises(DataError, match="keep one of the two"):
        vectors_of(saved(context, np.ones((6, 2))), shaped(ROWS, vector="v"), context)


def test_neither_model_nor_vectors_is_told(context):
    from sitegen.errors import ModelError

    with pytest.raises(ModelError, match="there is no model and there are no vectors"):
        vectors_of(EmbeddingsConfig(model=None), documents(), context)
