"""Opens the house: database, keys, city and the loops that live as long as the process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import structlog

from backend.bundles.keeping import files_named
from backend.bundles.moving import register as register_filings
from backend.cases.automatic import register as register_rules
from backend.cases.dating import register as register_dating
from backend.cases.reckoning import register as register_reckoning
from backend.cases.retention import register as register_retention
from backend.cases.timers import register as register_timers
from backend.certificates.keys import SigningKeys, needed_keys
from backend.city.city import City
from backend.city.pack import PackInvalid
from backend.city.store import POLL_SECONDS, CityInForce, publish
from backend.drafts.service import register as register_old_revisions
from backend.files.parts import part_store
from backend.files.service import register as register_expired_uploads
from backend.foundation.audit_chain import AuditChain
from backend.foundation.audit_check import AuditCheck
from backend.foundation.audit_export import AuditKeyMissing, audit_key
from backend.foundation.calendar import CalendarInForce
from backend.foundation.database import DatabaseError, open_database
from backend.foundation.health import Loops
from backend.foundation.migrations import migrate
from backend.foundation.sequencer import Sequencer
from backend.foundation.settings import Settings
from backend.foundation.stored_vault import open_vault
from backend.foundation.time_source import TimeSource
from backend.foundation.wake import Wake
from backend.foundation.worker import Worker
from backend.house import House
from backend.notify.delivery import register as register_news
from backend.notify.push_keys import PushKeyMissing, push_signer
from backend.privacy.erasure import register as register_erasure
from backend.staff.demo import has_personas

_log = structlog.get_logger("opening")

Close = Callable[[], Awaitable[None]]


def _register_retention(worker: Worker, house: House) -> None:
    register_retention(worker, house, [files_named])


# Each room that delivers something registers its handlers here; what it gives back is called after the worker stopped.
HANDLERS: Sequence[Callable[[Worker, House], Close | None]] = (
    register_expired_uploads,
    register_old_revisions,
    _register_retention,
    register_timers,
    register_rules,
    register_reckoning,
    register_dating,
    register_filings,
    register_news,
    register_erasure,
)


class HouseRefused(Exception):
    """The house cannot be opened as it is set up; the message says why and what to do."""


@asynccontextmanager
async def open_house(
    settings: Settings, given: House | None = None, *, loops: bool = True
) -> AsyncIterator[tuple[House, Loops]]:
    """The house while the process lives; one that the caller gives is used as it is and stays open.

    Brings the database to this release's schema. Demo and test publish the city pack when none is in force. Without
    `loops` nothing is delivered or sequenced (short commands). Raises HouseRefused, DatabaseError, KeyRingError,
    PackInvalid.
    """
    if given is not None:
        yield given, Loops()
        return
    async with AsyncExitStack() as stack:
        database = await open_database(
            settings.database.url,
            readers=settings.database.readers,
            pool_size=settings.database.pool_size,
            statement_cache=settings.database.statement_cache,
        )
        stack.push_async_callback(database.close)
        await migrate(database)
        vault = await open_vault(settings)
        stack.push_async_callback(vault.close)
        stack.push_async_callback(part_store(settings.files).close)
        time = TimeSource()
        city = CityInForce(database, time)
        if not await city.refresh() and settings.mode != "production":
            await publish(database, City.load(Path(settings.city.pack)), at=time.now(), actor="system")
            await city.refresh()
        calendar = CalendarInForce(database)
        await calendar.refresh()
        house = House(settings, database, vault, time, city, Wake(), current_calendar=calendar)
        try:
            house.current_city()
        except RuntimeError as error:
            raise HouseRefused(str(error)) from None
        if settings.mode == "production":
            await _refuse_unready(house)
        yield house, await _start(house, city, calendar, stack) if loops else Loops()


async def _refuse_unready(house: House) -> None:
    """Raises HouseRefused for what production may not begin with, and for keys that it would miss later."""
    if await has_personas(house):
        raise HouseRefused("the database holds demo personas: production starts with a database of its own")
    directory = Path(house.settings.keys.directory)
    missing = SigningKeys(directory, create=False).missing(needed_keys(house.city))
    if missing:
        raise HouseRefused(
            f"certificate keys are missing below {directory}: {', '.join(missing)}: make them with `zhangban keys`"
        )
    try:
        push_signer(house.settings)
        audit_key(house.settings)
    except (PushKeyMissing, AuditKeyMissing) as error:
        raise HouseRefused(str(error)) from None


async def _start(house: House, city: CityInForce, calendar: CalendarInForce, stack: AsyncExitStack) -> Loops:
    worker = Worker(house.database, house.time, house.settings.outbox, house.wake)
    for register in HANDLERS:
        close = register(worker, house)
        if close is not None:
            stack.push_async_callback(close)
    sequencer = Sequencer(house.database, house.wake)
    following = [
        asyncio.create_task(_follow(city), name="city"),
        asyncio.create_task(_follow(calendar), name="calendar"),
    ]

    async def stop_following() -> None:
        for each in following:
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each

    stack.push_async_callback(stop_following)
    sequencer.start()
    stack.push_async_callback(sequencer.stop)
    chain = AuditChain(house.database)
    checking = AuditCheck(house.database, house.time, chain, keep_days=house.settings.security.keep_events_days)
    chain.start()
    stack.push_async_callback(chain.stop)
    checking.start()
    stack.push_async_callback(checking.stop)
    house.security.start(house.database)
    stack.push_async_callback(house.security.stop, house.database)
    worker.start()
    stack.push_async_callback(worker.stop)
    return Loops(
        outbox=lambda: worker.health().alive,
        sequencer=lambda: sequencer.health().alive,
        audit=lambda: chain.health().alive,
    )


async def _follow(followed: CityInForce | CalendarInForce) -> None:
    """Keeps what is in force for as long as the process lives, whatever the database does meanwhile."""
    while True:
        try:
            await followed.follow()
        except (DatabaseError, PackInvalid, KeyError) as error:
            # A pack of a newer release stays out of an older process, which goes on with what it has.
            _log.warning("not-refreshed", what=type(followed).__name__, error=type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)
