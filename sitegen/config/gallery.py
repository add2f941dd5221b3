"""All of `datasets.yaml`."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sitegen.config.model import ComputeConfig, DatasetConfig, RuntimeConfig, SiteConfig
from sitegen.config.section import Section
from sitegen.config.shared_map import SharedMapConfig, join_datasets


class Config(Section):
    """All of `datasets.yaml`."""

    site: SiteConfig = SiteConfig()
    runtime: RuntimeConfig = RuntimeConfig()
    datasets: tuple[DatasetConfig, ...] = Field(min_length=1)
    maps: tuple[SharedMapConfig, ...] = ()
    """Maps of several datasets at once. See comparing.md."""
    compute: ComputeConfig = ComputeConfig()
    """Compute in this process, or on a Dask cluster."""

    @model_validator(mode="after")
    def _has_one_way_to_share_work(self) -> Self:
        if self.compute.executor == "dask" and len(self.runtime.devices) > 1:
            raise ValueError("runtime.devices: a Dask worker has one device; start a worker for each, or leave it out")
        return self

    @property
    def entries(self) -> tuple[DatasetConfig, ...]:
        """Everything that becomes a map: the datasets, then the maps of several of them."""
        return (*self.datasets, *(join_datasets(each, self.datasets) for each in self.maps))
