"""The guide for users says what the screens say, and every picture of it is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "user-guide.md").read_text(encoding="utf-8")
_MESSAGE = re.compile(r"'(?:[^'\\]|\\.)*':\s*'((?:[^'\\]|\\.)*)'")


def _said() -> set[str]:
    folder = ROOT / "pwa" / "src" / "messages" / "zh"
    return {words for file in folder.glob("*.ts") for words in _MESSAGE.findall(file.read_text(encoding="utf-8"))}


def test_every_quoted_word_of_the_guide_is_a_word_of_a_screen() -> None:
    said = _said()
    assert len(said) > 500
    quoted = set(re.findall(r"「([^」]+)」", GUIDE)) - {""}
    assert quoted
    assert {words for words in quoted if not any(words in each for each in said)} == set()


def test_every_picture_of_the_guide_is_there_and_no_other() -> None:
    named = re.findall(r"\(pictures/guide/([a-z-]+\.png)\)", GUIDE)
    assert sorted(named) == sorted(path.name for path in (ROOT / "docs" / "pictures" / "guide").glob("*.png"))
