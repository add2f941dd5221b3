"""Publishing a fitted BERTopic: it becomes a table of documents and a file of topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sitegen.api.arguments import checked_sections
from sitegen.api.report import warn_caller
from sitegen.api.shown import Shown
from sitegen.api.tables import TEXT, TOPICS, TREE, VECTORS, AnyPath, as_arrow, entry_of, publish_project
from sitegen.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt

    from sitegen.pipeline.given.topic_table import KnownTopic

TOPIC, X, Y = "topic", "x", "y"
"""Columns of the table."""
ARGUMENTS = (
    *("topic_model", "docs", "embeddings", "output", "coordinates", "hierarchy"),
    *("title", "slug", "project", "quiet"),
)
"""Of `publish`."""
CHECKED = 200
"""Topics whose representative documents are looked for."""


def publish(
    topic_model: Any,
    docs: Sequence[str],
    embeddings: npt.NDArray[Any] | None = None,
    *,
    output: AnyPath,
    coordinates: npt.NDArray[Any] | None = None,
    hierarchy: object = None,
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
        hierarchy: the data frame of `topic_model.hierarchical_topics(docs)`; without it the tree is computed.
        output, title, slug, project, quiet, sections: as in `publish_table`.

    Raises:
        ConfigError: an argument is not what it should be.
        DataError: these are not the documents of the model, or arrays do not fit them.
        SitegenError: as the build command, with its text and the name of the argument.
    """
    import numpy as np
    import pyarrow as pa

    given_keys = ["x", "y", "topic", "name", "topics", "bertopic", "made_with"]
    given_keys += ["hierarchy"] * (hierarchy is not None)
    sections = checked_sections(sections, ARGUMENTS, given_keys)
    if not hasattr(topic_model, "topics_"):
        raise DataError(f"argument topic_model: a {type(topic_model).__name__} is no BERTopic model")
    topics = _topics(topic_model)
    known = _known(topic_model)
    docs = _texts(docs)
    _check_documents(topic_model, docs, topics, known)
    columns: dict[str, Any] = {TEXT: docs, TOPIC: pa.array(topics, pa.int32())}
    given: dict[str, Any] = {"topic": TOPIC, "topics": TOPICS, "made_with": f"BERTopic {_version('bertopic')}"}
    if coordinates is not None:
        places = _array("coordinates", coordinates, len(docs))
        columns |= {X: pa.array(places[:, 0]), Y: pa.array(places[:, 1])}
        given |= {"x": X, "y": Y}
    vectors = None if embeddings is None else _array("embeddings", embeddings, len(docs)).astype(np.float32)
    if vectors is not None:
        sections = {"embeddings": {"file": VECTORS, "model": None}, **sections}
    tree = None if hierarchy is None else as_arrow("hierarchy", hierarchy)
    if tree is not None:
        given |= {"hierarchy": TREE}
    entry = entry_of(title, slug, sections, {"text": TEXT}, given)
    named = {"given.x": "coordinates", "given.y": "coordinates", "given.topic": "topic_model"}
    named |= {"given.topics": "topic_model", "given.hierarchy": "hierarchy"}
    named |= {"documents": "documents" if "documents" in sections else "docs"}
    facts: list[dict[str, object]] = [
        {"topic": topic, "name": fact.name, "aspects": fact.aspects, **fact.keywords} for topic, fact in known.items()
    ]
    return publish_project(entry, pa.table(columns), facts, vectors, tree, output, project, quiet, named)


def _topics(topic_model: Any) -> list[int]:
    """Return the topic of each document.

    Raises:
        DataError: there are none, or they are no numbers.
    """
    import numpy as np

    found = [] if topic_model.topics_ is None else np.asarray(topic_model.topics_).tolist()
    if not found:
        raise DataError("argument topic_model: it is not fitted; call fit or fit_transform first")
    if not all(isinstance(topic, int | float) and float(topic).is_integer() for topic in found):
        raise DataError("argument topic_model: its topics_ are not one whole number per document; fit it once more")
    return [int(topic) for topic in found]


def _known(topic_model: Any) -> dict[str, KnownTopic]:
    """Return what the model says of each topic, by label.

    Raises:
        DataError: it has no keywords or names, or not those of its topics.
    """
    from sitegen.pipeline.given.bertopic_folder import known_of_model

    representations, labels, custom, aspects = (
        getattr(topic_model, f"{name}_", None)
        for name in ("topic_representations", "topic_labels", "custom_labels", "topic_aspects")
    )
    if not representations or not labels:
        raise DataError("argument topic_model: its topics have no keywords or names; call update_topics(docs) first")
    try:
        return known_of_model(representations, labels, custom, aspects or {})
    except (ValueError, TypeError, AttributeError) as error:
        raise DataError(f"argument topic_model: {error}") from error


def _texts(docs: object) -> list[str]:
    """Return the documents as a list: of a list, a tuple, an array or a column, by position.

    Raises:
        DataError: they are no texts.
    """
    if isinstance(docs, str) or not isinstance(docs, Iterable):
        raise DataError(f"argument docs: should be a list of texts, not a {type(docs).__name__}")
    texts = list(docs)
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise DataError(f"argument docs: document {number} is a {type(text).__name__}, not a text")
    return texts


def _array(name: str, values: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
    import numpy as np

    try:
        array = np.asarray(values)
    except (ValueError, TypeError) as error:
        raise DataError(f"argument {name}: it is no array of numbers: {error}") from error
    want = (count, 2) if name == "coordinates" else (count, "d")
    if array.ndim != 2 or len(array) != count or array.dtype.kind not in "fiu" or want[1] not in ("d", array.shape[1]):
        raise DataError(
            f"argument {name}: {array.dtype} {array.shape} is not an array of numbers ({want[0]:,}, {want[1]})"
        )
    return array


def _check_documents(
    topic_model: Any, docs: Sequence[str], topics: Sequence[int], known: Mapping[str, KnownTopic]
) -> None:
    """Whether these are the documents of the model, in its order.

    Representative documents tell it, if they are there and agree; else keywords do.

    Raises:
        DataError: their number differs, or their texts do not fit their topics.
    """
    import numpy as np
    import pyarrow as pa

    from sitegen.pipeline.given.document_order import CANNOT_TELL, WRONG_ORDER, in_order

    if len(topics) != len(docs):
        raise DataError(
            f"argument docs: the model was fitted to {len(topics):,} documents, but {len(docs):,} are given"
        )
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
            f"argument docs: they are in another order than the model's: {other:,} of {own + other:,} of its "
            "representative documents are in other topics here; give the documents in the order in which it was fitted"
        )
    if own and not other:
        return
    words = {int(label): fact.words for label, fact in known.items()}
    right = in_order(pa.chunked_array([docs], pa.large_string()), np.array(topics, np.int32), words)
    if right is None:
        warn_caller(CANNOT_TELL)
    elif not right:
        raise DataError(f"argument docs: they {WRONG_ORDER}")


def _version(distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""
