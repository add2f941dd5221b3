"""What the templates of the About page and the Downloads page receive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sitegen.config import DatasetConfig
from sitegen.site.map.summary import MapSummary
from sitegen.site.pages.facts.bars import Counts
from sitegen.site.pages.facts.changes import summarize
from sitegen.site.pages.facts.provenance import Parameter, StageFacts, parameters
from sitegen.site.pages.facts.statistics import DatasetStatistics
from sitegen.site.pages.views.charts import Chart, bar_chart, rows
from sitegen.site.pages.views.dataset_card import card_html

ENTRY = "datasets.yaml"
"""File name of the entry to reproduce a map."""
CONTENTS = {
    "topics.csv": "every topic with its name, description, parent, size, share, place and keywords, for a spreadsheet",
    "topics.json": "the same for a program; keywords as lists",
    "topic-words.json": "keywords and description of every topic, which stay while the map grows",
    "topic-documents.jsonl": "the ids of the documents of every topic, a line of JSON per topic",
    "topic-documents-0.jsonl": "the ids of the documents of every topic, of those of the fit",
    "topic-documents-1.jsonl": "the same of those that came since",
    "topic-documents-2.jsonl": "the same of the latest",
    "documents.parquet": "every document: its topic, its place on the map, and what of it is public",
    "documents-0.parquet": "the documents of the fit: topic, place on the map, and what of them is public",
    "documents-1.parquet": "the same of those that came since",
    "documents-2.parquet": "the same of the latest",
    "compare.csv": "the share of every topic in each of the groups that are compared, with intervals",
    "map.png": "the map with its names, 3000 × 2000 pixels, for slides and papers",
    "map-dark.png": "the same on a dark ground",
    "map-square.png": "the map with its names, 2160 × 2160 pixels, for posts",
    "map-square-dark.png": "the same on a dark ground",
    "map.svg": "the map with its names as text, for print",
    ENTRY: "the settings that make this map again",
}


@dataclass(frozen=True)
class LabelsView:
    """Where names come from: `by_model`, `by_phrase`, `by_editors`, `given`, `predefined`; of other `topics`, keywords.

    Of `measured` names, `pointing` are closer to the documents of their own topic than to those of any other.
    `made_with` is model, revision, quantization, hash of the prompt, host of the endpoint, engine and device; empty
    without.
    """

    topics: int
    by_model: int
    by_phrase: int
    by_editors: int
    given: int
    predefined: int
    measured: int
    pointing: int
    made_with: dict[str, str]


@dataclass(frozen=True)
class AboutView:
    """`about.html.j2`. `dropped` and `noted` are documents by rule.

    Of the `neighbors` documents closest in meaning to a document, the share `kept` is among as many nearest on the map,
    on average; None without vectors. `changes` tells whether there is a page of what changed, `changed` how many topics
    did since the build before, by kind.
    """

    root: str
    title: str
    description: str
    source: str
    license: str | None
    homepage: str | None
    citation: str | None
    card: Markup
    documents: int
    outliers: int
    outside_before: int
    hidden: int
    rows: int
    dropped: Counts
    noted: Counts
    charts: tuple[Chart, ...]
    categories: Chart | None
    labels: LabelsView
    brought: tuple[str, ...]
    grown: tuple[str, ...]
    neighbors: int
    kept: float | None
    places_given: bool
    topics_given: bool
    public: str
    seed: int
    parameters: tuple[Parameter, ...]
    stages: tuple[StageFacts, ...]
    changes: bool
    changed: str
    entry: str


@dataclass(frozen=True)
class Download:
    """A file to take away; `bytes` is its size."""

    name: str
    content: str
    bytes: int


@dataclass(frozen=True)
class DownloadsView:
    """`downloads.html.j2`. `public` says in one line what of the documents is in the files.

    `unwritable` are names that the pictures lack, because no font of theirs has letters for them.
    """

    root: str
    title: str
    license: str | None
    documents: int
    topics: int
    citation: str | None
    public: str
    unwritable: tuple[str, ...]
    files: tuple[Download, ...]


def about_view(
    dataset: DatasetConfig,
    summary: MapSummary,
    statistics: DatasetStatistics,
    stages: Sequence[StageFacts],
    changes: bool,
    entry: str,
) -> AboutView:
    """Return the About page of one dataset; `entry` is its text in `datasets.yaml`."""
    charts = (
        bar_chart("Length of documents", "characters", *zip(*statistics.lengths, strict=True)),
        bar_chart(f"Documents per {statistics.period}", statistics.period, statistics.periods, statistics.over_time),
    )
    return AboutView(
        root="../../",
        title=dataset.title,
        description=dataset.description,
        source="; ".join(each.describe() for each in dataset.source),
        license=dataset.license,
        homepage=dataset.homepage,
        citation=dataset.citation,
        card=card_html(statistics.card),
        documents=summary.documents,
        outliers=summary.outliers,
        outside_before=statistics.outside_before,
        hidden=statistics.hidden,
        rows=statistics.rows,
        dropped=statistics.dropped,
        noted=statistics.noted,
        charts=tuple(chart for chart in charts if chart is not None),
        categories=rows(
            f"Documents by {dataset.documents.category or 'category'}",
            "category",
            statistics.categories,
            summary.documents,
        ),
        labels=LabelsView(
            topics=len(summary.topics),
            by_model=sum(topic.named_by == "llm" for topic in summary.topics),
            by_phrase=sum(topic.named_by == "phrase" for topic in summary.topics),
            by_editors=sum(topic.named_by == "editors" for topic in summary.topics),
            given=sum(topic.named_by == "given" for topic in summary.topics),
            predefined=sum(topic.named_by == "predefined" for topic in summary.topics),
            measured=sum(topic.origin.rank is not None for topic in statistics.topics),
            pointing=sum(topic.origin.rank == 1 for topic in statistics.topics),
            made_with=statistics.labelled_by,
        ),
        brought=_brought(dataset),
        grown=_grown(stages, summary, dataset.reduction.n_neighbors),
        neighbors=statistics.neighbors,
        kept=statistics.neighbors_kept,
        places_given=dataset.given.has_places,
        topics_given=dataset.given.has_topics,
        public=statistics.public,
        seed=dataset.seed,
        parameters=parameters(dataset),
        stages=tuple(stages),
        changes=changes,
        changed=summarize(statistics.changes),
        entry=entry,
    )


def _grown(stages: Sequence[StageFacts], summary: MapSummary, neighbors: int) -> tuple[str, ...]:
    """Return a sentence on the age of the fit of a map that grows, and on each measure of its drift."""
    growth = next((stage.growth for stage in stages if stage.name == "reduction" and stage.growth), None)
    if growth is None:
        return ()
    if not growth.get("placed"):
        return (f"Map and topics were fitted to all documents that there are; it was {growth['fitted']:,} documents.",)
    told = [
        f"Map and topics were fitted to {growth['fitted']:,} documents. Those keep their place and their topic; "
        f"{growth['placed']:,} documents came since, in {growth['builds']:,} "
        f"{'build' if growth['builds'] == 1 else 'builds'}, and were placed beside those most like them."
    ]
    if summary.drawn < summary.documents:
        told.append(
            f"Pictures show {summary.drawn:,} of the {summary.documents:,} documents, the others are points on the "
            "map; pictures are drawn anew when the map has grown by a tenth, or a topic has doubled or is new."
        )
    if growth["misfits"] is not None:
        told += [
            f"{growth['misfits']:.0%} of these lie farther from the fitted documents than 95% of the fitted ones do "
            "from each other; 5% would if they were like them.",
            f"On average {growth['neighbors_new']:.0%} of the {neighbors} documents nearest in meaning to a fitted one "
            "came after the fit, which did not know them. So much of its surroundings would be new to a new fit; this "
            "does not say how far documents would move or how many would change their topic.",
        ]
    return tuple(told)


def _brought(dataset: DatasetConfig) -> tuple[str, ...]:
    """Return a sentence on each result that the dataset brings, and on what is left out for it."""
    given, vectors = dataset.given, dataset.documents.vector or dataset.embeddings.file
    told = [f"The vectors come from {vectors.rpartition('/')[2]}."] if vectors else []
    if not dataset.documents.text:
        told.append("There are no texts: titles, or names of topics, stand for them, and keywords are words of these.")
    if given.has_places:
        told.append(f"The places on the map are those of the columns {given.x} and {given.y}; no layout was computed.")
        if not given.has_topics:
            among = "the points of another space, which came with them" if given.space else "these places"
            told.append(f"The topics were found among {among}.")
        if not vectors:
            told.append("There are no vectors, so no keywords were chosen by meaning (KeyBERT, MMR).")
    if given.labels is not None:
        told.append(
            f"The labels in the column {given.labels} guided the layout: documents of one label were drawn together, "
            "those of different labels apart."
        )
    if dataset.predefined is not None:
        told.append(
            f"Topics were named beforehand: {', '.join(dataset.predefined.topics)}. A document is in one if the "
            f"cosine similarity of its vector and the name's is at least {dataset.predefined.min_similarity:g}."
        )
    if given.bertopic is not None:
        told.append("The topics, their names and their keywords are those of a saved BERTopic model.")
    elif given.topic is not None:
        names = f", their names those of the column {given.name}" if given.name else ""
        told.append(f"The topics are those of the column {given.topic}{names}; no clusters were computed.")
    if given.layers:
        told.append(f"The groups of topics are those of the column {given.layers[0].topic}.")
    return tuple(told)


def downloads_view(
    dataset: DatasetConfig,
    summary: MapSummary,
    statistics: DatasetStatistics,
    sizes: Mapping[str, int],
    unwritable: tuple[str, ...],
) -> DownloadsView:
    """Return the Downloads page of one dataset.

    Args:
        sizes: bytes by file name.
        unwritable: names that the pictures lack.
    """
    return DownloadsView(
        root="../../",
        title=dataset.title,
        license=dataset.license,
        documents=summary.documents,
        topics=len(summary.topics),
        citation=dataset.citation,
        public=statistics.public,
        unwritable=unwritable,
        files=tuple(Download(name, CONTENTS[name], sizes[name]) for name in CONTENTS if name in sizes),
    )
