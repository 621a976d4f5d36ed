"""The privacy room on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from backend.city.structures import ConsentPurpose, PrivacyNotice, Text

CONFIRMATION: Literal["删除我的账号"] = "删除我的账号"
ReaderKind = Literal["staff", "system", "link", "other"]


class Reader(msgspec.Struct, frozen=True):
    """Who met one's data, without a name: staff by department and roles, the system itself, the holder of a link."""

    kind: ReaderKind
    department: Text | None
    roles: list[str]


class Register(msgspec.Struct, frozen=True):
    """Which register the house looked into, and by which rule."""

    source: Text
    rule: Text


class ReadLine(msgspec.Struct, frozen=True):
    """One time that somebody else met the caller's data. `action` is a stable code; the reason is what staff wrote."""

    id: str
    at: str
    action: str
    reader: Reader
    reason: str | None
    query_code: str | None
    register: Register | None


class ReadList(msgspec.Struct, frozen=True):
    """Who has read the caller's data, newest first."""

    reads: list[ReadLine]
    next: str | None


class PurposeView(msgspec.Struct, frozen=True):
    """A purpose as it is asked for now; `version` names its words."""

    key: str
    version: str
    name: Text
    says: Text
    without: Text
    who: Literal["self", "guardian"]
    separate: bool
    article: Text

    @classmethod
    def of(cls, purpose: ConsentPurpose, version: str) -> PurposeView:
        """The view of a purpose of the pack."""
        return cls(version=version, **msgspec.structs.asdict(purpose))


class PrivacyView(msgspec.Struct, frozen=True):
    """The notice in force, and what is done only with consent."""

    version: str
    notice: PrivacyNotice
    purposes: list[PurposeView]


class ConsentRecord(msgspec.Struct, frozen=True):
    """One consent on record: which words were agreed to, when, how, by whom, and when it was withdrawn."""

    version: str
    given_at: str
    withdrawn_at: str | None
    channel: Literal["app", "window"]
    given_by: Literal["self", "guardian"]


class ConsentState(msgspec.Struct, frozen=True):
    """A purpose with its records, newest first; `holds` is true when the words in force are agreed to."""

    purpose: PurposeView
    holds: bool
    records: list[ConsentRecord]


class ConsentList(msgspec.Struct, frozen=True):
    """Every purpose that is asked for."""

    consents: list[ConsentState]


class ConsentGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The version of the words that the caller has read."""

    version: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[0-9a-zA-Z:_-]+$")]


class OpenCase(msgspec.Struct, frozen=True):
    """A case that stands in the way of an erasure."""

    id: str
    query_code: str
    item: Text


class Erased(msgspec.Struct, frozen=True):
    """A kind of data that goes."""

    key: str
    name: Text


class Kept(msgspec.Struct, frozen=True):
    """What the law keeps: by which text and, where a day can be named, until when. `query_code` names a case."""

    key: str
    what: Text
    basis: Text
    how_long: Text
    until: date | None
    query_code: str | None


class ErasurePreview(msgspec.Struct, frozen=True):
    """What would go and what would stay; `confirm` is the text to send. `blocked_by` must be empty first."""

    confirm: str
    blocked_by: list[OpenCase]
    erased: list[Erased]
    kept: list[Kept]
    after: list[Text]


class ErasureRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The confirmation, word for word."""

    confirm: Literal["删除我的账号"]


class ErasureAccepted(msgspec.Struct, frozen=True):
    """The account is closed; what is listed goes within minutes."""

    id: str
    requested_at: str
    erased: list[Erased]
    kept: list[Kept]
    after: list[Text]
