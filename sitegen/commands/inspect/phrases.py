"""A profile in words: what the terminal and the page say alike."""

from __future__ import annotations

from datetime import datetime, timedelta

from sitegen.commands.inspect.distributions import Categories, Distribution
from sitegen.commands.inspect.histogram import Histogram
from sitegen.commands.inspect.profile import Example, Profile
from sitegen.commands.inspect.window import Tokens
from sitegen.pipeline.documents.fields import shorten

SENTENCE_CHARS = 80
DAY = timedelta(days=1)
FEW_DAYS = 3
EPOCH = datetime(1970, 1, 1)
FIRST_DAY, LAST_DAY = ((each - EPOCH).days for each in (datetime.min, datetime.max))


def looked_at(profile: Profile) -> str:
    """Say how much was read, and what became of it."""
    rows = f"all {profile.rows:,} rows" if profile.all_rows else f"the first {profile.rows:,} rows, there are more"
    return f"{profile.source}: {rows}; {profile.documents:,} documents"


def share(value: float) -> str:
    """Format a share in percent, with 0 and 100 only for nothing and all."""
    if 0 < value < 0.005:
        return "<1%"
    if 0.995 <= value < 1:
        return ">99%"
    return f"{value:.0%}"


def number(value: float) -> str:
    """Return a number with as many digits as are worth reading."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.2f}" if 0.01 <= abs(value) < 1e9 else f"{value:.3g}"


def moment(days: float, span: float) -> str:
    """Return a date, from days since 1970; with the time of day where all dates lie within a few days."""
    days = min(max(days, FIRST_DAY), LAST_DAY)  # a bar may reach beyond what a calendar can name
    return (EPOCH + days * DAY).isoformat(" ", "minutes")[: 10 if span > FEW_DAYS else None]


def spread(bars: Histogram, dates: bool = False) -> str:
    """Say the smallest, middle and largest."""
    low, median, high = (
        moment(value, bars.high - bars.low) if dates else number(value) for value in (bars.low, bars.median, bars.high)
    )
    return f"from {low} to {high}, median {median}"


def window(tokens: Tokens, documents: int) -> str:
    """Say what the embedder does not see."""
    if tokens.window is None:
        seen = "The embedder's files name no limit, so it sees all of each document."
    elif tokens.cut == 0:
        seen = f"All fit into the embedder's window of {tokens.window:,} tokens."
    else:
        seen = (
            f"{share(tokens.cut)} of the documents are longer than the embedder's window of {tokens.window:,} tokens; "
            f"{share(tokens.lost)} of all tokens lie beyond it and are not seen."
        )
    return (
        seen if tokens.measured == documents else f"{seen} Counted in {tokens.measured:,} documents, drawn by the seed."
    )


def beyond(bars: Histogram, dates: bool = False) -> str:
    """Say what the bars do not show; empty if they show all."""
    parts = [
        f"{count:,} {where} {moment(edge, bars.high - bars.low) if dates else number(edge)}"
        for count, where, edge in ((bars.under, "before", bars.start), (bars.over, "beyond", bars.end))
        if count
    ]
    return " and ".join(parts)


def beside(distribution: Distribution) -> str:
    """Say what the bars of a distribution do not show; empty if they show all."""
    if isinstance(distribution, Categories):
        return f"{distribution.others:,} in all others" if distribution.others else ""
    return beyond(distribution.bars, distribution.dates) if distribution.bars else ""


def made(example: Example) -> str:
    """Return the label beside a row."""
    return f"The first of its {example.pieces:,} documents" if example.pieces > 1 else "Document"


def repeats(profile: Profile) -> str:
    """Say how many texts are there more than once, by rule or not."""
    dropped = sum(count for rule, count in profile.dropped.items() if rule.endswith("duplicate"))
    return f"{dropped:,} dropped, {profile.repeated:,} left among the documents"


def shared(profile: Profile) -> list[str]:
    """Return what may make topics although it says little, with the rules that help."""
    told = [
        f"{share(part)} of the documents hold “{shorten(sentence, SENTENCE_CHARS)}”"
        for part, sentence in profile.shared.sentences
    ]
    if told:
        told.append(
            "Such sentences can make a topic; drop_near_duplicates drops documents that share most of theirs, and"
            " turns.drop leaves out what a role says in conversations."
        )
    if profile.shared.longest:
        told.append(
            f"The longest document holds {share(profile.shared.longest)} of all characters; drop_over_chars drops such"
            " documents, max_chars cuts them."
        )
    return told


def summary(distribution: Distribution) -> str:
    """Return what a distribution is of."""
    missing = f"; {distribution.missing:,} without" if distribution.missing else ""
    if isinstance(distribution, Categories):
        return f"{distribution.distinct:,} values{missing}"
    return (spread(distribution.bars, distribution.dates) if distribution.bars else "no value") + missing
