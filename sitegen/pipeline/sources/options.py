"""How a file is to be read: what the config of a source says, and where a reader leaves its remarks."""

from __future__ import annotations

from dataclasses import dataclass, field

from sitegen.pipeline.sources.remarks import Remarks


@dataclass(frozen=True)
class Options:
    """The fields of the source `file` of the same names, and the remarks of the readers."""

    format: str | None = None
    delimiter: str | None = None
    quoting: str | None = None
    escape: str | None = None
    rows: str | None = None
    per: str = "line"
    remarks: Remarks = field(default_factory=Remarks, compare=False)
