"""Several datasets on one map: what may be joined, and that each keeps what it reads and publishes."""

import json

import numpy as np
import pytest

from sitegen.config import DATASET, JoinedDataset, dump_dataset, load_project, parse_config, read_dataset
from sitegen.errors import ConfigError, DataError, SourceError
from sitegen.pipeline import stages_of
from sitegen.pipeline.documents.joined import read_joined, take_apart
from sitegen.pipeline.embeddings.joined import embed_joined
from sitegen.site.pages.facts.provenance import parameters, yaml_entry
from sitegen.site.privacy.published_documents import describe_published, publish_documents
from sitegen.site.settings import MapSettings, OneOfSeveral
from tests.unit.helpers import problems, problems_at

CONFIG = """\
datasets:
  - {slug: a, title: A, source: {type: file, path: a.jsonl}, documents: {columns: {price: number}}}
  - {slug: b, title: B, source: {type: file, path: b.jsonl}, EXTRA}
  - {slug: c, title: C, source: {type: file, path: c.jsonl}}
maps:
  - {slug: both, title: Both, datasets: [a, ¦b]}
"""


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ("embeddings: {model: other/model}", "maps[0].datasets[1]: embeddings.model is 'other/model' of 'b' and"),
        ("embeddings: {prompt: 'query: '}", "embeddings.prompt is 'query: ' of 'b' and '' of 'a', so their vectors"),
        ("embeddings: {model: null, file: v.npy}", "embeddings.model of 'b' is null"),
        ("given: {x: x, y: y}", "'b' brings results of its own (given)"),
        ("given: {topic: t}", "add an entry of the same source without given, and name that one here"),
        ("draft: true", "'b' is a draft and would become public here"),
        ("documents: {columns: {dataset: category}}", "'b' has a column 'dataset'"),
        ("documents: {columns: {price: text}}", "the column 'price' is a text in 'b' and a number in 'a'"),
    ],
)
def test_an_unjoinable_dataset_is_told_where_the_map_names_it(extra, told):
    assert told in problems_at(CONFIG.replace("EXTRA", extra))[0]


def test_the_same_title_is_told():
    text = CONFIG.replace("title: B", "title: A").replace(", EXTRA", "")
    assert "'b' and 'a' have the same title, by which groups are named; change one" in problems_at(text)[0]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("{slug: m, title: M, datasets: [a, ¦d]}", "maps[0].datasets[1]: no dataset 'd', there are a, b, c"),
        ("{slug: m, title: M, datasets: [a, b, ¦a]}", "maps[0].datasets[2]: 'a' is named twice"),
        ("{slug: m, title: M, ¦datasets: [a]}", "name two to six datasets; one alone has a map of its own already"),
        ("{¦slug: c, title: M, datasets: [a, b]}", "'c' is used twice, each map needs a slug of its own"),
        ("{slug: m, title: M, datasets: [a, b], ¦privacy: {text: full}}", "maps[0].privacy: unknown key"),
        ("¦{slug: m, title: M}", "missing key datasets, it is required"),
    ],
)
def test_a_map_that_cannot_be_is_told(entry, told):
    text = CONFIG.replace(", EXTRA", "").replace("{slug: both, title: Both, datasets: [a, ¦b]}", entry)
    assert told in problems_at(text)[0]


def test_all_problems_are_told_at_once():
    text = CONFIG.replace(", EXTRA", "").replace("[a, ¦b]", "[d, e]")
    assert len(problems(text)) == 2


def project(folder, datasets, maps=({"slug": "both", "title": "Both", "datasets": ["a", "b"]},)):
    """Write files with these rows, by slug, and load the project whose map joins them."""
    entries = []
    for slug, (rows, changes) in datasets.items():
        (folder / f"{slug}.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
        source = {"type": "file", "path": f"{slug}.jsonl"}
        entries.append({"slug": slug, "title": slug.upper(), "source": source, **changes})
    (folder / "datasets.yaml").write_text(json.dumps({"datasets": entries, "maps": list(maps)}), "utf-8")
    return load_project(folder / "datasets.yaml")


def joined(loaded):
    (found,) = loaded.select({"both"})
    assert isinstance(found, JoinedDataset)
    return found


def read(dataset, context):
    return read_joined(
        joined_config=dataset.joined,
        source_config=dataset.source,
        documents_config=dataset.documents,
        seed=dataset.seed,
        context=context,
    )


@pytest.fixture
def mail_and_talk(tmp_path):
    mail = [
        {"key": str(at), "body": f"Mail number {at} of jane@example.org", "price": at, "day": "2025-01-02"}
        for at in range(3)
    ]
    talk = [
        {"messages": [{"role": "user", "content": f"Talk {at}"}, {"role": "assistant", "content": "Yes."}]}
        for at in range(2)
    ]
    return project(
        tmp_path,
        {
            "a": (
                mail,
                {
                    "documents": {"text": "body", "id": "key", "date": "day", "columns": {"price": "number"}},
                    "privacy": {"text": "none", "columns": ["price"]},
                    "license": "MIT",
                },
            ),
            "b": (talk, {"documents": {"text": "messages", "turns": {}}, "privacy": {"text": "full"}}),
        },
    )


def test_ids_do_not_clash_and_every_dataset_keeps_its_columns(mail_and_talk, context):
    documents = read(joined(mail_and_talk), context)
    assert documents.column("id") == ["a/0", "a/1", "a/2", "b/0", "b/1"]
    assert documents.column(DATASET) == ["A", "A", "A", "B", "B"]
    assert documents.column("price") == [0, 1, 2, None, None]
    assert [date and date.year for date in documents.column("date")] == [2025, 2025, 2025, None, None]
    assert [len(turns) for turns in documents.column("__turns__")] == [0, 0, 0, 2, 2]
    assert documents.rows == 5


def test_every_dataset_publishes_by_its_own_settings(mail_and_talk, context):
    dataset = joined(mail_and_talk)
    documents = read(dataset, context)
    each = tuple(OneOfSeveral(one.title, one.privacy, one.documents) for one in dataset.joined)
    settings = MapSettings(dataset.map, dataset.privacy, dataset.documents, 1, dataset.given, dataset.compare, each)
    public = publish_documents(documents, settings)
    assert public.documents.column("text").to_pylist() == ["", "", "", "Talk 0\nYes.", "Talk 1\nYes."]
    assert public.documents.column("title").to_pylist()[:3] == ["Document 1", "Document 2", "Document 3"]
    assert public.documents.column("price").to_pylist() == [0, 1, 2, None, None]
    assert public.documents.column(DATASET).to_pylist() == ["A", "A", "A", "B", "B"]
    told = describe_published(settings, documents)
    assert told.startswith("A: no texts; columns id, date, price, dataset")
    assert "B: titles and whole texts; columns id, dataset" in told


def test_redaction_stays_with_its_dataset_but_for_topic_names(tmp_path, context):
    rows = [{"text": "Ask jane.doe@example.org for it."}]
    loaded = project(tmp_path, {"a": (rows, {"privacy": {"text": "full", "redact": ["emails"]}}), "b": (rows, {})})
    dataset = joined(loaded)
    each = tuple(OneOfSeveral(one.title, one.privacy, one.documents) for one in dataset.joined)
    settings = MapSettings(dataset.map, dataset.privacy, dataset.documents, 1, dataset.given, None, each)
    public = publish_documents(read(dataset, context), settings)
    first, second = public.documents.column("text").to_pylist()
    assert "jane.doe" not in first
    assert "jane.doe" in second
    assert "jane.doe" not in public.redact("Mail to jane.doe@example.org")


def test_long_and_short_documents_of_datasets_each_count_once(tmp_path, context):
    text = " ".join(f"This is sentence number {at}." for at in range(20))
    chunked = {"documents": {"chunk": {"chars": 200}}}
    dataset = joined(project(tmp_path, {"a": ([{"text": text}], chunked), "b": ([{"text": "Short."}], {})}))
    documents = read(dataset, context)
    assert set(documents.column("document")) == {"a/0", "b/0"}
    assert documents.column("chunk")[-1] == 0
    assert documents.column("id")[0].startswith("a/0#")


def test_vectors_come_from_a_file_or_rows_as_each_dataset_says(tmp_path, context):
    rows = [{"text": f"Text {at}", "v": [at + 1.0, 0, 0]} for at in range(4)]
    np.save(tmp_path / "v.npy", np.eye(4, 3, dtype=np.float32) + 1)
    from_file = {
        "embeddings": {"file": "v.npy"},
        "documents": {"filter": [{"column": "text", "equals": "Text 0", "drop": True}]},
    }
    dataset = joined(project(tmp_path, {"a": (rows, from_file), "b": (rows, {"documents": {"vector": "v"}})}))
    documents = read(dataset, context)
    made = embed_joined(
        joined_config=dataset.joined, embeddings_config=dataset.embeddings, documents=documents, context=context
    )
    assert made.vectors.shape == (7, 3)
    assert made.vectors[3:] == pytest.approx(np.eye(1, 3).repeat(4, axis=0))
    assert made.vectors[0] == pytest.approx(np.array([1, 2, 1]) / np.sqrt(6))  # of row 1: row 0 is dropped
    parts = list(take_apart(dataset.joined, documents))
    assert [part.rows for part in parts] == [4, 4]
    assert [part.vectors.size for part in parts] == [0, 12]


def test_vectors_of_different_length_are_refused(tmp_path, context):
    rows = [[{"text": f"Text {width}", "v": [1.0] * width}] for width in (3, 4)]
    own = {"documents": {"vector": "v"}}
    dataset = joined(project(tmp_path, {"a": (rows[0], own), "b": (rows[1], own)}))
    with pytest.raises(DataError, match="vectors of 'a' have 3 numbers and those of 'b' 4") as caught:
        read(dataset, context)
    assert caught.value.field == "datasets"


def test_an_error_in_a_dataset_is_placed_at_its_own_entry(mail_and_talk, context, tmp_path):
    (tmp_path / "b.jsonl").unlink()
    dataset = joined(mail_and_talk)
    with pytest.raises(SourceError) as caught, mail_and_talk.placed(dataset):
        read(dataset, context)
    assert "datasets[1].source.path" in str(caught.value)


def test_a_map_of_its_own_error_is_placed_at_the_map(mail_and_talk):
    assert mail_and_talk.locate(joined(mail_and_talk), "clusters.engine").endswith("maps[0]")


def test_the_comparison_is_by_dataset_in_the_order_of_the_map(mail_and_talk):
    dataset = joined(mail_and_talk)
    assert (dataset.compare.by, dataset.compare.groups) == (DATASET, ("A", "B"))
    assert dataset.license is None  # b has none
    assert [stage.name for stage in stages_of(dataset)][:2] == ["documents", "embeddings"]


def test_a_stage_depends_only_on_what_datasets_keep(tmp_path):
    one = project(tmp_path, {"a": ([], {}), "b": ([], {})})
    other = project(tmp_path, {"a": ([], {"labels": {"model": None}}), "b": ([], {"seed": 7})})
    before, after = joined(one), joined(other)
    assert before.section("joined", "embeddings") == after.section("joined", "embeddings")
    assert before.section("joined", "documents", "seed") != after.section("joined", "documents", "seed")


def test_a_published_map_is_read_back_and_made_from_its_entry(mail_and_talk):
    dataset = joined(mail_and_talk)
    assert read_dataset(json.loads(json.dumps(dump_dataset(dataset)))) == dataset
    again = parse_config(yaml_entry(dataset))
    assert again.entries[-1] == dataset
    names = [each.name for each in parameters(dataset)]
    assert "a: documents.text" in names
    assert "reduction.n_neighbors" in names
    assert "documents.text" not in names


def test_inspecting_a_shared_map_names_its_datasets(mail_and_talk, report):
    from sitegen.commands.inspect.profile_dataset import profile_dataset

    with pytest.raises(ConfigError, match="a map of several datasets; inspect one of them: a, b"):
        profile_dataset(mail_and_talk, "both", None, report)


def test_what_rules_dropped_is_added_up(tmp_path, context):
    rows = [{"text": "Short"}, {"text": "A longer text"}]
    few = {"documents": {"min_chars": 8}}
    documents = read(joined(project(tmp_path, {"a": (rows, few), "b": (rows, few)})), context)
    assert documents.dropped == {"shorter than min_chars": 2}
    assert documents.column("id") == ["a/1", "b/1"]
