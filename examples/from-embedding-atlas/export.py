"""Exports an Embedding Atlas and takes its table out: `python export.py documents.parquet vectors.npy`.

In an environment with `requirements.txt`. Writes `atlas/`, the exported application. Its `data/dataset.parquet`
is the table: the columns of the input, and the projection.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

documents, vectors = pq.read_table(sys.argv[1]), np.load(sys.argv[2])
pq.write_table(documents.append_column("vector", pa.array(vectors.tolist())), "input.parquet")
command = ["input.parquet", "--text", "text", "--vector", "vector", "--umap-random-state", "42"]
atlas = Path(sys.executable).with_name("embedding-atlas")
subprocess.run([atlas, *command, "--export-application", "atlas"], check=True)
