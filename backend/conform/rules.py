"""The conformance operations on identifiers, deadlines and forms: docs/conformance.md."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from backend.conform.errors import BadRequest
from backend.conform.request import Operation, doubles
from backend.foundation import identifiers
from backend.foundation.calendar_published import build_day, published_calendar
from backend.foundation.clock_rules import MAX_DAYS, ClockRefused, Pause, deadline
from backend.foundation.forms import FormFault, FormRefused, check_form, validate_form

Request = dict[str, Any]
Reply = dict[str, Any]

_MAX_PAUSES: Final = 10_000
_SHANGHAI_SECONDS: Final = 8 * 3600
_INSTANT: Final = re.compile(
    r"([0-9-]{10})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]{1,18})?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)


def _text(request: Request, name: str) -> str:
    value = request.get(name)
    if not isinstance(value, str):
        raise BadRequest(f"{name} is not a text")
    return value


def _present(request: Request, name: str) -> Any:
    if name not in request:
        raise BadRequest(f"{name} is missing")
    return doubles(request[name])


def _day(value: Any, name: str) -> date:
    day = identifiers.parse_date(value) if isinstance(value, str) else None
    if day is None:
        raise BadRequest(f"{name} is not a day, YYYY-MM-DD")
    return day


def _today(request: Request) -> date:
    """The legal day of ``now``, a day or an instant; without one, the day the release's calendar was built."""
    now = request.get("now")
    if now is None:
        return build_day()
    if not isinstance(now, str) or len(now) <= 10:
        return _day(now, "now")
    match = _INSTANT.fullmatch(now)
    day = identifiers.parse_date(now[:10])
    if match is None or day is None:
        raise BadRequest("now is neither a day nor an RFC 3339 instant")
    hour, minute, second, offset_hour, offset_minute = (int(match[group] or 0) for group in (2, 3, 4, 6, 7))
    if hour > 23 or minute > 59 or second > 60 or offset_hour > 23 or offset_minute > 59:
        raise BadRequest("now is neither a day nor an RFC 3339 instant")
    offset = (offset_hour * 60 + offset_minute) * (-1 if match[5] == "-" else 1)
    # Whole seconds since the first day, so that an offset across the ends of the calendar does not overflow.
    seconds = day.toordinal() * 86_400 + (hour * 60 + minute - offset) * 60 + min(second, 59)
    ordinal = (seconds + _SHANGHAI_SECONDS) // 86_400
    if not 1 <= ordinal <= date.max.toordinal():
        raise BadRequest("now is out of range")
    return date.fromordinal(ordinal)


def _verdict(error: str | None) -> Reply:
    return {"ok": True} if error is None else {"ok": False, "error": error, "detail": f"not valid: {error}"}


def _check(judge: Callable[[str], str | None]) -> Operation:
    return lambda request: _verdict(judge(_text(request, "in")))


def _id_check(request: Request) -> Reply:
    text = _text(request, "in")
    return _verdict(identifiers.check_resident_id(text, _today(request)))


def _item_check(request: Request) -> Reply:
    origin = request.get("origin")
    if origin not in (None, "own", "import"):
        raise BadRequest("origin is neither own nor import")
    judge = identifiers.check_imported_item_code if origin == "import" else identifiers.check_item_code
    return _verdict(judge(_text(request, "in")))


def _pauses(value: Any) -> list[Pause]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > _MAX_PAUSES:
        raise BadRequest(f"pauses is not a list of at most {_MAX_PAUSES} pairs of days")
    pauses = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            raise BadRequest("a pause is not a pair of days")
        first, last = _day(pair[0], "the first day of a pause"), _day(pair[1], "the last day of a pause")
        pauses.append(Pause(first, last))
    return pauses


def _deadline(request: Request) -> Reply:
    start = _day(request.get("from"), "from")
    days = request.get("days")
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= MAX_DAYS:
        raise BadRequest(f"days is not a whole number from 0 to {MAX_DAYS}")
    unit = request.get("unit")
    if unit != "workday" and unit != "day":
        raise BadRequest("unit is neither workday nor day")
    pauses = _pauses(request.get("pauses"))
    try:
        found = deadline(start, days, unit, pauses, published_calendar())
    except ClockRefused as refused:
        return {"ok": False, "error": refused.code, "detail": str(refused)}
    lines = [
        {"first": line.first.isoformat(), "last": line.last.isoformat(), "kind": line.kind, "code": line.code}
        for line in found.lines
    ]
    return {"ok": True, "date": found.date.isoformat(), "basis": found.basis, "lines": lines}


def _fault(fault: FormFault) -> Reply:
    detail = f'{fault.error} at "{fault.path}"'
    return {"ok": False, "error": fault.error, "path": fault.path, "detail": detail}


def _form_check(request: Request) -> Reply:
    fault = check_form(_present(request, "schema"))
    return {"ok": True} if fault is None else _fault(fault)


def _form_validate(request: Request) -> Reply:
    schema, instance = _present(request, "schema"), _present(request, "instance")
    try:
        errors = validate_form(schema, instance)
    except FormRefused as refused:
        return _fault(refused.fault)
    found = [{"path": error.path, "keyword": error.keyword} for error in errors]
    return {"ok": True, "valid": not found, "errors": found}


OPERATIONS: dict[str, Operation] = {
    "id.check": _id_check,
    "uscc.check": _check(identifiers.check_uscc),
    "area.check": _check(identifiers.check_area_code),
    "item.check": _item_check,
    "certificate.check": _check(identifiers.check_certificate_identifier),
    "query.check": _check(identifiers.check_query_code),
    "deadline": _deadline,
    "form.check": _form_check,
    "form.validate": _form_validate,
}
