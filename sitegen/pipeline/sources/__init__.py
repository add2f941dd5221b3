"""Where rows come from: one file per kind of source. `sitegen/config/sources.py` names them all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

from sitegen.config import Source as SourceConfig
from sitegen.config import SourceSection
from sitegen.errors import SourceError
from sitegen.pipeline.sources.remarks import Remarks


class Source(Protocol):
    """A supplier of rows. Its errors name their field within the section: `SourceError(message, "path")`."""

    def revision(self) -> str:
        """Name the data, cheaply: another revision means other rows."""

    def rows(self) -> Iterator[dict[str, object]]:
        """Return the rows as plain Python values, always in the same order, without holding them all."""


@runtime_checkable
class Described(Protocol):
    """A source that says what it is."""

    def card(self) -> str:
        """Return the description, Markdown, read after its rows; empty if there is none."""


@runtime_checkable
class Remarking(Protocol):
    """A source whose rows leave remarks for the user."""

    remarks: Remarks


def open_source(config: SourceConfig | SourceSection, root: Path) -> Concatenated:
    """Return the rows that a `source:` section describes; relative paths start at `root`.

    Raises:
        SourceError: it is not there.
    """
    return Concatenated((config,) if isinstance(config, SourceSection) else config, root)


class Concatenated:
    """Sources one after the other. The column `source` tells them apart.

    A single source without a tag keeps a column `source` of its own; otherwise that one is kept as `original_source`.
    """

    def __init__(self, sections: SourceConfig, root: Path) -> None:
        self._tagged = len(sections) > 1 or sections[0].tag is not None
        self._readers: list[tuple[SourceSection, Source]] = []
        for number, section in enumerate(sections):
            with _locate_errors(number):
                self._readers.append((section, _reader(section, root)))

    def card(self) -> str:
        """Return the cards, each once: sources may be parts of one dataset."""
        cards = [reader.card() for _, reader in self._readers if isinstance(reader, Described)]
        return "\n\n".join(dict.fromkeys(filter(None, cards)))

    @property
    def remarks(self) -> Remarks:
        """Return what the readers of all left for the user, of the rows that were read so far."""
        found = Remarks()
        for _, reader in self._readers:
            if isinstance(reader, Remarking):
                found.take(reader.remarks)
        return found

    def revision(self) -> str:
        """Return the revisions of all readers in one text."""
        revisions = []
        for number, (_, reader) in enumerate(self._readers):
            with _locate_errors(number):
                revisions.append(reader.revision())
        return "; ".join(revisions)

    def rows(self) -> Iterator[dict[str, object]]:
        """Return the rows of each, in order."""
        for number, (section, reader) in enumerate(self._readers):
            tag = section.tag or section.label()
            with _locate_errors(number):
                for row in reader.rows():
                    if self._tagged and "source" in row:
                        row[_free("original_source", row)] = row.pop("source")
                    row.setdefault("source", tag)
                    yield row


def _free(name: str, row: dict[str, object]) -> str:
    """Return a name that no column of the row has."""
    return _free(f"original_{name}", row) if name in row else name


def _reader(section: SourceSection, root: Path) -> Source:
    module, _, name = section.reader.partition(":")
    return cast(Source, getattr(import_module(module), name)(section, root))


@contextmanager
def _locate_errors(number: int) -> Iterator[None]:
    """Errors name the field of the dataset's config, not that of the section alone."""
    try:
        yield
    except SourceError as error:
        field = f"source[{number}].{error.field}".rstrip(".")
        raise SourceError(str(error), field) from error
