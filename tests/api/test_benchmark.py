"""Discretion benchmarks (裁量基准) over HTTP: shown in guide and desk, followed or departed from with a reason."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from backend.city.city import City
from backend.city.pack import Document
from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import APPROVER, CLERK
from tests.api.conftest import API, ROOT, SignIn
from tests.api.test_cases import submitted
from tests.api.test_procedure import say

pytestmark = pytest.mark.anyio
BASE = "items/residence-permit/base.yaml"
# Made up for these tests: no benchmark of a real city is at hand.
BENCHMARK: dict[str, Any] = {
    "basis": {"title": {"zh": "居住证暂行条例", "en": "Rules"}, "article": {"zh": "第九条", "en": "Art. 9"}},
    "rows": [
        {
            "key": "clear",
            "circumstances": {"zh": "材料齐全、情况属实", "en": "Complete and true"},
            "decision": {"zh": "准予", "en": "Granted"},
            "commands": ["grant"],
        },
        {
            "key": "untrue",
            "circumstances": {"zh": "材料不实", "en": "Untrue"},
            "decision": {"zh": "不予", "en": "Refused"},
            "commands": ["refuse"],
        },
    ],
}


@pytest.fixture(scope="module")
def city() -> City:
    """The demo city, one of whose items has a benchmark."""
    documents = dict(City.load(ROOT / "city").documents)
    data = msgspec.json.decode(msgspec.json.encode(documents[BASE].data))
    return City.assemble({**documents, BASE: Document(BASE, {**data, "benchmark": BENCHMARK}, {})})


async def accepted(house: House, sign_in: SignIn, city: City) -> tuple[Any, Any, str]:
    """The resident, the approver, and an accepted case."""
    resident, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    assert (await say(clerk, case, "accept", 1)).status_code == 200
    return resident, await sign_in(APPROVER), case


async def test_the_guide_and_the_desk_show_the_rows_and_a_decision_names_the_one_it_follows(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, approver, case = await accepted(house, sign_in, city)
    guide = (await resident.get(f"{API}/items/residence-permit")).json()
    assert [each["key"] for each in guide["benchmark"]["rows"]] == ["clear", "untrue"]
    seen = (await approver.get(f"{API}/desk/cases/{case}")).json()
    grant = next(each for each in seen["allowed"] if each["command"] == "grant")
    assert "benchmark" in grant["asks"]
    assert [(each["key"], each["covers"]) for each in grant["benchmark"]] == [("clear", True), ("untrue", False)]
    other = next(each for each in seen["allowed"] if each["command"] == "void")
    assert (other["benchmark"], "benchmark" in other["asks"]) == ([], False)
    bare = await say(approver, case, "grant", 2)
    assert (bare.status_code, bare.json()["refusal"]["statement"]) == (422, "benchmark")
    done = await say(approver, case, "grant", 2, benchmark="clear")
    assert done.status_code == 200, done.text
    rows = await house.database.read(sql("SELECT data FROM event WHERE case_id = {} AND sequence = 3", case))
    data = msgspec.json.decode(rows[0]["data"])
    assert (data["benchmark"], "deviates" in data) == ("clear", False)
    entry = (await resident.get(f"{API}/cases/{case}")).json()["timeline"][-1]
    assert entry["data"]["benchmark"]["deviates"] is False
    paper = (await resident.get(f"{API}/cases/{case}/documents/3")).json()
    assert any("材料齐全、情况属实——准予" in each["zh"] for each in paper["paragraphs"])


@pytest.mark.parametrize(("command", "said"), [("grant", {"benchmark": "untrue"}), ("grant", {"deviates": True})])
async def test_whoever_departs_from_it_says_why_and_the_document_says_so(
    house: House, sign_in: SignIn, city: City, command: str, said: dict[str, Any]
) -> None:
    resident, approver, case = await accepted(house, sign_in, city)
    said = {"benchmark": "clear", **said}
    silent = await say(approver, case, command, 2, **said)
    assert (silent.status_code, silent.json()["refusal"]["code"]) == (422, "reason-needed")
    why = "房东已当面说明，情况可以核实"
    done = await say(approver, case, command, 2, reason=why, **said)
    assert done.status_code == 200, done.text
    entry = (await resident.get(f"{API}/cases/{case}")).json()["timeline"][-1]
    assert (entry["data"]["benchmark"]["deviates"], entry["data"]["reason"]) == (True, why)
    paper = (await resident.get(f"{API}/cases/{case}/documents/3")).json()
    assert (paper["reason"], paper["reason_heading"]["zh"]) == (why, "不按裁量基准办的理由")
    rows = await house.database.read(sql("SELECT data FROM event WHERE case_id = {}", case))
    assert all(why not in row["data"] for row in rows)
