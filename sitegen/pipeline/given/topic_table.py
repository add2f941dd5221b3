"""What is known of given topics beside their documents: from a file with a row per topic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from sitegen.errors import DataError
from sitegen.pipeline.documents.values import BadValueError, as_category, as_text, clean, is_missing
from sitegen.pipeline.sources.local import data_file
from sitegen.pipeline.sources.options import Options
from sitegen.pipeline.sources.readers import read_rows

KEYWORDS = ("keywords", "keybert", "mmr")


@dataclass(frozen=True)
class KnownTopic:
    """Name, description and keywords of a topic, best first; None and empty where they are not known.

    `keywords` are by the kinds that a map has, `aspects` by the names of further representations.
    """

    name: str | None = None
    description: str | None = None
    keywords: Mapping[str, list[str]] = field(default_factory=dict)
    aspects: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def words(self) -> set[str]:
        """Keywords of all kinds."""
        return set(chain.from_iterable([*self.keywords.values(), *self.aspects.values()]))


def read_topic_table(file: str, root: Path) -> dict[str, KnownTopic]:
    """Return the rows of a file by the label of their topic.

    Raises:
        DataError: there is no such file, it has no column `topic`, or it names a topic twice.
        SourceError: it cannot be read.
    """
    path = root / Path(file).expanduser()
    if not path.is_file():
        raise DataError(f"{path} does not exist", "given.topics")
    return known_topics(read_rows(data_file(path, root), Options()), path.name)


def known_topics(rows: Iterable[Mapping[str, object]], name: str) -> dict[str, KnownTopic]:
    """Return rows by the label of their topic; `name` is what messages call them. Raises as `read_topic_table`."""
    found: dict[str, KnownTopic] = {}
    for number, row in enumerate(rows):
        if "topic" not in row:
            raise DataError(f"{name}: row {number} has no column topic; columns are {', '.join(row)}", "given.topics")
        try:
            label = as_category(row["topic"])
            known = KnownTopic(
                as_category(row.get("name")),
                clean(as_text(row.get("description"))) or None,
                {kind: _words(row.get(kind)) for kind in KEYWORDS},
                _aspects(row.get("aspects")),
            )
        except BadValueError as error:
            raise DataError(f"{name}: row {number} holds a value that is {error}", "given.topics") from error
        if label in found:
            raise DataError(f"{name}: topic {label} is there twice, again in row {number}", "given.topics")
        if label is not None:
            found[label] = known
    return found


def _aspects(value: object) -> dict[str, list[str]]:
    if is_missing(value):
        return {}
    if not isinstance(value, Mapping):
        raise BadValueError("no object of keywords by the name of their representation")
    return {str(name): words for name, found in value.items() if (words := _words(found))}


def _words(value: Any) -> list[str]:
    """Return a list of words, or a text of words set apart by commas or semicolons."""
    items = value.replace(";", ",").split(",") if isinstance(value, str) else value
    if is_missing(items):
        return []
    return [word for item in items if (word := " ".join(clean(as_text(item)).split()))]
