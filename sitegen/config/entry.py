"""What every map of the gallery has in its entry, of `datasets:` or of `maps:`."""

from __future__ import annotations

from pydantic import Field, field_validator

from sitegen.config.predefined import PredefinedConfig
from sitegen.config.section import Section
from sitegen.config.stages import ClustersConfig, GrowthConfig, LabelsConfig, ReductionConfig, TopicsConfig

RESERVED_SLUGS = frozenset({"assets"})
WINDOWS_DEVICES = frozenset({"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)})
"""No folder of Windows can have these names, in no folder and with no ending."""


class Entry(Section):
    """How a map is told, and where it stands in the gallery."""

    slug: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)
    """Folder of the map in the site: lower case letters, digits and hyphens."""
    title: str = Field(min_length=1)
    """Title of the map."""
    description: str = ""
    """Describe the data."""
    license: str | None = None
    """Licence of the data."""
    homepage: str | None = Field(None, pattern=r"^https?://[^\s\"'<>]+$")
    """Where the data comes from."""
    tags: tuple[str, ...] = ()
    """Tags in the gallery."""
    citation: str | None = None
    """How to cite the data."""
    draft: bool = False
    """Left out of the published site; `sitegen serve` and `--drafts` show it."""
    order: int = 0
    """Place in the gallery: smaller first, equal ones as they stand in the file."""
    seed: int = Field(42, ge=0, le=2**31 - 1)
    """Seed of everything random in this dataset."""

    @field_validator("slug")
    @classmethod
    def _slug_is_free(cls, slug: str) -> str:
        if slug in RESERVED_SLUGS:
            raise ValueError("sitegen itself uses this folder, choose another slug")
        if slug in WINDOWS_DEVICES:
            raise ValueError("no folder can have this name on Windows, choose another slug")
        return slug


class MapConfig(Section):
    """`map:` the map page. Nothing here re-runs the pipeline."""

    points: int = Field(4000, ge=1, le=20000)
    """Documents drawn as points at first view."""
    labels: int = Field(60, ge=0, le=500)
    """Topic names that the page holds from the start; those of smaller topics load as a reader zooms in."""
    neighbors: int = Field(5, ge=0, le=10)
    """Documents closest in meaning that the reader lists for each document. With 0 none are listed, and nothing is said
    of how many of them the map keeps near."""


class ComputedSections(Section):
    """How a map is computed from vectors of its documents, and drawn."""

    reduction: ReductionConfig = ReductionConfig()
    growth: GrowthConfig = GrowthConfig()
    """Whether documents that are added change the map, or are placed on it."""
    predefined: PredefinedConfig | None = None
    """Topics that are named beforehand; none if absent."""
    clusters: ClustersConfig = ClustersConfig()
    topics: TopicsConfig = TopicsConfig()
    labels: LabelsConfig = LabelsConfig()
    map: MapConfig = MapConfig()
