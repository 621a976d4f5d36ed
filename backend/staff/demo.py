"""Seeds the personas of the city pack, so that a fresh demo or test house can be used at once."""

from __future__ import annotations

import hashlib

from backend.city.structures import Persona
from backend.foundation.database import sql
from backend.house import House
from backend.identity import tables as identity_tables
from backend.identity.service import account_for, confirm_identity
from backend.parties.service import own_party
from backend.staff import rules, service, tables
from backend.staff.passwords import Passwords
from backend.staff.schemas import DemoSecret, PersonaView

# Shown on the sign-in page; production refuses the accounts that have it.
DEMO_PASSWORD = "Yunhai-demo-2026"  # noqa: S105  # nosec B105
"""What every persona of the staff signs in with, beside a code."""


def demo_totp_secret(number: str) -> bytes:
    """The second factor of a persona: always the same, so that an authenticator app can be tried with it."""
    return hashlib.sha256(f"zhangban demo {number}".encode()).digest()[: rules.TOTP_SECRET_BYTES]


async def seed_personas(house: House) -> list[Persona]:
    """Makes the account, identity and staff place of every persona; those there already are left as they are.

    A persona whose name is in the population register is confirmed as that person. Raises ValueError in production, and
    KeyError when a persona names a department that the pack does not have.
    """
    if house.settings.mode == "production":
        raise ValueError("demo personas are not for production")
    city = house.city
    passwords = Passwords(house.settings.mode)
    hashed: str | None = None
    numbers = {person.name: person.id_number for person in city.population.persons}
    for persona in city.personas:
        account_id = await account_for(house, persona.phone)
        row = (await house.database.read(identity_tables.account_by_id(account_id)))[0]
        if persona.department is not None and row["staff_number"] is None:
            # One hash for all of them: each costs a moment on purpose.
            hashed = hashed or await passwords.hash(DEMO_PASSWORD)
            await _place(house, persona, account_id, row["subject_id"], hashed)
        if persona.name in numbers and row["id_number_index"] is None:
            await confirm_identity(
                house,
                account_id,
                row["subject_id"],
                persona.name,
                numbers[persona.name],
                city.person,
            )
            await own_party(house, account_id, row["subject_id"])
    return list(city.personas)


async def _place(house: House, persona: Persona, account_id: str, subject_id: str, hashed: str) -> None:
    number = persona.number or ""
    department = house.city.department_by_key(persona.department or "")
    sealed = await house.vault.seal(subject_id, tables.totp_place(account_id), demo_totp_secret(number))
    await house.database.commit(
        [
            tables.put_staff(account_id, number, department.code, [persona.role], persona.name),
            tables.put_secret(account_id, hashed, house.time.now(), sealed, must_change=False),
        ]
    )


async def persona_view(house: House, persona: Persona) -> PersonaView:
    """A persona with what it signs in with just now."""
    secret = None
    if persona.number is not None:
        try:
            _stored, last = await service.next_code(house, persona.number)
        except KeyError:
            last = -1
        now, step = house.time.now(), rules.step_of(house.time.now())
        usable = max(last + 1, step)
        key = demo_totp_secret(persona.number)
        # A neighbouring step is accepted too, so that two sign-ins in a row need not wait.
        code = rules.totp_code(key, usable) if usable <= step + 1 else None
        wait = rules.TOTP_SECONDS - now // 1000 % rules.TOTP_SECONDS
        secret = DemoSecret(persona.number, DEMO_PASSWORD, service.totp_text(key), code, wait)
    return PersonaView(persona.phone, persona.name, persona.role, persona.note, secret)


async def reset_code(house: House, number: str) -> bytes:
    """Test mode: forgets which codes of a number were used, and gives its secret. Raises KeyError."""
    secret, _last = await service.next_code(house, number)
    rows = await house.database.read(tables.secret_by_number(rules.normalise_number(number)))
    await house.database.commit([tables.forget_totp_step(rows[0]["account_id"])])
    return secret


async def has_personas(house: House) -> bool:
    """Whether any persona of the pack has an account here; production refuses to start with them."""
    indexes = [house.vault.blind_index("phone", persona.phone) for persona in house.city.personas]
    if not indexes:
        return False
    marks = ", ".join("{}" for _ in indexes)
    rows = await house.database.read(
        sql(f"SELECT COUNT(*) AS found FROM account WHERE phone_index IN ({marks})", *indexes)  # noqa: S608
    )
    return bool(rows[0]["found"])
