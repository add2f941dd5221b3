"""Publishing from Python: the data is written as a project beside a `datasets.yaml`, which the build command builds."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sitegen.api.shown import Shown
from sitegen.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

AnyPath = str | PathLike[str]
TABLE, TOPICS, VECTORS = "table.parquet", "topics.json", "embeddings.npy"
TEXT, TOPIC, X, Y = "text", "topic", "x", "y"
"""Columns of the table of a topic model."""
CHECKED = 200
"""Topics whose representative documents are looked for."""


def build(config: AnyPath = "datasets.yaml", *, output: AnyPath = "build", quiet: bool = False) -> Shown:
    """Build the gallery that a `datasets.yaml` describes, as `sitegen build` does.

    Args:
        config: the file.
        output: folder of the site.
        quiet: print warnings and errors only.

    Raises:
        SitegenError: as the command, with its text.
    """
    from sitegen.commands.build import BuildOptions
    from sitegen.commands.build import build as run_build
    from sitegen.config import load_project
    from sitegen.report import Report

    project = load_project(Path(config))
    run_build(project, BuildOptions(Path(output)), Report(-1 if quiet else 0))
    maps = sorted((each for each in project.config.datasets if not each.draft), key=lambda each: each.order)
    return Shown(Path(output), tuple((each.slug, each.title) for each in maps))


def publish_table(
    frame: Any,
    *,
    output: AnyPath,
    text: str = "text",
    x: str | None = None,
    y: str | None = None,
    topic: str | None = None,
    name: str | None = None,
    layers: Sequence[Mapping[str, str]] = (),
    title: str = "Topic map",
    slug: str = "map",
    made_with: str = "",
    project: AnyPath | None = None,
    quiet: bool = False,
    **sections: Any,
) -> Shown:
    """Publish a table whose rows are documents with a place, a topic and a name.

    Args:
        frame: a pandas or polars data frame, or an Arrow table. Rows count by position, an index is not looked at.
        output: folder of the site.
        text, x, y, topic, name, layers, made_with: columns and more, as `documents.text` and `given:` in the YAML.
        title, slug: of the map.
        project: folder to keep data and stored results in, so that colours and places stay from build to build;
            a temporary one if absent.
        quiet: print warnings and errors only.
        sections: more of the dataset in the words of the YAML, such as `publish={"text": "full"}`. Rows with the same
            text are kept, and no language model is asked, unless `documents` and `labels` say otherwise.

    Raises:
        DataError: the frame is no table, or holds what Arrow cannot.
        SitegenError: as the build command, with its text.
    """
    given = {"x": x, "y": y, "topic": topic, "name": name, "layers": [dict(each) for each in layers]}
    entry = _entry(title, slug, sections, text, {**given, "made_with": made_with})
    return _publish(entry, _as_arrow(frame), {}, None, output, project, quiet)


def publish_bertopic(
    topic_model: Any,
    docs: Sequence[str],
    embeddings: npt.NDArray[Any] | None = None,
    *,
    output: AnyPath,
    coordinates: npt.NDArray[Any] | None = None,
    title: str = "Topic map",
    slug: str = "map",
    project: AnyPath | None = None,
    quiet: bool = False,
    **sections: Any,
) -> Shown:
    """Publish a fitted BERTopic: its topics, names (custom labels first) and keywords stay as they are.

    Args:
        topic_model: the fitted model.
        docs: the n documents that it was fitted to, in their order.
        embeddings: (n, d), their embeddings; without them and `coordinates` they are computed.
        coordinates: (n, 2), places on the map; without them sitegen lays the documents out by UMAP.
        output, title, slug, project, quiet, sections: as in `publish_table`.

    Raises:
        DataError: these are not the documents of the model, or arrays do not fit them.
        SitegenError: as the build command, with its text.
    """
    import numpy as np
    import pyarrow as pa

    topics = [int(topic) for topic in topic_model.topics_ or ()]
    _check_documents(topic_model, docs, topics)
    columns: dict[str, Any] = {TEXT: list(docs), TOPIC: pa.array(topics, pa.int32())}
    given: dict[str, Any] = {"topic": TOPIC, "topics": TOPICS, "made_with": f"BERTopic {_version('bertopic')}"}
    if coordinates is not None:
        places = _array("coordinates", coordinates, len(docs))
        columns |= {X: pa.array(places[:, 0]), Y: pa.array(places[:, 1])}
        given |= {"x": X, "y": Y}
    vectors = None if embeddings is None else _array("embeddings", embeddings, len(docs)).astype(np.float32)
    if vectors is not None:
        sections = {"embeddings": {"file": VECTORS, "model": None}, **sections}
    entry = _entry(title, slug, sections, TEXT, given)
    return _publish(entry, pa.table(columns), _topic_facts(topic_model), vectors, output, project, quiet)


def _entry(title: str, slug: str, sections: dict[str, Any], text: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return the dataset's entry in `datasets.yaml`; what is None or empty is left out."""
    return {
        "slug": slug,
        "title": title,
        "source": {"type": "file", "path": TABLE},
        **sections,
        "documents": {"text": text, "drop_duplicates": False, **sections.get("documents", {})},
        "labels": {"model": None, **sections.get("labels", {})},
        "given": {key: value for key, value in given.items() if value},
    }


def _publish(
    entry: dict[str, Any],
    table: pa.Table,
    facts: list[dict[str, Any]] | dict[str, Any],
    vectors: npt.NDArray[np.float32] | None,
    output: AnyPath,
    project: AnyPath | None,
    quiet: bool,
) -> Shown:
    import numpy as np
    import pyarrow.parquet as pq

    kept = nullcontext(str(project)) if project is not None else tempfile.TemporaryDirectory(prefix="sitegen-")
    with kept as name:
        folder = Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, folder / TABLE)
        if facts:
            (folder / TOPICS).write_text(json.dumps(facts), "utf-8")
        if vectors is not None:
            np.save(folder / VECTORS, vectors, allow_pickle=False)
        config = folder / "datasets.yaml"  # JSON is YAML, and hostile titles stay texts in it
        config.write_text(json.dumps({"site": {"title": entry["title"]}, "datasets": [entry]}, indent=1), "utf-8")
        return build(config, output=Path(output).resolve(), quiet=quiet)


def _as_arrow(frame: Any) -> pa.Table:
    import pyarrow as pa

    try:
        if type(frame).__module__.startswith("pandas"):
            return pa.Table.from_pandas(frame, preserve_index=False)
        return frame if isinstance(frame, pa.Table) else pa.table(frame)
    except (pa.ArrowException, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())[:300]
        raise DataError(
            f"a {type(frame).__name__} cannot be read as a table: {reason}; give a pandas or polars data frame or an "
            "Arrow table in which each column has one type"
        ) from error


def _array(name: str, values: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
    import numpy as np

    array = np.asarray(values)
    want = (count, 2) if name == "coordinates" else (count, "d")
    if array.ndim != 2 or len(array) != count or array.dtype.kind not in "fiu" or want[1] not in ("d", array.shape[1]):
        raise DataError(f"{name}: {array.dtype} {array.shape} is not an array of numbers ({want[0]:,}, {want[1]})")
    return array


def _check_documents(topic_model: Any, docs: Sequence[str], topics: Sequence[int]) -> None:
    """Whether these are the documents of the model, in its order.

    Raises:
        DataError: their number differs, or representative documents are in other topics.
    """
    if not topics:
        raise DataError("the topic model is not fitted; call fit or fit_transform first")
    if len(topics) != len(docs):
        raise DataError(f"the model was fitted to {len(topics):,} documents, but {len(docs):,} are given")
    topics_of: dict[str, set[int]] = {}
    for text, topic in zip(docs, topics, strict=True):
        topics_of.setdefault(text, set()).add(topic)
    own = other = 0
    for topic, texts in list((getattr(topic_model, "representative_docs_", None) or {}).items())[:CHECKED]:
        for text in texts or ():
            found = topics_of.get(text)
            own += found is not None and int(topic) in found
            other += found is not None and int(topic) not in found
    if other > own:
        raise DataError(
            f"the documents are in another order than the model's: {other:,} of {own + other:,} of its representative "
            "documents are in other topics here; give the documents in the order in which it was fitted"
        )


def _topic_facts(topic_model: Any) -> list[dict[str, Any]]:
    """Return a row per topic, as `given.topics` reads it."""
    from sitegen.pipeline.given.bertopic_folder import known_of_model

    known = known_of_model(
        topic_model.topic_representations_,
        topic_model.topic_labels_,
        topic_model.custom_labels_,
        getattr(topic_model, "topic_aspects_", None) or {},
    )
    return [{"topic": topic, "name": fact.name, **fact.keywords} for topic, fact in known.items()]


def _version(distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""
