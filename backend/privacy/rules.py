"""Rights over one's data, pure: who a reader is, how long a record is kept, what an archive may be called."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime, time

from backend.city.canonical import content_hash
from backend.city.city import City
from backend.city.structures import ConsentPurpose, Text
from backend.foundation.time_source import SHANGHAI, legal_day
from backend.privacy.schemas import Kept, PurposeView, ReaderKind, Register

GRACE = 10_000
"""Milliseconds from the closing of an account to the work: what its sessions had begun has ended by then."""

KEPT_RECORD = "cases"
_ARCHIVES = Text("《中华人民共和国档案法》", "Archives Law")
_MEMBER = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}(?:/[a-z0-9][a-z0-9._-]{0,80}){0,2}")

AFTER_ERASURE = (
    Text(
        "账号马上不能再登录。手机号以后可以重新注册，新账号看不到以前的办件和证照。",
        "Nobody can sign in to the account any more. The phone may begin a new one, which does not show earlier cases.",
    ),
    Text(
        "已经发出的证照继续有效；手机里的电子证照最多 30 天后过期，需要时请带身份证到窗口。",
        "Certificates stay valid; the ones on your phone end within 30 days. Bring your ID card to a window if needed.",
    ),
    Text(
        "您在别的手机上登录过的，请在那里清除应用的数据。",
        "On other phones that you have signed in on, clear the app's data there.",
    ),
)


def version_of(purpose: ConsentPurpose) -> str:
    """The version of a purpose: the hash of everything that is asked."""
    return content_hash(purpose)


def purposes_of(city: City) -> list[PurposeView]:
    """What the city asks consent for."""
    return [PurposeView.of(each, version_of(each)) for each in city.privacy.purposes] if city.privacy else []


def reader_kind(actor: str, staff: Collection[str]) -> ReaderKind:
    """What kind of reader an actor of the audit trail is; `staff` are the accounts that have a position."""
    if actor in ("system", "link"):
        return "system" if actor == "system" else "link"
    return "staff" if actor in staff else "other"


def registers_of(city: City) -> dict[str, Register]:
    """The registers that the house looks into when a case is submitted, by the name under which it is on record."""
    return {
        "population": Register(city.population.source, city.population.rule),
        "enterprises": Register(city.enterprises.source, city.enterprises.rule),
        "properties": Register(city.properties.source, city.properties.rule),
        "credit": Register(city.credit.source, city.credit.rule),
        "certificates": Register(city.held_certificates.source, city.held_certificates.rule),
    }


def kept_until(closed_at: int, years: int, certificate_until: int | None) -> int:
    """The instant at which a record's time is over: years after the day it closed, and not before its certificate's."""
    closed = legal_day(closed_at)
    day = date(closed.year + years, closed.month, min(closed.day, 28) if closed.month == 2 else closed.day)
    return max(int(datetime.combine(day, time(), SHANGHAI).timestamp() * 1000), certificate_until or 0)


def kept_case(city: City, query_code: str, item: Text, until: int) -> Kept:
    """How a kept case is told of."""
    held = (
        next((each for each in city.privacy.notice.holdings if each.key == KEPT_RECORD), None) if city.privacy else None
    )
    day = legal_day(until)
    what = Text(f"办件：{item.zh}", f"Case: {item.en}")
    how_long = Text(f"保存到 {day.isoformat()}", f"Kept until {day.isoformat()}")
    return Kept(KEPT_RECORD, what, held.basis if held else _ARCHIVES, how_long, day, query_code)


def kept_besides(city: City) -> list[Kept]:
    """What stays of every account, beside its cases."""
    holdings = city.privacy.notice.holdings if city.privacy else []
    return [
        Kept(each.key, each.what, each.basis, each.how_long, None, None)
        for each in holdings
        if each.stays and each.key != KEPT_RECORD
    ]


def is_safe_member(name: str) -> bool:
    """Whether a path may stand in an archive: relative, of safe characters, no way out of its folder."""
    return _MEMBER.fullmatch(name) is not None and ".." not in name
