"""What a build tells at its end: a line per dataset, and warnings before the limits of common hosts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WARNED_SHARE = 0.8
SITE_BYTES = 1_000_000_000
FILE_BYTES = 100_000_000
FILES = 20_000


@dataclass
class Outcome:
    """What a build did about one dataset.

    Attributes:
        result: `built`, `unchanged`, `failed`, or `kept` if it is published as it last was.
        ran, cached: how many stages ran, and how many were stored already.
        seconds: time that it took.
        documents, topics, outside, first_view, files, size: what is published; `outside` is a share, sizes in bytes.
    """

    slug: str
    result: str
    ran: int = 0
    cached: int = 0
    seconds: float = 0.0
    documents: int = 0
    topics: int = 0
    outside: float = 0.0
    first_view: int = 0
    files: int = 0
    size: int = 0


HEAD = ("dataset", "result", "stages", "time", "documents", "topics", "outside", "first view", "files", "size")


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """Return aligned lines, a head and one per dataset."""
    rows = [HEAD, *(_row(outcome) for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return [
        "  ".join(
            cell.ljust(width) if column < 3 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _row(outcome: Outcome) -> tuple[str, ...]:
    stages = f"{outcome.ran} ran, {outcome.cached} stored" if outcome.ran or outcome.cached else ""
    published = (
        f"{outcome.documents:,}",
        f"{outcome.topics:,}",
        f"{outcome.outside:.0%}",
        f"{outcome.first_view / 1000:.0f} kB",
        f"{outcome.files:,}",
        f"{outcome.size / 1e6:.1f} MB",
    )
    return (
        outcome.slug,
        outcome.result,
        stages,
        f"{outcome.seconds:.1f} s",
        *(published if outcome.files else ("",) * len(published)),
    )


def host_limits(sizes: dict[str, int]) -> list[str]:
    """Return warnings about a site of these files (path -> bytes) that comes near to what common hosts take.

    GitHub Pages publishes at most 1 GB, git on GitHub takes files up to 100 MB, Cloudflare Pages 20,000 files.
    """
    total = sum(sizes.values())
    warnings = [
        f"{name}: {size / 1e6:,.0f} MB; git on GitHub takes files up to {FILE_BYTES / 1e6:,.0f} MB"
        for name, size in sizes.items()
        if size > WARNED_SHARE * FILE_BYTES
    ]
    if total > WARNED_SHARE * SITE_BYTES:
        warnings.append(f"the site is {total / 1e6:,.0f} MB; GitHub Pages publishes up to {SITE_BYTES / 1e6:,.0f} MB")
    if len(sizes) > WARNED_SHARE * FILES:
        warnings.append(f"the site has {len(sizes):,} files; Cloudflare Pages publishes up to {FILES:,}")
    return warnings
