"""What of the documents and topics becomes public. Everything that a page or file shows of them comes from here."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import chain, count, pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sitegen.artifacts import DOCUMENT_SCHEMA, TURNS_FIELD, Documents, take_rows
from sitegen.config import DATASET
from sitegen.parallel import in_processes
from sitegen.site.privacy.redact import Mask, Redact, mask_finder, masked, moved, redactor
from sitegen.site.privacy.speakers import with_public_speakers
from sitegen.site.search.tokens import tokens
from sitegen.site.settings import MapSettings
from sitegen.words import replace_words

SNIPPET_CHARS = 300
BATCH = 10_000
CONTEXT_CHARS = 200
"""Of the chunks before and after: how far what is to be masked may reach across a border."""


@dataclass(frozen=True)
class PublishedDocuments:
    """What `privacy:` lets the world see of a dataset.

    Attributes:
        documents: one row per document with the columns of `DOCUMENT_SCHEMA` and of `privacy.columns`, and the turns of
            conversations if texts are public. Every string is redacted, also what a border between two chunks of a
            text cuts in two. The text is null with `privacy.text: none`, and then a title that is the beginning of a
            text is a number.
        redact: as `redactor`, for names and keywords: masks as well the words that texts have only within what is
            masked. Keywords are words of texts that nobody masked, such as `doe77` of `jane.doe77@example.org`.
        masked_ids: ids in which something was masked; their number tells them apart.
    """

    documents: pa.Table
    redact: Redact
    masked_ids: int = 0


def publish_documents(documents: Documents, settings: MapSettings) -> PublishedDocuments:
    """Return what `privacy:` allows of `documents`, in the one pass over the texts that redaction takes.

    On a shared map the documents of each dataset are published by its own settings. Names and keywords of topics are
    redacted by the rules of all.
    """
    if not settings.joined:
        return _publish(documents, settings)
    parts = [_publish(of, one) for of, one in each_dataset(documents, settings)]
    table = pa.concat_tables([part.documents for part in parts], promote_options="default")
    if settings.privacy.text != "none":
        place = table.schema.get_field_index("text")
        table = table.set_column(place, "text", table.column("text").fill_null(""))
    return PublishedDocuments(
        table,
        lambda text: reduce(lambda masked_text, part: part.redact(masked_text), parts, text),
        sum(part.masked_ids for part in parts),
    )


def each_dataset(documents: Documents, settings: MapSettings) -> Iterator[tuple[Documents, MapSettings]]:
    """Yield the documents of each dataset of a shared map, in their order, and the settings of that dataset."""
    titles = documents.table.column(DATASET).combine_chunks()
    for each in settings.joined:
        table = documents.table.filter(pc.equal(titles, each.title))
        privacy = each.privacy.model_copy(update={"columns": (*each.privacy.columns, DATASET)})
        own = dataclasses.replace(settings, privacy=privacy, documents=each.documents, joined=())
        yield Documents(table, {}), own


def _publish(documents: Documents, settings: MapSettings) -> PublishedDocuments:
    names = list(dict.fromkeys([*DOCUMENT_SCHEMA.names, *settings.privacy.columns]))
    privacy = settings.privacy
    spoken = TURNS_FIELD.name in documents.table.column_names and privacy.text != "none"
    table = documents.table.select([*names, TURNS_FIELD.name] if spoken else names)
    if not privacy.redact and privacy.text != "none":
        table = _snippets(table) if privacy.text == "snippet" else table
        return PublishedDocuments(
            with_public_speakers(table, settings, redactor(())) if spoken else table, redactor(())
        )
    # In batches, for the strings of a million documents would fill the memory.
    starts = range(0, max(1, len(documents)), BATCH)
    batches = (_batch(documents, table, start) for start in starts)
    shown: set[str] = set()
    touched: set[str] = set()
    tables = []
    for masked_table, shown_words, touched_words in in_processes(partial(_masked, settings=settings), batches):
        tables.append(masked_table)
        shown |= shown_words
        touched |= touched_words
    redact, hidden = redactor(privacy.redact), touched - shown

    def mask(word: str) -> str:
        return word if hidden.isdisjoint(tokens(word)) else "[redacted]"

    table = pa.concat_tables(tables)
    masked_ids = pc.sum(pc.not_equal(table.column("id"), documents.table.column("id"))).as_py() or 0
    table = with_public_speakers(table, settings, redact) if spoken else table
    return PublishedDocuments(table, lambda text: replace_words(redact(text), mask), masked_ids)


def _snippets(table: pa.Table) -> pa.Table:
    dots, nothing = (pa.scalar(text, pa.string()) for text in ("…", ""))
    texts = table.column("text")
    beginning = pc.binary_join_element_wise(pc.utf8_slice_codeunits(texts, 0, SNIPPET_CHARS), dots, nothing)
    cut = pc.if_else(pc.greater(pc.utf8_length(texts), SNIPPET_CHARS), beginning, texts)
    return table.set_column(table.schema.names.index("text"), "text", cut)


@dataclass(frozen=True)
class _Batch:
    """Successive documents; `before` and `after`: the nearest of the chunks beside each text, empty if it has none."""

    start: int
    table: pa.Table
    before: list[str]
    after: list[str]


def _batch(documents: Documents, table: pa.Table, start: int) -> _Batch:
    end = min(start + BATCH, len(documents))
    own_rows = take_rows(table, np.arange(start, end))  # a slice would take all of its chunk along to a worker
    if "chunk" not in documents.table.column_names:
        return _Batch(start, own_rows, [""] * (end - start), [""] * (end - start))
    low, high = max(start - 1, 0), min(end + 1, len(documents))
    near = documents.table.slice(low, high - low).select(["document", "text"]).to_pydict()
    nothing = (None, "")
    rows = [
        *[nothing] * (low == start),
        *zip(near["document"], near["text"], strict=True),
        *[nothing] * (high == end),
    ]
    pairs = list(pairwise(rows))
    before = [text[-CONTEXT_CHARS:] if one == own else "" for (one, text), (own, _) in pairs[:-1]]
    after = [text[:CONTEXT_CHARS] if one == own else "" for (own, _), (one, text) in pairs[1:]]
    return _Batch(start, own_rows, before, after)


def _masked(batch: _Batch, settings: MapSettings) -> tuple[pa.Table, set[str], set[str]]:
    """Return some documents, redacted and cut; the words that are left of their texts, and those of what was masked."""
    table, rules, mode = batch.table, settings.privacy.redact, settings.privacy.text
    redact = redactor(rules)
    # As the documents have them: a title is compared with the text that it may come from.
    titles, texts = (table.column(name).to_pylist() for name in ("title", "text"))
    masks = list(map(mask_finder(rules), batch.before, texts, batch.after))
    clean = list(map(masked, texts, masks))
    untitled = settings.documents.title is None
    public = [
        _title(title, text, kept, redact, number if mode == "none" else None, untitled)
        for number, (title, text, kept) in enumerate(zip(titles, texts, clean, strict=True), batch.start + 1)
    ]
    if rules:
        ids = table.column("id").to_pylist()
        table = _redacted(table, redact)
        hidden = zip(ids, table.column("id").to_pylist(), count(batch.start + 1))
        unique = [shown if shown == own else f"{shown} {number}" for own, shown, number in hidden]
        table = table.set_column(table.schema.names.index("id"), DOCUMENT_SCHEMA.field("id"), pa.array(unique))
    table = table.set_column(table.schema.names.index("title"), "title", pa.array(public, pa.string()))
    if TURNS_FIELD.name in table.column_names:
        table = _moved_turns(table, masks)
    cut = [public_text(text, mode) for text in clean]
    table = table.set_column(table.schema.names.index("text"), "text", pa.array(cut, pa.string()))
    if not rules:
        return table, set(), set()
    shown = set(chain.from_iterable(map(tokens, clean)))
    touched = (text for text, found in zip(texts, masks, strict=True) if found)
    return table, shown, set(chain.from_iterable(map(tokens, touched)))


def _moved_turns(table: pa.Table, masks: Sequence[Sequence[Mask]]) -> pa.Table:
    """Move the beginnings of turns to where they are in the masked texts."""
    turns = table.column(TURNS_FIELD.name).to_pylist()
    for each, found in zip(turns, masks, strict=True):
        for turn, start in zip(each, moved([turn["start"] for turn in each], found), strict=True):
            turn["start"] = start
    place = table.schema.get_field_index(TURNS_FIELD.name)
    return table.set_column(place, TURNS_FIELD, pa.array(turns, TURNS_FIELD.type))


def public_text(text: str, mode: str) -> str | None:
    """Return a text as far as `privacy.text` goes."""
    if mode == "none":
        return None
    return text if mode == "full" or len(text) <= SNIPPET_CHARS else text[:SNIPPET_CHARS] + "…"


def published_keywords(keywords: Sequence[str], redact: Redact) -> list[str]:
    """Return keywords without those in which there is something to redact."""
    return [keyword for keyword in keywords if redact(keyword) == keyword]


def describe_published(settings: MapSettings, documents: Documents, masked_ids: int = 0) -> str:
    """Say in one line what of the documents becomes public."""
    if settings.joined:
        parts = zip(settings.joined, each_dataset(documents, settings), strict=True)
        told = "; ".join(f"{one.title}: {describe_published(own, of)}" for one, (of, own) in parts)
        return f"{told}; {masked_ids:,} ids masked" if masked_ids else told
    privacy = settings.privacy
    text = {
        "none": "no texts" if settings.documents.title is None else "titles, no texts",
        "snippet": f"titles and the first {SNIPPET_CHARS} characters of texts",
        "full": "titles and whole texts",
    }[privacy.text]
    if privacy.speakers == "names" and TURNS_FIELD.name in documents.table.column_names and privacy.text != "none":
        text += " with the names of speakers"
    kept = ("category", "url", "date", *privacy.columns)
    filled = [name for name in kept if documents.table.column(name).null_count < len(documents)]
    hidden: list[str] = [rule for rule in privacy.redact if isinstance(rule, str)]
    if own := len(privacy.redact) - len(hidden):  # they may be the very names that they hide
        hidden.append(f"{own} pattern{'s' * (own > 1)} of its own")
    ids = f", {masked_ids:,} ids among it" if masked_ids else ""
    return f"{text}; columns {', '.join(['id', *dict.fromkeys(filled)])}; masked: {', '.join(hidden) or 'nothing'}{ids}"


def _redacted(table: pa.Table, redact: Redact) -> pa.Table:
    for index, field in enumerate(table.schema):
        if field.type == pa.string():
            column: list[object] = [None if v is None else redact(v) for v in table.column(index).to_pylist()]
            table = table.set_column(index, field.name, pa.array(column, pa.string()))
    return table


def _title(title: str, text: str, clean: str, redact: Redact, number: int | None, untitled: bool) -> str:
    """Return the public title of a text, which is `clean` in public.

    `number` stands for one that is made of a hidden text.
    """
    line = " ".join(text.split())
    of_text = untitled or title == line or (title.endswith("…") and line.startswith(title[:-1]))
    if of_text and number is not None:
        return f"Document {number:,}"
    public = redact(" ".join(clean.split()))
    if title == line:
        return public
    if not (of_text and title.endswith("…")):
        return redact(title)
    # A cut title may end in half of what there is to redact, so it is made again from the whole text.
    return title if public == line else public[: len(title)].rstrip() + "…"
