"""`datasets.yaml` -> frozen, validated objects."""

from sitegen.config.documents import (
    FIXED_COLUMNS,
    CapConfig,
    ChunkConfig,
    ColumnType,
    DocumentsConfig,
    FilterRule,
    SampleConfig,
    TurnsConfig,
)
from sitegen.config.loader import Project, load_project, parse_config
from sitegen.config.model import (
    ClustersConfig,
    Config,
    DatasetConfig,
    DocstringsSource,
    EmbeddingsConfig,
    LabelsConfig,
    MapConfig,
    PackageSource,
    ReductionConfig,
    RuntimeConfig,
    SiteConfig,
    Source,
    TopicsConfig,
)
from sitegen.config.prompts import PromptExample
from sitegen.config.section import Section

__all__ = [
    "FIXED_COLUMNS",
    "CapConfig",
    "ChunkConfig",
    "ClustersConfig",
    "ColumnType",
    "Config",
    "DatasetConfig",
    "DocstringsSource",
    "DocumentsConfig",
    "EmbeddingsConfig",
    "FilterRule",
    "LabelsConfig",
    "MapConfig",
    "PackageSource",
    "Project",
    "PromptExample",
    "ReductionConfig",
    "RuntimeConfig",
    "SampleConfig",
    "Section",
    "SiteConfig",
    "Source",
    "TopicsConfig",
    "TurnsConfig",
    "load_project",
    "parse_config",
]
