"""`datasets.yaml` -> frozen, validated objects."""

from sitegen.config.compare import CompareConfig
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
from sitegen.config.given import GivenConfig, LayerConfig
from sitegen.config.loader import Project, dump_dataset, load_project, load_yaml, parse_config, read_dataset
from sitegen.config.model import (
    PLACEHOLDER,
    WINDOWS_DEVICES,
    ComputeConfig,
    Config,
    DatasetConfig,
    MapConfig,
    PrivacyConfig,
    RedactPattern,
    RuntimeConfig,
    SiteConfig,
)
from sitegen.config.prompts import PromptConfig, PromptExample
from sitegen.config.section import Section
from sitegen.config.sources import (
    DocstringsSource,
    FileSource,
    HuggingFaceSource,
    PackageSource,
    Source,
    SourceSection,
)
from sitegen.config.stages import (
    ClustersConfig,
    EmbeddingsConfig,
    GrowthConfig,
    LabelsConfig,
    OutliersConfig,
    ReductionConfig,
    TopicsConfig,
)

__all__ = [
    "FIXED_COLUMNS",
    "PLACEHOLDER",
    "WINDOWS_DEVICES",
    "CapConfig",
    "ChunkConfig",
    "ClustersConfig",
    "ColumnType",
    "CompareConfig",
    "ComputeConfig",
    "Config",
    "DatasetConfig",
    "DocstringsSource",
    "DocumentsConfig",
    "EmbeddingsConfig",
    "FileSource",
    "FilterRule",
    "GivenConfig",
    "GrowthConfig",
    "HuggingFaceSource",
    "LabelsConfig",
    "LayerConfig",
    "MapConfig",
    "OutliersConfig",
    "PackageSource",
    "PrivacyConfig",
    "Project",
    "PromptConfig",
    "PromptExample",
    "RedactPattern",
    "ReductionConfig",
    "RuntimeConfig",
    "SampleConfig",
    "Section",
    "SiteConfig",
    "Source",
    "SourceSection",
    "TopicsConfig",
    "TurnsConfig",
    "dump_dataset",
    "load_project",
    "load_yaml",
    "parse_config",
    "read_dataset",
]
