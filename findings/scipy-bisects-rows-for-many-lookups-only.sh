#!/usr/bin/env bash
# scipy 1.17.1 with numpy 2.4.6 (Linux, Python 3.11), seen on 2026-11-30.
#
# Counts of words by topic are a sparse matrix with few, long rows, in which single counts are looked up.
#
# Guess before the run: a csr_matrix with sorted indices is bisected wherever more values are asked for than a row has,
# so a look-up costs about the same for any number of them.
# Seen: it is bisected only if more values are asked for than a tenth of those that the matrix holds. Below that each
# look-up reads its row from the start. Of 500,000 values in 50 rows, 55,000 are found at least ten times as fast as
# 45,000 are, in seconds altogether; numpy's searchsorted on each row finds the same 45,000 as fast.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
cat >"$folder/trial.py" <<'PY'
"""Looks up some more and some fewer values than a tenth of a matrix, in seconds of the processor."""
import time

import numpy as np
from scipy.sparse import csr_matrix

ROWS, LONG, WORDS = 50, 10_000, 1_000_000
rng = np.random.default_rng(0)
indices = np.concatenate([np.sort(rng.choice(WORDS, LONG, replace=False)) for _ in range(ROWS)]).astype(np.int32)
matrix = csr_matrix((rng.random(ROWS * LONG), indices, np.arange(ROWS + 1) * LONG), (ROWS, WORDS))
assert matrix.has_canonical_format


def look_up(count):
    """Return values that the matrix holds, where they are, and the seconds that finding them took."""
    rows, places = rng.integers(0, ROWS, count), rng.integers(0, LONG, count)
    columns = matrix.indices[rows * LONG + places]
    started = time.process_time()
    values = np.asarray(matrix[rows, columns]).ravel()
    return rows, columns, values, time.process_time() - started


*_, many = look_up(55_000)
rows, columns, values, few = look_up(45_000)
started = time.process_time()
own = np.empty(len(rows))
for row in range(ROWS):
    here = rows == row
    part = slice(matrix.indptr[row], matrix.indptr[row + 1])
    own[here] = matrix.data[part][np.searchsorted(matrix.indices[part], columns[here])]
bisected = time.process_time() - started
assert (own == values).all()
print(f"55,000 values: {many:.3f} s, 45,000 values: {few:.3f} s, 45,000 by searchsorted: {bisected:.3f} s")
assert few > 10 * many, "it bisects also for fewer values now"
assert few > 10 * bisected
PY
"$folder/venv/bin/python" "$folder/trial.py"
