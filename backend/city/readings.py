"""How Chinese words are read: full pinyin and first letters, so that an item is found by either."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_RUNS = re.compile(r"[a-z0-9]+|[^\x00-\x7f]+")


def read_aloud(text: str, overrides: Mapping[str, str]) -> tuple[str, str]:
    """The syllables of a text without tones and blanks, and their first letters; Latin letters and digits stay.

    `overrides` say how words are read that a dictionary misreads: syllables with blanks between, one a character.
    """
    syllables: list[str] = []
    while text:
        word = next((each for each in overrides if text.startswith(each)), None)
        if word is not None:
            syllables += overrides[word].split()
            text = text[len(word) :]
            continue
        cut = min((at for each in overrides if (at := text.find(each)) > 0), default=len(text))
        syllables += _syllables(text[:cut])
        text = text[cut:]
    return "".join(syllables), "".join(each[0] for each in syllables)


@lru_cache(maxsize=65536)
def _syllables(text: str) -> tuple[str, ...]:
    syllables: list[str] = []
    for run in _RUNS.findall(text.lower()):
        # Of Latin words every letter counts, of a Chinese character its syllable.
        syllables += run if run.isascii() else [each for each in lazy_pinyin(run, style=Style.NORMAL) if each.isascii()]
    return tuple(syllables)
