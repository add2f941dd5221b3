"""The list of pages, and writing them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sitegen import __version__
from sitegen.config import DatasetConfig, SiteConfig
from sitegen.site.map import SUMMARY, MapSummary, read_summary
from sitegen.site.theme import assets, environment
from sitegen.site.views import GalleryView, NotFoundView, SiteView, card, map_view


@dataclass(frozen=True)
class RenderedMap:
    """A dataset and the folder that `render_map` filled for it."""

    dataset: DatasetConfig
    folder: Path


def write_site(site: SiteConfig, base_url: str | None, maps: Sequence[RenderedMap], folder: Path) -> None:
    """Write the whole site into `folder`, which is empty."""
    published = assets()
    for path, data in published.values():
        _write(folder / path, data)
    names = {name: path for name, (path, _) in published.items()}
    view = SiteView(site.title, site.description, site.language, __version__)
    env = environment()
    summaries = [(each.dataset, read_summary(each.folder)) for each in maps]
    for path, template, page in _pages(base_url, summaries, names):
        text = env.get_template(template).render(site=view, page=page, assets=names)
        _write(folder / path, text.encode("utf-8"))
    for each in maps:
        _copy_files(each.folder, folder / each.dataset.slug / "map")
    _write(folder / ".nojekyll", b"")


def _pages(
    base_url: str | None, maps: Sequence[tuple[DatasetConfig, MapSummary]], assets: Mapping[str, str]
) -> Iterator[tuple[str, str, Any]]:
    """Path, template and view of every page."""
    cards = tuple(card(dataset, summary) for dataset, summary in maps)
    documents, topics = sum(each.documents for each in cards), sum(each.topics for each in cards)
    yield "index.html", "gallery.html.j2", GalleryView("", documents, topics, cards)
    # A server shows this page under any address, where only an absolute path leads home.
    yield "404.html", "404.html.j2", NotFoundView(urlsplit(base_url or "").path.rstrip("/") + "/")
    for dataset, summary in maps:
        yield f"{dataset.slug}/index.html", "map.html.j2", map_view(dataset, summary, assets)


def _copy_files(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(SUMMARY, "manifest.json"))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
