"""The page without JavaScript: whatever a pack or a person wrote is text on it, never markup."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.cases.schemas import StageView
from backend.city.structures import Text
from backend.links.page import form_page, status_page
from backend.links.rules import pasted_token, token_from, token_hash
from backend.links.schemas import StatusView
from tests.scale import examples

ALLOWED = frozenset(
    "html head meta title link body header strong a main h1 h2 p form input label button dl dt dd ol li".split()  # noqa: SIM905
)
words = st.text(alphabet=st.sampled_from(list("<>&\"'/=sctipr 林onload")), max_size=40)


class Tags(HTMLParser):
    """Collects the tags and the attributes that run script."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]


def view(text: str) -> StatusView:
    both = Text(text, text)
    stages = [StageView("a", both, "done", "2026-11-20T16:30:00.000Z"), StageView("b", both, "current", None)]
    return StatusView(
        item=both,
        applicant_masked=text,
        query_code_tail=text,
        state="accepted",
        stage_sentence=both,
        stages=stages,
        due=date(2026, 12, 4),
        basis="estimate",
        department=both,
        expires_at="2026-12-01T16:30:00.000Z",
    )


@settings(max_examples=examples(2000), deadline=None)
@given(words)
def test_no_text_becomes_markup(text: str) -> None:
    for page in (status_page("zh", view(text)), status_page("en", view(text)), form_page("zh", text)):
        parser = Tags()
        parser.feed(page)
        assert parser.tags <= ALLOWED
        assert parser.handlers == []


def test_the_stored_hash_is_that_of_the_formats_document() -> None:
    stored = token_hash("A" * 22)
    assert stored
    assert f"`{stored}`" in (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


def test_days_are_those_of_shanghai() -> None:
    assert "2026年11月21日" in status_page("zh", view("x"))
    assert "2 December 2026" in status_page("en", view("x"))
    assert "4 December 2026 (estimate)" in status_page("en", view("x"))


@pytest.mark.parametrize("around", ["{}", " {} ", "/s#{}", "https://city.example/s#{}"])
def test_a_token_is_found_in_what_people_paste(around: str) -> None:
    token = token_from("anything")
    assert len(token) == 22
    assert pasted_token(around.format(token)) == token


@pytest.mark.parametrize("text", ["", "x", "/s#", "A" * 23, "A" * 21, "字" * 22, "A" * 21 + "\n", "A" * 400])
def test_what_holds_no_token_has_none(text: str) -> None:
    assert token_hash(pasted_token(text)) is None
