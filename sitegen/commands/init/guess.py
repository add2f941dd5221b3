"""Columns -> a guess at the `documents:` section that suits them.

Names weigh most, since datasets name alike what is alike; values decide what a column can be at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from sitegen.commands.init.candidate import Candidate, joined
from sitegen.commands.init.column_names import (
    AMOUNTS,
    CATEGORIES,
    DATES,
    IDS,
    LINKS,
    PARTS,
    TEXTS,
    TITLES,
)
from sitegen.commands.init.conversation_columns import SOME, Choice, find_conversation, mean_length, rows_of
from sitegen.commands.inspect import kinds
from sitegen.commands.inspect.kinds import NEARLY_ALL, is_date, is_number, share
from sitegen.config import FIXED_COLUMNS, ColumnType
from sitegen.pipeline.documents.messages import parsed

LONGEST_CATEGORY = 100
LONGEST_TITLE = 250
SHORTEST_TEXT = 20
MOST_EXTRA = 12
WEIGHT_OF_NAME = 4
MARKUP = re.compile(r"</?(?:p|br|div|a|li|ul|b|i|em|strong|code|pre|span)\b[^>]*>", re.IGNORECASE)
NUMERIC = (kinds.NUMBERS, kinds.NUMBERS_AS_TEXT)
DATES_AND_MORE = re.compile(rf"{kinds.DATES} \d+%")
DATES_ALIKE = (kinds.DATES, kinds.DATES_AS_TEXT)
LONGEST_ID = 64
NUMBERED = re.compile(r"[A-Za-z]+[-_:#/]?\d+")
"""A code whose letters could be a unit, as in `BUG-000123`."""
ENOUGH_ROWS = 20
MOST_LABELS = 30


@dataclass(frozen=True)
class Guess:
    """What each column may be for.

    Attributes:
        text: columns of the text, or of the turns of a conversation.
        turns: `documents.turns`; None where the text is no conversation.
        template: whether only a template can put the columns together, since one of them holds objects.
        strip_html: whether the text holds HTML.
        chars: length of the text, about.
        fields: the columns of `id`, `title`, `url`, `date` and `category`, as far as there are any.
        extra: type and reason of each column that rides along beside those.
    """

    text: Choice
    turns: dict[str, object] | None
    template: bool
    strip_html: bool
    chars: float
    fields: dict[str, Choice]
    extra: dict[str, tuple[ColumnType, str]]


Found = list[tuple[Candidate, str]]
"""Columns that would do, the best first, and why."""


def guess(columns: Mapping[str, Sequence[object]]) -> Guess | None:
    """Guess what columns are for; None where none of them can be a text.

    Args:
        columns: the values of each column, row by row.
    """
    known = [Candidate(name, values) for name, values in columns.items() if name.isprintable()]
    left = [column for column in known if column.values]
    fields: dict[str, Choice] = {}

    def take(field: str, find: Callable[[list[Candidate]], Found]) -> None:
        if found := find(left):
            best, why = found[0]
            left.remove(best)
            fields[field] = Choice((best.name,), why, tuple(column.name for column, _ in found[1:4]))

    text, turns = find_conversation(left)
    left = [column for column in left if text is None or column.name not in text.columns]
    take("url", _links)
    take("id", _ids)
    take("date", _dates)
    chosen: list[Candidate] = []
    if text is None:
        titles = _titles(left)
        chosen, others = _texts(left, titles)
        if not chosen:
            return None
        text = Choice(tuple(column.name for column in chosen), _text_reason(chosen), others)
        if titles and titles[0][0] is not chosen[-1]:
            take("title", _titles)
        left = [column for column in left if column not in chosen]
    elif turns and "columns" in turns:
        if share(rows_of(known, text.columns[0]), lambda cell: isinstance(cell, str) and parsed(cell) is None) > SOME:
            fields["title"] = Choice(text.columns[:1], "what the conversation begins with")
    else:
        take("title", _titles)
    take("category", _categories)
    return Guess(
        text,
        turns,
        template=any(column.holds == kinds.OBJECTS for column in chosen),
        strip_html=any(share(column.texts, lambda text: bool(MARKUP.search(text))) > SOME for column in chosen),
        chars=max((column.chars for column in chosen), default=0.0) or mean_length(known, text, turns),
        fields=fields,
        extra=dict(list(_extra(left))[:MOST_EXTRA]),
    )


def _links(columns: list[Candidate]) -> Found:
    return _ranked([(column, "links") for column in columns if column.holds == kinds.LINKS], LINKS)


def _ids(columns: list[Candidate]) -> Found:
    found = [
        (column, "another value in each row")
        for column in columns
        if column.distinct == len(column.values)
        and (
            _is_code(column)
            if column.rank(IDS) is None
            else column.holds in NUMERIC
            or (column.holds == kinds.TEXT and not any(" " in text for text in column.texts))
        )
    ]
    return _ranked(found, IDS)


def _is_code(column: Candidate) -> bool:
    """Whether its values are short texts without a blank, one in each row of enough rows."""
    rows, texts = len(column.rows), column.texts
    whole = rows >= ENOUGH_ROWS and len(column.values) == rows
    if whole and column.holds == kinds.NUMBERS_AS_TEXT:
        return all(map(NUMBERED.fullmatch, texts))
    whole = whole and column.holds == kinds.TEXT
    short = whole and not any(len(text) > LONGEST_ID or len(text.split()) > 1 for text in texts)
    return short and share(texts, lambda text: any(map(str.isalpha, text))) > SOME


def _dates(columns: list[Candidate]) -> Found:
    found = [
        (column, "numbers that read as dates" if column.holds in NUMERIC else column.holds)
        for column in columns
        if column.holds in DATES_ALIKE
        or (DATES_AND_MORE.match(column.holds) and share(column.values, is_date) >= NEARLY_ALL)
        or (column.holds in NUMERIC and column.rank(DATES) is not None and share(column.values, is_date) >= NEARLY_ALL)
    ]
    return _ranked(found, DATES)


def _titles(columns: list[Candidate]) -> Found:
    found = [
        (column, f"texts of {column.chars:.0f} characters, hardly any of them twice")
        for column in columns
        if column.rank(TITLES) is not None
        and column.holds == kinds.TEXT
        and column.chars <= LONGEST_TITLE
        and column.distinct > len(column.values) * SOME
    ]
    return _ranked(found, TITLES)


def _texts(columns: list[Candidate], titles: Found) -> tuple[list[Candidate], tuple[str, ...]]:
    """Return the columns that make the text, in their order, and those that would do instead."""
    title = titles[0][0] if titles else None
    texts = [column for column in columns if column.holds in (kinds.TEXT, kinds.TEXTS) and column is not title]
    long = [column for column in texts if column.chars >= SHORTEST_TEXT or column.rank(TEXTS) is not None]
    if not long:
        shorts = [column for column in columns if column.holds == kinds.TEXT]
        best = title or max(shorts, key=lambda column: column.chars, default=None)
        return ([best] if best else []), ()
    long.sort(key=lambda column: column.chars * (WEIGHT_OF_NAME if column.rank(TEXTS) is not None else 1))
    main = long[-1]
    chosen = [main]
    if main.name.lower() in PARTS:
        chosen = [
            column
            for column in columns
            if column is main or (column.name.lower() in PARTS and (column in texts or column.holds == kinds.OBJECTS))
        ]
    if title is not None and not _begins_with(main, title):
        chosen.insert(0, title)
    return chosen, tuple(column.name for column in reversed(long) if column not in chosen)[:4]


def _begins_with(text: Candidate, title: Candidate) -> bool:
    """Whether most texts begin with their titles anyway."""
    pairs = zip(text.rows, title.rows, strict=False)
    both = [(joined(one).lower(), joined(other).lower()) for one, other in pairs if joined(one) and joined(other)]
    return share(both, lambda pair: pair[1] in pair[0][: len(pair[1]) + SHORTEST_TEXT]) > SOME


def _text_reason(chosen: list[Candidate]) -> str:
    main = max(chosen, key=lambda column: column.chars)
    reason = f"{main.name} holds the longest texts, {main.chars:,.0f} characters on average"
    return reason + (", and the others say more about the same" if len(chosen) > 1 else "")


def _categories(columns: list[Candidate]) -> Found:
    found = []
    for column in columns:
        named = column.rank(CATEGORIES) is not None
        short = column.holds in (kinds.TEXT, kinds.TEXTS) and column.chars <= LONGEST_CATEGORY
        if column.holds == kinds.TRUTH or (named and column.holds in NUMERIC):
            short = True
        if short and not _is_number(column) and column.repeats(0.5 if named else 0.1):
            found.append((column, f"{column.distinct:,} values"))
    found.sort(key=lambda each: each[0].distinct)
    return _ranked(found, CATEGORIES)


def _extra(columns: list[Candidate]) -> Iterator[tuple[str, tuple[ColumnType, str]]]:
    """Return the other columns to keep, with their types."""
    categories, dates = dict(_categories(columns)), dict(_dates(columns))
    for column in columns:
        if column.name in FIXED_COLUMNS:
            continue
        if column in dates:
            yield column.name, ("date", dates[column])
        elif column in categories:
            yield column.name, ("category", categories[column])
        elif _is_number(column) and column.rank(IDS) is None:
            numbers = share(column.values, is_number)
            most = f"{numbers:.0%} of its values are numbers, the others are left empty"
            yield column.name, ("number", column.holds if numbers >= NEARLY_ALL else most)


def _is_number(column: Candidate) -> bool:
    """Whether its values are amounts; a number that is called a label or a class is a category."""
    if column.holds in NUMERIC:
        return column.rank(CATEGORIES) is None or column.distinct > MOST_LABELS
    return column.rank(AMOUNTS) is not None and share(column.values, is_number) >= SOME


def _ranked(found: Found, names: tuple[str, ...]) -> Found:
    """By name; those whose names say nothing last, in their order."""

    def rank(each: tuple[Candidate, str]) -> float:
        place = each[0].rank(names)
        return inf if place is None else place

    return sorted(found, key=rank)
