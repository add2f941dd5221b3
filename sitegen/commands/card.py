"""`sitegen card`: a dataset card for the Hub, Markdown with the picture of the map, a link to it and its topics."""

from __future__ import annotations

import json
from pathlib import Path

from sitegen.config import Project
from sitegen.errors import ConfigError, PublishError
from sitegen.site.pages.files.plain_markdown import plain

LISTED = 20
"""Topics in the card, the largest ones."""


def card(project: Project, slug: str, output: Path, base_url: str | None) -> str:
    """Return the card of a published map, made from what is in the site.

    Args:
        output: folder of the site.
        base_url: where it is served, instead of `site.base_url`.

    Raises:
        ConfigError: there is no such dataset, or no address of the site.
        PublishError: the site does not hold its map.
    """
    (dataset,) = project.select({slug})
    base = base_url or project.config.site.base_url
    if not base:
        raise ConfigError(f"{project.path}: site.base_url is not set, so a card has no link; set it, or use --base-url")
    try:
        topics = json.loads((output / slug / "download" / "topics.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise PublishError(f"{output} does not hold the map {slug}; run `sitegen build` first") from error
    address = f"{base.rstrip('/')}/{slug}/"
    front = {"pretty_name": dataset.title, "tags": ["topic-map", *dataset.tags]}
    lines = ["---", *(f"{key}: {json.dumps(value)}" for key, value in front.items()), "---", ""]
    lines += [f"# {plain(dataset.title)}", "", plain(dataset.description), ""]
    lines += [f"[![A map of the topics]({address}download/map.png)]({address})", ""]
    lines += [f"[Explore the map]({address}): {len(topics):,} topics.", ""]
    if dataset.license:
        lines += [f"Licence: {plain(dataset.license)}", ""]
    lines += ["| topic | documents | keywords |", "|---|---|---|"]
    for row in sorted(topics, key=lambda topic: -topic["size"])[:LISTED]:
        link = f"[{plain(row['name'])}]({address}topics/{row['topic']}/)"
        lines.append(f"| {link} | {row['size']:,} | {plain(', '.join(row['ctfidf'][:5]))} |")
    return "\n".join([*lines, "", f"Made with sitegen. Data: [downloads]({address}download/).", ""])
