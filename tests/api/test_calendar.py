"""A published year is imported: running houses follow, dates that rested on a guess move, and people are told once."""

from __future__ import annotations

import json
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from backend.cases import reckoning
from backend.cases.reckoning import register
from backend.cases.timers import register as register_timers
from backend.city.city import City
from backend.cli import main
from backend.foundation import outbox
from backend.foundation.calendar import SETTLED, YEAR_KIND, CalendarInForce, YearJob, import_year
from backend.foundation.calendar_file import YearNotice, parse_year
from backend.foundation.database import Database, DatabaseUnavailable, Statement, sql
from backend.foundation.settings import Settings
from backend.foundation.stored_vault import StoredVault
from backend.foundation.time_source import SHANGHAI, TimeSource
from backend.foundation.worker import Worker
from backend.house import House
from backend.notify.delivery import Delivery
from backend.staff.demo import seed_personas
from tests.api.case_builders import APPROVER, CLERK, OTHER, RESIDENT, application, key
from tests.api.conftest import API, Client, SignIn

pytestmark = pytest.mark.anyio

TITLE = "国务院办公厅关于2027年部分节假日安排的通知"
# Made up: the days of the real notice do not matter here, but 4 and 5 January free and 16 January worked move dates.
NOTICE = f"""\
year: 2027
source:
  title: {TITLE}
  date: 2026-12-22
holidays: [2027-01-01, 2027-01-04, 2027-01-05, 2027-10-01]
workdays:
  - 2027-01-16
"""
FILED = datetime(2026, 12, 21, 9, tzinfo=SHANGHAI)


def notice(text: str = NOTICE) -> YearNotice:
    return parse_year(text)


@pytest.fixture
async def house(database: Database, vault: StoredVault, city: City, settings: Settings) -> House:
    """A house that follows the calendar of its database, on 21 December 2026."""
    calendar = CalendarInForce(database)
    await calendar.refresh()
    made = House(settings, database, vault, TimeSource(), lambda: city, current_calendar=calendar)
    made.time.set(int(FILED.timestamp() * 1000))
    await seed_personas(made)
    return made


def in_force(house: House) -> CalendarInForce:
    assert isinstance(house.current_calendar, CalendarInForce)
    return house.current_calendar


async def filed(house: House, sign_in: SignIn, city: City, phone: str = RESIDENT) -> tuple[Client, str]:
    resident = await sign_in(phone)
    reply = await resident.post(f"{API}/cases", json=await application(house, resident, city), headers=key())
    assert reply.status_code == 201, reply.text
    assert reply.json()["due"] == {"date": "2027-01-05", "basis": "estimate"}
    return resident, reply.json()["case"]["id"]


async def say(staff: Client, case: str, command: str, version: int, **said: Any) -> Any:
    body = {"command": command, "version": version, **said}
    reply = await staff.post(f"{API}/desk/cases/{case}/commands", json=body, headers=key())
    assert reply.status_code == 200, reply.text
    return reply.json()


def pass_by(house: House, milliseconds: int = SETTLED + 1000) -> None:
    house.time.set(house.time.now() + milliseconds)


def worker_of(house: House) -> Worker:
    worker = Worker(house.database, house.time, house.settings.outbox, house.wake)
    register(worker, house)
    register_timers(worker, house)
    return worker


async def moved_events(house: House) -> list[str]:
    rows = await house.database.read(sql("SELECT case_id FROM event WHERE type = 'case-dates-moved@1'"))
    return sorted(row["case_id"] for row in rows)


async def test_a_running_house_uses_an_imported_year_without_a_restart(
    house: House, client: Client, sign_in: SignIn, city: City
) -> None:
    before = await client.get(f"{API}/calendar")
    assert 2027 not in before.json()["published"]
    assert await import_year(house.database, notice(), house.time.now())
    assert await in_force(house).refresh()
    assert not await in_force(house).refresh()
    after = await client.get(f"{API}/calendar")
    assert after.json()["years"]["2027"]["work"] == ["2027-01-16"]
    assert after.headers["etag"] != before.headers["etag"]
    resident = await sign_in(RESIDENT)
    reply = await resident.post(f"{API}/cases", json=await application(house, resident, city), headers=key())
    assert reply.json()["due"] == {"date": "2027-01-06", "basis": "published"}


async def test_dates_that_rested_on_a_guess_move_with_the_notice_as_their_reason_and_are_told_once(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await filed(house, sign_in, city)
    await say(await sign_in(CLERK), case, "accept", 1)
    shown = (await resident.get(f"{API}/cases/{case}")).json()
    assert (shown["clock"]["due"], shown["clock"]["basis"]) == ("2027-01-05", "estimate")
    await import_year(house.database, notice(), house.time.now())
    await in_force(house).refresh()
    worker = worker_of(house)
    delivery = Delivery(house)
    delivery.register(worker)
    pass_by(house)
    await worker.run_due()
    await worker.run_due()
    await delivery.close()
    shown = (await resident.get(f"{API}/cases/{case}")).json()
    assert (shown["due"], shown["clock"]["due"], shown["clock"]["basis"]) == ("2027-01-06", "2027-01-06", "published")
    told = shown["timeline"][-1]
    assert (told["type"], told["role"]) == ("case-dates-moved@1", None)
    assert told["data"]["moved"] == [{"what": "due", "was": "2027-01-05", "due": "2027-01-06"}]
    assert (told["data"]["source"], told["data"]["year"]) == (TITLE, 2027)
    messages = (await resident.get(f"{API}/inbox")).json()["messages"]
    found = [each["params"] for each in messages if each["kind"] == "case-dates-moved"]
    assert [(each["was"], each["due"]) for each in found] == [("2027-01-05", "2027-01-06")]
    # The case goes on as ever, from the new version.
    await say(await sign_in(APPROVER), case, "grant", 3)


async def paper(reader: Client, case: str, sequence: int) -> tuple[Any, str]:
    """A document of a case as its page reads it, and the text of its PDF."""
    page = await reader.get(f"{API}/cases/{case}/documents/{sequence}")
    assert page.status_code == 200, page.text
    pdf = await reader.get(f"{API}/cases/{case}/documents/{sequence}/pdf")
    return page.json(), "".join(each.extract_text() for each in PdfReader(BytesIO(pdf.content)).pages)


async def test_a_document_says_for_ever_what_it_said_when_it_was_issued_and_a_later_one_says_the_days_of_the_new_year(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await filed(house, sign_in, city)
    await say(await sign_in(CLERK), case, "accept", 1)
    issued = [await paper(resident, case, sequence) for sequence in (1, 2)]
    accepted, printed = issued[1]
    assert {each["day"]: each["estimate"] for each in accepted["dates"]} == {"2027-01-05": True}
    assert accepted["sha256"] in "".join(printed.split())
    await import_year(house.database, notice(), house.time.now())
    await in_force(house).refresh()
    pass_by(house)
    await worker_of(house).run_due()
    assert await moved_events(house) == [case]
    assert [await paper(resident, case, sequence) for sequence in (1, 2)] == issued
    second = await resident.post(f"{API}/cases", json=await application(house, resident, city), headers=key())
    later = second.json()["case"]["id"]
    await say(await sign_in(CLERK), later, "accept", 1)
    accepted, _ = await paper(resident, later, 2)
    assert {each["day"]: each["estimate"] for each in accepted["dates"]} == {"2027-01-07": False, "2027-01-06": False}
    assert "2027年1月6日前作出决定" in accepted["paragraphs"][1]["zh"]


async def test_a_case_whose_dates_stay_is_left_alone_and_so_is_one_that_has_ended(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, early = await filed_early(house, sign_in, city)
    resident, ended = await filed(house, sign_in, city)
    reply = await resident.post(f"{API}/cases/{ended}/commands", json={"command": "withdraw"}, headers=key())
    assert reply.status_code == 200
    await import_year(house.database, notice(), house.time.now())
    pass_by(house)
    await worker_of(house).run_due()
    assert await moved_events(house) == []
    assert early != ended


async def filed_early(house: House, sign_in: SignIn, city: City) -> tuple[Client, str]:
    house.time.set(int(datetime(2026, 12, 1, 9, tzinfo=SHANGHAI).timestamp() * 1000))
    resident = await sign_in(OTHER)
    reply = await resident.post(f"{API}/cases", json=await application(house, resident, city), headers=key())
    assert reply.status_code == 201, reply.text
    house.time.set(int(FILED.timestamp() * 1000))
    return resident, reply.json()["case"]["id"]


async def test_a_correction_gets_the_later_day_and_never_loses_days_it_was_told(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await filed(house, sign_in, city)
    clerk = await sign_in(CLERK)
    await say(clerk, case, "request-correction", 1, defects=[{"material": "proof", "problem": "日期看不清"}])
    due = (await resident.get(f"{API}/cases/{case}")).json()["notice"]["due"]
    await import_year(house.database, notice(), house.time.now())
    await in_force(house).refresh()
    pass_by(house)
    worker = worker_of(house)
    await worker.run_due()
    shown = (await resident.get(f"{API}/cases/{case}")).json()
    assert shown["notice"]["due"] == shown["step"]["due"] == "2027-01-14" > due == "2027-01-12"
    # A corrected notice: 4 January is worked after all, and the day that was told stays.
    await import_year(house.database, notice(NOTICE.replace("2027-01-04, ", "")), house.time.now())
    await in_force(house).refresh()
    pass_by(house)
    await worker.run_due()
    shown = (await resident.get(f"{API}/cases/{case}")).json()
    assert shown["notice"]["due"] == shown["step"]["due"] == "2027-01-14"
    assert shown["step"]["lines"][-1]["code"] == "kept"
    # Time itself waits for the later day, too.
    for day, state in (("2027-01-14", "correcting"), ("2027-01-15", "lapsed")):
        house.time.set(int(datetime.combine(date.fromisoformat(day), FILED.time(), SHANGHAI).timestamp() * 1000))
        await worker.run_due()
        rows = await house.database.read(sql("SELECT state FROM case_record WHERE id = {}", case))
        assert rows[0]["state"] == state


async def test_a_job_that_is_killed_anywhere_moves_every_case_once(
    house: House, sign_in: SignIn, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reckoning, "BATCH", 2)
    cases = sorted([(await filed(house, sign_in, city))[1] for _ in range(5)])
    await import_year(house.database, notice(), house.time.now())
    pass_by(house)
    commit, died = house.database.commit, 0

    async def dying(batch: list[Statement]) -> Any:
        nonlocal died
        done = await commit(batch)
        if any("case_record" in statement.template for statement in batch) and died < 3:
            # The case is stored, and the worker dies before it says so.
            died += 1
            raise DatabaseUnavailable("killed")
        return done

    monkeypatch.setattr(house.database, "commit", dying)
    worker = worker_of(house)
    for _ in range(12):
        await worker.run_due()
        # Tries that failed wait for a while.
        pass_by(house, 3_600_000)
    assert died == 3
    assert await moved_events(house) == cases
    rows = await house.database.read(
        sql("SELECT done_at, dead_at, attempts FROM outbox WHERE kind = {} ORDER BY due", YEAR_KIND)
    )
    assert len(rows) == 3
    assert all(row["done_at"] is not None for row in rows)
    # The same row handed out once more, as after a lease that ended: nothing happens twice.
    stored = await house.database.read(sql("SELECT data FROM event WHERE type = 'case-dates-moved@1'"))
    change = json.loads(stored[0]["data"])["change"]
    job = YearJob(change, 2027, None, TITLE, "2026-12-22")
    await house.database.commit([outbox.enqueue(YEAR_KIND, job, due=0, key="again")])
    await worker.run_due()
    assert await moved_events(house) == cases


async def test_an_import_that_changes_nothing_says_so_and_moves_nothing(house: House) -> None:
    assert await import_year(house.database, notice(), house.time.now())
    assert not await import_year(house.database, notice(), house.time.now())
    rows = await house.database.read(sql("SELECT COUNT(*) AS jobs FROM outbox WHERE kind = {}", YEAR_KIND))
    assert rows[0]["jobs"] == 1
    lines = await house.database.read(sql("SELECT target FROM audit WHERE action = 'calendar.imported'"))
    assert [line["target"] for line in lines] == ["2027"]


def test_the_command_imports_shows_and_points_at_every_mistake(
    house_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "2027.yaml"
    written = tmp_path / "settings.yaml"
    written.write_text(
        f"mode: test\ndatabase:\n  url: {house_settings.database.url}\n  keys_url: {house_settings.database.keys_url}\n"
    )
    command = ["--settings", str(written), "calendar"]
    file.write_text(NOTICE.replace("2027-01-16", "2027-01-08\n  - 2026-01-10").replace("2027-01-01, ", ""))
    assert main([*command, "import", str(file)]) == 1
    said = capsys.readouterr().err
    assert f"{file}:7: weekday-workday: /workdays/0" in said
    assert f"{file}:8: other-year: /workdays/1" in said
    assert f"{file}:5: statutory-day: /holidays" in said
    assert main([*command, "show", "2027"]) == 1
    file.write_text(NOTICE)
    assert main([*command, "import", str(file)]) == 0
    assert main([*command, "import", str(file)]) == 0
    assert "nothing changed" in capsys.readouterr().out
    assert main([*command, "show", "2027"]) == 0
    shown = capsys.readouterr().out
    assert TITLE in shown
    assert "2027-01-16 Sat worked" in shown
    assert main([*command, "show"]) == 0
    assert "2026" in capsys.readouterr().out
