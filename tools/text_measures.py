"""Measures of how alike texts are, over lower-case tokens. Most drift with length: compare equal counts."""

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from math import exp, log

TOKEN = re.compile(r"\w+(?:['’]\w+)?|[^\w\s]")
SENTENCE = re.compile(r"(?<=[.?!])\s+|\n+")
DISTINCT_TOKENS = 4000
ZLIB_BYTES = 20_000
SHINGLE, HASHES = 5, 64


def tokens(text: str) -> list[str]:
    """The words and marks of a text."""
    return TOKEN.findall(text.lower())


def ngrams(words: Sequence[str], n: int) -> Iterator[tuple[str, ...]]:
    """All runs of n words."""
    return (tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def sharing(texts: Sequence[str], n: int = 8, *, least: int = 0) -> float:
    """The share of texts (of at least `least` tokens) that have a run of n words in common with another."""
    split = [tokens(text) for text in texts]
    split = [words for words in split if len(words) >= max(n, least)] if least else split
    owners: Counter[tuple[str, ...]] = Counter(gram for words in split for gram in set(ngrams(words, n)))
    common = sum(any(owners[gram] > 1 for gram in ngrams(words, n)) for words in split)
    return common / len(split) if split else 0.0


def compression(texts: Iterable[str]) -> float:
    """How many times zlib makes the first 20 kB smaller."""
    data = "\n".join(texts).encode()[:ZLIB_BYTES]
    return len(data) / len(zlib.compress(data, 9)) if data else 0.0


def distinct(texts: Iterable[str], n: int) -> float:
    """The share of different runs of n words among those of the first 4,000 tokens (Li et al. 2016)."""
    words = [word for text in texts for word in tokens(text)][:DISTINCT_TOKENS]
    grams = list(ngrams(words, n))
    return len(set(grams)) / len(grams) if grams else 0.0


def openings(texts: Sequence[str], n: int = 5) -> float:
    """The share of different openings of n words."""
    firsts = [tuple(tokens(text)[:n]) for text in texts]
    return len(set(firsts)) / len(firsts) if firsts else 0.0


def self_bleu(texts: Sequence[str], n: int = 4) -> float:
    """Mean BLEU-4 of each text against all others (Zhu et al. 2018, "Texygen"), with add-one smoothing."""
    split = [words for words in map(tokens, texts) if len(words) >= n]
    counts = [[Counter(ngrams(words, k)) for k in range(1, n + 1)] for words in split]
    return sum(bleu(split, counts, i, n) for i in range(len(split))) / len(split) if split else 0.0


def bleu(
    split: Sequence[Sequence[str]], counts: Sequence[Sequence[Counter[tuple[str, ...]]]], i: int, n: int
) -> float:
    """BLEU of text i against all others: clipped precision, brevity penalty by the nearest length."""
    score = 0.0
    for k in range(n):
        clipped = 0
        for gram, count in counts[i][k].items():
            most = max((counts[j][k][gram] for j in range(len(split)) if j != i), default=0)
            clipped += min(count, most)
        total = sum(counts[i][k].values())
        score += log((clipped + (k > 0)) / (total + (k > 0)) if clipped or k else 1e-9) / n
    nearest = min((abs(len(other) - len(split[i])), len(other)) for j, other in enumerate(split) if j != i)[1]
    return exp(score) * min(1.0, exp(1 - nearest / len(split[i])))


def near_duplicates(texts: Sequence[str], above: float = 0.8) -> list[tuple[int, int]]:
    """Pairs whose MinHash estimate of Jaccard similarity (5-token shingles) is above a bound."""
    signatures = {}
    for i, text in enumerate(texts):
        shingles = {" ".join(gram) for gram in ngrams(tokens(text), SHINGLE)}
        if shingles:
            hashed = [int.from_bytes(hashlib.sha1(each.encode()).digest()[:8]) for each in shingles]
            signatures[i] = [
                min((h * (2 * s + 1) + s * 0x9E3779B97F4A7C15) % (1 << 61) for h in hashed)
                for s in range(HASHES)
            ]
    return [
        (i, j)
        for (i, one), (j, other) in combinations(signatures.items(), 2)
        if sum(a == b for a, b in zip(one, other, strict=True)) / HASHES > above
    ]


def lengths(texts: Sequence[str]) -> tuple[int, int]:
    """The 10th and 90th percentile of the number of tokens."""
    counts = sorted(len(tokens(text)) for text in texts)
    return counts[len(counts) // 10], counts[len(counts) * 9 // 10]


def sentences(texts: Iterable[str], *, least: int = 8) -> set[str]:
    """All sentences of at least `least` tokens."""
    found = (part.strip() for text in texts for part in SENTENCE.split(text))
    return {part for part in found if len(tokens(part)) >= least}
