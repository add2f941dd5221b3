"""The config: one frozen class per section of `datasets.yaml`. The docstring of a field is its documentation."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, Discriminator, Field, Tag, field_validator, model_validator

from sitegen.config.compare import CompareConfig
from sitegen.config.documents import DocumentsConfig
from sitegen.config.entry import ComputedSections, Entry
from sitegen.config.given import GivenConfig
from sitegen.config.section import Section
from sitegen.config.sources import Source
from sitegen.config.stages import EmbeddingsConfig


class SiteConfig(Section):
    """`site:` the gallery as a whole."""

    title: str = Field("Topic maps", min_length=1)
    """Title of the gallery."""
    description: str = ""
    """One or two sentences under the title."""
    language: str = Field("en", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    """Language of the pages, as a BCP 47 tag."""
    base_url: str | None = Field(None, pattern=r"^https?://[^\s/\"'<>?#]+(/[^\s\"'<>?#]*)?$")
    """Where the site will be served; needed for absolute links only. `--base-url` overrides it."""
    picture_fonts: tuple[str, ...] = ()
    """Font files (OTF, TTF, TTC) beside `datasets.yaml` for names that Source Sans Pro, with Latin, Greek and Cyrillic,
    cannot write in the pictures to download. The first that has all letters of a name writes it."""


class RuntimeConfig(Section):
    """`runtime:` how to compute. Nothing here can change a result, so nothing here enters a cache key."""

    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """Where models run. `auto` takes a GPU where there is one."""
    batch_size: int = Field(32, ge=1, le=4096)
    """Documents per batch of the embedder."""
    labels_batch_size: int = Field(8, ge=1, le=256)
    """Prompts per batch of the labeller, or requests at once to an endpoint. Halved when memory runs out."""
    endpoint_timeout: float = Field(120.0, gt=0, le=3600)
    """Seconds to wait for an answer of `labels.endpoint`."""
    devices: tuple[str, ...] = ()
    """Several devices that embed side by side, such as `[cuda:0, cuda:1]`, instead of `device`."""


HOST = r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)"


class ComputeConfig(Section):
    """`compute:` where blocks of work run. As in `runtime`, nothing here can change a result. See distributed.md."""

    executor: Literal["in-process", "dask"] = Field("in-process", validation_alias=AliasChoices("executor", "engine"))
    """In the process of the build, or on the workers of a Dask cluster, which needs the extra `[dask]` on all sides."""
    scheduler: str = Field("local", pattern=rf"^(local|((tcp|tls|ws|wss)://)?{HOST}:[0-9]{{1,5}})$")
    """`local` starts workers on this machine for the time of a build; else the address of a scheduler that runs, such
    as `tcp://10.0.0.5:8786`."""
    workers: int | None = Field(None, ge=1, le=10_000)
    """With `local`, how many to start (one per processor core if absent); else how many to wait for (one)."""
    timeout: float = Field(30.0, gt=0, le=3600)
    """Seconds to wait for the scheduler and its workers."""


PLACEHOLDER = "What the data is. One point is one document."
"""The description that `sitegen init` writes, until someone says what the data is."""


class RedactPattern(Section):
    """`privacy.redact:` something of your own to mask."""

    pattern: str = Field(min_length=1)
    """A regular expression; what it finds becomes `[redacted]`."""

    @field_validator("pattern")
    @classmethod
    def _pattern_compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return pattern


RedactRule = Annotated[
    Annotated[Literal["emails", "phones", "urls"], Tag("name")] | Annotated[RedactPattern, Tag("own")],
    Discriminator(lambda rule: "name" if isinstance(rule, str) else "own"),
]


class PrivacyConfig(Section):
    """`privacy:` what of the documents becomes public. The default is careful: conversations are private data."""

    text: Literal["none", "snippet", "full"] = "snippet"
    """Text of the documents on the map: none of it (then titles only if `documents.title` names a column), its
    beginning, or all of it."""
    columns: tuple[str, ...] = ()
    """Columns of the documents, beside id, title, topic, place and category, that the map and the downloads hold. In
    `documents.parquet` a column of yours that is called `topic`, `x` or `y` is `original_topic` and so on."""
    redact: tuple[RedactRule, ...] = ()
    """Mask these in everything that is published of the documents: `emails`, `phones`, `urls`, or your own
    `{pattern: ...}`. Best effort; does not guarantee that all personal data is removed."""
    card: bool = True
    """Show the dataset's card on the About page, if the Hub has one."""
    speakers: Literal["numbers", "names"] = "numbers"
    """Name the speakers of a conversation. Usual roles, such as `user`, `assistant` or `customer`, always show by name;
    all others may be persons, and are `Speaker 1`, `Speaker 2`, or have the names of the data."""


class _ReadSections(Section):
    """What a dataset reads: its documents and their vectors."""

    source: Source
    documents: DocumentsConfig = DocumentsConfig()
    given: GivenConfig = GivenConfig()
    """Results that the dataset brings: places, topics, names."""
    embeddings: EmbeddingsConfig = EmbeddingsConfig()


class DatasetConfig(ComputedSections, _ReadSections, Entry):
    """One entry of `datasets:`, one map."""

    compare: CompareConfig | None = None
    """Groups of documents to compare; none if absent."""
    privacy: PrivacyConfig = Field(PrivacyConfig(), validation_alias=AliasChoices("privacy", "publish"))

    @property
    def joined(self) -> tuple[DatasetConfig, ...]:
        """The datasets of a shared map; none of a dataset that has a map of its own."""
        return ()

    @model_validator(mode="after")
    def _published_columns_are_there(self) -> Self:
        known = ["url", "date", *self.documents.columns, *(("document", "chunk") if self.documents.chunk else ())]
        unknown = [name for name in self.privacy.columns if name not in known]
        if unknown:
            raise ValueError(
                f"privacy.columns: the documents have no column {unknown[0]!r}; there are {', '.join(known)}"
            )
        return self

    @model_validator(mode="after")
    def _groups_can_be_told(self) -> Self:
        if self.compare is None:
            return self
        columns = self.documents.columns
        kinds = {"category": "category", "date": "date", **columns}
        kind = kinds.get(self.compare.by)
        if kind not in ("category", "text", "date"):
            known = ", ".join(name for name, of in kinds.items() if of != "number")
            raise ValueError(
                f"compare.by: {self.compare.by!r} holds no groups; there are {known}; documents.columns may add some"
            )
        wrong = "groups" if kind == "date" else "split"
        if getattr(self.compare, wrong):
            raise ValueError(f"compare.{wrong}: {self.compare.by} holds {'dates' if kind == 'date' else 'values'}")
        return self

    @model_validator(mode="after")
    def _something_stands_for_texts(self) -> Self:
        documents, given = self.documents, self.given
        if documents.text:
            return self
        if not (documents.title or given.name):
            raise ValueError("documents.text: without texts a document needs documents.title or given.name to show")
        if not (given.has_places or documents.vector or self.embeddings.file):
            raise ValueError(
                "documents.text: without texts a map needs places (given.x, given.y) or vectors (documents.vector)"
            )
        return self

    @model_validator(mode="after")
    def _given_topics_stay(self) -> Self:
        changed = [key for key in ("reduce_to", "outliers") if getattr(self.topics, key) is not None]
        if self.given.has_topics and changed:
            raise ValueError(f"topics.{changed[0]}: would change the topics that are given; leave it out")
        return self

    @model_validator(mode="after")
    def _names_can_be_compared(self) -> Self:
        if self.predefined is None:
            return self
        if self.given.has_topics:
            raise ValueError("predefined: the topic of each document is given; leave one of them out")
        if self.embeddings.model is None:
            raise ValueError(
                "predefined.topics: names need embeddings.model, the model of the documents' vectors, and it is null"
            )
        if self.given.has_places and self.documents.vector is None and self.embeddings.file is None:
            raise ValueError("predefined.topics: names are compared with vectors, and places come without any")
        return self

    @model_validator(mode="after")
    def _a_map_that_grows_is_computed(self) -> Self:
        if self.growth.mode == "grow":
            if self.given.has_places or self.given.has_topics:
                raise ValueError("growth.mode: given places and topics stay as they are; leave growth out")
            changed = [key for key in ("reduce_to", "outliers") if getattr(self.topics, key) is not None]
            if changed:
                raise ValueError(f"topics.{changed[0]}: would change topics that growth.mode keeps; leave one out")
        return self

    def section(self, *names: str) -> dict[str, object]:
        """Return the named sections and scalars as plain JSON values: what a stage's key is made of.

        Where nothing is given there is no `given`, so that keys are those from before there was this section. So it is
        with `compare`, `predefined`, `given.labels` and `given.space`.
        """
        unset = {name for name in ("compare", "predefined") if getattr(self, name) is None}
        if self.given == GivenConfig():
            unset.add("given")
        dumped = self.model_dump(mode="json", include=set(names) - unset)
        for key in ("labels", "space"):
            if getattr(self.given, key) is None and "given" in dumped:
                del dumped["given"][key]
        return dumped
