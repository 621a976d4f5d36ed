"""The staff room on the wire."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from backend.city.guide import DepartmentName
from backend.city.structures import Text
from backend.foundation.security_events import Kind, Severity
from backend.identity.passkeys.schemas import Assertion
from backend.identity.permissions import StaffRole

NumberText = Annotated[str, Meta(min_length=1, max_length=32)]
PasswordText = Annotated[str, Meta(min_length=1, max_length=256)]
TotpText = Annotated[str, Meta(min_length=6, max_length=12)]


class StaffSignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A staff number, its password, and the second factor: a code, or a passkey's answer to a challenge.

    `new_password` where one is asked for.
    """

    number: NumberText
    password: PasswordText
    totp: TotpText | None = None
    challenge_id: UUID | None = None
    credential: Assertion | None = None
    new_password: PasswordText | None = None


class StaffProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Password and second factor once more, before a sensitive act."""

    password: PasswordText
    totp: TotpText | None = None
    challenge_id: UUID | None = None
    credential: Assertion | None = None


class PasswordChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The present password and the one to come."""

    password: PasswordText
    new_password: PasswordText


class DemoSecret(msgspec.Struct, frozen=True):
    """What a demo persona of the staff signs in with; `totp` is the code of now, null until the next one is due."""

    number: str
    password: str
    totp_secret: str
    totp: str | None
    next_in: int


class PersonaView(msgspec.Struct, frozen=True):
    """Someone to try the demo as; `staff` is there for those who sign in at the desk."""

    phone: str
    name: str
    role: Literal["resident"] | StaffRole
    note: Text
    staff: DemoSecret | None


class FictitiousPerson(msgspec.Struct, frozen=True):
    """Someone of the demo city's population register, for confirming a new account as."""

    name: str
    id_number: str


class PersonaList(msgspec.Struct, frozen=True):
    """All personas of the demo city, and the people of its register whom no persona stands for."""

    personas: list[PersonaView]
    people: list[FictitiousPerson]


class TotpQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose code a test wants to use."""

    number: NumberText


class TotpAnswer(msgspec.Struct, frozen=True):
    """A code that will be taken once."""

    totp: str


DepartmentCode = Annotated[str, Meta(min_length=18, max_length=18, pattern=r"^[0-9A-Z]{18}$")]
Division = Annotated[str, Meta(min_length=4, max_length=12, pattern=r"^[0-9]+$")]
Reason = Annotated[str, Meta(min_length=4, max_length=200)]


class StaffEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A staff member as administrators see them: the place, and no personal data.

    `locked` accounts wait for time or for the security administrator; `first_password` was not changed yet.
    """

    id: str
    number: str
    name: str
    department: DepartmentName
    division: str | None
    roles: list[StaffRole]
    disabled: bool
    locked: bool
    first_password: bool
    last_sign_in_at: str | None


class StaffList(msgspec.Struct, frozen=True):
    """A page of the staff by number, and the departments there are."""

    staff: list[StaffEntry]
    departments: list[DepartmentName]
    next: str | None


class NewStaff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to make an account for; roles are given by the security administrator."""

    number: Annotated[str, Meta(min_length=2, max_length=32, pattern=r"^[A-Za-z0-9-]+$")]
    name: Annotated[str, Meta(min_length=1, max_length=50)]
    phone: Annotated[str, Meta(min_length=1, max_length=30)]
    department: DepartmentCode
    division: Division | None = None


class StaffSecrets(msgspec.Struct, frozen=True):
    """What a staff member signs in with for the first time; shown once, null when the request is repeated."""

    id: str
    number: str
    initial_password: str | None
    totp_secret: str | None
    totp_uri: str | None


class StaffState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether an account is closed at the desk."""

    disabled: bool


class StaffPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All roles a staff member is to have, and where."""

    roles: Annotated[list[StaffRole], Meta(max_length=9)]
    department: DepartmentCode
    division: Division | None = None


class IdentityCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person who stood at the window with this card, and on what occasion."""

    name: Annotated[str, Meta(min_length=1, max_length=50)]
    id_number: Annotated[str, Meta(min_length=1, max_length=30)]
    reason: Reason


class IdentityChecked(msgspec.Struct, frozen=True):
    """How many accounts are that person's."""

    accounts: int


class Recovery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person at the window whose phone changed: the new phone, and the code it was sent."""

    name: Annotated[str, Meta(min_length=1, max_length=50)]
    id_number: Annotated[str, Meta(min_length=1, max_length=30)]
    phone: Annotated[str, Meta(min_length=1, max_length=30)]
    code: Annotated[str, Meta(min_length=1, max_length=12)]
    reason: Reason


class Recovered(msgspec.Struct, frozen=True):
    """The phone that the person's account has now."""

    phone_masked: str


class AuditLine(msgspec.Struct, frozen=True):
    """Who did or read what, when, why, from where and with what result; `actor_number` is there for staff.

    `position` and `hash` place it in the chain; both are null for the second or so until it is chained.
    """

    id: str
    at: str
    actor: str
    actor_number: str | None
    action: str
    subject: str | None
    target: str
    reason: str
    result: str
    address: str
    position: int | None
    hash: str | None


class AuditPage(msgspec.Struct, frozen=True):
    """A page of the audit trail, newest first."""

    lines: list[AuditLine]
    next: str | None


class SecurityEvent(msgspec.Struct, frozen=True):
    """Events of one kind, actor and address within a minute; `*` stands for too many to keep apart."""

    id: str
    kind: Kind
    severity: Severity
    actor: str
    actor_number: str | None
    address: str
    details: str
    times: int
    first_at: str
    last_at: str


class SecurityEventPage(msgspec.Struct, frozen=True):
    """A page of security events, newest first."""

    events: list[SecurityEvent]
    next: str | None
