"""Artifacts check themselves; the store gives back what it was given, or says that it cannot."""

import dataclasses
import json
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sitegen.artifacts import (
    CHUNK_FIELDS,
    COLUMN_TYPES,
    DOCUMENT_SCHEMA,
    TOPIC_SCHEMA,
    TURNS_FIELD,
    Clusters,
    Documents,
    Embeddings,
    Neighbors,
    Reduction,
    Store,
    TopicLabels,
    Topics,
    canonical_json,
    digest,
    split_by_topic,
    take_rows,
    topic_centers,
)
from sitegen.errors import ArtifactError
from tests.unit.helpers import clusters, documents, embeddings, flip_a_byte, reduction, snapshot, topic_labels, topics


def with_columns(*columns):
    return pa.schema([*DOCUMENT_SCHEMA, *columns]).empty_table()


EXTRA = [pa.field(f"my {kind}", arrow) for kind, arrow in COLUMN_TYPES.items()] + [*CHUNK_FIELDS, TURNS_FIELD]
ARTIFACTS = {
    "documents": documents(("a text", "e\u0301 \U0001f600 \u202bעברית")),
    "documents with counts": documents(dropped={"empty": 3, "duplicate": 1}),
    "documents with columns": Documents(with_columns(*EXTRA), {}, {"cut": 2}, 5),
    "embeddings": embeddings([[0.5, -0.5], [1, 0], [0, 1e-38]]),
    "reduction": reduction(),
    "neighbors": Neighbors(np.array([[1, 2], [0, 2], [1, 0]], np.int32)),
    "no neighbors": Neighbors(np.empty((3, 0), np.int32)),
    "clusters": clusters(),
    "no cluster": clusters((-1, -1)),
    "topics": topics(),
    "no topics": topics((), (-1, -1)),
    "topic without keywords": topics(((),), (0,)),
    "labels": topic_labels(),
    "no labels": topic_labels(()),
}
each_artifact = pytest.mark.parametrize("artifact", ARTIFACTS.values(), ids=ARTIFACTS.keys())


def same(one, other):
    """Equal in every field, down to dtype and order."""
    for field in dataclasses.fields(one):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if isinstance(left, np.ndarray):
            if left.dtype != right.dtype or not np.array_equal(left, right):
                return False
        elif left != right:
            return False
    return type(one) is type(other)


def saved(store, artifact, **parts):
    return store.save("toy", {"stage": "toy", **parts}, artifact, 1.5)


@each_artifact
def test_what_is_saved_is_loaded_equal(store, artifact):
    entry = saved(store, artifact)
    assert same(store.load(entry, type(artifact)), artifact)


@each_artifact
def test_equal_artifacts_of_different_keys_have_equal_content(store, artifact):
    one, other = saved(store, artifact, version=1), saved(store, artifact, version=2)
    assert one.key != other.key
    assert one.content == other.content


def test_different_artifacts_have_different_content(store):
    contents = {saved(store, artifact, number=i).content for i, artifact in enumerate(ARTIFACTS.values())}
    assert len(contents) == len(ARTIFACTS)


def test_the_memory_order_of_an_array_is_not_in_its_content(store):
    vectors = np.arange(12, dtype=np.float32).reshape(4, 3)
    one = saved(store, Embeddings(vectors), order="rows")
    other = saved(store, Embeddings(np.asfortranarray(vectors)), order="columns")
    assert one.content == other.content


def test_the_chunks_of_a_table_do_not_change_its_content(store):
    table = documents([f"text {number}" for number in range(9)]).table
    chunked = pa.concat_tables([table.slice(0, 4), table.slice(4)])
    assert chunked.column("id").num_chunks == 2
    one, other = saved(store, Documents(table, {}), chunks=1), saved(store, Documents(chunked, {}), chunks=2)
    assert one.content == other.content


def test_a_saved_entry_is_found_again_with_all_it_was_made_of(store):
    entry = saved(store, embeddings([[1, 2]]), config={"b": 1, "a": None})
    found = store.find("toy", entry.key)
    assert found == entry
    assert (found.parts, found.seconds) == ({"stage": "toy", "config": {"a": None, "b": 1}}, 1.5)
    assert set(found.files) == {"vectors.npy"}


def test_what_was_never_saved_is_not_found(store):
    entry = saved(store, embeddings([[1, 2]]))
    assert store.find("toy", digest("other")) is None
    assert store.find("other", entry.key) is None


def test_the_key_is_the_digest_of_the_parts_in_any_order(store):
    parts = {"a": 1, "b": {"c": [1, 2], "d": None}}
    entry = store.save("toy", parts, embeddings([[1, 2]]), 0)
    assert entry.key == digest(parts) == digest({"b": {"d": None, "c": [1, 2]}, "a": 1})
    assert entry.folder == store.root / "toy" / entry.key[:2] / entry.key


def test_saving_again_replaces_the_entry(store):
    saved(store, embeddings([[1, 2]]))
    entry = saved(store, embeddings([[3, 4]]))
    assert store.load(entry, Embeddings).vectors.tolist() == [[3, 4]]


@each_artifact
def test_a_flipped_byte_in_any_file_is_found_on_load(store, artifact):
    entry = saved(store, artifact)
    for name in entry.files:
        path = entry.folder / name
        whole = path.read_bytes()
        flip_a_byte(path)
        with pytest.raises(ArtifactError, match=name):
            store.load(entry, type(artifact))
        path.write_bytes(whole)
    assert same(store.load(entry, type(artifact)), artifact)


@each_artifact
def test_a_missing_file_is_found_on_load(store, artifact):
    entry = saved(store, artifact)
    for name in entry.files:
        path = entry.folder / name
        whole = path.read_bytes()
        path.unlink()
        with pytest.raises(ArtifactError, match=name):
            store.load(entry, type(artifact))
        path.write_bytes(whole)


def test_an_entry_cannot_be_loaded_as_another_kind(store):
    with pytest.raises(ArtifactError, match="cannot be read"):
        store.load(saved(store, embeddings([[1, 2]])), Clusters)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", "{}", '{"parts": {}, "seconds": 1}'])
def test_an_entry_without_a_readable_manifest_is_not_there(store, text):
    entry = saved(store, embeddings([[1, 2]]))
    (entry.folder / "manifest.json").write_text(text)
    assert store.find("toy", entry.key) is None


def test_a_manifest_that_lists_files_wrongly_is_no_crash(store):
    entry = saved(store, embeddings([[1, 2]]))
    path = entry.folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "files": ["vectors.npy"]}))
    found = store.find("toy", entry.key)
    if found is not None:
        with pytest.raises(ArtifactError):
            store.load(found, Embeddings)


def test_an_aborted_write_leaves_nothing_behind(store):
    parts = {"stage": "toy"}
    with pytest.raises(KeyboardInterrupt), store.writing("toy", parts) as folder:
        (folder / "half.npy").write_bytes(b"half")
        raise KeyboardInterrupt
    assert store.find("toy", digest(parts)) is None
    assert [path for path in store.root.rglob("*") if path.is_file() or path.name.startswith(".")] == []


def test_an_aborted_write_keeps_the_entry_that_was_there(store):
    entry = saved(store, embeddings([[1, 2]]))
    before = snapshot(store.root)
    with pytest.raises(ZeroDivisionError), store.writing("toy", entry.parts):
        raise ZeroDivisionError
    assert snapshot(store.root) == before


def test_files_in_folders_are_part_of_an_entry(store):
    with store.writing("toy", {"stage": "toy"}) as folder:
        (folder / "tiles").mkdir()
        (folder / "tiles" / "0.bin").write_bytes(b"0")
    entry = store.find("toy", digest({"stage": "toy"}))
    assert set(entry.files) == {"tiles/0.bin"}
    flip_a_byte(entry.folder / "tiles" / "0.bin")
    with pytest.raises(ArtifactError, match="damaged"):
        entry.verify()


def test_a_discarded_entry_is_gone(store):
    entry = saved(store, embeddings([[1, 2]]))
    store.discard(entry)
    assert store.find("toy", entry.key) is None
    assert not entry.folder.exists()


def test_what_a_stage_learned_outlives_its_keys(store):
    (store.persistent_dir("labels") / "0.json").write_bytes(b"0")
    store.scratch("one")
    store.drop_scratch("one")
    assert (store.persistent_dir("labels") / "0.json").exists()
    assert not list(store.persistent_dir("topics").iterdir())


def test_scratch_is_kept_until_it_is_dropped(store):
    (store.scratch("one") / "0.npy").write_bytes(b"0")
    (store.scratch("two") / "0.npy").write_bytes(b"0")
    assert (store.scratch("one") / "0.npy").exists()
    store.drop_scratch("one")
    assert not (store.scratch("one") / "0.npy").exists()
    assert (store.scratch("two") / "0.npy").exists()


def rows_without(schema, name):
    return schema.remove(schema.get_field_index(name)).empty_table()


def retyped(schema, name, kind):
    index = schema.get_field_index(name)
    return schema.set(index, pa.field(name, kind, nullable=schema.field(index).nullable)).empty_table()


def nulls():
    row = {"id": "1", "title": None, "text": "a", "category": None}
    return pa.Table.from_pylist([row], DOCUMENT_SCHEMA)


twice = pa.field("x", pa.float64())
FLOATS, INTS = np.zeros((3, 2), np.float32), np.zeros(3, np.int32)
MISFITS = {
    "documents without text": lambda: Documents(rows_without(DOCUMENT_SCHEMA, "text"), {}),
    "documents with numbers as ids": lambda: Documents(retyped(DOCUMENT_SCHEMA, "id", pa.int64()), {}),
    "documents with a column that holds lists": lambda: Documents(
        with_columns(pa.field("x", pa.list_(pa.string()))), {}
    ),
    "documents with two columns of one name": lambda: Documents(with_columns(pa.field("x", pa.string()), twice), {}),
    "documents with the text as a column more": lambda: Documents(with_columns(pa.field("text", pa.string())), {}),
    "documents with dates without a time zone": lambda: Documents(
        retyped(DOCUMENT_SCHEMA, "date", pa.timestamp("us")), {}
    ),
    "documents with an empty title": lambda: Documents(nulls(), {}),
    "embeddings of one dimension": lambda: Embeddings(FLOATS[0]),
    "embeddings in double precision": lambda: Embeddings(FLOATS.astype(np.float64)),
    "embeddings that are not a number": lambda: Embeddings(np.full((2, 2), np.nan, np.float32)),
    "embeddings without end": lambda: Embeddings(np.full((2, 2), np.inf, np.float32)),
    "reduction to three dimensions": lambda: Reduction(FLOATS, np.zeros((3, 3), np.float32)),
    "reduction of fewer points": lambda: Reduction(FLOATS, FLOATS[:2]),
    "clusters as long integers": lambda: Clusters(INTS.astype(np.int64), FLOATS[:, 0]),
    "clusters with too few strengths": lambda: Clusters(INTS, FLOATS[:2, 0]),
    "clusters in a square": lambda: Clusters(INTS.reshape(3, 1), FLOATS[:, 0]),
    "topics without a size": lambda: Topics(rows_without(TOPIC_SCHEMA, "size"), INTS),
    "topics with an assignment of floats": lambda: Topics(TOPIC_SCHEMA.empty_table(), FLOATS[:, 0]),
    "labels that are topics": lambda: TopicLabels(TOPIC_SCHEMA.empty_table(), {}),
}


def test_counts_keep_the_order_of_their_rules(store):
    rules = ["z is missing", "empty", "a is missing"]
    entry = store.save("documents", {"key": 1}, documents(dropped=dict.fromkeys(rules, 1)), 0.1)
    assert list(store.load(entry, Documents).dropped) == rules


@pytest.mark.parametrize("make", MISFITS.values(), ids=MISFITS.keys())
def test_an_artifact_of_the_wrong_shape_is_refused(make):
    with pytest.raises(ArtifactError):
        make()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


def shuffled(value):
    """Equal to `value`, with the keys of every object in reverse order."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(value)}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


@given(JSON)
def test_canonical_json_reads_back_equal_and_is_plain_ascii(value):
    text = canonical_json(value)
    assert json.loads(text) == value
    assert text.isascii()
    assert "\n" not in text


@given(JSON)
def test_the_order_of_keys_changes_neither_json_nor_digest(value):
    assert canonical_json(shuffled(value)) == canonical_json(value)
    assert digest(shuffled(value)) == digest(value)


@given(JSON, JSON)
def test_what_differs_has_another_digest(one, other):
    assume(json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True))
    assert digest(one) != digest(other)


@given(JSON)
def test_a_digest_is_a_file_name(value):
    assert len(digest(value)) == 64
    assert set(digest(value)) <= set("0123456789abcdef")


@pytest.mark.parametrize("value", [math.nan, math.inf, {"a": [-math.inf]}])
def test_what_json_cannot_say_gets_no_key(value):
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(value)


def test_what_killed_writers_left_is_cleared_and_nothing_else(store):
    entry = saved(store, embeddings([[1, 2]]))
    draft = entry.folder.parent / f".{entry.key[:8]}-left"
    draft.mkdir()
    (draft / "vectors.npy").write_bytes(b"half")
    store.clear_drafts()
    assert list(entry.folder.parent.iterdir()) == [entry.folder]
    entry.verify()


def test_an_entry_whose_manifest_has_another_key_is_not_there(store):
    entry = saved(store, embeddings([[1, 2]]), revision="main")
    manifest = entry.folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace("main", "mine"))
    assert store.find("toy", entry.key) is None


def test_arrays_are_mapped_and_writing_to_them_stores_nothing(tmp_path):
    store = Store(tmp_path)
    entry = store.save("embeddings", {"a": 1}, embeddings([[1, 0], [0, 1]]), 0.0)
    loaded = store.load(entry, Embeddings)
    assert isinstance(loaded.vectors.base, np.memmap)
    loaded.vectors[:] = 7
    assert store.load(entry, Embeddings).vectors.tolist() == [[1, 0], [0, 1]]


def test_rows_are_taken_across_chunks_in_the_order_asked_for():
    chunks = [pa.table({"text": pa.array(list(part), pa.string())}) for part in ("ab", "", "cde", "f")]
    table = pa.concat_tables(chunks)
    taken = take_rows(table, np.array([5, 0, 3, 0, 2])).column("text")
    assert taken.to_pylist() == list("fadac")
    assert taken.num_chunks == 1  # the bytes of a file of Parquet depend on where chunks end
    assert take_rows(table, []).schema == table.schema


def test_the_center_of_a_topic_is_the_median_of_its_places():
    places = np.array([[0, 0], [9, 9], [1, 8], [2, 1]], np.float32)
    centers = topic_centers(split_by_topic(places, np.array([0, 1, 0, 0], np.int32), 2))
    assert centers.tolist() == [[1, 1], [9, 9]]
    assert centers.dtype == np.float32
    assert topic_centers([]).shape == (0, 2)
