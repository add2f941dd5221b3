"""How a map was made: its settings, the stages that ran, and the entry of `datasets.yaml` that makes it again."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from pydantic import BaseModel
from ruamel.yaml import YAML

from sitegen.artifacts import ReductionGrowth
from sitegen.config import DatasetConfig, SharedMapConfig, dump_dataset

ABOUT = frozenset({"slug", "title", "description", "license", "homepage", "tags", "citation", "source"})
"""Fields that the About page tells in words."""

OF_EACH = frozenset({"seed", "documents", "embeddings", "privacy"})
"""Sections that the datasets of a shared map keep."""
PLACES = frozenset({"path", "file", "model", "tokenizer", "bertopic"})
"""Settings that may name a file or folder."""


@dataclass(frozen=True)
class StageFacts:
    """A stage that made the map.

    Attributes:
        chosen: the settings that it found by itself, in one line.
        landmarks: documents that it was fitted to, if not to all.
        told: of what is given, what made it and what did not fit, in one line.
        growth: of the reduction of a map that grows, how it was fitted and how well newcomers fit.
    """

    name: str
    revision: str | None
    libraries: dict[str, str | None]
    chosen: str = ""
    landmarks: int = 0
    told: str = ""
    growth: ReductionGrowth | None = None

    @classmethod
    def from_state(cls, row: dict[str, Any]) -> StageFacts:
        """Read the facts of a map that was published earlier; keys of other versions of sitegen are left out."""
        return cls(**{each.name: row[each.name] for each in fields(cls) if each.name in row})


@dataclass(frozen=True)
class Parameter:
    """A setting. `given` tells whether the entry of the dataset sets it; if not, it is the default."""

    name: str
    value: str
    given: bool


def parameters(dataset: DatasetConfig) -> tuple[Parameter, ...]:
    """Return every setting of every stage, in the order of the config; of a shared map first those of each dataset."""
    if not dataset.joined:
        return _parameters(dataset, frozenset(type(dataset).model_fields) - ABOUT)
    of_datasets = (
        replace(parameter, name=f"{each.slug}: {parameter.name}")
        for each in dataset.joined
        for parameter in _parameters(each, OF_EACH)
    )
    return (*of_datasets, *_parameters(dataset, frozenset(SharedMapConfig.model_fields) - ABOUT))


def _parameters(dataset: DatasetConfig, names: frozenset[str]) -> tuple[Parameter, ...]:
    return tuple(
        parameter
        for name in type(dataset).model_fields
        if name in names
        for parameter in _walk(name, getattr(dataset, name), name in dataset.model_fields_set)
    )


def yaml_entry(dataset: DatasetConfig) -> str:
    """Return a `datasets.yaml` with this dataset alone, as its author wrote it, as far as it is public."""
    yaml, file = YAML(), io.StringIO()
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(_entries(dataset), file)
    return file.getvalue()


def _entries(dataset: DatasetConfig) -> dict[str, object]:
    """Return the content of a `datasets.yaml` that makes this map."""
    if not dataset.joined:
        return {"datasets": [shareable(dump_dataset(dataset))]}
    own = {name: each for name, each in dump_dataset(dataset).items() if name in SharedMapConfig.model_fields}
    members = [shareable(dump_dataset(each)) for each in dataset.joined]
    return {"datasets": members, "maps": [shareable(own | {"datasets": [each.slug for each in dataset.joined]})]}


def shareable(value: object, name: str = "") -> Any:
    """Return a setting, as JSON values, without what is nobody else's business; `name` is its last part.

    Of an absolute path only its end is left. Patterns of `privacy.redact` may be the very names that they hide.
    """
    if isinstance(value, dict):
        return {key: shareable(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [shareable(each, name) for each in value if name != "redact" or isinstance(each, str)]
    if name in PLACES and isinstance(value, str) and value.startswith(("/", "~")):
        return value.rstrip("/").rpartition("/")[2]
    return value


def _walk(name: str, value: object, given: bool) -> Iterator[Parameter]:
    if isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from _walk(f"{name}.{field}", getattr(value, field), given and field in value.model_fields_set)
    else:
        yield Parameter(name, _plain(value, name.rpartition(".")[2]), given)


def _plain(value: object, name: str) -> str:
    if isinstance(value, tuple):
        value = [each.model_dump(mode="json") if isinstance(each, BaseModel) else each for each in value]
    value = shareable(value, name)
    if isinstance(value, str):
        return value or "(empty)"
    return json.dumps(value, ensure_ascii=False) if value not in (None, []) else "none"
