"""`edits/<slug>.yaml`: what people change about computed topics. The docstring of a field is its documentation."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from sitegen.config.section import Section

FIRST_NEW_ID = 1000
"""Ids of topics that people split off begin here: computed ones count up from 0."""
MOST_IDS = 0xFFFF


_BREAKING = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]")
"""Control characters, halves of characters, ends of lines and paragraphs, and what turns the direction of text.

Other characters that are not seen belong to names: spaces that do not break in French, joiners in Persian and emoji.
"""


def name_key(name: str) -> str:
    """Return what is the same of names that readers take for one."""
    return unicodedata.normalize("NFC", name.casefold())


def _one_line(text: str) -> str:
    if _BREAKING.search(text) or not any(sign.isprintable() and not sign.isspace() for sign in text):
        raise ValueError("should be one line of text without control characters")
    return text.strip()


def _hex(text: str) -> str:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
        raise ValueError("should be a colour such as #aa3355")
    return text.lower()


def _none_yet(value: object) -> object:
    return () if value is None else value


TopicId = Annotated[int, Field(ge=0, lt=MOST_IDS)]
Name = Annotated[str, Field(max_length=80), AfterValidator(_one_line)]
Line = Annotated[str, Field(max_length=1000), AfterValidator(_one_line)]
Color = Annotated[str, AfterValidator(_hex)]
Topics = Annotated[tuple[TopicId, ...], Field(min_length=1)]
DocumentIds = Annotated[tuple[str, ...], Field(min_length=1)]


class Edit(Section):
    """What every edit may carry."""

    who: Line | None = None
    """Who decided it. The topic's page shows it with a name, a description or a note."""
    why: Line | None = None
    """Why. The topic's page shows it with a name, a description or a note."""

    @property
    def topics_named(self) -> tuple[int, ...]:
        """Ids of the computed topics that the edit is about."""
        found: list[int] = []
        for name in ("topic", "topics", "into", "to"):
            value = getattr(self, name, ())
            found += [value] if isinstance(value, int) else value if isinstance(value, tuple) else ()
        return tuple(dict.fromkeys(found))

    @property
    def documents_named(self) -> tuple[str, ...]:
        """Ids of the documents that the edit lists."""
        return getattr(self, "documents", None) or ()


class RenameEdit(Edit):
    """`type: rename`: another name for a topic, another description, or both."""

    type: Literal["rename"]
    topic: TopicId
    """Permanent id of the topic: the number in the address of its page."""
    name: Name | None = None
    """Its name, as text: markup in it shows as it is written."""
    description: Line | None = None
    """A sentence about it."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.name is None and self.description is None:
            raise ValueError("a rename needs a name, a description, or both")
        return self


class MergeEdit(Edit):
    """`type: merge`: topics become part of another. Their pages lead to its page."""

    type: Literal["merge"]
    topics: Topics
    """Permanent ids of the topics that are merged."""
    into: TopicId
    """The topic that they become a part of; it keeps its id, colour and place in its group."""
    name: Name | None = None
    """Its name. Without one it is named like a computed topic, by its documents."""
    description: Line | None = None
    """A sentence about it."""


class SplitEdit(Edit):
    """`type: split`: some documents of a topic become a topic of their own."""

    type: Literal["split"]
    topic: TopicId
    """The topic that they are taken from, or from topics that are merged into it."""
    new_id: Annotated[int, Field(ge=FIRST_NEW_ID, lt=MOST_IDS)]
    """Permanent id of the new topic, a number of your choice that no topic has."""
    name: Name
    """Its name."""
    description: Line | None = None
    """A sentence about it."""
    documents: DocumentIds | None = None
    """Ids of the documents."""
    matching: str | None = Field(None, min_length=1, max_length=1000)
    """Or a regular expression that their texts match, in capitals or not."""

    @field_validator("matching")
    @classmethod
    def _pattern_compiles(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return pattern

    @model_validator(mode="after")
    def _has_one_rule(self) -> Self:
        if (self.documents is None) == (self.matching is None):
            raise ValueError("a split needs either documents or matching, which say what is split off")
        return self


class HideEdit(Edit):
    """`type: hide`: topics leave the map's names and all lists; their documents lie outside any topic, and count."""

    type: Literal["hide"]
    topics: Topics
    """Permanent ids."""


class DeleteEdit(Edit):
    """`type: delete`: topics of noise leave the map with their documents, which count as dropped."""

    type: Literal["delete"]
    topics: Topics
    """Permanent ids."""


class MoveEdit(Edit):
    """`type: move`: documents belong to another topic."""

    type: Literal["move"]
    documents: DocumentIds
    """Ids of the documents."""
    to: TopicId | Literal["outside"]
    """Permanent id of the topic, or `outside`: of any topic."""


class ParentEdit(Edit):
    """`type: parent`: the group that topics belong to."""

    type: Literal["parent"]
    topics: Topics
    """Permanent ids."""
    name: Name | None
    """Name of the group, a computed or a new one; `null` takes the topics out of their groups."""


class ColorEdit(Edit):
    """`type: color`: a topic's colour stays."""

    type: Literal["color"]
    topic: TopicId
    """Permanent id."""
    color: Color
    """Colour of its points. Its name takes the hue, as dark or as light as can be read."""


class OrderEdit(Edit):
    """`type: order`: topics that come first wherever topics are listed; the others follow by size."""

    type: Literal["order"]
    topics: Topics
    """Permanent ids, first first."""


class NoteEdit(Edit):
    """`type: note`: a remark on the topic's page."""

    type: Literal["note"]
    topic: TopicId
    """Permanent id."""
    note: Line
    """The remark."""


AnyEdit = Annotated[
    RenameEdit
    | MergeEdit
    | SplitEdit
    | HideEdit
    | DeleteEdit
    | MoveEdit
    | ParentEdit
    | ColorEdit
    | OrderEdit
    | NoteEdit,
    Field(discriminator="type"),
]


class EditsFile(Section):
    """All of `edits/<slug>.yaml`."""

    dataset: str
    """Slug of the dataset, so that the file of another is noticed."""
    edits: Annotated[tuple[AnyEdit, ...], BeforeValidator(_none_yet)] = ()
    """The edits. They do not depend on their order: splits come first, then moves, merges, and what leaves the map."""
