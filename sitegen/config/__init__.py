"""`datasets.yaml` -> frozen, validated objects."""

from sitegen.config.loader import Project, load_project, parse_config
from sitegen.config.model import (
    ClustersConfig,
    Config,
    DatasetConfig,
    DocstringsSource,
    DocumentsConfig,
    EmbeddingsConfig,
    LabelsConfig,
    MapConfig,
    PackageSource,
    PublishConfig,
    ReductionConfig,
    RuntimeConfig,
    Section,
    SiteConfig,
    Source,
    TopicsConfig,
    TurnsConfig,
)
from sitegen.config.prompts import PromptExample

__all__ = [
    "ClustersConfig",
    "Config",
    "DatasetConfig",
    "DocstringsSource",
    "DocumentsConfig",
    "EmbeddingsConfig",
    "LabelsConfig",
    "MapConfig",
    "PackageSource",
    "Project",
    "PromptExample",
    "PublishConfig",
    "ReductionConfig",
    "RuntimeConfig",
    "Section",
    "SiteConfig",
    "Source",
    "TopicsConfig",
    "TurnsConfig",
    "load_project",
    "parse_config",
]
