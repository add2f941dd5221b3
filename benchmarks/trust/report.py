"""The report, `docs/trust.md`: a section can be made anew without the others."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from pathlib import Path

REPORT = Path(__file__).resolve().parents[2] / "docs" / "trust.md"
HEAD = """# Trust

This page lists tests of sitegen under faults and attacks, and their results. `python -m benchmarks.trust` writes it;
`python -m benchmarks.trust NAME` writes one section. The promises are in [SECURITY.md](../SECURITY.md).
"""


def paragraph(text: str) -> list[str]:
    """A paragraph in lines, and the empty line after it."""
    return [*textwrap.wrap(" ".join(text.split()), 120, break_on_hyphens=False, break_long_words=False), ""]


def verdict(problems: Iterable[str]) -> list[str]:
    """What is wrong, or that nothing is."""
    told = [f"- {problem}" for problem in dict.fromkeys(problems)]
    return [f"**{len(told)} problem(s):**", "", *told] if told else ["**No problem was seen.**"]


def write_section(title: str, lines: Iterable[str], titles: list[str]) -> None:
    """Put a section into the report, in the place that `titles` gives it."""
    text = REPORT.read_text("utf-8") if REPORT.exists() else HEAD
    _, *found = re.split(r"^## ", text, flags=re.MULTILINE)
    sections = {part.partition("\n")[0]: part.partition("\n")[2].strip() for part in found}
    sections[title] = "\n".join(lines).strip()
    parts = [f"## {name}\n\n{sections[name]}\n" for name in titles if name in sections]
    REPORT.write_text("\n".join([HEAD, *parts]), "utf-8")
