"""What a certificate says, pure: its fields from a granted case, a view's share of them, and its dates."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal

from backend.city.structures import CertificateType
from backend.foundation.identifiers import CERTIFICATE_ROOT, build_certificate_identifier
from backend.foundation.time_source import SHANGHAI

TYPE_FIELD, VIEW_FIELD = 0, 1
FIRST_VERSION = 1
DAY = 86_400


def valid_until(issued_on: date, months: int) -> date:
    """The last day of a period counted in months from a day: the same day of the last month, or that month's last one.

    Civil Code art. 201 (the first day is not counted) and art. 202.
    """
    month = issued_on.month - 1 + months
    year, month = issued_on.year + month // 12, month % 12 + 1
    return date(year, month, min(issued_on.day, calendar.monthrange(year, month)[1]))


def end_of_day(day: date) -> int:
    """The first second (POSIX) after a day in Asia/Shanghai."""
    return int(datetime.combine(day + timedelta(days=1), time(), SHANGHAI).timestamp())


def identifier(type_code: str, issuer: str, case_number: str) -> str:
    """The national certificate identifier (GB/T 36904-2018) of the certificate that a case led to.

    The serial is the case's own: main and sub item of its code, day and number of the day; so no counter is needed.
    """
    return build_certificate_identifier(type_code, issuer, case_number[25:], FIRST_VERSION)


def next_version(number: str) -> str:
    """The identifier of the next version of a certificate: the same stem, the version one up, its own check character.

    Raises ValueError after version 999.
    """
    kind, issuer, serial, version, _ = number.removeprefix(CERTIFICATE_ROOT).split(".")
    return build_certificate_identifier(kind, issuer, serial, int(version) + 1)


def version_of(number: str) -> int:
    """The version that a certificate's identifier names, from 1."""
    return int(number.split(".")[-2])


def renewed_until(old_until: date, issued_on: date, months: int, counts_from: Literal["end", "decision"]) -> date:
    """The last day of a renewed certificate: counted from the end of the old one, or from the decision."""
    return valid_until(issued_on if counts_from == "decision" else old_until, months)


def fields_of(
    kind: CertificateType, applicant: Mapping[str, str], form: Mapping[str, str], certificate: Mapping[str, str]
) -> dict[str, str]:
    """All fields of a certificate by name. A source that the case does not have is left out."""
    sources = {"applicant": applicant, "form": form, "certificate": certificate}
    found = {}
    for field in kind.fields:
        source, _, name = field.from_.partition(".")
        if value := sources[source].get(name):
            found[field.name] = value
    return found


def view_fields(kind: CertificateType, view: str, fields: Mapping[str, str]) -> dict[int, str] | None:
    """The fields of a view by the keys of docs/formats.md, type and view first; None when the type has no such view."""
    chosen = next((each for each in kind.views if each.key == view), None)
    if chosen is None:
        return None
    keys = {field.name: field.key for field in kind.fields}
    shown = {keys[name]: fields[name] for name in chosen.fields if name in fields}
    return {TYPE_FIELD: kind.key, VIEW_FIELD: view, **shown}


def renewal_due(issued_at: int, expires_at: int, now: int) -> bool:
    """Says whether a credential (POSIX seconds) has less than a third of its life left."""
    return now >= expires_at - (expires_at - issued_at) // 3
