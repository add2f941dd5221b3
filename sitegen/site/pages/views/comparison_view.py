"""What the template of the comparison receives."""

from __future__ import annotations

from dataclasses import dataclass

from sitegen.config import DatasetConfig
from sitegen.site.map.pictures.group_pictures import colors_of
from sitegen.site.map.summary import MapSummary
from sitegen.site.pages.facts.comparison import FEW, Comparison, TopicComparison
from sitegen.site.pages.views.charts import share_path
from sitegen.site.pages.views.topic_views import TopicLink, topic_links

MOST_ROWS = 200
"""Topics on the page; compare.csv has all."""
MOST_COURSES = 30
"""Topics whose course over time is on the page, those that differ most."""
BAR = 100.0
"""Width of the charts, in their units."""


@dataclass(frozen=True)
class GroupView:
    """A group: its colour, its documents and the picture of them."""

    name: str
    color: str
    documents: int
    picture: str
    few: bool


@dataclass(frozen=True)
class Share:
    """The share of a topic in a group, with its interval; `x`, `left` and `width` are those of its mark, 0 to 100."""

    documents: int
    share: float
    low: float
    high: float
    color: str
    x: float
    left: float
    width: float


@dataclass(frozen=True)
class ComparisonRow:
    """A topic in every group. `topic` is None for documents outside any; `more` is the group that has more of it."""

    topic: TopicLink | None
    shares: tuple[Share, ...]
    more: GroupView
    difference: float
    low: float
    high: float
    words_more: tuple[str, ...]
    words_less: tuple[str, ...]


@dataclass(frozen=True)
class GroupCourse:
    """A group over time: the path of an SVG line, and its share in each period, None where it has too few documents.

    `told` says in words how it begins and ends and where it is highest.
    """

    group: GroupView
    path: str
    shares: tuple[float | None, ...]
    told: str


@dataclass(frozen=True)
class TopicCourse:
    """The share of a topic in each group over time, in a chart from 0 to `peak`."""

    topic: TopicLink | None
    groups: tuple[GroupCourse, ...]
    peak: float


@dataclass(frozen=True)
class ComparisonView:
    """`compare.html.j2`.

    `claimed` are topics that differ by more than chance, `others` do not; of `all` topics the page lists the first.
    Each of both parts has a chart from 0 to its highest share.
    `colored` is the share of documents around which one group is more frequent than chance.
    `courses` are those of the topics that differ most, over `periods`, each as long as `period` says, in which a group
    has at least `few` documents; none without dates.
    """

    root: str
    title: str
    by: str
    groups: tuple[GroupView, ...]
    left_out: int
    conversations: bool
    where: str
    colored: float
    claimed: tuple[ComparisonRow, ...]
    others: tuple[ComparisonRow, ...]
    claimed_peak: float
    others_peak: float
    all: int
    period: str
    periods: tuple[str, ...]
    courses: tuple[TopicCourse, ...]
    few: int


def comparison_view(dataset: DatasetConfig, summary: MapSummary, comparison: Comparison) -> ComparisonView:
    """Return the page of a comparison."""
    colors, pictures = colors_of(len(comparison.groups)), comparison.pictures
    groups = tuple(
        GroupView(
            group.name,
            color,
            group.documents,
            f"map/{pictures.groups[number]}" if pictures else "",
            group.documents < FEW,
        )
        for number, (group, color) in enumerate(zip(comparison.groups, colors, strict=True))
    )
    links = {link.id: link for link in topic_links(summary)}
    shown = comparison.topics[:MOST_ROWS]
    claimed = sum(topic.claimed for topic in shown)
    parts = shown[:claimed], shown[claimed:]
    peaks = [max((high for each in part for high in each.highs), default=0.0) for part in parts]
    rows = [
        tuple(_row(topic, groups, links.get(topic.id), peak) for topic in part)
        for part, peak in zip(parts, peaks, strict=True)
    ]
    return ComparisonView(
        root="../../",
        title=dataset.title,
        by=(comparison.by == "category" and dataset.documents.category) or comparison.by,
        groups=groups,
        left_out=comparison.left_out,
        conversations=comparison.conversations,
        where=f"map/{pictures.where}" if pictures else "",
        colored=pictures.colored if pictures else 0.0,
        claimed=rows[0],
        others=rows[1],
        claimed_peak=peaks[0],
        others_peak=peaks[1],
        all=len(comparison.topics),
        period=comparison.period,
        periods=comparison.periods,
        courses=_courses(comparison, shown[:claimed], groups, links),
        few=FEW,
    )


def _courses(
    comparison: Comparison,
    claimed: tuple[TopicComparison, ...],
    groups: tuple[GroupView, ...],
    links: dict[int, TopicLink],
) -> tuple[TopicCourse, ...]:
    """Return the topics over time; none if no group has two periods with enough documents."""
    enough = [[size >= FEW for size in group.over_time] for group in comparison.groups]
    if max(map(sum, enough)) < 2:
        return ()
    courses = []
    for topic in claimed[:MOST_COURSES]:
        shares = [
            tuple(
                count / size if shown else None
                for count, size, shown in zip(counts, group.over_time, there, strict=True)
            )
            for counts, group, there in zip(topic.over_time, comparison.groups, enough, strict=True)
        ]
        peak = max(share for each in shares for share in each if share is not None)
        lines = tuple(
            GroupCourse(group, share_path(each, peak), each, _told(comparison.periods, each))
            for group, each in zip(groups, shares, strict=True)
        )
        courses.append(TopicCourse(links.get(topic.id), lines, peak))
    return tuple(courses)


def _told(periods: tuple[str, ...], shares: tuple[float | None, ...]) -> str:
    known = [(name, share) for name, share in zip(periods, shares, strict=True) if share is not None]
    if not known:
        return "too few documents in every period"
    told = [known[0], known[-1], max(known, key=lambda each: each[1])]
    first, last, most = (f"{share:.1%} ({name})" for name, share in told)
    return f"{first} to {last}, most {most}"


def _row(topic: TopicComparison, groups: tuple[GroupView, ...], link: TopicLink | None, peak: float) -> ComparisonRow:
    shares = tuple(
        Share(
            count,
            share,
            low,
            high,
            group.color,
            round(BAR * share / peak, 2),
            round(BAR * low / peak, 2),
            round(BAR * (high - low) / peak, 2),
        )
        for count, share, low, high, group in zip(
            topic.counts, topic.shares, topic.lows, topic.highs, groups, strict=True
        )
    )
    return ComparisonRow(
        link,
        shares,
        groups[topic.more],
        topic.difference,
        topic.low,
        topic.high,
        topic.words_more,
        topic.words_less,
    )
