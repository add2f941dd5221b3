"""`maps:` several datasets on one map. What each dataset reads and publishes stays its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import field_validator

from sitegen.config.compare import CompareConfig
from sitegen.config.documents import ColumnType, DocumentsConfig
from sitegen.config.entry import ComputedSections, Entry
from sitegen.config.given import GivenConfig
from sitegen.config.model import DatasetConfig, PrivacyConfig
from sitegen.errors import did_you_mean

DATASET = "dataset"
"""The column of a shared map that names the dataset of each document, by its title."""
PUBLISHED_TEXT = ("none", "snippet", "full")
ONE_MODEL = ("model", "prompt", "prompt_name")
"""Settings of `embeddings` by which vectors can be compared."""


class SharedMapConfig(ComputedSections, Entry):
    """One entry of `maps:`, one map of several datasets.

    Each dataset keeps its `source`, `documents`, `embeddings` and `privacy`, and is a group of the comparison.
    """

    datasets: tuple[str, ...]
    """Slugs of two to six datasets, in the order in which they are compared."""

    @field_validator("datasets")
    @classmethod
    def _several(cls, slugs: tuple[str, ...]) -> tuple[str, ...]:
        if not 2 <= len(slugs) <= 6:
            raise ValueError("name two to six datasets; one alone has a map of its own already")
        return slugs


class JoinedDataset(DatasetConfig):
    """The datasets of a shared map as one: what the stages and pages of its map are made from.

    Attributes:
        members: the datasets; the sections that they keep hold here for what all of them have in common.
    """

    members: tuple[DatasetConfig, ...]

    @property
    def joined(self) -> tuple[DatasetConfig, ...]:
        """The datasets."""
        return self.members

    def section(self, *names: str) -> dict[str, object]:
        """Return sections as `DatasetConfig.section` does; `joined` are the others of `names` that datasets keep."""
        kept = [name for name in names if name in ("source", "documents", "embeddings", "privacy", "seed")]
        own = super().section(*(name for name in names if name != "joined"))
        members = [each.section("slug", "title", *kept) for each in self.joined]
        return own | ({"joined": members} if "joined" in names else {})


def join_datasets(config: SharedMapConfig, datasets: Sequence[DatasetConfig]) -> JoinedDataset:
    """Return the datasets of a shared map as one; `shared_map_problems` found none."""
    by_slug = {each.slug: each for each in datasets}
    joined = tuple(by_slug[slug] for slug in config.datasets)
    own = {name: getattr(config, name) for name in config.model_fields_set - {"datasets"}}
    licenses = [each.license for each in joined]
    own.setdefault("license", "; ".join(dict.fromkeys(filter(None, licenses))) if all(licenses) else None)
    return JoinedDataset(
        **own,
        members=joined,
        source=tuple(source for each in joined for source in each.source),
        documents=_documents(joined),
        embeddings=joined[0].embeddings.model_copy(update={"file": None}),
        compare=CompareConfig(by=DATASET, groups=tuple(each.title for each in joined)),
        privacy=_privacy(joined),
    )


def _documents(joined: Sequence[DatasetConfig]) -> DocumentsConfig:
    """Return what pages say of all documents: their columns, and names that the datasets agree on."""
    columns: dict[str, ColumnType] = {DATASET: "category"}
    for each in joined:
        columns |= each.documents.columns
    categories = {each.documents.category for each in joined} - {None}
    chunks = [each.documents.chunk for each in joined if each.documents.chunk]
    titles = [each.documents.title for each in joined if each.documents.title]
    return DocumentsConfig(
        columns=columns,
        category=categories.pop() if len(categories) == 1 else None,
        chunk=chunks[0] if chunks else None,
        title=titles[0] if titles else None,
        id="id" if all(each.documents.id for each in joined) else None,
    )


def _privacy(joined: Sequence[DatasetConfig]) -> PrivacyConfig:
    """Return what becomes public of some dataset or other; each one's documents are published by its own settings."""
    each = [dataset.privacy for dataset in joined]
    return PrivacyConfig(
        text=max((one.text for one in each), key=PUBLISHED_TEXT.index),
        columns=tuple(dict.fromkeys([DATASET, *(name for one in each for name in one.columns)])),
        redact=tuple(dict.fromkeys(rule for one in each for rule in one.redact)),
        card=any(one.card for one in each),
    )


def shared_map_problems(
    maps: Sequence[SharedMapConfig], datasets: Sequence[DatasetConfig]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what is wrong with shared maps: the place in the file, and the problem with the next step."""
    by_slug = {each.slug: each for each in datasets}
    for number, config in enumerate(maps):
        place = ("maps", number)
        if config.slug in by_slug or config.slug in [each.slug for each in maps[:number]]:
            yield (*place, "slug"), f"{config.slug!r} is used twice, each map needs a slug of its own"
        members: list[DatasetConfig] = []
        for position, slug in enumerate(config.datasets):
            at = (*place, "datasets", position)
            if slug not in by_slug:
                known = ", ".join(by_slug)
                yield at, f"no dataset {slug!r}, {did_you_mean(slug, by_slug) or f'there are {known}'}"
                continue
            if slug in config.datasets[:position]:
                yield at, f"{slug!r} is named twice; a dataset is one group of the comparison"
                continue
            for problem in _problems_of(by_slug[slug], config, members):
                yield at, problem
            members.append(by_slug[slug])


def _problems_of(dataset: DatasetConfig, config: SharedMapConfig, members: Sequence[DatasetConfig]) -> Iterator[str]:
    """Yield why a dataset cannot be on a map; `members` are the datasets of the map that are named before it."""
    slug = dataset.slug
    if dataset.given != GivenConfig():
        yield (
            f"{slug!r} brings results of its own (given), which hold on its own map only; add an entry of the same "
            "source without given, and name that one here"
        )
    if dataset.draft and not config.draft:
        yield f"{slug!r} is a draft and would become public here; make this map a draft too, or {slug!r} none"
    if DATASET in dataset.documents.columns:
        yield f"{slug!r} has a column {DATASET!r}, by which the map tells datasets apart; take it out of its columns"
    if dataset.embeddings.model is None:
        yield (
            f"embeddings.model of {slug!r} is null, so nothing tells whether its vectors can be compared with those of "
            "other datasets; name the model that made them"
        )
    if not members:
        return
    first = members[0]
    for name in ONE_MODEL if dataset.embeddings.model is not None else ():
        own, other = getattr(dataset.embeddings, name), getattr(first.embeddings, name)
        if own != other:
            yield (
                f"embeddings.{name} is {own!r} of {slug!r} and {other!r} of {first.slug!r}, so their vectors cannot be "
                "compared; embed both in the same way, or leave one out"
            )
    for other_dataset in members:
        if dataset.title == other_dataset.title:
            yield f"{slug!r} and {other_dataset.slug!r} have the same title, by which groups are named; change one"
        shared = dataset.documents.columns.keys() & other_dataset.documents.columns.keys()
        for column in sorted(shared):
            kinds = [each.documents.columns[column] for each in (dataset, other_dataset)]
            if kinds[0] != kinds[1]:
                yield (
                    f"the column {column!r} is a {kinds[0]} in {slug!r} and a {kinds[1]} in {other_dataset.slug!r}; "
                    "give it one type in documents.columns"
                )
