"""What of a dataset's configuration decides the files of its map."""

from __future__ import annotations

from dataclasses import dataclass

from sitegen.config import CompareConfig, DocumentsConfig, GivenConfig, MapConfig, PrivacyConfig


@dataclass(frozen=True)
class OneOfSeveral:
    """A dataset of a shared map: its title, which the column `DATASET` holds, and what decides what it publishes."""

    title: str
    privacy: PrivacyConfig
    documents: DocumentsConfig


@dataclass(frozen=True)
class MapSettings:
    """The sections of a dataset that its map, statistics and downloads are made from; they see no other.

    Attributes:
        joined: the datasets of a shared map; then `privacy` and `documents` hold for what all have in common.
    """

    map: MapConfig
    privacy: PrivacyConfig
    documents: DocumentsConfig
    seed: int
    given: GivenConfig
    compare: CompareConfig | None = None
    joined: tuple[OneOfSeveral, ...] = ()
