"""Renewal of a certificate (延续): from when until when it is applied for, by whom, and one application at a time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import msgspec

from backend.certificates.errors import RenewalRefused
from backend.certificates.rules import version_of
from backend.city.city import City
from backend.city.guide import Guide
from backend.city.structures import Renewal, Text
from backend.foundation.clock_rules import Calendar
from backend.foundation.database import Row, Statement, sql
from backend.foundation.errors import NotFound
from backend.house import House

_DAY = timedelta(days=1)
_WHY: dict[str, Text] = {
    "other-item": Text(
        "这张证照不能在这个事项里延续。请从证照页开始。", "This matter does not renew that certificate."
    ),
    "ended": Text(
        "这张证照已过有效期，不能延续。要继续，请重新申请。", "The certificate has ended. Please apply for a new one."
    ),
    "not-valid": Text("这张证照已撤销或已失效，不能延续。", "The certificate was revoked or replaced."),
    "filed": Text("这张证照已经在办延续，请到办件里看进度。", "Its renewal is being handled already."),
    "early": Text("还没到申请延续的时间，{opens}起可以申请。", "It is too early: apply from {opens} on."),
    "late": Text(
        "已过申请延续的最后一天（{closes}，{article}）。要继续，请重新申请。",
        "The last day to apply for its renewal was {closes} ({article}). Please apply for a new one.",
    ),
}


class Window(msgspec.Struct, frozen=True):
    """The first (None: any) and the last day on which renewal is applied for, both inclusive.

    `estimate`: holidays that are not published yet may move them.
    """

    opens: date | None
    closes: date
    estimate: bool


class Renewing(msgspec.Struct, frozen=True):
    """A certificate that an application is to renew, and its last day."""

    certificate_id: str
    until: date


def days_before(day: date, value: int, unit: Literal["workday", "day"], calendar: Calendar) -> date:
    """The last day after which `value` days of the unit are left up to and with `day`."""
    while value:
        value -= unit == "day" or calendar.is_workday(day)
        day -= _DAY
    return day


def window_of(renewal: Renewal, valid_until: date, calendar: Calendar) -> Window:
    """When the renewal of a certificate that is valid until a day is applied for."""
    closes = days_before(valid_until, renewal.value, renewal.unit, calendar)
    first = renewal.opens
    opens = days_before(valid_until, first.value, first.unit, calendar) if first else None
    counted = renewal.unit == "workday" or (first is not None and first.unit == "workday")
    years = range((opens or closes).year, valid_until.year + 1)
    return Window(opens, closes, counted and not all(calendar.is_published(year) for year in years))


def guide_to_renew(city: City, type_key: str) -> Guide | None:
    """The guide of the item that renews certificates of a type; None where no item does."""
    for item in city.items.values():
        kind = city.certificates.get(item.guide.certificate_hash or "")
        if item.guide.renewal is not None and item.guide.fillable and kind is not None and kind.key == type_key:
            return item.guide
    return None


async def renewing_of(house: House, subjects: list[str], certificate_id: str, guide: Guide) -> Renewing:
    """The certificate that an application under a guide is to renew; `subjects` are the applicant's.

    Raises NotFound (somebody else's certificate), RenewalRefused.
    """
    row = await _row(house, certificate_id)
    city, renewal = house.city, guide.renewal
    if row is None or row["subject_id"] not in subjects:
        raise NotFound("没有找到要延续的证照。它可能不属于申请人。")
    kind = city.certificates.get(guide.certificate_hash or "")
    if renewal is None or kind is None or kind.key != city.certificates[row["type_hash"]].key:
        raise _refused("other-item")
    until, today = date.fromisoformat(row["valid_until"]), house.time.today()
    check_free(row)
    window = window_of(renewal, until, house.calendar)
    if today > until:
        raise _refused("ended", renewal, window)
    if today > window.closes:
        raise _refused("late", renewal, window)
    if window.opens is not None and today < window.opens:
        raise _refused("early", renewal, window)
    return Renewing(certificate_id, until)


async def still_free(house: House, certificate_id: str) -> None:
    """Raises RenewalRefused where somebody was quicker: it is being renewed already, or no longer valid."""
    row = await _row(house, certificate_id)
    if row is not None:
        check_free(row)


def check_free(row: Row) -> None:
    """Raises RenewalRefused where a certificate is being renewed already, or no longer valid."""
    if row["state"] != "valid":
        raise _refused("not-valid")
    if row["renewal_case"] is not None:
        raise _refused("filed", case_id=row["renewal_case"])


def claim(certificate_id: str, case_id: str) -> Statement:
    """Makes a case the one that renews a certificate; touches no row where another one does, or it is not valid."""
    return sql(
        "UPDATE certificate SET renewal_case = {} WHERE id = {} AND state = {} AND renewal_case IS NULL",
        case_id,
        certificate_id,
        "valid",
        expect=1,
    )


def release(certificate_id: str, case_id: str) -> Statement:
    """Lets another application renew a certificate, when the case that was to do so has ended."""
    return sql(
        "UPDATE certificate SET renewal_case = NULL WHERE id = {} AND renewal_case = {}", certificate_id, case_id
    )


async def to_renew(house: House, certificate_id: str) -> Row:
    """The row of a certificate that a decision renews. Raises RenewalRefused when it was revoked meanwhile."""
    row = await _row(house, certificate_id)
    if row is None or row["state"] != "valid":
        raise _refused("not-valid")
    return row


async def latest_version(house: House, row: Row) -> str:
    """The identifier of the latest version that a certificate has had: its own, or a renewal's, revoked ones too."""
    found, asked = [row["identifier"]], [row["id"]]
    while asked:
        later = await house.database.read(
            sql("SELECT id, identifier FROM certificate WHERE replaces = {}", asked.pop())
        )
        found += [each["identifier"] for each in later]
        asked += [each["id"] for each in later]
    return max(found, key=version_of)


async def _row(house: House, certificate_id: str) -> Row | None:
    rows = await house.database.read(sql("SELECT * FROM certificate WHERE id = {}", certificate_id))
    return rows[0] if rows else None


def _refused(
    rule: str, renewal: Renewal | None = None, window: Window | None = None, case_id: str | None = None
) -> RenewalRefused:
    words = _WHY[rule]
    article = renewal.article if renewal else None
    days = {"opens": window.opens, "closes": window.closes} if window else {}
    named = {name: day for name, day in days.items() if day is not None}
    sentence = Text(
        words.zh.format(
            article=article.zh if article else "",
            **{name: f"{day.year}年{day.month}月{day.day}日" for name, day in named.items()},
        ),
        words.en.format(
            article=article.en if article else "", **{name: f"{day.day} {day:%B %Y}" for name, day in named.items()}
        ),
    )
    refusal = {
        "code": rule,
        "article": {"zh": article.zh, "en": article.en} if article else None,
        "sentence": {"zh": sentence.zh, "en": sentence.en},
        **{name: day.isoformat() for name, day in named.items()},
    }
    return RenewalRefused(sentence.zh, refusal=refusal if case_id is None else {**refusal, "case_id": case_id})
