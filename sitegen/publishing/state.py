"""What a project last published: enough to see what changed since, and to publish a map again as it was."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

from sitegen.artifacts import Entry, canonical_json, digest
from sitegen.config import DatasetConfig, dump_dataset
from sitegen.errors import ConfigError

if TYPE_CHECKING:
    from sitegen.site.output.check import FolderCheck
    from sitegen.site.pages.facts.changes import BuildRow

MOST_BUILDS, MOST_CHANGES = 20, 200
"""Builds whose changes are kept, and changes of each."""
PICTURES = (".png", ".svg", ".jpg")
"""How the names of pictures to download end, and of the social card."""


@dataclass(frozen=True)
class MapRecord:
    """One published map: its config, the stored result and what made it. Kept to publish it again as it is."""

    dataset: DatasetConfig
    entry: Entry
    stages: list[dict[str, object]]


class PublishedMap(TypedDict, total=False):
    """What is remembered of a published map; a state of another version may lack some of it.

    Attributes:
        dataset: its config, as JSON values.
        key, content, stages: of the stored map, and what made it.
        continuity: digest of what its topics were.
        history: changes of topics of the last builds, newest first.
        updated: when dataset or content last changed, in seconds since 1970.
        pages, pictures: digests of everything that its pages and its pictures to download were made from.
        check: what the check of its pages found.
    """

    dataset: object
    key: str
    content: str
    stages: list[dict[str, object]]
    continuity: str | None
    history: list[BuildRow]
    updated: int
    pages: str
    pictures: str
    check: FolderCheck


@dataclass
class State:
    """What was last published, in `.sitegen/published.json`.

    Attributes:
        site: digest of everything that the site was made from.
        files: size and time of change of each of its files, by path.
        maps: what is remembered of each map, by slug.
    """

    path: Path
    site: str = ""
    files: dict[str, list[int]] = field(default_factory=dict)
    maps: dict[str, PublishedMap] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> State:
        """Return the state on disk; an empty one if there is none that can be read, or it is damaged."""
        try:
            data = json.loads(path.read_text("utf-8"))
            if data.pop("digest") != digest(data):
                return cls(path)
            return cls(path, data["site"], data["files"], data["maps"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(path)

    def save(self) -> None:
        """Write the state to disk."""
        draft = self.path.with_suffix(".part")
        data = {"site": self.site, "files": self.files, "maps": self.maps}
        draft.write_text(canonical_json({**data, "digest": digest(data)}), "utf-8")
        draft.replace(self.path)

    def describe(self, record: MapRecord, common: str, now: int) -> PublishedMap:
        """Return what to remember of a map that is published now; `common` is what the pages of all maps depend on."""
        slug = record.dataset.slug
        known: PublishedMap = {
            "dataset": dump_dataset(record.dataset),
            "key": record.entry.key,
            "content": record.entry.content,
            "stages": record.stages,
            "continuity": record.entry.parts.get("inputs", {}).get("continuity"),
        }
        before = self.maps.get(slug, {})
        known["history"] = self._history(before, record, known["continuity"], now)
        same = before.get("dataset") == known["dataset"] and before.get("content") == known["content"]
        updated = before["updated"] if same and "updated" in before else now
        return {**known, "updated": updated, "pages": digest([common, known])}

    @staticmethod
    def _history(before: PublishedMap, record: MapRecord, continuity: str | None, now: int) -> list[BuildRow]:
        """Return the changes of topics of the last builds, with those of this one if its topics are others."""
        from sitegen.site.pages.facts.statistics import read_statistics

        history = list(before.get("history", []))
        if before.get("continuity") in (None, continuity):
            return history
        changes = [asdict(change) for change in read_statistics(record.entry.folder).changes[:MOST_CHANGES]]
        this_build: BuildRow = {"updated": now, "changes": changes}
        return [this_build, *history][:MOST_BUILDS] if changes else history

    def intact(self, described: dict[str, PublishedMap], files: dict[str, list[int]]) -> frozenset[str]:
        """Return the maps whose folder is as it was published, with the same data; `files` lists the site."""
        before, found = _by_folder(self.files), _by_folder(files)
        return frozenset(
            slug
            for slug, what in described.items()
            if slug in before and before[slug] == found.get(slug) and self.same(slug, what, "content")
        )

    def same(self, slug: str, described: PublishedMap, *names: Literal["content", "pages", "pictures"]) -> bool:
        """Tell whether these facts of a map are what they were when it was last published."""
        before = self.maps.get(slug, {})
        return all(name in before and before[name] == described[name] for name in names)

    def same_pictures(self, slug: str, described: PublishedMap, files: dict[str, list[int]]) -> bool:
        """Tell whether the published pictures of a map are made of the same as now, and are as they were written.

        `files` lists the site.
        """
        pictures = [name for name in self.files if name.startswith(f"{slug}/") and name.endswith(PICTURES)]
        intact = bool(pictures) and all(files.get(name) == self.files[name] for name in pictures)
        return intact and self.same(slug, described, "pictures")


def _by_folder(files: dict[str, list[int]]) -> dict[str, dict[str, list[int]]]:
    """Return a listing in parts, one for each folder at the top."""
    parts: dict[str, dict[str, list[int]]] = {}
    for name, what in files.items():
        parts.setdefault(name.partition("/")[0], {})[name] = what
    return parts


def listing(folder: Path) -> dict[str, list[int]]:
    """Return the size and time of change of every file: enough to see that a site is as it was written."""
    if not folder.is_dir():
        return {}
    found = {}
    for place, _, names in os.walk(folder):
        parent = "" if place == str(folder) else f"{place[len(str(folder)) + 1 :]}/"
        for name in names:
            status = Path(place, name).lstat()
            found[f"{parent}{name}"] = [status.st_size, status.st_mtime_ns]
    return dict(sorted(found.items()))


def build_time() -> int:
    """Return the seconds since 1970; those of SOURCE_DATE_EPOCH if it is set (reproducible-builds.org).

    Raises:
        ConfigError: it is set to something else.
    """
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 12):
        raise ConfigError(f"SOURCE_DATE_EPOCH: should be a number of seconds since 1970, not {text[:40]!r}")
    return int(text) if text else int(time.time())
