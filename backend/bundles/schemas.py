"""Bundles and their filings on the wire."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec

from backend.bundles.tables import MemberState
from backend.cases.schemas import CaseName, Due, FileHashes, ItemName, Values
from backend.city.guide import DepartmentName, Guide
from backend.city.structures import Layout, Text


class MergedForm(msgspec.Struct, frozen=True):
    """A form as form screens read it."""

    hash: str
    schema: dict[str, Any]
    layout: Layout


class BundleForm(msgspec.Struct, frozen=True):
    """The one form of the chosen items, with what the form screens read of them as a whole.

    `materials` name the merged material of each item's own ones; `hash` names the bundle with all its guides, whatever
    is chosen, and is what a submission states.
    """

    hash: str
    items: list[ItemName]
    guide: Guide
    form: MergedForm
    materials: dict[str, dict[str, str]]


class BundleName(msgspec.Struct, frozen=True):
    """A bundle as filings name it."""

    key: str
    name: Text


class FilingCase(msgspec.Struct, frozen=True):
    """The case that a member became; `waiting_for` says whose turn it is."""

    id: str
    number: str
    query_code: str
    state: str
    state_name: Text
    final: bool
    granted: bool
    waiting_for: Literal["resident", "office"] | None
    certificate: str | None
    updated_at: str


class FilingMember(msgspec.Struct, frozen=True):
    """A member of a filing: a case, or what it waits for.

    `applicant` is as whom the resident files it once it is `ready`, and `why`; `problem` is the code of what kept a
    ready one from being filed by itself. `due` is the last day: of the case, or reckoned along the order.
    """

    item: ItemName
    state: MemberState
    department: DepartmentName
    waits_for: list[str]
    due: date | None
    case: FilingCase | None
    applicant: Literal["organisation", "child"] | None
    why: Text | None
    problem: str | None


class Filing(msgspec.Struct, frozen=True):
    """A bundle that was filed, as one whole. `due` is the last day along the longest way; null when all has ended."""

    id: str
    bundle: BundleName
    lead: DepartmentName
    submitted_at: str
    due: Due | None
    done: int
    members: list[FilingMember]


class DeskFilingMember(msgspec.Struct, frozen=True):
    """A member as other offices see it: how far it has come, and nothing of what is in it.

    `state_name` is that of its case; `case` the case's id, where the reader may open it.
    """

    item: ItemName
    state: MemberState
    state_name: Text | None
    final: bool
    granted: bool
    waiting_for: Literal["resident", "office"] | None
    department: DepartmentName
    waits_for: list[str]
    due: date | None
    case: str | None


class DeskFiling(msgspec.Struct, frozen=True):
    """The whole that a case is part of, for an office that handles one of its members."""

    bundle: BundleName
    lead: DepartmentName
    submitted_at: str
    due: Due | None
    done: int
    members: list[DeskFilingMember]


class FilingReceipt(msgspec.Struct, frozen=True):
    """收件凭证 of a whole filing: `case` is the first of its cases, `due` of the whole."""

    case: CaseName
    submitted_at: str
    due: Due
    filing: Filing


class FilingSummary(msgspec.Struct, frozen=True):
    """A filing in a list."""

    id: str
    bundle: BundleName
    submitted_at: str
    done: int
    members: int
    asks: bool


class FilingList(msgspec.Struct, frozen=True):
    """The caller's filings, newest first."""

    filings: list[FilingSummary]


class MemberApplication(msgspec.Struct, frozen=True):
    """What a ready member would be filed with, for its applicant to mend, by the names of the item's own form.

    `errors` and `materials` are what is wrong with it and what it lacks, as a refused submission names them; `detail`
    says what else keeps it from being filed.
    """

    item: ItemName
    guide_hash: str
    form_hash: str
    values: dict[str, Any]
    files: dict[str, list[str]]
    errors: list[dict[str, str]]
    materials: list[str]
    detail: str | None


class Continuation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files a member that was ready, in the name of whom the request acts for, with what was filled in before.

    `values` and `files` are put in the place of those of the same name in the item's own form: what was wrong or not
    there the first time. A value of null takes an answer out.
    """

    values: Values | None = None
    files: FileHashes | None = None
