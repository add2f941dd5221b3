"""What all sections of the config are made of."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

K = TypeVar("K")
V = TypeVar("V")


class Section(BaseModel):
    """Base of all sections: immutable, no unknown keys, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


class _FrozenDict(dict[Any, Any]):
    """A dictionary that can be hashed, as a config must be; nothing changes it once it is validated."""

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none
        return hash(frozenset(self.items()))


Mapping = Annotated[dict[K, V], AfterValidator(_FrozenDict), Field(validate_default=True)]
"""A mapping inside a section."""
