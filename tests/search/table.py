"""The table of real queries, and a list of all items for as long as the demo pack has only some."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import yaml


class Query(NamedTuple):
    """What somebody typed, the kind of it, and the item that was meant."""

    kind: str
    text: str
    item: str


def queries() -> list[Query]:
    """All queries of queries.yaml."""
    table = yaml.safe_load((Path(__file__).parent / "queries.yaml").read_text(encoding="utf-8"))
    return [
        Query(kind, str(text), item) for kind, items in table.items() for item, texts in items.items() for text in texts
    ]
