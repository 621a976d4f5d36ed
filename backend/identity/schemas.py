"""The identity room on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from backend.city.guide import DepartmentName
from backend.foundation.maintenance import Announced
from backend.identity.actor import Level, SessionKind, SignInMethod
from backend.identity.permissions import StaffRole

PhoneText = Annotated[str, Meta(min_length=1, max_length=30)]
CodeText = Annotated[str, Meta(min_length=1, max_length=12)]


class StaffView(msgspec.Struct, frozen=True):
    """Where a staff member works and as what."""

    department: DepartmentName
    roles: list[StaffRole]
    name: str
    number: str
    division: str | None


class OpenSession(msgspec.Struct, frozen=True):
    """This session: how it was opened, and until when sensitive acts need no new proof."""

    id: str
    kind: SessionKind
    method: SignInMethod
    shared: bool
    fresh_until: str


class Account(msgspec.Struct, frozen=True):
    """An account as its owner sees it on every screen; masked, because screens are looked at over shoulders."""

    id: str
    phone_masked: str
    name_masked: str | None
    id_number_masked: str | None
    identified: bool
    level: Level
    session: OpenSession
    staff: StaffView | None


class SessionView(msgspec.Struct, frozen=True):
    """The mode of the house, who is signed in, and the planned maintenance that is not over."""

    mode: Literal["demo", "test", "production"]
    account: Account | None
    maintenance: Announced | None


class CodeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asks for a one-time code."""

    phone: PhoneText


class CodeSent(msgspec.Struct, frozen=True):
    """A code is on its way; seconds. `demo_code` is there in demo mode only, which has no text messages."""

    expires_in: int
    resend_after: int
    demo_code: str | None


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phone and the code it was sent."""

    phone: PhoneText
    code: CodeText
    shared: bool = False


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code that was sent to the caller's own phone."""

    code: CodeText


class PhoneChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new phone and the code it was sent."""

    phone: PhoneText
    code: CodeText


class OwnSession(msgspec.Struct, frozen=True):
    """One of the caller's sessions; `device` is what its browser said to be, `current` marks this one."""

    id: str
    kind: SessionKind
    method: SignInMethod
    device: str
    shared: bool
    created_at: str
    seen_at: str
    current: bool


class SessionList(msgspec.Struct, frozen=True):
    """The caller's sessions, the one used last first."""

    sessions: list[OwnSession]


class IdentityClaim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who the caller says to be."""

    name: Annotated[str, Meta(min_length=1, max_length=50)]
    id_number: Annotated[str, Meta(min_length=1, max_length=30)]


class OwnData(msgspec.Struct, frozen=True):
    """The caller's own data, unmasked."""

    name: str | None
    id_number: str | None
    phone: str


class ClockSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The instant to continue from as RFC 3339 text with an offset, or null for the machine's own clock."""

    now: Annotated[str, Meta(min_length=20, max_length=40)] | None


class CodeQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which phone's code a test wants to read."""

    phone: PhoneText


class CodeAnswer(msgspec.Struct, frozen=True):
    """The newest code."""

    code: str
