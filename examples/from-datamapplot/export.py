"""Draws a DataMapPlot and writes what it was drawn from: `python export.py documents.parquet vectors.npy`.

In an environment with `requirements.txt`. Writes `plot.html`, the plot, and `datamapplot.parquet`:
a row per document with its text, its place and its label in each layer, as `create_interactive_plot` takes them.
"""

import sys

import datamapplot
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import umap
from sklearn.cluster import HDBSCAN

documents, vectors = pq.read_table(sys.argv[1]), np.load(sys.argv[2])
places = umap.UMAP(metric="cosine", random_state=42, n_jobs=1).fit_transform(vectors)
titles = documents["title"].to_pylist()


def labels(size):
    """One layer: clusters of at least so many documents, each called by the title in its middle."""
    clusters = HDBSCAN(min_cluster_size=size, copy=True).fit_predict(places)
    names = np.full(len(places), "Unlabelled", dtype=object)
    for number in range(clusters.max() + 1):
        inside = np.flatnonzero(clusters == number)
        distances = np.linalg.norm(places[inside] - places[inside].mean(axis=0), axis=1)
        names[inside] = f"{titles[inside[distances.argmin()]]} ({number})"
    return names


layers = [labels(size) for size in (10, 30, 80)]
plot = datamapplot.create_interactive_plot(
    places, *layers, hover_text=titles, noise_label="Unlabelled", offline_mode=False, font_family="sans-serif"
)
plot.save("plot.html")
columns = {"id": documents["id"], "text": documents["text"], "x": pa.array(places[:, 0]), "y": pa.array(places[:, 1])}
columns |= {f"layer_{number}": pa.array(layer.tolist()) for number, layer in enumerate(layers)}
pq.write_table(pa.table(columns), "datamapplot.parquet")
