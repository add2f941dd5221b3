#!/usr/bin/env bash
# latentscope 1.0.0 (hdbscan 0.8.44, pandas 2.3.3, Linux, Python 3.11), seen on 2026-11-28.
#
# Guess before the run: in the table of clusters (and so of a scope) column `cluster` holds the labels of HDBSCAN, -1 for
# noise; or, as in versions before 1.0, noise is moved to its nearest cluster.
# Seen: neither. Noise gets a cluster of its own with the next free number, called "Unclustered", so `cluster` has no
# negative value and every program that takes it for clusters shows one more. Only `raw_cluster` holds -1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip() { "$folder/venv/bin/pip" install --quiet --disable-pip-version-check "$@"; }
# what clustering in two dimensions imports; all of Latent Scope would bring torch
pip hdbscan==0.8.44 pandas==2.3.3 pyarrow==26.0.1 scipy==1.17.1 scikit-learn==1.9.1 matplotlib python-dotenv tqdm
pip --no-deps latentscope==1.0.0
cat >"$folder/trial.py" <<'PY'
import json
import os
from pathlib import Path

import latentscope
import numpy as np
import pandas as pd

os.chdir(os.environ["TRIAL"])
latentscope.init("data")
rng = np.random.default_rng(1)
places = np.concatenate([rng.normal(0, 0.02, (100, 2)) + at for at in ([-0.5, 0], [0.5, 0])] + [rng.uniform(-1, 1, (30, 2))])
folder = Path("data/docs")
for name in ("umaps", "clusters"):
    (folder / name).mkdir(parents=True)
pd.DataFrame({"text": ["a"] * len(places)}).to_parquet(folder / "input.parquet")
pd.DataFrame(places, columns=["x", "y"]).to_parquet(folder / "umaps/umap-001.parquet")
(folder / "umaps/umap-001.json").write_text(json.dumps({"id": "umap-001", "embedding_id": "embedding-001"}))
latentscope.cluster("docs", "umap-001", 20, 5, 0, None, method="hdbscan")
found = pd.read_parquet(folder / "clusters/cluster-001.parquet")
labels = pd.read_parquet(folder / "clusters/cluster-001-labels-default.parquet")["label"]
noise = found[found["raw_cluster"] == -1]
number = int(noise["cluster"].iloc[0])
print(f"{len(noise)} documents are noise; cluster calls all of them {number}, {labels[number]!r}")
assert len(noise) and (noise["cluster"] == number).all() and number == found["raw_cluster"].max() + 1, "changed"
assert (found["cluster"] >= 0).all() and labels[number] == "Unclustered", "changed"
PY
TRIAL="$folder" "$folder/venv/bin/python" "$folder/trial.py"
