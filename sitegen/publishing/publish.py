"""From stored results to the published site: decide what changed, write and check it, record what was published."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sitegen.artifacts import Clusters, Entry, Given, Predefined, Reduction, ReductionGrowth, Store, digest
from sitegen.config import DatasetConfig, Project, read_dataset
from sitegen.errors import PublishError
from sitegen.publishing.state import MapRecord, PublishedMap, State, build_time, listing
from sitegen.publishing.summary import Outcome, host_limits, table
from sitegen.report import Report
from sitegen.version import __version__
from sitegen.workspace import MAP

if TYPE_CHECKING:
    from sitegen.site.map.summary import MapSummary

_version = cache(version)  # which parses a file each time


def map_record(dataset: DatasetConfig, entries: dict[str, Entry], store: Store) -> MapRecord:
    """Return what is published of a dataset, whose stored results are `entries`, by stage."""
    return MapRecord(dataset, entries["map"], _stage_facts(entries, store))


def _stage_facts(entries: dict[str, Entry], store: Store) -> list[dict[str, object]]:
    """Return what the About page says of each stage, without times and machine, which differ from build to build."""
    return [
        {
            "name": name,
            "chosen": store.load_field(entry, Clusters, "chosen") if name == "clusters" else "",
            "told": _words_of_given(name, entry, store),
            "landmarks": len(store.load_field(entry, Reduction, "landmarks")) if name == "reduction" else 0,
            "growth": _growth(name, entry, store),
            "revision": entry.parts["revision"],
            "libraries": entry.parts["libraries"],
        }
        for name, entry in entries.items()
        if name != "map"
    ]


def _words_of_given(name: str, entry: Entry, store: Store) -> str:
    """Return what a stage tells readers of results that were given beforehand."""
    if name == "given":
        return str(store.load_field(entry, Given, "told"))
    if name == "predefined":
        return str(store.load_field(entry, Predefined, "told"))
    if name == "reduction" and "guide.json" in entry.files:
        return str(store.load_field(entry, Reduction, "guide"))
    return ""


def _growth(name: str, entry: Entry, store: Store) -> ReductionGrowth | None:
    """Return how the map was fitted and how well newcomers fit, if this stage is the reduction of a map that grows."""
    if name != "reduction" or "growth.json" not in entry.files:
        return None
    return cast(ReductionGrowth, store.load_field(entry, Reduction, "growth"))


def published_record(slug: str, state: State, store: Store, report: Report) -> MapRecord | None:
    """Return a map as it was last published; None, with a warning, if this sitegen cannot publish it again."""
    from sitegen.site.map.summary import read_summary
    from sitegen.site.pages.facts.statistics import read_statistics

    record = state.maps.get(slug)
    entry = store.find("map", record["key"]) if record else None
    if record is None or entry is None:
        report.warn(f"{slug}: not built yet, so it is left out; build it with --only {slug}")
        return None
    try:
        dataset = read_dataset(record["dataset"])
        read_summary(entry.folder)
        read_statistics(entry.folder)
        of_this_version = entry.parts["version"] == MAP.version
    except (ValueError, KeyError):
        of_this_version = False
    if not of_this_version:
        report.warn(f"{slug}: built by another sitegen, left out; build it with --only {slug}")
        return None
    return MapRecord(dataset, entry, record.get("stages", []))


@dataclass(frozen=True)
class Target:
    """Where and how a site is published.

    Attributes:
        output: the folder of the site.
        base_url: the address at which it will be served, if known.
        strict: refuse to publish where there were warnings.
    """

    output: Path
    base_url: str | None
    strict: bool


@dataclass(frozen=True)
class Plan:
    """What the site is made from now, and what of the published one is still right.

    Attributes:
        site: digest of everything that the site is made from.
        described: what to remember of each map, by slug.
        intact: maps whose data are taken over from the published site.
        unchanged: those of them whose pages are taken over too.
        up_to_date: whether the published site is already this one.
        files: size and time of change of each file of the published site, by path.
    """

    site: str
    described: dict[str, PublishedMap]
    intact: frozenset[str]
    unchanged: frozenset[str]
    up_to_date: bool
    files: dict[str, list[int]]


@dataclass(frozen=True)
class Written:
    """A site that was put in place: bytes of each file by path, and the summary of each map by slug."""

    sizes: dict[str, int]
    summaries: dict[str, MapSummary]


def publish(
    project: Project,
    maps: Sequence[MapRecord],
    outcomes: dict[str, Outcome],
    state: State,
    report: Report,
    target: Target,
) -> None:
    """Bring the site of these maps up to date, and note in `outcomes` what became of each.

    Raises:
        PublishError: it cannot be written, or there were warnings and `target` is strict.
    """
    plan = decide(project, maps, state, target)
    if plan.up_to_date:
        report.info(f"nothing changed: {target.output} is up to date")
        return
    written = write(project, maps, plan, state, report, target)
    record(state, plan, target.output)
    _report_outcomes(maps, outcomes, plan, written, report)
    files, size = len(written.sizes), sum(written.sizes.values()) / 1e6
    report.info(f"published {len(maps)} map(s), {files} files, {size:.1f} MB in {target.output}")


def decide(project: Project, maps: Sequence[MapRecord], state: State, target: Target) -> Plan:
    """Compare what the site is made from with what was last published; reads statistics only, and writes nothing."""
    from sitegen.site.pages.files.picture_fonts import picture_fonts
    from sitegen.site.theme import theme_digest

    site_config = project.config.site.model_dump(mode="json")
    libraries = {name: _version(name) for name in ("bokeh", "jinja2", "markdown-it-py", "pillow")}
    pages = _page_digests(project.root / "pages")
    fonts = picture_fonts(project.config.site.picture_fonts, project.root).digest()
    common = digest([__version__, target.base_url, site_config, theme_digest(project.root), pages, libraries, fonts])
    now = build_time()
    described = {each.dataset.slug: state.describe(each, common, now) for each in maps}
    site = digest([str(target.output.resolve()), common, list(described), described])
    files = listing(target.output)
    intact = state.intact(described, files)
    unchanged = frozenset(
        slug for slug in intact if state.same(slug, described[slug], "pages") and "check" in state.maps[slug]
    )
    up_to_date = site == state.site and files == state.files
    return Plan(site, described, intact, unchanged, up_to_date, files)


def write(
    project: Project, maps: Sequence[MapRecord], plan: Plan, state: State, report: Report, target: Target
) -> Written:
    """Write the site beside the published one, check it, and put it in its place.

    Adds to `plan.described` what is to be remembered of pictures and checks.

    Raises:
        PublishError: it cannot be written, or there were warnings and `target` is strict; the old site stays.
    """
    from sitegen.site.map.summary import read_summary
    from sitegen.site.output.check import check_site
    from sitegen.site.output.staging import staging
    from sitegen.site.pages.facts.changes import read_history
    from sitegen.site.pages.facts.comparison import read_comparison
    from sitegen.site.pages.facts.provenance import StageFacts
    from sitegen.site.pages.files.picture_fonts import picture_fonts
    from sitegen.site.pages.hints import comparison_hint, hint
    from sitegen.site.pages.write_site import RenderedMap, caption, write_site
    from sitegen.site.privacy.redact import redactor

    site, summaries, rendered = project.config.site, {}, []
    fonts = picture_fonts(site.picture_fonts, project.root)
    hashes = fonts.digest()
    for each in maps:
        slug = each.dataset.slug
        if slug not in plan.intact:
            each.entry.verify()
        summary = summaries[slug] = read_summary(each.entry.folder)
        described = plan.described[slug]
        words = asdict(caption(each.dataset, summary, site, target.base_url))
        described["pictures"] = digest(
            [__version__, _version("pillow"), _drawn_from(each.entry.files, summary), words, hashes]
        )
        if slug not in plan.unchanged and (lacking := fonts.unwritable([topic.name for topic in summary.topics])):
            report.info(
                f"{slug}: pictures to download lack {len(lacking)} of {len(summary.topics)} names, for no font of "
                "theirs has the letters; site.picture_fonts takes a file of one that has"
            )
        rendered.append(
            RenderedMap(
                each.dataset,
                each.entry.folder,
                stages=tuple(map(StageFacts.from_state, each.stages)),
                updated=described["updated"],
                history=read_history(described["history"], redactor(each.dataset.privacy.redact)),
                previous=target.output / slug if slug in plan.intact else None,
                same_pages=slug in plan.unchanged,
                pictures=target.output / slug if state.same_pictures(slug, described, plan.files) else None,
            )
        )
    with staging(target.output) as folder:
        write_site(site, target.base_url, rendered, folder, project.root, fonts)
        check = check_site(folder, plan.unchanged)
        for slug, described in plan.described.items():
            described["check"] = state.maps[slug]["check"] if slug in plan.unchanged else check.of_folder(slug)
        known = [problem for slug in plan.unchanged for problem in plan.described[slug]["check"]["problems"]]
        sizes = {name: size for name, (size, _) in listing(folder).items()}
        told = (
            text
            for data, stored in ((each.dataset, each.entry.folder) for each in maps)
            for text in (
                hint(data.slug, summaries[data.slug], data.given.has_topics),
                comparison_hint(data.slug, read_comparison(stored)),
            )
        )
        hints = filter(None, told)
        for problem in [*check.problems, *sorted(known), *host_limits(sizes), *hints]:
            report.warn(problem)
        if target.strict and report.warnings:
            raise PublishError(f"{report.warnings} warning(s), and --strict was given; {target.output} was not changed")
    return Written(sizes, summaries)


def _drawn_from(files: Mapping[str, str], summary: MapSummary) -> list[object]:
    """Return what the pictures to download are made of; `files` are the digests of a stored map, by path."""
    from sitegen.site.map.summary import PICTURES

    bare = {name: each for name, each in files.items() if name.startswith(f"{PICTURES}/") and name.endswith(".png")}
    return [bare, [asdict(picture) for picture in summary.pictures], [topic.color for topic in summary.topics]]


def record(state: State, plan: Plan, output: Path) -> None:
    """Remember what was published, for the next build."""
    state.site, state.files, state.maps = plan.site, listing(output), {**state.maps, **plan.described}
    state.save()


def _report_outcomes(
    maps: Sequence[MapRecord], outcomes: dict[str, Outcome], plan: Plan, written: Written, report: Report
) -> None:
    from sitegen.site.pages.facts.statistics import read_statistics

    for each in maps:
        slug = each.dataset.slug
        outcome = outcomes[slug]
        if slug in plan.unchanged and outcome.result == "built":
            outcome.result = "unchanged"
        own = [size for name, size in written.sizes.items() if name.startswith(f"{slug}/")]
        outcome.first_view = plan.described[slug]["check"]["first_view"]
        outcome.files, outcome.size = len(own), sum(own)
        summary = written.summaries[slug]
        outcome.documents, outcome.topics = summary.documents, len(summary.topics)
        outcome.outside = summary.outliers / summary.documents
    for line in table(list(outcomes.values())):
        report.info(line)
    for each in maps:
        report.info(f"public of {each.dataset.slug}: {read_statistics(each.entry.folder).public}")


def _page_digests(folder: Path) -> dict[str, str]:
    """Return the digest of each page of the project's own, by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.md"))}
