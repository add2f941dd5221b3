"""Words of many texts, counted block by block and put together so that no table of all their words is ever held.

Each block keeps its words, sorted, and its counts in files. Words that begin alike are then added up across all
blocks, one range of the alphabet after the other, and the counts of those that stay become one sparse array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from scipy import sparse


Ints = npt.NDArray[np.integer]

MOST_WORDS = 2_000_000
"""Words that are counted at most, the most frequent ones, where the config does not say."""
WORDS_AT_ONCE = 5_000_000
"""Words of blocks that are added up at once."""


@dataclass(frozen=True)
class Counted:
    """The words of a block of texts: names of its files, which can be sent where the texts need not go.

    Attributes:
        words: Arrow file of the block's words, sorted, with the number of documents and of occurrences of each.
        counts: sparse int32 (rows, words), in numpy's format.
    """

    words: Path
    counts: Path

    def read_words(self) -> pa.Table:
        """Return the words and their numbers, mapped into memory."""
        with pa.memory_map(str(self.words)) as source:
            return pa.ipc.open_file(source).read_all()

    def read_counts(self) -> sparse.csr_matrix:
        """Return the counts."""
        from scipy.sparse import load_npz

        return load_npz(self.counts)

    def write(self, words: Sequence[str], counts: sparse.csr_matrix) -> None:
        """Keep what `count_block` found."""
        from scipy.sparse import save_npz

        numbers = {
            "documents": np.bincount(counts.indices, minlength=len(words)).astype(np.int32),
            "often": np.bincount(counts.indices, counts.data, minlength=len(words)).astype(np.int32),
        }
        table = pa.table({"word": pa.array(words, pa.large_string()), **numbers})
        with pa.OSFile(str(self.words), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        draft = self.counts.with_suffix(".part.npz")
        save_npz(draft, counts, compressed=False)
        draft.rename(self.counts)


def files_of_block(folder: Path, start: int) -> Counted:
    """Return the files of the block whose first row is `start`."""
    return Counted(folder / f"words-{start:012}.arrow", folder / f"counts-{start:012}.npz")


def count_block(analyse: Callable[[str], Sequence[str]], texts: Sequence[str]) -> tuple[list[str], sparse.csr_matrix]:
    """Return the words of the texts of a block, sorted, and their counts, sparse int32 (rows, words)."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import CountVectorizer

    try:
        vectorizer = CountVectorizer(analyzer=analyse, dtype=np.int32)
        counts = csr_matrix(vectorizer.fit_transform(texts))
    except ValueError:  # scikit-learn's word for: nothing but stop words
        return [], csr_matrix((len(texts), 0), dtype=np.int32)
    counts.sort_indices()
    return vectorizer.get_feature_names_out().tolist(), counts


def join_counts(parts: Sequence[tuple[list[str], sparse.csr_matrix]]) -> tuple[list[str], sparse.csr_matrix]:
    """Make one block, as of `count_block`, of its parts."""
    from scipy.sparse import csr_matrix, vstack

    words = sorted({word for found, _ in parts for word in found})
    column = {word: index for index, word in enumerate(words)}
    widened = []
    for found, counts in parts:
        columns = np.array([column[word] for word in found], np.int32)[counts.indices]
        widened.append(csr_matrix((counts.data, columns, counts.indptr), shape=(counts.shape[0], len(words))))
    return words, vstack(widened, format="csr")


def merge_words(counted: Sequence[Counted], min_df: int) -> tuple[pa.Array, Ints, Ints]:
    """Return the words that occur in `min_df` documents or more, sorted, with two counts, each (v,).

    The counts are in how many documents a word occurs, and how often.
    """
    found = []
    for parts in _ranges([block.read_words() for block in counted]):
        summed = pa.concat_tables(parts).group_by("word").aggregate([("documents", "sum"), ("often", "sum")])
        found.append(summed.filter(pc.field("documents_sum") >= min_df).sort_by("word"))
    merged = pa.concat_tables(found).combine_chunks()
    return merged["word"].combine_chunks(), merged["documents_sum"].to_numpy(), merged["often_sum"].to_numpy()


def most_frequent(occurrences: Ints, most: int | None) -> Ints:
    """Return which words to keep, ascending: the `most` frequent, as scikit-learn's CountVectorizer takes them.

    Without a number all are kept up to MOST_WORDS; beyond, words as rare as the first that is one too many go too.
    """
    if most is not None and len(occurrences) > most:
        return np.sort((-occurrences.astype(np.float64)).argsort()[:most])
    if most is None and len(occurrences) > MOST_WORDS:
        return np.flatnonzero(occurrences > np.sort(occurrences)[-MOST_WORDS - 1])
    return np.arange(len(occurrences))


def assemble(counted: Sequence[Counted], words: pa.Array) -> sparse.csr_matrix:
    """Return the counts of these sorted words: sparse int32 (n, v) in CSR form, columns of a row ascending."""
    from scipy.sparse import csr_matrix, vstack

    parts = []
    for block in counted:
        column = pc.index_in(block.read_words()["word"], words).to_numpy()
        known = np.flatnonzero(~np.isnan(column))
        counts = block.read_counts()[:, known]
        columns = column[known].astype(np.int32)[counts.indices]
        parts.append(csr_matrix((counts.data, columns, counts.indptr), shape=(counts.shape[0], len(words))))
    return vstack(parts, format="csr")


def _ranges(tables: Sequence[pa.Table]) -> Iterator[list[pa.Table]]:
    """Parts of each block's words, so that all occurrences of a word are among the same parts."""
    longest = max((table["word"] for table in tables), key=len)
    total = sum(map(len, tables))
    steps = np.linspace(0, len(longest), total // WORDS_AT_ONCE + 2)[1:-1].astype(int).tolist()
    limits = [longest[step].as_py() for step in steps]
    cuts = [[0, *(_first_not_below(table["word"], limit) for limit in limits), len(table)] for table in tables]
    for part in range(len(limits) + 1):
        yield [table[cut[part] : cut[part + 1]] for table, cut in zip(tables, cuts, strict=True)]


def _first_not_below(words: pa.ChunkedArray, limit: str) -> int:
    low, high = 0, len(words)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if words[middle].as_py() < limit else (low, middle)
    return low
