"""`compare:` groups of a dataset on one map."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from sitegen.config.section import Section


class CompareConfig(Section):
    """`compare:` which groups of documents to compare, on a page of their own. See comparing.md.

    Names of the groups and their figures become public, also of columns that `privacy.columns` does not name.
    """

    by: str = Field(min_length=1)
    """What tells the groups apart: `category`, `date`, or a column of `documents.columns` that holds categories, texts
    or dates. For tags of sources: `columns: {source: category}`."""
    groups: tuple[str, ...] = Field((), max_length=6)
    """Which values to compare, two to six; the two most frequent ones if absent. Documents with others are left out."""
    split: tuple[Annotated[date, Field(strict=False)], ...] = Field((), max_length=5)
    """Of dates: the days on which a new period begins; the day in the middle of the documents if absent."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.groups and self.split:
            raise ValueError("groups are values, split is for dates; leave one out")
        if len(self.groups) == 1 or len(set(self.groups)) < len(self.groups):
            raise ValueError("groups: two to six different values")
        if list(self.split) != sorted(set(self.split)):
            raise ValueError("split: days in order, each once")
        return self
