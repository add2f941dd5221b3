"""Small things that several test modules build on."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from sitegen.artifacts import (
    DOCUMENT_SCHEMA,
    LABEL_SCHEMA,
    TOPIC_SCHEMA,
    Clusters,
    Documents,
    Embeddings,
    Reduction,
    TopicLabels,
    Topics,
)
from sitegen.config import parse_config
from sitegen.errors import ConfigError
from sitegen.pipeline.documents.read_documents import shape
from sitegen.pipeline.labels.language_model.labeller import Reply

REPO = Path(__file__).resolve().parents[2]
ENTRY = "datasets:\n  - slug: a\n    title: A\n    source: {type: package, package: p, path: x.json}\n"
"""The smallest config."""
LINE = re.compile(r"datasets\.yaml:(\d+):(\d+): ?(.*)")
MARK = "¦"


def dataset(**changes):
    """A DatasetConfig, smallest but for `changes`."""
    source = {"type": "package", "package": "p", "path": "x.json"}
    entry = {"slug": "a", "title": "A", "source": source, **changes}
    return parse_config(to_yaml({"datasets": [entry]})).datasets[0]


def to_yaml(value):
    """`value` as YAML, which JSON is."""
    return json.dumps(value)


def problems(text):
    """What parse_config says about `text`, one (line, column, message) per line."""
    with pytest.raises(ConfigError) as caught:
        parse_config(text)
    return [split_problem(line) for line in str(caught.value).split("\n")]


def split_problem(line):
    """A line of a ConfigError as (line, column, message)."""
    match = LINE.fullmatch(line)
    assert match, f"not file:line:column: {line!r}"
    return int(match[1]), int(match[2]), match[3]


def problems_at(marked):
    """The messages told about the place of ¦ in `marked`, which is taken out first."""
    before, mark, after = marked.partition(MARK)
    assert mark
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    told = problems(before + after)
    found = [message for *place, message in told if place == [line, column]]
    assert found, f"nothing about {line}:{column} in {told}"
    return found


def run_cli(*arguments, cwd):
    """`python -m sitegen` in a process of its own."""
    return subprocess.run([sys.executable, "-m", "sitegen", *arguments], cwd=cwd, env=cli_env(cwd), **CAPTURE)


CAPTURE = {"capture_output": True, "text": True, "encoding": "utf-8", "timeout": 60, "check": False}


def cli_env(cwd):
    """The environment of a `sitegen` that sees this checkout and packages that lie in `cwd`."""
    kept = {key: value for key, value in os.environ.items() if key not in {"FORCE_COLOR", "TTY_COMPATIBLE"}}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(REPO), str(cwd)])}


def snapshot(folder):
    """Every path below `folder` with its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def flip_a_byte(path):
    """Damage a file without changing its size."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x01
    path.write_bytes(bytes(data))


def shaped(rows, seed=42, **options):
    """The documents that rows become by a `documents:` section."""
    config = dataset(documents=options).documents
    with tempfile.TemporaryDirectory() as scratch:
        return shape(lambda: iter(rows), config, seed, root=REPO, scratch=Path(scratch))


def documents(texts=("first text", "second text"), dropped=None):
    rows = [{"id": str(i), "title": text[:20], "text": text, "category": None} for i, text in enumerate(texts)]
    return Documents(pa.Table.from_pylist(rows, DOCUMENT_SCHEMA), dropped or {})


def embeddings(values):
    return Embeddings(np.array(values, dtype=np.float32))


def reduction(n=3, components=5):
    space = np.arange(n * components, dtype=np.float32).reshape(n, components)
    return Reduction(space, space[:, :2].copy())


def clusters(assignment=(0, 1, -1)):
    values = np.array(assignment, dtype=np.int32)
    return Clusters(values, (values >= 0).astype(np.float32))


def topics(keywords=(("pasta", "sauce"), ("train", "ticket")), assignment=(0, 1, -1)):
    values = np.array(assignment, dtype=np.int32)
    rows = [
        {
            "topic": number,
            "size": int((values == number).sum()),
            "keywords": list(words),
            "keybert": [],
            "mmr": [],
            "representatives": [int(index) for index in np.flatnonzero(values == number)[:3]],
        }
        for number, words in enumerate(keywords)
    ]
    return Topics(pa.Table.from_pylist(rows, TOPIC_SCHEMA), values)


def topic_labels(names=("Pasta", "Trains")):
    rows = [
        {"topic": i, "name": name, "named_by": "llm", "answers": [name], "tries": 1, "keywords": [], "documents": []}
        for i, name in enumerate(names)
    ]
    return TopicLabels(pa.Table.from_pylist(rows, LABEL_SCHEMA), {"model": "m", "revision": "r", "prompt": "p"})


class FakeLabeller:
    """Answers by a function from the last message's text, and counts; see `Labeller`.

    Attributes:
        chats: all that it was asked.
        dies_after: answers that it gives before it breaks down.
    """

    made_with = {"device": "fake"}

    def __init__(self, answer, dies_after=None):
        self._answer = answer
        self.chats = []
        self.generations = []
        self.dies_after = dies_after

    def answer(self, chats, generation, context):
        for chat in chats:
            if self.dies_after is not None and len(self.chats) >= self.dies_after:
                raise KeyboardInterrupt
            self.chats.append(chat)
            self.generations.append(generation)
            given = self._answer(chat[-1]["content"])
            yield [given if isinstance(given, Reply) else Reply([given] if isinstance(given, str) else list(given))]


def make_package(parent, name, files):
    """A folder `name` that Python takes for a package, holding `files` (path -> text or bytes)."""
    folder = parent / name
    for path, content in {"__init__.py": "", **files}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
