"""What of a dataset's configuration decides the files of its map."""

from __future__ import annotations

from dataclasses import dataclass

from sitegen.config import CompareConfig, DocumentsConfig, GivenConfig, MapConfig, PrivacyConfig


@dataclass(frozen=True)
class MapSettings:
    """The sections of a dataset that its map, statistics and downloads are made from; they see no other."""

    map: MapConfig
    privacy: PrivacyConfig
    documents: DocumentsConfig
    seed: int
    given: GivenConfig
    compare: CompareConfig | None = None
