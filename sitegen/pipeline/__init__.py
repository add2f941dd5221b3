"""DATA IN -> ARTIFACTS: the whole pipeline. Libraries that a stage needs are imported when it runs."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace

from sitegen.artifacts import (
    Artifact,
    Clusters,
    Continuity,
    Documents,
    Embeddings,
    Given,
    Membership,
    Neighbors,
    Predefined,
    Reduction,
    ResolvedEdits,
    TopicLabels,
    Topics,
)
from sitegen.config import DatasetConfig, EmbeddingsConfig, LabelsConfig
from sitegen.pipeline.alignment import align_to_previous_build, continue_given
from sitegen.pipeline.clusters.beside_names import find_clusters_beside
from sitegen.pipeline.clusters.find_clusters import check_clusters, clusters_revision, find_clusters
from sitegen.pipeline.clusters.grow import cluster_or_join
from sitegen.pipeline.documents.joined import Joined, check_joined, joined_revision, read_joined
from sitegen.pipeline.documents.read_documents import check_documents, read_documents, source_revision
from sitegen.pipeline.edits.describe_edited import describe_edited
from sitegen.pipeline.edits.label_edited import label_edited
from sitegen.pipeline.edits.resolve import edits_revision, pick_membership, resolve_edits
from sitegen.pipeline.embeddings.embed import embed, embedder_revision, reach_embedder
from sitegen.pipeline.embeddings.joined import embed_joined, joined_embedder_revision, reach_joined
from sitegen.pipeline.given.hand_on import given_clusters, given_reduction, no_embeddings, no_neighbors
from sitegen.pipeline.given.read_given import given_revision, read_given
from sitegen.pipeline.labels.keep_names import label_or_keep
from sitegen.pipeline.labels.label_given import label_given
from sitegen.pipeline.labels.label_topics import label_topics, labeller_revision, reach_labeller
from sitegen.pipeline.neighbors.find_neighbors import find_neighbors
from sitegen.pipeline.neighbors.grow import find_or_update_neighbors
from sitegen.pipeline.predefined.assign import assign_to_names, names_revision
from sitegen.pipeline.reduction.grow import reduce_or_grow
from sitegen.pipeline.reduction.reduce import reduce, reduce_guided
from sitegen.pipeline.run import Pipeline, StageStatus
from sitegen.pipeline.stage import Context, Stage
from sitegen.pipeline.topics.describe_given import describe_given
from sitegen.pipeline.topics.describe_topics import check_topics, describe_topics, words_revision
from sitegen.pipeline.topics.grow import describe_or_keep

# MKL, which multiplies matrices for torch, reads this when it is first called. Without it the last bits of a product
# depend on the number of threads on some processors (AVX-512 with AMX), so a worker with one thread and a process with
# all would compute different bytes.
os.environ.setdefault("MKL_CBWR", "AUTO,STRICT")

Condition = Callable[..., bool]
"""Whether the settings of a stage use a library."""


def _embeds(*, embeddings_config: EmbeddingsConfig) -> bool:
    return embeddings_config.model is not None and embeddings_config.file is None


def _generates(*, labels_config: LabelsConfig, **_: object) -> bool:
    return labels_config.model is not None and labels_config.endpoint is None


OF_DOCUMENTS: dict[str, Condition] = {
    "tokenizers": lambda *, documents_config, **_: documents_config.counts_tokens,
    "regex": lambda *, documents_config, **_: documents_config.cuts_texts,
    "rensa": lambda *, documents_config, **_: documents_config.drop_near_duplicates is not None,
}
OF_EMBEDDINGS: dict[str, Condition] = dict.fromkeys(("sentence-transformers", "transformers", "torch"), _embeds)
OF_CLUSTERS: dict[str, Condition] = {
    "fast-hdbscan": lambda *, clusters_config, **_: clusters_config.engine == "fast_hdbscan",
    "cuml-cu12": lambda *, clusters_config, **_: clusters_config.engine == "cuml",
}
OF_TOPICS: dict[str, Condition] = {
    "stopwordsiso": lambda *, topics_config, **_: topics_config.stop_words not in (None, "english"),
}
OF_LABELS: dict[str, Condition] = {
    "stopwordsiso": lambda *, labels_config, **_: labels_config.model is not None,
    **dict.fromkeys(("transformers", "torch"), _generates),
    "sentence-transformers": lambda *, embeddings_config, **_: embeddings_config.model is not None,
}

# fmt: off
STAGES = (
    Stage("documents",  8, ("source", "documents", "given", "seed"), (), Documents, read_documents,
          ("tokenizers", "regex", "rensa"), source_revision, check_documents, used_if=OF_DOCUMENTS),
    Stage("embeddings", 3, ("embeddings",), ("documents",), Embeddings, embed,
          ("sentence-transformers", "transformers", "torch"), embedder_revision, used_if=OF_EMBEDDINGS,
          reach=reach_embedder),
    Stage("reduction",  6, ("reduction", "seed"), ("embeddings",), Reduction, reduce,
          ("umap-learn", "pynndescent", "scikit-learn", "numba")),
    Stage("neighbors",  1, ("seed",), ("embeddings",), Neighbors, find_neighbors,
          ("pynndescent", "numba")),
    Stage("clusters",   5, ("clusters", "seed"), ("reduction",), Clusters, find_clusters,
          ("hdbscan", "fast-hdbscan", "cuml-cu12", "scikit-learn"), clusters_revision, check_clusters,
          used_if=OF_CLUSTERS),
    Stage("topics",     6, ("topics", "embeddings"), ("documents", "embeddings", "clusters"), Topics, describe_topics,
          ("bertopic", "scikit-learn", "scipy", "stopwordsiso", "regex"), words_revision, check_topics,
          used_if=OF_TOPICS),
    Stage("labels",    11, ("labels", "topics", "embeddings", "seed"), ("documents", "embeddings", "topics"),
          TopicLabels, label_topics, ("transformers", "torch", "sentence-transformers", "stopwordsiso", "pystemmer"),
          labeller_revision, used_if=OF_LABELS, reach=reach_labeller),
    Stage("continuity", 2, (), ("documents", "embeddings", "reduction", "topics", "labels"), Continuity,
          align_to_previous_build,
          ("scipy",), uses_previous_result=True),
)
PREDEFINED = Stage("predefined", 1, ("predefined", "embeddings"), ("embeddings",), Predefined, assign_to_names,
                   ("sentence-transformers", "transformers", "torch"), names_revision)
GIVEN = Stage("given", 3, ("given",), ("documents",), Given, read_given, (), given_revision)
NO_EMBEDDINGS = Stage("embeddings", 1, (), ("documents",), Embeddings, no_embeddings, ())
NO_NEIGHBORS = Stage("neighbors", 1, (), ("embeddings",), Neighbors, no_neighbors, ())
GIVEN_REDUCTION = Stage("reduction", 1, (), ("given",), Reduction, given_reduction, ())
GIVEN_CLUSTERS = Stage("clusters", 1, (), ("given",), Clusters, given_clusters, ())
GIVEN_LABELS = Stage("labels", 2, (), ("topics", "given"), TopicLabels, label_given, ("pystemmer",))
GIVEN_CONTINUITY = Stage("continuity", 2, (),
                         ("documents", "given", "embeddings", "reduction", "topics", "labels"), Continuity,
                         continue_given, ("scipy",), uses_previous_result=True)


def _of_any(conditions: Mapping[str, Condition], name: str) -> dict[str, Condition]:
    """Return whether any dataset of a shared map uses a library, by its own section `name`."""

    def any_uses(condition: Condition, joined_config: Joined) -> bool:
        return any(condition(**{f"{name}_config": getattr(each, name)}) for each in joined_config)

    return {
        library: lambda *, joined_config, condition=condition, **_: any_uses(condition, joined_config)
        for library, condition in conditions.items()
    }


JOINED = {
    "documents": Stage("documents", 1, ("joined", "source", "documents", "seed"), (), Documents, read_joined,
                       ("tokenizers", "regex", "rensa"), joined_revision, check_joined,
                       used_if=_of_any(OF_DOCUMENTS, "documents")),
    "embeddings": Stage("embeddings", 1, ("joined", "embeddings"), ("documents",), Embeddings, embed_joined,
                        ("sentence-transformers", "transformers", "torch"), joined_embedder_revision,
                        used_if=_of_any(OF_EMBEDDINGS, "embeddings"), reach=reach_joined),
}  # fmt: skip
"""Of a map of several datasets."""

# What people changed, between what is computed and the map; only where a dataset has a file of edits.
EDIT_STAGES = (
    Stage("edits", 3, ("slug", "embeddings", "documents"),
          ("documents", "topics", "labels", "continuity"), ResolvedEdits, resolve_edits,
          (), edits_revision, renders=True),
    Stage("membership", 1, (), ("edits",), Membership, pick_membership, (), renders=True),
    Stage("edited_topics", 4, ("topics", "embeddings"),
          ("documents", "embeddings", "topics", "continuity", "membership"), Topics, describe_edited,
          ("bertopic", "scikit-learn", "scipy", "stopwordsiso", "regex"), used_if=OF_TOPICS, renders=True),
    Stage("edited_labels", 7, ("labels", "topics", "embeddings", "seed"),
          ("documents", "embeddings", "labels", "edits", "membership", "edited_topics"), TopicLabels, label_edited,
          ("transformers", "torch", "sentence-transformers", "stopwordsiso", "pystemmer"), used_if=OF_LABELS,
          renders=True),
)
# fmt: on


def _growing(name: str, run: Callable[..., Artifact], version: int, *inputs: str) -> Stage:
    """Return a stage as a map that grows has it: it knows its last result."""
    stage = next(each for each in STAGES if each.name == name)
    every = (*stage.inputs, *inputs)
    return replace(stage, run=run, version=version, inputs=every, uses_previous_result=True)


GROWING = {
    stage.name: stage
    for stage in (
        _growing("reduction", reduce_or_grow, 2, "documents"),
        _growing("neighbors", find_or_update_neighbors, 1),
        _growing("clusters", cluster_or_join, 1, "embeddings"),
        _growing("topics", describe_or_keep, 2, "reduction"),
        _growing("labels", label_or_keep, 8, "clusters"),
        _growing("continuity", align_to_previous_build, 3),
    )
}


def _given_topics(stage: Stage, vectors: bool) -> Stage:
    """Return the stage of topics where they are given; without vectors of the documents no model embeds keywords."""
    revision = stage.revision if vectors else None
    return replace(stage, inputs=(*stage.inputs, "given"), run=describe_given, revision=revision)


def stages_of(dataset: DatasetConfig, stages: tuple[Stage, ...] = STAGES) -> tuple[Stage, ...]:
    """Return the stages of one dataset: where it brings a result, a stage of the same name hands that on."""
    if dataset.joined:
        stages = tuple(JOINED.get(stage.name, stage) for stage in stages)
    if not dataset.map.neighbors:
        stages = tuple(NO_NEIGHBORS if stage.name == "neighbors" else stage for stage in stages)
    if dataset.growth.mode == "grow":
        stages = tuple(stage if stage is NO_NEIGHBORS else GROWING.get(stage.name, stage) for stage in stages)
    if dataset.given.labels is not None:
        stages = _changed(stages, "reduction", _guided)
    if dataset.predefined is not None:
        stages = _changed(stages, "clusters", _beside_names)
        stages = tuple(each for stage in stages for each in _with_names(stage))
    if dataset.given.has_places or dataset.given.has_topics:
        stages = _with_given(dataset, stages)
    return stages


def _changed(stages: tuple[Stage, ...], name: str, change: Callable[[Stage], Stage]) -> tuple[Stage, ...]:
    return tuple(change(stage) if stage.name == name else stage for stage in stages)


def _guided(stage: Stage) -> Stage:
    """Return the stage of the reduction as labels of some documents guide it."""
    inputs = dict.fromkeys((*stage.inputs, "documents"))
    run = reduce_guided if stage.run is reduce else stage.run
    return replace(stage, run=run, sections=(*stage.sections, "given"), inputs=tuple(inputs))


def _beside_names(stage: Stage) -> Stage:
    """Return the stage of the clusters as it leaves out documents of topics that are named beforehand."""
    run = find_clusters_beside if stage.run is find_clusters else stage.run
    return replace(stage, run=run, inputs=(*stage.inputs, "predefined"))


def _with_names(stage: Stage) -> tuple[Stage, ...]:
    return (PREDEFINED, stage) if stage.name == "clusters" else (stage,)


def _with_given(dataset: DatasetConfig, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    given = dataset.given
    instead = {"continuity": GIVEN_CONTINUITY}
    if given.has_places:
        instead["reduction"] = GIVEN_REDUCTION
        if dataset.documents.vector is None and dataset.embeddings.file is None:
            instead["embeddings"] = NO_EMBEDDINGS
    if given.has_topics:
        topics = next(stage for stage in stages if stage.name == "topics")
        instead |= {"clusters": GIVEN_CLUSTERS, "topics": _given_topics(topics, "embeddings" not in instead)}
    if given.has_names:
        instead["labels"] = GIVEN_LABELS
    first, *others = stages
    return (first, GIVEN, *(instead.get(stage.name, stage) for stage in others))


__all__ = ["EDIT_STAGES", "STAGES", "Context", "Pipeline", "Stage", "StageStatus", "stages_of"]
