"""I say how alike two names are, across spellings and scripts, and why; pure.

Names are written in Latin letters (anyascii), folded, and matched word by word whatever their order. Two words
are alike
by how few letters differ (Damerau 1964), or by their skeleton: what is left of a word when the letters that
transliteration
systems disagree on are made one and the vowels, which Arabic and Hebrew leave out, are dropped.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import OSA

TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sir",
        "sheikh",
        "haji",
        "hajji",
        "mullah",
        "maulavi",
        "general",
        "colonel",
        "president",
    ]
)
PARTICLES = frozenset(
    [
        "al",
        "el",
        "bin",
        "ibn",
        "bint",
        "abu",
        "abd",
        "de",
        "del",
        "della",
        "von",
        "van",
        "der",
        "den",
        "la",
        "le",
        "da",
        "dos",
    ]
)
# One sound, many spellings; longest first.
SOUNDS = (
    ("schtsch", "s"), ("shch", "s"), ("tsch", "c"), ("sch", "s"), ("tch", "c"), ("dzh", "j"), ("dsch", "j"), ("ch", "c"),  # noqa: E501
    ("sh", "s"), ("zh", "j"), ("kh", "h"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("ts", "c"), ("tz", "c"), ("ck", "k"),
    ("ou", "u"), ("x", "ks"), ("q", "k"), ("w", "v"), ("f", "v"), ("b", "v"), ("p", "v"), ("z", "s"), ("c", "k"), ("g", "k"),  # noqa: E501
    ("j", "y"), ("d", "t"), ("l", "r"),
)  # fmt: skip
SOUND_SCORE = 90.0


@dataclass(frozen=True, slots=True)
class Alike:
    """0 to 100, and which word was taken for which, with its own score."""

    score: float
    words: tuple[tuple[str, str, float], ...]


# Scripts that write w, v and y for vowels, and join the article to its word.
ARABIC, HEBREW = re.compile(r"[\u0600-\u06ff]"), re.compile(r"[\u0590-\u05ff]")
SERVANT = re.compile(
    r"\babd(?:[aeu]?[lrsnzdt]?)(?:\s+(?:al|el|ul|ar|ur|as|us))?\s+(?=[a-z])|\babd[aeu][lrsnzdt]?(?=[a-z]{3})"
)


@lru_cache(maxsize=200_000)
def fold(name: str) -> tuple[str, ...]:
    """The words of a name in plain Latin letters, without titles and particles."""
    plain = re.sub(r"[^a-z ]", "", re.sub(r"[-–_,.;:/·・()]", " ", _latin(name).lower()))
    words = [word for word in SERVANT.sub("abd", plain).split() if word not in TITLES]
    kept = [word for word in words if word not in PARTICLES and len(word) > 1]
    return tuple(kept or words)


def _latin(name: str) -> str:
    if ARABIC.search(name):
        written = anyascii(re.sub(r"(?:^|(?<=\s))ال", "al ", re.sub(r"(?:^|(?<=\s))عبد(?=\s|$)", "abd", name)))
        return re.sub(r"(?<=[a-z])[wy]", "", written.lower())
    if HEBREW.search(name):
        return re.sub(r"(?<=[a-z])[vy]", "", anyascii(name).lower())
    return anyascii(name)


@lru_cache(maxsize=200_000)
def skeleton(word: str) -> str:
    for written, sound in SOUNDS:
        word = word.replace(written, sound)
    bare = re.sub(r"[aeiouyh]", "", word)
    return re.sub(r"(.)\1+", r"\1", bare)


@lru_cache(maxsize=500_000)
def words_alike(one: str, other: str) -> float:
    """Of two words: 100 for the same, 93 for one slip, 90 for the same sound in another spelling."""
    if one == other:
        return 100.0
    slips, shortest = OSA.distance(one, other), min(len(one), len(other))
    if slips == 1 and shortest >= 5:
        return 93.0
    bones = skeleton(one)
    if len(bones) >= 3 and bones == skeleton(other):
        return SOUND_SCORE
    if (slips == 1 and shortest >= 4) or (slips == 2 and shortest >= 10):
        return 86.0
    return OSA.normalized_similarity(one, other) * 50


def alike(name: str, listed: str) -> Alike:
    """Every word of the shorter name finds its best partner in the longer; words left over weigh a little."""
    mine, theirs = fold(name), fold(listed)
    if not mine or not theirs:
        return Alike(0.0, ())
    short, long = (mine, theirs) if len(mine) <= len(theirs) else (theirs, mine)
    pairs = _paired(short, long)
    weight = sum(len(word) for word, _, _ in pairs)
    score = sum(found * len(word) for word, _, found in pairs) / weight
    worst = min(found for _, _, found in pairs)
    score = min(score, worst + 8)  # one strong word does not carry a stranger
    if len(short) == 1 and len(long) > 1:
        score -= 18  # a family name alone is half of the population
    return Alike(max(0.0, score - 1.5 * (len(long) - len(short))), tuple(pairs))


def _paired(short: Sequence[str], long: Sequence[str]) -> list[tuple[str, str, float]]:
    """Greedily, the best pair first; names have few words."""
    every = sorted(((words_alike(a, b), i, j) for i, a in enumerate(short) for j, b in enumerate(long)), reverse=True)
    used_short: set[int] = set()
    used_long: set[int] = set()
    pairs = []
    for score, i, j in every:
        if i not in used_short and j not in used_long:
            used_short.add(i)
            used_long.add(j)
            pairs.append((short[i], long[j], round(score, 1)))
    return pairs
