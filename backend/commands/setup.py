"""`zhangban migrate`, `demo` and `openapi`: short commands that prepare a house and end."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

import msgspec

from backend.app import create_app
from backend.city.city import City
from backend.city.pack import PackInvalid
from backend.city.store import publish
from backend.city.structures import Persona
from backend.commands.refusal import Refusal, settings_of
from backend.foundation.api_document import openapi_document
from backend.foundation.database import DatabaseError, open_database
from backend.foundation.key_ring import KeyRingError
from backend.foundation.migrations import migrate
from backend.foundation.settings import Settings
from backend.foundation.subject_keys import MIGRATIONS
from backend.opening import HouseRefused, open_house
from backend.staff.demo import DEMO_PASSWORD, seed_personas

REFUSALS = (HouseRefused, DatabaseError, KeyRingError, PackInvalid)


async def check_opening(settings: Settings) -> None:
    """Opens the house once and closes it, so that what is wrong is one clear line. Raises Refusal."""
    try:
        async with open_house(settings, loops=False):
            pass
    except REFUSALS as error:
        raise Refusal(str(error)) from None


def migrate_command(arguments: argparse.Namespace) -> int:
    """Migrates the database and the key store; prints what was applied. Raises Refusal."""
    from backend.foundation.migrations import apply_migrations

    settings = settings_of(arguments)

    async def run() -> list[str]:
        applied = []
        for url in (settings.database.url, settings.database.keys_url):
            database = await open_database(url, bind=False)
            try:
                if url == settings.database.url:
                    applied += await migrate(database)
                else:
                    applied += [f"keys: {name}" for name in await apply_migrations(database, MIGRATIONS)]
            finally:
                await database.close()
        return applied

    try:
        applied = asyncio.run(run())
    except DatabaseError as error:
        raise Refusal(str(error)) from None
    print("\n".join(applied) or "the database is up to date")
    return 0


async def prepare_demo(settings: Settings) -> list[Persona]:
    """Migrates, puts the city pack of the settings in force and seeds its personas; again it changes nothing."""
    async with open_house(settings, loops=False) as (house, _loops):
        await publish(house.database, City.load(Path(settings.city.pack)), at=house.time.now(), actor="system")
        return await seed_personas(house)


def demo_command(arguments: argparse.Namespace) -> int:
    """Prepares the demo and lists whom to sign in as. Raises Refusal in production."""
    settings = settings_of(arguments)
    if settings.mode == "production":
        raise Refusal("mode is production: demo personas are for mode demo or test")
    try:
        personas = asyncio.run(prepare_demo(settings))
    except REFUSALS as error:
        raise Refusal(str(error)) from None
    print("The demo city is ready. Residents sign in with their phone, and the page shows the code:")
    for persona in personas:
        if persona.number is None:
            print(f"  {persona.phone}  {persona.name}  {persona.note.zh}")
    print(f"Staff sign in at /desk with number, password {DEMO_PASSWORD} and a code that the page fills in:")
    for persona in personas:
        if persona.number is not None:
            print(f"  {persona.number}  {persona.name}  {persona.role:<22}  {persona.note.zh}")
    return 0


def openapi_command(arguments: argparse.Namespace) -> int:
    """Prints the OpenAPI document of the demo mode, in a stable order."""
    document = openapi_document(create_app(msgspec.structs.replace(settings_of(arguments), mode="demo")))
    # Through msgspec first: the document holds enumerations that json does not know.
    text = (
        json.dumps(msgspec.json.decode(msgspec.json.encode(document)), ensure_ascii=False, indent=1, sort_keys=True)
        + "\n"
    )
    if arguments.out is None:
        print(text, end="")
    else:
        arguments.out.write_text(text, encoding="utf-8")
    return 0
