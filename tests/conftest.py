"""One tiny gallery for the whole session: made-up artifacts, rendered by the real code, served by the real server.

Its texts are ordinary, odd and hostile: each of them must reach the reader as nothing but text.
"""

from __future__ import annotations

import base64
import fcntl
import gzip
import hashlib
import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from sitegen.artifacts import (
    CLASS_SCHEMA,
    DOCUMENT_SCHEMA,
    HIERARCHY_SCHEMA,
    LABEL_SCHEMA,
    PARENT_LABEL_SCHEMA,
    PARENT_SCHEMA,
    TIMELINE_SCHEMA,
    TOPIC_SCHEMA,
    Continuity,
    Documents,
    Embeddings,
    Neighbors,
    Reduction,
    TopicLabels,
    Topics,
)
from sitegen.config import (
    DatasetConfig,
    DocstringsSource,
    DocumentsConfig,
    MapConfig,
    PackageSource,
    PrivacyConfig,
    SiteConfig,
)
from sitegen.site.edits import NOTHING_EDITED, Edited
from sitegen.site.map.pictures import static_image

FULL_SIZE = static_image.SHAPES
IMAGE = '<img src=x onerror="window.hacked=1">'
SCRIPT = "</script><script>window.hacked=1</script>"
VECTOR = '"><svg onload="window.hacked=1">'
TEMPLATE = "{{7*7}} {% raw %} ${7*7}"
SEPARATORS = "line\u2028paragraph\u2029end"
RIGHT_TO_LEFT = "نص من اليمين إلى اليسار"
OVERRIDE = "left \u202eright to left\u202c left"
WIDE = "機械学習の会話と日常"
EMOJI = "🐙 octopus & 👩‍👩‍👧 family"
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenknopf"
MANY_WORDS = "Ünïcode and a good many words that go on for longer than anyone would like"
HOSTILE = (
    IMAGE,
    SCRIPT,
    VECTOR,
    TEMPLATE,
    SEPARATORS,
    OVERRIDE,
    "' onmouseover='window.hacked=1' x='",
    "<!--<script>",
    "]]><b>bold</b>",
    "javascript:window.hacked=1",
    r"&lt;b&gt; \u003c \ $& &amp;amp;",
    "tab\tand\nnew line\r\nand nul\x00",
)
ODD = (RIGHT_TO_LEFT, WIDE, EMOJI, LONG_WORD, MANY_WORDS, "x", "W" * 400, "z\u0301\u0302\u0303" * 20)
NAMES = (
    "Database servers",
    IMAGE,
    SCRIPT,
    VECTOR,
    TEMPLATE,
    SEPARATORS,
    RIGHT_TO_LEFT,
    WIDE,
    EMOJI,
    LONG_WORD,
    MANY_WORDS,
    "x",
)
CARD = (
    f"# A card\n\nOf [its makers](https://example.org/card) {IMAGE} {SCRIPT}\n\n"
    "![a tracker](https://example.org/x.png)\n\n### Terms\n"
)
SIZES = (90, 80, 70, 60, 50, 40, 35, 30, 25, 21, 20, 9)
# 8 lies close to 0 and 10 close to 4, so their names must wait for a zoom; 11 lies exactly on 9.
CENTERS = ((2, 8), (5, 8.5), (8, 8), (8.5, 5), (5, 5.3), (1.5, 5), (2, 2), (5, 1.5), (2.5, 7.8), (8, 2), (5.4, 5.1))
OUTSIDE = 70
PARENTS = {"Machines " + IMAGE: range(4), RIGHT_TO_LEFT + " 2": range(4, 8), "Sea & land": range(8, 12)}
# Largest first, and so are the topics in each, so the list under its headings is in the order of topics.

# A job in a shell's background ignores Ctrl-C, and so would the commands that tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class TinyMap:
    """What one map of the tiny site was made from."""

    dataset: DatasetConfig
    documents: Documents
    continuity: Continuity
    topics: Topics
    labels: TopicLabels
    edited: Edited = NOTHING_EDITED
    neighbors: Neighbors | None = None

    @property
    def titles(self) -> list[str]:
        return self.documents.column("title")

    @property
    def names(self) -> list[str]:
        return [row["name"] for row in self.labels.rows()]

    @property
    def keywords(self) -> list[list[str]]:
        return [row["mmr"] for row in self.topics.rows()]

    @property
    def places(self) -> np.ndarray:
        """Where each document lies in the map square, y up."""
        from sitegen.site.map.map_square import to_map_square

        return to_map_square(self.continuity.layout).astype(float)

    def words(self, document: int) -> tuple[str, str, str]:
        """Title, category and topic name of a document, as its tooltip must show them."""
        topic = self.topics.assignment[document]
        category = self.documents.column("category")[document]
        return self.titles[document], category or "", self.names[topic] if topic >= 0 else "Outside any topic"


@dataclass(frozen=True)
class TinySite:
    """The published site and what it was made from."""

    folder: Path
    site: SiteConfig
    maps: dict[str, TinyMap]

    def stored(self, slug: str) -> list[int]:
        """All documents of a map in storage order; titles are unique."""
        files = sorted((self.folder / slug / "map").glob("titles-*/*/*.js"), key=lambda file: int(file.stem))
        number = {title: document for document, title in enumerate(self.maps[slug].titles)}
        return [number[title] for file in files for title, _ in json.loads(unpack(file.read_text("ascii")))]

    def shown(self, slug: str) -> list[int]:
        """The documents that a map draws as points unasked, in storage order: all, for there are few."""
        return self.stored(slug)


def unpack(script: str) -> bytes:
    """The payload of a shard."""
    return gzip.decompress(base64.b64decode(script.split('"')[3]))


def table(schema: pa.Schema, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema)


def make_tiny() -> TinyMap:
    """Twelve topics and outliers, hostile in every field."""
    rng = np.random.default_rng(7)
    assignment = np.repeat(np.arange(-1, len(SIZES)), (OUTSIDE, *SIZES))
    layout = rng.uniform(0.5, 9.5, (len(assignment), 2))
    for topic, center in enumerate(CENTERS):
        layout[assignment == topic] = center + rng.normal(0, 0.3, (SIZES[topic], 2))
    layout[assignment == 11] = np.median(layout[assignment == 9].astype(np.float32), axis=0)
    # Two documents far out, as UMAP leaves them.
    layout[0], layout[1] = (-300, 5), (400, 6)
    shuffled = rng.permutation(len(assignment))
    assignment, layout = assignment[shuffled].astype(np.int32), layout[shuffled].astype(np.float32)
    texts = ("An ordinary conversation", *HOSTILE, *ODD)
    documents = [
        {
            "id": f"d{i}",
            "title": f"{texts[i % len(texts)]} {i}",
            "text": f"{texts[i % len(texts)]} at length",
            "category": (None, *texts)[i % (len(texts) + 1)],
            "url": (None, f"https://example.org/{i}?a=1&copy=2", "javascript:window.hacked=1")[i % 3],
            "date": datetime(2020 + i % 5, 1 + i % 12, 3, tzinfo=UTC) if i % 7 else None,
            "rating": float(i % 10) if i % 13 else None,
        }
        for i in range(len(assignment))
    ]
    topics = [
        {
            "topic": topic,
            "size": size,
            "keywords": [f"word{topic}"],
            "keybert": [HOSTILE[(topic + 1) % 11], f"=word{topic}"],
            "mmr": [f"word{topic}", "Café", HOSTILE[topic % 11]],
            "representatives": np.flatnonzero(assignment == topic)[:3].tolist(),
        }
        for topic, size in enumerate(SIZES)
    ]
    labels = [
        {
            "topic": topic,
            "name": name,
            "named_by": "keywords" if topic % 3 else "llm",
            "answers": [name, VECTOR],
            "description": f"About {name}" if topic % 2 else None,
            "tries": 1,
            "keywords": [f"word{topic}"],
            "documents": [],
            "reason": "no answer" if topic % 3 else None,
            "fit": 0.25,
            "margin": -0.125 if topic == 1 else 0.125,
            "rank": 2 if topic == 1 else 1,
            "nearest": 0 if topic else 1,
        }
        for topic, name in enumerate(NAMES)
    ]
    hierarchy, parents, timeline, classes = related_topics(documents, assignment)
    made = first_build(
        DatasetConfig(
            slug="tiny",
            title=f"Tiny {VECTOR} </title>{SCRIPT}",
            description=f"{IMAGE} {SCRIPT} {TEMPLATE} {SEPARATORS} {RIGHT_TO_LEFT} {EMOJI} {LONG_WORD * 3}",
            license=f"MIT {VECTOR}",
            homepage="https://example.org/?a=1&lt=2&copy=3",
            tags=("ordinary", IMAGE, VECTOR, LONG_WORD),
            source=PackageSource(type="package", package="tiny", path=f"{SCRIPT}.json"),
            map=MapConfig(points=500),
            documents=DocumentsConfig(columns={"rating": "number"}),
            privacy=PrivacyConfig(text="full", columns=("date", "rating")),
        ),
        layout,
        Documents(
            table(DOCUMENT_SCHEMA.append(pa.field("rating", pa.float64())), documents),
            {"shorter than min_chars": 30},
            {"date left empty": 2},
            630,
            card=CARD,
        ),
        Topics(
            table(TOPIC_SCHEMA, topics),
            assignment,
            hierarchy=table(HIERARCHY_SCHEMA, hierarchy),
            parents=table(PARENT_SCHEMA, parents),
            timeline=table(TIMELINE_SCHEMA, timeline),
            classes=table(CLASS_SCHEMA, classes),
            outside={"before": OUTSIDE + 25, "after": OUTSIDE},
        ),
        TopicLabels(
            table(LABEL_SCHEMA, labels),
            {"model": f"tiny {IMAGE}", "revision": "r1", "prompt": "p1"},
            table(
                PARENT_LABEL_SCHEMA,
                [
                    {"parent": number, "name": name, "named_by": "keywords" if number else "llm", "answers": [name]}
                    for number, name in enumerate(PARENTS)
                ],
            ),
        ),
    )
    return replace(made, neighbors=Neighbors(nearest_in_three_dimensions(layout)))


def nearest_in_three_dimensions(layout: np.ndarray) -> np.ndarray:
    """The ten nearest documents of each by vectors that have one dimension more than the map."""
    height = np.random.default_rng(9).normal(0, 0.5, (len(layout), 1))
    points = np.hstack([layout, height])
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    return np.argsort(apart, axis=1)[:, :10].astype(np.int32)


def related_topics(documents: list[dict[str, Any]], assignment: np.ndarray) -> tuple[list[dict[str, Any]], ...]:
    """Rows of the tree of topics, its parents, their course over time and their categories: every word is hostile."""
    pairs = [(0, 1), (2, 3), (12, 13), (4, 5), (6, 7), (15, 16), (8, 10), (9, 11), (18, 19), (14, 17), (20, 21)]
    members = [[topic] for topic in range(len(SIZES))]
    hierarchy = []
    for number, (left, right) in enumerate(pairs):
        members.append(members[left] + members[right])
        merge = {"node": len(SIZES) + number, "left": left, "right": right, "distance": 0.2 + 0.1 * number}
        size = sum(SIZES[topic] for topic in members[-1])
        hierarchy.append({**merge, "size": size, "keywords": [HOSTILE[number], f"merged{number}"]})
    parents = [
        {
            "parent": number,
            "topics": list(topics),
            "size": sum(SIZES[topic] for topic in topics),
            "keywords": [IMAGE, f"parent{number}"],
        }
        for number, topics in enumerate(PARENTS.values())
    ]
    counts: dict[str, Counter[tuple[int, Any]]] = {"start": Counter(), "category": Counter()}
    for document, topic in zip(documents, assignment.tolist(), strict=True):
        if topic >= 0 and document["date"]:
            counts["start"][topic, datetime(document["date"].year, 1, 1, tzinfo=UTC)] += 1
        if topic >= 0 and document["category"]:
            counts["category"][topic, document["category"]] += 1
    timeline, classes = (
        [
            {"topic": topic, name: part, "documents": count, "keywords": [SCRIPT, f"word{topic}"]}
            for (topic, part), count in sorted(counts[name].items())
        ]
        for name in ("start", "category")
    )
    return hierarchy, parents, timeline, classes


def first_build(
    dataset: DatasetConfig, layout: np.ndarray, documents: Documents, topics: Topics, labels: TopicLabels
) -> TinyMap:
    """A map that was never built before, so that its topics are numbered from 0."""
    from sitegen.pipeline.alignment import align_to_previous_build

    continuity = align_to_previous_build(
        documents=documents,
        embeddings=Embeddings(np.ones((len(documents), 1), np.float32)),
        reduction=Reduction(layout, layout),
        topics=topics,
        labels=labels,
        previous=None,
        context=None,
    )
    return TinyMap(dataset, documents, continuity, topics, labels)


def make_plain() -> TinyMap:
    """A dataset in which nothing was found: no topic, no category."""
    count = 150
    layout = np.random.default_rng(8).normal(0, 1, (count, 2)).astype(np.float32)
    documents = [{"id": f"p{i}", "title": f"Plain {i}", "text": "text", "category": None} for i in range(count)]
    return first_build(
        DatasetConfig(
            slug="plain", title="Plain", source=DocstringsSource(type="docstrings", packages=("json", "math"))
        ),
        layout,
        Documents(table(DOCUMENT_SCHEMA, documents), {}),
        Topics(table(TOPIC_SCHEMA, []), np.full(count, -1, np.int32)),
        TopicLabels(table(LABEL_SCHEMA, []), {}),
    )


def publish_tiny(
    workplace: Path, change: Callable[[TinyMap], TinyMap] = lambda each: each, base_url: str | None = None
) -> TinySite:
    """Render and publish the tiny site, its maps changed, below `workplace`, as `sitegen build` does.

    If it is there already, it is left as it is.
    """
    from sitegen.site.output.staging import staging
    from sitegen.site.pages.write_site import RenderedMap, write_site
    from sitegen.site.render_dataset import render_dataset

    maps = {each.dataset.slug: each for each in map(change, (make_tiny(), make_plain()))}
    site = SiteConfig(title=f"All maps & {IMAGE}", description=f"Found {VECTOR} {SCRIPT}", language="en-GB")
    made = TinySite(workplace / "site", site, maps)
    if made.folder.exists():
        return made
    rendered = []
    for slug, each in maps.items():
        folder = workplace / "rendered" / slug
        folder.mkdir(parents=True)
        config = each.dataset
        artifacts = (each.documents, each.continuity, each.topics, each.labels)
        render_dataset(config, *artifacts, folder, each.edited, neighbors=each.neighbors)
        rendered.append(RenderedMap(config, folder))
    with staging(made.folder) as folder:
        write_site(site, base_url, rendered, folder)
    return made


def tree(folder: Path) -> dict[str, str]:
    """Every file and folder below `folder` with the hash of its content."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture(scope="session", autouse=True)
def small_pictures() -> Iterator[None]:
    """Pictures to download have an eighth of their width and height: at full size they take most of a rendering."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(static_image, "SHAPES", tuple(shape.smaller(8) for shape in FULL_SIZE))
        yield


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TinySite:
    """The tiny site, with pictures of full size; tests read it and leave it as it is. Workers of one run share it."""
    base = tmp_path_factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (run / "tiny.lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        patch.setattr(static_image, "SHAPES", FULL_SIZE)
        return publish_tiny(run / "tiny")


@pytest.fixture(scope="session")
def tiny_maker() -> Callable[..., TinySite]:
    """`tiny_maker(workplace, change)`: another tiny site."""
    return publish_tiny


@pytest.fixture(scope="session")
def tiny_url(tiny: TinySite) -> Iterator[str]:
    """Where sitegen's own server shows the tiny site."""
    from sitegen.commands.serve.server import serving

    with serving(tiny.folder) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture(name="first_build", scope="session")
def first_build_fixture() -> Callable[..., TinyMap]:
    """`first_build(dataset, layout, documents, topics, labels)`: a map of its own."""
    return first_build


@pytest.fixture(name="tree", scope="session")
def tree_fixture() -> Any:
    """`tree(folder)`: path and hash of everything in a folder."""
    return tree


@pytest.fixture(name="unpack", scope="session")
def unpack_fixture() -> Any:
    """`unpack(script)`: the payload of a shard."""
    return unpack
