"""DATA IN -> ARTIFACTS: the whole pipeline. Libraries that a stage needs are imported when it runs."""

from sitegen.artifacts import Clusters, Continuity, Documents, Embeddings, Reduction, TopicLabels, Topics
from sitegen.pipeline.alignment import continue_last
from sitegen.pipeline.clusters.find_clusters import find_clusters
from sitegen.pipeline.documents.read_documents import read_documents, source_revision
from sitegen.pipeline.embeddings.embed import embed, embedder_revision
from sitegen.pipeline.labels.label_topics import label_topics, labeller_revision
from sitegen.pipeline.reduction.reduce import reduce
from sitegen.pipeline.run import Pipeline, StageStatus
from sitegen.pipeline.stage import Context, Stage
from sitegen.pipeline.topics.describe_topics import describe_topics

# fmt: off
STAGES = (
    Stage("documents",  5, ("source", "documents", "seed"), (), Documents, read_documents,
          ("tokenizers", "regex", "rensa"), source_revision),
    Stage("embeddings", 2, ("embeddings",), ("documents",), Embeddings, embed,
          ("sentence-transformers", "transformers", "torch"), embedder_revision),
    Stage("reduction",  4, ("reduction", "seed"), ("embeddings",), Reduction, reduce,
          ("umap-learn", "pynndescent", "scikit-learn", "numba")),
    Stage("clusters",   4, ("clusters", "seed"), ("reduction",), Clusters, find_clusters,
          ("hdbscan", "fast-hdbscan", "cuml-cu12", "scikit-learn")),
    Stage("topics",     3, ("topics", "embeddings"), ("documents", "embeddings", "clusters"), Topics, describe_topics,
          ("bertopic", "scikit-learn", "scipy", "stopwordsiso")),
    Stage("labels",     3, ("labels", "seed"), ("documents", "topics"), TopicLabels, label_topics,
          ("transformers", "torch"), labeller_revision),
    Stage("continuity", 1, (), ("documents", "embeddings", "reduction", "topics", "labels"), Continuity, continue_last,
          ("scipy",), follows=True),
)
# fmt: on

__all__ = ["STAGES", "Context", "Pipeline", "Stage", "StageStatus"]
