"""Fingerprints of topics that edits made in the preview mean: forgotten where a topic is another now, back after undo.

A new edit of a number means the topic that the page shows by it. If the topic that earlier edits meant is gone, its
fingerprint goes with them, and the next build takes another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from sitegen.commands.serve.settle import Item
from sitegen.config import DatasetConfig, Project
from sitegen.config.edits_file import Edits, named_documents, named_topics
from sitegen.errors import ArtifactError
from sitegen.pipeline.edits.fingerprint import Computed, Lock, read_lock, write_lock
from sitegen.pipeline.edits.match import match_fingerprints
from sitegen.pipeline.edits.resolve import shown_ids
from sitegen.report import Report
from sitegen.workspace import Workspace


class LostTopics:
    """Knows which numbers of earlier edits are those of other topics now, and what earlier topics were known by.

    Args:
        latest: returns another value after each build.
    """

    def __init__(self, latest: Callable[[], object]) -> None:
        self._latest = latest
        self._computed: dict[str, tuple[object, Computed | None]] = {}
        self._dropped: dict[tuple[str, str], Lock] = {}

    def find(self, project: Project, slug: str, edits: Edits | None) -> set[int]:
        """Return the numbers that edits name, whose topics are gone, and that other topics are shown by."""
        (dataset,) = project.select({slug})
        lock = read_lock(project.root, slug)
        prints = {number: lock.topics[number] for number in _topics(edits) if number in lock.topics}
        computed = self._topics_of_build(project, dataset) if prints else None
        if computed is None:
            return set()
        matches = match_fingerprints(prints, computed)
        shown = set(shown_ids(computed.ids, matches))
        return {number for number, match in matches.items() if match.rank is None and number in shown}

    def drop(
        self,
        project: Project,
        slug: str,
        state: str,
        before: Edits | None,
        after: Edits | None,
        retired: Collection[int] = (),
    ) -> None:
        """Forget the fingerprints of retired topics; keep them for an undo, and those that edits name no more.

        Args:
            state: hash of the file before.
        """
        lock = read_lock(project.root, slug)
        topics = (_topics(before) - _topics(after)) | set(retired)
        documents = _documents(before) - _documents(after)
        self._dropped[slug, state] = Lock(
            {number: each for number, each in lock.topics.items() if number in topics},
            {name: value for name, value in lock.documents.items() if name in documents},
        )
        if not lock.topics.keys().isdisjoint(retired):
            kept = {number: each for number, each in lock.topics.items() if number not in retired}
            write_lock(project.root, slug, replace(lock, topics=kept))

    def restore(self, project: Project, slug: str, state: str) -> None:
        """Bring back what was dropped when the file with the hash `state` was changed, because it is back."""
        back = self._dropped.get((slug, state))
        if back and (back.topics or back.documents):
            lock = read_lock(project.root, slug)
            write_lock(project.root, slug, Lock(lock.topics | back.topics, lock.documents | back.documents))

    def _topics_of_build(self, project: Project, dataset: DatasetConfig) -> Computed | None:
        build, slug = self._latest(), dataset.slug
        if slug not in self._computed or build is None or self._computed[slug][0] != build:
            try:
                found = Workspace(project, Report(-1)).stored_topics(dataset)
            except ArtifactError:  # not built yet
                found = None
            self._computed[slug] = build, found
        return self._computed[slug][1]


def named_by(items: Collection[Item]) -> set[Any]:
    """Return the topics that edits name, which nobody has checked yet."""
    found: set[Any] = set()
    for each in items:
        for key in ("topic", "topics", "into", "to"):
            value = each.get(key)
            found.update(value if isinstance(value, list) else [value])
    return found


def _topics(edits: Edits | None) -> set[int]:
    return set(named_topics(edits.file)) if edits else set()


def _documents(edits: Edits | None) -> set[str]:
    return set(named_documents(edits.file)) if edits else set()
