"""The published vectors through both adapters."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.adapter_process import AdapterProcess

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent.parent / "vectors" / "vectors.json").read_text())
ITEMS, PEOPLE = VECTORS["item_codes"], VECTORS["resident_id"]
VALID = [
    *(("id.check", text) for text in PEOPLE["valid"]),
    *(("id.check", text) for text in PEOPLE["residence_permit_hmt"]["valid"]),
    *(("id.check", text) for text in PEOPLE["foreign_permanent"]["valid"]),
    *(("uscc.check", text) for text in [*VECTORS["uscc"]["valid"], *VECTORS["demo_departments"]["uscc"]]),
    *(("item.check", ITEMS[name]) for name in ("catalog_code", "task_code", "task_handle_item")),
    *(("item.check", text) for text in ITEMS["real_samples"]),
    *(("certificate.check", text) for text in [*VECTORS["ecert_id"]["valid"], VECTORS["ecert_id"]["demo"]]),
]
INVALID = [
    *(("id.check", text) for text in PEOPLE["invalid"]),
    *(("uscc.check", text) for text in VECTORS["uscc"]["invalid"]),
    *(("certificate.check", text) for text in VECTORS["ecert_id"]["invalid"]),
]


@pytest.mark.parametrize(("op", "text"), VALID)
def test_a_valid_vector_passes(adapter: AdapterProcess, op: str, text: str) -> None:
    assert adapter.ask(op, in_=text) == {"ok": True}


@pytest.mark.parametrize(("op", "text"), INVALID)
def test_an_invalid_vector_is_refused_with_a_code(adapter: AdapterProcess, op: str, text: str) -> None:
    reply = adapter.ask(op, in_=text)
    assert not reply["ok"]
    assert reply["error"]


@pytest.mark.parametrize(
    ("start", "days", "pauses", "due", "basis"),
    [
        *((start, days, [], due, "published") for start, days, due in VECTORS["working_days"]),
        ("2026-09-18", 20, [], "2026-10-22", "published"),
        ("2026-03-02", 20, [], "2026-03-30", "published"),
        ("2026-03-02", 20, [["2026-03-09", "2026-03-20"]], "2026-04-14", "published"),
        ("2026-12-14", 20, [], "2027-01-12", "estimate"),
    ],
)
def test_a_working_day_example_ends_on_its_date(
    adapter: AdapterProcess, start: str, days: int, pauses: list[list[str]], due: str, basis: str
) -> None:
    reply = adapter.ask("deadline", from_=start, days=days, unit="workday", pauses=pauses)
    assert (reply["ok"], reply["date"], reply["basis"]) == (True, due, basis)


def test_a_reversed_pause_is_refused(adapter: AdapterProcess) -> None:
    reply = adapter.ask("deadline", from_="2026-03-02", days=5, unit="day", pauses=[["2026-03-09", "2026-03-08"]])
    assert (reply["ok"], reply["error"]) == (False, "pause-reversed")
