"""Rows of the tables that artifacts hold, as `to_pylist` gives them: one type per schema of `schemas.py`."""

from __future__ import annotations

from typing import TypedDict


class Keywords(TypedDict):
    """Words of a topic, best first, by how they were chosen."""

    keywords: list[str]
    keybert: list[str]
    mmr: list[str]


class TopicWords(Keywords):
    """What names are made of: the number of a topic or of a parent, and its words."""

    topic: int


class TopicRow(TopicWords):
    """A row of `TOPIC_SCHEMA`."""

    size: int
    representatives: list[int]


class HierarchyRow(TypedDict):
    """A row of `HIERARCHY_SCHEMA`."""

    node: int
    left: int
    right: int
    distance: float
    size: int
    keywords: list[str]


class ParentRow(TypedDict):
    """A row of `PARENT_SCHEMA`."""

    parent: int
    topics: list[int]
    size: int
    keywords: list[str]


class FitRow(TypedDict):
    """How well a name fits its topic; None where that was not measured."""

    fit: float | None
    margin: float | None
    rank: int | None
    nearest: int | None


UNMEASURED: FitRow = {"fit": None, "margin": None, "rank": None, "nearest": None}


class LabelRow(FitRow):
    """A row of `LABEL_SCHEMA`."""

    topic: int
    name: str
    named_by: str
    answers: list[str]
    description: str | None
    tries: int
    keywords: list[str]
    documents: list[int]
    reason: str | None


class ParentLabelRow(FitRow):
    """A row of `PARENT_LABEL_SCHEMA`."""

    parent: int
    name: str
    named_by: str
    answers: list[str]


class GivenParentRow(TypedDict):
    """A row of `GIVEN_PARENT_SCHEMA`."""

    name: str
    topics: list[int]
    above: list[str]


class KnownTopicRow(TypedDict):
    """A row of `KNOWN_TOPIC_SCHEMA`."""

    topic: int
    slot: int
    name: str
    size: int
    centroid: list[float]


class ChangeRow(TypedDict):
    """A row of `CHANGE_SCHEMA`."""

    change: str
    topic: int
    name_before: str | None
    name: str | None
    size_before: int | None
    size: int | None


class EditedGroup(TypedDict):
    """A group of topics after people's edits, see `Membership`."""

    parent: int
    name: str
    topics: list[int]


class EditedWords(TypedDict):
    """What people say of a topic, see `ResolvedEdits`."""

    name: str | None
    who: str | None
    why: str | None
    description: str | None
    described_by: str | None
    described_why: str | None
    note: str | None
    noted_by: str | None
    noted_why: str | None
    color: str | None


NO_WORDS: EditedWords = {
    "name": None,
    "who": None,
    "why": None,
    "description": None,
    "described_by": None,
    "described_why": None,
    "note": None,
    "noted_by": None,
    "noted_why": None,
    "color": None,
}


class OutcomeRow(TypedDict):
    """What became of an edit, see `ResolvedEdits`."""

    edit: int
    status: str
    say: str
