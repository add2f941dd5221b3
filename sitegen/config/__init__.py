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
from sitegen.config.entry import WINDOWS_DEVICES, MapConfig
from sitegen.config.gallery import Config
from sitegen.config.given import GivenConfig, LayerConfig
from sitegen.config.loader import Project, dump_dataset, load_project, load_yaml, parse_config, read_dataset
from sitegen.config.model import (
    PLACEHOLDER,
    ComputeConfig,
    DatasetConfig,
    PrivacyConfig,
    RedactPattern,
    RuntimeConfig,
    SiteConfig,
)
from sitegen.config.predefined import PredefinedConfig
from sitegen.config.prompts import PromptConfig, PromptExample
from sitegen.config.section import Section
from sitegen.config.shared_map import DATASET, JoinedDataset, SharedMapConfig
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
    "DATASET",
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
    "JoinedDataset",
    "LabelsConfig",
    "LayerConfig",
    "MapConfig",
    "OutliersConfig",
    "PackageSource",
    "PredefinedConfig",
    "PrivacyConfig",
    "Project",
    "PromptConfig",
    "PromptExample",
    "RedactPattern",
    "ReductionConfig",
    "RuntimeConfig",
    "SampleConfig",
    "Section",
    "SharedMapConfig",
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
