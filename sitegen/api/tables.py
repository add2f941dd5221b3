"""Publishing from Python: the data is written as a project beside a `datasets.yaml`, which the build command builds."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sitegen.api.arguments import (
    OWN_TREE,
    check_frame,
    checked_columns,
    checked_layers,
    checked_path,
    checked_sections,
    index_names,
    named_arguments,
    plain,
    project_folder,
)
from sitegen.api.report import PythonReport
from sitegen.api.shown import Shown
from sitegen.errors import ConfigError, DataError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

AnyPath = str | PathLike[str]
TABLE, TOPICS, VECTORS, TREE = "table.parquet", "topics.json", "embeddings.npy", OWN_TREE
"""Files of the project."""
TEXT = "text"
"""Column with the texts, unless another one is named."""
GIVEN = ("x", "y", "topic", "name")
"""Arguments that name columns of results."""
ARGUMENTS = ("frame", "output", "text", *GIVEN, "layers", "title", "slug", "made_with", "project", "quiet")
"""Of `publish_table`."""


def build(config: AnyPath = "datasets.yaml", *, output: AnyPath = "build", quiet: bool = False) -> Shown:
    """Build the gallery that a `datasets.yaml` describes, as `sitegen build` does.

    Args:
        config: the file.
        output: folder of the site.
        quiet: show no progress; warnings are those of Python, `sitegen.errors.SitegenWarning`.

    Raises:
        SitegenError: as the command, with its text.
    """
    from sitegen.commands.build import BuildOptions
    from sitegen.commands.build import build as run_build
    from sitegen.config import load_project

    folder = checked_path("output", output)
    project = load_project(checked_path("config", config))
    report = PythonReport(-1 if quiet else 0)
    with report.warning():
        run_build(project, BuildOptions(folder), report)
    maps = sorted((each for each in project.config.entries if not each.draft), key=lambda each: each.order)
    return Shown(folder, tuple((each.slug, each.title) for each in maps))


def publish_table(
    frame: object,
    *,
    output: AnyPath,
    text: str | None = None,
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
    **sections: object,
) -> Shown:
    """Publish a table whose rows are documents with a place, a topic and a name.

    Args:
        frame: a pandas or polars data frame, or an Arrow table. Rows count by position, an index is not looked at.
        output: folder of the site.
        text: column with the text of each document; `text` if there is one, else there are titles only
            (`documents={"title": …}`, or `name`).
        x, y, topic, name, layers, made_with: columns and more, as `given:` in the YAML.
        title, slug: of the map.
        project: folder to keep data and stored results in, so that colours and places stay from build to build;
            a temporary one if absent.
        quiet: show no progress; warnings are those of Python, as in `build`.
        sections: more of the dataset in the words of the YAML, such as `privacy={"text": "full"}`. Rows with the same
            text are kept, and no language model is asked, unless `documents` and `labels` say otherwise.

    Raises:
        ConfigError: an argument is not what it should be.
        DataError: the frame is no table, lacks a column, or holds what Arrow cannot.
        SitegenError: as the build command, with its text and the name of the argument.
    """
    more = checked_sections(sections, ARGUMENTS, (*GIVEN, "layers", "made_with"))
    table = as_arrow("frame", frame)
    own = text is not None or not {"text", "template", "turns"} & more.get("documents", {}).keys()
    if own and text is None and TEXT in (*table.column_names, *index_names(frame)):
        text = TEXT
    columns = checked_columns({"text": text, "x": x, "y": y, "topic": topic, "name": name})
    coarser = checked_layers(layers)
    of_layers = {
        f"layers[{number}].{key}": column
        for number, layer in enumerate(coarser)
        for key, column in layer.items()
        if key in ("topic", "name") and isinstance(column, str)
    }
    check_frame(frame, table, columns | of_layers)
    given = {key: column for key, column in columns.items() if key in GIVEN} | {"layers": coarser}
    entry = entry_of(title, slug, more, {"text": text} if own else {}, {**given, "made_with": made_with})
    named = {f"given.{key}": key for key in (*GIVEN, "layers", "made_with")}
    named |= {"given": "", "documents": "documents" if "documents" in more else "frame"}
    if own:
        named["documents.text"] = "text"
    return publish_project(entry, table, {}, None, None, output, project, quiet, named)


def entry_of(
    title: str, slug: str, sections: dict[str, Any], documents: dict[str, Any], given: dict[str, object]
) -> dict[str, object]:
    """Return the dataset's entry in `datasets.yaml`; what is None or empty of `given` is left out.

    Sections go before `documents`.
    """
    return {
        "slug": slug,
        "title": title,
        "source": {"type": "file", "path": TABLE},
        **sections,
        "documents": {**documents, "drop_duplicates": False, **sections.get("documents", {})},
        "labels": {"model": None, **sections.get("labels", {})},
        "given": {**sections.get("given", {}), **{key: value for key, value in given.items() if value}},
    }


def publish_project(
    entry: dict[str, object],
    table: pa.Table,
    facts: list[dict[str, object]] | dict[str, object],
    vectors: npt.NDArray[np.float32] | None,
    tree: pa.Table | None,
    output: AnyPath,
    project: AnyPath | None,
    quiet: bool,
    arguments: Mapping[str, str],
) -> Shown:
    """Write the project of one dataset, `entry`, and build it.

    Args:
        facts: rows of `topics.json`, more of each topic; no file if empty.
        vectors: float32 (n, d), one per row of `table`.
        tree: rows of `hierarchical_topics`.
        project: the folder; a temporary one if None.
        arguments: what errors call the fields of the entry, see `named_arguments`.

    Raises:
        ConfigError: a setting is nothing that a config can hold, or a path is none.
        SitegenError: as the build command.
    """
    import numpy as np
    import pyarrow.parquet as pq

    site = checked_path("output", output).resolve()
    try:
        text = json.dumps({"site": {"title": entry["title"]}, "datasets": [entry]}, indent=1, default=plain)
    except TypeError as error:
        raise ConfigError(f"a setting cannot be written into a config: {error}") from error
    kept = (
        nullcontext(str(project_folder(project)))
        if project is not None
        else tempfile.TemporaryDirectory(prefix="sitegen-")
    )
    with kept as name:
        folder = Path(name)
        pq.write_table(table, folder / TABLE)
        if facts:
            (folder / TOPICS).write_text(json.dumps(facts), "utf-8")
        if vectors is not None:
            np.save(folder / VECTORS, vectors, allow_pickle=False)
        if tree is not None:
            pq.write_table(tree, folder / TREE)
        config = folder / "datasets.yaml"  # JSON is YAML, and hostile titles stay texts in it
        config.write_text(text, "utf-8")
        with named_arguments(folder, arguments):
            return build(config, output=site, quiet=quiet)


def as_arrow(argument: str, frame: object) -> pa.Table:
    """Return a data frame as an Arrow table.

    Raises:
        DataError: it cannot be one.
    """
    import pyarrow as pa

    try:
        if type(frame).__module__.startswith("pandas"):
            return pa.Table.from_pandas(frame, preserve_index=False)
        return frame if isinstance(frame, pa.Table) else pa.table(frame)
    except (pa.ArrowException, TypeError, ValueError, AttributeError) as error:
        reason = " ".join(str(error).split())[:300]
        raise DataError(
            f"argument {argument}: a {type(frame).__name__} cannot be read as a table: {reason}; give a pandas or "
            "polars data frame or an Arrow table in which each column has one type"
        ) from error
