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
"""Files of the project."""


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
    entry = entry_of(title, slug, sections, text, {**given, "made_with": made_with})
    return publish_project(entry, _as_arrow(frame), {}, None, output, project, quiet)


def entry_of(title: str, slug: str, sections: dict[str, Any], text: str, given: dict[str, Any]) -> dict[str, Any]:
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


def publish_project(
    entry: dict[str, Any],
    table: pa.Table,
    facts: list[dict[str, Any]] | dict[str, Any],
    vectors: npt.NDArray[np.float32] | None,
    output: AnyPath,
    project: AnyPath | None,
    quiet: bool,
) -> Shown:
    """Write the project of one dataset, `entry`, and build it.

    Args:
        facts: rows of `topics.json`, more of each topic; no file if empty.
        vectors: float32 (n, d), one per row of `table`.
        project: the folder; a temporary one if None.
    """
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
