"""`given:` results that a dataset brings: what is brought is not computed again, nor changed."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from sitegen.config.section import Section


class LayerConfig(Section):
    """`given.layers:` one coarser layer of topics."""

    topic: str
    """Column with the label of each row's topic in this layer."""
    name: str | None = None
    """Column with the name of that topic; the label itself if absent."""


class GivenConfig(Section):
    """`given:` results of another program, from columns of the source or from files. See bring-your-map.md.

    Vectors are given by `documents.vector` or `embeddings.file`.
    """

    x: str | None = None
    """Column with the place of each row on the map, from left to right. A row without a finite place is dropped and
    counted, or fails (`documents.on_bad_value`)."""
    y: str | None = None
    """Column with its place from bottom to top."""
    space: str | None = None
    """A file of `numpy.save` with a point per row of the source, in any number of dimensions: topics are found among
    these points, not among the places on the map. It goes with `x` and `y`, without `topic`."""
    topic: str | None = None
    """Column with the topic of each row: a number or a text. Null, -1 and `outside` are outside any topic. Numbers
    stay the topics' numbers on the site."""
    name: str | None = None
    """Column with the name of each row's topic; may be the same column as `topic`."""
    layers: tuple[LayerConfig, ...] = ()
    """Coarser layers of topics, the next coarser one first. The first becomes the parents of the topics."""
    outside: str = "Unlabelled"
    """A label that means outside any topic, as `noise_label` of DataMapPlot."""
    topics: str | None = None
    """A file with a row per topic (JSON, JSON Lines, CSV or Parquet): `topic` as in the column, and any of `name`,
    `description`, `keywords`, `keybert`, `mmr` and `aspects`, an object of keywords by the name of what found them."""
    hierarchy: str | None = None
    """A file with the tree of topics as BERTopic's `hierarchical_topics` returns it: save the frame as Parquet, CSV or
    JSON. Its cut (`topics.parents`) becomes the parents of the topics."""
    bertopic: str | None = None
    """A folder saved by `BERTopic.save(folder, serialization="safetensors")` or `"pytorch"`, fitted to the rows of
    the source in their order. It gives topics, names and keywords."""
    labels: str | None = None
    """Column with a label of some rows, empty or -1 in the others. UMAP draws documents of one label together and
    those of others apart (`y` of BERTopic's `fit`); topics are then found as usual. Unlike `topic`, it is a hint."""
    made_with: str = ""
    """Name of the program that made these results, for the About page, such as `Toponymy 0.4`."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.x is None) != (self.y is None):
            raise ValueError("x and y are the two halves of a place; give both")
        if self.bertopic is not None and (self.topic or self.name or self.topics):
            raise ValueError("bertopic gives the topics and their names; leave topic, name and topics out")
        if self.hierarchy is not None and self.layers:
            raise ValueError("hierarchy and layers both group the topics; give one of them")
        if self.space is not None and (self.x is None or self.has_topics):
            raise ValueError("space is where topics are found: it needs the places x and y, and no topics")
        if self.labels is not None and self.x is not None:
            raise ValueError("labels guide the layout, and x and y give it; leave one of them out")
        for key in ("name", "layers", "topics", "hierarchy"):
            if getattr(self, key) and not self.has_topics:
                raise ValueError(f"{key} needs topic, the column with the topic of each row")
        return self

    @property
    def has_places(self) -> bool:
        """Tell whether the layout is given."""
        return self.x is not None

    @property
    def has_topics(self) -> bool:
        """Tell whether the topic of each document is given."""
        return self.topic is not None or self.bertopic is not None

    @property
    def has_names(self) -> bool:
        """Tell whether names are given; topics without one are then named by keywords, not by a language model."""
        return self.name is not None or self.topics is not None or self.bertopic is not None

    @property
    def columns(self) -> tuple[tuple[str, str, str], ...]:
        """Role, field and column of each label and name that the source holds; roles of layers end in a number."""
        roles = [("topic", "given.topic", self.topic), ("name", "given.name", self.name)]
        roles.append(("labels", "given.labels", self.labels))
        for number, layer in enumerate(self.layers):
            field = f"given.layers[{number}]"
            roles += [
                (f"topic_{number}", f"{field}.topic", layer.topic),
                (f"name_{number}", f"{field}.name", layer.name),
            ]
        return tuple((role, field, column) for role, field, column in roles if column is not None)
