"""ReDoS: no text makes any regular expression of the product slow, in Python or on the phone."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest
import yaml

from backend.city.city import City
from backend.foundation.forms import Form
from tests.attack.patterns import (
    ROOT,
    Found,
    as_python,
    hard_texts,
    node,
    python_patterns,
    script_patterns,
    texts_like_patterns,
    unread_patterns,
)

OURS = ("backend", "push", "qr")
# As many characters as a field or header that reaches a pattern may have, and a few that show an exponential at once.
LENGTHS = (40, 4_000)
SECONDS = 1.0
# Modules that hand `re` a pattern by a name: there every text that could be one is tried.
BY_NAME = {
    "backend/catalogue/search.py",
    "backend/city/city.py",
    "backend/city/files.py",
    "backend/city/importing/rules.py",
    "backend/city/rules/view.py",
    "backend/foundation/identifiers.py",
}

FOUND = [*python_patterns(*OURS), *(found for module in sorted(BY_NAME) for found in texts_like_patterns(module))]


class TooSlow(Exception):
    """A match took longer than it may."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Python's engine looks for signals while it matches, so that even an endless match can be broken off."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def slow_texts(pattern: str) -> list[str]:
    """The first text that is hard for a pattern, if any."""
    compiled = re.compile(pattern)
    for length in LENGTHS:
        for text in hard_texts(pattern, length):
            try:
                with at_most(SECONDS):
                    compiled.search(text)
                    compiled.fullmatch(text)
                    compiled.sub("", text)
            except TooSlow:
                return [text[:60]]
    return []


@pytest.mark.parametrize("found", FOUND, ids=str)
def test_no_text_makes_a_pattern_of_the_backend_slow(found: Found) -> None:
    assert slow_texts(found.pattern) == []


def test_all_patterns_of_the_backend_were_found() -> None:
    assert len(FOUND) >= 40
    assert {place.partition(":")[0] for place in unread_patterns(*OURS)} <= BY_NAME


@pytest.mark.parametrize("pattern", [r"^(a+)+$", r"(\d+)*x", r"^(a|aa)+$", r"\s*\s*\s*\s*\s*x", r"(.*)(.*)(.*)(.*)=b"])
def test_a_pattern_that_is_slow_is_seen_to_be(pattern: str) -> None:
    assert slow_texts(pattern)


_TIME = """
const cases = JSON.parse(require('fs').readFileSync(0, 'utf8'))
for (const [place, pattern, flags, texts] of cases) {
  const compiled = new RegExp(pattern, flags.replace('y', ''))
  for (const text of texts) {
    const started = process.hrtime.bigint()
    console.error(place + ' ' + pattern)
    text.replace(compiled, '')
    const seconds = Number(process.hrtime.bigint() - started) / 1e9
    if (seconds > LIMIT) console.log(JSON.stringify([place, pattern, text.slice(0, 60), seconds]))
  }
}
"""


def slow_scripts(patterns: list[Found], lengths: tuple[int, ...] = LENGTHS, seconds: float = SECONDS) -> list[Any]:
    cases = [
        [
            each.place,
            each.pattern,
            each.flags,
            [text for length in lengths for text in hard_texts(as_python(each.pattern), length)],
        ]
        for each in patterns
    ]
    return [json.loads(line) for line in node(_TIME.replace("LIMIT", str(seconds)), json.dumps(cases)).splitlines()]


def test_no_text_makes_a_pattern_of_the_app_slow() -> None:
    found = script_patterns("pwa/src")
    assert len(found) >= 40
    assert slow_scripts(found) == []


def test_a_pattern_of_a_script_that_is_slow_is_seen_to_be() -> None:
    assert slow_scripts([Found("here", r"\s+\s+x", "u")], lengths=(1_000,), seconds=0.02)


def form_patterns() -> list[Found]:
    found = []
    for name, form in City.load(ROOT / "city").forms.items():
        waiting: list[Any] = [form.schema]
        while waiting:
            part = waiting.pop()
            if isinstance(part, dict):
                if isinstance(part.get("pattern"), str):
                    found.append(Found(f"form {name[:8]}", part["pattern"], "u"))
                waiting += part.values()
            elif isinstance(part, list):
                waiting += part
    return found


def test_no_answer_makes_a_pattern_of_a_form_slow() -> None:
    found = form_patterns()
    assert found
    assert slow_scripts(found) == []
    for each in found:
        form = Form({"type": "object", "properties": {"answer": {"type": "string", "pattern": each.pattern}}})
        for text in hard_texts(as_python(each.pattern), 4_000):
            started = time.perf_counter()
            form.errors({"answer": text})
            assert time.perf_counter() - started < SECONDS


def test_a_pack_whose_form_has_a_slow_pattern_is_not_published() -> None:
    """The grammar of published patterns has no repetition of a repetition; what is left is linear for every engine."""
    from backend.foundation.form_pattern import PatternRefused, read_pattern

    for pattern in ("^(a+)+$", "^(a*)*b$", "^([a-z]+)*$", "^(?:a|a)*b+(c+)+$", "^(a|aa)+$(a+)+$"):
        with pytest.raises(PatternRefused):
            read_pattern(pattern, strict=True)


def test_the_pack_itself_holds_no_pattern_elsewhere() -> None:
    for path in sorted((ROOT / "city").rglob("*.yaml")):
        if path.parent.name != "forms":
            assert "pattern:" not in yaml.dump(yaml.safe_load(path.read_text(encoding="utf-8"))), path
