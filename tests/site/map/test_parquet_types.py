"""Columns of every type that Parquet has, in every role, from the file to a site that passes its check."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sitegen.commands.build import BuildOptions, build
from sitegen.commands.init.draft import draft
from sitegen.config import load_project
from sitegen.pipeline.sources import open_source
from sitegen.report import Report
from sitegen.site.output.check import check_site
from tests.unit.documents.test_arrow_values import NUMBERS, OTHERS, TIMES, arrays

ROWS = 12
ROLES = ("id", "title", "url", "date", "category")
TYPED = ("number", "date", "category", "text")
NESTED = (
    pa.list_(pa.float32()),
    pa.list_(pa.string()),
    pa.large_list(pa.string()),
    pa.list_(pa.float32(), 2),
    pa.struct([("role", pa.string())]),
    pa.map_(pa.string(), TIMES[0]),
)
KINDS = (*NUMBERS, *TIMES, *OTHERS, *NESTED)


def _fits_parquet(name, column):
    """Whether Parquet can hold these values; it has no seconds, and milliseconds hold fewer."""
    try:
        pq.write_table(pa.table({name: column}), io.BytesIO())
    except pa.ArrowException:
        return False
    return True


@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
)
@given(st.data(), st.sampled_from(["none", "full"]))
def test_every_type_in_every_role_is_published(tmp_path_factory, data, public):
    root = tmp_path_factory.mktemp("types")
    table = {f"c{n}": data.draw(arrays(kind, ROWS)) for n, kind in enumerate(KINDS)}
    table = {name: column for name, column in table.items() if _fits_parquet(name, column)}
    places = {"px": [n % 3 + n / 50 for n in range(ROWS)], "py": [n % 4 + n / 30 for n in range(ROWS)]}
    texts = [f"a text about {'abc'[n % 3]} with number {n}" for n in range(ROWS)]
    pq.write_table(pa.table({"body": texts, **places, "t": [n % 3 for n in range(ROWS)], **table}), root / "d.parquet")
    names = list(table)
    documents = {role: data.draw(st.sampled_from(names), label=role) for role in ROLES}
    columns = {name: data.draw(st.sampled_from(TYPED), label=name) for name in names}
    entry = {
        "slug": "a",
        "title": "A",
        "source": {"type": "file", "path": "d.parquet"},
        "documents": {"text": "body", **documents, "columns": columns},
        "given": {"x": "px", "y": "py", "topic": "t"},
        "embeddings": {"model": None},
        "labels": {"model": None},
        "privacy": {"text": public, "columns": names},
    }
    (root / "datasets.yaml").write_text(json.dumps({"datasets": [entry]}))
    project = load_project(root / "datasets.yaml")
    build(project, BuildOptions(root / "build"), Report(-1))
    assert check_site(root / "build").problems == []
    found = pq.read_table(root / "build/a/download/documents.parquet")
    assert len(found) == ROWS
    assert "<pyarrow" not in (root / "build/a/download/index.html").read_text("utf-8")
    assert draft(str(root / "d.parquet"), root)[0] == "d"
    assert len(list(open_source(project.config.datasets[0].source, root).rows())) == ROWS
