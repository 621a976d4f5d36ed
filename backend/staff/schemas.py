"""The staff room on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from backend.city.structures import Text
from backend.identity.permissions import StaffRole

NumberText = Annotated[str, Meta(min_length=1, max_length=32)]
PasswordText = Annotated[str, Meta(min_length=1, max_length=256)]
TotpText = Annotated[str, Meta(min_length=6, max_length=12)]


class StaffSignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A staff number, its password, and the code of the second factor; `new_password` where one is asked for."""

    number: NumberText
    password: PasswordText
    totp: TotpText
    new_password: PasswordText | None = None


class StaffProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Password and code once more, before a sensitive act."""

    password: PasswordText
    totp: TotpText


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
