"""Residents find what they mean in their own words, and find the same on the phone as on the server."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from backend.catalogue.pages import pages_of
from backend.catalogue.search import Index, find, index_of
from backend.city.city import City
from tests.search.generated import generated_items, index_of_list, rules_for
from tests.search.table import queries

ROOT = Path(__file__).resolve().parents[2]
THRESHOLD = 0.95


@pytest.fixture(scope="module")
def city() -> City:
    return City.load(ROOT / "city")


@pytest.fixture(scope="module")
def index(city: City) -> Index:
    return index_of(city)


def on_the_phone(listed: dict[str, Any], asked: list[str]) -> list[Any]:
    """What the phone finds for each query, in the words of `Found`."""
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in (listed, *asked))
    run = subprocess.run(
        ["node", str(ROOT / "tests/search/phone.mjs")],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def mutated(random: Random, text: str) -> str:
    """A query with one to three accidents in it."""
    letters = list(text)
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(letters) + 1)
        accident = random.choice(("drop", "add", "swap", "double"))
        if accident == "drop" and letters:
            letters.pop(min(at, len(letters) - 1))
        elif accident == "swap" and 0 < at < len(letters):
            letters[at - 1], letters[at] = letters[at], letters[at - 1]
        else:
            letters.insert(at, random.choice("证证書的zhabg 9?!（é😀ＡǄ㐀"))
    return "".join(letters)


def test_the_table_has_queries_of_every_kind_for_every_item_of_the_list() -> None:
    table = queries()
    assert len(table) >= 300
    assert len({query.item for query in table}) == 37
    assert {query.kind for query in table} == {
        "alias", "initials", "pinyin", "typo", "traditional", "colloquial", "mistake", "sentence", "english",
    }  # fmt: skip


def test_nineteen_of_twenty_queries_have_their_item_in_the_first_three(
    city: City, index: Index, record_property: pytest.RecordProperty
) -> None:
    asked, right, missed = Counter[str](), Counter[str](), []
    for query in queries():
        if query.item not in city.items:
            continue
        asked[query.kind] += 1
        found = [each.key for each in find(index, query.text, 3)]
        right[query.kind] += query.item in found
        if query.item not in found:
            missed.append(f"{query.kind}: {query.text} → {query.item}, found {found}")
    report = {kind: f"{right[kind]}/{count}" for kind, count in asked.items()}
    record_property("found", json.dumps(report))
    print(report)
    assert right.total() >= THRESHOLD * asked.total(), "\n".join([str(report), *missed])


def test_the_phone_finds_what_the_server_finds_in_the_same_order(city: City, index: Index) -> None:
    random = Random(37)
    table = [query.text for query in queries()]
    asked = [*table, *(mutated(random, text) for text in table), "", " ", "？", "x" * 100, "证" * 100]
    phone = on_the_phone(json.loads(pages_of(city).items.body), asked)
    for query, found in zip(asked, phone, strict=True):
        assert found == json.loads(msgspec.json.encode(find(index, query, 10))), query


def test_both_agree_on_a_list_of_thousands_too(city: City) -> None:
    random = Random(1000)
    items = generated_items(3000)
    listed = {"hash": "", "items": items, "search": rules_for(items, city.search_words)}
    names = [random.choice(items)["name"]["zh"] for _ in range(150)]  # type: ignore[index]
    asked = [
        *(query.text for query in queries()),
        *(mutated(random, name[2:8]) for name in names),
        *names,
        "登记",
        "证",
        "j",
    ]
    index = index_of_list(listed)
    phone = on_the_phone(listed, asked)
    for query, found in zip(asked, phone, strict=True):
        assert found == json.loads(msgspec.json.encode(find(index, query, 10))), query


def first(index: Index, query: str) -> tuple[str, str]:
    """How the first item was found, and the characters marked in the term it was found by."""
    found = find(index, query)[0]
    return found.way, found.term[slice(*found.marked)] if found.marked else ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("jzz", ("initials", "居住证")),
        ("juzhuzheng", ("pinyin", "居住证")),
        ("居zhu证", ("pinyin", "居住证")),
        ("居住證", ("text", "居住证")),
        ("住正申领", ("typo", "")),
    ],
)
def test_a_result_says_how_it_was_found_and_by_which_characters(
    index: Index, query: str, expected: tuple[str, str]
) -> None:
    assert first(index, query) == expected


@pytest.mark.parametrize("query", ["", "   ", "？！", "飞机", "qqqq", "xyzxyz", "怎么办理"])
def test_nothing_is_found_for_what_nothing_is_called(index: Index, query: str) -> None:
    assert find(index, query) == []


def test_the_everyday_service_comes_first_among_equals_and_fillable_before_guides() -> None:
    items = generated_items(1)
    same = [
        {**items[0], "key": key, "everyday": everyday, "fillable": fillable}
        for key, everyday, fillable in [("rare", 0, True), ("guide", 5, False), ("usual", 9, False), ("form", 5, True)]
    ]
    listed = {"items": same, "search": {"traditional": {}, "stop_words": [], "synonyms": {}}}
    found = find(index_of_list(listed), items[0]["name"]["zh"])  # type: ignore[index]
    assert [each.key for each in found] == ["usual", "form", "guide", "rare"]
