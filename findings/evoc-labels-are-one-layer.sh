#!/usr/bin/env bash
# evoc 0.3.2 (numba 0.68.1, scikit-learn 1.9.1, Linux, Python 3.11), seen on 2026-11-28.
#
# Guess before the run: cluster_layers_ goes from fine to coarse, and labels_, what fit_predict returns, is its first
# and finest layer, as labels_ of HDBSCAN is the whole clustering.
# Seen: the order is as guessed. labels_ is the layer with the largest persistence_scores_, and the finest layer has
# persistence 0.0 however clear its clusters are, so with several layers labels_ is never the finest one. Of 40 blobs,
# the layers have 46 and 42 clusters, and labels_ is the second. Of 3,000 docstrings, the layers had 123, 51, 21 and 9
# clusters, and labels_ was the last. Who publishes labels_ loses the detail.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  evoc==0.3.2 numba==0.68.1 scikit-learn==1.9.1 numpy==2.4.6
cat >"$folder/trial.py" <<'PY'
import evoc
import numpy as np

rng = np.random.default_rng(1)
groups = rng.normal(0, 1, (8, 1, 64))
blobs = (groups + rng.normal(0, 0.6, (8, 5, 64))).reshape(40, 64)
vectors = np.repeat(blobs, 40, axis=0) + rng.normal(0, 0.15, (1600, 64))
model = evoc.EVoC(random_state=1).fit(vectors.astype(np.float32))
counts = [int(layer.max()) + 1 for layer in model.cluster_layers_]
scores = [float(score) for score in model.persistence_scores_]
same = [bool((layer == model.labels_).all()) for layer in model.cluster_layers_]
print(f"clusters per layer: {counts}; persistence: {scores}; labels_ is layer {same.index(True)}")
assert len(counts) > 1 and counts == sorted(counts, reverse=True), "changed: layers are not fine to coarse"
assert scores[0] == 0.0, "changed: the finest layer has a persistence"
assert same.index(True) == int(np.argmax(scores)) != 0, "changed: labels_ is another layer"
PY
"$folder/venv/bin/python" "$folder/trial.py"
