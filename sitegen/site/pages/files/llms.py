"""`llms.txt`, what a site holds for language models and other programs (https://llmstxt.org)."""

from __future__ import annotations

from collections.abc import Sequence

from sitegen.config import DatasetConfig, SiteConfig
from sitegen.site.map.summary import MapSummary
from sitegen.site.pages.files.downloads import DOCUMENTS, DOWNLOADS, TOPIC_DOCUMENTS
from sitegen.site.pages.files.feeds import absolute
from sitegen.site.pages.files.plain_markdown import plain

DATA = (
    ("topics.json", "topics with names, keywords, sizes and parents"),
    (TOPIC_DOCUMENTS, "a line of JSON per topic with the ids of its documents"),
    (DOCUMENTS, "a row per document with its topic and place"),
)
PARTED = (TOPIC_DOCUMENTS, DOCUMENTS)
"""Those that are in parts where a map grows."""


def llms_txt(site: SiteConfig, base_url: str | None, maps: Sequence[tuple[DatasetConfig, MapSummary]]) -> bytes:
    """Return `llms.txt` in UTF-8, with a section per map; addresses are relative where `base_url` is not known."""

    def link(path: str) -> str:
        return absolute(base_url, path) if base_url else path

    lines = [f"# {plain(site.title)}", ""]
    if site.description:
        lines += [f"> {plain(site.description)}", ""]
    for dataset, summary in maps:
        figures = f"{summary.documents:,} documents in {len(summary.topics):,} topics"
        lines += [f"## {plain(dataset.title)}", ""]
        lines.append(f"- [Map]({link(f'{dataset.slug}/index.html')}): {figures}. {plain(dataset.description)}")
        lines.append(f"- [About]({link(f'{dataset.slug}/about/index.html')}): where the data is from, how it was made")
        files = [
            (part, what) for name, what in DATA for part in (summary.in_parts(name) if name in PARTED else (name,))
        ]
        lines += [f"- [{name}]({link(f'{dataset.slug}/{DOWNLOADS}/{name}')}): {what}" for name, what in files]
        lines.append("")
    return "\n".join(lines).encode()
