"""How Chinese words are read, so that an item is found by its pinyin, whole or by first letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

_RUNS = re.compile(r"[a-z0-9]+|[^\x00-\x7f]+")


def read_aloud(text: str, overrides: Mapping[str, str]) -> str:
    """The syllables of a text without tones, with blanks between; each Latin letter and digit is one of its own.

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
    return " ".join(syllables)


def traditional_of(text: str) -> dict[str, str]:
    """The traditional forms of the simplified characters in a text, each with what it is simplified to."""
    used = set(text)
    return {traditional: simple for traditional, simple in _simplified().items() if simple in used}


@lru_cache(maxsize=1)
def _simplified() -> dict[str, str]:
    characters = [chr(code) for code in range(0x4E00, 0xA000)]
    # One a line: between others a character may be simplified by the word it stands in.
    simple = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {each: made for each, made in zip(characters, simple, strict=True) if each != made and len(made) == 1}


@lru_cache(maxsize=65536)
def _syllables(text: str) -> tuple[str, ...]:
    syllables: list[str] = []
    for run in _RUNS.findall(text.lower()):
        # Of Latin words every letter counts, of a Chinese character its syllable.
        syllables += run if run.isascii() else [each for each in lazy_pinyin(run, style=Style.NORMAL) if each.isascii()]
    return tuple(syllables)
