"""`predefined:` topics that are named before any is found, as zero-shot topics of BERTopic."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field, StringConstraints, field_validator

from sitegen.config.section import Section

PredefinedName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class PredefinedConfig(Section):
    """`predefined:` names of topics that you expect. See topics.md.

    Documents that are similar enough to a name are its topic; the others are clustered as without names.
    """

    topics: tuple[PredefinedName, ...] = Field(
        min_length=1, validation_alias=AliasChoices("topics", "zeroshot_topic_list")
    )
    """Names of topics. Words that say what its documents are about find more of them than one word does."""
    min_similarity: float = Field(
        0.7, gt=0, le=1, validation_alias=AliasChoices("min_similarity", "zeroshot_min_similarity")
    )
    """Cosine similarity of the vectors of a document and a name from which the document is in that topic. What is
    similar depends on the embedder: the build prints how similar the documents are to their closest name."""

    @field_validator("topics")
    @classmethod
    def _names_differ(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        first: dict[str, int] = {}
        for number, name in enumerate(names):
            before = first.setdefault(" ".join(name.casefold().split()), number)
            if before != number:
                raise ValueError(f"names {before + 1} and {number + 1} are alike, {names[before]!r} and {name!r}")
        return names
