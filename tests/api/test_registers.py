"""What the city's registers hold about the caller: one's own only, as of when, and never silent as a whole."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import date, datetime
from typing import Any

import pytest
from litestar import Litestar

from backend.city.city import City
from backend.city.structures import Credit, CreditRecord, HeldCertificate, HeldCertificates, Text
from backend.foundation.database import sql
from backend.foundation.time_source import TimeSource, rfc3339
from backend.house import House
from backend.registers.reading import KEPT, Reading, Registers
from backend.registers.sources import Entry, Fact, Holder, PackSource, ShareSource, SourceSilent
from tests.api.case_builders import CLERK, acting_for
from tests.api.conftest import API, Client, SignIn
from tests.api.mandate_builders import CHILD, ENTERPRISE, HE, LIN, LIN_NUMBER, NAMES, ZHOU, accepted, identify

pytestmark = pytest.mark.anyio
SECOND = "13911110001"
SHOWN = ["properties", "certificates", "credit", "enterprises"]


@pytest.fixture
def sign_in(sign_in: SignIn, house: House) -> SignIn:
    """Signs people in whom a window has seen in person."""

    async def seen(phone: str, **more: Any) -> Client:
        browser = await sign_in(phone, **more)
        index = house.vault.blind_index("phone", phone)
        await house.database.commit([sql("UPDATE account SET in_person_at = 1 WHERE phone_index = {}", index)])
        return browser

    return seen


async def test_a_name_and_a_number_alone_open_no_register(house: House, sign_in: SignIn) -> None:
    browser = await sign_in(LIN)
    await house.database.commit([sql("UPDATE account SET in_person_at = NULL")])
    refused = await browser.get(f"{API}/me/records")
    assert (*kind_of(refused), refused.json()["level"], refused.json()["actual"]) == (403, "level-needed", 3, 2)


class Exchange:
    """A share source that counts how often it is asked, and may refuse or take its time."""

    def __init__(self, *, refuses: bool = False, seconds: float = 0) -> None:
        self.refuses, self.seconds, self.asked = refuses, seconds, 0

    def words(self) -> Text:
        return Text("试验库", "test register")

    async def look_up(self, holder: Holder, today: date) -> list[Entry]:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        if self.refuses:
            raise SourceSilent("refused")
        return [Entry(holder.code, [Fact("on", today.isoformat())])]


async def records(browser: Client, mandate: str | None = None) -> dict[str, Any]:
    reply = await browser.get(f"{API}/me/records", headers=acting_for(mandate))
    assert reply.status_code == 200, reply.text
    assert [each["register"] for each in reply.json()["registers"]] == SHOWN
    return {each["register"]: each for each in reply.json()["registers"]}


def titles(register: dict[str, Any]) -> set[str]:
    return {each["title"] for each in register["entries"]}


def kind_of(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["type"].rpartition(":")[2]


async def test_a_confirmed_person_sees_their_own_entries_of_every_register_and_nobody_elses(
    house: House, sign_in: SignIn
) -> None:
    browser = await sign_in(LIN)
    found = await records(browser)
    city = house.city
    assert titles(found["properties"]) == {
        each.address for each in city.properties.properties if LIN_NUMBER in each.owners
    }
    assert len(found["certificates"]["entries"]) == sum(
        each.holder == LIN_NUMBER for each in city.held_certificates.certificates
    )
    assert titles(found["credit"]) == {"无偿献血 4 次"}
    assert titles(found["enterprises"]) == {
        each.name for each in city.enterprises.enterprises if each.representative.id_number == LIN_NUMBER
    }
    assert {each["state"] for each in found.values()} == {"ok"}
    text = (await browser.get(f"{API}/me/records")).text
    assert not [each.id_number for each in city.population.persons if each.id_number in text]


async def test_of_an_account_that_is_nobody_yet_nothing_is_told(sign_in: SignIn) -> None:
    refused = await (await sign_in(SECOND)).get(f"{API}/me/records")
    assert (*kind_of(refused), refused.json()["level"], refused.json()["actual"]) == (403, "level-needed", 2, 1)


async def test_whoever_knows_somebodys_name_and_number_does_not_see_their_entries(sign_in: SignIn) -> None:
    await records(await sign_in(LIN))
    second = await sign_in(SECOND)
    assert (await identify(second, NAMES[LIN], LIN_NUMBER)).status_code == 200
    refused = await second.get(f"{API}/me/records")
    assert (*kind_of(refused), refused.json()["level"]) == (403, "level-needed", 3)
    assert "窗口" in refused.json()["detail"]


async def test_a_legal_representative_sees_the_organisations_entries_on_record(house: House, sign_in: SignIn) -> None:
    lin = await sign_in(LIN)
    mandate = (await lin.post(f"{API}/me/parties/organisations", json=ENTERPRISE)).json()["mandate_id"]
    found = await records(lin, mandate)
    assert titles(found["enterprises"]) == {ENTERPRISE["name"]}
    assert titles(found["credit"]) == {"纳税信用 A 级"}
    assert titles(found["properties"]) == {"云海市临江区观澜路 5 号 4 栋 1801 室"}
    assert LIN_NUMBER not in str(found)
    lines = await house.database.read(sql("SELECT action FROM audit WHERE action LIKE 'acting.%'"))
    assert [line["action"] for line in lines] == ["acting.records"]


async def test_a_guardian_sees_the_childs_entries_and_not_their_own(sign_in: SignIn) -> None:
    lin = await sign_in(LIN)
    mandate = (await lin.post(f"{API}/me/parties/children", json=CHILD)).json()["mandate_id"]
    found = await records(lin, mandate)
    assert titles(found["properties"]) == titles(found["enterprises"]) == set()


async def test_an_agent_for_everything_and_a_mandate_of_nobody_see_no_entries(sign_in: SignIn) -> None:
    he, zhou = await sign_in(HE), await sign_in(ZHOU)
    mandate = await accepted(he, zhou, ZHOU)
    refused = await zhou.get(f"{API}/me/records", headers=acting_for(mandate))
    assert kind_of(refused) == (403, "mandate-scope")
    lin = await sign_in(LIN)
    assert kind_of(await lin.get(f"{API}/me/records", headers=acting_for(mandate))) == (403, "mandate-invalid")


async def test_staff_do_not_look_anybody_up_here(sign_in: SignIn) -> None:
    assert (await (await sign_in(CLERK)).get(f"{API}/me/records")).status_code == 403


@pytest.mark.parametrize("silent", [Exchange(refuses=True), Exchange(seconds=30)], ids=["refuses", "hangs"])
async def test_a_source_that_does_not_answer_hides_no_other(
    app: Litestar, house: House, sign_in: SignIn, silent: Exchange
) -> None:
    registers: Registers = app.state.registers
    sources: dict[Any, ShareSource] = {**registers.sources, "credit": silent}
    app.state.registers = Registers(sources, house.time, patience=0.2)
    found = await records(await sign_in(LIN))
    assert found["credit"] == {
        "register": "credit",
        "source": {"zh": "试验库", "en": "test register"},
        "state": "unavailable",
        "as_of": None,
        "entries": [],
    }
    assert [found[each]["state"] for each in SHOWN if each != "credit"] == ["ok"] * 3
    assert titles(found["properties"])


async def test_an_answer_is_given_again_with_its_time_until_it_is_ten_minutes_old(
    app: Litestar, house: House, sign_in: SignIn
) -> None:
    source, start = Exchange(), int(datetime.fromisoformat("2026-11-26T10:00:00+08:00").timestamp() * 1000)
    house.time.set(start)
    app.state.registers = Registers({**app.state.registers.sources, "credit": source}, house.time)
    browser = await sign_in(LIN)
    first = (await records(browser))["credit"]["as_of"]
    house.time.set(start + KEPT - 60_000)
    assert ((await records(browser))["credit"]["as_of"], source.asked) == (first, 1)
    house.time.set(start + KEPT + 60_000)
    later = (await records(browser))["credit"]["as_of"]
    assert (later > rfc3339(start + KEPT), source.asked) == (True, 2)


class Clock(TimeSource):
    """A clock that stands still."""

    instant = int(datetime.fromisoformat("2026-11-26T23:55:00+08:00").timestamp() * 1000)

    def now(self) -> int:
        return self.instant


async def test_answers_are_kept_by_holder_few_in_number_not_past_midnight_and_not_longer_than_they_are_young() -> None:
    source, clock = Exchange(), Clock()
    registers = Registers({"credit": source}, clock, most=3)

    async def ask(code: str) -> Reading:
        return await registers.look_up("credit", Holder(code))

    for code in "AABCDA":
        assert (await ask(code)).entries[0].title == code
    assert (source.asked, registers.kept) == (5, 3), "the oldest was dropped for the fourth"
    clock.instant += 6 * 60_000
    assert (await ask("D")).entries[0].facts == [Fact("on", "2026-11-27")]
    assert registers.kept == 1, "what is old is forgotten though nobody asks for it"


async def test_a_silent_source_is_asked_again_the_next_time() -> None:
    source = Exchange(refuses=True)
    registers = Registers({"credit": source}, Clock())
    for _ in range(2):
        with pytest.raises(SourceSilent):
            await registers.look_up("credit", Holder("A"))
    assert (source.asked, registers.kept) == (2, 0)


async def test_a_credit_record_is_shown_to_its_last_day_and_a_certificate_says_when_it_has_expired(city: City) -> None:
    words = Text("库", "register")
    record = CreditRecord("A", "bad", "未年报", "2025-01-01", "2026-11-26")
    licence = HeldCertificate("驾驶证", "A", "1", "2020-11-26", "2026-11-26")
    made = dataclasses.replace(
        city,
        credit=Credit(words, words, [record]),
        held_certificates=HeldCertificates(words, words, [licence]),
    )
    for day, credit, state in ((26, ["未年报"], "valid"), (27, [], "expired")):
        today = date(2026, 11, day)
        assert [each.title for each in await PackSource("credit", lambda: made).look_up(Holder("A"), today)] == credit
        (entry,) = await PackSource("certificates", lambda: made).look_up(Holder("A"), today)
        assert Fact("state", state) in entry.facts
