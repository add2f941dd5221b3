"""Source rows -> Documents: what becomes a document, and what is dropped by which rule.

`Shaping.pieces` lists the steps. Rows stream through them, so that a source of any size passes. Sampling needs all
rows before it can choose, and keeps only a few numbers of each; a second pass then makes the documents of the rows
that were chosen.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow.compute as pc

from sitegen.artifacts import Documents
from sitegen.config import DocumentsConfig, GivenConfig, SampleConfig, Source
from sitegen.errors import DataError, SourceError
from sitegen.pipeline.documents.drop_counts import Dropped, Tally
from sitegen.pipeline.documents.duplicates import Duplicates
from sitegen.pipeline.documents.fields import (
    DOUBTFUL,
    NO_PLACE,
    Fields,
    Record,
    refusal,
    shown,
    take_unseen,
    write_table,
)
from sitegen.pipeline.documents.filters import Filters
from sitegen.pipeline.documents.normalise import normalise
from sitegen.pipeline.documents.passages import Passage, joined
from sitegen.pipeline.documents.sampling import Facts
from sitegen.pipeline.documents.text import text_maker
from sitegen.pipeline.documents.truncation import CharLimit, Limit, TokenLimit, end_within, load_tokenizer, split
from sitegen.pipeline.documents.values import BadValueError, is_missing
from sitegen.pipeline.models.find_model import find_model
from sitegen.pipeline.sources import open_source
from sitegen.pipeline.sources.object_columns import Row, column_opener
from sitegen.pipeline.stage import Context

Rows = Callable[[], Iterable[Row]]
"""Gives the same rows in the same order at every call."""

BRINGS_NOTHING = GivenConfig()
NO_TEXT = "not text"
EMPTY = "empty"
UNASKED = (NO_TEXT, EMPTY, NO_PLACE)
"""Rules that drop rows although no setting asks for it."""
NOT_SAMPLED = "not in the sample"
REPEATED_ID = "id that came before"
ADDED = "made by chunking, beyond one per row"


def source_revision(
    *, source_config: Source, documents_config: DocumentsConfig, given_config: GivenConfig, seed: int, root: Path
) -> str:
    """Name the rows that `read_documents` would read, and the tokenizer if it counts tokens."""
    revision = open_source(source_config, root).revision()
    if documents_config.counts_tokens:
        revision += f"; {find_model(documents_config.tokenizer, root, 'documents.tokenizer').revision}"
    return revision


def check_documents(
    *, source_config: Source, documents_config: DocumentsConfig, given_config: GivenConfig, seed: int
) -> None:
    """Raise a DataError if a library that a rule needs is not installed."""
    Duplicates(documents_config)


def read_documents(
    *,
    source_config: Source,
    documents_config: DocumentsConfig,
    given_config: GivenConfig,
    seed: int,
    context: Context,
) -> Documents:
    """Read, shape, filter and sample.

    Raises:
        SourceError: the source is not there or cannot be read.
        DataError: a column is missing, a value is refused, or no document is left.
    """
    source = open_source(source_config, context.root)
    try:
        documents = shape(source.rows, documents_config, seed, given_config, root=context.root, scratch=context.scratch)
    finally:
        for line in source.remarks.told:
            context.report.info(f"  {line}")
        for line in source.remarks.warned:
            context.report.warn(line)
    context.report.rows(f"  {_told(documents)}", any(rule in documents.dropped for rule in UNASKED))
    for rule, count in documents.noted.items():
        if rule.endswith(DOUBTFUL):
            context.report.warn(f"{count:,} rows: {rule}; give the column as whole numbers or as text")
    return dataclasses.replace(documents, card=source.card())


def _told(documents: Documents) -> str:
    """Return how many rows became how many documents, and what each rule did."""
    told = f"{documents.rows:,} rows, {len(documents):,} documents"
    for what, counts in (("dropped", documents.dropped), ("noted", documents.noted)):
        if counts:
            told += f"; {what}: " + ", ".join(f"{count:,} {rule}" for rule, count in counts.items())
    return told


def shape(
    rows: Rows, config: DocumentsConfig, seed: int, given: GivenConfig = BRINGS_NOTHING, *, root: Path, scratch: Path
) -> Documents:
    """Return the documents of rows; raises as `read_documents` does."""
    shaping = Shaping(config, root, given)
    documents = shaping.sampled(rows, config.sample, seed) if config.sample else shaping.all(rows())
    table = write_table(documents, shaping.schema, scratch)
    shaping.check(table.num_rows)
    table, source_rows, vectors, brought = take_unseen(table)
    tally = shaping.tally
    if config.id is not None:
        tally.noted[REPEATED_ID] = len(table) - pc.count_distinct(table.column("id")).as_py()
    dropped, noted = dict(+tally.dropped), dict(+tally.noted)
    return Documents(table, dropped, noted, tally.rows, source_rows, vectors, given=brought)


class Shaping:
    """The rules of one `documents:` section, ready for rows.

    Attributes:
        tally: what they have done so far.
        schema: of the table of documents.
    """

    def __init__(self, config: DocumentsConfig, root: Path, given: GivenConfig = BRINGS_NOTHING) -> None:
        self._config = config
        self._tokenizer = load_tokenizer(config.tokenizer, root) if config.counts_tokens else None
        self._filters = Filters(config.filter)
        self._text = text_maker(config, given)
        self._lengths = self._length_rules()
        self._duplicates = Duplicates(config)
        self._fields = Fields(config, given)
        self._chunk = self._limit(config.chunk.chars, config.chunk.tokens) if config.chunk else None
        self._ends = {"max_chars": self._limit(config.max_chars), "max_tokens": self._limit(None, config.max_tokens)}
        self._opened = column_opener(name for _, name in self._columns())
        self.schema = self._fields.schema
        self.tally = Tally()
        self.tally.expect(*self._filters.rules, NO_TEXT, EMPTY, *self._lengths, *self._duplicates.rules)
        self.tally.expect(*self._fields.rules, *(f"no word within {name}" for name in self._ends), NOT_SAMPLED)

    def pieces(self, rows: Iterable[Row]) -> Iterator[tuple[int, Row, Record, list[Passage]]]:
        """Yield number, row, columns and text of each row that passes the rules; the text of a long one in pieces."""
        tally = self.tally
        for number, row in enumerate(map(self._opened, rows)):
            tally.rows += 1
            tally.columns.update(row)
            if not number:
                tally.first = row
            try:
                self._filters(row)
                passage = self._passage_of(number, row)
                self._check_length(passage.text)
                self._duplicates(passage.text)
                record = self._fields(number, row)
            except Dropped as rule:
                tally.dropped[str(rule)] += 1
                continue
            pieces = self._pieces_of(passage)
            tally.noted[ADDED] += len(pieces) - 1
            yield number, row, record, pieces

    def all(self, rows: Iterable[Row]) -> Iterator[Record]:
        """Return the documents of all rows that pass the rules."""
        for _, _, record, pieces in self.pieces(rows):
            for number in range(len(pieces)):
                yield from self._document(record, pieces, number)
        self._note()

    def sampled(self, rows: Rows, config: SampleConfig, seed: int) -> Iterator[Record]:
        """Return the documents that a sample of the rows makes."""
        facts = Facts(config)
        for number, row, _, pieces in self.pieces(rows()):
            facts.add(number, len(pieces), row)
        self.check(len(facts))
        chosen = facts.choose(seed)
        self.tally.dropped[NOT_SAMPLED] = len(facts) - len(chosen)
        self._fields.noted.clear()  # counted of the documents that stay
        self._text.noted.clear()
        yield from self._chosen(rows(), iter(chosen))
        self._note()

    def _note(self) -> None:
        self.tally.noted.update(self._text.noted)
        self.tally.noted.update(self._fields.noted)

    def _chosen(self, rows: Iterable[Row], chosen: Iterator[tuple[int, int]]) -> Iterator[Record]:
        wanted = next(chosen, None)
        for number, row in enumerate(map(self._opened, rows)):
            if wanted is None:
                return
            if number == wanted[0]:
                record, pieces = self._fields(number, row), self._pieces_of(self._passage_of(number, row))
                while wanted is not None and wanted[0] == number:
                    yield from self._document(record, pieces, wanted[1])
                    wanted = next(chosen, None)
        if wanted is not None:
            raise SourceError("the source gave fewer rows when it was read again; did it change meanwhile?", "source")

    def check(self, documents: int) -> None:
        """Look at what all rows have shown.

        Raises:
            DataError: no row has a column that the config names, or no document is left.
        """
        for field, name in self._columns():
            if self.tally.columns and name not in self.tally.columns:
                known = ", ".join(sorted(map(str, self.tally.columns)))
                raise DataError(f"no row has a column {name!r}; columns are {known}{self._inside(name)}", field)
        if not documents:
            counts = ", ".join(f"{count:,} {rule}" for rule, count in (+self.tally.dropped).items())
            reasons = list(filter(None, (self.tally.reason, self._fields.reason, self._text.hint())))
            hints = "".join(f"; {hint}" for hint in reasons or filter(None, [self._held()]))
            raise DataError(
                f"no document is left ({counts or 'the source has no rows'}){hints}; "
                "see documents.text and documents.min_chars",
                "documents",
            )

    def _inside(self, name: str) -> str:
        """Return the object of the first row that has the key, if there is one, and how to read it."""
        row = self.tally.first
        holder = next((column for column, value in row.items() if isinstance(value, dict) and name in value), None)
        if holder is None:
            return ""
        return f"; the object {holder} has a {name}, whose name is {holder}.{name}"

    def _held(self) -> str:
        """Describe what the first row held in the columns that make the text, for when no document is left."""
        names = dict.fromkeys(name for _, name in self._text.columns)
        row = self.tally.first
        held = [f"{name} {shown(row[name])}" for name in names if not is_missing(row.get(name))]
        return f"the first row holds {', '.join(held) or 'nothing where its text should be'}" if row else ""

    def _columns(self) -> Iterator[tuple[str, str]]:
        """Config field and name of each column that the config names."""
        config = self._config
        yield from ((f"documents.{field}", name) for field, name in self._text.columns)
        yield from self._fields.columns
        yield from ((f"documents.filter.{index}.column", rule.column) for index, rule in enumerate(config.filter))
        if (sample := config.sample) is not None:
            cap = sample.cap.column if sample.cap else None
            named = {"sample.stratify": sample.stratify, "sample.balance": sample.balance, "sample.cap.column": cap}
            yield from ((f"documents.{field}", name) for field, name in named.items() if name is not None)

    def _passage_of(self, number: int, row: Row) -> Passage:
        try:
            made = self._text(row)
            if isinstance(made, str):
                return Passage(normalise(made, self._config))
            return joined(turn._replace(text=normalise(turn.text, self._config)) for turn in made)
        except BadValueError as error:
            if self._config.on_bad_value == "fail":
                raise refusal(number, "the text", str(error), row, f"documents.{self._text.field}") from error
            self.tally.reason = self.tally.reason or f"row {number} is {error}"
            raise Dropped(NO_TEXT) from error

    def _length_rules(self) -> dict[str, Callable[[str], bool]]:
        """Which texts are too short or too long, by name of the rule."""
        config = self._config
        rules = {"shorter than min_chars": lambda text: len(text) < config.min_chars}
        if fewer := self._limit(None, config.min_tokens and config.min_tokens - 1):
            rules["shorter than min_tokens"] = fewer.fits
        if chars := self._limit(config.drop_over_chars):
            rules["longer than drop_over_chars"] = lambda text: not chars.fits(text)
        if tokens := self._limit(None, config.drop_over_tokens):
            rules["longer than drop_over_tokens"] = lambda text: not tokens.fits(text)
        return rules

    def _check_length(self, text: str) -> None:
        if not text:
            raise Dropped(EMPTY)
        for rule, applies in self._lengths.items():
            if applies(text):
                raise Dropped(rule)

    def _limit(self, chars: int | None = None, tokens: int | None = None) -> Limit | None:
        if tokens is not None and self._tokenizer is not None:
            return TokenLimit(tokens, self._tokenizer)
        return None if chars is None else CharLimit(chars)

    def _pieces_of(self, passage: Passage) -> list[Passage]:
        if self._chunk is None:
            return [passage]
        pieces, end = [], 0
        for text in split(passage.text, self._chunk):
            start = passage.text.index(text, end)  # only blanks lie between pieces
            end = start + len(text)
            pieces.append(passage.part(start, end))
        return pieces

    def _document(self, record: Record, pieces: list[Passage], number: int) -> Iterator[Record]:
        """One document, cut where it is too long; none if not even its first word is short enough."""
        passage = pieces[number]
        for name, limit in self._ends.items():
            if limit is not None and (end := end_within(passage.text, limit)) < len(passage.text):
                passage = passage.part(0, len(passage.text[:end].rstrip()))
                if not passage.text:
                    self.tally.dropped[f"no word within {name}"] += 1
                    return
                self.tally.noted[f"cut at {name}"] += 1
        yield self._fields.with_passage(record, passage, number, len(pieces))
