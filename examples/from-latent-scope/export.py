"""Makes a scope with Latent Scope: `python export.py documents.parquet vectors.npy`.

In an environment with `requirements.txt`. Writes `data/docs/`, a data set of Latent Scope. The table of its scope is
`data/docs/scopes/scopes-001-input.parquet`: places, clusters and labels beside the columns of the input. `cluster`
calls documents outside any cluster by a number of its own, `raw_cluster` has -1 for them.
"""

import sys

import latentscope
import numpy as np
import pandas as pd

latentscope.init("data")
latentscope.ingest("docs", pd.read_parquet(sys.argv[1]), text_column="text")
latentscope.import_embeddings("docs", np.load(sys.argv[2]), text_column="text")
latentscope.umap("docs", "embedding-001", neighbors=15, min_dist=0.1, seed=42)
latentscope.cluster("docs", "umap-001", 15, 5, 0, None, method="hdbscan")
# labels without a language model; `latentscope.label` asks one
latentscope.scope("docs", "embedding-001", "umap-001", "cluster-001", "default", "Docstrings", "Docstrings of Python")
