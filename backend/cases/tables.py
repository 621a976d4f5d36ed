"""The statements of the cases room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal

import msgspec

from backend.cases.due import Light, NextDue
from backend.cases.engine import CaseState
from backend.foundation.database import Statement, Value, sql
from backend.foundation.encryption import Place

_COLUMNS = (
    "id, number, query_code, account_id, subject_id, item, guide_hash, form_hash, lifecycle_hash, department, street,"
    " state, stage, version, submitted_at, started_at, ended_at, updated_at, due, accepted_by, summary_sealed, draft,"
    " party_id, capacity, received_department, project, filing_id, next_due, next_soon, next_step, next_days,"
    " next_unit"
)
# Four digits, or six where the day's serial is beyond 9,999 (standards §2.1); `substr` and `||` work on both databases.
_SERIAL = (
    "CASE WHEN value <= 9999 THEN substr(CAST(10000 + value AS TEXT), 2)"
    " ELSE substr(CAST(1000000 + value AS TEXT), 2) END"
)
_ADD_RECORD = (
    f"INSERT INTO case_record ({_COLUMNS}) VALUES"  # noqa: S608 -- constants only
    " ({}, (SELECT {} || " + _SERIAL + " FROM case_counter WHERE item_code = {} AND day = {}),"
    " {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, 1, {}, NULL, NULL, {}, {}, NULL, {}, {}, {}, {}, {}, {}, {}, {}, {},"
    " {}, {}, {})"
)


def private_place(event_id: str) -> Place:
    """Where the personal part of an event is stored."""
    return Place("event_private", "sealed", event_id)


def summary_place(case_id: str) -> Place:
    """Where the applicant's name and phone for lists are stored."""
    return Place("case_record", "summary_sealed", case_id)


def count_case(item_code: str, day: str) -> Statement:
    """Gives the day's next serial of an item as `value`; the row stays locked until the batch ends."""
    return sql(
        "INSERT INTO case_counter (item_code, day, value) VALUES ({}, {}, 1)"
        " ON CONFLICT (item_code, day) DO UPDATE SET value = case_counter.value + 1 RETURNING value",
        item_code,
        day,
    )


def add_record(
    *,
    case_id: str,
    number_stem: str,
    item_code: str,
    day: str,
    query_code: str,
    account_id: str,
    subject_id: str,
    item: str,
    guide_hash: str,
    form_hash: str,
    lifecycle_hash: str,
    department: str,
    street: str | None,
    state: CaseState,
    at: int,
    due: str,
    summary_sealed: bytes,
    draft: str | None,
    party_id: str | None,
    capacity: str,
    following: NextDue | None,
    received_department: str | None = None,
    project: str | None = None,
    filing_id: str | None = None,
) -> Statement:
    """A new case; its number is made of `number_stem` and the serial that `count_case` gave in the same batch.

    A draft becomes one case of its account; a second one fails the batch.
    """
    return sql(
        _ADD_RECORD,
        case_id,
        number_stem,
        item_code,
        day,
        query_code,
        account_id,
        subject_id,
        item,
        guide_hash,
        form_hash,
        lifecycle_hash,
        department,
        street,
        state.state,
        state.stage,
        at,
        at,
        due,
        summary_sealed,
        draft,
        party_id,
        capacity,
        received_department,
        project,
        filing_id,
        *next_values(following, due),
        expect=1,
    )


NEXT_COLUMNS = ("next_due", "next_soon", "next_step", "next_days", "next_unit")
"""What a case is due for next, as `next_values` gives it."""


def next_values(following: NextDue | None, due: str) -> tuple[Value, ...]:
    """The columns of what is due next; a closed case keeps its place by its legal due date."""
    if following is None:
        return due, None, None, None, None
    soon = following.soon.isoformat() if following.soon else None
    return following.day.isoformat(), soon, following.step, following.days, following.unit


def move_record(
    case_id: str,
    expected: int,
    state: CaseState,
    *,
    at: int,
    due: str,
    accepted_by: str | None,
    department: str,
    following: NextDue | None,
) -> Statement:
    """Brings the derived row to a new state; touches no row when the case is not at version `expected`."""
    return sql(
        "UPDATE case_record SET state = {}, stage = {}, version = {}, started_at = {}, ended_at = {}, updated_at = {},"
        " due = {}, accepted_by = {}, department = {},"
        " next_due = {}, next_soon = {}, next_step = {}, next_days = {}, next_unit = {} WHERE id = {} AND version = {}",
        state.state,
        state.stage,
        state.version,
        state.started_at,
        state.ended_at,
        at,
        due,
        accepted_by,
        department,
        *next_values(following, due),
        case_id,
        expected,
        expect=1,
    )


def date_record(case_id: str, version: int, following: NextDue | None, due: str) -> Statement:
    """Writes what a case is due for next, if it still stands at this version."""
    return sql(
        "UPDATE case_record SET next_due = {}, next_soon = {}, next_step = {}, next_days = {}, next_unit = {}"
        " WHERE id = {} AND version = {}",
        *next_values(following, due),
        case_id,
        version,
    )


def amend_record(case_id: str, version: int, values: Mapping[str, Value]) -> Statement:
    """Writes derived columns anew, if the row still says this version. At least one."""
    columns = ", ".join(f"{name} = {{}}" for name in values)
    return sql(
        f"UPDATE case_record SET {columns} WHERE id = {{}} AND version = {{}}",  # noqa: S608 -- names of columns only
        *values.values(),
        case_id,
        version,
    )


def records_after(after: str, limit: int) -> Statement:
    """The derived rows of all cases behind an id, by id."""
    return sql(f"SELECT {_COLUMNS} FROM case_record WHERE id > {{}} ORDER BY id LIMIT {{}}", after, limit)  # noqa: S608 -- constants only


def events_of_all(case_ids: Sequence[str]) -> Statement:
    """The events of several cases, each case's in order, without what is sealed. At least one case."""
    marks = ", ".join(["{}"] * len(case_ids))
    return sql(
        f"SELECT case_id, type, at, actor, data FROM event WHERE case_id IN ({marks}) ORDER BY case_id, sequence",  # noqa: S608 -- placeholders only
        *case_ids,
    )


def undated(after: str, limit: int) -> Statement:
    """Open cases behind an id of which nobody has written yet what they are due for next, by id."""
    return sql(
        f"SELECT {_COLUMNS} FROM case_record WHERE ended_at IS NULL AND next_step IS NULL AND id > {{}}"  # noqa: S608 -- constants only
        " ORDER BY id LIMIT {}",
        after,
        limit,
    )


@lru_cache(maxsize=128)
def _files_template(rows: int) -> str:
    placeholders = ", ".join(["({}, {}, {}, {}, {})"] * rows)
    return f"INSERT INTO case_file (case_id, material, place, sha256, pages) VALUES {placeholders}"  # noqa: S608 -- no values


def add_files(case_id: str, files: Sequence[tuple[str, int, str, int]]) -> Statement:
    """Links files to a case: material, place within it from 0, SHA-256, pages. At least one."""
    values: list[Value] = []
    for material, place, sha256, pages in files:
        values += (case_id, material, place, sha256, pages)
    return Statement(_files_template(len(files)), tuple(values), len(files))


def add_file(case_id: str, material: str, sha256: str, version: int, pages: int) -> Statement:
    """Adds a file that came with the event `version`, behind those that a material of the case has already."""
    return sql(
        "INSERT INTO case_file (case_id, material, place, sha256, version, pages) VALUES ({}, {},"
        " (SELECT COALESCE(MAX(place), -1) + 1 FROM case_file WHERE case_id = {} AND material = {}), {}, {}, {})",
        case_id,
        material,
        case_id,
        material,
        sha256,
        version,
        pages,
        expect=1,
    )


def remember_receipt(
    account_id: str, key: str, fingerprint: str, case_id: str, reply: tuple[str, str], at: int
) -> Statement:
    """Stores a receipt for `idempotency.recall`; the case's number goes between the two halves of the reply."""
    return sql(
        "INSERT INTO idempotency (account_id, key, fingerprint, reply, at) VALUES"
        " ({}, {}, {}, {} || (SELECT number FROM case_record WHERE id = {}) || {}, {})",
        account_id,
        key,
        fingerprint,
        reply[0],
        case_id,
        reply[1],
        at,
        expect=1,
    )


def record_by_id(case_id: str) -> Statement:
    """The derived row of a case."""
    return sql(f"SELECT {_COLUMNS} FROM case_record WHERE id = {{}}", case_id)  # noqa: S608 -- constants only


def open_after(case_id: str, limit: int) -> Statement:
    """Cases that have not ended, by id, after one."""
    return sql(
        f"SELECT {_COLUMNS} FROM case_record WHERE ended_at IS NULL AND id > {{}} ORDER BY id LIMIT {{}}",  # noqa: S608 -- constants only
        case_id,
        limit,
    )


def events_of(case_id: str) -> Statement:
    """The events of a case in order, each with its sealed personal part if it has one."""
    return sql(
        "SELECT event.id, event.sequence, event.type, event.at, event.actor, event.data, event_private.sealed,"
        " event_private.subject_id"
        " FROM event LEFT JOIN event_private ON event_private.event_id = event.id"
        " WHERE event.case_id = {} ORDER BY event.sequence",
        case_id,
    )


def files_of(case_id: str) -> Statement:
    """The files of a case by material; `version` is the event that they came with."""
    return sql(
        "SELECT material, place, sha256, version, pages FROM case_file WHERE case_id = {} ORDER BY material, place",
        case_id,
    )


def files_of_subject(subject_id: str) -> Statement:
    """The files of all cases of a subject."""
    return sql(
        "SELECT DISTINCT case_file.sha256 FROM case_file JOIN case_record ON case_record.id = case_file.case_id"
        " WHERE case_record.subject_id = {}",
        subject_id,
    )


# Ids are UUIDv7: later ones are greater, and every one is below this.
_AFTER_ALL = "g"


OwnTab = Literal["all", "open", "ended"]


class Wanted(msgspec.Struct, frozen=True):
    """Which of a person's cases a list shall hold: all, the open or the ended ones; of them those whose number or query
    code holds `code` or that are of one of `items`, where either is given.
    """

    tab: OwnTab = "all"
    code: str = ""
    items: tuple[str, ...] = ()


ALL = Wanted()
_OWN_TABS: dict[OwnTab, str] = {"all": "", "open": " AND ended_at IS NULL", "ended": " AND ended_at IS NOT NULL"}


def _narrowing(wanted: Wanted) -> tuple[str, list[str]]:
    """The condition, with its values, that leaves what is wanted; `code` has letters and digits only."""
    ways, values = [], []
    if wanted.code:
        ways += ["number LIKE {}", "query_code LIKE {}"]
        values += [f"%{wanted.code}%"] * 2
    if wanted.items:
        ways.append(f"item IN ({', '.join(['{}'] * len(wanted.items))})")
        values += wanted.items
    return _OWN_TABS[wanted.tab] + (f" AND ({' OR '.join(ways)})" if ways else ""), values


def cases_of(account_id: str, party_id: str | None, before: str | None, limit: int, wanted: Wanted = ALL) -> Statement:
    """A person's cases, newest first, from before the case `before`: what the account filed for itself, and what is for
    the party that its person is.
    """
    last = before or _AFTER_ALL
    narrowed, values = _narrowing(wanted)
    if party_id is None:
        return sql(
            f"SELECT {_COLUMNS} FROM case_record WHERE account_id = {{}} AND capacity = 'self' AND id < {{}}{narrowed}"  # noqa: S608 -- constants only
            " ORDER BY id DESC LIMIT {}",
            account_id,
            last,
            *values,
            limit,
        )
    # A page of each by its index, and the page of both: however many cases there are, no more is read.
    page = "SELECT id FROM (SELECT id FROM case_record WHERE {} AND id < {{}}{} ORDER BY id DESC LIMIT {{}}) AS {}"
    own = page.format("account_id = {} AND capacity = 'self'", narrowed, "own")
    theirs = page.format("party_id = {}", narrowed, "theirs")
    return sql(
        f"SELECT {_COLUMNS} FROM case_record WHERE id IN ({own} UNION {theirs})"  # noqa: S608 -- constants only
        " ORDER BY id DESC LIMIT {}",
        account_id,
        last,
        *values,
        limit,
        party_id,
        last,
        *values,
        limit,
        limit,
    )


def cases_of_party(
    party_id: str, items: Sequence[str], cases: Sequence[str], before: str | None, limit: int, wanted: Wanted = ALL
) -> Statement:
    """A party's cases, newest first, from before the case `before`: of these items or with these ids; all, when both
    are empty.
    """
    kinds = [("item", items), ("id", cases)]
    named = " OR ".join(f"{column} IN ({', '.join(['{}'] * len(each))})" for column, each in kinds if each)
    within = f" AND ({named})" if named else ""
    narrowed, values = _narrowing(wanted)
    return sql(
        f"SELECT {_COLUMNS} FROM case_record WHERE party_id = {{}} AND id < {{}}{within}{narrowed}"  # noqa: S608 -- constants only
        " ORDER BY id DESC LIMIT {}",
        party_id,
        before or _AFTER_ALL,
        *items,
        *cases,
        *values,
        limit,
    )


def cases_of_project(project: str, before: str | None, limit: int) -> Statement:
    """The cases of a project by its code, newest first, from before the case `before`. The caller sifts them."""
    return sql(
        f"SELECT {_COLUMNS} FROM case_record WHERE project = {{}} AND id < {{}} ORDER BY id DESC LIMIT {{}}",  # noqa: S608 -- constants only
        project,
        before or _AFTER_ALL,
        limit,
    )


Tab = Literal["open", "mine", "held", "closed"]
COUNTED_MOST = 1000
"""Up to how many cases a list is counted."""
_OWN: frozenset[Tab] = frozenset({"mine", "held"})
"""The tabs that are somebody's own."""
_TABS: dict[Tab, str] = {
    "open": "ended_at IS NULL",
    "mine": "ended_at IS NULL AND accepted_by = {}",
    "held": "ended_at IS NULL AND id IN (SELECT case_id FROM case_holder WHERE case_holder.account_id = {})",
    "closed": "ended_at IS NOT NULL",
}


def _within(departments: Sequence[str], division: str | None) -> tuple[str, tuple[str, ...]]:
    """The condition of a scope with its values; a case without a street is in no division."""
    condition = f"department IN ({', '.join(['{}'] * len(departments))})"
    if division is None:
        return condition, tuple(departments)
    return f"{condition} AND substr(street, 1, {len(division)}) = {{}}", (*departments, division)


# How pressing a case is on a day, as `due.light_on` says it.
_LIGHTS: dict[Light, tuple[str, int]] = {
    "red": ("next_soon IS NOT NULL AND next_due < {}", 1),
    "amber": ("next_soon <= {} AND next_due >= {}", 2),
    "green": ("next_soon > {} AND next_due >= {}", 2),
    "grey": ("next_soon IS NULL", 0),
}


class Narrowing(msgspec.Struct, frozen=True):
    """Which cases of a tab are wanted: of one light, one item, or one step."""

    light: Light | None = None
    item: str | None = None
    step: str | None = None

    def condition(self, today: str) -> tuple[str, tuple[str, ...]]:
        """The condition on a day, with its values; begins with AND."""
        said, values = "", tuple[str, ...]()
        if self.light is not None:
            light, times = _LIGHTS[self.light]
            said, values = f" AND {light}", (today,) * times
        for column, value in (("item", self.item), ("next_step", self.step)):
            if value is not None:
                said, values = f"{said} AND {column} = {{}}", (*values, value)
        return said, values


def queue(
    tab: Tab,
    departments: Sequence[str],
    division: str | None,
    account_id: str,
    narrowed: Narrowing,
    today: str,
    after: tuple[str, str] | None,
    limit: int,
) -> Statement:
    """A page of a desk's queue by what is due first, after a case of such a pair (next_due, id)."""
    within, values = _within(departments, division)
    only, wanted = narrowed.condition(today)
    template = (
        f"SELECT {_COLUMNS} FROM case_record WHERE {within} AND {_TABS[tab]}{only}"  # noqa: S608 -- constants
        " AND (next_due > {} OR (next_due = {} AND id > {})) ORDER BY next_due, id LIMIT {}"
    )
    due, case_id = after or ("", "")
    mine = (account_id,) if tab in _OWN else ()
    return sql(template, *values, *mine, *wanted, due, due, case_id, limit)


def queue_counts(departments: Sequence[str], division: str | None, account_id: str, today: str) -> Statement:
    """How many cases each tab holds, and how many open ones are of each light; no more than COUNTED_MOST of any.

    Nobody reads a longer list by its number, and counting to the end would cost more with every case of the city.
    """
    within, values = _within(departments, division)
    wanted: list[tuple[str, str, tuple[str, ...]]] = [
        (tab, condition, (account_id,) if tab in _OWN else ()) for tab, condition in _TABS.items()
    ]
    wanted += [
        (light, f"ended_at IS NULL AND {condition}", (today,) * times) for light, (condition, times) in _LIGHTS.items()
    ]
    counts = [
        f"(SELECT COUNT(*) FROM (SELECT 1 FROM case_record WHERE {within} AND {condition}"  # noqa: S608 -- constants
        f" LIMIT {COUNTED_MOST}) AS {name}_cases) AS {name}"
        for name, condition, _ in wanted
    ]
    said = [value for _, _, each in wanted for value in (*values, *each)]
    return sql(f"SELECT {', '.join(counts)}", *said)


def nth_newest(account_id: str, place: int) -> Statement:
    """When the `place`-th newest case of an account (1: the newest) was filed; no row when it has fewer.

    What a clerk enters for others at the counter is not counted.
    """
    return sql(
        "SELECT submitted_at FROM case_record WHERE account_id = {} AND capacity <> 'counter'"
        " ORDER BY id DESC LIMIT 1 OFFSET {}",
        account_id,
        place - 1,
    )


def case_of_draft(account_id: str, draft: str) -> Statement:
    """The id of the case that a draft became."""
    return sql("SELECT id FROM case_record WHERE account_id = {} AND draft = {}", account_id, draft)


def filed_most(since: int, accounts: int, limit: int) -> Statement:
    """The `item`s filed most since an instant, by at least so many accounts; found by the time in the ids (UUIDv7)."""
    stem = f"{since:012x}"
    return sql(
        "SELECT item FROM case_record WHERE id >= {} GROUP BY item"
        " HAVING COUNT(DISTINCT account_id) >= {} ORDER BY COUNT(*) DESC, item LIMIT {}",
        f"{stem[:8]}-{stem[8:]}",
        accounts,
        limit,
    )
