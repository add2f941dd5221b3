"""Clusters vectors with EVoC and writes its layers: `python export.py documents.parquet vectors.npy`.

In an environment with `requirements.txt`. Writes `evoc.parquet`: a row per document with its text, its
place and the number of its cluster in each layer, `layer_0` the finest; -1 is outside.
"""

import sys

import evoc
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import umap

documents, vectors = pq.read_table(sys.argv[1]), np.load(sys.argv[2])
model = evoc.EVoC(random_state=42).fit(vectors)
# EVoC lays nothing out; any layout with two columns will do
places = umap.UMAP(metric="cosine", random_state=42, n_jobs=1).fit_transform(vectors)
columns = {"id": documents["id"], "text": documents["text"], "x": pa.array(places[:, 0]), "y": pa.array(places[:, 1])}
# not labels_: that is the most persistent layer, often a coarse one
layers = {f"layer_{number}": pa.array(layer) for number, layer in enumerate(model.cluster_layers_)}
pq.write_table(pa.table(columns | layers), "evoc.parquet")
