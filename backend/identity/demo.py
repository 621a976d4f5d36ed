"""Seeds the personas of the city pack, so that a fresh demo or test house can be used at once."""

from __future__ import annotations

from backend.city.structures import Persona
from backend.foundation.database import sql
from backend.house import House
from backend.identity import tables
from backend.identity.service import account_for, confirm_identity


async def seed_personas(house: House) -> list[Persona]:
    """Makes the account, identity and staff place of every persona; those there already are left as they are.

    A persona whose name is in the population register is confirmed as that person. Raises ValueError in production, and
    KeyError when a persona names a department that the pack does not have.
    """
    if house.settings.mode == "production":
        raise ValueError("demo personas are not for production")
    city = house.city
    numbers = {person.name: person.id_number for person in city.population.persons}
    for persona in city.personas:
        account_id = await account_for(house, persona.phone)
        if persona.department is not None:
            department = city.department_by_key(persona.department)
            await house.database.commit([tables.put_staff(account_id, department.code, [persona.role], persona.name)])
        row = (await house.database.read(tables.account_by_id(account_id)))[0]
        if persona.name in numbers and row["id_number_index"] is None:
            await confirm_identity(
                house,
                account_id,
                row["subject_id"],
                persona.name,
                numbers[persona.name],
                lambda name, number: city.person(name, number) is not None,
            )
    return list(city.personas)


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
