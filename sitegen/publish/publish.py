"""From the stored results of datasets to the published site: maps rendered, site written, checked, swapped."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sitegen import __version__
from sitegen.artifacts import (
    Clusters,
    Continuity,
    Documents,
    Entry,
    Given,
    Reduction,
    Store,
    TopicLabels,
    Topics,
    digest,
)
from sitegen.config import Project, read_dataset
from sitegen.errors import PublishError, SitegenError
from sitegen.pipeline import Pipeline
from sitegen.publish.state import MapRecord, State, build_time, listing
from sitegen.publish.summary import Outcome, host_limits, table
from sitegen.report import Report

if TYPE_CHECKING:
    from sitegen.site.map.render import MapSummary

_version = cache(version)  # which parses a file each time


def render_record(pipeline: Pipeline, entries: dict[str, Entry], store: Store, report: Report) -> MapRecord:
    """The map of a dataset as it may be published, rendered if its artifacts or what decides its files changed."""
    return MapRecord(pipeline.dataset, _render_map(pipeline, entries, store, report), _stage_facts(entries, store))


def _render_map(pipeline: Pipeline, entries: dict[str, Entry], store: Store, report: Report) -> Entry:
    """The stored map of a dataset, rendered if its artifacts or its `map:` section changed."""
    from sitegen.site import LIBRARIES, MAP_VERSION, SECTIONS

    dataset = pipeline.dataset
    parts = {
        "stage": "map",
        "version": MAP_VERSION,
        "config": dataset.section(*SECTIONS),
        "inputs": {name: entries[name].content for name in ("documents", "topics", "labels", "continuity")},
        "libraries": {name: _version(name) for name in LIBRARIES},
    }
    entry = store.find("map", digest(parts))
    if entry is not None:
        try:
            entry.verify()
        except SitegenError as error:
            report.warn(f"{dataset.slug}: {error}; rendering it again")
            store.discard(entry)
            entry = None
    if entry is None:
        from sitegen.site.render_dataset import render_dataset

        report.info(f"{dataset.slug:<16} map         renders")
        with store.writing("map", parts) as folder:
            render_dataset(
                dataset,
                cast(Documents, pipeline.load("documents")),
                cast(Continuity, pipeline.load("continuity")),
                cast(Topics, pipeline.load("topics")),
                cast(TopicLabels, pipeline.load("labels")),
                folder,
            )
        entry = store.find("map", digest(parts))
    if entry is None:
        raise PublishError(f"{dataset.slug}: the rendered map could not be read back")
    return entry


def _stage_facts(entries: dict[str, Entry], store: Store) -> list[dict[str, Any]]:
    """What the About page says of each stage. A reproducible build has neither times nor machines: they differ."""
    timed = "SOURCE_DATE_EPOCH" not in os.environ
    return [
        {
            "name": name,
            "seconds": entry.seconds if timed else None,
            "host": entry.host if timed else "",
            "chosen": store.load_field(entry, Clusters, "chosen") if name == "clusters" else "",
            "told": store.load_field(entry, Given, "told") if name == "given" else "",
            "landmarks": len(store.load_field(entry, Reduction, "landmarks")) if name == "reduction" else 0,
            "revision": entry.parts["revision"],
            "libraries": entry.parts["libraries"],
        }
        for name, entry in entries.items()
    ]


def published_record(slug: str, state: State, store: Store, report: Report) -> MapRecord | None:
    """A map as it was last published."""
    record = state.maps.get(slug)
    entry = store.find("map", record["key"]) if record else None
    if record is None or entry is None:
        report.warn(f"{slug}: not built yet, so it is left out; build it with --only {slug}")
        return None
    try:
        return MapRecord(read_dataset(record["dataset"]), entry, record.get("stages", []))
    except ValueError:
        report.warn(f"{slug}: built by another sitegen, left out; build it with --only {slug}")
        return None


def publish(
    project: Project,
    maps: Sequence[MapRecord],
    outcomes: dict[str, Outcome],
    state: State,
    report: Report,
    *,
    output: Path,
    base_url: str | None,
    strict: bool,
) -> None:
    """Write the site of these maps, check it, and put it in place of the one in `output`.

    Raises:
        PublishError: it cannot be written, or there were warnings and `strict` refuses them.
    """
    from sitegen.site.theme import theme_digest

    site_config = project.config.site.model_dump(mode="json")
    libraries = {name: _version(name) for name in ("bokeh", "jinja2", "markdown-it-py", "pillow", "rcssmin", "rjsmin")}
    pages = _texts(project.root / "pages")
    common = digest([__version__, base_url, site_config, theme_digest(project.root), pages, libraries])
    now = build_time()
    described = {each.dataset.slug: state.describe(each, common, now) for each in maps}
    site = digest([str(output.resolve()), common, list(described), described])
    files = listing(output)
    if site == state.site and files == state.files:
        report.info(f"nothing changed: {output} is up to date")
        return
    from sitegen.site.map.render import read_summary
    from sitegen.site.output.check import check_site
    from sitegen.site.output.staging import staging
    from sitegen.site.pages.hints import hint
    from sitegen.site.pages.provenance import StageFacts
    from sitegen.site.pages.statistics import read_details
    from sitegen.site.pages.write_site import RenderedMap, write_site

    same = {slug for slug, what in described.items() if state.unchanged(slug, what, files)}
    rendered = []
    for each in maps:
        slug = each.dataset.slug
        if slug not in same:
            each.entry.verify()
        rendered.append(
            RenderedMap(
                each.dataset,
                each.entry.folder,
                stages=tuple(StageFacts(**stage) for stage in each.stages),
                updated=described[slug]["updated"],
                previous=output / slug if slug in same else None,
            )
        )
    with staging(output) as folder:
        write_site(project.config.site, base_url, rendered, folder, project.root)
        check = check_site(folder)
        sizes = {name: size for name, (size, _) in listing(folder).items()}
        summaries = {each.dataset.slug: read_summary(each.entry.folder) for each in maps}
        hints = filter(None, map(hint, summaries, summaries.values()))
        for problem in [*check.problems, *host_limits(sizes), *hints]:
            report.warn(problem)
        if strict and report.warnings:
            raise PublishError(f"{report.warnings} warning(s), and --strict was given; {output} was not changed")
    state.site, state.files, state.maps = site, listing(output), {**state.maps, **described}
    state.save()
    for each in maps:
        outcome = outcomes[each.dataset.slug]
        if each.dataset.slug in same and outcome.result == "built":
            outcome.result = "unchanged"
        _measure(outcome, summaries[each.dataset.slug], sizes, check.first_view)
    for line in table(list(outcomes.values())):
        report.info(line)
    for each in maps:
        report.info(f"public of {each.dataset.slug}: {read_details(each.entry.folder).public}")
    report.info(f"published {len(maps)} map(s), {len(sizes)} files, {sum(sizes.values()) / 1e6:.1f} MB in {output}")


def _texts(folder: Path) -> dict[str, str]:
    """Digest of each page of the project's own, by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.md"))}


def _measure(outcome: Outcome, summary: MapSummary, sizes: dict[str, int], first_view: dict[str, int]) -> None:
    slug = outcome.slug
    own = [size for name, size in sizes.items() if name.startswith(f"{slug}/")]
    outcome.documents, outcome.topics = summary.documents, len(summary.topics)
    outcome.outside = summary.outliers / summary.documents
    outcome.first_view = first_view[f"{slug}/index.html"]
    outcome.files, outcome.size = len(own), sum(own)
