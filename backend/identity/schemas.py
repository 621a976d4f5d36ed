"""The identity room on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from backend.city.guide import DepartmentName
from backend.city.structures import Text

StaffRole = Literal["clerk", "approver"]
PhoneText = Annotated[str, Meta(min_length=1, max_length=30)]


class StaffView(msgspec.Struct, frozen=True):
    """Where a staff member works and as what."""

    department: DepartmentName
    roles: list[StaffRole]
    name: str


class Account(msgspec.Struct, frozen=True):
    """An account as its owner sees it on every screen; masked, because screens are looked at over shoulders."""

    id: str
    phone_masked: str
    name_masked: str | None
    id_number_masked: str | None
    identified: bool
    staff: StaffView | None


class SessionView(msgspec.Struct, frozen=True):
    """The mode of the house and who is signed in."""

    mode: Literal["demo", "test", "production"]
    account: Account | None


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
    code: Annotated[str, Meta(min_length=1, max_length=12)]


class IdentityClaim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who the caller says to be."""

    name: Annotated[str, Meta(min_length=1, max_length=50)]
    id_number: Annotated[str, Meta(min_length=1, max_length=30)]


class OwnData(msgspec.Struct, frozen=True):
    """The caller's own data, unmasked."""

    name: str | None
    id_number: str | None
    phone: str


class PersonaView(msgspec.Struct, frozen=True):
    """Someone to try the demo as."""

    phone: str
    name: str
    role: Literal["resident", "clerk", "approver"]
    note: Text


class FictitiousPerson(msgspec.Struct, frozen=True):
    """Someone of the demo city's population register, for confirming a new account as."""

    name: str
    id_number: str


class PersonaList(msgspec.Struct, frozen=True):
    """All personas of the demo city, and the people of its register whom no persona stands for."""

    personas: list[PersonaView]
    people: list[FictitiousPerson]


class ClockSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The instant to continue from as RFC 3339 text with an offset, or null for the machine's own clock."""

    now: Annotated[str, Meta(min_length=20, max_length=40)] | None


class CodeQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which phone's code a test wants to read."""

    phone: PhoneText


class CodeAnswer(msgspec.Struct, frozen=True):
    """The newest code."""

    code: str
