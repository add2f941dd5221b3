"""A profile in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sitegen.commands.inspect import phrases
from sitegen.commands.inspect.distributions import Categories, Distribution
from sitegen.commands.inspect.histogram import Histogram
from sitegen.commands.inspect.profile import Example, Excerpt, Profile
from sitegen.pipeline.documents.fields import shorten

EIGHTHS = " ▁▂▃▄▅▆▇█"
HEIGHT = 4
BAR = 24
VALUE_CHARS = 60
LINES = 12
"""Of a text in the example."""


def show(profile: Profile, console: Console) -> None:
    """Print a profile. Its texts are printed as they are: nothing in them is markup."""
    console.print(Group(*_parts(profile)))


def _parts(profile: Profile) -> Iterator[RenderableType]:
    yield Text.assemble((profile.slug, "bold"), "  ", profile.title)
    yield Text(phrases.looked_at(profile), "dim")
    yield from _part("Columns", _columns(profile))
    if profile.example:
        yield from _part(f"Row {profile.example.row:,} and its document", _example(profile.example))
    yield from _part("Rules", _rules(profile))
    if told := phrases.shared(profile):
        yield from _part("Shared text", *map(Text, told))
    yield from _part("Length in characters", Text(phrases.spread(profile.chars)), _bars(profile.chars))
    if profile.tokens:
        yield from _part(
            "Length in tokens of the embedder",
            Text(phrases.spread(profile.tokens.lengths)),
            _bars(profile.tokens.lengths, profile.tokens.window),
            Text(phrases.window(profile.tokens, profile.documents)),
        )
    else:
        yield from _part("Length in tokens of the embedder", Text(f"not counted: {profile.no_tokens}"))
    yield from _part("Shortest", _excerpts(profile.shortest))
    yield from _part("Longest", _excerpts(profile.longest))
    for each in profile.distributions:
        yield from _part(each.column, Text(phrases.summary(each)), *_distribution(each))


def _part(title: str, *content: RenderableType) -> Iterator[RenderableType]:
    yield Text(f"\n{title}", "bold")
    yield from (Padding(each, (0, 0, 0, 2), expand=False) for each in content)


def _table(*justify: Literal["left", "right"]) -> Table:
    """Return a table without lines, whose last column takes what room is left."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for place, side in enumerate(justify, 1):
        table.add_column(justify=side, no_wrap=place < len(justify))
    return table


def _columns(profile: Profile) -> Group:
    table = _table("left", "left", "right", "left")
    table.add_row(*(Text(head, "dim") for head in ("column", "holds", "missing", "for example")))
    for each in profile.columns:
        row = (each.name, each.contents, phrases.share(each.missing), Text(each.example, "dim"))
        table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    more = [Text(f"and {profile.more_columns:,} or more columns beside these")] if profile.more_columns else []
    return Group(table, *more)


def _example(example: Example) -> Table:
    table = Table.grid(padding=(0, 4, 0, 0), expand=True)
    table.add_column(ratio=1)
    table.add_column(ratio=1)
    table.add_row(Text("Row", "dim"), Text(phrases.made(example), "dim"))
    table.add_row(_fields(example.raw), _fields(example.document))
    return table


def _fields(fields: tuple[tuple[str, str], ...]) -> Group:
    return Group(*(Text.assemble((f"{name} ", "cyan"), _clipped(value)) for name, value in fields))


def _clipped(text: str) -> str:
    lines = text.split("\n")
    head = "\n".join(lines[:LINES])
    cut = len(lines) > LINES or len(head) > 60 * LINES
    return head[: 60 * LINES] + ("…" if cut else "")


def _rules(profile: Profile) -> Table:
    table = _table("right", "left")
    table.add_row(f"{profile.rows:,}", "rows")
    for rule, count in profile.dropped.items():
        table.add_row(f"-{count:,}", Text(rule))
    for rule, count in profile.noted.items():
        table.add_row(Text(f"{count:,}", "dim"), Text(rule, "dim"))
    table.add_row(Text(f"{profile.documents:,}", "bold"), Text("documents", "bold"))
    table.add_row("", Text(f"repeated texts: {phrases.repeats(profile)}", "dim"))
    return table


def _excerpts(excerpts: tuple[Excerpt, ...]) -> Table:
    table = _table("right", "left")
    for excerpt in excerpts:
        table.add_row(Text(f"{excerpt.chars:,}", "dim"), Text(excerpt.text))
    return table


def _distribution(distribution: Distribution) -> Iterator[RenderableType]:
    if isinstance(distribution, Categories):
        most = max((count for _, count in distribution.top), default=1)
        table = _table("right", "left", "left")
        for value, count in distribution.top:
            shown = Text(shorten(value, VALUE_CHARS))
            table.add_row(f"{count:,}", Text("█" * max(1, round(BAR * count / most)), "cyan"), shown)
        if distribution.others:
            table.add_row(f"{distribution.others:,}", "", Text("in all others", "dim"))
        yield table
    elif distribution.bars:
        yield _bars(distribution.bars, dates=distribution.dates)


def _bars(bars: Histogram, mark: int | None = None, dates: bool = False) -> Group:
    """Columns of characters, eight steps to a line, over a scale; `mark` is a number to point at."""
    most = max(bars.counts)
    steps = [round(count / most * HEIGHT * 8) or int(count > 0) for count in bars.counts]
    lines = ["".join(EIGHTHS[min(8, max(0, step - 8 * line))] for step in steps) for line in reversed(range(HEIGHT))]
    start, end = (
        phrases.moment(each, bars.high - bars.low) if dates else phrases.number(each) for each in (bars.start, bars.end)
    )
    scale = f"{start}{' ' * max(1, len(steps) - len(start) - len(end))}{end}"
    found = [Text(line, "cyan") for line in lines]
    if mark is not None and bars.start <= mark < bars.end:
        found.append(Text(f"{' ' * int((mark - bars.start) / bars.width)}▲ {mark:,}", "yellow"))
    beyond = phrases.beyond(bars, dates)
    return Group(*found, Text(f"{scale}{'  ' if beyond else ''}{beyond}", "dim"))
