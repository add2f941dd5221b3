"""The list of pages, and writing them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from sitegen.config import DatasetConfig, SiteConfig
from sitegen.errors import PublishError
from sitegen.parallel import in_threads
from sitegen.site.map.summary import PICTURES, SUMMARY, MapSummary, read_summary
from sitegen.site.output.hashed_files import MADE_OF
from sitegen.site.output.shards import json_payload, shard
from sitegen.site.output.staging import link_file, link_tree
from sitegen.site.pages.custom_pages import ExtraPage, read_extra_pages
from sitegen.site.pages.facts.changes import BuildChanges
from sitegen.site.pages.facts.comparison import COMPARISON, read_comparison
from sitegen.site.pages.facts.provenance import StageFacts, yaml_entry
from sitegen.site.pages.facts.statistics import STATISTICS, read_statistics
from sitegen.site.pages.files.downloads import DOWNLOADS
from sitegen.site.pages.files.feeds import FeedEntry, ascii_address, change_feeds, feed, page_links, robots, sitemap
from sitegen.site.pages.files.llms import llms_txt
from sitegen.site.pages.files.picture_fonts import PictureFonts
from sitegen.site.pages.files.pictures import Caption, picture_files, social_card
from sitegen.site.pages.views.about_view import ENTRY, about_view, downloads_view
from sitegen.site.pages.views.changes_view import changes_view
from sitegen.site.pages.views.comparison_view import comparison_view
from sitegen.site.pages.views.hierarchy_view import hierarchy_view, time_view
from sitegen.site.pages.views.map_view import map_view
from sitegen.site.pages.views.page_views import (
    GalleryView,
    NavigationLink,
    NotFoundView,
    PageView,
    SiteView,
    card,
    topic_index,
)
from sitegen.site.pages.views.topic_views import moved_views, topic_views, topics_view
from sitegen.site.theme import assets as static_assets
from sitegen.site.theme import environment, inline_styles, own_files, render
from sitegen.version import __version__

CARD = "card.jpg"
"""The social card of a map, in its folder."""
MAPS_WHEN_LOST = 20
"""Listed on the page of an address that does not exist."""


@dataclass(frozen=True)
class RenderedMap:
    """A dataset and the folder that `render_dataset` filled for it.

    Attributes:
        stages: what made its artifacts.
        updated: when the map last changed, in seconds since 1970.
        history: changes of topics over the last builds, newest first.
        previous: its folder in the site published before, if its data are still right.
        same_pages: whether all other files of it are right too.
        pictures: its folder in the site published before, if the pictures to download there are still right.
    """

    dataset: DatasetConfig
    folder: Path
    stages: tuple[StageFacts, ...] = ()
    updated: int = 0
    history: tuple[BuildChanges, ...] = ()
    previous: Path | None = None
    same_pages: bool = False
    pictures: Path | None = None


def write_site(
    site: SiteConfig,
    base_url: str | None,
    maps: Sequence[RenderedMap],
    folder: Path,
    project: Path | None = None,
    fonts: PictureFonts | None = None,
) -> None:
    """Write the whole site into `folder`, which is empty.

    Args:
        fonts: those of the pictures to download, the bundled ones if absent.
        project: where the project's own `templates/`, `static/` and `pages/` are.

    Raises:
        PublishError: a template fails, or a page or file of the project cannot be published.
    """
    base_url, fonts = ascii_address(base_url) if base_url else None, fonts or PictureFonts()
    published = static_assets(project)
    for path, data in published.values():
        _write(folder / path, data)
    names = {name: path for name, (path, _) in published.items()}
    styles = inline_styles(published)
    extra = read_extra_pages(project / "pages") if project else []
    navigation = tuple(NavigationLink(page.front.title, f"{page.name}/index.html") for page in extra)
    view = SiteView(site.title, site.description, site.language, __version__, navigation)
    env = environment(project)
    summaries = [(each.dataset, read_summary(each.folder)) for each in maps]
    index = shard("topic-index", json_payload(topic_index(summaries)))
    index_path = f"assets/topic-index.{hashlib.sha256(index).hexdigest()[:10]}.js"
    _write(folder / index_path, index)
    images = {}
    for each, (dataset, summary) in zip(maps, summaries, strict=True):
        place = folder / dataset.slug
        if base_url:
            images[dataset.slug] = f"{dataset.slug}/{CARD}"
        if each.previous and each.same_pages:
            link_tree(each.previous, place)
            continue
        if each.previous:
            link_tree(each.previous / "map", place / "map")
        else:
            _copy_map(each.folder, place / "map")
        shutil.copytree(each.folder / DOWNLOADS, place / DOWNLOADS)
        _write(place / DOWNLOADS / ENTRY, yaml_entry(dataset).encode("utf-8"))
        words = caption(dataset, summary, site, base_url)
        drawings = picture_files(each.folder, summary, words, fonts)
        pictures = {f"{DOWNLOADS}/{name}": draw for name, draw in drawings.items()}
        if base_url:
            for name, data in change_feeds(base_url, dataset.slug, dataset.title, each.history):
                _write(place / name, data)
            pictures[CARD] = partial(social_card, each.folder, summary, words, fonts)
        if each.pictures and all((each.pictures / name).exists() for name in pictures):
            for name in pictures:
                link_file(each.pictures / name, place / name)
        else:
            drawn = in_threads(lambda draw: draw(), pictures.values())
            for name, data in zip(pictures, drawn, strict=True):
                _write(place / name, data)
    compared = {each.dataset.slug for each in maps if (each.folder / COMPARISON).exists()}
    of_maps = (_dataset_pages(each, names, folder, fonts) for each in maps if not each.same_pages)
    for path, template, page in chain(_site_pages(base_url, summaries, index_path), *of_maps, _extra_pages(extra)):
        if (folder / path).exists():
            raise PublishError(f"pages/{path.partition('/')[0]}.md: {path} is a page already; rename the file")
        slug = path.partition("/")[0]
        links = replace(page_links(base_url, path, images.get(slug)), compare=slug in compared)
        text = render(env, template, site=view, page=page, assets=names, styles=styles, links=links)
        _write(folder / path, text.encode("utf-8"))
    _write(folder / ".nojekyll", b"")
    _write(folder / "llms.txt", llms_txt(site, base_url, summaries))
    if base_url:
        moved = {f"{data.slug}/topics/{old}/index.html" for data, summary in summaries for old, _ in summary.redirects}
        _write_feeds(site, base_url, maps, folder, moved)
    if project:
        _copy_own(own_files(project), {each.dataset.slug for each in maps}, folder)


def caption(dataset: DatasetConfig, summary: MapSummary, site: SiteConfig, base_url: str | None) -> Caption:
    """Return the text around the pictures of a map."""
    documents, topics = summary.drawn, len(summary.topics)
    figures = f"{documents:,} {'document' if documents == 1 else 'documents'} · "
    figures += f"{topics:,} {'topic' if topics == 1 else 'topics'}"
    named = sum(topic.named_by == "llm" for topic in summary.topics)
    given = any(topic.named_by == "given" for topic in summary.topics)
    by = "named by a language model" if named else "names given with the data" if given else "named by keywords"
    source = "; ".join(each.describe() for each in dataset.source)
    address = f"{base_url.rstrip('/')}/{dataset.slug}/" if base_url else None
    parts = (source, dataset.license, by if topics else None, f"{site.title}, made with sitegen", address)
    return Caption(dataset.title, figures, " · ".join(part for part in parts if part))


def _extra_pages(pages: Sequence[ExtraPage]) -> Iterator[tuple[str, str, object]]:
    for page in pages:
        view = PageView("../", page.front.title, page.front.description, page.body)
        yield f"{page.name}/index.html", "page.html.j2", view


def _write_feeds(
    site: SiteConfig, base_url: str, maps: Sequence[RenderedMap], folder: Path, moved: Collection[str]
) -> None:
    """Write the sitemap, the feed and `robots.txt`; pages that are `moved` are in none of them."""
    pages = [path.relative_to(folder).as_posix() for path in folder.rglob("*.html") if path.name != "404.html"]
    own = sorted(set(pages).difference(moved))
    _write(folder / "sitemap.xml", sitemap(base_url, own, {each.dataset.slug: each.updated for each in maps}))
    entries = [
        FeedEntry(each.dataset.title, each.dataset.description, f"{each.dataset.slug}/index.html", each.updated)
        for each in maps
    ]
    _write(folder / "feed.xml", feed(base_url, site.title, site.description, entries))
    _write(folder / "robots.txt", robots(base_url))


def _copy_own(files: dict[str, Path], slugs: set[str], folder: Path) -> None:
    for name, path in files.items():
        if (folder / name).exists() or name.partition("/")[0] in slugs | {"assets"}:
            raise PublishError(f"{path}: would be published as {name}, where sitegen writes itself; rename it")
        _write(folder / name, path.read_bytes())


def _site_pages(
    base_url: str | None, maps: Sequence[tuple[DatasetConfig, MapSummary]], topic_index: str
) -> Iterator[tuple[str, str, object]]:
    """Path, template and view of every page that is about no dataset alone."""
    cards = tuple(card(dataset, summary) for dataset, summary in maps)
    documents, topics = sum(each.documents for each in cards), sum(each.topics for each in cards)
    tags = tuple(sorted({tag for each in cards for tag in each.tags}, key=lambda tag: (tag.casefold(), tag)))
    yield "index.html", "gallery.html.j2", GalleryView("", documents, topics, cards, tags, topic_index)
    # A server shows this page under any address, where only an absolute path leads home.
    root = urlsplit(base_url or "").path.rstrip("/") + "/"
    links = tuple(NavigationLink(each.title, each.url) for each in cards[:MAPS_WHEN_LOST])
    yield "404.html", "404.html.j2", NotFoundView(root, links)


def _dataset_pages(
    rendered: RenderedMap, assets: Mapping[str, str], site: Path, fonts: PictureFonts
) -> Iterator[tuple[str, str, object]]:
    """Path, template and view of every page of a dataset.

    Args:
        assets: the published paths of static files.
        site: the folder that is written, with the files to download.
    """
    dataset, folder = rendered.dataset, rendered.folder
    summary, statistics, entry = read_summary(folder), read_statistics(folder), yaml_entry(dataset)
    changes = changes_view(dataset, statistics, rendered.history)
    yield f"{dataset.slug}/index.html", "map.html.j2", map_view(dataset, summary, assets, changes is not None)
    yield f"{dataset.slug}/topics/index.html", "topics.html.j2", topics_view(dataset, summary, statistics)
    if tree := hierarchy_view(dataset, summary, statistics):
        yield f"{dataset.slug}/hierarchy/index.html", "hierarchy.html.j2", tree
    if timeline := time_view(dataset, summary, statistics):
        yield f"{dataset.slug}/time/index.html", "time.html.j2", timeline
    if comparison := read_comparison(folder):
        page = comparison_view(dataset, summary, comparison)
        yield f"{dataset.slug}/compare/index.html", "compare.html.j2", page
    for view in topic_views(dataset, summary, statistics):
        yield f"{dataset.slug}/topics/{view.id}/index.html", "topic.html.j2", view
    for old, moved in moved_views(dataset, summary).items():
        yield f"{dataset.slug}/topics/{old}/index.html", "moved.html.j2", moved
    if changes:
        yield f"{dataset.slug}/changes/index.html", "changes.html.j2", changes
    about = about_view(dataset, summary, statistics, rendered.stages, changes is not None, entry)
    yield f"{dataset.slug}/about/index.html", "about.html.j2", about
    sizes = {path.name: path.stat().st_size for path in (site / dataset.slug / DOWNLOADS).iterdir()}
    unwritable = fonts.unwritable([topic.name for topic in summary.topics])
    downloads = downloads_view(dataset, summary, statistics, sizes, unwritable)
    yield f"{dataset.slug}/{DOWNLOADS}/index.html", "downloads.html.j2", downloads


def _copy_map(source: Path, target: Path) -> None:
    own = shutil.ignore_patterns(SUMMARY, STATISTICS, COMPARISON, DOWNLOADS, PICTURES, MADE_OF, "manifest.json")
    shutil.copytree(source, target, ignore=own)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
