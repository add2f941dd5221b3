"""The list of pages, and writing them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sitegen import __version__
from sitegen.config import DatasetConfig, SiteConfig
from sitegen.site.about_views import ENTRY, about_view, downloads_view
from sitegen.site.dataset import DOWNLOADS
from sitegen.site.details import DETAILS, read_details
from sitegen.site.map import SUMMARY, MapSummary, read_summary
from sitegen.site.provenance import StageFacts, yaml_entry
from sitegen.site.shards import json_payload, shard
from sitegen.site.theme import assets, environment
from sitegen.site.topic_views import topic_views, topics_view
from sitegen.site.views import GalleryView, NotFoundView, SiteView, card, map_view, topic_index


@dataclass(frozen=True)
class RenderedMap:
    """A dataset, the folder that `render_dataset` filled for it, and the stages that made its artifacts."""

    dataset: DatasetConfig
    folder: Path
    stages: tuple[StageFacts, ...] = ()


def write_site(site: SiteConfig, base_url: str | None, maps: Sequence[RenderedMap], folder: Path) -> None:
    """Write the whole site into `folder`, which is empty."""
    published = assets()
    for path, data in published.values():
        _write(folder / path, data)
    names = {name: path for name, (path, _) in published.items()}
    view = SiteView(site.title, site.description, site.language, __version__)
    env = environment()
    summaries = [(each.dataset, read_summary(each.folder)) for each in maps]
    index = shard("topic-index", json_payload(topic_index(summaries)))
    index_path = f"assets/topic-index.{hashlib.sha256(index).hexdigest()[:10]}.js"
    _write(folder / index_path, index)
    pages = chain(_site_pages(base_url, summaries, index_path), *(_dataset_pages(each) for each in maps))
    for path, template, page in pages:
        text = env.get_template(template).render(site=view, page=page, assets=names)
        _write(folder / path, text.encode("utf-8"))
    for each in maps:
        place = folder / each.dataset.slug
        _copy_files(each.folder, place / "map")
        _copy_files(each.folder / DOWNLOADS, place / DOWNLOADS)
        _write(place / DOWNLOADS / ENTRY, yaml_entry(each.dataset).encode("utf-8"))
    _write(folder / ".nojekyll", b"")


def _site_pages(
    base_url: str | None, maps: Sequence[tuple[DatasetConfig, MapSummary]], topic_index: str
) -> Iterator[tuple[str, str, Any]]:
    """Path, template and view of every page that is about no dataset alone."""
    cards = tuple(card(dataset, summary) for dataset, summary in maps)
    documents, topics = sum(each.documents for each in cards), sum(each.topics for each in cards)
    tags = tuple(sorted({tag for each in cards for tag in each.tags}, key=lambda tag: (tag.casefold(), tag)))
    yield "index.html", "gallery.html.j2", GalleryView("", documents, topics, cards, tags, topic_index)
    # A server shows this page under any address, where only an absolute path leads home.
    yield "404.html", "404.html.j2", NotFoundView(urlsplit(base_url or "").path.rstrip("/") + "/")


def _dataset_pages(rendered: RenderedMap) -> Iterator[tuple[str, str, Any]]:
    """Path, template and view of every page of a dataset."""
    dataset, folder = rendered.dataset, rendered.folder
    summary, details, entry = read_summary(folder), read_details(folder), yaml_entry(dataset)
    yield f"{dataset.slug}/index.html", "map.html.j2", map_view(dataset, summary)
    yield f"{dataset.slug}/topics/index.html", "topics.html.j2", topics_view(dataset, summary, details)
    for view in topic_views(dataset, summary, details):
        yield f"{dataset.slug}/topics/{view.id}/index.html", "topic.html.j2", view
    about = about_view(dataset, summary, details, rendered.stages, entry)
    yield f"{dataset.slug}/about/index.html", "about.html.j2", about
    sizes = {path.name: path.stat().st_size for path in (folder / DOWNLOADS).iterdir()}
    downloads = downloads_view(dataset, details, {**sizes, ENTRY: len(entry.encode("utf-8"))})
    yield f"{dataset.slug}/{DOWNLOADS}/index.html", "downloads.html.j2", downloads


def _copy_files(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        if path.is_file() and path.name not in {SUMMARY, DETAILS, "manifest.json"}:
            shutil.copyfile(path, target / path.name)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
