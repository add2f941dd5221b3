"""`datasets.yaml` -> frozen, validated objects."""

from sitegen.config.loader import Project, load_project, parse_config
from sitegen.config.model import (
    ClustersConfig,
    Config,
    DatasetConfig,
    DocumentsConfig,
    EmbeddingsConfig,
    LabelsConfig,
    MapConfig,
    PublishConfig,
    ReductionConfig,
    RuntimeConfig,
    SiteConfig,
    TopicsConfig,
    TurnsConfig,
)
from sitegen.config.prompts import PromptExample
from sitegen.config.section import Section
from sitegen.config.sources import (
    DocstringsSource,
    FileSource,
    HuggingFaceSource,
    PackageSource,
    Source,
    SourceSection,
)

__all__ = [
    "ClustersConfig",
    "Config",
    "DatasetConfig",
    "DocstringsSource",
    "DocumentsConfig",
    "EmbeddingsConfig",
    "FileSource",
    "HuggingFaceSource",
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
    "SourceSection",
    "TopicsConfig",
    "TurnsConfig",
    "load_project",
    "parse_config",
]
