"""How long a search takes on the server, in a list of ten thousand items."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from backend.catalogue.search import find
from backend.city.city import City
from tests.search.generated import generated_items, index_of_list, rules_for
from tests.search.table import queries

ITEMS = 10_000


def search_times(pack: Path) -> tuple[float, float, str]:
    """The median and the 99th percentile of a query in milliseconds, and the figures behind them."""
    words = City.load(pack).search_words
    items = generated_items(ITEMS)
    started = time.perf_counter()
    index = index_of_list({"items": items, "search": rules_for(items, words)})
    built = time.perf_counter() - started
    names = [str(item["name"]["zh"]) for item in items[:200]]  # type: ignore[index]
    asked = [query.text for query in queries()] + names + [name[2:6] for name in names]
    times = []
    for query in asked:
        started = time.perf_counter()
        find(index, query)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    median, high = statistics.median(times), times[len(times) * 99 // 100]
    return (
        median,
        high,
        f"{len(asked)} queries, p99 {high:.1f} ms, longest {times[-1]:.1f} ms; index built in {built:.1f} s",
    )
