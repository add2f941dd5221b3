"""A new gallery from nothing: `datasets.yaml` to fill in, and its JSON Schema, by which editors complete and check."""

from __future__ import annotations

import json
from pathlib import Path

from sitegen.config import PLACEHOLDER, Config
from sitegen.config.edits import EditsFile
from sitegen.errors import PublishError

SCHEMA = "datasets.schema.json"
EDITS_SCHEMA = "edits.schema.json"
YAML = f"""\
# yaml-language-server: $schema={SCHEMA}
# One gallery, one entry of `datasets` per map. `sitegen build` makes it, `sitegen serve` shows it.
site:
  title: My topic maps
  description: What is in these texts.

datasets:
  - slug: my-texts                # folder of the map in the site
    title: My texts
    description: {PLACEHOLDER}
    source:
      type: file                  # or huggingface, package, docstrings
      path: data/*.jsonl          # also Parquet, CSV, TSV, JSON and plain text
    documents:
      text: text                  # the column with the text; of a conversation its turns, then add `turns: {{}}`
      min_chars: 50               # shorter ones are dropped, and counted
      sample: 100000              # at most this many, drawn with the seed
    clusters:
      min_cluster_size: 15        # the smallest group of documents that counts as a topic, or auto
    privacy:
      text: snippet               # none, snippet or full: what the web gets to read
"""
IGNORED = "/build/\n/.sitegen/\n"


def schema() -> str:
    """Return the JSON Schema of `datasets.yaml`."""
    return json.dumps(Config.model_json_schema(), indent=1, sort_keys=True) + "\n"


def edits_schema() -> str:
    """Return the JSON Schema of `edits/<slug>.yaml`."""
    return json.dumps(EditsFile.model_json_schema(), indent=1, sort_keys=True) + "\n"


def write_scaffold(folder: Path, text: str = YAML) -> list[Path]:
    """Start a gallery in `folder` with `text` as its `datasets.yaml`, and return the files written.

    Raises:
        PublishError: one of them is there already, or the folder is not writable; then nothing was written.
    """
    files = {"datasets.yaml": text, SCHEMA: schema(), EDITS_SCHEMA: edits_schema(), ".gitignore": IGNORED}
    taken = [name for name in files if (folder / name).exists()]
    if taken:
        raise PublishError(f"{folder}: holds {', '.join(taken)} already, and nothing is overwritten")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise PublishError(f"{folder}: cannot be written: {error.strerror}") from error
    return [folder / name for name in files]
