"""Texts as numbers: words, pairs of words and parts of words, each weighted by how rare it is (TF-IDF).

Words and pairs tell subjects apart; parts of words (3 to 5 characters within a word) bring together what is spelt or inflected
differently, in any language, without a list of words. Pure functions over numpy and scipy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
import numpy.typing as npt
from scipy import sparse

WORD = re.compile(r"\w\w+")
#: What occurs in more than this share of the texts tells nothing about any.
TOO_COMMON = 0.95
#: How much of a text's likeness to another comes from its words; the rest comes from parts of words.
WORDS_SHARE = 0.7
PARTS = range(3, 6)

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Features:
    """`matrix`: a row a text, of length 1 or, without any usable word, 0; its first `n_terms` columns are words and pairs of words."""

    matrix: sparse.csr_matrix
    n_terms: int
    _kept: Ints
    _vocabulary: tuple[str, ...]
    _pairs: Ints

    def name_term(self, column: int) -> str:
        """The word, or the two words, that one of the first columns counts."""
        n, place = len(self._vocabulary), int(self._kept[column])
        if place < n:
            return self._vocabulary[place]
        first, second = divmod(int(self._pairs[place - n]), n)
        return f"{self._vocabulary[first]} {self._vocabulary[second]}"


def build_features(texts: Sequence[str]) -> Features:
    """The features of texts, in their order. How rare a term is, is counted over all of them, so give all at once."""
    ids: dict[str, int] = {}
    numbers = count()
    tokens: list[int] = []
    ends = []
    for text in texts:
        for word in WORD.findall(text.lower()):
            number = ids.get(word)
            if number is None:
                number = ids[word] = next(numbers)
            tokens.append(number)
        ends.append(len(tokens))
    n, vocabulary = len(texts), list(ids)
    words = np.array(tokens, dtype=np.int64)
    documents = np.repeat(np.arange(n), np.diff([0, *ends]))
    singles = _count(documents, words, n, len(vocabulary))
    pairs, pair_codes = _count_pairs(documents, words, n, max(1, len(vocabulary)))
    both, kept = _weigh(sparse.hstack([singles, pairs], format="csr"), fewest=1)
    parts, _ = _weigh((singles @ _parts_of_words(vocabulary)).tocsr(), fewest=2)
    matrix = sparse.hstack([both * np.sqrt(WORDS_SHARE), parts * np.sqrt(1 - WORDS_SHARE)], format="csr")
    return Features(matrix.astype(np.float32), len(kept), kept, tuple(vocabulary), pair_codes)


def multiply(matrix: sparse.csr_matrix) -> npt.NDArray[np.float32]:
    """matrix · matrixᵀ, dense: the likeness of each text to each.

    Columns that many texts share are multiplied as a dense block, which is many times quicker; the rest as they are.
    """
    n = matrix.shape[0]
    shared = np.bincount(matrix.indices, minlength=matrix.shape[1])
    common = shared > max(8, 0.02 * n)
    block = matrix[:, np.flatnonzero(common)].toarray()
    rare = matrix[:, np.flatnonzero(~common & (shared > 0))]
    return np.asarray(block @ block.T + (rare @ rare.T).toarray(), dtype=np.float32)


def _count(rows: Ints, columns: Ints, n_rows: int, n_columns: int) -> sparse.csr_matrix:
    ones = np.ones(len(rows), dtype=np.float32)
    return sparse.coo_matrix((ones, (rows, columns)), shape=(n_rows, n_columns)).tocsr()


def _count_pairs(documents: Ints, words: Ints, n: int, size: int) -> tuple[sparse.csr_matrix, Ints]:
    """Counts of neighbouring words, and of each column its code: first word · size + second word."""
    within = documents[1:] == documents[:-1]
    codes = (words[:-1] * size + words[1:])[within]
    found, columns = np.unique(codes, return_inverse=True)
    return _count(documents[1:][within], columns.astype(np.int64), n, len(found)), found


def _parts_of_words(vocabulary: Sequence[str]) -> sparse.csr_matrix:
    """Of each word, its parts: a row a word, a column a part; ends of a word count as a character."""
    ids: dict[str, int] = {}
    rows, columns = [], []
    for row, word in enumerate(vocabulary):
        whole = f" {word} "
        parts = [whole[start : start + size] for size in PARTS for start in range(len(whole) - size + 1)]
        rows += [row] * len(parts)
        columns += [ids.setdefault(part, len(ids)) for part in parts]
    return _count(np.array(rows, np.int64), np.array(columns, np.int64), len(vocabulary), len(ids))


def _weigh(counts: sparse.csr_matrix, fewest: int) -> tuple[sparse.csr_matrix, Ints]:
    """TF-IDF with damped counts, rows of length 1; and which columns were kept."""
    n = counts.shape[0]
    texts_with = np.bincount(counts.indices, minlength=counts.shape[1])
    kept = np.flatnonzero((texts_with >= min(fewest, n)) & (texts_with <= max(1.0, TOO_COMMON * n)))
    counts = counts[:, kept].astype(np.float64)
    rarity = np.log((1 + n) / (1 + texts_with[kept])) + 1
    counts.data = (1 + np.log(counts.data)) * rarity[counts.indices]
    lengths = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    return sparse.diags(1 / np.where(lengths > 0, lengths, 1)) @ counts, kept
